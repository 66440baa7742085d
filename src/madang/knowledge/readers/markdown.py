"""Markdown: headings make the path, list items and table rows stay whole, markup is taken off."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from madang.knowledge.document import Block, Document, Limits, Outline, record
from madang.knowledge.readers.decode import decode, line
from madang.knowledge.readers.text import paragraphs, width

_FRONT_MATTER = re.compile(r"\A---\n(.{0,10000}?)\n---\n", re.S)
_SHORT = 64
"""Columns; lines of prose are broken at more."""
_GOES_ON = re.compile(
    r"(?:,|\b(?:and|or|the|to|of|for|with|at|in|on|from|by|an?|is|are|our|your)|[가-힣](?:은|는|이|가|을|를|의|에|에서|과|와|로|으로|고|며|면|서))$"
)
_BEGINS_SMALL = re.compile(r"[a-z]")
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]{0,500}>", re.S)


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    text = decode(data, name, charset)[: limits.characters]
    title = ""
    front = _FRONT_MATTER.match(text)
    if front:
        named = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", front.group(1), re.M)
        title = line(named.group(1)) if named else ""
        text = text[front.end() :]
    walk = _Walk(limits)
    walk.run(MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table").parse(text))
    return Document(title or walk.title or PurePosixPath(name).stem, walk.blocks)


class _Walk:
    """Tokens of markdown-it to blocks."""

    def __init__(self, limits: Limits) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self._limits = limits
        self._outline = Outline()
        self._depth = 0
        self._marker = ""
        self._numbers: list[int | None] = []
        self._columns: list[str] = []
        self._cells: list[str] | None = None
        self._head = False

    def run(self, tokens: list[Token]) -> None:
        for number, token in enumerate(tokens):
            if len(self.blocks) >= self._limits.blocks:
                return
            if token.type == "inline":
                self._inline(token, tokens[number - 1])
            elif token.type in ("fence", "code_block"):
                self.blocks.extend(paragraphs(token.content, self._outline.path))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                start = int(token.attrs.get("start", 1) or 0) if token.type.startswith("ordered") else None
                self._numbers.append(start)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._numbers.pop()
            elif token.type == "list_item_open":
                self._item()
            else:
                self._table(token)

    def _item(self) -> None:
        count = self._numbers[-1]
        self._marker = "- " if count is None else f"{count}. "
        if count is not None:
            self._numbers[-1] = count + 1

    def _table(self, token: Token) -> None:
        if token.type == "thead_open":
            self._head, self._columns = True, []
        elif token.type == "thead_close":
            self._head = False
        elif token.type == "tr_open":
            self._cells = []
        elif token.type == "tr_close" and self._cells is not None:
            if self._head:
                self._columns = self._cells
            else:
                self._add(record(self._columns, self._cells), row=True)
            self._cells = None

    def _inline(self, token: Token, opened: Token) -> None:
        text = _plain(token)
        if self._cells is not None:
            self._cells.append(line(text))
        elif opened.type == "heading_open":
            heading = line(text)
            level = int(opened.tag[1])
            if level == 1 and not self.title and not self.blocks:
                self.title = heading
            else:
                self._outline.enter(level, heading)
        else:
            for part in text.split("\n"):
                self._add(line(part), row=bool(self._numbers))

    def _add(self, text: str, row: bool = False) -> None:
        if text:
            self.blocks.append(Block(self._marker + text, self._outline.path, row=row))
        self._marker = ""


def _plain(token: Token) -> str:
    """Visible text of an inline token; a hard break is a line break, a soft one is where lines stand alone."""
    parts: list[str] = []
    soft = "\n" if _stand_alone(token.content.split("\n")) else " "
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(soft)
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content.startswith("<br")):
            parts.append("\n")
        elif child.type == "image" and child.content:
            parts.append(child.content)
    return _TAG.sub("", "".join(parts))


def _stand_alone(lines: list[str]) -> bool:
    """Whether lines that Markdown would join are lines of their own, as people write hours and prices: all of them
    short, half of them with a number, and none that goes on in the next one."""
    lines = [one.strip() for one in lines]
    if len(lines) < 2 or any(width(one) > _SHORT for one in lines):
        return False
    goes_on = any(_GOES_ON.search(one) for one in lines[:-1]) or any(map(_BEGINS_SMALL.match, lines[1:]))
    return not goes_on and 2 * sum(bool(re.search(r"\d", one)) for one in lines) >= len(lines)
