"""The reader of a stream leaves: the model stops at once, and what was made is kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import FastAPI

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.api import router
from tests.chat.conftest import VISITOR
from tests.fakes.models import FakeChat


async def left_early(chat: Chat, conversation_id: str, query: bytes) -> None:
    """Says something and leaves at the first words."""
    app = FastAPI()
    app.include_router(router(chat))
    left = asyncio.Event()
    sent: list[bytes] = []
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": json.dumps({"message": "Rain on me"}).encode(), "more_body": False}
    ]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("body", b""))
        if b"event: delta" in sent[-1]:
            left.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": f"/api/conversations/{conversation_id}/turns",
        "raw_path": b"",
        "query_string": query,
        "headers": [(b"content-type", b"application/json")],
        "state": {"identity": VISITOR},
    }
    await asyncio.wait_for(app(scope, receive, send), 10)  # type: ignore[arg-type]


async def test_leaving_a_stream_stops_the_model(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.script, chat_model.pause = "drop " * 400, 0.02
    conversation = await chat.start(VISITOR, friend.slug)
    await left_early(chat, conversation.id, b"html=1")
    assert (chat_model.running, len(chat._live)) == (0, 0)
    reply = (await chat.conversation(VISITOR, conversation.id)).turns[0].replies[0]
    assert reply.state == "stopped"
    assert reply.text.startswith("drop")
    assert len(reply.text.split()) < 100


async def test_a_page_that_may_come_back_leaves_it_running(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    words = "one two three four five six seven eight nine ten " * 3
    chat_model.script, chat_model.pause = words, 0.02
    conversation = await chat.start(VISITOR, friend.slug)
    await left_early(chat, conversation.id, b"html=1&stay=5")
    assert (chat_model.running, len(chat._live)) == (1, 1)
    async with asyncio.timeout(5):
        while len(chat._live):
            await asyncio.sleep(0.02)
    reply = (await chat.conversation(VISITOR, conversation.id)).turns[0].replies[0]
    assert (reply.state, reply.text) == ("done", words.rstrip())
