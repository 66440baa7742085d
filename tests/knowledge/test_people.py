"""Where the name of a person is asked for, a text that names nobody does not answer."""

from __future__ import annotations

import pytest

from madang.knowledge.access import Knowledge
from madang.knowledge.answerable import Answerable
from madang.knowledge.evidence import UNTOUCHED, Weigher
from madang.knowledge.people import asks_for_a_name, names_somebody


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
