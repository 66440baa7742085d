"""Whether the studio says truly that it lives and is ready."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

import madang
from madang.channels import health
from madang.kernel.errors import NotFound
from madang.kernel.settings import Settings
from madang.models.types import ListedModel, ModelCard, PulledWeights

HERE = PulledWeights("small", "chat", "/weights/small.gguf", 1, "ab")


class Parts:
    """A studio whose parts can be broken one by one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = self.models = self.jobs = self
        self.opens = self.runs = True
        self.listed = [ListedModel(ModelCard("small", "chat"), HERE, used=True)]

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        if not self.opens:
            raise OSError("/home/me/secret.db cannot be opened")

        async def connection() -> None:
            return None

        yield SimpleNamespace(connection=connection)

    def list(self) -> list[ListedModel]:
        return self.listed

    async def status(self, job_id: str) -> None:
        if not self.runs:
            raise RuntimeError("jobs are not open")
        raise NotFound("There is no such job.")


@pytest.fixture
def parts(settings: Settings) -> Parts:
    return Parts(settings)


@pytest.fixture
def http(parts: Parts) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(health.router(parts))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_alive_asks_nothing(http: httpx.AsyncClient, parts: Parts) -> None:
    parts.opens = parts.runs = False
    response = await http.get("/healthz")
    assert response.status_code == 200 and response.json() == {"status": "ok"}


async def test_ready_when_every_part_is(http: httpx.AsyncClient) -> None:
    response = await http.get("/readyz")
    assert response.status_code == 200 and response.json()["ready"] is True


@pytest.mark.parametrize("broken", ["database", "weights", "jobs"])
async def test_one_broken_part_is_said_without_details(
    http: httpx.AsyncClient, parts: Parts, broken: str
) -> None:
    if broken == "database":
        parts.opens = False
    elif broken == "jobs":
        parts.runs = False
    else:
        parts.listed = [ListedModel(ModelCard("small", "chat"), used=True)]
    response = await http.get("/readyz")
    said = response.json()
    assert response.status_code == 503 and said["ready"] is False
    assert [name for name in ("database", "weights", "jobs") if not said[name]["ready"]] == [broken]
    assert said[broken]["detail"].endswith(".") and "secret" not in response.text


async def test_a_model_on_a_server_needs_no_weights(http: httpx.AsyncClient, parts: Parts) -> None:
    parts.listed = [ListedModel(ModelCard("qwen", "chat"), used=True, server=True)]
    assert (await http.get("/readyz")).status_code == 200


async def test_the_studio_introduces_itself(http: httpx.AsyncClient) -> None:
    said = (await http.get("/api/studio")).json()
    assert said["version"] == madang.__version__ and said["languages"] == ["en", "ko"]
    assert said["openai"] == "/v1"
