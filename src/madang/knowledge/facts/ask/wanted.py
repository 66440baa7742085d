"""What a question wants of what it names: words of one name together, and which of a row's prices."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from madang.knowledge.facts.ask.menu import Wanted, is_for_each, named_in
from madang.knowledge.facts.ask.rates import narrowed
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.numerals import ENGLISH_WORD, small_number
from madang.knowledge.facts.types import Business, Fact, Item

_SO_MANY = re.compile(
    rf"\bfor (?:(\d{{1,3}})|({ENGLISH_WORD}))(?: (?:of us|people|persons|ppl|pax|adults|guests))?\s*\?*\s*$",
    re.IGNORECASE,
)
_CLOSE = 0.85
"""How alike a mistyped word is to the one that is meant: "seafod" and "seafood" .92, "coffee" and "toffee" .83."""
_ROWS = 2
"""Most rows of a table that a question goes on with: one thing, perhaps in two tables."""


def on_that_day(
    left: Left, named: Sequence[Wanted], business: Business, earlier: Sequence[str], today: date
) -> tuple[list[Wanted], tuple[Fact, ...]] | None:
    """What is wanted, of several prices that of the day that is named, with what says so; None where the
    day is not understood. A question that names only a day, or which price, goes on with what was spoken of
    `earlier`."""
    known = joined(of_each(named))
    spoken = _spoken_of(known, business, earlier)
    if spoken and not spoken[0].items:
        return None  # what was spoken of has no such price
    found = narrowed(left, spoken or known, business, today)
    if found is not None and spoken and not known and found[0] == spoken:
        return [], ()  # no day was named, nothing else either
    return found


def rows_on_that_day(
    left: Left, items: Sequence[tuple[Fact, Item]], business: Business, today: date
) -> tuple[list[Wanted], tuple[Fact, ...]] | None:
    """The rows of `items`, each with the prices that may hold on the day that is named, and what says so; no
    rows where no day is named, None where it is not understood."""
    rows: dict[tuple[str, int], list[tuple[Fact, Item]]] = {}
    for pair in items:
        rows.setdefault(pair[0].place, []).append(pair)
    each = [Wanted(tuple(row), 1, False, 0) for row in rows.values()]
    found = narrowed(left, each, business, today)
    return ([], ()) if found is not None and found[0] == each else found


def _spoken_of(wanted: Sequence[Wanted], business: Business, earlier: Sequence[str]) -> list[Wanted] | None:
    """The prices that were spoken of last, for a question that names nothing, or only which of them is meant
    ("and for members?"); None where those were of many things, or the question names something."""
    if wanted and (len(wanted) > 1 or not _qualifies(wanted[0])):
        return None
    for text in reversed(earlier[-6:]):
        named = joined(named_in(Left(text), business))
        rows = {fact.place for one in named for fact, _ in one.items}
        if not rows:
            continue
        items = wanted[0].items if wanted else tuple(business.items())
        there = tuple(pair for pair in items if pair[0].place in rows)
        return [Wanted(there, 1, False, 0)] if len(rows) <= _ROWS else None
    return None


def of_each(wanted: Sequence[Wanted]) -> list[Wanted]:
    """What several things share ("pine room or attic room on a weekday") holds of each of them."""
    keys = [{fact.key for fact, _ in one.items} for one in wanted]
    for at, one in enumerate(wanted):
        others = [other for other in range(len(wanted)) if other != at]
        if len(others) < 2 or one.counted or not all(item.variant for _, item in one.items):
            continue
        if all(keys[at] & keys[other] for other in others):
            return [
                replace(
                    wanted[other],
                    items=tuple(pair for pair in wanted[other].items if pair[0].key in keys[at]),
                )
                for other in others
            ]
    return list(wanted)


def joined(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Words of one name that stand apart ("seafood pancake" of "Seafood scallion pancake") mean one thing."""
    found: list[Wanted] = []
    for one in wanted:
        before = found[-1] if found else None
        both = [
            pair
            for pair in one.items
            if before and any(pair[0].key == other[0].key for other in before.items)
        ]
        same = before is not None and len(both) == len(one.items) == len(before.items) == 1
        if (
            before is not None
            and both
            and (not one.counted or _qualifies(before) or (same and not before.counted))
        ):
            number = one if one.counted else before
            found[-1] = replace(
                number,
                items=tuple(both),
                at=before.at,
                end=max(before.end, one.end),
                said=before.said + one.said,
            )
        else:
            found.append(one)
    return found


def plainest(one: Wanted) -> Wanted:
    """Of several things, all called as one of them and more ("Original", "Original Mini"), that one."""
    names = {bare_name(item) for _, item in one.items}
    plain = min(names, key=len, default="")
    if len(names) < 2 or not all(name.startswith(plain) for name in names):
        return one
    return replace(one, items=tuple(pair for pair in one.items if bare_name(pair[1]) == plain))


def as_spelled(left: Left, named: Sequence[Wanted]) -> list[Wanted]:
    """What is named, where a word beside it is a letter off one of its name's ("seafod pancake"): only what has
    that word. The word is taken out of `left`."""
    wanted = list(named)
    for match in re.finditer(r"[a-z]{5,}", left.left.lower()):
        for place, one in enumerate(wanted):
            words = {word for pair in one.items for word in _words_of(pair[1])}
            close = get_close_matches(match[0], words, 1, _CLOSE)
            if close and close[0][0] == match[0][0] and close[0] != match[0]:
                left.cut(*match.span())
                own = tuple(pair for pair in one.items if close[0] in _words_of(pair[1]))
                wanted[place] = replace(one, items=own)
                break
    return wanted


def _words_of(item: Item) -> set[str]:
    names = (item.name, *item.others)
    return {word for name in names for word in re.findall(r"(?<!non-)\b[a-z]{5,}", name.lower())}


def counted_at_end(left: Left, named: Sequence[Wanted]) -> list[Wanted]:
    """The one thing that is named, so many times as the question's end says ("how much is the tour for 3?")."""
    wanted = joined(named)
    match = _SO_MANY.search(left.left)
    if len(wanted) != 1 or wanted[0].counted or match is None:
        return list(named)
    if not all(is_for_each(pair) for pair in wanted[0].items):
        return list(named)
    left.cut(match.start(), match.end())
    count = small_number(next(found for found in match.groups() if found))
    return [replace(wanted[0], count=count, counted=True)]


def _qualifies(one: Wanted) -> bool:
    """Whether words say which price of several things is meant ("iced"), and name none of them."""
    names = {bare_name(item) for _, item in one.items}
    return not one.counted and len(names) > 1 and all(item.variant for _, item in one.items)


def bare_name(item: Item) -> str:
    """What it is called, without the time or size in brackets."""
    return normal(item.name.rpartition(" (")[0] or item.name)
