"""Where the name of a person is asked for, a text that names nobody does not answer."""

from __future__ import annotations

import pytest

from madang.knowledge.access import Knowledge
from madang.knowledge.answerable import Answerable
from madang.knowledge.evidence import UNTOUCHED, Weigher
from madang.knowledge.facts.extract import facts_of
from madang.knowledge.people import asks_for_a_name, names_somebody, speaks_of_one
from madang.knowledge.types import Passage


@pytest.mark.parametrize(
    "question",
    [
        "원장님 성함이 어떻게 되세요?",
        "강사 이름이 뭐예요?",
        "What is the chef's name?",
        "What is the name of your guide?",
        "What is the owner called?",
    ],
)
def test_the_name_of_a_person_is_asked_for(question: str) -> None:
    assert asks_for_a_name(question)


@pytest.mark.parametrize(
    "question",
    ["가게 이름이 뭐예요?", "What is the name of the inn?", "사장님은 언제 나오세요?", "Who are you?", ""],
)
def test_another_thing_is_asked_for(question: str) -> None:
    assert not asks_for_a_name(question)


@pytest.mark.parametrize(
    "text",
    [
        "오지훈 부원장",
        "대표 김민수",
        "원장은 한서윤입니다",
        "저는 김하늘입니다",
        "Run by Nora Pell.",
        "our chef Ana cooks",
        "Nora is our potter",
    ],
)
def test_a_text_that_names_somebody(text: str) -> None:
    assert names_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "주인 부부가 새벽에 굽습니다.",
        "대표 전화 042-555",
        "직원 모두가 돕습니다",
        "사장님이 직접 만듭니다",
        "The owner bakes at four.",
        "Ask the chef about nuts.",
    ],
)
def test_a_text_that_names_nobody(text: str) -> None:
    assert not names_somebody(text)


async def test_a_text_about_the_owner_without_a_name_does_not_answer(knowledge: Knowledge) -> None:
    for who, text in (("chr_a", "The owner is in the shop at dawn."), ("chr_b", "The owner is Nora Pell.")):
        source = await knowledge.add_text(who, "Our shop", text)
        await knowledge.wait(source.id, "ready", seconds=60)
    sure = Answerable({"words": {"bias": 3.0}, "vectors": {"bias": 3.0}})
    weigher = Weigher(knowledge.weigher.retriever, sure)
    question = "What is the owner's name?"
    assert (await weigher.evidence("chr_a", question)).answerable == UNTOUCHED
    assert (await weigher.evidence("chr_b", question)).answerable > UNTOUCHED
    assert (await weigher.evidence("chr_a", "When is the owner in the shop?")).answerable > UNTOUCHED


@pytest.mark.parametrize(
    ("heading", "one"),
    [("윤아름 원장", True), ("박도현 디자이너", True), ("Dr Mei Okafor", True), ("Opening Hours", False),
     ("영업시간", False), ("원장 인사말", False)],
)  # fmt: skip
def test_a_heading_that_is_a_person(heading: str, one: bool) -> None:
    assert speaks_of_one([heading]) is one


def test_the_day_off_of_one_person_is_not_the_shops() -> None:
    def closed(heading: str) -> int:
        passage = Passage(
            id="p", source_id="s", character_id="c", ordinal=0, title="T", headings=[heading],
            text="수요일에는 쉽니다.",
        )  # fmt: skip
        return len(facts_of([passage], []))

    assert closed("윤아름 원장") == 0
    assert closed("영업시간") == 1
