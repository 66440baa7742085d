"""Free talk from the persona. It claims no fact: where the character speaks for something real, a sentence
is held until it is complete, and dropped when it states what neither persona, lore nor history say."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from madang.chat import phrases
from madang.chat.prompt import assemble
from madang.chat.sentences import Sentences
from madang.chat.stops import Cleaner
from madang.chat.strategies import Piece, Scene
from madang.chat.verify import own_facts
from madang.models.types import ChatRequest, Message, Usage

MAX_TOKENS = 512
WEAK_MAX_TOKENS = 200
"""A model that quotes rambles: its free talk is kept short."""
GUARDED_MAX_TOKENS = 80


class Persona:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        yield Piece(basis="persona", strategy="persona", citations=())
        said = False
        allowed = _allowed(scene) if scene.guarded else ""
        sentences = Sentences()
        async with aclosing(written(scene)) as pieces:
            async for piece in pieces:
                if not scene.guarded:
                    said = said or bool(piece.text)
                    yield piece
                    continue
                for sentence in sentences.feed(piece.text):
                    if not own_facts(sentence, allowed):
                        said = True
                        yield Piece(sentence, generated=True)
                yield replace(piece, text="")
        if (rest := sentences.rest()) and not own_facts(rest, allowed):
            said = True
            yield Piece(rest, generated=True)
        if not said:
            sentence = phrases.NO_OWN_FACTS if scene.guarded else phrases.NOTHING_SAID
            yield Piece(phrases.say(scene.language, sentence), basis="fixed", strategy="fixed")


async def written(
    scene: Scene, *, passages: tuple[str, ...] = (), task: str = "", temperature: float = 0.7
) -> AsyncGenerator[Piece, None]:
    """What the model writes, cleaned, piece by piece; the first piece tells what the prompt had to drop."""
    options = scene.options
    most = options.max_tokens or _most(scene)
    reserve = min(most, scene.runtime.card.context // 3)
    prompt = await assemble(scene, reserve=reserve, passages=passages, task=task)
    if prompt.dropped:
        yield Piece(dropped=prompt.dropped)
    request = ChatRequest(
        prompt.messages,
        max_tokens=reserve,
        temperature=temperature if options.temperature is None else options.temperature,
        top_p=options.top_p or 0.95,
        seed=options.seed,
        stop=tuple(options.stop),
        slot_hint=scene.slot,
    )
    async for piece in generate(scene, request):
        yield piece


async def generate(scene: Scene, request: ChatRequest) -> AsyncGenerator[Piece, None]:
    """A generation, cleaned of template marks, other speakers' turns and loops."""
    cleaner = Cleaner(scene.profile.called, stop=request.stop)
    usage: Usage | None = None
    finish = "stop"
    deltas = 0
    async with aclosing(scene.runtime.stream(request)) as stream:  # type: ignore[type-var]
        async for delta in stream:
            usage = delta.usage or usage
            finish = delta.finish or finish
            deltas += bool(delta.text)
            if text := cleaner.feed(delta.text):
                yield Piece(text, generated=True)
            if cleaner.ended:
                finish = "stop"
                break
    if text := cleaner.finish():
        yield Piece(text, generated=True)
    if usage is None:
        # the model was stopped early: what it made is known, what it read is not
        usage = Usage(await _prompt_tokens(scene, request.messages), deltas)
    yield Piece(usage=usage, finish=finish, generated=True)


async def _prompt_tokens(scene: Scene, messages: object) -> int:
    assert isinstance(messages, tuple)  # noqa: S101
    return sum([await scene.runtime.count_tokens(message.content) for message in messages])


def _most(scene: Scene) -> int:
    if scene.guarded and scene.runtime.card.strategy == "quote":
        return GUARDED_MAX_TOKENS
    return WEAK_MAX_TOKENS if scene.runtime.card.strategy == "quote" else MAX_TOKENS


def _allowed(scene: Scene) -> str:
    """All that the character may repeat: what its maker wrote and what was said."""
    profile = scene.profile
    history: tuple[Message, ...] = scene.history
    lore = profile.lorebook.entries if profile.lorebook else []
    return "\n".join(
        [
            profile.name,
            profile.tagline,
            profile.persona,
            profile.personality,
            profile.scenario,
            profile.system_prompt,
            scene.greeting,
            *(entry.content for entry in lore if entry.enabled),
            *(line.text for exchange in profile.examples for line in exchange if line.speaker == "character"),
            *(message.content for message in history if message.role == "assistant"),
        ]
    )
