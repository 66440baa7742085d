"""A question's words that stand whole, and beside each other, count more than syllables that meet."""

from __future__ import annotations

import pytest

from madang.knowledge.asking import Asking
from madang.knowledge.whole import pairs_in, words_in
from tests.knowledge.asking import asking


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("전기난로는 두 대가 있습니다.", 1.0),
        ("전기 난로는 두 대가 있습니다.", 1.0),
        ("안전기준에 따라 난로를 끕니다.", 0.0),
        ("오늘은 쉽니다.", 0.0),
    ],
)
def test_a_word_counts_whole_or_not_at_all(text: str, share: float) -> None:
    assert words_in(asking("전기난로가 있나요?"), text) == share


def test_the_most_telling_word_counts_most() -> None:
    question = asking("난로 대여 요금은?")
    words = dict.fromkeys(question.weights, 1.0) | {"난로": 8.0}
    telling = Asking(question.question, question.kind, "ko", words, question.words)
    assert words_in(telling, "난로가 따뜻합니다.") > 0.75 > words_in(question, "난로가 따뜻합니다.")


def test_neighbours_of_the_question_that_meet_are_pairs() -> None:
    question = asking("난로 대여 요금은?")
    assert pairs_in(question, "대여 요금은 오천 원입니다.") == 0.5
    assert pairs_in(question, "난로의 대여 요금은 오천 원입니다.") == 1.0
    assert pairs_in(question, "난로와 요금") == 0.0
    assert pairs_in(asking("난로?"), "난로") == 0.0


def test_a_word_counts_in_other_forms_and_words_too() -> None:
    assert words_in(asking("Which dogs?"), "A dog may wait outside.") == 1.0
    assert words_in(asking("Which dogs?"), "강아지는 밖에서 기다립니다.") == 1.0
    assert words_in(asking("Which dogs?"), "Hotdogging is a sport.") == 0.0
