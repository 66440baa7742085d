"""Rows of a table beside one another: a row of another thing than the question names is no answer, if the
table has one of that thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from madang.knowledge.facts.bilingual import sides

CELL = " · "
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]")
_LEAST = 2
"""Letters of a name that is looked for in a question."""


def of_other_things(question: str, rows: Sequence[tuple[str, str]]) -> list[bool]:
    """For each (table, row) whether it is of another thing than `question` names: its first cell is not in
    it, but that of another row of the table. False for what is no row."""
    asked = question.lower()
    heads = [_head(row) if CELL in row else None for _, row in rows]
    named: dict[tuple[str, str], set[str]] = {}
    for (table, _), head in zip(rows, heads, strict=True):
        if head is not None and any(_stands_in(name, asked) for name in _names(head[1])):
            named.setdefault((table, head[0]), set()).add(head[1])
    return [
        head is not None and head[1] not in named.get((table, head[0]), {head[1]})
        for (table, _), head in zip(rows, heads, strict=True)
    ]


def columns(row: str) -> tuple[str, ...]:
    """The names of a row's columns, in order."""
    return tuple(cell.partition(": ")[0] for cell in row.split(CELL))


def _head(row: str) -> tuple[str, str] | None:
    """The first column's name, and what stands in it."""
    name, colon, value = row.split(CELL, 1)[0].partition(": ")
    return (name, value.strip()) if colon and value.strip() else None


@lru_cache(4096)
def _names(value: str) -> tuple[str, ...]:
    """What a cell calls its thing, in lower case: without brackets, in each language that it does."""
    plain = " ".join(_BRACKETS.sub("", value).lower().split())
    names = [plain, *(sides(plain) or ())]
    return tuple(name for name in names if len(re.findall(r"[^\W\d_]", name)) >= _LEAST)


def _stands_in(name: str, question: str) -> bool:
    if re.search("[가-힣]", name):
        return re.sub(r"\s", "", name) in re.sub(r"\s", "", question)
    return bool(re.search(rf"\b{re.escape(name)}(?:e?s)?\b", question))
