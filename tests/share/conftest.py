"""A studio with one published character, its maker in a browser, and
a website's page as a program sees it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from madang.characters.types import Character, Profile
from madang.kernel.identity import Identity
from madang.share.embed.passes import HEADER
from madang.share.types import Embed
from tests.app.stage import Caller, ListedModels, Stage, stage
from tests.fakes.models import FakeChat

SHOP = "https://shop.example"


@dataclass
class Frame:
    """The panel on a website: it has a pass and no cookie."""

    http: httpx.AsyncClient
    slug: str
    token: str

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {HEADER: self.token, "sec-fetch-site": "same-origin", **more.pop("headers", {})}
        return await self.http.request(method, f"/embed/{self.slug}{path}", headers=headers, **more)

    async def begin(self, character: str = "") -> httpx.Response:
        body = {"character": character or self.slug, "channel": "page", "test": True}
        return await self.ask("POST", "/api/conversations", json=body)

    async def say(self, conversation: str, message: str = "Hi") -> httpx.Response:
        return await self.ask("POST", f"/api/conversations/{conversation}/turns", json={"message": message})


@dataclass
class Share:
    stage: Stage
    owner: Identity
    maker: Caller
    sumi: Character

    @property
    def embeds(self) -> Any:
        return self.stage.studio.embeds

    async def switch_on(self, slug: str = "sumi", **settings: Any) -> Embed:
        embed: Embed = await self.embeds.save(
            self.owner, slug, Embed(**{"on": True, "origins": [SHOP], **settings})
        )
        return embed

    async def look(self, slug: str = "sumi", origin: str = SHOP, **headers: str) -> httpx.Response:
        """The frame's address, as a browser asks for it from another website."""
        said = {"accept": "text/html", "sec-fetch-site": "cross-site", "referer": f"{origin}/", **headers}
        http = self.stage.caller("a frame").http
        return await http.get(f"/embed/{slug}", params={"origin": origin}, headers=said)

    async def frame(self, slug: str = "sumi", origin: str = SHOP) -> Frame:
        page = await self.look(slug, origin)
        assert page.status_code == 200, page.text
        found = re.search(r'data-token="([^"]+)"', page.text)
        assert found
        return Frame(self.stage.caller("a frame").http, slug, found.group(1))


@pytest.fixture
async def share(tmp_path: Path, settings: object) -> AsyncIterator[Share]:
    async with stage(tmp_path / "studio", models=ListedModels(FakeChat()), jobs=False) as opened:
        owner = await opened.studio.accounts.owner()
        profile = Profile(
            name="Sumi", tagline="Repairs clocks", greeting="Hello.", persona="{{char}} repairs clocks."
        )
        made = await opened.studio.characters.create(owner, profile)
        made = await opened.studio.characters.publish(owner, made.slug)
        yield Share(opened, owner, await opened.owner(), made)
