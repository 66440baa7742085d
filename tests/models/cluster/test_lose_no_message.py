"""A whole studio on a cluster that loses a replica and then a machine while twelve visitors talk: what was
acknowledged is in the database once, with its whole reply, and every visitor saw at most a pause."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.app.two import Started, page_token, until
from tests.models.cluster.studio import Visitor, by_replica, metric, up
from tests.models.cluster.visitors import LONGEST
from tests.models.machines import Machines
from tests.models.scripted import script

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
POSTGRES = os.environ.get("MADANG_TEST_POSTGRES")
VISITORS = 12
PATIENCE = 170.0
ASKED = """
    SELECT turns.conversation_id, turns.message, replies.text, replies.state, replies.error, replies.model
    FROM turns LEFT JOIN replies ON replies.turn_id = turns.id
    ORDER BY turns.created_at
"""


@dataclass
class Studio:
    """Its processes, and what is in its database."""

    doors: list[Started]
    rows: Callable[[], list[Any]]

    @property
    def owner(self) -> Any:
        return self.doors[0].http

    def counted(self, kind: str) -> float:
        return sum(metric(one.http, "madang_replica_replies_total", f'kind="{kind}"') for one in self.doors)

    def busiest(self) -> str:
        """The seat that makes most replies now."""

        def found() -> Counter[str]:
            running: Counter[str] = Counter()
            for one in self.doors:
                running.update(by_replica(one.http, "madang_engine_replica_running"))
            return +running

        return until(found).most_common(1)[0][0]

    def wait_for(self, replicas: int) -> None:
        for one in self.doors:
            until(lambda one=one: metric(one.http, "madang_engine_replicas") == replicas, PATIENCE)

    def publish(self, name: str) -> str:
        profile = {"name": name, "greeting": "You came!", "persona": "{{char}} paints masks, softly."}
        made = self.owner.post("/api/characters", json={"profile": profile})
        assert made.status_code == 201, made.text
        slug = str(made.json()["slug"])
        assert self.owner.post(f"/api/characters/{slug}/publish").is_success
        return slug


@contextmanager
def on_sqlite(machines: Machines, folder: Path) -> Iterator[Studio]:
    with up(folder, machines.address, machines.plan()) as one:
        page_token(one.http)
        assert one.http.post(f"/owner/{one.token}").status_code == 303
        page_token(one.http)

        def rows() -> list[Any]:
            with closing(sqlite3.connect(next(folder.glob("*.db")))) as connection:
                return connection.execute(ASKED).fetchall()

        yield Studio([one], rows)


@contextmanager
def on_postgresql(machines: Machines, folder: Path) -> Iterator[Studio]:
    """Two processes of one studio on one PostgreSQL, and both on one cluster."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    name = f"madang_many_{uuid.uuid4().hex[:12]}"
    url = f"{POSTGRES.rpartition('/')[0]}/{name}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            with ExitStack() as stack:
                opened = up(folder, machines.address, machines.plan(), MADANG_DATABASE=url)
                first = stack.enter_context(opened)
                opened = up(folder, machines.address, machines.plan(), MADANG_DATABASE=url)
                second = stack.enter_context(opened)
                page_token(first.http)
                assert first.http.post(f"/owner/{second.token}").status_code == 303
                page_token(first.http)
                second.http = stack.enter_context(second.browser(first.http))

                def rows() -> list[Any]:
                    with psycopg.connect(url) as connection:
                        return connection.execute(ASKED).fetchall()

                yield Studio([first, second], rows)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def visitors_of(studio: Studio, stack: ExitStack) -> list[Visitor]:
    made = []
    for number in range(VISITORS):
        slug = studio.publish(f"Dalia {number}")
        first = stack.enter_context(studio.doors[0].browser())
        page_token(first)
        begun = first.post(f"/api/characters/{slug}/conversations")
        assert begun.status_code == 201, begun.text
        others = [stack.enter_context(one.browser(first)) for one in studio.doors[1:]]
        made.append(Visitor([first, *others], begun.json()["id"]))
    return made


def talking(visitors: list[Visitor], pool: ThreadPoolExecutor, over: list[int]) -> list[Future[None]]:
    """All of them talk; when `over` holds how far each was, each begins one message more, and ends."""

    def message(visitor: int) -> Callable[[int], str]:
        return lambda number: f"Tell me of mask number {visitor} and {number}"

    def enough(number: int) -> Callable[[], bool]:
        return lambda: bool(over) and len(visitors[number].heard) >= over[number] + 2

    return [
        pool.submit(visitor.talk, message(number), enough(number)) for number, visitor in enumerate(visitors)
    ]


def lose(studio: Studio, machines: Machines) -> None:
    """A replica, and when another has taken its place, a machine."""
    killed = machines.kill_replica(machines.plan(), studio.busiest())
    until(lambda: len(set(machines.seats(machines.plan())) - {killed}) == 2, PATIENCE)
    studio.wait_for(2)
    machines.remove()
    studio.wait_for(1)


@pytest.mark.parametrize(
    "opened", [on_sqlite, pytest.param(on_postgresql, marks=pytest.mark.postgres)]
)  # fmt: skip
def test_no_acknowledged_message_is_lost(
    machines: Machines, tmp_path: Path, opened: Callable[[Machines, Path], Any]
) -> None:
    over: list[int] = []
    machines.back()
    with (
        ExitStack() as stack,
        ThreadPoolExecutor(VISITORS) as pool,
        opened(machines, tmp_path / "data") as studio,
    ):
        studio.wait_for(2)
        visitors = visitors_of(studio, stack)
        talks = talking(visitors, pool, over)
        try:
            until(lambda: all(one.heard for one in visitors) or any(one.done() for one in talks), PATIENCE)
            lose(studio, machines)
        finally:
            over.extend(len(one.heard) for one in visitors)
        for one in talks:
            one.result(PATIENCE)
        rows = studio.rows()
        lost, served = studio.counted("lost"), studio.counted("served")
    longest = max(one.longest for one in visitors)
    print(f"whole studio: {len(rows)} messages, {lost:.0f} went on elsewhere, longest pause {longest:.2f} s")
    for visitor in visitors:
        kept = [row[1:] for row in rows if row[0] == visitor.conversation]
        assert [message for message, *_ in kept] == visitor.acknowledged
        assert len(kept) == len(visitor.heard) >= 3
        for (message, text, *how), heard in zip(kept, visitor.heard, strict=True):
            assert how == ["done", None, "scripted"]
            assert heard["text"] == text == heard["streamed"]
            assert len(text) > 40 and script(message).startswith(text.rstrip("."))
    assert lost > 0, "nobody was served by those that went"
    assert served == len(rows)
    assert longest < LONGEST
