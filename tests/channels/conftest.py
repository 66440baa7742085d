from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from madang.channels.openai import router
from tests.channels.fakes import FakeAccounts, FakeCharacters, FakeChat, serving
from tests.fakes.models import FakeModels


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def api(chat: FakeChat, models: FakeModels) -> FastAPI:
    app = FastAPI()
    app.include_router(router(chat, FakeCharacters(), models, FakeAccounts()))
    return app


@pytest.fixture
def address(api: FastAPI) -> Iterator[str]:
    with serving(api) as address:
        yield address


@pytest.fixture
def http(api: FastAPI) -> Iterator[httpx.AsyncClient]:
    yield httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://127.0.0.1:8600")
