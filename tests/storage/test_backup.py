"""Backup and restore while running: everything comes back; a broken or lying file changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.errors import Conflict, MadangError, Unreadable
from madang.kernel.settings import Settings
from madang.storage import migrate
from madang.storage.backup import backup, restore
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import JobContext, Jobs
from madang.storage.search import Entry, SearchIndex
from madang.storage.tables import Base


class Note(Base):
    __tablename__ = "test_notes"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("test_notes.id"))
    words: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    about: Mapped[dict[str, Any]]
    made: Mapped[datetime]
    flag: Mapped[bool]


@pytest.fixture(autouse=True)
def no_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables are those of the test, not those of the product's migrations."""
    monkeypatch.setattr(migrate, "_FOLDER", tmp_path / "migrations")


MADE = datetime(2026, 5, 17, 9, 30, 0, 123456, tzinfo=UTC)


def _note(number: int, parent: str | None = None) -> Note:
    about = {"n": number, "한": [1, None, "\u2028"], "float": 0.1}
    return Note(
        id=f"n{number:04}",
        parent=parent,
        words="값 'x'\n",
        data=b"\x00\xff",
        about=about,
        made=MADE,
        flag=True,
    )


@pytest.fixture
async def studio(settings: Settings, database: Database) -> Settings:
    """A data folder whose database holds notes, words and a blob."""
    url = database.url if database.sqlite else database.url.replace("+psycopg", "")
    settings = settings.model_copy(update={"database": url})
    async with database.write() as session:
        session.add(_note(0))
        await session.flush()
        session.add_all(_note(n, "n0000") for n in range(1, 700))
        await SearchIndex(database).replace(session, "s", [Entry("p1", "영업 시간 안내")])
    await Blobs(settings.data / "blobs").put(b"a document")
    (settings.data / "secrets").mkdir(mode=0o700)
    (settings.data / "secrets" / "cookies").write_bytes(b"k" * 32)
    return settings


async def _words(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(Note.words).order_by(Note.id)))


async def test_everything_comes_back(studio: Settings, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "studio.madang"
    made = await backup(studio, file)
    assert (made.rows, made.blobs) == (700 + 6, 1)
    async with database.write() as session:
        await session.execute(delete(Note).where(Note.parent.is_not(None)))
        note = await session.get_one(Note, "n0000")
        note.words = "changed"
        session.add(_note(9000))
        await SearchIndex(database).clear(session, "s")
    blob = next(Blobs(studio.data / "blobs").all())
    Blobs(studio.data / "blobs").path(blob).unlink()
    (studio.data / "secrets" / "cookies").unlink()

    # `database` stays open all the while: a running studio
    summary = await restore(studio, file)
    assert (summary.rows, summary.blobs) == (made.rows, 1)
    assert await _words(database) == ["값 'x'\n"] * 700
    async with database.read() as session:
        note = await session.get_one(Note, "n0699")
        assert (note.parent, note.data, note.about, note.made, note.flag) == (
            "n0000", b"\x00\xff", _note(699).about, MADE, True,
        )  # fmt: skip
    assert [hit.id for hit in await SearchIndex(database).search("s", "영업시간")] == ["p1"]
    assert await Blobs(studio.data / "blobs").get(blob) == b"a document"
    assert (studio.data / "secrets" / "cookies").read_bytes() == b"k" * 32
    assert not list(studio.data.glob(".madang-*"))


async def test_every_key_of_the_studio_comes_back(studio: Settings, tmp_path: Path) -> None:
    keys = {"visitors": b"v" * 32, "csrf.key": b"c" * 32}
    (studio.data / "secrets").mkdir(exist_ok=True)
    for name, key in keys.items():
        (studio.data / "secrets" / name).write_bytes(key)
    await backup(studio, tmp_path / "b.madang")
    for name in keys:
        (studio.data / "secrets" / name).unlink()
    await restore(studio, tmp_path / "b.madang")
    assert {name: (studio.data / "secrets" / name).read_bytes() for name in keys} == keys


async def test_a_backup_is_one_moment(studio: Settings, database: Database, tmp_path: Path) -> None:
    async def write() -> None:
        for number in range(2000, 2040):
            async with database.write() as session:  # always two rows at once
                session.add_all([_note(number), _note(number + 1000)])

    writing = asyncio.create_task(write())
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.madang")
        await backup(studio, files[-1])
    await writing
    for file in files:
        with zipfile.ZipFile(file) as archive:
            assert len(archive.read("tables/test_notes.jsonl").splitlines()) % 2 == 0


def _rewrite(file: Path, changes: dict[str, bytes | None], manifest: dict[str, Any] | None = None) -> None:
    """The archive with other members, its manifest made to agree with them."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(members.pop("manifest.json"))
    for name, data in changes.items():
        if data is None:
            members.pop(name)
        else:
            members[name] = data
    about["members"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
    }
    about |= manifest or {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, "manifest.json": json.dumps(about).encode()}.items():
            archive.writestr(name, data)


def _row(**changes: Any) -> bytes:
    row = {"id": "x", "parent": None, "words": "w", "data": {"b": ""}, "about": "{}",
           "made": {"t": MADE.isoformat()},
           "flag": True, **changes}  # fmt: skip
    return json.dumps(row).encode() + b"\n"


NOTES = "tables/test_notes.jsonl"


def flipped(file: Path) -> bytes:
    """The file with one bit of its largest part turned round."""
    with zipfile.ZipFile(file) as archive:
        part = max(archive.infolist(), key=lambda one: one.compress_size)
    data = bytearray(file.read_bytes())
    data[
        data.index(part.filename.encode(), part.header_offset) + len(part.filename) + part.compress_size // 2
    ] ^= 1
    return bytes(data)


LIES: dict[str, Any] = {
    "a path that climbs": lambda f: _rewrite(f, {"blobs/../../evil": b"x"}),
    "an absolute path": lambda f: _rewrite(f, {"/etc/evil": b"x"}),
    "a secret that climbs": lambda f: _rewrite(f, {"secrets/..": b"x"}),
    "a blob under another's name": lambda f: _rewrite(f, {"blobs/" + "a" * 64: b"x"}),
    "a table nobody has": lambda f: _rewrite(f, {"tables/sqlite_master.jsonl": _row()}),
    "a column nobody has": lambda f: _rewrite(f, {NOTES: _row(evil=1)}),
    "a row that refers to nothing": lambda f: _rewrite(f, {NOTES: _row(parent="nowhere")}),
    "a row twice": lambda f: _rewrite(f, {NOTES: _row() * 2}),
    "a row that is none": lambda f: _rewrite(f, {NOTES: b"[1]\n"}),
    "a value of no kind": lambda f: _rewrite(f, {NOTES: _row(words={"z": 1})}),
    "half a row": lambda f: _rewrite(f, {NOTES: _row()[:-9]}),
    "a wrong checksum": lambda f: _rewrite(f, {}, {"members": {NOTES: {"bytes": 1, "sha256": "0" * 64}}}),
    "sizes that are none": lambda f: _rewrite(f, {}, {"members": {NOTES: {"bytes": "many", "sha256": ""}}}),
    "a later format": lambda f: _rewrite(f, {}, {"format": 99}),
    "a later revision": lambda f: _rewrite(f, {}, {"revision": "9999"}),
    "a manifest that is a list": lambda f: (
        f.write_bytes(b"") or zipfile.ZipFile(f, "w").writestr("manifest.json", "[]")
    ),
    "no zip": lambda f: f.write_bytes(b"PK\x03\x04 not really"),
    "nothing": lambda f: f.write_bytes(b""),
    "half": lambda f: f.write_bytes(f.read_bytes()[: f.stat().st_size // 2]),
    "a flipped bit": lambda f: f.write_bytes(flipped(f)),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lying_file_changes_nothing(
    studio: Settings, database: Database, tmp_path: Path, lie: str
) -> None:
    file = tmp_path / "lie.madang"
    await backup(studio, file)
    before = await _words(database)
    LIES[lie](file)
    with pytest.raises((Unreadable, Conflict)) as raised:
        await restore(studio, file)
    assert str(raised.value).endswith(".")
    assert await _words(database) == before
    assert len(list(Blobs(studio.data / "blobs").all())) == 1 or lie == "a blob under another's name"
    assert not (tmp_path / "evil").exists()


async def test_a_bomb_is_refused_before_it_unpacks(studio: Settings, tmp_path: Path) -> None:
    file = tmp_path / "bomb.madang"
    _sparse = b"\x00" * (64 << 20)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("blobs/" + "a" * 64, _sparse)
        about = {"format": 1, "members": {"blobs/" + "a" * 64: {"bytes": 10, "sha256": "0" * 64}}}
        archive.writestr("manifest.json", json.dumps(about))
    with pytest.raises(Unreadable):
        await restore(studio, file)
    about["members"]["blobs/" + "a" * 64]["bytes"] = 1 << 60
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("blobs/" + "a" * 64, b"")
        archive.writestr("manifest.json", json.dumps(about))
    with pytest.raises(MadangError, match="not enough room"):
        await restore(studio, file)


async def test_a_file_that_is_not_there(studio: Settings, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        await restore(studio, tmp_path / "no.madang")


async def test_a_failed_backup_leaves_the_older_one(
    studio: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "studio.madang"
    file.write_bytes(b"older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MadangError, match="no room"):
        await backup(studio, file)
    assert file.read_bytes() == b"older"
    assert not list(tmp_path.glob(".madang-backup-*"))


async def test_json_null_and_nothing_stay_apart(studio: Settings, database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE test_notes SET about = 'null' WHERE id = 'n0001'"))
    await backup(studio, tmp_path / "b")
    await restore(studio, tmp_path / "b")
    async with database.read() as session:
        assert (
            await session.scalar(text("SELECT count(*) FROM test_notes WHERE CAST(about AS TEXT) = 'null'"))
            == 1
        )


async def test_unfinished_jobs_start_again(settings: Settings, tmp_path: Path) -> None:
    """What was being done at the backup is done again after the restore, though it was done in between."""
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    runs = []
    hold = asyncio.Event()

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        runs.append(argument["n"])
        await hold.wait()

    async with Jobs(settings) as jobs:
        jobs.register("work", work)
        job = await jobs.start("work", "k", {"n": 1})
        while not runs:
            await asyncio.sleep(0.02)
        await backup(settings, tmp_path / "b")
        hold.set()
        assert (await jobs.wait(job, 10)).state == "done"
        await restore(settings, tmp_path / "b")
        assert (await jobs.wait(job, 10)).state == "done"
    await database.close()
    assert runs == [1, 1]
