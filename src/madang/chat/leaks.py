"""What a character that speaks for something real never repeats: the instructions it stands under, and what
somebody ordered it to say."""

from __future__ import annotations

import re
from dataclasses import replace

from madang.chat.quantities import scan
from madang.chat.strategies import Scene
from madang.chat.words import content, known
from madang.knowledge.orders import blanked, gives_orders
from madang.models.types import Message

RUN = 5
"""Words in a row that are no chance."""
LEFT_OUT = "…"
_COURTESY = re.compile(
    r"\b(?:thank|welcome|glad|happy|sorry|please|let (?:me|us) know|feel free|enjoy|hope|see you"
    r"|anything else|help|good (?:morning|day|evening|question)|hello|hi|sure|of course|certainly|here)\b"
    r"|감사|고맙|반갑|어서|죄송|도와|도움|말씀|궁금|안녕|즐거운|좋은 하루|물론|네[,.]|예[,.]",
    re.IGNORECASE,
)


_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)", re.IGNORECASE)


def courtesy(sentence: str) -> bool:
    """Whether a sentence without facts is one that politeness says."""
    return bool(_COURTESY.search(sentence))


def ordered(scene: Scene) -> bool:
    """Whether the visitor's message gives orders to the AI that are not a visitor's to give."""
    return scene.guarded and gives_orders(scene.message)


def calm(history: tuple[Message, ...]) -> tuple[Message, ...]:
    """The history as a model may read it: without orders that a visitor gave."""
    return tuple(
        replace(one, content=blanked(one.content).strip() or LEFT_OUT)
        if one.role == "user" and gives_orders(one.content)
        else one
        for one in history
    )


def leaks(sentence: str, scene: Scene, *more: str) -> bool:
    """Whether a sentence repeats what instructs the model: the maker's prompts, the caller's, the studio's
    own (`more`)."""
    profile = scene.profile
    secret = (profile.system_prompt, profile.post_history_instructions, scene.instructions, *more)
    said = _runs(sentence)
    return any(said & _runs(text) for text in secret if text.strip())


def leads_away(sentence: str, allowed: str) -> bool:
    """Whether a sentence names an address that stands nowhere in `allowed`."""
    return any(address.lower() not in allowed.lower() for address in _ADDRESS.findall(sentence))


def rests_on(sentence: str, passages: str) -> bool:
    """Whether anything of a sentence stands in its passages: what says the question again alone is no answer,
    and may be what somebody ordered to be said."""
    amounts, rest = scan(sentence)
    theirs = set(content(passages))
    return any(known(word, theirs) for word in content(rest)) or bool(amounts)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
