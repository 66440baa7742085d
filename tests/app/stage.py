"""The whole application over one studio with fake models, and the people and programs that come to it."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from madang.accounts import store as account_rows
from madang.app.application import create_app
from madang.app.studio import Studio, open_studio
from madang.kernel.clock import now
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.kernel.settings import Settings
from madang.storage.database import Database
from madang.storage.migrate import migrate
from tests.conftest import execute, postgresql
from tests.fakes.jobs import InlineJobs
from tests.fakes.models import FakeChat, FakeModels

HOST = "http://127.0.0.1:8600"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class ListedModels(FakeModels):
    """Fake models whose weights are all there."""

    def list(self) -> list[Any]:
        return []


@dataclass
class Caller:
    """Somebody with a browser (a cookie jar and a page's token) or a program with a key."""

    name: str
    http: httpx.AsyncClient
    csrf: str = ""
    seen: list[httpx.Response] = field(default_factory=list)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request as this caller's own page or program sends it."""
        headers = dict(more.pop("headers", {}))
        if method in UNSAFE and self.csrf:
            headers.setdefault("x-madang-csrf", self.csrf)
        response = await self.http.request(method, path, headers=headers, **more)
        self.seen.append(response)
        return response

    async def open_page(self) -> None:
        """Reads a page as a browser does: afterwards it has the cookie and the token."""
        page = await self.http.get("/sign-in", headers={"accept": "text/html"}, follow_redirects=True)
        found = re.search(r'data-csrf="([0-9a-f]+)"', page.text)
        assert found, page.text[:300]
        self.csrf = found.group(1)


@dataclass
class Stage:
    studio: Studio
    app: FastAPI
    chat_model: FakeChat
    _open: list[httpx.AsyncClient] = field(default_factory=list)

    def caller(self, name: str, key: str | None = None) -> Caller:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {key}"} if key else {}
        client = httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers)
        self._open.append(client)
        return Caller(name, client)

    async def visitor(self, name: str = "visitor") -> Caller:
        """A browser that has talked: it has a visitor's cookie."""
        caller = self.caller(name)
        await caller.open_page()
        answer = await caller.ask("POST", "/language", data={"language": "en"})
        assert "madang_visitor" in caller.http.cookies, answer.headers
        return caller

    async def owner(self) -> Caller:
        """A browser that came in by the one-time link."""
        caller = self.caller("owner")
        await caller.open_page()
        answer = await caller.ask("POST", f"/owner/{await self.studio.accounts.one_time_link()}")
        assert answer.status_code == 303, answer.text
        await caller.open_page()
        return caller

    async def creator(self) -> tuple[Caller, Identity]:
        """Another maker of the same studio, signed in."""
        row = account_rows.UserRow(id=new_id("usr"), kind="creator", seat=None, created_at=now())
        async with self.studio.database.write() as session:
            session.add(row)
        cookie = await self.studio.accounts._begin(row.id, "password", None, "")
        caller = self.caller("creator")
        caller.http.cookies.set(cookie.name, cookie.value)
        await caller.open_page()
        return caller, Identity("creator", row.id)

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()


_migrated: list[bytes] = []


async def migrated() -> bytes:
    """An empty SQLite database as the migrations make it, made once a process."""
    if not _migrated:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "studio.db"
            database = Database(f"sqlite+aiosqlite:///{file}")
            await migrate(database)
            async with database.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await database.close()
            _migrated.append(file.read_bytes())
    return _migrated[0]


@asynccontextmanager
async def stage(
    data: Path,
    *,
    database: str | None = None,
    models: FakeModels | None = None,
    jobs: bool = True,
    **more: Any,
) -> AsyncIterator[Stage]:
    """`database`: a URL, by default SQLite in the data folder; `more`: further settings."""
    settings = Settings(data=data, hub="off", database=database, **more)
    if database is None and not (data / "studio.db").exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / "studio.db").write_bytes(await migrated())
    models = models or ListedModels()
    async with open_studio(settings, models=models, jobs=jobs and InlineJobs(settings)) as studio:  # type: ignore[arg-type]
        made = Stage(studio, create_app(studio), models._chat)
        try:
            yield made
        finally:
            await made.close()


@asynccontextmanager
async def empty_postgresql() -> AsyncIterator[str]:
    """The URL of a new database of the test server; it is dropped at the end."""
    name = f"madang_app_{uuid.uuid4().hex[:12]}"
    await execute(f'CREATE DATABASE "{name}"')
    try:
        yield postgresql(name).replace("postgresql+psycopg://", "postgresql://")
    finally:
        await execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """(method, path) of everything the application answers; HEAD is GET's."""
    for route in iter_route_contexts(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, str(route.path)


def events(response: httpx.Response) -> list[tuple[str, str]]:
    """(name, data) of a whole stream of server-sent events."""
    found = []
    for block in response.text.split("\n\n"):
        lines = block.split("\n")
        name = next((line[7:] for line in lines if line.startswith("event: ")), "")
        data = "\n".join(line[6:] for line in lines if line.startswith("data: "))
        if data:
            found.append((name, data))
    return found
