"""A question about hours that cannot be computed is answered with everything that is said about them."""

from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business
from tests.knowledge.facts.test_ask_facts import shop

ROASTERY = """# 로스터리

## 영업시간
화~금 08:30~18:00, 토 08:30~18:00, 일 10:00~17:00
매달 셋째 주 화요일은 기계 청소 때문에 오후 1시에 열어요.
월요일은 쉽니다.
"""


def said(text: str, question: str) -> list[str] | None:
    found = ask(business({"shop.md": text}), question)
    return [fact.said for fact in found.facts] if found is not None and found.kind == "told" else None


def test_the_exception_is_told_with_the_rule() -> None:
    found = ask(shop("unsure"), "What are your opening hours?")
    assert found is not None and found.kind == "told"
    assert [fact.said for fact in found.facts] == [
        "Open Monday to Friday 9:00-18:00.",
        "In winter we close an hour earlier, at 17:00, from Monday to Friday.",
    ]
    tuesday = said(ROASTERY, "화요일 몇시부터 해요?")
    assert tuesday is not None
    assert any("08:30" in one for one in tuesday) and any("셋째 주" in one for one in tuesday)


def test_other_days_are_left_out() -> None:
    tuesday = said(ROASTERY, "화요일 몇시부터 해요?")
    assert tuesday is not None and not any("월요일은 쉽니다" in one for one in tuesday)


@pytest.mark.parametrize(
    "question",
    [
        "Are you open on Christmas?",  # nothing is said about it
        "When is the last order?",
        "When does the winter sale close?",  # not about the opening
    ],
)
def test_what_is_not_said_is_left_to_others(question: str) -> None:
    assert ask(shop("unsure"), question) is None


def test_too_much_to_read_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.knowledge.facts.ask.told.QUOTES", 1)
    assert ask(shop("unsure"), "Are you open on Monday?") is None


def test_a_day_of_which_nothing_clear_is_said_is_told_too() -> None:
    only = (
        "# Yard\n\n## Opening hours\n- Friday: 8:00am - 4:30pm\n- Saturday: 8:30am - 12:30pm (tyres only)\n"
    )
    assert said(only, "What time do you shut on Saturdays?") == ["- Saturday: 8:30am - 12:30pm (tyres only)"]
