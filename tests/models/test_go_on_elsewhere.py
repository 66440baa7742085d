"""A reply that loses its replica goes on at another: over HTTP, with replicas in this process and no Ray."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import uvicorn

from madang.kernel.errors import Busy, MadangError, ModelFailed, TooLarge
from madang.kernel.meters import Meters
from madang.models.cluster import replica as replica_module
from madang.models.cluster import runtime as runtime_module
from madang.models.cluster.link import ClusterState, Link
from madang.models.cluster.plan import Plan
from madang.models.cluster.replica import Replica
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.engines.types import ClusterNow, ReplicaState
from madang.models.types import ChatRequest, ChatRuntime, Delta, Message, ModelCard
from tests.fakes.models import FakeChat
from tests.models import scripted
from tests.models.machines import free_port
from tests.models.scripted import Scripted, script

KEY = "the key of this test, long enough"
LONG = "This conversation has {tokens} tokens; the model can hold {context}."
QUESTION = "what do you sell today"


@dataclass
class Door:
    """A replica behind its own port; `cut` ends every connection after so many parts of an answer."""

    inner: Any
    url: str = ""
    cut: int | None = None
    silent: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        self.sessions.append(headers.get(b"x-session-id", b"").decode())
        parts = 0

        async def counted(message: Any) -> None:
            nonlocal parts
            parts += message["type"] == "http.response.body"
            if self.cut is not None and parts > self.cut:
                if self.silent:
                    await asyncio.sleep(3600)
                raise ConnectionError("killed")
            await send(message)

        async def heard() -> Any:
            message = await receive()
            if message["type"] == "http.request" and message.get("body", b"").startswith(b"{"):
                self.asked.append(json.loads(message["body"]))
            return message

        await self.inner(scope, heard, counted)


@asynccontextmanager
async def door(runtime: ChatRuntime, seat: str) -> AsyncIterator[Door]:
    made = Door(Replica(runtime, KEY, seat))
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(made, port=port, log_level="critical", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    made.url = f"http://127.0.0.1:{port}"
    try:
        yield made
    finally:
        server.should_exit = server.force_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted, "PAUSE", 0.004)


@pytest.fixture
async def doors() -> AsyncIterator[list[Door]]:
    async with door(Scripted(), "a/0") as first, door(Scripted(), "b/0") as second:
        yield [first, second]


def linked(*urls: str, meters: Meters | None = None) -> Link:
    link = Link("local", Plan("madang-test", KEY, "scripted", slots=4), meters=meters)
    link.state, link.heard = ClusterState("RUNNING", urls, len(urls), len(urls)), True
    return link


@asynccontextmanager
async def cluster(*doors: Door, meters: Meters | None = None) -> AsyncIterator[ClusterRuntime]:
    link = linked(*(one.url for one in doors), meters=meters)
    async with contextlib.AsyncExitStack() as stack:
        # the link is there already: nothing is started for it
        link._keeping = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
        stack.callback(link._keeping.cancel)
        runtime = await ClusterRuntime.connect(link)
        stack.push_async_callback(runtime.close)
        yield runtime


def asked(question: str = QUESTION, **more: Any) -> ChatRequest:
    messages = [Message("system", "You sell bread."), Message("user", question)]
    return ChatRequest(messages, **{"beginning": 1, "keep": "baker", **more})


async def told(runtime: ChatRuntime, request: ChatRequest) -> tuple[str, list[Delta]]:
    deltas = [delta async for delta in runtime.stream(request)]
    return "".join(delta.text for delta in deltas), deltas


async def test_a_reply_comes_as_it_is_made(doors: list[Door]) -> None:
    async with cluster(*doors) as runtime:
        assert runtime.card == ModelCard("scripted", "chat", parameters=135_000_000, context=4096)
        text, deltas = await told(runtime, asked())
    assert text == script(QUESTION)
    assert len(deltas) > 20 and deltas[-1].finish == "stop" and deltas[-1].usage is not None
    assert sum(runtime.served.values()) == 1 and not runtime.lost_replicas


@pytest.mark.parametrize("cut", [0, 1, 2, 7, 30, 41])
async def test_a_lost_replica_is_not_noticed_in_the_words(doors: list[Door], cut: int) -> None:
    async with cluster(*doors) as runtime:
        for one in doors:
            one.cut, one.asked = cut, []
        first = await _until_lost(runtime, doors)
    assert first == script(QUESTION)
    assert runtime.lost_replicas >= 1
    sessions = [session for one in doors for session in one.sessions if "card" not in session]
    if cut < 2:  # nobody had said who it is: another one is asked
        assert any("~1" in session for session in sessions), sessions
    else:
        assert any(session.endswith(("~a/0", "~b/0")) for session in sessions), sessions


async def _until_lost(runtime: ClusterRuntime, doors: list[Door]) -> str:
    """A reply; both doors are well again once one was lost."""
    text = ""

    async def mend() -> None:
        while not runtime.lost_replicas:
            await asyncio.sleep(0.01)
        for one in doors:
            one.cut = None

    mending = asyncio.create_task(mend())
    async for delta in runtime.stream(asked()):
        text += delta.text
    await mending
    return text


async def test_a_reply_that_goes_on_keeps_to_its_length(doors: list[Door]) -> None:
    async with cluster(*doors) as runtime:
        for one in doors:
            one.cut = 8
        text, deltas = "", []
        async for delta in runtime.stream(asked(max_tokens=20)):
            text += delta.text
            deltas.append(delta)
            if runtime.lost_replicas:
                for one in doors:
                    one.cut = None
    assert len(text.split()) == 20 and script(QUESTION).startswith(text)
    assert deltas[-1].finish == "length"


async def test_a_reply_held_by_a_grammar_begins_anew(doors: list[Door]) -> None:
    async with cluster(*doors) as runtime:
        for one in doors:
            one.cut = 8
        mending = asyncio.create_task(_mended(runtime, doors))
        text, deltas = await told(runtime, asked(grammar='root ::= "x"'))
        await mending
    assert text == script(QUESTION) and runtime.lost_replicas
    assert [bool(delta.text) for delta in deltas] == [True]
    grammars = [one for each in doors for one in each.asked if one.get("grammar")]
    assert all(one["messages"][-1][0] == "user" for one in grammars) and len(grammars) >= 2


async def _mended(runtime: ClusterRuntime, doors: list[Door]) -> None:
    while not runtime.lost_replicas:
        await asyncio.sleep(0.01)
    for one in doors:
        one.cut = None


class Waits(FakeChat):
    """Waits behind two others until it is told to go on."""

    def __init__(self) -> None:
        super().__init__("One two.")
        self.go = asyncio.Event()

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        yield Delta(waiting=2)
        await self.go.wait()
        yield Delta(served=True)
        async for delta in super().stream(request):
            yield delta


async def test_who_waits_in_a_replicas_queue_is_counted() -> None:
    chat = Waits()
    async with door(chat, "10.0.0.5/0") as only, cluster(only) as runtime:
        reply = asyncio.create_task(told(runtime, asked()))
        async with asyncio.timeout(5):
            while not runtime.waiting:
                await asyncio.sleep(0.01)
        counts = await runtime.counts()
        assert (counts.waiting, counts.busy) == (1, 0)
        assert runtime.cluster == ClusterNow(1, 1, (ReplicaState("10.0.0.5/0", 0, 0, 0, 1),))
        chat.go.set()
        await reply
        assert runtime.waiting == 0
        assert runtime.cluster.replicas == (ReplicaState("10.0.0.5/0", 1, 0, 0, 0),)


async def test_who_served_and_who_was_lost_is_counted(doors: list[Door]) -> None:
    meters = Meters()
    async with cluster(*doors, meters=meters) as runtime:
        for one in doors:
            one.cut = 7
        await _until_lost(runtime, doors)
        now = runtime.cluster
    assert sum(one.replies for one in now.replicas) == 1
    assert now.lost == runtime.lost_replicas >= 1
    text = meters.text()[0].decode()
    for seat, counter in ((one.seat, one) for one in now.replicas):
        for kind, count in (("served", counter.replies), ("lost", counter.lost)):
            labels = f'engine="cluster local",kind="{kind}",replica="{seat}"'
            assert (f"madang_replica_replies_total{{{labels}}} {count:.1f}" in text) == (count > 0)


async def test_a_silent_replica_is_given_up(doors: list[Door], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "SILENT_SECONDS", 0.6)
    async with cluster(*doors) as runtime:
        for one in doors:
            one.cut, one.silent = 6, True
        began = asyncio.get_running_loop().time()
        text = await _until_lost(runtime, doors)
        took = asyncio.get_running_loop().time() - began
    assert text == script(QUESTION) and 0.6 < took < 10


async def test_a_replica_that_thinks_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "SILENT_SECONDS", 0.6)
    monkeypatch.setattr(replica_module, "BEAT_SECONDS", 0.1)
    async with door(FakeChat("One two.", pause=1.0), "a/0") as slow, cluster(slow) as runtime:
        text, _ = await told(runtime, asked())
    assert text == "One two." and not runtime.lost_replicas


async def test_tries_are_counted(doors: list[Door], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "FIRST_PAUSE", 0.001)
    async with cluster(*doors) as runtime:
        for one in doors:
            one.cut, one.sessions = 1, []
        with pytest.raises(ModelFailed, match="cluster does not answer"):
            await told(runtime, asked())
        tries = [session for one in doors for session in one.sessions]
        assert len(tries) == runtime_module.MOST_LOST + 1
        assert sorted(session.split("~")[1] for session in tries) == [str(n) for n in range(7)]


async def test_no_door_is_one_sentence(doors: list[Door], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_module, "FIRST_PAUSE", 0.001)
    async with cluster(*doors) as runtime:
        runtime._link.state = ClusterState()
        for work in (told(runtime, asked()), runtime.count_tokens("x"), runtime.keep("a", [])):
            with pytest.raises(ModelFailed, match="cluster does not answer"):
                await work


async def test_whether_a_cluster_answers_is_asked_at_its_doors(doors: list[Door]) -> None:
    async with cluster(*doors) as runtime:
        link = runtime._link
        assert await link.answers()
        nowhere = f"http://127.0.0.1:{free_port()}"
        link.state = replace(link.state, doors=(nowhere, doors[1].url))
        assert await link.answers(), "one of them does"
        link.state = replace(link.state, doors=(nowhere,))
        assert link.state.answers and not await link.answers(), "what was told last is old"


async def test_hanging_up_stops_the_generation() -> None:
    chat = FakeChat("a " * 500, pause=0.02)
    async with door(chat, "a/0") as only, cluster(only) as runtime:
        stream = runtime.stream(asked())
        async for delta in stream:
            if delta.text:
                break
        assert chat.running == 1
        await stream.aclose()  # type: ignore[attr-defined]
        async with asyncio.timeout(2):
            while chat.running:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (TooLarge(LONG, tokens=9, context=8),
         TooLarge, "9 tokens"),
        (Busy("Too many conversations at once. Please try again in a moment.", retry_after=9), Busy, "many"),
        (ModelFailed("The model gave no answer for {seconds} seconds.", seconds=3), ModelFailed, "3 seconds"),
        (ModelFailed("Secret {tokens.__class__}", tokens=1), ModelFailed, "could not answer"),
        (RuntimeError("inside"), ModelFailed, "could not answer"),
    ],
)  # fmt: skip
async def test_what_a_replica_tells_is_told(error: Exception, kind: type[MadangError], words: str) -> None:
    chat = FakeChat("one two three", fail_after=1, error=error)
    async with door(chat, "a/0") as only, cluster(only) as runtime:
        with pytest.raises(kind, match=words) as caught:
            await told(runtime, asked())
    assert not runtime.lost_replicas and "Secret" not in str(caught.value)
    if isinstance(caught.value, Busy):
        assert caught.value.retry_after == 9


async def test_a_stranger_gets_nothing(doors: list[Door]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for path in ("chat", "count", "keep", "card", "", "chat/../card"):
            for method in ("GET", "POST"):
                for key in (None, "", "Bearer", f"Bearer {KEY[:-1]}", KEY, f"Bearer {KEY} "):
                    headers = {} if key is None else {"authorization": key}
                    if key and key.strip() == f"Bearer {KEY}":
                        continue
                    answer = await client.request(method, f"{doors[0].url}/{path}", headers=headers)
                    assert answer.status_code == 401 and answer.json() == {}


BAD = [
    b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"messages": 1}', b'{"messages": [["root", "x"]]}',
    json.dumps({"messages": [["user", "x"]], "max_tokens": 0}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", BAD)
async def test_a_broken_request_is_refused(doors: list[Door], body: bytes) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        for path in ("chat", "keep", "count"):
            assert (await client.post(f"{doors[0].url}/{path}", content=body)).status_code == 400
        assert (await client.get(f"{doors[0].url}/nothing")).status_code == 404


async def test_a_huge_request_is_refused(doors: list[Door], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica_module.protocol, "MOST_BYTES", 1_000)
    async with cluster(*doors) as runtime:
        with pytest.raises(TooLarge):
            await told(runtime, asked("word " * 1_000))


Answer = Callable[[Any], Any]
GARBAGE = [
    b"not json\n", b"[1]\n", b"1\n", b'{"text": 5}\n', b'{"usage": [1]}\n', b'{"waiting": -1}\n',
    b'{"error": 5}\n', b'{"error": {"code": []}}\n', b"x" * 3_000_000, b'{"text": "a', b"",
    b'{"usage": [1e999, 0, 0]}\n', b"[" * 50_000 + b"\n",
]  # fmt: skip


@pytest.mark.parametrize("body", GARBAGE)
async def test_garbage_is_a_lost_replica(
    doors: list[Door], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "FIRST_PAUSE", 0.001)

    async def garbage(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async with cluster(*doors) as runtime:
        for one in doors:
            one.inner = garbage
        with pytest.raises(ModelFailed, match="cluster does not answer"):
            await told(runtime, asked())


async def test_many_conversations_lose_replicas_at_once(doors: list[Door]) -> None:
    async with cluster(*doors) as runtime:
        for number, one in enumerate(doors):
            one.cut = 5 + number
        mending = asyncio.create_task(_mended(runtime, doors))
        questions = [f"question number {number} please" for number in range(12)]
        replies = await asyncio.gather(*(told(runtime, asked(each)) for each in questions))
        await mending
    assert [text for text, _ in replies] == [script(each) for each in questions]
    assert Counter(runtime.served).total() == 12 and runtime.busy == 0
    assert (await runtime.counts()).completion_tokens >= 12
    assert replace(asked(), reroute=False).reroute is False
