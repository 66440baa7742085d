# ruff: noqa: E501, SIM905 - patterns and lists of words are read whole
"""Whether several things that a question names are several, or words of one.

"Haircut for an OAP" is a row of its own, not a haircut and the row of OAPs. Things are added up only where the
question lists them ("a latte and a scone") or says how many of each; other words together have to name one row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from madang.knowledge.facts.ask.menu import Wanted, listed_names, part_of
from madang.knowledge.facts.numerals import ENGLISH_WORD
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.lexicon import stem

_JOINS = re.compile(
    r"[,&+;]|\b(?:and|plus|also)\b|(?:이?랑|하고|과|와|및|그리고|에다가?)(?![가-힣])", re.IGNORECASE
)
"""What stands between things of a list."""
_ALL = re.compile(
    r"둘\s?다|모두|합(?:해|쳐|치|계)|각각|\b(?:both|altogether|in all|in total|each)\b", re.IGNORECASE
)
"""What says of the things named that they are several."""
_WITH = re.compile(r"\bwith\b", re.IGNORECASE)
_BETWEEN_COUNTED = re.compile(
    rf"\W*(?:(?:\d{{1,3}}|{ENGLISH_WORD}|x|of|cups?|bowls?|plates?|glass(?:es)?|bottles?|orders?|portions?|servings?|pieces?|slices?|tickets?|[가-힣]{{1,3}})\W*)*",
    re.IGNORECASE,
)
_SMALL = frozenset("a an and for in of on or plus the to with per".split())
"""Words that tell no two names apart."""


def together(asked: str, wanted: Sequence[Wanted], business: Business) -> list[Wanted]:
    """What is named, as one thing where its words together are the name of one row."""
    if len(wanted) < 2 or any(not one.said for one in wanted):
        return list(wanted)
    row = _one_row(asked, wanted, business)
    return [row] if row is not None else list(wanted)


def listed(asked: str, wanted: Sequence[Wanted], business: Business) -> bool:
    """Whether a question names each of these for itself, so that they may be added up."""
    if len(wanted) < 2 or any(not one.said for one in wanted):
        return True
    every = bool(_ALL.search(asked))
    each = all(_linked(asked, one, after, business) for one, after in pairwise(wanted))
    return (every or each) and not any(
        _leans(one, other, business) for one in wanted for other in wanted if one is not other
    )


def _linked(asked: str, one: Wanted, after: Wanted, business: Business) -> bool:
    """Whether what stands between two things makes a list of them."""
    between = asked[one.end : after.at]
    if _JOINS.search(between):
        return True
    if _WITH.search(between):
        return _whole(one, business) and _whole(after, business)
    return one.counted and after.counted and bool(_BETWEEN_COUNTED.fullmatch(between))


def _leans(one: Wanted, other: Wanted, business: Business) -> bool:
    """Whether a thing is named by a part of its name, and the words for the other are more of it: the "dog" of
    "Adult with dog", beside an adult."""
    if _whole(one, business):
        return False
    own, beside = _words(one.said), _words(other.said)
    found: dict[str, bool] = {fact.key: False for fact, _ in one.items}
    for entry in listed_names(business):
        if (key := entry.pair[0].key) not in found or not own[0] <= _content(entry.stems):
            continue
        rest = _content(entry.stems) - own[0]
        hangul = [word for word in entry.hangul if not any(part_of(said, word) for said in own[1])]
        english = bool(rest and beside[0]) and (rest <= beside[0] or beside[0] <= rest)
        korean = bool(hangul) and all(any(part_of(said, word) for said in beside[1]) for word in hangul)
        found[key] |= english or korean
    return all(found.values())


def _one_row(asked: str, wanted: Sequence[Wanted], business: Business) -> Wanted | None:
    """The row whose name has all of the words; only they, where they stand in a list, or each is a name too."""
    english, korean = _words([said for one in wanted for said in one.said])
    counts = {one.count for one in wanted if one.counted}
    if len(counts) > 1 or not (english or korean):
        return None
    exact: dict[str, tuple[Fact, Item]] = {}
    more: dict[str, tuple[Fact, Item]] = {}
    for entry in listed_names(business):
        words = _content(entry.stems)
        run = not english and entry.plain == "".join(korean)  # "치즈 라면" of "치즈라면"
        if not run and not _has(entry.hangul, words, english, korean):
            continue
        plain = _content(entry.outside)
        same = run or (english in (words, plain) and len(entry.hangul) <= len(korean))
        (exact if same else more)[f"{entry.pair[0].key} {entry.pair[0].place}"] = entry.pair
    names = all(_whole(one, business) for one in wanted)
    listing = names or all(_JOINS.search(asked[one.end : two.at]) for one, two in pairwise(wanted))
    found = exact or ({} if listing else more)
    own = [{fact.place for fact, _ in one.items} for one in wanted if _whole(one, business)]
    if not found or any({fact.place for fact, _ in found.values()} <= places for places in own):
        return None  # one of them is that row itself
    alone = listing and any(one.counted for one in wanted) and not all(one.counted for one in wanted)
    if alone:
        return None  # two of one and one of the other
    first = next((one for one in wanted if one.counted), wanted[0])
    return replace(
        first,
        items=tuple(found.values()),
        at=min(one.at for one in wanted),
        end=max(one.end for one in wanted),
        said=tuple(said for one in wanted for said in one.said),
    )


def _has(
    hangul: Sequence[str], words: frozenset[str], english: frozenset[str], korean: Sequence[str]
) -> bool:
    """Whether a name has all of the words."""
    return english <= words and all(any(part_of(one, whole) for whole in hangul) for one in korean)


def _whole(one: Wanted, business: Business) -> bool:
    """Whether its words are all of a name of what it is."""
    english, korean = _words(one.said)
    keys = {fact.key for fact, _ in one.items}
    return any(
        entry.pair[0].key in keys
        and english in (_content(entry.stems), _content(entry.outside))
        and (not entry.hangul or "".join(entry.hangul) in "".join(korean))
        for entry in listed_names(business)
    )


def _words(said: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words, in English as their stems, and in Korean as they are."""
    text = " ".join(said)
    english = frozenset(stem(word) for word in re.findall(r"[a-z][a-z']*", text.lower()))
    return _content(english), tuple(re.findall("[가-힣]+", text))


def _content(stems: Sequence[str] | frozenset[str]) -> frozenset[str]:
    return frozenset(stems) - _SMALL
