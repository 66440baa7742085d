"""What was acknowledged is kept: a full disk, many writers, readers meanwhile, and kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.errors import StorageFull
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.tables import Base


class Line(Base):
    __tablename__ = "test_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String)


async def _count(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Line)) or 0


async def test_what_was_read_stays_readable(database: Database) -> None:
    async with database.write() as session:
        session.add(Line(words="one"))
    async with database.read() as session:
        line = (await session.scalars(select(Line))).one()
        line.words = "never"
    assert line.id > 0
    async with database.read() as session:
        assert (await session.scalars(select(Line.words))).all() == ["one"]


async def test_an_error_rolls_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            session.add(Line(words="one"))
            await session.flush()
            raise ZeroDivisionError
    assert await _count(database) == 0


async def test_many_writers_lose_nothing(database: Database) -> None:
    async with database.write() as session:
        session.add(Line(id=1, words="0"))

    async def add_one() -> None:
        async with database.write() as session:
            line = await session.get_one(Line, 1, with_for_update=True)
            await asyncio.sleep(0)
            line.words = str(int(line.words) + 1)

    await asyncio.gather(*(add_one() for _ in range(12)))
    async with database.read() as session:
        assert (await session.get_one(Line, 1)).words == "12"


async def test_on_sqlite_who_came_first_writes_first(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("PostgreSQL lets several write at once")
    order: list[int] = []

    async def add(number: int) -> None:
        async with database.write() as session:
            session.add(Line(words=f"{number}"))
            order.append(number)
            await asyncio.sleep(0.002)

    await asyncio.gather(*(add(number) for number in range(60)))
    assert order == list(range(60))


async def test_a_reader_does_not_hold_a_writer_up(database: Database) -> None:
    async with database.read() as reading:
        await reading.execute(select(Line))
        async with asyncio.timeout(5), database.write() as session:
            session.add(Line(words="one"))
        async with database.write() as session:
            session.add(Line(words="two"))
            await session.flush()
            async with asyncio.timeout(5):  # and a writer does not hold a reader up
                assert await _count(database) == 1


async def test_a_full_database_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'small.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with database.write() as session:
        session.add(Line(words="kept"))

    async with database.engine.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
    from sqlalchemy import event

    @event.listens_for(database.engine.sync_engine, "begin")
    def small(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(StorageFull):
        async with database.write() as session:
            session.add(Line(words="x" * 1_000_000))
    assert await _count(database) == 1
    await database.close()


FULL = textwrap.dedent("""
    import asyncio, resource, signal, sys
    from pathlib import Path
    from madang.kernel.errors import StorageFull
    from madang.storage.blobs import Blobs
    from madang.storage.database import Database
    from sqlalchemy import text

    folder = Path(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    async def main():
        database = Database(f"sqlite+aiosqlite:///{folder / 'a.db'}")
        async with database.write() as session:
            await session.execute(text("CREATE TABLE lines (words TEXT)"))
        kept = 0
        try:
            while kept < 1000:
                async with database.write() as session:
                    await session.execute(text("INSERT INTO lines VALUES (:w)"), {"w": "x" * 20_000})
                kept += 1
        except StorageFull:
            print("full", kept)
        try:
            await Blobs(folder / "blobs").put(b"x" * 500_000)
        except StorageFull:
            print("full", len([p for p in (folder / "blobs").rglob("*") if p.is_file()]))
        await database.close()

    asyncio.run(main())
""")


def test_a_full_disk(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    said = run.stdout.split()
    assert said[0::2] == ["full", "full"], run.stderr
    kept = int(said[1])
    assert kept > 0
    assert said[3] == "0"
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("SELECT count(*) FROM lines").fetchone() == (kept,)


CRASH = textwrap.dedent("""
    import asyncio, sys
    from madang.storage.database import Database
    from sqlalchemy import text

    async def main():
        database = Database(f"sqlite+aiosqlite:///{sys.argv[1]}")
        async with database.write() as session:
            await session.execute(text("CREATE TABLE lines (n INTEGER)"))

        async def write(start):
            for number in range(start, 10**9, 4):
                async with database.write() as session:
                    await session.execute(text("INSERT INTO lines VALUES (:n)"), {"n": number})
                print(number, flush=True)  # acknowledged

        await asyncio.gather(*(write(n) for n in range(4)))

    asyncio.run(main())
""")


@pytest.mark.slow
def test_kill_9_loses_nothing_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with subprocess.Popen(
        [sys.executable, "-c", CRASH, str(file)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(60)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += process.stdout.readlines()
    numbers = {int(line) for line in acknowledged if line.endswith("\n")}
    assert len(numbers) >= 60
    with sqlite3.connect(file) as connection:
        assert numbers <= {row[0] for row in connection.execute("SELECT n FROM lines")}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_blobs(tmp_path: Path) -> None:
    from madang.kernel.errors import NotFound, Unreadable

    blobs = Blobs(tmp_path / "blobs")
    name = await blobs.put(b"a document")
    assert await blobs.put(b"a document") == name
    assert list(blobs.all()) == [name]
    assert await blobs.get(name) == b"a document"
    for wrong in ("", "..", "../" * 3 + "etc/passwd", name.upper(), name + "\n", "0" * 64):
        with pytest.raises(NotFound):
            await blobs.get(wrong)
    blobs.path(name).write_bytes(b"b document")
    with pytest.raises(Unreadable):
        await blobs.get(name)
    await blobs.delete(name)
    await blobs.delete(name)
    assert not blobs.exists(name)
