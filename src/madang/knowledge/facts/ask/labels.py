"""Numbers that say which of several things is meant, not how many of it: "10 inch", "2 year old", "block of 5".

Where names or columns have a number before a word, a number before that word in a question is such a number: it
has to be one of theirs. "1 game" alone is what one costs, and is counted.
"""

# ruff: noqa: E501, SIM905 - patterns and lists of words are read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.facts.types import Fact, Item
from madang.knowledge.lexicon import stem

_NUMBERED = re.compile(
    r"(?<![\d.,£$€₩-])(?P<n>\d{1,4})[\s-]?(?P<en>[a-z]+)|(?P<of>[a-z]+) of (?P<n2>\d{1,4})\b|(?<![\d.,])(?P<n3>\d{1,4})\s?(?P<ko>[가-힣]+)",
    re.IGNORECASE,
)
_OF = re.compile(r"\b([a-z]+) of\s*$", re.IGNORECASE)
_GROUPS = frozenset(
    "group party family team total cup bowl plate glass bottle order portion piece slice".split()
)
BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
Pairs = Sequence[tuple[Fact, Item]]


def numbered(name: str) -> dict[str, set[int]]:
    """The numbers that a name has, by the word each of them is of."""
    found: dict[str, set[int]] = {}
    for match in _NUMBERED.finditer(name.lower()):
        word = match["ko"] or stem(match["en"] or match["of"])
        found.setdefault(word, set()).add(int(match["n"] or match["n2"] or match["n3"]))
    return found


def labelled(pairs: Pairs, number: int, before: str, said: str) -> tuple[Pairs, bool] | None:
    """Those whose label the number is, and whether it is one: none where they have others. None where the number
    counts. `before` stands before it, `said` behind it."""
    words = {stem(word) for word in re.findall(r"[a-z]+", said.lower())} | set(re.findall("[가-힣]+", said))
    if (of := _OF.search(before)) is not None and stem(of[1].lower()) not in _GROUPS:
        words = {stem(of[1].lower())}
    labels = [numbered(f"{item.name} {item.variant}") for _, item in pairs]
    named = [{word: numbers for word, numbers in one.items() if word in words} for one in labels]
    if not any(named) or all(numbers == {1} for one in named for numbers in one.values()):
        return None
    own = [
        pair
        for pair, one in zip(pairs, named, strict=True)
        if any(number in numbers for numbers in one.values())
    ]
    return own, bool(own)


def aside(pairs: Pairs, said: str) -> bool:
    """Whether words name no things, but how many of something are in them: "10 children" of "Silver (up to 10
    children)"."""
    words = {stem(word) for word in re.findall(r"[a-z]+", said.lower())}
    for _, item in pairs:
        bare = BRACKETS.sub(" ", item.name).lower()
        inside = numbered(item.name.removesuffix(f" ({item.variant})"))
        if words & {stem(word) for word in re.findall(r"[a-z]+", bare)} or not words & set(inside):
            return False
    return bool(words)
