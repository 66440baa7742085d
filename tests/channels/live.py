"""The whole application in a thread with an event loop of its own, on a free port, with fake models."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from madang.app.application import create_app
from madang.app.serve import listen
from madang.app.studio import open_studio
from madang.characters.types import Profile
from madang.kernel.settings import Settings
from tests.fakes.models import FakeModels


@dataclass
class Live:
    address: str
    key: str
    """An API key of the owner that may do everything a key may."""
    slug: str
    """A published character."""


@contextmanager
def live(settings: Settings, models: FakeModels) -> Iterator[Live]:
    """Raises what starting raised."""
    ready, ended = threading.Event(), threading.Event()
    found: list[Live] = []
    failed: list[BaseException] = []

    async def serve() -> None:
        with listen("127.0.0.1", 0) as sock:
            async with open_studio(settings, models=models) as studio:  # type: ignore[arg-type]
                app = create_app(studio)
                config = uvicorn.Config(app, log_level="warning", lifespan="off")
                server = uvicorn.Server(config)
                serving = asyncio.create_task(server.serve(sockets=[sock]))
                owner = await studio.accounts.owner()
                key, _ = await studio.accounts.create_key(owner, "test", ["chat", "manage"])
                made = await studio.characters.create(owner, Profile(name="Haru", greeting="Hello."))
                await studio.characters.publish(owner, made.slug)
                while not server.started:
                    await asyncio.sleep(0.01)
                found.append(Live(f"http://127.0.0.1:{sock.getsockname()[1]}", key, made.slug))
                ready.set()
                while not ended.is_set():
                    await asyncio.sleep(0.05)
                server.should_exit = True
                await serving

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 raised again in the thread that waits
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60), "the studio did not start"
    try:
        if failed:
            raise failed[0]
        yield found[0]
    finally:
        ended.set()
        thread.join(30)
