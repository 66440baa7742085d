"""Why a reply is made the way it is: one sentence each, with the numbers of the model's measured card."""

# ruff: noqa: E501 - a sentence is read whole
from __future__ import annotations

from collections.abc import Sequence

from madang.chat.leaks import ordered
from madang.chat.missing import Missing
from madang.chat.strategies import Scene
from madang.models.probe.choose import FOLLOWS, WRITES
from madang.models.types import ModelCard, Sentence
from madang.web.localise import LANGUAGES, translate

DECLINED = "Says that it does not know, because a person decided so for this question."
COMPUTED = "Computed from typed facts; no model was asked."
UNCLEAR = "Asks back, because several things fit and the question names none."
APPROVED = "Quotes, because a person approved this answer as it stands."
BY_SETTING = {
    "quote": "Quotes, because this studio's setting says so.",
    "cite": "Writes and cites, because this studio's setting says so.",
}
ALONE = "Quotes, because no model can be loaded now."
CITES = (
    "Writes and cites, because the model, measured here, cited rightly {cites} of {cites_of} and abstained "
    "rightly {abstains} of {abstains_of}."
)
CITES_BY_SIZE = (
    "Writes and cites, because a model with {millions} million parameters is taken to be able to; it was not "
    "measured here."
)
CITES_UNKNOWN = "Writes and cites, because the model is taken to be able to; it was not measured here."
QUOTES = (
    "Quotes, because the model, measured here, quoted rightly {quotes} of {quotes_of}, cited rightly {cites} of "
    "{cites_of} and abstained rightly {abstains} of {abstains_of}."
)
QUOTES_FOLLOWS = (
    "Quotes, because the model, measured here, did as it was told in only {follows} of {follows_of} tasks."
)
QUOTES_BY_SIZE = (
    "Quotes, because a model with {millions} million parameters is too small to be trusted with facts; it was not "
    "measured here."
)
QUOTES_UNKNOWN = "Quotes, because nothing is known of what the model can do."
FOREIGN = {
    "en": "Quotes, because the model, measured here, wrote English rightly in only {english} of {english_of} tasks.",
    "ko": "Quotes, because the model, measured here, wrote Korean rightly in only {korean} of {korean_of} tasks.",
}
FOREIGN_UNKNOWN = "Quotes, because the model is not known to write this language well."
EXAMPLE = "Says a line that its maker wrote, because the model is too small to be left to talk."
NOT_FOUND = "Says that it does not know, because its sources do not answer this."
READING = "Says that it does not know yet, because a source is still being read."
TALKS = "Talks freely, because nothing was asked that its sources would have to answer."
ORDERED = "A fixed phrase, because the message gives orders to the AI."
CANNOT_WRITE = "A fixed phrase, because the model is not known to write this language well."
POLITE = "A fixed phrase, because politeness and what it is need no model."
GUARDED = "A fixed phrase, because the model is too small to speak freely for something real."
LOOKS_UP = "Looks up typed facts, because the model, measured here, called tools rightly {right} of {asked}."
LOOKED_UP = {
    "grammar": "Computed from typed facts that the model looked up ({tools}), its calls held by a grammar, because, measured here, it called rightly {right} of {asked}.",
    "native": "Computed from typed facts that the model looked up ({tools}), because, measured here, it called rightly {right} of {asked} by itself.",
}
USELESS = "Quotes, because the model called no tool rightly in {calls} tries."
SAFETY = "A safety message stands before everything else."
NOTHING_BORNE_OUT = "Says that it does not know, because its sources bear out nothing that the model wrote."
NOTHING_SAYABLE = "A fixed phrase, because the model wrote nothing that may be said."


def said(sentence: Sentence) -> dict[str, str]:
    """The sentence in every language of the studio, as it is kept with a reply."""
    text, params = sentence
    return {language: translate(language, text, **dict(params)) for language in LANGUAGES}


def cites(scene: Scene, wanted: str) -> Sentence:
    """Why a model may write and cite."""
    card = scene.runtime.card
    if wanted != "auto":
        return BY_SETTING["cite"], ()
    if card.measured:
        return CITES, _counted(card, "cites", "abstains")
    return _by_size(card, CITES_BY_SIZE, CITES_UNKNOWN)


def quotes(scene: Scene, wanted: str) -> Sentence:
    """Why a model may not, although there is an answer to word."""
    card = scene.runtime.card
    if isinstance(scene.runtime, Missing):
        return ALONE, ()
    if (wanted if wanted != "auto" else card.strategy) == "cite":
        return _foreign(scene)
    if wanted != "auto":
        return BY_SETTING["quote"], ()
    if not card.measured:
        return _by_size(card, QUOTES_BY_SIZE, QUOTES_UNKNOWN)
    if _share(card, "follows") < FOLLOWS and _share(card, "cites") == 1 and _share(card, "abstains") == 1:
        return QUOTES_FOLLOWS, _counted(card, "follows")
    return QUOTES, _counted(card, "quotes", "cites", "abstains")


def fixed(scene: Scene) -> Sentence:
    """Why a phrase is said and no model talks."""
    if not scene.writes:
        return CANNOT_WRITE, ()
    if ordered(scene):
        return ORDERED, ()
    return (GUARDED, ()) if scene.intent in ("question", "statement") else (POLITE, ())


def abstains(scene: Scene) -> Sentence:
    return (READING if scene.reading else NOT_FOUND), ()


def looks_up(card: ModelCard) -> Sentence:
    return LOOKS_UP, _called(card)


def looked_up(card: ModelCard, way: str, tools: Sequence[str]) -> Sentence:
    """`way`: native or grammar."""
    return LOOKED_UP[way], (("tools", ", ".join(dict.fromkeys(tools))), *_called(card))


def useless(calls: int) -> Sentence:
    return USELESS, (("calls", calls),)


def _called(card: ModelCard) -> tuple[tuple[str, int], ...]:
    right, asked = card.counted(f"tools_{card.tools}")
    return ("right", right), ("asked", asked)


def _foreign(scene: Scene) -> Sentence:
    card = scene.runtime.card
    skill = {"en": "english", "ko": "korean"}[scene.language]
    if card.measured and _share(card, skill) < WRITES:
        return FOREIGN[scene.language], _counted(card, skill)
    return FOREIGN_UNKNOWN, ()


def _by_size(card: ModelCard, sized: str, unknown: str) -> Sentence:
    if not card.parameters:
        return unknown, ()
    return sized, (("millions", card.parameters // 1_000_000),)


def _counted(card: ModelCard, *skills: str) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for skill in skills:
        right, asked = card.counted(skill)
        found += [(skill, right), (f"{skill}_of", asked)]
    return tuple(found)


def _share(card: ModelCard, skill: str) -> float:
    right, asked = card.counted(skill)
    return right / asked if asked else 0.0
