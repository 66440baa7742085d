"""The migrations make exactly the tables that the rooms' stores declare, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import MetaData

import madang.app.application  # noqa: F401 every room's tables are what is compared
from madang.storage.database import Database
from madang.storage.migrate import migrate, pending
from madang.storage.tables import Base


def declared() -> MetaData:
    """The rooms' tables, without those that other tests declare for themselves."""
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    for mapper in Base.registry.mappers:
        if mapper.class_.__module__.startswith("madang."):
            mapper.local_table.to_metadata(metadata)  # type: ignore[attr-defined]
    return metadata


@pytest.fixture
async def migrated(database: Database) -> AsyncIterator[Database]:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    await migrate(database)
    yield database


async def test_migrations_and_stores_agree(migrated: Database) -> None:
    assert await pending(migrated, declared()) == []


async def test_migrating_again_changes_nothing(migrated: Database) -> None:
    await migrate(migrated)
    assert await pending(migrated, declared()) == []
