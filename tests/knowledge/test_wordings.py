"""A question is put in the words of what was found, and the place itself is not named in it."""

from __future__ import annotations

import pytest

from madang.knowledge.wordings import worded
from tests.knowledge.asking import asking


@pytest.mark.parametrize(
    ("question", "text", "reads"),
    [
        ("브레이크 타임이 있나요?", "오후 3시부터 5시까지 쉬는 시간입니다.", "쉬는 시간이 있나요?"),
        ("강아지 데려가도 되나요?", "반려견은 테라스에서만 됩니다.", "반려견 데려가도 되나요?"),
        ("Is my puppy welcome?", "Every dog is welcome.", "Is my dog welcome?"),
        ("When is the restaurant closed?", "We are closed every Monday.", "When is it closed?"),
        ("Is there parking at your shop?", "Free parking behind the house.", "Is there parking here?"),
        ("식당은 언제 쉬나요?", "월요일에 쉽니다.", "언제 쉬나요?"),
        ("Is my puppy welcome?", "반려견은 테라스에서만 됩니다.", "Is my 반려견 welcome?"),
        ("학생 할인 있나요?", "Student discount: 10%", "student discount 있나요?"),
        ("class 5일 전에 취소하면요?", "3 to 6 days: credit", "class 3 to 6 days 에 취소하면요?"),
    ],
)
def test_it_is_asked_in_the_words_that_were_found(question: str, text: str, reads: str) -> None:
    assert worded(asking(question), text) == reads


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When are you closed?", "We are closed every Monday."),
        ("Is the restaurant's terrace heated?", "The terrace is heated."),
        ("Do you sell umbrellas?", "We mend bicycles."),
    ],
)
def test_what_need_not_be_said_otherwise_stays(question: str, text: str) -> None:
    assert worded(asking(question), text) == question


def test_the_owners_own_words_count() -> None:
    known = asking("How long is a wobbler?", wobbler=frozenset({"rowing boat"}))
    assert worded(known, "A rowing boat is 4 metres long.") == "How long is a rowing boat?"
