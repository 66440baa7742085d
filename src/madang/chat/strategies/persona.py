"""Free talk from the persona. It claims no fact: where the character speaks for something real, a sentence
is held until it is complete, and dropped when it states what neither persona, lore nor history say."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from madang.chat import phrases
from madang.chat.beginning import VISITOR, kept_as
from madang.chat.brief import Brief
from madang.chat.leaks import leads_away, leaks
from madang.chat.prompt import assemble
from madang.chat.reasons import NOTHING_SAYABLE
from madang.chat.sentences import Sentences
from madang.chat.stops import Cleaner, role_stops
from madang.chat.strategies import Piece, Scene
from madang.chat.types import Dropped
from madang.chat.verify import own_facts
from madang.knowledge.orders import blanked
from madang.models.types import ChatRequest, Delta, Message, Usage, adapters_of

MAX_TOKENS = 512
WEAK_MAX_TOKENS = 96
"""A small model rambles: `brief` ends its talk with a sentence before this, mostly."""
TEMPERATURE = 0.7
WEAK_TEMPERATURE = 0.6
WEAK_MIN_P = 0.08
WEAK_REPEAT_PENALTY = 1.15
"""Chosen with the 135M default: warmer it loses the thread, cooler it says the same to everything."""
REMEMBERED = 6
"""Earlier replies whose sentences are not said again."""


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
                    if _may_say(sentence, allowed, scene):
                        said = True
                        yield Piece(sentence, generated=True)
                yield replace(piece, text="")
        if (rest := sentences.rest()) and (not scene.guarded or _may_say(rest, allowed, scene)):
            said = True
            yield Piece(rest, generated=True)
        if not said:
            sentence = phrases.NO_OWN_FACTS if scene.guarded else phrases.NOTHING_SAID
            yield Piece(
                phrases.say(scene.language, sentence),
                basis="fixed",
                strategy="fixed",
                why=(NOTHING_SAYABLE, ()),
            )


def reserve_for(scene: Scene) -> int:
    """Tokens that are kept free for the reply."""
    most = scene.options.max_tokens or (WEAK_MAX_TOKENS if scene.weak else MAX_TOKENS)
    return min(most, scene.runtime.card.context // 3)


def adapter_of(scene: Scene) -> str | None:
    """The adapter that the character wants on; None where it wants none, or the engine does not have it."""
    wanted = scene.profile.adapter
    return wanted if wanted and wanted in adapters_of(scene.runtime) else None


def _may_say(sentence: str, allowed: str, scene: Scene) -> bool:
    """Whether a character that speaks for something real may say this of itself."""
    return not (own_facts(sentence, allowed) or leads_away(sentence, allowed) or leaks(sentence, scene))


async def written(
    scene: Scene, *, passages: tuple[str, ...] = (), task: str = "", temperature: float = TEMPERATURE
) -> AsyncGenerator[Piece, None]:
    """What the model writes, cleaned, piece by piece; the first piece tells what the prompt had to drop."""
    options = scene.options
    reserve = reserve_for(scene)
    prompt = await assemble(scene, reserve=reserve, passages=passages, task=task)
    adapter = adapter_of(scene)
    dropped = prompt.dropped
    if scene.profile.adapter and adapter is None:
        dropped = (*dropped, Dropped(part="adapter", count=1, tokens=0))
    if dropped:
        yield Piece(dropped=dropped)
    own = min(temperature, WEAK_TEMPERATURE) if scene.weak else temperature
    request = ChatRequest(
        prompt.messages,
        max_tokens=reserve,
        temperature=own if options.temperature is None else options.temperature,
        top_p=options.top_p or 0.95,
        seed=options.seed,
        # the caller's first: some servers take four
        stop=(*options.stop, *(role_stops(scene.names) if scene.weak else ())),
        slot_hint=scene.slot,
        beginning=prompt.beginning,
        keep=kept_as(scene),
        adapter=adapter,
        who=scene.who,
        background=options.draft and scene.slot is None,
        min_p=WEAK_MIN_P if scene.weak else None,
        repeat_penalty=WEAK_REPEAT_PENALTY if scene.weak else None,
        reroute=False,  # the prompt is made for this model's card
    )
    # a caller who says how long a reply may be gets as long a one
    brief = Brief(_earlier(scene)) if scene.weak and options.max_tokens is None else None
    async for piece in generate(scene, request, brief):
        yield piece


async def generate(
    scene: Scene, request: ChatRequest, brief: Brief | None = None
) -> AsyncGenerator[Piece, None]:
    """A generation, cleaned of template marks, other speakers' turns and loops, and kept `brief`."""
    cleaner = Cleaner(scene.names, VISITOR, request.stop, weak=scene.weak)
    usage: Usage | None = None
    finish = "stop"
    deltas = 0
    async with _generating(scene, request) as stream:
        async for delta in stream:
            if delta.waiting is not None or delta.served:
                scene.waits(delta.waiting)
            usage = delta.usage or usage
            finish = delta.finish or finish
            deltas += bool(delta.text)
            text = cleaner.feed(delta.text)
            if text := brief.feed(text) if brief else text:
                yield Piece(text, generated=True)
            if cleaner.ended or (brief and brief.ended):
                finish = "stop"
                break
    rest = cleaner.finish()
    if brief:
        rest = (brief.feed(rest) if rest else "") + brief.finish(cut=finish == "length")
        finish = "stop"
    if rest:
        yield Piece(rest, generated=True)
    if usage is None:
        # the model was stopped early: what it made is known, what it read is not
        usage = Usage(await _prompt_tokens(scene, request.messages), deltas)
    yield Piece(usage=usage, finish=finish, generated=True)


@asynccontextmanager
async def _generating(scene: Scene, request: ChatRequest) -> AsyncGenerator[AsyncIterator[Delta], None]:
    with scene.trace.span("generate", model=scene.runtime.card.name, max_tokens=request.max_tokens):
        async with aclosing(scene.runtime.stream(request)) as stream:  # type: ignore[type-var]
            yield stream


def _earlier(scene: Scene) -> list[str]:
    """What the character said before, newest last."""
    said = [message.content for message in scene.history if message.role == "assistant"]
    return [scene.greeting, *said[-REMEMBERED:]]


async def _prompt_tokens(scene: Scene, messages: object) -> int:
    assert isinstance(messages, tuple)  # noqa: S101
    return sum([await scene.runtime.count_tokens(message.content) for message in messages])


def _allowed(scene: Scene) -> str:
    """All that the character may repeat: what its maker wrote and what was said."""
    profile = scene.profile
    history: tuple[Message, ...] = scene.history
    lore = profile.lorebook.entries if profile.lorebook else []
    # orders in a card instruct no one: what they want to be said is no fact of the business
    return blanked(
        "\n".join(
            [
                profile.name,
                profile.tagline,
                profile.persona,
                profile.personality,
                profile.scenario,
                profile.system_prompt,
                scene.greeting,
                *(entry.content for entry in lore if entry.enabled),
                *(
                    line.text
                    for exchange in profile.examples
                    for line in exchange
                    if line.speaker == "character"
                ),
                *(message.content for message in history if message.role == "assistant"),
            ]
        )
    )
