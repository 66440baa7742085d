"""Questions that do not say what they ask about: several things fit equally, and none is named.

Three kinds: a pointing word without anything that was named before ("How much is it?"); a thing that is taken for
known and is not ("this loan", "the loan", "그 체험"); and a question that several things of one kind answer alike
("How much is the admission?" of two museums). The candidates are named as they stand in the sources. Of a character
that speaks for no one place, in large English sources, an estimate decides (`estimate`): conversations were written
for it.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.chat.followup import Standing
from madang.chat.phrase import phrases
from madang.chat.unclear.estimate import left_open
from madang.chat.unclear.rivals import heads, key, named_like, siblings, sources_of, speaking_of, thing_of
from madang.chat.unclear.signs import signs
from madang.chat.unclear.taken import all_its, named_before, taken_for_known
from madang.chat.unclear.things import OWN, UNIQUE
from madang.knowledge.answerable import CONVERSED
from madang.knowledge.asks import lists
from madang.knowledge.questions import content_terms
from madang.knowledge.types import Evidence, Passage
from madang.models.types import Message

_CHOOSES = re.compile(
    r"\b(?:which|what)\b.*\b(?:[a-z]{3,}est|most|least|best|better|(?:cheap|larg|small|long|short|fast|quick|clos|near|bigg|strong|light|heavi|old|young|high|low|hott|mild)er)\b"
    r"|(?:제일|가장|더)\s?(?:[가-힣]+\s)?(?:싼|비싼|좋|큰|작은|많|적|빠른|가까운|먼|매운|오래|인기)",
    re.IGNORECASE,
)
"""Asks for the one of several that is cheapest, best, …: all of them are meant."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """What has to be asked back."""

    thing: str = ""
    """The kind of thing that is meant, in the visitor's own word; empty when not even that was said."""
    candidates: tuple[tuple[str, Passage], ...] = ()
    """Names that fit, as they stand in the sources, and where: none, or two and three."""


def unclear(
    message: str,
    standing: Standing,
    history: Sequence[Message],
    evidence: Evidence,
    *,
    enough: float,
    own: bool,
) -> Unclear | None:
    """Why `message`, read as `standing`, cannot be answered as it is asked; None when it can, or when nothing would
    become clear.

    `own`: the character speaks for one place, so that "the terrace" is its terrace.
    """
    question = standing.question
    passages = list({found.passage.id: found.passage for found in evidence.found}.values())
    if standing.how == "lost":
        if named_before(question):
            return None
        rivals = siblings(question, passages, 0.0) or (() if own else sources_of(evidence))
        if rivals or not own or not phrases(question) or not content_terms(question):
            return Unclear(candidates=rivals)
        return None
    if evidence.by in CONVERSED and not own:
        told = signs(message, standing, history, evidence)
        if standing.how == "answering" or not left_open(told, answered=evidence.answerable >= enough):
            return None
        return _meant(question, history, evidence, passages)
    if standing.how == "answering" or lists(question) or _CHOOSES.search(question):
        return None
    unanswered = evidence.answerable < enough
    there = UNIQUE if unanswered and not own else UNIQUE | OWN
    if (taken := taken_for_known(question, history, there)) is not None:
        thing, pointed = taken
        if heads(thing, passages) or (own and not pointed and all_its(thing)):
            return None
        named = _told_apart(question, named_like(thing, passages), pointed=pointed)
        if len(named) > 1:
            return Unclear(thing, named)
        if pointed and not named:
            return Unclear(thing)
        speaking = speaking_of(thing, passages)
        if not own and not named and (not speaking or (unanswered and len(speaking) > 1)):
            return Unclear(thing)
    if standing.moved or (
        evidence.spans and evidence.spans[0].passage.id not in {p.id for p in passages[:3]}
    ):
        return None
    rivals = siblings(question, passages)
    return Unclear(thing_of(question, rivals), rivals) if len(rivals) > 1 else None


def _meant(
    question: str, history: Sequence[Message], evidence: Evidence, passages: Sequence[Passage]
) -> Unclear:
    """What a question that leaves it open could mean."""
    if (taken := taken_for_known(question, history, UNIQUE)) is not None:
        thing, pointed = taken
        named = _told_apart(question, named_like(thing, passages), pointed=pointed)
        return Unclear(thing, named if len(named) > 1 else ())
    if rivals := siblings(question, passages):
        return Unclear(thing_of(question, rivals), rivals)
    return Unclear(candidates=sources_of(evidence))


def _told_apart(
    question: str, named: Sequence[tuple[str, Passage]], *, pointed: bool
) -> tuple[tuple[str, Passage], ...]:
    """Without what the question says itself: "this Superior Court" is not told from others by that."""
    return tuple(one for one in named if not pointed or key(one[0]) not in question.lower())
