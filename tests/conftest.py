"""Fixtures that every room uses. A test that touches a database runs on SQLite, and on PostgreSQL where
MADANG_TEST_POSTGRES holds the URL of a server whose user may create databases."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
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
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates
) -> AsyncIterator[Database]:
    """An empty database with the tables of every room that was imported."""
    if request.param == "sqlite":
        path = tmp_path / "studio.db"
        shutil.copyfile(await templates.sqlite(), path)
        database = Database(f"sqlite+aiosqlite:///{path}")
        yield database
        await database.close()
        return
    if not POSTGRES:
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    name = f"madang_{uuid.uuid4().hex[:12]}"
    await execute(f'CREATE DATABASE "{name}" TEMPLATE "{await templates.postgresql()}"')
    database = Database(postgresql(name))
    yield database
    await database.close()
    await execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Templates:
    """A database of each kind with all tables, made once: copying is several times faster than creating."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"madang_template_{uuid.uuid4().hex[:8]}"
        self._made: set[str] = set()

    async def sqlite(self) -> Path:
        path = self.folder / "template.db"
        if not path.exists():
            await self._create(f"sqlite+aiosqlite:///{path}")
        return path

    async def postgresql(self) -> str:
        if self.name not in self._made:
            await execute(f'CREATE DATABASE "{self.name}"')
            await self._create(postgresql(self.name))
            self._made.add(self.name)
        return self.name

    async def _create(self, url: str) -> None:
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        if database.sqlite:
            async with database.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await database.close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


def postgresql(name: str) -> str:
    """SQLAlchemy's URL of a database of the test server."""
    return f"postgresql+psycopg://{str(POSTGRES).partition('://')[2].rpartition('/')[0]}/{name}"


async def execute(sql: str) -> None:
    """One statement on the test server, outside of any transaction."""
    async with await psycopg.AsyncConnection.connect(str(POSTGRES), autocommit=True) as connection:
        await connection.execute(sql)  # type: ignore[call-overload]


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
