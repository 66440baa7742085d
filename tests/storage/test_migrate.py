"""Migrations: written from the tables, run once however many start, refused when the data is newer."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import ForeignKey, MetaData, String, inspect, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.errors import Conflict
from madang.storage import migrate as door
from madang.storage.database import Database
from madang.storage.migrate import migrate, new, pending, revisions
from madang.storage.tables import Base


class Parent(Base):
    __tablename__ = "test_parents"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)


class Child(Base):
    __tablename__ = "test_children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[str] = mapped_column(ForeignKey("test_parents.id", ondelete="CASCADE"), index=True)


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Migrations of its own, so that nothing is written into the product."""
    folder = tmp_path / "migrations"
    shutil.copytree(door._FOLDER, folder, ignore=shutil.ignore_patterns("[0-9]*.py", "__pycache__"))
    monkeypatch.setattr(door, "_FOLDER", folder)
    return folder


@pytest.fixture
async def empty(database: Database) -> Database:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    return database


async def test_from_nothing_to_the_tables(folder: Path, empty: Database) -> None:
    await migrate(empty)  # nothing to do yet
    path = await new("The first tables", [])
    assert path is not None
    assert path.name == "0001_the_first_tables.py"
    assert "madang" not in path.read_text().replace("madang.", "", 0).partition("import")[2]
    assert await pending(empty) != []
    await asyncio.gather(migrate(empty), migrate(empty), migrate(empty))
    assert await pending(empty) == []
    assert await new("again", []) is None
    assert revisions() == ["0001"]


async def test_what_comes_after_what_is_said_by_the_files_not_by_their_numbers(
    folder: Path, empty: Database
) -> None:
    await new("first", [])
    change = "from alembic import op\nrevision = '{}'\ndown_revision = '{}'\ndef upgrade():\n    {}\n"
    add = "op.execute('CREATE TABLE test_order (id INTEGER)')"
    drop = "op.execute('DROP TABLE test_order')"
    (folder / "versions" / "0003_makes.py").write_text(change.format("0003", "0001", add))
    (folder / "versions" / "0002_drops.py").write_text(change.format("0002", "0003", drop))
    assert revisions() == ["0001", "0003", "0002"]
    await migrate(empty, "0003")
    await migrate(empty)
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(door.revision_of) == "0002"


async def test_a_later_change_keeps_rows(folder: Path, empty: Database) -> None:
    await new("first", [])
    (folder / "versions" / "0002_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
        "def upgrade():\n    with op.batch_alter_table('test_parents') as table:\n"
        "        table.alter_column('id', type_=sa.String(80), existing_type=sa.String(40))\n"
        "        table.add_column(sa.Column('name', sa.Text, nullable=False, server_default='x'))\n"
    )
    await migrate(empty, "0001")
    async with empty.write() as session:
        session.add(Parent(id="a"))
        await session.flush()
        session.add(Child(id=1, parent="a"))
    await migrate(empty)
    async with empty.read() as session:
        assert (await session.execute(text("SELECT name FROM test_parents"))).scalars().all() == ["x"]
        # copying a table must not delete what refers to it
        assert (await session.execute(text("SELECT parent FROM test_children"))).scalars().all() == ["a"]


async def test_newer_data_is_refused_untouched(folder: Path, empty: Database) -> None:
    await new("first", [])
    await migrate(empty)
    async with empty.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(Conflict, match="newer Madang"):
        await migrate(empty)


async def test_a_failing_migration_changes_nothing(folder: Path, empty: Database) -> None:
    (folder / "versions" / "0001_bad.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    raise RuntimeError('half way')\n"
    )
    with pytest.raises(RuntimeError, match="half way"):
        await migrate(empty)
    async with empty.engine.connect() as connection:
        assert not await connection.run_sync(lambda c: inspect(c).has_table("half"))


async def test_the_difference_is_told(empty: Database) -> None:
    assert await pending(empty, MetaData()) == []
    assert len(await pending(empty)) > 1
