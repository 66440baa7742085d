"""A question taken apart: its terms, how telling each is, and which other words it may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from madang.kernel.language import language_of
from madang.knowledge import dated, lexicon, measures
from madang.knowledge.lexicon.loan import lent
from madang.knowledge.questions import Asked, asked, content_terms
from madang.storage.search import SearchIndex
from madang.storage.segment import terms

_IDENTIFIER = re.compile(r"\b[A-Za-z0-9]+_\w+")
_CARS = re.compile(r"\bcar\b|\bparking\b|주차|차를", re.IGNORECASE)
_GREEN = re.compile(r"\b(?:the|a|our|national|city|central|theme|water) park\b", re.IGNORECASE)
"""No place for a car."""
_NOWHERE = "\x01"
"""A term that no text has (no NUL: PostgreSQL refuses it): its idf is the greatest there is."""


@dataclass(frozen=True, slots=True)
class Asking:
    """`weights` holds the idf of each content term in the character's knowledge, the greatest if unknown."""

    question: str
    kind: Asked
    language: str
    weights: Mapping[str, float]
    words: Mapping[str, str] = field(default_factory=dict)
    """The word of the question that each term comes from."""
    unknown: frozenset[str] = frozenset()
    """Terms that the character's knowledge has in no form, nor in another word."""
    more: tuple[str, ...] = ()
    """Other words to be searched for: forms of English words, and what stands for a word that is unknown."""
    alike: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What the owner says a term means too: words and short phrases."""
    heard: frozenset[str] = frozenset()
    """Terms of words in Hangul that English words of what was found sound like."""

    @property
    def total(self) -> float:
        return sum(self.weights.values()) or 1.0

    def direct(self, text: str) -> frozenset[str]:
        """The terms that `text` has, in any form."""
        there = self._stems(text)
        found = frozenset(term for term in self.weights if lexicon.stem(term) in there)
        return found - measures.other(self.question, text)

    def present(self, text: str) -> frozenset[str]:
        """The terms that `text` has, in any form or as another word for the same."""
        there = self._stems(text)
        lower = text.lower()
        found = frozenset(
            term
            for term in self.weights
            if lexicon.stem(term) in there
            or any(holds(word, there, lower) for word in lexicon.others(self.words.get(term, term)))
            or any(holds(phrase, there, lower) for phrase in self.alike.get(term, ()))
            or (term in self.heard and lent(self.words.get(term, term), lower))
        )
        met = measures.met(self.question, lower) & self.weights.keys()
        found = found - measures.other(self.question, text) - self._within(dated.other(self.question, text))
        return found | met | self._within(dated.met(self.question, text))

    def _within(self, said: Sequence[str]) -> frozenset[str]:
        """The terms of the question that stand in pieces of it."""
        pieces = [piece.lower() for piece in said]
        return frozenset(
            term for term in self.weights if any(self.words.get(term, term) in piece for piece in pieces)
        )

    def hearing(self, texts: Sequence[str]) -> Asking:
        """The same, with those words known that English words of the texts sound like ("핸드", "hand")."""
        there = " ".join(texts).lower()
        heard = frozenset(term for term in self.unknown if lent(self.words.get(term, term), there))
        return replace(self, heard=heard, unknown=self.unknown - heard) if heard else self

    def _stems(self, text: str) -> frozenset[str]:
        # a setting's name ("MADANG_DATA") says nothing about data, unless the question names it
        text = text if "_" in self.question else _IDENTIFIER.sub(" ", text)
        return stems_of(_GREEN.sub(" ", text) if _CARS.search(self.question) else text)

    def weight(self, found: frozenset[str]) -> float:
        """Share of the question, weighted by how telling its terms are, in [0, 1]."""
        return sum(self.weights[term] for term in found) / self.total

    def share(self, found: frozenset[str], telling: Mapping[str, float]) -> float:
        """As `weight`, with other weights for the terms."""
        return sum(telling[term] for term in found) / (sum(telling.values()) or 1.0)


async def ask(
    search: SearchIndex, character_id: str, question: str, synonyms: Sequence[Sequence[str]] = ()
) -> Asking:
    """Take `question` apart, as the knowledge of the character has it.

    `synonyms` holds groups of words and phrases that mean the same, as the owner says.
    """
    words = content_terms(question)
    alike = _alike(question, words, synonyms)
    phrases = {phrase: terms(phrase) for found in alike.values() for phrase in found}
    forms = {term: lexicon.forms(term) for term in words}
    others = {word: lexicon.others(word) for word in words.values()}
    parts = {other: terms(other) for stands in others.values() for other in stands}
    shapes = {other: lexicon.forms(other) for other in parts}
    wanted = [*words, _NOWHERE, *(f for found in forms.values() for f in found)]
    wanted += [part for found in (*parts.values(), *shapes.values(), *phrases.values()) for part in found]
    idf = await search.idf(character_id, wanted)
    most = idf[_NOWHERE]
    weights: dict[str, float] = {}
    unknown: set[str] = set()
    more: list[str] = []
    known_phrases = {phrase for phrase, found in phrases.items() if all(idf[part] < most for part in found)}
    for term, word in words.items():
        said = sorted(alike.get(term, frozenset()) & known_phrases)
        more.extend(said)
        there = [form for form in (term, *forms[term]) if idf[form] < most]
        more.extend(form for form in there if form != term)
        if there:
            weights[term] = min(idf[form] for form in there)
            continue
        known = any(part != term and idf.get(part, most) < most for part in terms(word))
        if known and not word.isascii() and not _begins(word, term):
            continue  # a bigram of an ending, beside those of the word itself: it says nothing
        instead = [
            shape
            for other in sorted(others[word])
            for shape in (other, *shapes[other])
            if all(idf[part] < most for part in parts.get(shape, [shape]))
        ]
        more.extend(instead)
        stand = [*(parts.get(shape, [shape]) for shape in instead), *(phrases[phrase] for phrase in said)]
        weights[term] = min((_rarest(idf.__getitem__, found) for found in stand), default=most)
        if not stand:
            unknown.add(term)
    return Asking(
        question,
        asked(question),
        language_of(question),
        weights,
        words,
        frozenset(unknown),
        tuple(dict.fromkeys(more)),
        alike,
    )


def _begins(word: str, term: str) -> bool:
    """Whether a compound of four syllables or more begins with the term ("붙임" of "붙임머리"): that tells it
    from others of its kind."""
    return len(word) >= 4 and word.startswith(term) and len(term) == 2


def _alike(
    question: str, words: Mapping[str, str], synonyms: Sequence[Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Each term of the question that a group has, with what else the group says."""
    found: dict[str, frozenset[str]] = {}
    there = {lexicon.stem(term) for term in terms(question)}
    lower = question.lower()
    for group in synonyms:
        for phrase in group:
            if not holds(phrase, there, lower):
                continue
            others = frozenset(other for other in group if other.lower() != phrase.lower())
            for term in {*content_terms(phrase), *terms(phrase)} & words.keys():
                found[term] = found.get(term, frozenset()) | others
    return found


@lru_cache(4096)
def stems_of(text: str) -> frozenset[str]:
    """The stems of a sentence or a passage: the same ones are looked into again and again."""
    return frozenset(lexicon.stem(term) for term in terms(text))


def holds(phrase: str, stems: frozenset[str] | set[str], lower: str) -> bool:
    """Whether a text, given as its stems and in lower case, has all words of `phrase`."""
    if not phrase.isascii():
        return all(word.replace("_", " ") in lower for word in phrase.lower().split())
    return all(lexicon.stem(term) in stems for term in terms(phrase))


def _rarest(idf: Callable[[str], float], parts: list[str]) -> float:
    return max(map(idf, parts))
