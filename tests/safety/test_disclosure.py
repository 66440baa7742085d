"""That an AI speaks is said to machines, and a person's words are not called an AI's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from madang.safety.disclosure import HEADERS, DisclosureMiddleware, metadata, speaks


@dataclass
class Said:
    basis: str
    model: str = "smollm2"


@pytest.mark.parametrize(
    ("basis", "kind", "ai"),
    [
        ("persona", "trainedAlgorithmicMedia", True),
        ("sources", "compositeWithTrainedAlgorithmicMedia", True),
        ("abstained", "algorithmicMedia", True),
        ("safety", "algorithmicMedia", True),
        ("person", "digitalCreation", False),
        ("what comes later", "trainedAlgorithmicMedia", True),
    ],
)
def test_a_reply_says_what_it_is(basis: str, kind: str, ai: bool) -> None:
    told = metadata(Said(basis))
    assert (
        told["ai"] is ai
        and told["digitalSourceType"] == f"http://cv.iptc.org/newscodes/digitalsourcetype/{kind}"
    )
    assert told["mode"] == ("machine-generated" if ai else "none")
    assert ("model" in told) == (basis in ("persona", "sources", "what comes later"))


@pytest.mark.parametrize(
    ("path", "spoken"),
    [
        ("/c/haru", True),
        ("/embed/haru", True),
        ("/s/token", True),
        ("/api/conversations/con_1/turns", True),
        ("/api/turns/trn_1", True),
        ("/api/characters/haru/conversations", True),
        ("/v1/chat/completions", True),
        ("/api/characters/haru", False),
        ("/v1/models", False),
        ("/", False),
        ("/creator", False),
    ],
)
def test_where_a_character_speaks(path: str, spoken: bool) -> None:
    assert speaks(path) is spoken


async def test_the_header_is_on_pages_json_and_streams_but_not_on_pictures() -> None:
    app = FastAPI()
    app.add_middleware(DisclosureMiddleware)
    answers: dict[str, Response] = {
        "/c/page": HTMLResponse("x"),
        "/c/json": JSONResponse({}),
        "/c/stream": StreamingResponse(iter(["a", "b"]), media_type="text/event-stream"),
        "/c/picture": Response(b"x", media_type="image/png"),
        "/about": HTMLResponse("x"),
    }

    def answering(made: Response) -> Callable[[Request], Response]:
        return lambda request: made

    for path, made in answers.items():
        app.add_route(path, answering(made))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        told = {path: (await client.get(path)).headers.get("ai-disclosure") for path in answers}
    said = HEADERS["ai-disclosure"]
    assert told == {"/c/page": said, "/c/json": said, "/c/stream": said, "/c/picture": None, "/about": None}
