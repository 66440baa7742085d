"""The rows that say how a job stands, beside dbos's own tables (SQLite `jobs.db`, or PostgreSQL schema
`dbos`).

They are not part of `tables.Base`: dbos creates and migrates that database itself, and so does this file.
All calls are blocking; `jobs` makes them in threads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from madang.kernel import errors
from madang.kernel.settings import Settings

State = Literal["waiting", "running", "done", "failed"]
SCHEMA = "dbos"
RUNS = 5
"""Starts without one finished step after which a job is given up: it kills the process that runs it."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands. `total` 0 means that how much there is to do is not known yet."""

    id: str
    name: str
    state: State
    done: int = 0
    total: int = 0
    result: dict[str, Any] | None = None
    error: errors.MadangError | None = None

    @property
    def finished(self) -> bool:
        return self.state in ("done", "failed")


def open_engine(settings: Settings) -> tuple[Engine, str | None]:
    """The engine of the jobs' database and its schema (None on SQLite)."""
    if not settings.database_url.startswith("sqlite"):
        return sa.create_engine(settings.database_url, pool_pre_ping=True, pool_size=5), SCHEMA
    engine = sa.create_engine(f"sqlite:///{jobs_file(settings)}", pool_size=5)
    event.listen(engine, "connect", _sqlite_settings)
    return engine, None


def jobs_file(settings: Settings) -> Path:
    """The SQLite file of the jobs; not used with PostgreSQL."""
    return settings.data / "jobs.db"


def _sqlite_settings(connection: Any, _record: Any) -> None:
    # IMMEDIATE: a writer waits for its turn instead of failing when its read becomes a write
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


class JobRows:
    """The table `madang_jobs` over one engine."""

    def __init__(self, engine: Engine, schema: str | None) -> None:
        self.engine = engine
        self._table = sa.Table(
            "madang_jobs",
            sa.MetaData(schema=schema),
            sa.Column("id", sa.String(200), primary_key=True),
            sa.Column("name", sa.String(64), nullable=False),
            sa.Column("argument", sa.Text, nullable=False),
            sa.Column("attempt", sa.Integer, nullable=False),
            sa.Column("runs", sa.Integer, nullable=False),
            sa.Column("state", sa.String(16), nullable=False),
            sa.Column("done", sa.BigInteger, nullable=False),
            sa.Column("total", sa.BigInteger, nullable=False),
            sa.Column("result", sa.Text),
            sa.Column("error", sa.Text),
        )

    def create(self) -> None:
        """Create the table where it is missing. The schema exists: dbos made it."""
        self._table.metadata.create_all(self.engine)

    def start(
        self,
        id: str,  # noqa: A002
        name: str,
        argument: dict[str, Any],
        enqueue: Callable[[Connection, str], object],
        *,
        again: bool = False,
    ) -> None:
        """Note a new job and enqueue it, in one transaction; nothing when it waits, runs or is done.

        With `again` a finished job is started once more.
        """
        table = self._table
        new = {"id": id, "name": name, "attempt": 0, "runs": 0, "state": "failed", "done": 0, "total": 0}
        new["argument"] = json.dumps(argument)
        with self.engine.begin() as connection:
            insert: Any = _insert(connection)(table).values(new).on_conflict_do_nothing()
            connection.execute(insert)  # also takes the write lock
            row = connection.execute(sa.select(table).where(table.c.id == id).with_for_update()).one()
            if row.state in ("waiting", "running") or (row.state == "done" and not again):
                return
            values = {**new, "attempt": row.attempt + 1, "state": "waiting", "result": None, "error": None}
            connection.execute(sa.update(table).where(table.c.id == id).values(values))
            enqueue(connection, f"{id}#{row.attempt + 1}")

    def begin(self, id: str) -> bool:  # noqa: A002
        """Note that the job runs; False when it has been started too often without getting anywhere."""
        table = self._table
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(table).where(table.c.id == id).values(state="running", runs=table.c.runs + 1)
            )
            runs: int = connection.execute(sa.select(table.c.runs).where(table.c.id == id)).scalar_one()
        return runs <= RUNS

    def stepped(self, id: str) -> None:  # noqa: A002
        """Note that a step was finished: the job gets somewhere."""
        self._set(id, runs=0)

    def progress(self, id: str, done: int, total: int) -> None:  # noqa: A002
        self._set(id, done=done, total=total)

    def finish(
        self,
        id: str,  # noqa: A002
        result: dict[str, Any] | None,
        error: errors.MadangError | None,
    ) -> None:
        self._set(
            id,
            state="failed" if error else "done",
            result=json.dumps(result),
            error=json.dumps(encode_error(error)) if error else None,
        )

    def read(self, id: str) -> JobStatus:  # noqa: A002
        """Raises NotFound."""
        table = self._table
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == id)).one_or_none()
        if row is None:
            raise errors.NotFound("This job does not exist.")
        return JobStatus(
            row.id,
            row.name,
            row.state,
            row.done,
            row.total,
            json.loads(row.result) if row.result else None,
            decode_error(json.loads(row.error)) if row.error else None,
        )

    def unfinished(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Id, name and argument of every job that waits or runs; none where there are no jobs yet."""
        table = self._table
        if not sa.inspect(self.engine).has_table(table.name, schema=table.schema):
            return []
        with self.engine.connect() as connection:
            query = sa.select(table.c.id, table.c.name, table.c.argument)
            rows = connection.execute(
                query.where(table.c.state.in_(("waiting", "running"))).order_by(table.c.id)
            )
            return [(row.id, row.name, json.loads(row.argument)) for row in rows]

    def _set(self, id: str, **values: Any) -> None:  # noqa: A002
        with self.engine.begin() as connection:
            connection.execute(sa.update(self._table).where(self._table.c.id == id).values(**values))


def _insert(connection: Connection) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


def encode_error(error: errors.MadangError) -> dict[str, Any]:
    """An error as plain JSON; parameters that are not become text."""
    params = {
        name: value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
        for name, value in error.params.items()
    }
    return {"code": error.code, "sentence": error.sentence, "params": params}


def decode_error(data: dict[str, Any]) -> errors.MadangError:
    """The error that `encode_error` was given, of the same class."""
    kinds = {kind.code: kind for kind in errors.MadangError.__subclasses__()}
    return kinds.get(str(data["code"]), errors.BadInput)(str(data["sentence"]), **data["params"])
