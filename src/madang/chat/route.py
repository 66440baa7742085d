"""How a message is answered, decided by rules: the same message always takes the same way.

Where it is not clear the careful way is taken: a weak model never gets to state a fact, and talks freely only
for a character that speaks for nothing real.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from madang.chat import reasons
from madang.chat.examples import example_for
from madang.chat.intents import acknowledges, personal
from madang.chat.leaks import ordered
from madang.chat.quantities import quantities
from madang.chat.seek import enough
from madang.chat.strategies import Choice, Scene, Strategy
from madang.chat.strategies.abstain import Abstain
from madang.chat.strategies.cite import Cite
from madang.chat.strategies.clarify import Clarify
from madang.chat.strategies.compute import Compute
from madang.chat.strategies.example import Example
from madang.chat.strategies.fixed import Fixed
from madang.chat.strategies.persona import Persona
from madang.chat.strategies.quote import Quote
from madang.chat.strategies.tools import Tools, way
from madang.knowledge.types import Evidence
from madang.models.types import Sentence

Wanted = Literal["auto", "quote", "cite"]
"""The studio's setting."""
COURTESY = frozenset({"greeting", "thanks", "goodbye"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: when it holds, the way to answer and why."""

    name: str
    holds: Callable[[Scene, Wanted], bool]
    strategy: Callable[[Scene, Wanted], Strategy]
    why: Callable[[Scene, Wanted], Sentence]


def choose(scene: Scene, wanted: Wanted = "auto") -> Choice:
    """The first rule that holds. `wanted` is the studio's setting; `auto` is what the model's card says."""
    rule = next(rule for rule in RULES if rule.holds(scene, wanted))
    return Choice(rule.name, rule.strategy(scene, wanted), rule.why(scene, wanted))


def _declined(scene: Scene, _: Wanted) -> bool:
    return scene.evidence is not None and scene.evidence.declined


def _unclear(scene: Scene, _: Wanted) -> bool:
    return scene.sought is not None and scene.sought.unclear is not None


def _asks_back(scene: Scene, _: Wanted) -> Strategy:
    assert scene.sought is not None and scene.sought.unclear is not None  # noqa: S101  the rule held
    return Clarify(scene.sought.unclear)


def _found(scene: Scene, _: Wanted = "auto") -> bool:
    evidence = scene.evidence
    return evidence is not None and bool(evidence.spans) and answered(scene, evidence)


def _approved(scene: Scene, _: Wanted) -> bool:
    return _found(scene) and scene.evidence is not None and scene.evidence.curated


def _looks_up(scene: Scene, _: Wanted) -> bool:
    """Whether the model is to look up typed facts: they may be asked for, and a quotation is not enough."""
    if scene.tools is None or way(scene.runtime) is None or not scene.tools.concerned:
        return False
    return not _found(scene) or bool(quantities(scene.message))


def _tools(scene: Scene, wanted: Wanted) -> Strategy:
    return Tools(lambda quotes: choose(replace(scene, tools=None), "quote" if quotes else wanted))


def _cites(scene: Scene, wanted: Wanted) -> bool:
    facts = wanted if wanted != "auto" else scene.runtime.card.strategy
    return facts == "cite" and scene.writes and _found(scene)


def _exemplary(scene: Scene, _: Wanted) -> bool:
    return scene.weak and not scene.again and bool(example_for(scene))


def _not_found(scene: Scene, _: Wanted) -> bool:
    talks = scene.profile.kind == "character" and personal(scene.message)
    asks = scene.intent == "question" or (scene.sought is not None and scene.sought.parts[0].standing.moved)
    return bool(scene.titles or scene.reading) and (asks or _concerns_the_business(scene)) and not talks


def _concerns_the_business(scene: Scene) -> bool:
    """Whether a business was told something that its sources touch: "need a car while mine is in" asks,
    too."""
    evidence = scene.evidence
    return scene.profile.kind == "business" and evidence is not None and bool(evidence.spans)


def _made(strategy: type[Strategy]) -> Callable[[Scene, Wanted], Strategy]:
    return lambda _scene, _wanted: strategy()


def _always(sentence: str) -> Callable[[Scene, Wanted], Sentence]:
    return lambda _scene, _wanted: (sentence, ())


RULES: tuple[Rule, ...] = (
    Rule("declined", _declined, _made(Abstain), _always(reasons.DECLINED)),
    Rule("computed", lambda scene, _: _computes(scene), _made(Compute), _always(reasons.COMPUTED)),
    Rule("unclear", _unclear, _asks_back, _always(reasons.UNCLEAR)),
    Rule("approved", _approved, _made(Quote), _always(reasons.APPROVED)),
    Rule("tools", _looks_up, _tools, lambda scene, _: reasons.looks_up(scene.runtime.card)),
    Rule("cites", _cites, _made(Cite), reasons.cites),
    Rule("quotes", _found, _made(Quote), reasons.quotes),
    Rule("example", _exemplary, lambda scene, _: Example(example_for(scene)), _always(reasons.EXAMPLE)),
    Rule("not found", _not_found, _made(Abstain), lambda scene, _: reasons.abstains(scene)),
    Rule("talks", lambda scene, _: _may_talk(scene), _made(Persona), _always(reasons.TALKS)),
    Rule("fixed", lambda _scene, _wanted: True, _made(Fixed), lambda scene, _: reasons.fixed(scene)),
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
    if scene.computed.kind == "told" and sought is not None and sought.unclear is not None:
        return False
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
