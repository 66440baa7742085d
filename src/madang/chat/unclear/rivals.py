"""What could be meant: things of one kind, named as they stand in the sources."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence

from madang.chat.phrase import korean
from madang.chat.titles import page_of
from madang.chat.words import content, known, stem
from madang.knowledge.days import days_in
from madang.knowledge.questions import asked, content_terms, shows
from madang.knowledge.types import Evidence, Passage
from madang.storage.segment import terms

OFFERED = 3
"""Candidates that are named."""
SPOKEN = 3
"""Passages that are looked into for a thing that is taken for known."""
MOST_OF = 0.6
"""Share of a question's words that a thing must hold for the question to be about such things."""
_MONTHS = frozenset(month.lower() for month in month_name if month)
_HEAD = re.compile(r"\s(?:of|for|in|at|with|on|from|and)\s|\s*[,:(|–—]|\s-\s")
"""Where a name goes on behind what it is a name of: "Studio rules" is no studio, "Museum of Clocks" a museum."""


def named_like(thing: str, passages: Sequence[Passage]) -> tuple[tuple[str, Passage], ...]:
    """Names of things of that kind ("Repair Loan", "도자기 체험"): headings and titles, then names in the text."""
    found: dict[str, tuple[str, Passage]] = {}
    if _of_time(thing):
        return ()
    root = stem(thing)
    for passage in passages:
        for name in (*reversed(passage.headings), passage.title):
            words = name.split()
            head = _HEAD.split(name)[0].split()[-1:] or [""]
            if 2 <= len(words) <= 8 and (stem(head[0].strip(",.:|")) == root or head[0] == thing):
                found.setdefault(key(name), (name, passage))
                break
    if len(found) < 2 and not korean(thing):
        pattern = re.compile(rf"\b(?:[A-Z][\w’'-]+\s+){{1,4}}{re.escape(thing[:1])}\w*", re.IGNORECASE)
        # "Traumatic Brain Injury" is no brain
        compound = re.compile(
            rf"\b(?:[A-Z][\w’'-]+[ -]){{1,4}}(?:{re.escape(thing.capitalize())})\b(?! [A-Z])"
        )
        for passage in passages:
            for match in compound.finditer(passage.text):
                name = re.sub(r"^(?:The|A|An|This|Your|Our|What|Which|How|If|In|For)\s+", "", match[0])
                if " " in name and pattern.search(name):
                    found.setdefault(key(name), (name, passage))
    return tuple(found.values())[:OFFERED] if len(found) > 1 else tuple(found.values())


def siblings(
    question: str, passages: Sequence[Passage], least: float = MOST_OF
) -> tuple[tuple[str, Passage], ...]:
    """Things of one kind that answer the question alike and that it does not name: two or three, or none.

    Of one kind are headings that end in the same word ("Harbour Museum", "Clock Museum"). Alike is: their
    passages hold as many words of the question as the best one (at least the share `least` of them), and show
    what it asks for.
    """
    wanted = set(content_terms(question))
    kind = asked(question)
    groups: dict[str, dict[str, tuple[str, Passage, int]]] = {}
    best = 0
    for passage in passages:
        name = passage.headings[-1] if passage.headings else page_of(passage.title)
        words = name.split()
        held = wanted & _terms(f"{name} {passage.text}", wanted)
        if shows(kind, passage.text) is False:
            continue
        best = max(best, len(held))
        if not 2 <= len(words) <= 6 or _of_time(words[-1]):
            continue
        group = groups.setdefault(stem(words[-1].lower()), {})
        if key(name) not in group or group[key(name)][2] < len(held):
            group[key(name)] = (name, passage, len(held))
    asks = set(content(question))
    for head, group in groups.items():
        fits = [one for one in group.values() if one[2] == best]
        if len(fits) < 2 or best < least * len(wanted):
            continue
        if any(_says(question, asks, word, head) for one in group.values() for word in one[0].split()):
            continue
        return tuple((name, passage) for name, passage, _ in fits[:OFFERED])
    return ()


def _of_time(word: str) -> bool:
    """Whether a word names a day or a month: nobody asks which Thursday of two headings is meant."""
    return bool(days_in(word.capitalize())) or word.lower() in _MONTHS


def heads(thing: str, passages: Sequence[Passage]) -> bool:
    """Whether there is one such thing: a passage stands under its bare name ("Lighthouse")."""
    return any(stem(one.lower()) == stem(thing) for passage in passages for one in passage.headings)


def speaking_of(thing: str, passages: Sequence[Passage]) -> set[str]:
    """The sources among what was found first that speak of such a thing at all: it is that of the one, where there
    is one."""
    return {one.source_id for one in passages[:SPOKEN] if known(stem(thing), set(content(one.text)))}


def sources_of(evidence: Evidence) -> tuple[tuple[str, Passage], ...]:
    """The sources that spans come from, by different titles."""
    found = {key(span.passage.title): (span.passage.title, span.passage) for span in evidence.spans}
    return tuple(found.values())[:OFFERED] if len(found) > 1 else ()


def _says(question: str, asks: set[str], word: str, head: str) -> bool:
    """Whether the question says the word of a name that tells it from the others of its kind."""
    root = stem(word.lower())
    if root == head:
        return False
    return word in question if korean(word) else bool(content(word)) and known(root, asks)


def _terms(text: str, wanted: set[str]) -> set[str]:
    there = {stem(term) for term in terms(text)}
    return {term for term in wanted if stem(term) in there}


def thing_of(question: str, rivals: Sequence[tuple[str, Passage]]) -> str:
    """The word that all candidates share, where the question says it."""
    if not rivals:
        return ""
    last = rivals[0][0].split()[-1]
    return (
        last.lower()
        if not korean(last) and known(stem(last), set(content(question)))
        else last
        if korean(last) and last in question
        else ""
    )


def key(name: str) -> str:
    return " ".join(name.lower().split())
