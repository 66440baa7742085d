"""Fixed phrases, where the attached model does not write the visitor's language."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.prompt import fill
from madang.chat.strategies import Piece, Scene
from madang.kernel.language import language_of


class Fixed:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        yield Piece(_phrase(scene), basis="fixed", strategy="fixed", citations=())


def _phrase(scene: Scene) -> str:
    language, name = scene.language, scene.profile.called
    if scene.intent == "greeting":
        greeting = fill(scene.profile.greeting, scene.profile)
        if greeting.strip() and language_of(greeting) == language:
            return greeting
        return phrases.say(language, phrases.HELLO, name=name)
    if scene.intent == "thanks":
        return phrases.say(language, phrases.THANKS)
    if scene.intent == "goodbye":
        return phrases.say(language, phrases.GOODBYE)
    tagline = fill(scene.profile.tagline, scene.profile).strip()
    if scene.intent == "self" and tagline and language_of(tagline) == language:
        return phrases.say(language, phrases.I_AM, name=name, tagline=tagline)
    return phrases.cannot_write(language, scene.titles)
