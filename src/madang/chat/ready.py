"""Makes the beginning of a character's prompts ready when it is published: no visitor waits for it."""

from __future__ import annotations

import asyncio
import logging

from madang.characters.types import Character
from madang.chat.beginning import fill, kept_as
from madang.chat.conversation import greetings
from madang.chat.doors import ModelsDoor
from madang.chat.prompt import assemble
from madang.chat.strategies import Scene
from madang.chat.strategies.persona import adapter_of, reserve_for
from madang.chat.types import Options
from madang.kernel import clock
from madang.kernel.errors import MadangError
from madang.models.types import ChatRuntime, Keeping

log = logging.getLogger(__name__)


class Ready:
    """Works behind everything else. What is not made ready here is made at the first message."""

    def __init__(self, models: ModelsDoor, now: clock.Clock) -> None:
        self._models = models
        self._now = now
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def prepare(self, character: Character) -> None:
        """Starts it, where a loaded model can keep beginnings and writes the character's language."""
        runtime = self._models.running
        profile = character.published
        if runtime is None or not isinstance(runtime, Keeping) or profile is None:
            return
        if profile.language not in runtime.card.languages:
            return
        self._stop(character.id)
        task = asyncio.create_task(self._keep(runtime, runtime, character), name="make a character ready")
        self._tasks[character.id] = task
        task.add_done_callback(lambda done: self._over(character.id, done))

    async def forget(self, character_id: str) -> None:
        """Deletes what was kept of a character."""
        self._stop(character_id)
        await self._models.forget(character_id)

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _keep(self, runtime: ChatRuntime, keeping: Keeping, character: Character) -> None:
        try:
            scene = self._scene(runtime, character)
            name = kept_as(scene)
            if name is not None:
                prompt = await assemble(scene, reserve=reserve_for(scene))
                beginning = prompt.messages[: prompt.beginning]
                await keeping.keep(name, beginning, adapter_of(scene))
        except MadangError as error:
            log.info("%s is made ready at its first message: %s", character.slug, error)

    def _scene(self, runtime: ChatRuntime, character: Character) -> Scene:
        """Its first conversation, before anybody said much."""
        profile = character.profile
        first = next(iter(greetings(profile)), "")
        return Scene(
            character=character,
            profile=profile,
            language=profile.language,
            message="Hello.",
            history=(),
            greeting=fill(first, profile).strip(),
            intent="",
            runtime=runtime,
            count=runtime.count_tokens,
            options=Options(),
            now=self._now(),
        )

    def _stop(self, character_id: str) -> None:
        if task := self._tasks.get(character_id):
            task.cancel()

    def _over(self, character_id: str, done: asyncio.Task[None]) -> None:
        if self._tasks.get(character_id) is done:
            del self._tasks[character_id]
        if not done.cancelled() and (error := done.exception()):
            log.error("a character was not made ready", exc_info=error)
