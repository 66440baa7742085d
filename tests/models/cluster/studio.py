"""A whole studio on a cluster: `madang up --cluster` as a process of its own, and visitors over HTTP. Its
embedder is a fake, and the replicas say what `scripted` says."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from madang.models.cluster.plan import Plan
from tests.app import program
from tests.app.two import Started

_SERVER = """
from madang.app import serve as serving
from madang.models import registry
from madang.models.cluster import joined, link
from madang.models.cluster.plan import Plan
from tests.fakes.models import FakeEmbedder

link.CONNECT_SECONDS = 170.0
joined.plan_of = lambda settings, model: Plan.of_json(%r)

async def embedder(models):
    return FakeEmbedder()
registry.Models.embedder = embedder

async def nothing(*_):
    return None
serving.seed = nothing
from madang.cli.commands import app
app(["up", "--port", "0", "--cluster", %r])
"""


@contextmanager
def up(data: Path, address: str, plan: Plan, **more: str) -> Iterator[Started]:
    """One process. There are no weights for a model of its own: whatever answers is on the cluster."""
    environment = program.environment(data, MADANG_FIRST_TOKEN_SECONDS="170", **more)
    source = _SERVER % (plan.to_json(), address)
    with (
        program.started(environment, source) as (process, where, token),
        httpx.Client(base_url=where, timeout=200, trust_env=False) as http,
    ):
        yield Started(process, http, token)


def metric(at: httpx.Client, name: str, *labels: str) -> float:
    """The sum of a meter's values that have all these labels, as the owner sees it."""
    text = at.get("/metrics").text
    lines = re.findall(rf"^{name}(?:\{{(.*?)\}})? (\S+)$", text, re.MULTILINE)
    return sum(float(value) for found, value in lines if all(label in found for label in labels))


def by_replica(at: httpx.Client, name: str) -> dict[str, int]:
    """A gauge's values by the replica that they are of."""
    found = re.findall(rf'^{name}\{{.*?replica="(.*?)".*?\}} (\S+)$', at.get("/metrics").text, re.MULTILINE)
    return {seat: int(float(value)) for seat, value in found}


@dataclass
class Visitor:
    """One browser; with several processes it asks another one each time."""

    doors: list[httpx.Client]
    conversation: str
    acknowledged: list[str] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    """The replies as they stood in the last event, with what was streamed as `streamed`."""
    longest: float = 0.0
    """Seconds without a word, at most."""

    def talk(self, message: Callable[[int], str], over: Callable[[], bool]) -> None:
        while not over():
            self.say(message(len(self.heard)))

    def say(self, message: str) -> None:
        door = self.doors[len(self.heard) % len(self.doors)]
        path = f"/api/conversations/{self.conversation}/turns"
        streamed, last = "", time.monotonic()
        with door.stream("POST", path, json={"message": message}) as answer:
            assert answer.status_code == 200, answer.read()
            for name, said in _events(answer):
                now = time.monotonic()
                if name == "accepted":
                    self.acknowledged.append(message)
                elif name == "delta":
                    self.longest = max(self.longest, now - last)
                    streamed += said["text"]
                elif name == "done":
                    self.heard.append({**said["reply"], "streamed": streamed})
                assert name != "failed", said
                last = now


def _events(answer: httpx.Response) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])
