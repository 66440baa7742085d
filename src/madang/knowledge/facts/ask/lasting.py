"""For how long something is lent or done, where that is part of what it is called: "Rowing boat (30 min)"."""

from __future__ import annotations

import re

from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.durations import durations_in
from madang.knowledge.facts.types import Business, Item

_LEAD = re.compile(r"\b(?:for|of|per|during)\s*$", re.IGNORECASE)


def lasts(item: Item) -> frozenset[int]:
    """The minutes that its names give."""
    return frozenset(minutes for name in (item.name, *item.others) for minutes, _, _ in durations_in(name))


def lasting_in(left: Left, business: Business) -> frozenset[int]:
    """The time that a question names, in minutes, taken out of `left` where something is lent or done for so
    long; nothing for a time that nothing lasts, which nobody then understands."""
    known: frozenset[int] | None = business.memo.get("lasting")
    if known is None:
        known = frozenset(minutes for _, item in business.items() for minutes in lasts(item))
        business.memo["lasting"] = known
    named = durations_in(left.left) if known else []
    if len({minutes for minutes, _, _ in named}) != 1 or named[0][0] not in known:
        return frozenset()
    for _, start, end in named:
        lead = _LEAD.search(left.left[:start])
        left.cut(lead.start() if lead else start, end)
    return frozenset({named[0][0]})
