"""What the marks of a menu mean: "(V) vegan (N) contains nuts", said once for all its rows.

Each mark is a policy (its key is the mark, as it stands), so that the owner sees it and can change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.tags import tags_of
from madang.knowledge.facts.types import Fact, Item, Policy

_MARK = r"[A-Z]{1,3}"
_MARKS = re.compile(rf"\s*[(（\[]({_MARK}(?:\s?[,/·+&]\s?{_MARK})*)[)）\]]")
_BRACKETED = re.compile(rf"[(（\[](?P<mark>{_MARK})[)）\]]\s*[=:–-]?\s*(?P<means>[^()（）\[\]=:\n]{{2,40}})")
_EQUAL = re.compile(rf"(?<![\w.])(?P<mark>{_MARK})\s?[=:]\s?(?P<means>[^()\[\]=:,;·|/\n\d]{{3,30}})")
_LEAST = 2
"""Marks that a legend explains: one alone is a name in brackets."""
_SEPARATORS = " ,;·|/.-–—"
_NUMBERS = re.compile(r"\d")
_SIZES = re.compile(r"\b(?:small|medium|large|regular)\b|작은|중간|큰|소형|중형|대형", re.IGNORECASE)
"""What tells one price from another, and marks nothing."""


def legends_in(text: str) -> Iterator[tuple[Policy, int, int]]:
    """(policy, start, end) for each mark that a line explains; the place is the line."""
    for start, end, line in lines_of(text):
        row = " · " in line or _NUMBERS.search(line)  # of a menu: what stands there is said of one thing
        for pattern in () if row else (_BRACKETED, _EQUAL):
            found = {
                match["mark"]: means
                for match in pattern.finditer(line)
                if (means := match["means"].strip(_SEPARATORS)) and _explains(means)
            }
            if len(found) >= _LEAST:
                for mark, means in found.items():
                    yield Policy(key=f"({mark})", text=means), start, end
                break


def mark_of(policy: Policy) -> str:
    """The mark that a policy explains; empty for another policy."""
    match = re.fullmatch(rf"\(({_MARK})\)", policy.key)
    return match[1] if match is not None else ""


def marks_in(row: str, known: Sequence[str]) -> set[str]:
    """The marks of a row, of those that a legend knows: "(M)(E)", "(V, GF)"."""
    return {mark for match in _MARKS.finditer(row) for mark in re.findall(_MARK, match[1])} & set(known)


def with_tags(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of a source, its items with the tags that the legend gives their marks."""
    means = {
        mark: fact.value.text
        for fact in facts
        if isinstance(fact.value, Policy) and (mark := mark_of(fact.value))
    }
    return [_tagged(fact, means) if means else fact for fact in facts]


def _tagged(fact: Fact, means: dict[str, str]) -> Fact:
    item = fact.value
    if not isinstance(item, Item) or not (marks := marks_in(fact.said, list(means))):
        return fact
    given = tags_of(*(means[mark] for mark in sorted(marks)))
    tags = set(item.tags) | {tag for tag in given if f"not-{tag}" not in item.tags}
    names = [_without(name, marks) for name in (item.name, *item.others)]
    told = {"tags": sorted(tags)[:20], "name": names[0], "others": names[1:]}
    return fact.model_copy(update={"value": item.model_copy(update=told)})


def _without(name: str, marks: set[str]) -> str:
    """A name without its marks: "Carrot cake" of "Carrot cake (M)(N)"."""
    bare = _MARKS.sub(lambda match: "" if set(re.findall(_MARK, match[1])) <= marks else match[0], name)
    return bare.strip() or name


def _explains(means: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", means)) and not _SIZES.search(means)
