"""From blocks to passages: pieces of about 500 to 900 characters that end where sentences end.

A passage never crosses a heading. Short blocks under one heading are joined, with a line break between them;
a long block is cut into pieces of about equal length. Title and headings are context, not part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from madang.knowledge.document import Block, Document
from madang.knowledge.sentences import sentences

TARGET = 700
LONGEST = 900


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it has an id."""

    headings: tuple[str, ...]
    text: str
    page: int | None
    place: str = ""

    def plain(self) -> list[Any]:
        return [list(self.headings), self.text, self.page, self.place]

    @staticmethod
    def from_plain(plain: list[Any]) -> Piece:
        headings, text, page, place = plain
        return Piece(tuple(map(str, headings)), str(text), None if page is None else int(page), str(place))

    def digest(self, title: str) -> str:
        """What the passage is known by when its source is read again: any change of it is a new passage."""
        return sha256("\x1e".join([title, *self.headings, "", self.text]).encode()).hexdigest()[:40]


def context(title: str, headings: Iterable[str], text: str) -> str:
    """What is indexed and embedded: a passage with the title and heading path it stands under."""
    path = [heading for heading in headings if heading and heading != title]
    return "\n".join([*([title] if title else []), *([" > ".join(path)] if path else []), text])


def split(document: Document) -> list[Piece]:
    """The passages of a document, in order. None of them is empty or longer than LONGEST characters."""
    pieces: list[Piece] = []
    joined: list[Block] = []
    length = 0

    def flush() -> None:
        nonlocal length
        if joined:
            first = joined[0]
            text = "\n".join(block.text for block in joined)
            pieces.append(Piece(first.headings, text, first.page, _places([block.place for block in joined])))
        joined.clear()
        length = 0

    for block in document.blocks:
        text = block.text.strip()
        if not text:
            continue
        if len(text) > LONGEST:
            flush()
            pieces.extend(Piece(block.headings, part, block.page, block.place) for part in _cut(text))
            continue
        if joined and (block.headings != joined[0].headings or length + len(text) + 1 > TARGET):
            flush()
        joined.append(Block(text, block.headings, block.page, block.row, block.place))
        length += len(text) + 1
    flush()
    return pieces


def _places(places: Sequence[str]) -> str:
    """Where a passage of several blocks stands: `sheet:Menu:12`, `sheet:Menu:13` and, below an empty row,
    `sheet:Menu:15` are `sheet:Menu:12-13,15`."""
    kinds = {place.rpartition(":")[0] for place in places}
    ends = [place.rpartition(":")[2] for place in places]
    if len(kinds) != 1 or not all(end.isdecimal() for end in ends):
        return places[0]
    runs: list[list[int]] = []
    for number in sorted(set(map(int, ends))):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return f"{kinds.pop()}:{','.join('-'.join(map(str, run)) for run in runs)}"


def _cut(text: str) -> list[str]:
    """Pieces of a long text, about equal in length, cut between sentences (inside one only when too long)."""
    units: list[tuple[int, int]] = []
    for start, end in sentences(text):
        units.extend(_cut_sentence(text, start, end))
    goal = len(text) / -(-len(text) // TARGET)
    parts: list[str] = []
    begin, last = units[0]
    for start, end in units[1:]:
        grown = end - begin
        if grown > LONGEST or (last - begin >= goal * 0.6 and abs(grown - goal) > abs(last - begin - goal)):
            parts.append(text[begin:last])
            begin = start
        last = end
    parts.append(text[begin:last])
    return parts


def _cut_sentence(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence as one unit, or, when longer than LONGEST, cut at the last space (or anywhere) before it."""
    units: list[tuple[int, int]] = []
    while end - start > LONGEST:
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = space if space > 0 else start + LONGEST
        units.append((start, stop))
        start = stop + 1 if space > 0 else stop
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        units.append((start, end))
    return units
