"""A quoted row of a table, taken apart to be shown as names and values: the quotation to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.chat.passages.cells import cells
from madang.chat.types import Citation, Reply
from madang.kernel.clock import now

ROW = "Boat: Swan pedal boat · 보트: 백조 페달보트 · 60 min 60분: ₩32,000"


def written(rows: list[list[tuple[str, str]]]) -> str:
    return "\n".join(" · ".join(f"{name}: {value}" for name, value in row) for row in rows)


def test_a_row_and_several_rows() -> None:
    assert cells(ROW) == [
        [("Boat", "Swan pedal boat"), ("보트", "백조 페달보트"), ("60 min 60분", "₩32,000")]
    ]
    assert cells("Day: Mon · Open: at: ten\nDay: Tue · Open: 9") == [
        [("Day", "Mon"), ("Open", "at: ten")],
        [("Day", "Tue"), ("Open", "9")],
    ]


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "An hour costs ₩32,000.",
        "Note: dogs are welcome",
        "Mon · Tue · Wed",
        f"{ROW} · and more",
        f"{ROW}\nPrices are per boat.",
        "A: 1 · : 2",
        "A: 1 · B: ",
        f"{'a' * 61}: 1 · B: 2",
        " · ".join(f"c{number}: {number}" for number in range(9)),
        "\n".join(["A: 1 · B: 2"] * 13),
    ],
)
def test_other_words_are_no_table(quote: str) -> None:
    assert cells(quote) is None


@given(st.lists(st.sampled_from(["a", ": ", " · ", "\n", " ", ":", "<b>", "값"]), max_size=24))
def test_what_is_shown_is_the_quotation(parts: list[str]) -> None:
    quote = "".join(parts)
    rows = cells(quote)
    assert rows is None or written(rows) == quote


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"It is ₩32,000.\n\n> {ROW} [1]", True),
        ("> Boat: Swan pedal boat ·\n>  보트: 백조 페달보트 · 60 min 60분: ₩32,000 [1]", True),
        ("It is ₩32,000 [1].", False),
        ("", False),
    ],
)
def test_what_a_reply_says_need_not_stand_beside_it(text: str, says: bool) -> None:
    citation = Citation(
        number=1, passage_id="p", source="Prices", quote=ROW, start=0, end=len(ROW), url="/c/x/passages/p"
    )
    assert Reply(id="r", turn_id="t", version=1, text=text, created_at=now()).says(citation) is says
