"""The maker's door to help with writing. Suggestions only: nothing here changes a draft.

A capable model writes, and what it wrote is verified before it is offered. One that is too small for it is
not asked, and that is said; then plain rules make the drafts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from madang.authoring.doors import CharactersDoor, KnowledgeDoor, ModelsDoor
from madang.authoring.own import own
from madang.authoring.types import Start, Suggestion, What, Written
from madang.authoring.writing import prompts, rules, verify
from madang.characters.types import Profile
from madang.kernel.errors import BadInput, MadangError, ModelFailed, TooLarge, Unreadable
from madang.kernel.identity import Identity
from madang.knowledge.types import Passage
from madang.models.types import ChatRequest, ChatRuntime, Message

log = logging.getLogger(__name__)

LONGEST_SENTENCE = 4_000
SECONDS = 90.0
"""How long a model may take for one draft."""
PASSAGES = 12
PASSAGE_TEXT = 6_000
TOKENS: dict[What, int] = {"persona": 500, "greeting": 160, "examples": 420}
ATTEMPTS: dict[What, int] = {"persona": 1, "greeting": 2, "examples": 1}

TOO_SMALL = (
    "The attached model ({model}) is too small to write this well, so these drafts were made by plain rules."
)
NOT_THIS_LANGUAGE = (
    "The attached model ({model}) does not write this language well, "
    "so these drafts were made by plain rules."
)
BY_RULES = "Here is what plain rules make of it."


class Writing:
    def __init__(self, characters: CharactersDoor, knowledge: KnowledgeDoor, models: ModelsDoor) -> None:
        self._characters = characters
        self._knowledge = knowledge
        self._models = models

    async def suggest(
        self, identity: Identity, slug: str, what: What, *, start: Start, sentence: str = ""
    ) -> AsyncGenerator[Written, None]:
        """Suggestions for `what`, from a sentence or from what the character knows.

        Raises before the first event what `own` raises, and BadInput or TooLarge for nothing, or far too
        much, to begin from. Closing the generator stops the model.
        """
        character = await own(self._characters, identity, slug)
        profile, sentence = character.draft, sentence.replace("\0", "").strip()
        if len(sentence) > LONGEST_SENTENCE:
            raise TooLarge("Say it in at most {count} characters.", count=LONGEST_SENTENCE)
        passages = await self._passages(character.id) if start == "knowledge" else []
        if start == "knowledge" and not passages:
            raise BadInput("It knows nothing yet. Add a file, a page or a text first.")
        if start == "sentence" and not sentence:
            raise BadInput("Say in a sentence what it should be like.")
        runtime, why = await self._capable(profile)
        offered: set[str] = set()
        if runtime is not None:
            for _ in range(ATTEMPTS[what]):
                async with aclosing(self._written(runtime, what, profile, sentence, passages)) as events:
                    async for event in events:
                        if event.suggestion is not None:
                            if event.suggestion.whole in offered:
                                continue  # the same again
                            offered.add(event.suggestion.whole)
                        yield event
        if not offered:
            yield why or Written(kind="note", sentence=BY_RULES)
            for suggestion in rules.suggestions(what, profile, sentence, passages):
                yield Written(kind="suggestion", suggestion=suggestion)

    async def _capable(self, profile: Profile) -> tuple[ChatRuntime | None, Written | None]:
        """The model when it can write this, else what to say."""
        try:
            runtime = await self._models.chat()
        except MadangError as error:
            return None, Written(kind="note", sentence=error.sentence, params=_texts(error.params))
        if runtime.card.strategy != "cite":
            return None, Written(kind="note", sentence=TOO_SMALL, params={"model": runtime.card.name})
        if profile.language not in runtime.card.languages:
            return None, Written(kind="note", sentence=NOT_THIS_LANGUAGE, params={"model": runtime.card.name})
        return runtime, None

    async def _written(
        self, runtime: ChatRuntime, what: What, profile: Profile, sentence: str, passages: list[Passage]
    ) -> AsyncGenerator[Written, None]:
        """One draft of the model: its words while they come, then what was verified, or why it was not."""
        asked = prompts.system(what, profile.language)
        given = prompts.described(profile, sentence)
        if passages:
            told = "\n\n".join("\n".join((*passage.headings, passage.text)) for passage in passages)
            given = f"{given}\n\n{prompts.FROM_KNOWLEDGE[profile.language]}\n{told[:PASSAGE_TEXT]}"
        request = ChatRequest(
            [Message("system", asked), Message("user", given)],
            max_tokens=TOKENS[what],
            temperature=0.8,
            background=True,
        )
        yield Written(kind="begun")
        text = ""
        try:
            async with asyncio.timeout(SECONDS), aclosing(_stream(runtime, request)) as pieces:
                async for piece in pieces:
                    text += piece
                    yield Written(kind="words", text=piece)
        except TimeoutError:
            yield _refused(ModelFailed("The model took longer than {seconds} seconds.", seconds=int(SECONDS)))
            return
        except MadangError as error:
            yield _refused(error)
            return
        strict = bool(passages) or profile.kind != "character"
        texts = f"{given}\n{profile.greeting}"
        try:
            for suggestion in _suggestions(what, text, profile):
                verify.check(suggestion.whole, what, profile, given=texts, asked=asked, strict=strict)
                yield Written(kind="suggestion", suggestion=suggestion)
        except Unreadable as error:
            log.info("a draft of the model was thrown away: %s", error)
            yield _refused(error)

    async def _passages(self, character_id: str) -> list[Passage]:
        """The first passages of each source in turn, so that one long document does not stand for all."""
        read = []
        for source in await self._knowledge.sources(character_id):
            if source.state in ("words", "ready"):
                read.append(await self._knowledge.passages(character_id, source.id))
        each = max(1, PASSAGES // len(read)) if read else 0
        return [passage for passages in read for passage in passages[:each]][:PASSAGES]


def _suggestions(what: What, text: str, profile: Profile) -> list[Suggestion]:
    text = text.strip()
    if what == "examples":
        found = prompts.exchanges(text, profile)
        if not found:
            raise Unreadable("What the model wrote could not be read as an exchange, so it was thrown away.")
        return [Suggestion(what=what, lines=lines, by="model") for lines in found]
    return [Suggestion(what=what, text=text.strip("\"“”'‘’ \n"), by="model")]


async def _stream(runtime: ChatRuntime, request: ChatRequest) -> AsyncGenerator[str, None]:
    deltas = runtime.stream(request)
    try:
        async for delta in deltas:
            if delta.text:
                yield delta.text
    finally:
        close = getattr(deltas, "aclose", None)
        if close is not None:
            await close()


def _refused(error: MadangError) -> Written:
    return Written(kind="refused", sentence=error.sentence, params=_texts(error.params))


def _texts(params: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}
