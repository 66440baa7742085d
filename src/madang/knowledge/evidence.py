"""Evidence: what a character's sources say to a question, and how surely they answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from madang.kernel.language import language_of
from madang.knowledge import lexicon
from madang.knowledge.answerable import Answerable
from madang.knowledge.answers import Standing
from madang.knowledge.asking import Asking
from madang.knowledge.features import features
from madang.knowledge.measures import names_a_time
from madang.knowledge.orders import without_orders
from madang.knowledge.people import asks_for_a_name, names_somebody
from madang.knowledge.questions import asked, content_terms, follow_up, shows, stands_alone
from madang.knowledge.retrieve import Retriever
from madang.knowledge.spans import choose, lines, weigh
from madang.knowledge.types import Evidence, Explained, Found, Span
from madang.storage.segment import terms

UNTOUCHED = 0.3
"""The most that is said for a span without any word of the question: likely the right passage, hardly the
right sentence. So a question in another language is answered where the words of `lexicon` meet, or not."""


_OF_KIND = frozenset({"time", "hour", "hours", "price", "cost", "시간", "가격"})
"""Words that say what kind of answer is asked for, which the answer shows without them."""
ABROAD = 0.4
"""Share of a question that a span in another language must hold, or it is as good as untouched."""
_THERE_IS = re.compile(r"\b(?:is|are|was|were|will)(?:n't)? there\b|\bthere(?:'s| is| are)\b", re.IGNORECASE)
"""Points nowhere, unlike the "there" of "What can I eat there?"."""
_SELLS = re.compile(
    r"\b(?:do|does|can|could) (?:you|they|we|i) (?:also |guys )?(?:sell|buy|purchase)\b|\bfor sale\b"
    r"|(?:파나요|파시나요|팔아요|파세요|파는지|판매하|판매도|살 수|구매할 수|구입할 수)",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"\b(?:s[eo]ll(?:s|ing)?|sold|buy|bought|shop|store|sale|stock|available|price|cost)s?\b|[₩$€£]\s?\d|\d\s?원"
    r"|판매|팔|파는|구매|구입|살 수|사실 수|매점|매장|가격",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\bclosed?\b|쉽니다|쉬는|휴무|휴관|닫", re.IGNORECASE)
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
        self, character_id: str, question: str, history: Sequence[str] = (), limit: int = 8
    ) -> Evidence:
        """Evidence for `question`; `history` holds the visitor's messages before it, oldest first.

        A question without a content word ("thanks!", "그래요?") has no evidence: it asks for nothing.
        """
        return (await self.explained(character_id, question, history, limit)).evidence

    async def explained(
        self, character_id: str, question: str, history: Sequence[str] = (), limit: int = 8
    ) -> Explained:
        """The same with what led to it."""
        if (standing := await self._meeting(character_id, question, history)) is not None:
            return Explained(evidence=_said(question, standing), asked=question)
        evidence, values, asking = await self._measured(character_id, question, history, limit)
        if self._approved is not None and evidence.spans:
            quotes = [span.text for span in evidence.spans]
            if (standing := await self._approved.instead(character_id, question, quotes)) is not None:
                return Explained(evidence=_said(question, standing), asked=question)
        evidence = await self._careful(character_id, evidence)
        if asking is None:
            return Explained(evidence=evidence, asked=follow_up(question, history))
        return _explained(evidence, values, asking)

    async def measured(
        self,
        character_id: str,
        question: str,
        history: Sequence[str] = (),
        limit: int = 8,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Evidence, dict[str, float]]:
        """Evidence with the features it was estimated from; calibration learns from these."""
        evidence, values, _ = await self._measured(character_id, question, history, limit, without)
        return evidence, values

    async def _measured(
        self,
        character_id: str,
        question: str,
        history: Sequence[str],
        limit: int,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Evidence, dict[str, float], Asking | None]:
        whole = lexicon.plainly(follow_up(question, history))
        if not content_terms(whole):
            return Evidence(question=question, answerable=0.0), {}, None
        retrieval = await self.retriever.retrieve(character_id, whole, limit, without)
        retrieval = replace(retrieval, found=without_orders(retrieval.found))
        asking = retrieval.asking
        if not retrieval.found or asking is None:
            return Evidence(question=question, answerable=0.0), {}, None
        asking = replace(asking, kind=asked(question)).hearing(
            [item.passage.text for item in retrieval.found]
        )
        units = weigh(asking, retrieval.found)
        values = features(whole, asking, retrieval, units)
        spans, estimate = choose(asking, units), self._answerable.estimate(values)
        near = without_orders(await self.retriever.beside(spans[0].passage)) if spans else []
        evidence = Evidence(
            question=question,
            answerable=estimate if spans and _may_answer(asking, spans) else min(estimate, UNTOUCHED),
            spans=spans,
            lines=lines(units, [one.passage for one in near if one.passage.id not in without]),
            found=retrieval.found,
            by="vectors" if "cosine" in values else "words",
        )
        return evidence, values, asking

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


def _explained(evidence: Evidence, values: dict[str, float], asking: Asking) -> Explained:
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
        features=values,
    )


def _may_answer(asking: Asking, spans: Sequence[Span]) -> bool:
    """Whether the best span speaks of what is asked, and of somebody by name where a name is asked for."""
    if asks_for_a_name(asking.question) and not any(
        names_somebody("\n".join([*span.passage.headings, span.text])) for span in spans
    ):
        return False
    if _SELLS.search(asking.question) and not any(_offers(asking, span) for span in spans):
        return False
    if names_a_time(asking.question) and not any(_says_when(span.text) for span in spans):
        return False
    return not _only_half_known(asking) and _touches(asking, spans[0])


def _says_when(text: str) -> bool:
    """Whether a text can say something of a time of day: it tells a time or a day, or that it is closed."""
    return bool(shows("time", text)) or bool(_CLOSED.search(text))


def _only_half_known(asking: Asking) -> bool:
    """Whether the one word that is asked about begins with what no source has ("붙임머리", where there
    is only 머리): half of a name is another thing."""
    words = set(asking.words.values())
    return len(words) == 1 and any(
        word.startswith(term) and len(word) > len(term) and not word.isascii()
        for term, word in asking.words.items()
        if term in asking.unknown
    )


def _offers(asking: Asking, span: Span) -> bool:
    """Whether a span says that the thing itself is sold: a row by its first cell, not by a note ("shampoo
    included")."""
    if " · " in span.text:
        return bool(asking.present(span.text.split(" · ")[0]))
    return bool(_SOLD.search(span.text))


def _touches(asking: Asking, span: Span) -> bool:
    """Whether the span, with its headings, holds a word of the question; in another language enough of them:
    there the rest does not show by other words."""
    found = asking.present(" ".join([span.text, *span.passage.headings]))
    if language_of(span.text) == asking.language:
        return bool(found)
    rest = asking.weights.keys() - _OF_KIND
    return asking.weight(found & rest) >= ABROAD * asking.weight(frozenset(rest)) and bool(found)
