"""A reply that was stopped before its first word: the page says so, and offers to make it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from tests.web.stage import GUIDE, Stage

NOTE = "Stopped before the first word."


@pytest.mark.parametrize("words", [0, 2])
async def test_an_empty_reply_claims_nothing(
    stage: Stage, client: httpx.AsyncClient, token_of: Callable[[str], str], words: int
) -> None:
    made = await stage.publish(GUIDE)
    page = (await client.get(f"/c/{made.slug}")).text
    client.headers["x-madang-csrf"] = token_of(page)
    conversation = (await client.post("/api/conversations", json={"character": made.slug})).json()["id"]
    stage.model.script, stage.model.pause = "Once there was a yard. " * 40, 0.05 if words else 30
    path = f"/api/conversations/{conversation}"
    saying = asyncio.create_task(
        client.post(f"{path}/turns", json={"message": "Tell me a tale of the yard."})
    )
    async with asyncio.timeout(10):
        while not stage.model.running:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.4)
        (turn,) = (await client.get(path)).json()["turns"]
        await client.post(f"/api/turns/{turn['id']}/stop")
        await saying
    drawn = (await client.get(f"/c/{made.slug}/thread", params={"conversation": conversation})).text
    assert 'data-state="stopped"' in drawn and drawn.count("data-regenerate") == 1
    assert (NOTE in drawn) is not bool(words)
    assert ("In character, no source" in drawn) is bool(words)
    assert ("Stopped.</p>" in drawn) is bool(words)


async def test_the_phone_menu_of_a_conversation_leads_to_the_sign_in(
    stage: Stage, client: httpx.AsyncClient
) -> None:
    made = await stage.publish(GUIDE)
    menu = (await client.get(f"/c/{made.slug}")).text.partition('class="about"')[2]
    assert 'href="/sign-in"' in menu and 'href="/mine"' not in menu
