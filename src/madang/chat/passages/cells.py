"""A quoted row of a table taken apart into its names and values, to be shown as such."""

from __future__ import annotations

MOST_ROWS, MOST_CELLS, LONGEST = 12, 8, 60
"""Rows, cells of a row, and characters of a name beyond which a quotation is no small table."""


def cells(quote: str) -> list[list[tuple[str, str]]] | None:
    """The (name, value) pairs of each line of `column: value · column: value`, in order.

    None unless every line is such a row with at least two cells, so that what is shown, written one after the
    other with its `: `, ` · ` and line breaks, is the quotation to the letter.
    """
    rows = [
        [(name, value) for name, _, value in (part.partition(": ") for part in line.split(" · "))]
        for line in quote.split("\n")
    ]
    if len(rows) > MOST_ROWS or any(not 1 < len(row) <= MOST_CELLS for row in rows):
        return None
    if any(
        not name.strip() or len(name) > LONGEST or not value.strip() for row in rows for name, value in row
    ):
        return None
    return rows
