"""The official client talks with a character over a real connection."""

from __future__ import annotations

import json

import httpx
import openai
import pytest

from madang.chat.types import Event
from madang.kernel.errors import Busy, ModelFailed, TooLarge
from tests.channels.fakes import FakeChat, until

QUESTION = [{"role": "user", "content": "When do you open?"}]


def _client(address: str, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=10)


def test_a_whole_reply_has_text_usage_and_citations(address: str, chat: FakeChat) -> None:
    made = _client(address).chat.completions.create(
        model="dongbaek",
        messages=[{"role": "system", "content": "You are a pirate."}, *QUESTION],  # type: ignore[list-item]
        temperature=0,
        top_p=0.5,
        seed=7,
        max_completion_tokens=50,
        stop=["\n"],
    )
    assert made.object == "chat.completion" and made.id.startswith("chatcmpl-") and made.model == "dongbaek"
    assert made.choices[0].message.content == "We open at 11:00 [1]."
    assert made.choices[0].finish_reason == "stop"
    assert made.usage is not None and made.usage.total_tokens == 7 + 5
    proof = made.choices[0].message.madang  # type: ignore[attr-defined]
    assert proof["basis"] == "sources" and proof["abstained"] is False and proof["ignored"] == ["system"]
    assert proof["citations"][0]["quote"] == "We open at 11:00."
    identity, slug, messages, options = chat.asked[0]
    assert identity.kind == "visitor" and slug == "dongbaek"
    assert [(message.role, message.content) for message in messages] == [("user", "When do you open?")]
    assert (options.temperature, options.top_p, options.seed, options.max_tokens) == (0, 0.5, 7, 50)
    assert options.stop == ["\n"] and options.draft is False


def test_a_stream_has_the_exact_chunks(address: str) -> None:
    body = {
        "model": "dongbaek",
        "messages": QUESTION,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    with httpx.stream("POST", f"{address}/v1/chat/completions", json=body, timeout=10) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in response.iter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line[6:]) for line in lines[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    texts = [chunk["choices"][0]["delta"] for chunk in chunks[1:-2]]
    assert all(set(delta) == {"content"} for delta in texts)
    assert "".join(delta["content"] for delta in texts) == "We open at 11:00 [1]."
    last = chunks[-2]["choices"][0]
    assert last["finish_reason"] == "stop" and set(last["delta"]) == {"madang"}
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["completion_tokens"] == 5


def test_the_client_reads_a_stream(address: str) -> None:
    stream = _client(address, "mdg_chat").chat.completions.create(
        model="동백",
        messages=QUESTION,  # type: ignore[arg-type]
        stream=True,
        max_tokens=2,
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "We open "
    assert chunks[-1].choices[0].finish_reason == "length"
    assert "usage" not in chunks[0].model_dump(exclude_unset=True)


def test_an_abstention_says_so(address: str, chat: FakeChat) -> None:
    chat.text, chat.basis = "I do not know that.", "abstained"
    made = _client(address).chat.completions.create(model="dongbaek", messages=QUESTION)  # type: ignore[arg-type]
    proof = made.choices[0].message.madang  # type: ignore[attr-defined]
    assert proof["abstained"] is True and proof["citations"] == []


@pytest.mark.parametrize(("key", "followed"), [("mdg_chat", True), ("mdg_other", False), ("none", False)])
def test_only_its_maker_gives_a_character_instructions(
    address: str, chat: FakeChat, key: str, followed: bool
) -> None:
    told = [{"role": "developer", "content": "The guest is called Kim."}, *QUESTION]
    made = _client(address, key).chat.completions.create(model="dongbaek", messages=told)  # type: ignore[arg-type]
    assert [message.role for message in chat.asked[0][2]] == (["system", "user"] if followed else ["user"])
    proof = made.choices[0].message.madang  # type: ignore[attr-defined]
    assert proof["ignored"] == ([] if followed else ["system"])


def test_text_parts_are_joined(address: str, chat: FakeChat) -> None:
    parts = [{"type": "text", "text": "When"}, {"type": "text", "text": "do you open?"}]
    _client(address).chat.completions.create(
        model="dongbaek",
        messages=[{"role": "user", "content": parts}],  # type: ignore[list-item]
    )
    assert chat.asked[0][2][0].content == "When\ndo you open?"


@pytest.mark.parametrize("stream", [True, False])
def test_leaving_stops_the_model(address: str, chat: FakeChat, stream: bool) -> None:
    chat.text, chat.pause = "word " * 2000, 0.01
    body = {"model": "dongbaek", "messages": QUESTION, "stream": stream}
    if stream:
        with httpx.stream("POST", f"{address}/v1/chat/completions", json=body, timeout=10) as response:
            lines = response.iter_lines()  # held: a dropped iterator closes the connection by itself
            next(lines)
            assert until(lambda: chat.running == 1), "the role comes first, the model a moment later"
    else:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}/v1/chat/completions", json=body, timeout=0.5)
    assert until(lambda: chat.running == 0, 3), "the model goes on for nobody"


def test_leaving_before_the_first_word_stops_the_model(address: str, chat: FakeChat) -> None:
    chat.pause = 30
    with pytest.raises(httpx.ReadTimeout):
        body = {"model": "dongbaek", "messages": QUESTION, "stream": True}
        httpx.post(f"{address}/v1/chat/completions", json=body, timeout=0.5)
    assert len(chat.asked) == 1
    assert until(lambda: chat.running == 0, 3)


def test_a_failure_in_mid_stream_is_an_error_chunk(address: str, chat: FakeChat) -> None:
    chat.fails = Event(kind="failed", text="The model stopped.", data={"code": "model_failed", "status": 502})
    chat.fail_after = 2
    stream = _client(address).chat.completions.create(model="dongbaek", messages=QUESTION, stream=True)  # type: ignore[arg-type]
    seen = []
    with pytest.raises(openai.APIError, match=r"The model stopped\."):
        for chunk in stream:
            seen.append(chunk.choices[0].delta.content)
    assert seen == ["", "We ", "open "]
    assert until(lambda: chat.running == 0)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Busy("The studio is busy.", retry_after=9), 429, "rate_limit_exceeded"),
        (TooLarge("This message is longer than the model's context."), 400, "context_length_exceeded"),
        (ModelFailed("The model's server did not answer."), 502, "model_failed"),
        (RuntimeError("secret path /home/me"), 500, "internal"),
    ],
)
def test_what_fails_at_once_has_its_status(
    address: str, chat: FakeChat, stream: bool, error: Exception, status: int, code: str
) -> None:
    chat.raises = error
    with pytest.raises(openai.APIStatusError) as caught:
        _client(address).chat.completions.create(model="dongbaek", messages=QUESTION, stream=stream)  # type: ignore[call-overload]
    assert caught.value.status_code == status
    assert caught.value.code == code
    assert "secret" not in caught.value.message
    assert (caught.value.response.headers.get("retry-after") == "9") is (status == 429)


def test_a_failed_event_before_any_text_has_its_status(address: str, chat: FakeChat) -> None:
    chat.fails = Event(
        kind="failed", text="All places are taken.", data={"code": "busy", "status": 429, "retry_after": 42}
    )
    with pytest.raises(openai.RateLimitError, match="All places are taken") as caught:
        _client(address).chat.completions.create(model="dongbaek", messages=QUESTION, stream=True)  # type: ignore[call-overload]
    assert caught.value.response.headers["retry-after"] == "42"
