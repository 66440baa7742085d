"""Evidence: what a character's sources say to a question, and how surely they answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from madang.knowledge import lexicon
from madang.knowledge.answerable import MANY, Answerable, model_for
from madang.knowledge.answers import Standing
from madang.knowledge.asking import Asking
from madang.knowledge.asks import explains
from madang.knowledge.features import features
from madang.knowledge.headed import ASKED_THERE, under_its_question
from madang.knowledge.orders import without_orders
from madang.knowledge.possible import may_answer
from madang.knowledge.questions import asked, content_terms, follow_up, stands_alone
from madang.knowledge.reading import IN_MUCH, READ, read, reading_of
from madang.knowledge.retrieve import Retrieval, Retriever
from madang.knowledge.spans import Unit, choose, lines, weigh
from madang.knowledge.timetable import of_its_day
from madang.knowledge.types import Evidence, Explained, Found, Span
from madang.storage.segment import terms

UNTOUCHED = 0.3
"""The most that is said for a span without any word of the question: likely the right passage, hardly the
right sentence. So a question in another language is answered where the words of `lexicon` meet, or not."""
_THERE_IS = re.compile(r"\b(?:is|are|was|were|will)(?:n't)? there\b|\bthere(?:'s| is| are)\b", re.IGNORECASE)
"""Points nowhere, unlike the "there" of "What can I eat there?"."""
FOUND = 8
"""Passages that are looked into."""
APPROVED = 0.99
"""How surely an approved answer answers the question that it was given to."""


class Approved(Protocol):
    """The answers that people approved."""

    async def meeting(self, character_id: str, question: str) -> Standing | None: ...

    async def instead(self, character_id: str, question: str, quotes: Sequence[str]) -> Standing | None: ...

    async def source_id(self, character_id: str) -> str | None: ...


class Weigher:
    """Makes evidence of what the retriever finds."""

    def __init__(
        self, retriever: Retriever, answerable: Answerable | None = None, approved: Approved | None = None
    ) -> None:
        self.retriever = retriever
        self._approved = approved
        self._answerable = answerable or Answerable.load()

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        """Evidence for `question`; `history` holds the visitor's messages before it, oldest first, `said`
        what was said last in a conversation.

        A question without a content word ("thanks!", "그래요?") has no evidence: it asks for nothing.
        """
        return (await self.explained(character_id, question, history, said)).evidence

    async def explained(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Explained:
        """The same with what led to it."""
        if (standing := await self._meeting(character_id, question, history)) is not None:
            return Explained(evidence=_said(question, standing), asked=question)
        evidence, asking = await self._measured(character_id, question, history, said=said)
        if self._approved is not None and evidence.spans:
            quotes = [span.text for span in evidence.spans]
            if (standing := await self._approved.instead(character_id, question, quotes)) is not None:
                return Explained(evidence=_said(question, standing), asked=question)
        evidence = await self._careful(character_id, evidence)
        if asking is None:
            return Explained(evidence=evidence, asked=follow_up(question, history))
        return _explained(evidence, asking)

    async def measured(
        self,
        character_id: str,
        question: str,
        history: Sequence[str] = (),
        without: frozenset[str] = frozenset(),
        said: str = "",
    ) -> Evidence:
        """Evidence from the sources alone, without approved answers; calibration learns from its features."""
        evidence, _ = await self._measured(character_id, question, history, without, said)
        return evidence

    async def _measured(
        self,
        character_id: str,
        question: str,
        history: Sequence[str],
        without: frozenset[str] = frozenset(),
        said: str = "",
    ) -> tuple[Evidence, Asking | None]:
        weighed = await self._weighed(character_id, question, history, without, said)
        if weighed is None:
            return Evidence(question=question, answerable=0.0), None
        whole, asking, retrieval, units = weighed
        long, much = explains(whole), retrieval.size >= MANY
        if not long or (much and asking.language == "en"):
            # it doubts each sentence of an explanation, yet knows best which they are where much is alike:
            # measured in English only
            units = await read(self.retriever.models, asking, units, IN_MUCH if much else READ)
        values = features(whole, asking, retrieval, units)
        spans, model = (
            choose(asking, units),
            model_for(values, retrieval.size, asking.language, explains=long),
        )
        estimate = self._answerable.estimate(values, model)
        near = without_orders(await self.retriever.beside(spans[0].passage)) if spans else []
        may = bool(spans) and may_answer(asking, spans, reading_of(units, spans[0]))
        headed = under_its_question(follow_up(question, history), retrieval.found)
        if (there := headed or of_its_day(asking, retrieval.found)) is not None:
            spans, estimate, may = [there], ASKED_THERE, True
        evidence = Evidence(
            question=question,
            answerable=estimate if may else min(estimate, UNTOUCHED),
            spans=spans,
            lines=lines(units, [one.passage for one in near if one.passage.id not in without]),
            found=retrieval.found,
            by=model,
            features=values,
            asked_there=there is not None,
        )
        return evidence, asking

    async def weighed(self, character_id: str, question: str) -> tuple[str, list[Unit]]:
        """The question as it stands alone, and the sentences found for it, likeliest first."""
        weighed = await self._weighed(character_id, question, (), frozenset())
        return (weighed[0], weighed[3]) if weighed else (question, [])

    async def _weighed(
        self,
        character_id: str,
        question: str,
        history: Sequence[str],
        without: frozenset[str],
        said: str = "",
    ) -> tuple[str, Asking, Retrieval, list[Unit]] | None:
        """The question as it stands alone, what it asks, what is found and its sentences; None when nothing
        is asked or found."""
        whole = lexicon.plainly(follow_up(question, history))
        if not content_terms(whole):
            return None
        retrieval = await self.retriever.retrieve(character_id, whole, FOUND, without, said)
        retrieval = replace(retrieval, found=without_orders(retrieval.found))
        asking = retrieval.asking
        if not retrieval.found or asking is None:
            return None
        asking = replace(asking, kind=asked(question)).hearing(
            [item.passage.text for item in retrieval.found]
        )
        return whole, asking, retrieval, weigh(asking, retrieval.found)

    async def _meeting(self, character_id: str, question: str, history: Sequence[str]) -> Standing | None:
        if self._approved is None:
            return None
        alone = not history or stands_alone(_THERE_IS.sub(" ", question))
        return await self._approved.meeting(character_id, question if alone else follow_up(question, history))

    async def _careful(self, character_id: str, evidence: Evidence) -> Evidence:
        """An approved answer to another question ("Yes, behind the house.") answers this one only with a word
        of it in its own words: what stands above it was asked by somebody else."""
        if self._approved is None or not evidence.spans:
            return evidence
        source_id = await self._approved.source_id(character_id)
        first = evidence.spans[0]
        if source_id is None or first.passage.source_id != source_id:
            return evidence
        words = {lexicon.stem(term) for term in content_terms(evidence.question)}
        if words & {lexicon.stem(term) for term in terms(first.text)}:
            return evidence
        return evidence.model_copy(update={"answerable": min(evidence.answerable, UNTOUCHED)})


def _said(question: str, standing: Standing) -> Evidence:
    """An approved answer as evidence: quoted whole, and alone, so that nothing is said beside it."""
    passage = standing.passage
    if passage is None:
        return Evidence(question=question, answerable=0.0, declined=True)
    span = Span(passage=passage, start=0, end=len(passage.text), score=1.0)
    found = Found(passage=passage, score=1.0)
    return Evidence(question=question, answerable=APPROVED, spans=[span], found=[found], curated=True)


def _explained(evidence: Evidence, asking: Asking) -> Explained:
    def words(found: frozenset[str]) -> list[str]:
        return list(dict.fromkeys(word for term, word in asking.words.items() if term in found))

    return Explained(
        evidence=evidence,
        asked=asking.question,
        kind=asking.kind,
        words=words(frozenset(asking.weights)),
        unknown=words(asking.unknown),
        matched={
            item.passage.id: words(
                asking.present(" ".join([item.passage.title, *item.passage.headings, item.passage.text]))
            )
            for item in evidence.found
        },
    )
