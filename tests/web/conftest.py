"""An open stage and a browserless client, as a visitor without any cookie."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.web.stage import Stage, open_stage

from madang.kernel.settings import Settings

PAGE = {"accept": "text/html,*/*;q=0.8", "accept-language": "en"}


@pytest.fixture
async def stage(settings: Settings) -> AsyncIterator[Stage]:
    async with open_stage(settings) as stage:
        yield stage


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(stage.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=PAGE) as client:
        yield client


@pytest.fixture
def token_of():  # type: ignore[no-untyped-def]
    """Reads the token out of a page."""

    def read(page: str) -> str:
        found = re.search(r'data-csrf="([0-9a-f]{64})"', page)
        assert found, "the page carries no token"
        return found.group(1)

    return read
