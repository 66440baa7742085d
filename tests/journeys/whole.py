"""A whole studio in a thread of its own, its chat model a fake: for journeys through more than one room."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from tests.app.stage import ListedModels
from tests.fakes.models import FakeChat

from madang.app.application import create_app
from madang.app.serve import listen
from madang.app.studio import Studio, open_studio
from madang.characters.types import Character, Profile
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.models.catalogue import E5_SMALL
from madang.models.e5.embedder import E5Embedder
from madang.models.weights import installed

Result = TypeVar("Result")

HOURS = """# Haeundae Noodles

## Opening hours

We are open daily from 11:00 to 20:30. Closed on Mondays.

## Menu

Cold noodles cost 9,000 won. Dumplings cost 6,000 won.
"""
NOODLES = Profile(
    name="Haeundae Noodles",
    tagline="A noodle house by the sea. Ask for hours and prices.",
    kind="business",
    greeting="Welcome to {{char}}. What would you like to know?",
    persona="{{char}} answers for a small noodle house near the beach.",
    starters=["When are you open?", "How much are cold noodles?"],
    tags=["food", "Busan"],
)
CAT = Profile(
    name="도리",
    tagline="골목 끝 책방을 지키는 고양이. 오늘 무슨 일이 있었는지 들려주세요.",
    language="ko",
    greeting="어서 와요. 따뜻한 데 앉아요.",
    alternate_greetings=["또 왔네요. 오늘은 무슨 책을 읽을까요?"],
    persona="{{char}}는 책방을 지키는 고양이다.",
    tags=["고양이", "책"],
)


@dataclass
class Whole:
    """A running studio. `do` runs something in its event loop and waits for it."""

    address: str
    studio: Studio
    owner: Identity
    model: FakeChat
    loop: asyncio.AbstractEventLoop
    _contexts: list[BrowserContext] = field(default_factory=list)

    def do(self, work: Awaitable[Result], seconds: float = 30) -> Result:
        async def awaited() -> Result:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(seconds)

    def publish(self, profile: Profile, text: str = "", owner: Identity | None = None) -> Character:
        """A published character that knows `text`."""
        who = owner or self.owner

        async def make() -> Character:
            made = await self.studio.characters.create(who, profile)
            if text:
                source = await self.studio.knowledge.add_text(made.id, "About us", text)
                await self.studio.knowledge.wait(source.id, "ready", seconds=30)
            return await self.studio.characters.publish(who, made.slug)

        return self.do(make())

    def visitor(self, browser: Browser, **options: object) -> Page:
        """A page of a new browser without cookies."""
        context = browser.new_context(
            **{"locale": "en-US", "viewport": {"width": 1280, "height": 860}, **options}  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return context.new_page()

    def maker(self, browser: Browser, **options: object) -> Page:
        """A page of a browser in which the owner is signed in."""
        page = self.visitor(browser, **options)
        page.goto(f"{self.address}/owner/{self.do(self.studio.accounts.one_time_link())}")
        page.locator("main form button").click()
        page.wait_for_url("**/mine")
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@contextmanager
def whole_studio(data: Path, **more: object) -> Iterator[Whole]:
    """A studio over the folder `data`; `more` are further settings."""
    ready = threading.Event()
    held: list[Whole | uvicorn.Server] = []

    async def serve() -> None:
        sock = listen("127.0.0.1", 0)
        port = sock.getsockname()[1]
        settings = Settings(data=data, hub="off", port=port, **more)  # type: ignore[arg-type]
        model = FakeChat()
        # the real embedder: whether a question is answered depends on it
        source = installed(E5_SMALL.installed) if E5_SMALL.installed else Path()
        embedder = await E5Embedder.load(source, Settings().weights, 2)
        models = ListedModels(model, embedder)  # type: ignore[arg-type]
        async with open_studio(settings, models=models) as studio:  # type: ignore[arg-type]
            server = uvicorn.Server(uvicorn.Config(create_app(studio), log_level="warning", lifespan="off"))
            running = asyncio.create_task(server.serve(sockets=[sock]))
            while not server.started and not running.done():
                await asyncio.sleep(0.02)
            owner = await studio.accounts.owner()
            loop = asyncio.get_running_loop()
            held[:] = [Whole(f"http://127.0.0.1:{port}", studio, owner, model, loop), server]
            ready.set()
            await running

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(60), "the studio did not start"
    whole, server = held
    assert isinstance(whole, Whole)
    assert isinstance(server, uvicorn.Server)
    try:
        yield whole
    finally:
        whole.close()
        server.should_exit = server.force_exit = True
        thread.join(20)
