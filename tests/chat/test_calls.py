"""Who is told to call is told the number too."""

from __future__ import annotations

import pytest

from madang.chat.calls import with_number
from madang.knowledge.types import Passage, Span

NIGHT = (
    "When we are closed, call Mill Vets on 01632 555 0190. They are at 3 Mill Road.\n"
    "Call at once if your cat has eaten lilies. Please keep it warm."
)


def quoted(text: str, *said: str) -> list[str]:
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="T", text=text)
    spans = [
        Span(passage=passage, start=text.index(one), end=text.index(one) + len(one), score=1.0)
        for one in said
    ]
    return [span.text for span in with_number(spans)]


def test_the_number_is_quoted_in_its_place() -> None:
    number, call = "When we are closed, call Mill Vets on 01632 555 0190.", "Call at once if your cat"
    assert quoted(NIGHT, call) == [number, call]
    assert quoted(NIGHT, "They are at 3 Mill Road.", call) == [number, "They are at 3 Mill Road.", call]
    assert quoted(NIGHT, number, call) == [number, call]


@pytest.mark.parametrize("said", ["They are at 3 Mill Road.", "Please keep it warm."])
def test_it_is_left_out_where_nobody_is_told_to_call(said: str) -> None:
    assert quoted(NIGHT, said) == [said]


def test_without_a_number_nothing_is_added() -> None:
    text = "Call at once if it hurts. The room has 120 seats."
    assert quoted(text, "Call at once if it hurts.") == ["Call at once if it hurts."]


def test_in_korean() -> None:
    text = "문의는 전화 02-555-0151로 받습니다. 급하시면 바로 전화해 주세요."
    assert quoted(text, "급하시면 바로 전화해 주세요.")[0] == "문의는 전화 02-555-0151로 받습니다."
