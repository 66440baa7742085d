"""Blobs that nothing refers to go after a day; what is used, put again or wanted meanwhile stays."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.errors import Unreadable
from madang.kernel.settings import Settings
from madang.storage import collect as collecting
from madang.storage.backup import backup
from madang.storage.blobs import ASIDE, Blobs
from madang.storage.collect import GRACE, NOTES, collect
from madang.storage.database import Database
from madang.storage.tables import Base


class Kept(Base):
    __tablename__ = "test_kept"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    blob: Mapped[str | None] = mapped_column(String(64))
    words: Mapped[str]
    about: Mapped[dict[str, Any]]


@pytest.fixture
def blobs(settings: Settings) -> Blobs:
    return Blobs(settings.data / "blobs")


@pytest.fixture
async def tables(settings: Settings) -> Any:
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all, tables=[Kept.__table__])
    yield database
    await database.close()


async def _refer(
    database: Database, key: str, blob: str | None = None, words: str = "", **about: Any
) -> None:
    async with database.write() as session:
        session.add(Kept(id=key, blob=blob, words=words, about=about))


def _old(blobs: Blobs, *names: str) -> None:
    """As if they had been put, and noted as unused, two days ago."""
    then = time.time() - 2 * GRACE
    for name in names:
        os.utime(blobs.path(name), (then, then))
    (blobs.folder / NOTES).write_text(json.dumps(dict.fromkeys(names, then)))


async def test_what_nothing_refers_to_goes_at_a_later_run(
    settings: Settings, blobs: Blobs, tables: Database
) -> None:
    column, text, nested, lost = [blobs.put_now(word) for word in (b"column", b"text", b"nested", b"lost")]
    await _refer(tables, "one", column, f"see {text}.", faces=[{"hash": nested}])
    first = await collect(settings)
    assert (first.removed, first.waiting) == (0, 1)
    assert (await collect(settings)).removed == 0, "not before a day has passed"
    _old(blobs, column, text, nested, lost)
    second = await collect(settings)
    assert (second.removed, second.bytes, second.waiting) == (1, len(b"lost"), 0)
    assert sorted(blobs.all()) == sorted([column, text, nested])
    assert (await collect(settings)).removed == 0


async def test_what_is_put_again_stays(settings: Settings, blobs: Blobs, tables: Database) -> None:
    name, many = blobs.put_now(b"again"), blobs.put_now(b"many")
    _old(blobs, name, many)
    blobs.put_now(b"again")
    await blobs.put_many([b"many"])
    assert (await collect(settings)).removed == 0
    assert await blobs.get(name) == b"again" and await blobs.get(many) == b"many"


async def test_a_row_of_this_moment_keeps_it(
    settings: Settings, blobs: Blobs, tables: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, lost = blobs.put_now(b"wanted"), blobs.put_now(b"lost")
    _old(blobs, name, lost)
    looked = 0
    look = collecting._in_use

    async def then_refer(database: Database) -> set[str]:
        nonlocal looked
        used = await look(database)
        looked += 1
        if looked == 1:
            await _refer(tables, "late", name)
        return used

    monkeypatch.setattr(collecting, "_in_use", then_refer)
    assert (await collect(settings)).removed == 1
    assert await blobs.get(name) == b"wanted" and not blobs.exists(lost)


async def test_what_is_put_while_it_is_set_aside_is_there(
    settings: Settings, blobs: Blobs, tables: Database
) -> None:
    name = blobs.put_now(b"twice")
    path = blobs.path(name)
    away = path.with_name(f"{ASIDE}{name}")
    path.rename(away)
    assert blobs.put_now(b"twice") == name and await blobs.get(name) == b"twice"
    await collect(settings)
    assert not away.exists() and await blobs.get(name) == b"twice"


async def test_what_a_crash_left_aside_comes_back(settings: Settings, blobs: Blobs, tables: Database) -> None:
    name = blobs.put_now(b"crashed")
    await _refer(tables, "one", name)
    path = blobs.path(name)
    path.rename(path.with_name(f"{ASIDE}{name}"))
    assert list(blobs.all()) == []
    assert (await collect(settings)).removed == 0
    assert await blobs.get(name) == b"crashed"


@pytest.mark.parametrize("notes", ["", "{", "[1]", '{"a": "x"}'])
async def test_without_notes_everything_waits_once_more(
    settings: Settings, blobs: Blobs, tables: Database, notes: str
) -> None:
    name = blobs.put_now(b"unused")
    _old(blobs, name)
    (blobs.folder / NOTES).write_text(notes)
    assert await collect(settings) == collecting.Collected(0, 0, 1)
    assert blobs.exists(name)


async def test_an_empty_studio_has_nothing_to_collect(settings: Settings, tables: Database) -> None:
    assert await collect(settings) == collecting.Collected(0, 0, 0)
    assert not (settings.data / "blobs").exists()


async def test_another_database_removes_nothing(settings: Settings, blobs: Blobs) -> None:
    name = blobs.put_now(b"mine")
    _old(blobs, name)
    with pytest.raises(Unreadable):
        await collect(settings)
    assert blobs.exists(name)


async def test_a_backup_does_not_trip_over_one_that_goes(
    settings: Settings, blobs: Blobs, tables: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = blobs.put_now(b"stays"), blobs.put_now(b"goes")
    every = Blobs.all

    def then_one_goes(self: Blobs) -> Any:
        listed = list(every(self))
        blobs.path(goes).unlink(missing_ok=True)
        return iter(listed)

    monkeypatch.setattr(Blobs, "all", then_one_goes)
    summary = await backup(settings, tmp_path / "file.backup")
    assert summary.blobs == 1 and blobs.exists(stays)
