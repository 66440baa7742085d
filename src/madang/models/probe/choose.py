"""What the studio does with a model, from its measured card where there is one, else by its size; and why."""

from __future__ import annotations

import dataclasses
from typing import Literal

from madang.models.probe.types import Measured, Skill
from madang.models.types import ModelCard, Sentence

CITES = 0.75
ABSTAINS = 0.5
FOLLOWS = 0.5
WRITES = 0.6
TOOLS = 0.6
"""Least shares of right answers from which a model is trusted with something."""
LEAST_CONTEXT = 2048
"""A text of the studio's own needs so much, whatever is found in it."""

BY_SIZE_QUOTES = "It quotes: with {millions} million parameters it is too small to be trusted with facts."
BY_SIZE_CITES = "It writes and cites: with {millions} million parameters it is taken to be able to."
SIZE_UNKNOWN = "It writes and cites: nothing is known of its size. Measure it to be sure."
BY_SETTING = "The setting MADANG_CHAT_STRATEGY decides."
MEASURED_CITES = "It writes and cites: it cited rightly in {right} of {asked} tasks."
FEW_CITES = "It quotes: it cited rightly in only {right} of {asked} tasks."
FEW_ABSTAINS = "It quotes: where nothing is known it said so in only {right} of {asked} tasks."
FEW_FOLLOWS = "It quotes: it did as it was told in only {right} of {asked} tasks."
TOOLS_NATIVE = "Tools are called as it writes by itself: {right} of {asked} right."
TOOLS_GRAMMAR = "Tools are called by a grammar: {right} of {asked} right."
TOOLS_NONE = "It calls no tools: {right} of {asked} right at best."

Tools = Literal["none", "grammar", "native"]


def by_size(card: ModelCard) -> ModelCard:
    """The card with the reason for a strategy that nobody measured."""
    millions = (card.parameters or 0) // 1_000_000
    if not card.parameters and card.strategy == "cite":
        return dataclasses.replace(card, why=((SIZE_UNKNOWN, ()),))
    sentence = BY_SIZE_CITES if card.strategy == "cite" else BY_SIZE_QUOTES
    return dataclasses.replace(card, why=((sentence, (("millions", millions),)),))


def by_card(card: ModelCard, measured: Measured) -> ModelCard:
    """The card with what was measured: strategy, languages, tools, and how much of its context is used."""
    why: list[Sentence] = []

    def enough(skill: Skill, least: float, otherwise: str) -> bool:
        if measured.share(skill) >= least:
            return True
        why.append(_said(otherwise, measured, skill))
        return False

    cites = (
        enough("cites", CITES, FEW_CITES)
        and enough("abstains", ABSTAINS, FEW_ABSTAINS)
        and enough("follows", FOLLOWS, FEW_FOLLOWS)
    )
    if cites:
        why.append(_said(MEASURED_CITES, measured, "cites"))
    tools = tools_of(measured)
    skill, sentence = {
        "native": ("tools_native", TOOLS_NATIVE),
        "grammar": ("tools_grammar", TOOLS_GRAMMAR),
        "none": (_best(measured), TOOLS_NONE),
    }[tools]
    why.append(_said(sentence, measured, skill))  # type: ignore[arg-type]
    spoken = (("en", "english"), ("ko", "korean"))
    others = tuple(one for one in card.languages if one not in ("en", "ko"))
    return dataclasses.replace(
        card,
        strategy="cite" if cites else "quote",
        languages=(*(code for code, name in spoken if measured.share(name) >= WRITES), *others),  # type: ignore[arg-type]
        tools=tools,
        context=min(card.context, max(measured.works, LEAST_CONTEXT)) if cites else card.context,
        why=tuple(why),
        measured=tuple((score.skill, score.right, len(score.cases)) for score in measured.scores),
    )


def tools_of(measured: Measured) -> Tools:
    """Natively where that works as well as by a grammar; by a grammar where that works; else not at all."""
    native = min(measured.share("tools_native"), measured.share("json_native"))
    held = min(measured.share("tools_grammar"), measured.share("json_grammar"))
    if native >= TOOLS and native >= held:
        return "native"
    return "grammar" if held >= TOOLS else "none"


def _best(measured: Measured) -> Skill:
    native, held = measured.share("tools_native"), measured.share("tools_grammar")
    return "tools_native" if native >= held else "tools_grammar"


def _said(sentence: str, measured: Measured, skill: Skill) -> Sentence:
    right, asked = measured.counted(skill)
    return sentence, (("right", right), ("asked", asked))
