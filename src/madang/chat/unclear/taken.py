"""A thing that a message takes for known although nobody has named it ("this loan", "the loan", "그 체험")."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.chat.phrase import korean, phrases
from madang.chat.unclear.things import NO_THING, UNIQUE_KO
from madang.chat.words import FUNCTION, content, stem
from madang.models.types import Message

_NOUN = r"([A-Za-z][a-z-]*[a-z])(?![\w-])"
_DEFINITE = re.compile(
    rf"\b(?P<word>this|that|these|those|the)\s+(?:particular\s+|specific\s+|same\s+)?{_NOUN}(?P<owner>['’]s)?(?P<after>\s+[A-Za-z][\w’'-]*)?",
)
_POINTED_NAME = re.compile(r"\b[Tt](?:his|hat) ((?:[A-Z][\w’'-]+ ?){1,4}\b)")
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|he|she|him|her|his|hers|this|that|these|those)\b", re.IGNORECASE
)
_DOES = re.compile(r"\b(?:i|we|you|they|to|please)\s+$", re.IGNORECASE)
"""Before a verb: what follows names nothing."""
_PARTICULAR = re.compile(
    r"\b[Tt](?:his|hat) (?:particular|specific) (?:[a-z-]+ )*?([a-z-]+)\b(?= (?:[a-z]+s|is|was|has|can|will|compare|work|offer|have|do|did|in|on|for|to|at)\b|[?.,])"
)
CALENDAR = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter|christmas|easter)s?\b",
    re.IGNORECASE,
)
_DEFINITE_KO = re.compile(r"(?<![가-힣])(그|이|저|해당)\s([가-힣]{2,})")
_TELLS = re.compile(
    r"\s+(?:of|that|which|who|whose|where|to|for|between|behind|with|called|named|from|used|needed|at|by|available|offered|required)$",
    re.IGNORECASE,
)
_QUALITY = re.compile(r"(?:[aeu]al|[^r]ic|ive|ous|ful|less|[ai]ble|ary|ern|ish|act|ted)$", re.IGNORECASE)
"""Ends words that say how a thing is."""


@dataclass(frozen=True, slots=True)
class Definite:
    """A thing with "the", "this" or the like before it."""

    noun: str
    root: str
    shown: bool
    """Pointed at: "this loan"."""
    told: bool
    """Something behind it tells which: "the loan that …", "the loan office"."""
    spoken: bool
    """It was spoken of before."""

    def among(self, nouns: frozenset[str]) -> bool:
        return self.noun.lower() in nouns or self.root in nouns


def taken_for_known(
    question: str, history: Sequence[Message], unique: frozenset[str]
) -> tuple[str, bool] | None:
    """A noun that the question takes for known although nobody has named it, and whether it is pointed at.
    `unique`: nouns that need no naming."""
    before = " ".join(message.content for message in history)
    if korean(question):
        for match in _DEFINITE_KO.finditer(question):
            noun = next((p.text for p in phrases(match[2])), "")
            if noun and noun not in UNIQUE_KO and noun not in before:
                return noun, True
        return None
    court = _POINTED_NAME.search(question)
    if court is not None and court[1].lower() not in before.lower() and not CALENDAR.match(court[1]):
        return court[1].split()[-1], True
    if (one := _PARTICULAR.search(question)) is not None:
        return one[1], True
    for thing in definites(question, set(content(before))):
        if not (thing.spoken or thing.told or thing.among(unique)):
            return thing.noun, thing.shown
    return None


def definites(question: str, there: set[str]) -> list[Definite]:
    """The English things that a message takes for known, in order. `there`: roots of what was said before."""
    found: list[Definite] = []
    for match in _DEFINITE.finditer(question):
        noun, after = match[2], match["after"] or ""
        if noun[0].isupper() or len(noun) < 3 or noun.lower() in NO_THING:
            continue
        if CALENDAR.fullmatch(noun):
            continue  # "this sunday" is known to everybody
        told = not match["owner"] and bool(_TELLS.match(after) or _compound(question, match))
        if not told:
            if noun.endswith(("est", "ly", "ing", "ed")) or _describes(noun, after):
                continue
            if re.match(r"['’]t", question[match.end(2) :]):
                continue
            if match["word"] == "that" and _clause(question, match):
                continue
        root = stem(noun)
        found.append(Definite(noun, root, match["word"] != "the", told, root in there))
    return found


def named_before(question: str) -> bool:
    """Whether a thing is named before the word that points at it ("How should iron tablets be taken so that they
    work?")."""
    if korean(question):
        return False
    points = _POINTS.search(question)
    return points is not None and any(
        phrase.end <= points.start()
        and not (" " not in phrase.text and _DOES.search(question[: phrase.start]))
        for phrase in phrases(question)
    )


def all_its(noun: str) -> bool:
    """Whether a noun means all things of a kind ("the boats")."""
    return noun.endswith("s") and stem(noun) != noun.lower()


def _describes(noun: str, after: str) -> bool:
    """Whether a word goes on with the thing that it describes ("the annual fee", "these abstract ones")."""
    word = after.strip().lower()
    return bool(_QUALITY.search(noun)) and bool(word) and word not in FUNCTION


def _compound(question: str, match: re.Match[str]) -> bool:
    """Whether the noun goes on ("the loan office", "the Repair loan"): then it is more than its kind."""
    after = (match["after"] or "").strip()
    if not after or match["word"] != "the":
        return False
    run = next((p for p in phrases(question) if p.start <= match.start(2) < p.end), None)
    return run is None or run.end > match.end(2)


def _clause(question: str, match: re.Match[str]) -> bool:
    """Whether `that` begins a clause ("the bank that lends")."""
    return match.start() > 0 and question[: match.start()].rstrip()[-1:].isalnum()
