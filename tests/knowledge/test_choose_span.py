"""Which words are quoted: forms of a word meet, rows stay whole, a second quotation says what is asked."""

from __future__ import annotations

import pytest

from madang.knowledge import lexicon
from madang.knowledge.access import Knowledge
from madang.knowledge.questions import content_terms
from tests.knowledge import files

MENU = """Dish,Price,What it is,Diet
Bean stew,"8,000 won",Beans in broth. Served hot. Comes with rice,Vegetarian
Fish soup,"9,000 won",Clear soup. Served hot,Contains fish
Noodles,"7,000 won",Cold noodles,Contains wheat
Dumplings,"6,000 won",Steamed,Contains pork
"""
RULES = """# House rules

## Pets
Dogs may sit on the terrace.

## Bookings
We take reservations by telephone. A table is kept for ten minutes.
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dogs", "dog"),
        ("closed", "closes"),
        ("cancellation", "cancelled"),
        ("delivery", "deliver"),
        ("reservations", "reserve"),
        ("children", "child"),
        ("boxes", "box"),
        ("stories", "story"),
        ("payment", "paid"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert lexicon.stem(one) == lexicon.stem(other)
    assert other in lexicon.forms(one) and one in lexicon.forms(other)


@pytest.mark.parametrize(("one", "other"), [("vegetable", "vegetarian"), ("bus", "busy"), ("port", "pork")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert lexicon.stem(one) != lexicon.stem(other)


def test_everyday_words_stand_for_one_another_in_both_languages() -> None:
    assert "강아지" in lexicon.others("dogs") and "dog" in lexicon.others("강아지")
    assert "parking" in lexicon.others("주차장")
    assert lexicon.others("아이스크림") == frozenset()  # it begins as a child does, and is none
    assert set(content_terms("배달되나요?")) == {"배달"}


async def test_a_row_is_quoted_whole_and_alone(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "menu.csv", MENU.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    evidence = await knowledge.evidence("chr_a", "What vegetarian dishes do you have?")
    assert [span.text for span in evidence.spans] == [
        "Dish: Bean stew · Price: 8,000 won · What it is: Beans in broth. Served hot. Comes with rice"
        " · Diet: Vegetarian"
    ]


async def test_a_long_row_is_cut_between_its_columns(knowledge: Knowledge) -> None:
    columns = ",".join(f"Column {n}" for n in range(8))
    row = ",".join(f"{'word ' * 10}number {n}. More of it" for n in range(8))
    source = await knowledge.add_file("chr_a", "wide.csv", f"{columns}\n{row}\n{row}\n".encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    span = (await knowledge.evidence("chr_a", "What is number 5?")).spans[0]
    assert "number 5. More of it" in span.text and len(span.text) <= 300
    assert span.text.startswith("Column ") and span.text.endswith("More of it")


async def test_a_question_meets_other_forms_and_the_other_language(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "rules.md", RULES.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    for question in ("Can I bring my dog?", "강아지 데리고 가도 되나요?"):
        evidence = await knowledge.evidence("chr_a", question)
        assert [span.text for span in evidence.spans] == ["Dogs may sit on the terrace."]


async def test_a_span_that_shares_no_word_is_not_trusted(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "rules.md", RULES.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    for question in ("Is there a swimming pool?", "수영장이 있나요?"):
        assert (await knowledge.evidence("chr_a", question)).answerable <= 0.3


async def test_a_word_of_two_scripts_can_be_asked(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "rules.md", RULES.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    assert (await knowledge.evidence("chr_a", "C레벨은 누구인가요? D-플랫이 뭐예요?")).answerable < 0.5


@pytest.mark.parametrize(
    ("text", "question", "quoted"),
    [
        (
            "주차\n건물 뒤에 두 시간 무료로 세울 수 있습니다.\n\n예약\n전화로 받습니다.\n",
            "주차 되나요?",
            "두 시간 무료",
        ),
        ("주차\n건물 뒤 두 대, 2시간 무료\n\n예약\n전화 051-123-4567\n", "주차 되나요?", "2시간 무료"),
        (
            "Parking\nBehind the house, free for two hours.\n\nPets\nDogs are fine.\n",
            "Is there parking?",
            "Behind",
        ),
        ("Parking\n\n2 hours for guests\n\nPets\n\nOn the terrace\n", "Is there parking?", "2 hours"),
        ("Parking\nbehind the house\n\nPets\non the terrace\n", "Are pets allowed?", "on the terrace"),
    ],
)
async def test_a_heading_alone_is_never_the_answer(
    knowledge: Knowledge, text: str, question: str, quoted: str
) -> None:
    source = await knowledge.add_file("chr_a", "note.txt", text.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    assert quoted in (await knowledge.evidence("chr_a", question)).spans[0].text


async def test_a_row_of_a_table_in_a_pdf_is_quoted_alone(knowledge: Knowledge) -> None:
    rows = [["Room", "Beds", "Price a night"], ["Women's dormitory", "6", "28,000 won"]]
    rows += [["Men's dormitory", "8", "26,000 won"], ["Double room", "2", "70,000 won"]]
    source = await knowledge.add_file("chr_a", "rooms.pdf", files.pdf_table(rows))
    await knowledge.wait(source.id, "ready", seconds=60)
    evidence = await knowledge.evidence("chr_a", "How much is the women's dormitory?")
    assert evidence.spans[0].text == "Room: Women's dormitory · Beds: 6 · Price a night: 28,000 won"
