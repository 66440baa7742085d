"""Plain text: paragraphs are separated by empty lines; lines that were only wrapped are joined again."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers.decode import decode

_ITEM = re.compile(r"^\s*(?:[-*•·◦▪◆■□▶※]|\(?\d{1,3}[.)]|[가나다라마바사아자차카타파하][.)]|[①-⑳])\s*\S")
_WRAPPED_AT = 60
"""Columns: a line at least this wide, not ending a sentence, was cut by an editor and not by its writer."""


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    text = decode(data, name, charset)[: limits.characters]
    return Document(PurePosixPath(name).stem, paragraphs(text)[: limits.blocks])


def paragraphs(text: str, headings: tuple[str, ...] = ()) -> list[Block]:
    """Blocks of plain text. Items of a list and short lines of a paragraph stay lines of their own."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines: list[str] = []
        for raw in paragraph.split("\n"):
            line = " ".join(raw.split())
            if not line:
                continue
            if lines and not _ITEM.match(raw) and _was_wrapped(lines[-1]):
                lines[-1] += " " + line
            else:
                lines.append(line)
        blocks.extend(Block(line, headings, row=len(lines) > 1 or bool(_ITEM.match(line))) for line in lines)
    return blocks


def is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def width(line: str) -> int:
    """Columns on a screen: Hangul and other wide letters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _was_wrapped(line: str) -> bool:
    tail = line[-200:]
    return width(tail) >= _WRAPPED_AT and not re.search(r"[.!?:;。！？][\"'”’)\]]*$", tail)
