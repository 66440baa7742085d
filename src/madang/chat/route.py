"""How a message is answered, decided by rules: the same message always takes the same way.

Where it is not clear the careful way is taken: a weak model never gets to state a fact, and talks freely only
for a character that speaks for nothing real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from madang.chat import reasons
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
from madang.models.types import Sentence

COURTESY = frozenset({"greeting", "thanks", "goodbye"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: when it holds, the way to answer and why."""

    name: str
    holds: Callable[[Scene, str], bool]
    """Given the scene and the studio's setting: `auto`, `quote` or `cite`."""
    strategy: Callable[[Scene], Strategy]
    why: Callable[[Scene, str], Sentence]


@dataclass(frozen=True, slots=True)
class Choice:
    rule: str
    strategy: Strategy
    why: Sentence


def choose(scene: Scene, wanted: Literal["auto", "quote", "cite"] = "auto") -> Choice:
    """The first rule that holds. `wanted` is the studio's setting; `auto` is what the model's card says."""
    rule = next(rule for rule in RULES if rule.holds(scene, wanted))
    return Choice(rule.name, rule.strategy(scene), rule.why(scene, wanted))


def _declined(scene: Scene, _: str) -> bool:
    return scene.evidence is not None and scene.evidence.declined


def _unclear(scene: Scene, _: str) -> bool:
    return scene.sought is not None and scene.sought.unclear is not None


def _asks_back(scene: Scene) -> Strategy:
    assert scene.sought is not None and scene.sought.unclear is not None  # noqa: S101  the rule held
    return Clarify(scene.sought.unclear)


def _found(scene: Scene, _: str = "") -> bool:
    evidence = scene.evidence
    return evidence is not None and bool(evidence.spans) and answered(scene, evidence)


def _approved(scene: Scene, _: str) -> bool:
    return _found(scene) and scene.evidence is not None and scene.evidence.curated


def _cites(scene: Scene, wanted: str) -> bool:
    facts = wanted if wanted != "auto" else scene.runtime.card.strategy
    return facts == "cite" and scene.writes and _found(scene)


def _exemplary(scene: Scene, _: str) -> bool:
    return scene.weak and not scene.again and bool(example_for(scene))


def _not_found(scene: Scene, _: str) -> bool:
    talks = scene.profile.kind == "character" and personal(scene.message)
    asks = scene.intent == "question" or (scene.sought is not None and scene.sought.parts[0].standing.moved)
    return bool(scene.titles or scene.reading) and asks and not talks


def _always(sentence: str) -> Callable[[Scene, str], Sentence]:
    return lambda _scene, _wanted: (sentence, ())


RULES: tuple[Rule, ...] = (
    Rule("declined", _declined, lambda _: Abstain(), _always(reasons.DECLINED)),
    Rule("computed", lambda scene, _: _computes(scene), lambda _: Compute(), _always(reasons.COMPUTED)),
    Rule("unclear", _unclear, _asks_back, _always(reasons.UNCLEAR)),
    Rule("approved", _approved, lambda _: Quote(), _always(reasons.APPROVED)),
    Rule("cites", _cites, lambda _: Cite(), reasons.cites),
    Rule("quotes", _found, lambda _: Quote(), reasons.quotes),
    Rule("example", _exemplary, lambda scene: Example(example_for(scene) or ""), _always(reasons.EXAMPLE)),
    Rule("not found", _not_found, lambda _: Abstain(), lambda scene, _: reasons.abstains(scene)),
    Rule("talks", lambda scene, _: _may_talk(scene), lambda _: Persona(), _always(reasons.TALKS)),
    Rule("fixed", lambda _scene, _wanted: True, lambda _: Fixed(), lambda scene, _: reasons.fixed(scene)),
)
"""How a message is answered, the first that holds."""


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
