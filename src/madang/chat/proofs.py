"""A claim tied to the one span of a passage that bears it out: a sentence, or two or three in a row.

Every number, date, price, name and negation of the claim is held against that span and the headings above it,
and against nothing else. What is said of one thing is never proved by what stands under another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from madang.chat.quantities import quantities, scan, supported
from madang.chat.verify import ADDRESS, Verdict, check_cited, restricted
from madang.chat.words import content, known, names, stem
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Passage, Span

RUN = 3
"""Sentences of one span at most."""
LONGEST = 450
"""Characters of one span at most."""
ALIKE = 0.5
"""Share of a claim's words that a sentence must hold to be quoted in its place."""


class Proofs:
    """Finds spans in `passages` for claims that answer `question`."""

    def __init__(self, passages: Sequence[Passage], question: str) -> None:
        self._passages = passages
        self._question = question
        self._names = {stem(name) for passage in passages for name in names(passage.text)}

    def of(self, claim: str, passage: Passage) -> Span | None:
        """The smallest span of `passage` that bears `claim` out; None when none does."""
        if self.of_another(claim, passage):
            return None
        above = _above(passage)
        amounts = quantities(claim)
        words = set(content(scan(claim)[1]))
        for span in sorted(_runs(passage), key=lambda span: (span.score, -_shared(words, span.text))):
            evidence = f"{above}\n{span.text}"
            if amounts and not all(supported(amount, quantities(evidence)) for amount in amounts):
                continue
            if self.verdict(claim, span.text, above).accepted:
                return span.model_copy(update={"score": 0.0})
        return None

    def verdict(self, claim: str, said: str, above: str = "") -> Verdict:
        """Whether `claim` may rest on what is `said` under the headings `above`."""
        evidence = f"{above}\n{said}".strip()
        verdict = check_cited(claim, evidence, self._question)
        if not verdict.accepted:
            return verdict
        first = next(iter(claim.split()), "").strip("“\"'(,.")
        if first[:1].isupper() and stem(first) in self._names and stem(first) not in evidence.lower():
            return Verdict(False, f"a name that is not in the evidence: {first}")
        if not any(known(word, set(content(said))) for word in content(scan(claim)[1])) and not quantities(
            claim
        ):
            return Verdict(False, "nothing of it is in the evidence")
        if reason := restricted(claim, said):
            return Verdict(False, reason)
        return verdict

    def address(self, claim: str, passages: Sequence[Passage]) -> bool:
        """Whether a claim names an address."""
        return check_cited(claim, "\n".join(_whole(one) for one in passages), self._question) is ADDRESS

    def instead(self, claim: str, passage: Passage) -> Span | None:
        """The sentence of `passage` that the claim was made from, as far as that can be told."""
        words = set(content(scan(claim)[1]))
        found = max(_runs(passage), key=lambda span: (_shared(words, span.text), -span.score), default=None)
        if found is None or not words or _shared(words, found.text) < ALIKE * len(words):
            return None
        return found.model_copy(update={"score": 0.0})

    def of_another(self, claim: str, passage: Passage) -> bool:
        """Whether the claim names a thing that another passage stands under; or names none, while the
        question names one that this passage has nothing of."""
        whole = _whole(passage)
        others = {
            word
            for other in self._passages
            if other.headings != passage.headings
            for word in _heading_words(other)
        }
        foreign = {word for word in others if not _says(whole, word)}
        if any(_says(claim, word) for word in foreign):
            return True
        own = _heading_words(passage) - others
        return not any(_says(claim, word) for word in own) and any(
            _says(self._question, word) for word in foreign
        )


def _heading_words(passage: Passage) -> set[str]:
    """Stems of English words; Korean words as they stand, for an ending may be a word's own ("한지")."""
    text = " ".join(passage.headings)
    return {word for word in content(text) if word.isascii()} | set(re.findall(r"[가-힣]{2,}", text))


def _says(text: str, word: str) -> bool:
    return known(word, set(content(text))) if word.isascii() else word in text


def _runs(passage: Passage) -> Iterator[Span]:
    """Sentences of a passage, then two and three in a row; `score` is how many."""
    places = sentences(passage.text)
    for many in range(1, RUN + 1):
        for at in range(len(places) - many + 1):
            start, end = places[at][0], places[at + many - 1][1]
            if many == 1 or end - start <= LONGEST:
                yield Span(passage=passage, start=start, end=end, score=float(many))


def _shared(words: set[str], text: str) -> int:
    there = set(content(scan(text)[1]))
    return sum(known(word, there) for word in words)


def _above(passage: Passage) -> str:
    return "\n".join(dict.fromkeys([passage.title, *passage.headings]))


def _whole(passage: Passage) -> str:
    return f"{_above(passage)}\n{passage.text}"
