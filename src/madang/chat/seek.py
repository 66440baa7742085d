"""What is looked up for a message: its questions, each made to stand alone, what is missing, what unclear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.chat.doors import KnowledgeDoor
from madang.chat.followup import Standing, second_half, standing
from madang.chat.parts import parts
from madang.chat.phrase import phrases
from madang.chat.unclear import Unclear, unclear
from madang.chat.words import content, known
from madang.knowledge import lexicon
from madang.knowledge.answerable import CONVERSED, threshold_for
from madang.knowledge.types import Evidence
from madang.models.types import Message

UNTOUCHED = 0.0
"""What is said for a follow-up whose passage does not hold what is asked of it."""
SAID = 400
"""Characters of what was said last that are compared with passages."""
_QUOTED = re.compile(r"^> ?(.*\S)", re.MULTILINE)
READINGS = 3
"""Other readings of a follow-up that are tried."""
TOLD = 0.6
"""Share of a question's words that quotations for another question must hold to have answered it as well."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message."""

    asked: str
    """In the visitor's words."""
    standing: Standing
    evidence: Evidence
    enough: float
    """From which `evidence.answerable` it is answered."""

    @property
    def answered(self) -> bool:
        sure = self.evidence.curated or self.evidence.answerable >= self.enough
        return bool(self.evidence.spans) and sure


@dataclass(frozen=True, slots=True)
class Sought:
    """All that the sources say to a message."""

    parts: tuple[Part, ...]
    unclear: Unclear | None = None

    @property
    def evidence(self) -> Evidence:
        """Of the one question, or of all that are answered, the best spans of each first."""
        answered = [part.evidence for part in self.parts if part.answered]
        if len(answered) == 1 or len(self.parts) == 1:
            return answered[0] if answered else self.parts[0].evidence
        if not answered:
            return max((part.evidence for part in self.parts), key=lambda one: one.answerable)
        found = {item.passage.id: item for one in answered for item in one.found}
        return Evidence(
            question=" ".join(part.standing.question for part in self.parts),
            answerable=min(one.answerable for one in answered),
            spans=[span for one in answered for span in one.spans],
            found=list(found.values()),
        )

    @property
    def answered(self) -> bool:
        """Whether the sources answer at least one of the questions."""
        return any(part.answered for part in self.parts)

    @property
    def missing(self) -> tuple[str, ...]:
        """The questions that are not answered while others are."""
        answered = [part for part in self.parts if part.answered]
        if not answered:
            return ()
        said = {word for part in answered for word in content(part.evidence.spans[0].text)}
        return tuple(part.asked for part in self.parts if not part.answered and not _told(part, said))


def enough(evidence: Evidence, wrong: float | None) -> float:
    """From which `evidence.answerable` to answer, when the share `wrong` of the answers may be wrong (None:
    as many as usual)."""
    return threshold_for(wrong, evidence.by)


async def seek(
    knowledge: KnowledgeDoor,
    character_id: str,
    message: str,
    history: Sequence[Message],
    *,
    own: bool = False,
    wrong: float | None = None,
) -> Sought:
    """Asks the sources. `own`: the character speaks for one place (a business)."""
    cut = parts(message)
    whole = message if len(cut) > 1 else cut[0]
    asking = _Asking(knowledge, character_id, wrong, said_last(history))
    first = await asking.part(whole, standing(whole, history))
    if len(cut) > 1 and not first.evidence.curated:
        found: list[Part] = []
        before = list(history)
        for text in cut:
            stands = (
                second_half(text, before, found[-1].standing.question) if found else standing(text, before)
            )
            part = await asking.part(text, stands)
            found.append(part)
            before = [*history, Message("user", part.standing.question)]
        if any(part.answered for part in found):
            return Sought(tuple(found))
    doubt = None
    if not first.evidence.as_it_stands:
        doubt = unclear(whole, first.standing, history, first.evidence, enough=first.enough, own=own)
    return Sought((first,), doubt)


@dataclass(frozen=True, slots=True)
class _Asking:
    """The sources of a character, asked in one conversation."""

    knowledge: KnowledgeDoor
    character_id: str
    wrong: float | None
    said: str
    """What was said last."""

    async def part(self, asked: str, stands: Standing) -> Part:
        best = await self._evidence(stands.question)
        if stands.moved and best.by not in CONVERSED:
            # the question before, of another thing: what says that thing's name itself is about it
            asks = {"ellipsis": stands.question, "answering": stands.focus}.get(stands.how, asked)
            if stands.how != "ellipsis" or not _named_in(best, stands.focus):
                best = _held(best, asks, stands.focus)
        for question in stands.others[:READINGS]:
            if Part(asked, stands, best, enough(best, self.wrong)).answered:
                break
            other = _held(await self._evidence(question), stands.focus or asked, stands.focus)
            if other.answerable > best.answerable:
                best = other
        return Part(asked, stands, best, enough(best, self.wrong))

    async def _evidence(self, question: str) -> Evidence:
        return await self.knowledge.evidence(self.character_id, question, said=self.said)


def said_last(history: Sequence[Message]) -> str:
    """What the last reply that quotes something quotes, else what the last reply says; at most SAID
    characters."""
    replies = [one.content for one in reversed(history) if one.role == "assistant"]
    quoted = (_QUOTED.findall(reply) for reply in replies)
    lines = next((lines for lines in quoted if lines), replies[:1])
    return " ".join(" ".join(lines).split())[:SAID]


def _held(evidence: Evidence, asked: str, focus: str) -> Evidence:
    """Evidence for a question whose topic was carried: a passage on the topic answers it only when it also
    holds what is asked now, or every question about the topic would be answered."""
    if not evidence.spans or evidence.curated:
        return evidence
    passage = evidence.spans[0].passage
    text = " ".join([passage.title, *passage.headings, passage.text])
    new = phrases(focus)
    if all(_spoken_of(phrase.text, text) for phrase in phrases(asked)) and all(
        _spoken_of(word, text) for phrase in new for word in phrase.text.split()
    ):
        return evidence
    return evidence.model_copy(update={"answerable": min(evidence.answerable, UNTOUCHED)})


def _named_in(evidence: Evidence, focus: str) -> bool:
    """Whether the first span has every word of what is asked about now."""
    words = [word for phrase in phrases(focus) for word in phrase.text.split()]
    return bool(words and evidence.spans) and all(_spoken_of(word, evidence.spans[0].text) for word in words)


def _spoken_of(phrase: str, text: str) -> bool:
    """Whether a word of the phrase stands in the text, in any form, or as another word for the same."""
    there, lower = set(content(text)), text.lower()
    for word in phrase.split():
        if word.lower() in lower or any(known(root, there) for root in content(word)):
            return True
        if any(other in lower for other in lexicon.others(word.lower()) if len(other) > 1):
            return True
    return False


def _told(part: Part, said: set[str]) -> bool:
    words = content(part.standing.question)
    return bool(words) and sum(known(word, said) for word in words) >= TOLD * len(words)
