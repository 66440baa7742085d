"""Fixtures that every room uses. A test that touches a database runs on SQLite, and on PostgreSQL where
MADANG_TEST_POSTGRES holds the URL of a server whose user may create databases."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.storage.database import Database
from madang.storage.tables import Base
from tests.fakes.models import FakeChat, FakeEmbedder, FakeModels

POSTGRES = os.environ.get("MADANG_TEST_POSTGRES")
SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [
        name for name in os.environ if name.startswith("MADANG_") and not name.startswith("MADANG_TEST")
    ]:
        monkeypatch.delenv(name)
    return Settings(data=tmp_path / "data", hub="off")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with the tables of every room that the test has imported."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'studio.db'}")
        drop = None
    else:
        if not POSTGRES:
            pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
        name = f"madang_{uuid.uuid4().hex[:12]}"
        drop = await _create_database(POSTGRES, name)
        database = Database(f"postgresql+psycopg://{POSTGRES.partition('://')[2].rpartition('/')[0]}/{name}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.close()
    if drop is not None:
        await drop()


async def _create_database(url: str, name: str):  # type: ignore[no-untyped-def]
    import psycopg

    async def execute(sql: str) -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(sql)  # type: ignore[call-overload]

    await execute(f'CREATE DATABASE "{name}"')

    async def drop() -> None:
        await execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    return drop


@pytest.fixture
def chat_model() -> FakeChat:
    return FakeChat()


@pytest.fixture
def models(chat_model: FakeChat) -> FakeModels:
    return FakeModels(chat_model, FakeEmbedder())


@pytest.fixture
def card_file() -> Path:
    """The folder of real cards, for tests only."""
    folder = SHARED / "cards"
    if not folder.is_dir():
        pytest.skip("the real cards are not on this machine (../shared/data/cards)")
    return folder
