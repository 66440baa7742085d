"""What the API refuses, in OpenAI's shape and with the field's name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from madang.channels.openai import errors
from tests.channels.fakes import FakeChat

GOOD: dict[str, Any] = {"model": "dongbaek", "messages": [{"role": "user", "content": "Hello"}]}
PATH = "/v1/chat/completions"


def _error(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert set(body) == {"error"} and set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"].endswith(".") and body["error"]["type"]
    return body["error"]


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"temperature": "0.5"}, "temperature"),
        ({"temperature": 3}, "temperature"),
        ({"n": 2}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"seed": 1.5}, "seed"),
        ({"stop": [1]}, "stop[0]"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ({"stream": "yes"}, "stream"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": "  "}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0].content[0].type",
        ),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"model": 3}, "model"),
    ],
)
async def test_a_wrong_field_is_named(http: httpx.AsyncClient, change: dict[str, Any], param: str) -> None:
    response = await http.post(PATH, json=GOOD | change)
    assert response.status_code == 400
    assert _error(response)["param"] == param


async def test_a_missing_field_is_named(http: httpx.AsyncClient) -> None:
    said = _error(await http.post(PATH, json={"model": "dongbaek"}))
    assert said["param"] == "messages" and said["code"] == "missing_required_parameter"


async def test_unknown_fields_and_nulls_are_fine(http: httpx.AsyncClient) -> None:
    fields = dict.fromkeys(("stop", "temperature", "top_p", "seed", "n", "stream", "max_tokens", "user"))
    extra = {"logit_bias": {}, "presence_penalty": 1, "tools": [{"type": "function"}], "anything": 1}
    assert (await http.post(PATH, json=GOOD | fields | extra)).status_code == 200


@pytest.mark.parametrize("model", ["nobody", "draft", "../draft", ""])
@pytest.mark.parametrize("key", [None, "mdg_all"])
async def test_what_is_not_published_is_no_model(
    http: httpx.AsyncClient, chat: FakeChat, model: str, key: str | None
) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    response = await http.post(PATH, json=GOOD | {"model": model}, headers=headers)
    said = _error(response)
    if model:
        assert response.status_code == 404 and said["code"] == "model_not_found" and said["param"] == "model"
        assert "draft" not in said["message"].replace(model, "")
    assert chat.asked == []


@pytest.mark.parametrize("header", ["Bearer mdg_wrong", "Bearer sk-1234", "Basic bWU6bWU=", "mdg_all"])
async def test_a_wrong_key_is_not_a_visitor(http: httpx.AsyncClient, header: str) -> None:
    response = await http.get("/v1/models", headers={"authorization": header})
    assert response.status_code == 401 and _error(response)["code"] == "invalid_api_key"
    response = await http.post(PATH, json=GOOD, headers={"authorization": header})
    assert response.status_code == 401 and _error(response)["code"] == "invalid_api_key"


async def test_a_key_without_the_scope_is_refused(http: httpx.AsyncClient) -> None:
    response = await http.post(PATH, json=GOOD, headers={"authorization": "Bearer mdg_manage"})
    assert response.status_code == 403 and _error(response)["code"] == "forbidden"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:8601", "http://127.0.0.1"]
)
async def test_a_page_of_another_site_is_refused(
    http: httpx.AsyncClient, chat: FakeChat, origin: str
) -> None:
    response = await http.post(PATH, json=GOOD, headers={"origin": origin})
    assert response.status_code == 403 and _error(response)["type"] == "permission_error"
    assert chat.asked == []


async def test_a_page_of_this_studio_is_not(http: httpx.AsyncClient) -> None:
    response = await http.post(PATH, json=GOOD, headers={"origin": "http://127.0.0.1:8600"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_form_cannot_call(http: httpx.AsyncClient, chat: FakeChat, kind: str) -> None:
    body = b'{"model":"dongbaek","messages":[{"role":"user","content":"hi"}]}'
    response = await http.post(PATH, content=body, headers={"content-type": kind})
    assert response.status_code == 415 and _error(response)
    assert chat.asked == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}"])
async def test_a_broken_body_gets_one_sentence(http: httpx.AsyncClient, body: bytes) -> None:
    response = await http.post(PATH, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400 and _error(response)


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_huge_body_is_not_read(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    monkeypatch.setattr(errors, "BODY_BYTES", 1000)
    taken = 0

    async def pieces():  # type: ignore[no-untyped-def]
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b" " * 100

    content = pieces() if chunked else b" " * 10_000
    response = await http.post(PATH, content=content, headers={"content-type": "application/json"})
    assert response.status_code == 413 and _error(response)["code"] == "request_too_large"
    assert taken <= 12
