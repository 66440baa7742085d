"""Plain text: paragraphs are separated by empty lines; lines that were only wrapped are joined again.

A short line that says nothing itself, above a sentence or a list, is the heading of what follows.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import PurePosixPath

from madang.knowledge.document import Block, Document, Limits, Outline
from madang.knowledge.readers.decode import decode
from madang.knowledge.readers.faq import begins, is_question
from madang.knowledge.sentences import is_label, says_something

_ITEM = re.compile(r"^\s*(?:[-*•·◦▪◆■□▶※]|\(?\d{1,3}[.)]|[가나다라마바사아자차카타파하][.)]|[①-⑳])\s*\S")
_SENTENCE = re.compile(r"(?:[.!?。！？]|니다|[아어해에예세돼까]요)[\"'”’)\]]*$")
_TITLE_LONGEST = 80
_WRAPPED_AT = 60
"""Columns: a line at least this wide, not ending a sentence, was cut by an editor and not by its writer."""


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    text = decode(data, name, charset)[: limits.characters]
    return Document(title_of(text) or PurePosixPath(name).stem, _under_headings(text)[: limits.blocks])


def title_of(text: str) -> str:
    """The first line, where it looks like a title: short, alone above the rest, and no sentence; else "".

    Nothing is lost when it is taken for one: it stays a heading or a line of its own too.
    """
    first, _, rest = text.lstrip("\ufeff \t\n").partition("\n")
    line = " ".join(first.split()).strip("#=* ")
    alone = re.match(r"(?:[ \t]*[=*~-]{3,}[ \t]*)?\n|[ \t]*[=*~-]{3,}[ \t]*\n", rest) is not None
    below = rest.strip(" \t\n=*~-")
    if not alone or not below or not 2 <= width(line) <= _TITLE_LONGEST or len(line.split()) > 10:
        return ""
    if not re.search(r"[^\W\d_]", line) or is_item(first) or begins(line) or is_question(line):
        return ""
    if _SENTENCE.search(line) or re.search(r"[,;:]$|: |@|://|\d{3}", line):
        return ""
    return "" if says_something(line) else line


def _under_headings(text: str) -> list[Block]:
    """Blocks of a whole text under its headings. One above another, at the very top, is that of the text."""
    lines: list[tuple[Block, bool]] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines.extend((block, place == 0) for place, block in enumerate(paragraphs(paragraph)))
    blocks, outline = [], Outline()
    for place, (block, _) in enumerate(lines):
        if _is_heading(lines, place):
            outline.enter(2, block.text)
        elif place == 0 and is_label(block.text) and _is_heading(lines, 1):
            outline.enter(1, block.text)
        else:
            blocks.append(replace(block, headings=outline.path))
    return blocks


def _is_heading(lines: list[tuple[Block, bool]], place: int) -> bool:
    """Whether a label begins a paragraph, or follows a sentence, and a sentence or an item comes after it."""
    if place + 1 >= len(lines) or not is_label(lines[place][0].text):
        return False
    begins = lines[place][1]
    after = lines[place + 1][0].text
    return (begins or bool(_SENTENCE.search(lines[place - 1][0].text))) and (
        bool(_SENTENCE.search(after)) or is_item(after)
    )


def paragraphs(text: str, headings: tuple[str, ...] = ()) -> list[Block]:
    """Blocks of plain text. Items of a list and short lines of a paragraph stay lines of their own."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines: list[str] = []
        for raw in paragraph.split("\n"):
            line = " ".join(raw.split())
            if not line:
                continue
            if lines and not _ITEM.match(raw) and not begins(line) and _was_wrapped(lines[-1]):
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
