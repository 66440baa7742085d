"""A draft from a document is tagged with the trade that the document speaks of."""

from __future__ import annotations

import pytest

from madang.authoring import drafts
from madang.authoring.trades import tags_of, trades
from madang.knowledge.types import Passage

FLORIST = """Petal & Stem. Opening hours: Tuesday to Saturday, 9 to 18. Delivery within 10 miles for £6.
A hand-tied bouquet from £25. Ten tulips £9, garden roses £3 each. Funeral wreaths need two days' notice.
Refunds within a day. Parking behind the house."""
FLORIST_KO = """영업시간: 화요일부터 토요일까지 9시부터 18시. 배달은 6,000원입니다. 예약은 하루 전까지.
꽃다발은 25,000원부터, 튤립 열 송이 9,000원, 장미 한 송이 3,000원. 근조 화환은 이틀 전에 주문해 주세요."""


def _passage(text: str) -> Passage:
    return Passage(
        id="psg", source_id="src", character_id="chr", ordinal=0, title="t", headings=[], text=text
    )


@pytest.mark.parametrize(
    ("text", "language", "tags"),
    [
        (FLORIST, "en", ["flower shop"]),
        (FLORIST_KO, "ko", ["꽃집"]),
        ("Espresso 3, latte 4, cappuccino 4. We roast our coffee. Americano too.", "en", ["café"]),
        ("객실은 열 개입니다. 체크인은 15시, 체크아웃은 11시. 조식 포함. 객실마다 욕실.", "ko", ["숙소"]),
        ("Our coffee is good. We open at nine. Refunds within a week.", "en", []),
        ("The treaty was signed in 1648 after the roses had faded.", "en", []),
        ("", "en", []),
    ],
)
def test_the_trade_is_told_by_several_of_its_words(text: str, language: str, tags: list[str]) -> None:
    assert tags_of("Untitled", text, language) == tags  # type: ignore[arg-type]


def test_two_trades_at_most_and_only_near_ones() -> None:
    both = "Coffee, espresso, latte, americano. Bread: sourdough, baguette, croissant and cake every morning."
    assert set(tags_of("Corner", both, "en")) == {"café", "bakery"}
    assert all(len(tags_of("x", " ".join([FLORIST, both, FLORIST_KO]), "en")) <= 2 for _ in trades())


def test_a_business_gets_them_and_a_guide_does_not() -> None:
    assert drafts.from_passages("Petal & Stem", [_passage(FLORIST)]).tags == ["flower shop"]
    guide = "Tulips, roses, peonies and lilies: how to cut a bouquet. A florist's wreath keeps for a week."
    assert drafts.from_passages("Cut flowers", [_passage(guide)]).tags == []


def test_every_trade_is_named_in_both_languages_once() -> None:
    for language in ("en", "ko"):
        names = [one.names[language] for one in trades()]
        assert len(set(names)) == len(names) and all(names)
