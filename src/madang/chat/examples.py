"""The maker's own example lines: the best that a small model's character can say is what its maker wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from madang.characters.macros import expand
from madang.chat.beginning import names_for
from madang.chat.intents import Intent, acknowledges, intent_of
from madang.chat.strategies import Scene
from madang.chat.words import content, cues, known
from madang.kernel.language import language_of
from madang.knowledge.orders import gives_orders

NEAR = 0.8
"""Share of the words of both lines that must be the same."""
FEWEST = 2
"""Words with a meaning from which two lines may be near; shorter ones must be the same."""
SOCIAL: frozenset[Intent] = frozenset({"greeting", "thanks", "goodbye"})
_FILLER = re.compile(
    r"\b(?:please|hey|hi|hello|so|well|oh|um|just|really|can you|could you|will you|would you|do)\b"
    r"|좀|혹시|그럼",
    re.IGNORECASE,
)


def example_for(scene: Scene) -> str:
    """The character's line of the example that the message matches; empty when none does, or it was said."""
    said = {_words(message.content) for message in scene.history if message.role == "assistant"}
    asked = _words(_without_name(scene))
    polite = scene.intent in SOCIAL and not acknowledges(scene.message)
    for line, answer in _pairs(scene):
        if _words(answer) in said or language_of(answer) != scene.language:
            continue
        social = polite and intent_of(line, scene.profile.called) == scene.intent
        if social or _near(asked, _words(line)):
            return answer
    return ""


def _pairs(scene: Scene) -> Iterator[tuple[str, str]]:
    """Each visitor's line that opens an exchange, with the character's answer. What comes later in an
    exchange has its meaning from what stands before it."""
    names = names_for(scene)
    for exchange in scene.profile.examples:
        if len(exchange) > 1 and [line.speaker for line in exchange[:2]] == ["visitor", "character"]:
            answer = expand(exchange[1].text, names).strip()
            if answer and not (scene.guarded and gives_orders(answer)):
                yield expand(exchange[0].text, names), answer


def _without_name(scene: Scene) -> str:
    return re.sub(rf"(?<!\w){re.escape(scene.profile.called)}(?:씨|님|야|아)?(?!\w)", " ", scene.message)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("’", "'").replace("'", "")))


def _near(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one == other or _words(_FILLER.sub(" ", one)) == _words(_FILLER.sub(" ", other)) != "":
        return True
    # "am I" and "are you" have the same words with a meaning, and ask for something else
    if _persons(one) != _persons(other) or cues(one) != cues(other):
        return False
    left, right = set(content(one)), set(content(other))
    if min(len(left), len(right)) < FEWEST:
        return False
    shared = sum(known(word, right) for word in left)
    return shared >= NEAR * max(len(left), len(right))


def _persons(text: str) -> tuple[bool, bool]:
    return (
        bool(re.search(r"\b(?:i|im|me|my|we|our)\b|나는|내가|저는|제가", text)),
        bool(re.search(r"\b(?:you|your|youre)\b|너는|네가|당신", text)),
    )
