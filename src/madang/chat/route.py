"""How a message is answered, decided by rules: the same message always takes the same way.

Where it is not clear the careful way is taken: a weak model never gets to state a fact, and talks freely only
for a character that speaks for nothing real.
"""

from __future__ import annotations

from typing import Literal

from madang.chat.examples import example_for
from madang.chat.intents import acknowledges, personal
from madang.chat.leaks import ordered
from madang.chat.seek import enough
from madang.chat.strategies import Scene, Strategy
from madang.chat.strategies.abstain import Abstain
from madang.chat.strategies.cite import Cite
from madang.chat.strategies.clarify import Clarify
from madang.chat.strategies.compute import Compute
from madang.chat.strategies.example import Example
from madang.chat.strategies.fixed import Fixed
from madang.chat.strategies.persona import Persona
from madang.chat.strategies.quote import Quote
from madang.knowledge.types import Evidence

COURTESY = frozenset({"greeting", "thanks", "goodbye"})


def strategy_for(scene: Scene, wanted: Literal["auto", "quote", "cite"] = "auto") -> Strategy:
    """The way to answer. `wanted` is the studio's setting; `auto` is what the model's card says."""
    facts = wanted if wanted != "auto" else scene.runtime.card.strategy
    evidence = scene.evidence
    if evidence is not None and evidence.declined:
        return Abstain()  # a person decided so
    if _computes(scene):
        return Compute()
    if scene.sought is not None and scene.sought.unclear is not None:
        return Clarify(scene.sought.unclear)
    if evidence is not None and evidence.spans and answered(scene, evidence):
        writes = facts == "cite" and scene.writes and not evidence.curated  # what a person approved stands
        return Cite() if writes else Quote()
    if scene.weak and not scene.again and (line := example_for(scene)):
        return Example(line)
    talks = scene.profile.kind == "character" and personal(scene.message)
    asks = scene.intent == "question" or (scene.sought is not None and scene.sought.parts[0].standing.moved)
    if (scene.titles or scene.reading) and asks and not talks:
        return Abstain()
    return Persona() if _may_talk(scene) else Fixed()


def answered(scene: Scene, evidence: Evidence) -> bool:
    """Whether the sources are taken to answer the question, as often wrong as the maker allows."""
    return evidence.curated or evidence.answerable >= enough(evidence, scene.wrong)


def _computes(scene: Scene) -> bool:
    """Whether typed facts answer. What a person approved stands before them, and they do not ask back where
    the sources have an answer."""
    if scene.computed is None:
        return False
    evidence, sought = scene.evidence, scene.sought
    if evidence is None or sought is None or not evidence.spans:
        return True
    if evidence.curated or (len(sought.parts) > 1 and sought.answered):
        return False  # of two questions they answer one
    return not (scene.computed.asks and (answered(scene, evidence) or sought.unclear is not None))


def _may_talk(scene: Scene) -> bool:
    """Whether the model may talk freely here."""
    if not scene.writes or ordered(scene):
        return False
    if not scene.weak:
        return True
    # what it is and what politeness says needs no model, and a weak one says it wrong
    known = scene.intent == "self" or (scene.intent in COURTESY and not acknowledges(scene.message))
    return not scene.guarded and not known
