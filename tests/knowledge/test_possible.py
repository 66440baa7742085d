"""What was found is no answer where it does not show what is asked for."""

from __future__ import annotations

import pytest

from madang.knowledge.asking import Asking
from madang.knowledge.possible import may_answer
from madang.knowledge.questions import asked, content_terms
from madang.knowledge.types import Passage, Span


def possible(question: str, text: str) -> bool:
    words = content_terms(question)
    asking = Asking(
        question=question,
        language="ko" if any("가" <= letter <= "힣" for letter in question) else "en",
        kind=asked(question),
        words=words,
        weights=dict.fromkeys(words, 1.0),
        unknown=frozenset(),
    )
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="Shop", text=text)
    return may_answer(asking, [Span(passage=passage, start=0, end=len(text), score=1.0)])


@pytest.mark.parametrize(
    ("question", "answers", "other"),
    [
        ("How much is a service?", "A service costs 120 pounds.", "A service is booked about a week ahead."),
        ("How much is a service?", "The first service is free.", "The service is done by Ellie."),
        ("Which days do you roast?", "We roast on Mondays and Thursdays.", "We roast until 3 days before."),
        ("무슨 요일에 볶아요?", "월요일과 목요일에 볶아요.", "3일 전까지 볶아 드려요."),
        (
            "비즈니스 영어 몇 시에 해요?",
            "비즈니스 영어는 07:20에 시작합니다.",
            "비즈니스 영어 반, 전화 02-555-0178.",
        ),
        ("What time is breakfast?", "Breakfast is from 8 am.", "Breakfast is in the yard."),
    ],
)
def test_a_text_shows_what_is_asked_for(question: str, answers: str, other: str) -> None:
    assert possible(question, answers)
    assert not possible(question, other)
