"""The doors below this room, as far as it uses them, and a live server around its router."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from madang.characters.types import Character, Profile
from madang.chat.types import Citation, Event, Options, Reply
from madang.kernel.clock import now
from madang.kernel.errors import NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.models.types import Message

OWNER = Identity("owner", "usr_1")
KEYS = {
    "mdg_all": OWNER,
    "mdg_manage": Identity("owner", "usr_1", frozenset({"manage"})),
    "mdg_chat": Identity("owner", "usr_1", frozenset({"chat"})),
    "mdg_other": Identity("creator", "usr_2"),
}


class FakeAccounts:
    async def identify(self, cookies: Mapping[str, str], authorization: str | None = None) -> Identity:
        assert not cookies, "the API must not look at cookies"
        try:
            return KEYS[(authorization or "").partition(" ")[2]]
        except KeyError:
            raise SignInNeeded("This API key is not valid here, or it was revoked.") from None


class FakeCharacters:
    def __init__(self) -> None:
        self.all = {
            "dongbaek": _character("dongbaek", published=True),
            "동백": _character("동백", published=True),
            "draft": _character("draft", published=False),
        }

    async def gallery(self) -> list[Character]:
        return [character for character in self.all.values() if character.published]

    async def get(self, identity: Identity, slug: str) -> Character:
        character = self.all.get(slug)
        if character is None or (character.published is None and not identity.makes):
            raise NotFound("There is no such character.")
        return character


class FakeChat:
    """Answers `text` word by word, and knows how many answers run."""

    def __init__(self, text: str = "We open at 11:00 [1].", *, pause: float = 0.0) -> None:
        self.text = text
        self.pause = pause
        self.basis = "sources"
        self.raises: Exception | None = None
        self.fails: Event | None = None
        self.fail_after = 0
        self.running = 0
        self.asked: list[tuple[Identity, str, list[Message], Options]] = []

    async def answer(
        self, identity: Identity, slug: str, messages: Sequence[Message], *, options: Options
    ) -> AsyncIterator[Event]:
        self.asked.append((identity, slug, list(messages), options))
        self.running += 1
        try:
            if self.raises is not None:
                raise self.raises
            yield Event(kind="accepted")
            yield Event(kind="waiting", data={"ahead": 1})
            yield Event(kind="found", citations=[CITATION])
            words = re.findall(r"\S+\s*", self.text)
            limit = options.max_tokens or len(words)
            for number, word in enumerate(words[:limit]):
                if self.fails is not None and number >= self.fail_after:
                    yield self.fails
                    return
                await asyncio.sleep(self.pause)
                yield Event(kind="delta", text=word)
            reply = Reply(
                id="rep_1",
                turn_id="trn_1",
                version=1,
                text="".join(words[:limit]),
                basis=self.basis,  # type: ignore[arg-type]
                state="done",
                citations=[CITATION] if self.basis == "sources" else [],
                prompt_tokens=7,
                completion_tokens=min(limit, len(words)),
                created_at=now(),
            )
            yield Event(kind="done", reply=reply, data={"finish": "length" if limit < len(words) else "stop"})
        finally:
            self.running -= 1


CITATION = Citation(
    number=1,
    passage_id="psg_1",
    source="Opening hours",
    quote="We open at 11:00.",
    start=0,
    end=17,
    url="/c/dongbaek/passages/psg_1",
)


def _character(slug: str, *, published: bool) -> Character:
    profile = Profile(name=slug.title())
    return Character(
        id=f"chr_{slug}",
        slug=slug,
        owner_id=OWNER.id,
        draft=profile,
        published=profile if published else None,
        created_at=now(),
        updated_at=now(),
        published_at=now() if published else None,
    )


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """A real server in a thread, on a free port; gives its address."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()


def until(condition: object, seconds: float = 5.0) -> bool:
    """Whether `condition()` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
