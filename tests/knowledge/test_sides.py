"""What is said of one kind answers nothing that is asked about another, and a price no time of day."""

from __future__ import annotations

import pytest

from madang.knowledge.access import Knowledge
from madang.knowledge.answerable import Answerable
from madang.knowledge.evidence import UNTOUCHED, Weigher
from madang.knowledge.sides import keeps, of_another, sides, without

FEES = """Service,Animal,Fee
Neutering (castration),Cat,£95
Neutering (spay),Dog,£340
Claw trim,All,£18
""".encode()
SURE = Answerable({"words": {"bias": 3.0}, "vectors": {"bias": 3.0}})


@pytest.mark.parametrize(
    ("question", "row", "another"),
    [
        ("고양이 중성화 얼마예요?", "Service: Neutering · Animal: Dog · Fee: £340", True),
        ("고양이 중성화 얼마예요?", "Service: Neutering · Animal: Cat · Fee: £95", False),
        ("How much is a claw trim for a rabbit?", "Service: Claw trim · Animal: All · Fee: £18", False),
        ("How much is a spay?", "Service: Neutering (castration) · Fee: £95", True),
        ("How much for a child?", "Ticket: Adult · Price: £9", True),
        ("How much for a child?", "Ticket: Family, two adults and two children · Price: £20", False),
        ("아이스크림 얼마예요?", "음식: 어른 정식 · 가격: 9,000원", False),
        ("고구마피자 라지 얼마예요?", "메뉴: 고구마피자 · 크기: M (25cm) · 가격(원): 17900", True),
        ("고구마피자 라지 얼마예요?", "메뉴: 고구마피자 · 크기: L (33cm) · 가격(원): 22900", False),
        ("How much is a service for a large car?", "Job: Service · Small car: 95 · Large car: 120", False),
        ("고구마피자 얼마예요?", "메뉴: 고구마피자 · 크기: M (25cm) · 가격(원): 17900", False),
        ("Can my cat come in?", "Dogs may come in.", False),
    ],
)
def test_a_row_of_another_kind(question: str, row: str, another: bool) -> None:
    assert of_another(question, row) is another


def test_what_stands_under_a_question_is_of_its_kind() -> None:
    heading = ["Questions", "How often should I worm my cat?"]
    assert of_another("How often should I worm my dog?", "Every three months.", heading)
    assert not of_another("How often should I worm my cat?", "Every three months.", heading)


def test_kinds_are_kept_and_replaced() -> None:
    assert keeps("고양이 중성화", "암컷은 얼마예요") and not keeps("고양이 중성화", "강아지는요?")
    assert without("고양이 중성화 언제 해요?", "강아지는 얼마예요?") == "중성화 언제 해요?"
    assert not any(sides("What does it cost?"))


async def test_the_price_of_another_kind_is_never_quoted(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "fees.csv", FEES)
    await knowledge.wait(source.id, "ready", seconds=60)
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    spay = await weigher.evidence("chr_a", "How much is it to spay a cat?")
    assert not any("£340" in span.text or "£95" in span.text for span in [*spay.spans, *spay.lines])
    assert "£340" in (await weigher.evidence("chr_a", "How much is it to spay a dog?")).spans[0].text


async def test_a_price_is_no_time_of_day(knowledge: Knowledge) -> None:
    source = await knowledge.add_file(
        "chr_a", "tickets.csv", "Ticket,Price,Notes\nYearly pass,£30,Free admission for a year\n".encode()
    )
    await knowledge.wait(source.id, "ready", seconds=60)
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    assert not (await weigher.evidence("chr_a", "Until what time is admission?")).spans
    assert (await weigher.evidence("chr_a", "Is admission free with the pass?")).spans


async def test_a_time_that_is_named_wants_a_time(knowledge: Knowledge) -> None:
    source = await knowledge.add_text("chr_a", "Food", "Rice is free. Lunch is served from 11:00 to 15:00.")
    await knowledge.wait(source.id, "ready", seconds=60)
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    assert (await weigher.evidence("chr_a", "Is lunch served at 4 pm?")).answerable > UNTOUCHED
    other = await knowledge.add_text("chr_b", "Food", "Rice is free and can be eaten by all.")
    await knowledge.wait(other.id, "ready", seconds=60)
    assert (await weigher.evidence("chr_b", "Can I eat rice at 4 pm?")).answerable <= UNTOUCHED


async def test_half_of_a_name_gives_way_to_the_whole_in_another_language(knowledge: Knowledge) -> None:
    for name, text in (
        ("shop.md", "# Museum\n\n## Shop\n\nThe shop sells sea salt. It closes at 17:00."),
        ("전시.md", "# 전시\n\n## 소금 특별전시\n\n강의 역사를 다룹니다. 2월 28일까지 열립니다."),
    ):
        source = await knowledge.add_file("chr_a", name, text.encode())
        await knowledge.wait(source.id, "ready", seconds=60)
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    found = await weigher.evidence("chr_a", "Until when is the salt exhibition on?")
    assert "2월 28일" in found.spans[0].text
