"""`madang up` as processes of their own over one PostgreSQL and one data folder, with fake models."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.app import program

CSRF = "x-madang-csrf"
TALE = " ".join(f"wave{number * 7919 % 1000}" for number in range(400))
Found = TypeVar("Found")


@dataclass
class Started:
    """A process of the studio, and one browser at it."""

    process: subprocess.Popen[str]
    http: httpx.Client
    token: str
    """Of the owner's one-time link that it printed."""

    @property
    def address(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def browser(self, *like: httpx.Client) -> httpx.Client:
        """Another browser at this process; with `like`, one that has the cookies and tokens of that."""
        made = httpx.Client(base_url=self.address, timeout=30, trust_env=False)
        for other in like:
            for cookie in other.cookies.jar:
                made.cookies.set(cookie.name, str(cookie.value))
            if token := other.headers.get(CSRF):
                made.headers[CSRF] = token
        return made

    def kill(self) -> None:
        program.kill(self.process)


@contextmanager
def up(data: Path, database: str) -> Iterator[Started]:
    environment = program.environment(data, MADANG_DATABASE=database)
    with (
        program.up(environment, TALE, say=0.1, embed=0.02) as (process, address, token),
        httpx.Client(base_url=address, timeout=30, trust_env=False) as http,
    ):
        yield Started(process, http, token)


def page_token(client: httpx.Client) -> None:
    """Reads a page as a browser does; later requests carry its token."""
    page = client.get("/sign-in", follow_redirects=True)
    found = re.search(r'data-csrf="([0-9a-f]+)"', page.text)
    assert found, page.text[:300]
    client.headers[CSRF] = found.group(1)


def until(true: Callable[[], Found], seconds: float = 30) -> Found:
    """What `true` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while True:
        if found := true():
            return found
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


@dataclass
class Listener:
    """A stream of server-sent events, read in a thread; each event with the moment it came."""

    client: httpx.Client
    path: str
    method: str = "GET"
    more: dict[str, Any] = field(default_factory=dict)
    heard: list[tuple[str, str, float]] = field(default_factory=list)
    ended: bool = False

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        name = ""
        with suppress(httpx.HTTPError):
            timeout = httpx.Timeout(60)
            with self.client.stream(self.method, self.path, timeout=timeout, **self.more) as stream:
                for line in stream.iter_lines():
                    if line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: "):
                        self.heard.append((name, line[6:], time.monotonic()))
        self.ended = True

    def data(self, name: str) -> str | None:
        """The data of the first such event."""
        return next((data for kind, data, _ in self.heard if kind == name), None)

    def at(self, name: str) -> float:
        return next(at for kind, _, at in self.heard if kind == name)
