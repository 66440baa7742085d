"""The lines of a text with where they stand, and a text with some of its places blanked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def lines_of(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, line) in order, the empty ones too; `end` is before the line's break."""
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line), line
        at += len(line) + 1


def blank(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with a space for each letter of the places, which may overlap: the rest stays where it is."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
