"""What tells a message that leaves open what it means from one that does not: what `estimate` is made from.

They say what the message points at and takes for known, whether it names something itself, how much of it was
spoken of before, and whether one text stands out among what is found for it, or several speak of such things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.chat.followup import Standing
from madang.chat.unclear.taken import CALENDAR, Definite, definites
from madang.chat.unclear.things import UNIQUE
from madang.chat.words import content, known
from madang.knowledge.asks import explains, lists
from madang.knowledge.types import Evidence, Passage
from madang.models.types import Message

SIGNS = (
    "first", "points", "points_first", "other", "particular", "named", "general",
    "taken", "taken_shown", "taken_first", "told", "seen", "spoken", "unspoken",
    "pointing", "carried", "ellipsis", "short",
    "words", "few", "spoken_before", "in_best",
    "texts_of_3", "texts_of_8", "best_above_text", "best_above_next",
    "cosine", "lists", "explains",
)  # fmt: skip
FROM_FEATURES = (
    "cosine_above",
    "cosine_z",
    "missing",
    "unknown",
    "words_best",
    "words_margin",
)
"""Taken from what the evidence was estimated from."""
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|he|she|him|her|his|hers|this|that|these|those|one|ones|there)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the|this|that)\s+(?:other|another|second|first|third|last|latter|former|newer|older|next|same|new|old|bigger"
    r"|smaller|cheaper|rest)\b|\banother\b",
    re.IGNORECASE,
)
_PARTICULAR = re.compile(r"\b(?:particular|specific|same|such)\b", re.IGNORECASE)
_NAMED = re.compile(r"(?<=[a-z,] )(?!I['’])[A-Z][\w’'-]+|\b\w*[A-Z]\w*[A-Z]\w*\b|\d|[\"“`]")
_GENERAL = re.compile(r"\b(?:a|an|any|some|people|someone|you|one)\b", re.IGNORECASE)
READ, REMEMBERED = 1_000, 16
"""Characters of a message, and messages before it, that are looked into."""
_FEW, _MANY = 2, 12
"""Content words of a message that says little, and of one that says much."""


def signs(
    message: str, standing: Standing, history: Sequence[Message], evidence: Evidence
) -> dict[str, float]:
    """All of SIGNS and FROM_FEATURES, each between 0 and about 1.

    `history`: what was said before, oldest first; `evidence`: for `standing`.
    """
    message = message[:READ]
    there = set(content(" ".join(one.content[:READ] for one in history[-REMEMBERED:])))
    passages = list({one.passage.id: one.passage for one in evidence.found}.values())
    texts = [set(content(" ".join([one.title, *one.headings, one.text]))) for one in passages]
    words, first = set(content(message)), not history
    values = {
        "first": first,
        "points": bool(points := _POINTS.search(message)),
        "points_first": bool(points) and first,
        "other": bool(_OTHER.search(message)),
        "particular": bool(_PARTICULAR.search(message)),
        "named": bool(_NAMED.search(CALENDAR.sub("", message[1:]))),
        "general": bool(_GENERAL.search(message)),
        **_taken(definites(message, there), texts, first=first),
        **{how: standing.how == how for how in ("pointing", "carried", "ellipsis", "short")},
        "words": min(len(words), _MANY) / _MANY,
        "few": len(words) <= _FEW,
        "spoken_before": _share(words, there),
        "in_best": _share(words, texts[0]) if texts else 0.0,
        **_texts(evidence, passages),
        "cosine": max((one.vector for one in evidence.found), default=0.0),
        "lists": lists(message),
        "explains": explains(message),
    }
    values |= {name: evidence.features.get(name, 0.0) for name in FROM_FEATURES}
    return {name: float(value) for name, value in values.items()}


def _taken(found: Sequence[Definite], texts: Sequence[set[str]], *, first: bool) -> dict[str, float]:
    """Definite things: those that nobody named and nothing tells apart, and how many of the passages speak of
    such; those that something tells apart; those that were spoken of."""
    new = [one for one in found if not (one.spoken or one.among(UNIQUE))]
    bare = [one for one in new if not one.told]
    spoken = [sum(known(one.root, text) for text in texts) / max(1, len(texts)) for one in bare]
    return {
        "taken": min(len(bare), 2) / 2,
        "taken_shown": any(one.shown for one in bare),
        "taken_first": bool(bare) and first,
        "told": min(len(new) - len(bare), 2) / 2,
        "seen": min(sum(one.spoken for one in found), 2) / 2,
        "spoken": max(spoken, default=0.0),
        "unspoken": 1 - min(spoken, default=1.0),
    }


def _texts(evidence: Evidence, passages: Sequence[Passage]) -> dict[str, float]:
    """How many texts what was found first is of, and how far the best stands out, in standard deviations."""
    sources = [one.source_id for one in passages]
    scores = [(one.passage.source_id, one.score) for one in evidence.found]
    best = scores[0][1] if scores else 0.0
    another = next((score for source, score in scores if source != scores[0][0]), best - 3)
    following = scores[1][1] if len(scores) > 1 else best - 3
    return {
        "texts_of_3": len(set(sources[:3])) / 3,
        "texts_of_8": len(set(sources[:8])) / 8,
        "best_above_text": min(best - another, 3.0) / 3,
        "best_above_next": min(best - following, 3.0) / 3,
    }


def _share(words: set[str], there: set[str]) -> float:
    return sum(known(word, there) for word in words) / len(words) if words and there else 0.0
