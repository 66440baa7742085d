"""Which of a thing's prices hold at the time of day that a question names: "Before 5pm", "5pm and after"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.knowledge.facts.clocks import clocks_in, stretches_in
from madang.knowledge.facts.types import DAY, Fact, Item

_UNTIL = re.compile(r"\b(?:before|until|till|up to)\s*$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:after|from|since)\s*$", re.IGNORECASE)
_OR_EARLIER = re.compile(r"\s?(?:(?:or|and) (?:before|earlier)\b|이전|전(?![가-힣])|까지)", re.IGNORECASE)
_OR_LATER = re.compile(
    r"\s?(?:(?:or|and) (?:after|later)\b|onwards?\b|\+|이후|후(?![가-힣])|부터)", re.IGNORECASE
)
_ALWAYS = re.compile(r"\b(?:all day|any ?time)\b|종일|시간\s?무관", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """What a price is for: its words without those on the time of day, and between which minutes it holds."""

    bare: str
    since: int = 0
    until: int = DAY
    timed: bool = False


def label_of(said: str) -> Label:
    """A column's heading, as it is where it says nothing of a time."""
    bare = _ALWAYS.sub(" ", said)
    always = bare != said
    spans, clocks = stretches_in(bare), clocks_in(bare)
    if len(spans) == 1 and spans[0].sure:
        one = spans[0]
        return Label(f"{bare[: one.start]} {bare[one.end :]}", one.opens, one.closes, timed=True)
    if len(clocks) != 1 or not clocks[0].sure:
        return Label(bare, timed=always)
    clock = clocks[0]
    before, after = bare[: clock.start], bare[clock.end :]
    later, earlier = _OR_LATER.match(after), _OR_EARLIER.match(after)
    since, until = _SINCE.search(before), _UNTIL.search(before)
    if sum(map(bool, (later, earlier, since, until))) != 1:
        return Label(bare, timed=always)
    behind = later or earlier
    rest = f"{_SINCE.sub(' ', _UNTIL.sub(' ', before))} {after[behind.end() :] if behind else after}"
    if later or since:
        return Label(rest, since=clock.minutes, timed=True)
    return Label(rest, until=clock.minutes, timed=True)


def by_times(items: Sequence[tuple[Fact, Item]]) -> bool:
    """Whether any of these prices is said to hold at some times of the day, or at all."""
    return any(label_of(item.variant).timed for _, item in items)


def at(
    items: Sequence[tuple[Fact, Item]], times: Sequence[int], part: tuple[int, int] | None
) -> list[tuple[Fact, Item]]:
    """Those whose price may hold at that time, or in that part of the day: all where neither is named."""
    spans = [(time, time + 1) for time in times] or ([part] if part else [])
    if not spans:
        return list(items)
    labels = [label_of(item.variant) for _, item in items]
    return [
        pair
        for pair, label in zip(items, labels, strict=True)
        if any(since < label.until and label.since < until for since, until in spans)
    ]
