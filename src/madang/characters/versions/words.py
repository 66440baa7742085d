"""What changed between two texts, word by word, in time that a page can wait for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel

Op = Literal["same", "added", "removed"]

# a word, one sign of a script that writes no spaces (Han, kana, Thai…), a run of spaces, or any other sign
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u1000-\u109f"
                   r"\u3040-\u30ff\u3400-\u9fff]+|\s+|[^\w\s]")  # fmt: skip
MOST_WORK = 1_000_000
"""Words of the one times words of the other text up to which they are compared as words; beyond, as lines."""


class Piece(BaseModel):
    """A stretch of text. What is not `added` makes the old text, what is not `removed` the new one."""

    op: Op
    text: str


def pieces(old: str, new: str) -> list[Piece]:
    """From the old to the new text; what was removed stands before what was added in its place."""
    if old == new:
        return [Piece(op="same", text=old)] if old else []
    return _joined(_readable(_compared(_WORD.findall(old), _WORD.findall(new))))


Step = tuple[Op, str]


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    before = 0
    shorter = min(len(old), len(new))
    while before < shorter and old[before] == new[before]:
        before += 1
    after = 0
    while after < shorter - before and old[-1 - after] == new[-1 - after]:
        after += 1
    left, right = old[before : len(old) - after], new[before : len(new) - after]
    middle = _words(left, right) if len(left) * len(right) <= MOST_WORK else _lines(left, right)
    return [("same", "".join(old[:before])), *middle, ("same", "".join(old[len(old) - after :]))]


def _words(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    steps: list[Step] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            steps.append(("same", "".join(old[a:b])))
        else:
            steps += [("removed", "".join(old[a:b])), ("added", "".join(new[c:d]))]
    return steps


def _lines(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """Long texts: lines first, and words only within the lines that changed, as far as the work allows."""
    left, right = ("".join(words).splitlines(keepends=True) for words in (old, new))
    if len(left) * len(right) > MOST_WORK:
        return [("removed", "".join(old)), ("added", "".join(new))]
    work = MOST_WORK
    steps: list[Step] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right).get_opcodes():
        gone, come = "".join(left[a:b]), "".join(right[c:d])
        if kind == "equal":
            steps.append(("same", gone))
            continue
        these, those = _WORD.findall(gone), _WORD.findall(come)
        cost = len(these) * len(those)
        if cost and cost <= work:
            work -= cost
            steps += _words(these, those)
        else:
            steps += [("removed", gone), ("added", come)]
    return steps


def _readable(steps: Sequence[Step]) -> list[Step]:
    """A space that stayed between two changes belongs to both: one change reads better than two."""
    kept = [step for step in steps if step[1]]
    result: list[Step] = []
    for position, (op, text) in enumerate(kept):
        inside = 0 < position < len(kept) - 1 and "same" not in (kept[position - 1][0], kept[position + 1][0])
        if op == "same" and inside and text.isspace() and "\n" not in text:
            result += [("removed", text), ("added", text)]
        else:
            result.append((op, text))
    return result


def _joined(steps: Sequence[Step]) -> list[Piece]:
    found: list[Piece] = []
    gone = come = ""
    for op, text in [*steps, ("same", "")]:
        if op == "removed":
            gone += text
        elif op == "added":
            come += text
        else:
            found += [Piece(op=kind, text=all_of_it) for kind, all_of_it in _changed(gone, come)]
            gone = come = ""
            if text and found and found[-1].op == "same":
                found[-1].text += text
            elif text:
                found.append(Piece(op="same", text=text))
    return found


def _changed(gone: str, come: str) -> list[Step]:
    steps: list[Step] = [("removed", gone), ("added", come)]
    return [step for step in steps if step[1]]
