"""Fixed phrases: politeness, what the character is, and what it can be asked, where no model is to talk."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.intents import acknowledges, asks_how_one_is, asks_what_one_is
from madang.chat.prompt import fill
from madang.chat.strategies import Piece, Scene
from madang.kernel.language import language_of


class Fixed:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        yield Piece(_phrase(scene), basis="fixed", strategy="fixed", citations=())


def _phrase(scene: Scene) -> str:
    if scene.intent == "greeting":
        return _hello(scene)
    if scene.intent == "thanks":
        if acknowledges(scene.message):
            return _varied(scene, phrases.MORE if scene.guarded else phrases.GLAD)
        return _varied(scene, phrases.THANKS if scene.guarded else phrases.THANKS_FRIEND)
    if scene.intent == "goodbye":
        return _varied(scene, phrases.GOODBYE if scene.guarded else phrases.GOODBYE_FRIEND)
    if scene.intent == "self":
        return _self(scene)
    if not scene.guarded:
        return phrases.cannot_write(scene.language, scene.titles)
    opening = phrases.WELL if asks_how_one_is(scene.message) else phrases.BEYOND
    return f"{_varied(scene, opening)} {_offer(scene)}"


def _hello(scene: Scene) -> str:
    greeting = fill(scene.profile.greeting, scene.profile).strip()
    if greeting and not scene.greeting.strip() and language_of(greeting) == scene.language:
        return greeting  # a caller of the API has not seen it yet
    if not scene.guarded:
        return _varied(scene, phrases.HELLO_FRIEND)
    return f"{_varied(scene, phrases.HELLO)} {_offer(scene)}"


def _self(scene: Scene) -> str:
    name = scene.profile.called
    sentence = phrases.I_AM_AI if asks_what_one_is(scene.message) else phrases.I_AM
    parts = [phrases.say(scene.language, sentence, name=name)]
    tagline = fill(scene.profile.tagline, scene.profile).strip()
    if tagline and language_of(tagline) == scene.language:
        parts.append(tagline)
    elif scene.guarded:
        parts.append(_offer(scene))
    return " ".join(parts)


def _offer(scene: Scene) -> str:
    """What can be asked: the maker's questions in this language, or the titles of the sources."""
    starters = [fill(starter, scene.profile).strip() for starter in scene.profile.starters]
    return phrases.offer(
        scene.language,
        [starter for starter in starters if starter and language_of(starter) == scene.language],
        scene.titles,
        _turn(scene),
    )


def _varied(scene: Scene, sentences: tuple[str, ...]) -> str:
    """One of the sentences: another in the next turn and in another version, never by chance."""
    return phrases.say(scene.language, sentences[_turn(scene) % len(sentences)], name=scene.profile.called)


def _turn(scene: Scene) -> int:
    return len(scene.history) // 2 + scene.again
