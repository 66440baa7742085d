from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.kernel.settings import Settings
from madang.storage.database import Database
from tests.inbox.stage import Room, room


@pytest.fixture
async def inbox(settings: Settings, database: Database) -> AsyncIterator[Room]:
    async with room(settings, database) as made:
        yield made
