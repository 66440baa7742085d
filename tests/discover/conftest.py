"""The web's stage, and discovery alone over real characters with a scripted past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.models import FakeModels
from tests.web.conftest import client, stage, token_of

from madang.characters.access import Characters
from madang.characters.types import Character, Profile
from madang.discover.access import Discover
from madang.discover.types import Wanted
from madang.kernel.clock import now
from madang.kernel.identity import Identity
from madang.storage.blobs import Blobs
from madang.storage.database import Database

__all__ = ["client", "stage", "token_of"]

OWNER = Identity("owner", "usr_owner", age=18)
MAKER = Identity("creator", "usr_maker")
OTHER = Identity("creator", "usr_other")
VISITOR = Identity("visitor", "vis_one")
GROWN = Identity("visitor", "vis_grown", age=18)


class Past:
    """What conversations say of people: scripted."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[str, datetime]]] = {}
        self.popular: dict[str, float] = {}
        self.asked = 0

    async def used(self, identity: Identity, limit: int = 20) -> list[tuple[str, datetime]]:
        self.asked += 1
        return self.of.get(identity.id, [])[:limit]

    async def popularity(self, since: datetime) -> dict[str, float]:
        return self.popular


@dataclass
class Yard:
    """Characters, and discovery over them without any patience: every feed looks for changes first."""

    database: Database
    characters: Characters
    discover: Discover
    past: Past
    made: list[Character] = field(default_factory=list)

    async def publish(self, name: str, identity: Identity = MAKER, **more: Any) -> Character:
        visibility = more.pop("visibility", None)
        profile = Profile(name=name, **{"greeting": "Hello.", **more})
        made = await self.characters.create(identity, profile)
        return await self.characters.publish(identity, made.slug, visibility=visibility)

    async def names(self, identity: Identity = VISITOR, text: str = "", **more: Any) -> list[str]:
        """Names of the first page, in order."""
        options = {
            key: more.pop(key) for key in ("personal", "since", "limit", "offset", "known") if key in more
        }
        await self.discover.catalogue.caught_up()
        feed = await self.discover.feed(identity, Wanted(text=text, **more), **options)
        return [one.entry.name for one in feed.shown]


@pytest.fixture
async def yard(database: Database, tmp_path: Path) -> AsyncIterator[Yard]:
    characters = Characters(database, Blobs(tmp_path / "blobs"))
    past = Past()
    discover = Discover(database, characters, past, FakeModels(), settle=0.0)
    yield Yard(database, characters, discover, past)
    await discover.close()


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)
