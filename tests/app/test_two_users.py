"""Every route of the application against everybody whose things they are not.

The rows are compared with the application's own routes: a new route has no row, and fails here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from madang.characters.types import Profile
from tests.app.stage import UNSAFE, Caller, routes, stage
from tests.app.world import ROWS, SECRET, World, build

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALL = [pytest.param(method, path, id=f"{method} {path}") for method, path in ROWS]
CHANGING = [case for case in ALL if case.values[0] in UNSAFE]
PAGE = {"accept": "text/html"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder: Path = tmp_path_factory.mktemp("two-users")
    async with stage(folder / "data") as made:
        yield await build(made)


async def send(
    caller: Caller, world: World, method: str, path: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    row = ROWS[method, path]
    address, body = row.request(world, path.replace("{name:path}", "{name}"))
    part = {"hx-request": "true"} if row.htmx else {}
    return await caller.ask(method, address, **body, headers={**part, **(headers or {})})


def refused(response: httpx.Response) -> bool:
    """401, 403 and 404, or the way to the sign-in page."""
    to_sign_in = response.status_code == 303 and response.headers["location"].startswith("/sign-in")
    return response.status_code in (401, 403, 404) or to_sign_in


def leaks(response: httpx.Response, world: World) -> list[str]:
    said = f"{response.headers}\n{response.text}"
    return [secret for secret in world.secrets if secret in said]


async def test_every_route_has_a_row(world: World) -> None:
    here = set(routes(world.stage.app))
    assert here - set(ROWS) == set(), "a new route: say in tests/app/world.py whose it is"
    assert set(ROWS) - here == set(), "a row for a route that is no more"


@pytest.mark.parametrize(("method", "path"), ALL)
async def test_what_is_not_yours_is_not_there(world: World, method: str, path: str) -> None:
    row = ROWS[method, path]
    before = await world.snapshot()
    strangers = dict(world.strangers)
    if row.kind == "visitor's":
        strangers["owner"] = world.owner
    for name, caller in strangers.items():
        response = await send(caller, world, method, path, headers=PAGE)
        assert response.status_code < 500, f"{name}: {response.text[:300]}"
        assert not leaks(response, world), f"{name} reads what is not theirs: {response.text[:300]}"
        quiet = path.startswith(("/static", "/healthz", "/readyz"))
        if name == "revoked key" and not quiet:
            assert response.status_code == 401, f"{name}: {response.status_code}"
        if row.kind in ("owner's", "visitor's"):
            assert refused(response), f"{name}: {response.status_code} {response.text[:300]}"
        if row.kind == "maker" and not name.startswith("creator"):
            assert refused(response), f"{name}: {response.status_code} {response.text[:300]}"
    assert await world.snapshot() == before, "somebody else changed it"


@pytest.mark.parametrize(("method", "path"), CHANGING)
async def test_a_foreign_page_changes_nothing(world: World, method: str, path: str) -> None:
    before = await world.snapshot()
    person = world.visitor if ROWS[method, path].kind == "visitor's" else world.owner
    wrong = "0" * 64
    for headers in (
        {"x-madang-csrf": ""},
        {"x-madang-csrf": wrong},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8601"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        response = await send(person, world, method, path, headers=headers)
        assert response.status_code == 403, f"{headers}: {response.status_code} {response.text[:200]}"
        assert "access-control-allow-origin" not in response.headers
    assert await world.snapshot() == before


@pytest.mark.parametrize(("method", "path"), ALL)
async def test_another_host_name_reaches_nothing(world: World, method: str, path: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""):
        headers = {"host": host, "origin": f"http://{host}"}
        response = await send(world.owner, world, method, path, headers=headers)
        assert response.status_code == 421, f"{host}: {response.status_code}"
        assert not leaks(response, world)


async def test_a_key_for_chat_never_meets_the_draft(world: World) -> None:
    """The owner's test conversation shows the draft: a key that only chats must not get into it."""
    studio, chat_key = world.stage.studio, world.strangers["chat key"]
    made = await studio.characters.create(world.owner_identity, Profile(name="Moru", greeting="Open."))
    await studio.characters.publish(world.owner_identity, made.slug)
    changed = Profile(name="Moru", greeting=SECRET, persona=f"Draft {SECRET}")
    await studio.characters.edit(world.owner_identity, made.slug, changed)
    test = await studio.chat.start(world.owner_identity, made.slug, test=True)
    asked = len(world.stage.chat_model.requests)
    for method, path, body in (
        ("GET", f"/api/conversations/{test.id}", None),
        ("GET", f"/api/characters/{made.slug}", None),
        ("GET", f"/api/characters/{made.slug}/conversations", None),
        ("GET", f"/c/{made.slug}?conversation={test.id}", None),
        ("POST", f"/api/conversations/{test.id}/turns", {"message": "Who are you?"}),
        ("POST", f"/api/characters/{made.slug}/conversations", {"test": True}),
    ):
        response = await chat_key.ask(method, path, json=body)
        assert SECRET not in response.text, f"{method} {path}: {response.text[:300]}"
    for request in world.stage.chat_model.requests[asked:]:
        assert SECRET not in str(request.messages)
    await studio.characters.delete(world.owner_identity, made.slug)


async def test_what_is_yours_is_there(world: World) -> None:
    """The control: the same requests, by the one they belong to. Runs last, since it also ends things."""
    for person in (world.owner, world.visitor):
        await person.open_page()  # as a browser does: what others tried meanwhile made its page old
    for (method, path), row in sorted(ROWS.items(), key=lambda item: item[1].last):
        if not row.works:
            continue
        person = world.visitor if row.kind == "visitor's" else world.owner
        response = await send(person, world, method, path)
        assert response.status_code < 400, f"{method} {path}: {response.status_code} {response.text[:300]}"
