"""The door: engines and cards, for the studio's owner alone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from madang.kernel.errors import BadInput, Conflict, Forbidden, MadangError, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.meters import Meters
from madang.machine.minutes import Minutes, minutes
from madang.models.adapters import Adapter
from madang.models.engines.order import is_server
from madang.models.engines.types import EngineState
from madang.models.probe.types import Measured
from madang.models.types import ListedModel

log = logging.getLogger(__name__)


class ModelsDoor(Protocol):
    """What this room asks of `models`."""

    def engines(self) -> list[EngineState]: ...
    def cards(self) -> list[Measured]: ...
    async def add(self, name: str, key: str | None = None, *, first: bool = False) -> str: ...
    async def remove(self, name: str) -> None: ...
    async def move(self, name: str, to: int) -> None: ...
    def adapters(self) -> list[Adapter]: ...
    async def remove_adapter(self, name: str) -> None: ...
    async def probe(self, name: str, progress: Callable[[int, int, str], None] | None = None) -> Measured: ...
    def list(self) -> list[ListedModel]: ...


@dataclass(slots=True)
class Measuring:
    """A measurement under way, or the last one. `share` is 0 to 1."""

    name: str
    share: float = 0.0
    what: str = ""
    error: MadangError | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Now:
    engines: list[EngineState]
    minutes: Minutes
    measuring: Measuring | None


class Machine:
    """Every method raises SignInNeeded or Forbidden for whoever is not the owner in person."""

    def __init__(self, models: ModelsDoor, meters: Meters) -> None:
        self._models = models
        self._meters = meters
        self._measuring: Measuring | None = None
        self._task: asyncio.Task[None] | None = None

    def now(self, identity: Identity) -> Now:
        """How everything is at this moment. Light: nothing is asked of an engine."""
        owner(identity)
        found = minutes(self._meters.recent, time.monotonic())
        return Now(self._models.engines(), found, self._measuring)

    async def offered(self, identity: Identity) -> list[str]:
        """Chat models whose weights are here and that are no engine yet."""
        owner(identity)
        have = {engine.name for engine in self._models.engines()}
        listed = await asyncio.to_thread(self._models.list)
        return [
            one.card.name
            for one in listed
            if one.card.role == "chat" and one.pulled and one.card.name not in have
        ]

    async def add(self, identity: Identity, name: str, key: str | None, *, first: bool) -> None:
        """Adds a server, or weights that were pulled. Raises BadInput, Forbidden, Conflict."""
        owner(identity)
        name = name.strip()
        if not is_server(name) and name not in await self.offered(identity):
            raise BadInput("Give the address of a model server, or a model of the list.")
        await self._models.add(name, key or None, first=first)

    async def remove(self, identity: Identity, name: str) -> None:
        owner(identity)
        await self._models.remove(name)

    async def move(self, identity: Identity, name: str, to: int) -> None:
        owner(identity)
        await self._models.move(name, to)

    async def adapters(self, identity: Identity) -> list[Adapter]:
        """Registered LoRA adapters. They are added on the command line only."""
        owner(identity)
        return await asyncio.to_thread(self._models.adapters)

    async def remove_adapter(self, identity: Identity, name: str) -> None:
        """Forgets one; its file stays. Raises NotFound."""
        owner(identity)
        await self._models.remove_adapter(name)

    async def cards(self, identity: Identity) -> list[Measured]:
        """Measured cards, the newest first."""
        owner(identity)
        return await asyncio.to_thread(self._models.cards)

    async def card(self, identity: Identity, key: str) -> Measured:
        """Raises NotFound."""
        found = next((one for one in await self.cards(identity) if one.key == key), None)
        if found is None:
            raise NotFound("This model was not measured.")
        return found

    async def measure(self, identity: Identity, name: str) -> None:
        """Begins to measure an engine; `now` tells how far it is. Raises NotFound, Conflict."""
        owner(identity)
        if name not in {engine.name for engine in self._models.engines()}:
            raise NotFound("There is no engine “{name}”.", name=name)
        if self._task is not None and not self._task.done():
            raise Conflict("A model is being measured already. Please wait until that is done.")
        self._measuring = Measuring(name)
        self._task = asyncio.create_task(self._measure(self._measuring), name="measure a model")

    async def _measure(self, measuring: Measuring) -> None:
        def told(done: int, total: int, what: str) -> None:
            measuring.share, measuring.what = done / total, what

        try:
            await self._models.probe(measuring.name, told)
        except MadangError as error:
            measuring.error = error
        except Exception:
            log.exception("measuring a model failed")
            measuring.error = Conflict("Measuring was interrupted.")
        finally:
            measuring.done = True

    def metrics(self, identity: Identity) -> tuple[bytes, str]:
        """Everything that is counted, for Prometheus: body and content type. A key of the owner's with the
        scope `metrics` may ask too."""
        owner(identity, scope="metrics")
        return self._meters.text()

    async def close(self) -> None:
        """Ends a measurement."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})


def owner(identity: Identity, *, scope: str | None = None) -> None:
    """Raises unless this is the owner: signed in, or (with `scope`) with a key that has it."""
    if not identity.signed_in:
        raise SignInNeeded("Please sign in as the studio's owner.")
    by_key = identity.scopes is not None
    if identity.kind != "owner" or (by_key and (scope is None or not identity.may(scope))):
        raise Forbidden("Only the studio's owner may do this.")
