"""A full disk, missing weights, a model server that dies, a broken database, kill -9: what was acknowledged
is there afterwards, and the one who reads is told what happened."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from madang.characters.types import Profile
from madang.kernel.settings import Settings
from madang.models.registry import Models
from tests.app import program
from tests.app.stage import Caller, Stage, events, stage
from tests.fakes.models import FakeModels

SONG = "Sing me the song of the mask."
TALE = "Once there was a mask of paper and ink that could sing, and it sang all night long. "


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", jobs=False) as made:
        yield made


async def _begun(made: Stage, visitor: Caller) -> tuple[str, str]:
    """(slug, conversation) of a visitor with a published character."""
    me = await made.studio.accounts.owner()
    character = await made.studio.characters.create(me, Profile(name="Haru", greeting="Hello."))
    await made.studio.characters.publish(me, character.slug)
    begun = await visitor.ask("POST", f"/api/characters/{character.slug}/conversations", json={})
    return character.slug, begun.json()["id"]


async def _turns(visitor: Caller, conversation: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await visitor.ask("GET", f"/api/conversations/{conversation}")).json()[
        "turns"
    ]
    return found


async def test_a_full_disk_acknowledges_nothing(plain: Stage) -> None:
    visitor = await plain.visitor()
    _, conversation = await _begun(plain, visitor)
    engine = plain.studio.database.engine.sync_engine

    def full(connection: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "begin", full)
    try:
        answer = await visitor.ask(
            "POST", f"/api/conversations/{conversation}/turns", json={"message": "가나다라" * 2000}
        )
    finally:
        event.remove(engine, "begin", full)
    assert answer.status_code == 507, answer.text[:300]
    assert answer.json()["error"] == {
        "code": "storage_full",
        "message": "There is no room left on the disk, so this was not saved.",
    }
    assert "accepted" not in answer.text
    assert await _turns(visitor, conversation) == []
    await plain.studio.database.engine.dispose()  # the limit belongs to the connection: there is room again
    again = await visitor.ask("POST", f"/api/conversations/{conversation}/turns", json={"message": "Hello?"})
    assert events(again)[-1][0] == "done"


async def test_missing_weights_are_told_with_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "data"
    models = _Real(Models(Settings(data=data, hub="off")))
    async with stage(data, models=models, jobs=False) as made:
        visitor = await made.visitor()
        slug, conversation = await _begun(made, visitor)
        said = await visitor.ask("POST", f"/api/conversations/{conversation}/turns", json={"message": SONG})
        names = [name for name, _ in events(said)]
        assert names[0] == "accepted" and names[-1] == "failed", said.text[:500]
        failed = json.loads(events(said)[-1][1])
        assert "madang models pull" in failed["message"]
        (turn,) = await _turns(visitor, conversation)
        assert turn["message"] == SONG and turn["replies"][0]["state"] == "failed"
        page = await visitor.ask(
            "GET", f"/c/{slug}?conversation={conversation}", headers={"accept": "text/html"}
        )
        assert SONG in page.text and "madang models pull" in page.text
        ready = await visitor.ask("GET", "/readyz")
        assert ready.status_code == 503 and "madang models pull" in ready.json()["weights"]["detail"]
        question = {"model": slug, "messages": [{"role": "user", "content": SONG}]}
        answer = await made.caller("program").ask("POST", "/v1/chat/completions", json=question)
        assert 400 <= answer.status_code < 600
        assert "madang models pull" in answer.json()["error"]["message"]


class _Real(FakeModels):
    """The real door of models in the fake's shape; nothing is loaded before it is asked for."""

    def __init__(self, real: Models) -> None:
        super().__init__()
        self.real = real

    async def chat(self) -> Any:
        return await self.real.chat()

    def list(self) -> list[Any]:
        return list(self.real.list())

    async def close(self) -> None:
        await self.real.close()


class _Dying(BaseHTTPRequestHandler):
    """An OpenAI-compatible server whose stream breaks off after a few words."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"object":"list","data":[{"id":"big-70b","object":"model","created":1,"owned_by":"x"}]}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for word in ("Once ", "there ", "was "):
            delta = {"index": 0, "delta": {"content": word}, "finish_reason": None}
            chunk = {
                "id": "c",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "b",
                "choices": [delta],
            }
            line = f"data: {json.dumps(chunk)}\n\n".encode()
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def dying_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Dying) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()
        thread.join(5)


async def test_a_model_server_that_dies_in_the_middle(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with dying_server() as url:
        models = _Real(Models(Settings(data=data, hub="off", chat_url=url)))
        async with stage(data, models=models, jobs=False) as made:
            visitor = await made.visitor()
            slug, conversation = await _begun(made, visitor)
            path = f"/api/conversations/{conversation}/turns?html=1"
            said = await visitor.ask("POST", path, json={"message": "Tell me a long story."})
            assert events(said)[0][0] == "accepted" and events(said)[-1][0] == "failed", said.text[-500:]
            failed = json.loads(events(said)[-1][1])
            assert failed["message"] == "The model server stopped in the middle of its reply."
            (turn,) = await _turns(visitor, conversation)
            assert turn["message"] == "Tell me a long story."
            reply = turn["replies"][0]
            assert reply["state"] == "failed" and reply["error"] == failed["message"]
            page = await visitor.ask("GET", f"/c/{slug}", headers={"accept": "text/html"})
            assert "Tell me a long story." in page.text and failed["message"] in page.text


@pytest.mark.parametrize(
    "content", [b"this is not a database, but a shopping list " * 400, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_broken_database_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "studio.db").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "madang", "up", "--port", "0"],
        env=program.environment(data),
        cwd=program.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.strip()
    assert len(said.splitlines()) == 1 and "Traceback" not in said, said
    assert "database" in said and "restore" in said, said
    assert (data / "studio.db").read_bytes() == content, "what may be saved by hand was touched"


# --- kill -9 ---------------------------------------------------------------------------------------------


@contextmanager
def running(data: Path) -> Iterator[tuple[httpx.Client, str, subprocess.Popen[str]]]:
    """`madang up` as a process of its own, with fake models: a client, the owner's token, the process."""
    with (
        program.up(program.environment(data), TALE, say=0.3, embed=0.05) as (process, address, token),
        httpx.Client(base_url=address, timeout=30, trust_env=False) as client,
    ):
        yield client, token, process


def _enter(client: httpx.Client, token: str) -> None:
    """Signs the owner in, and gives every later request the page's token."""
    for step in ("before", "after"):
        page = client.get("/sign-in", follow_redirects=True)
        found = re.search(r'data-csrf="([0-9a-f]+)"', page.text)
        assert found
        client.headers["x-madang-csrf"] = found.group(1)
        if step == "before":
            assert client.post(f"/owner/{token}").status_code == 303


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_reply(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as (client, token, process):
        _enter(client, token)
        made = client.post("/api/characters", json={"profile": {"name": "Haru", "greeting": "Hello."}}).json()
        begun = client.post(f"/api/characters/{made['slug']}/conversations", json={"test": True}).json()["id"]
        with client.stream("POST", f"/api/conversations/{begun}/turns", json={"message": SONG}) as stream:
            got = ""
            began = time.monotonic()
            for piece in stream.iter_text():
                got += piece
                if got.count("event: delta") >= 3 and time.monotonic() - began > 2.8:
                    break
            assert "event: accepted" in got and "event: done" not in got, got[-300:]
            os.killpg(process.pid, signal.SIGKILL)
    with running(data) as (client, token, _):
        _enter(client, token)
        (turn,) = client.get(f"/api/conversations/{begun}").json()["turns"]
        assert turn["message"] == SONG
        (reply,) = turn["replies"]
        assert reply["state"] == "stopped"
        assert TALE.split(maxsplit=1)[0] in reply["text"], "what was made until two seconds before is kept"
        part = client.get(f"/c/{made['slug']}/thread", params={"conversation": begun}).text
        assert SONG in part and 'data-state="stopped"' in part


@pytest.mark.slow
def test_kill_9_while_a_file_is_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    text = "\n\n".join(
        f"# Part {number}\n\nTopic{number} is kept in drawer {number}. " * 3 for number in range(60)
    )
    with running(data) as (client, token, process):
        _enter(client, token)
        made = client.post("/api/characters", json={"profile": {"name": "Haru"}}).json()
        address = f"/api/characters/{made['slug']}/sources"
        source = client.post(address, files={"file": ("big.md", text.encode())}).json()
        reached = _until(client, f"{address}/{source['id']}", lambda now: now["embedded"] >= 4)
        assert reached["state"] == "words", reached
        os.killpg(process.pid, signal.SIGKILL)
    with running(data) as (client, token, _):
        _enter(client, token)
        ended = _until(client, f"{address}/{source['id']}", lambda now: now["state"] in ("ready", "failed"))
        assert ended["state"] == "ready" and ended["embedded"] == ended["passages"] >= reached["passages"]


def _until(client: httpx.Client, address: str, done: Any) -> dict[str, Any]:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        now: dict[str, Any] = client.get(address).json()
        if done(now):
            return now
        time.sleep(0.1)
    raise AssertionError(f"not in time: {now}")
