"""A knowledge door that reads plain text at once, and a fetcher that answers from a dictionary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any, Literal

from madang.characters.types import Character
from madang.chat.types import Basis, Citation, Event, Options, Reply
from madang.kernel.clock import now
from madang.kernel.errors import BadInput, MadangError, NotFound, Offline
from madang.kernel.fetch import Fetched
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.knowledge.crawl.types import Site, SitePage
from madang.knowledge.facts.types import Business
from madang.knowledge.types import Evidence, Passage, Source, Span
from madang.models.types import Message


def reply(
    text: str,
    *,
    basis: Basis = "persona",
    cites: Sequence[tuple[str, str]] = (),
    state: Literal["done", "stopped"] = "done",
) -> Reply:
    """A finished reply; `cites` are (source, quote)."""
    citations = [
        Citation(
            number=number,
            passage_id=f"psg_{number}",
            source=source,
            quote=quote,
            start=0,
            end=len(quote),
            url=f"/c/x/passages/psg_{number}",
        )
        for number, (source, quote) in enumerate(cites, 1)
    ]
    return Reply(
        id="rpl_x",
        turn_id="",
        version=0,
        text=text,
        basis=basis,
        state=state,
        citations=citations,
        created_at=now(),
    )


class FakeFacts:
    """Typed facts: those of `found`."""

    def __init__(self) -> None:
        self.found = Business()

    async def business(self, character_id: str, names: Sequence[str] = ()) -> Business:
        return self.found


class FakeKnowledge:
    """Lines that begin with `#` are headings, every other one is a passage. A NUL byte cannot be read."""

    def __init__(self, *, slow: bool = False) -> None:
        self.all: dict[str, Source] = {}
        self.read: dict[str, list[Passage]] = {}
        self.crawled: dict[str, Site] = {}
        self.told: dict[str, list[tuple[str, str]]] = {}
        self.same: dict[str, list[list[str]]] = {}
        self.slow = slow
        self.unanswered: set[str] = set()
        self.asked: list[str] = []
        self.facts = FakeFacts()
        self.title = ""
        """What a file calls itself; by default its name."""

    def _add(self, character_id: str, title: str, text: str, **fields: Any) -> Source:
        source = Source(
            id=new_id("src"),
            character_id=character_id,
            title=title,
            media_type="text/plain",
            blob="0" * 64,
            created_at=now(),
            updated_at=now(),
            **fields,
        )
        headings: list[str] = []
        passages = []
        for line in text.splitlines():
            if line.startswith("#"):
                headings = [line.strip("# ")]
            elif line.strip():
                passages.append(
                    Passage(
                        id=new_id("psg"),
                        source_id=source.id,
                        character_id=character_id,
                        ordinal=len(passages),
                        title=title,
                        headings=headings,
                        text=line,
                    )
                )
        if "\0" in text:
            source = source.model_copy(update={"state": "failed", "error": "This file cannot be read."})
        elif not self.slow:
            source = source.model_copy(update={"state": "words", "passages": len(passages)})
        self.all[source.id], self.read[source.id] = source, passages
        return source.model_copy(update={"state": "waiting"})

    async def add_file(self, character_id: str, name: str, data: bytes) -> Source:
        return self._add(character_id, self.title or name, data.decode("utf-8", "replace"), origin=name)

    async def add_url(self, character_id: str, url: str) -> Source:
        return self._add(character_id, "A page", "# Rooms\nQuiet rooms.", origin=url, url=url)

    async def add_text(self, character_id: str, title: str, text: str) -> Source:
        return self._add(character_id, title, text, origin="typed")

    async def copy(self, source_id: str, character_id: str) -> Source:
        text = "\n".join(passage.text for passage in self.read[source_id])
        source = self.all[source_id]
        return self._add(character_id, source.title, text, origin=source.origin, url=source.url)

    async def refresh(self, source_id: str) -> Source:
        return self.all[source_id]

    async def remove(self, source_id: str) -> None:
        del self.all[source_id]

    async def evidence(self, character_id: str, question: str) -> Evidence:
        """Every question is answered but those of `unanswered`."""
        self.asked.append(question)
        answered = question not in self.unanswered
        passages = [one for source in self.read.values() for one in source]
        spans = [Span(passage=one, start=0, end=1, score=1.0) for one in passages[:1] if answered]
        return Evidence(question=question, answerable=float(answered), spans=spans)

    async def computed(self, character_id: str, question: str, *about: Any, **more: Any) -> None:
        return None

    async def versions_of(self, ids: Sequence[str]) -> dict[str, int]:
        return {one: len(self.all) for one in ids}

    async def share(self, character_id: str, source_id: str, on: bool) -> Source:
        source = await self.source(character_id, source_id)
        self.all[source_id] = source.model_copy(update={"shared": on})
        return self.all[source_id]

    async def forget(self, character_id: str) -> None:
        for source in await self.sources(character_id):
            del self.all[source.id]
        self.crawled = {id_: one for id_, one in self.crawled.items() if one.character_id != character_id}

    async def put_pairs(
        self, character_id: str, title: str, told: Sequence[tuple[str, str]]
    ) -> Source | None:
        self.told[character_id] = list(told)
        return self._add(character_id, title, "\n".join(a for _, a in told), origin="typed") if told else None

    async def pairs(self, character_id: str) -> list[tuple[str, str]]:
        return self.told.get(character_id, [])

    async def add_site(
        self, character_id: str, url: str, *, pages: int, depth: int, every_hours: int | None = None
    ) -> Site:
        if " " in url:
            raise BadInput("“{url}” is not a web address.", url=url)
        site = Site(
            id=new_id("sit"),
            character_id=character_id,
            url=url,
            pages=pages,
            depth=depth,
            every_hours=every_hours,
            state="crawling",
            round=1,
            done=1,
            total=3,
            created_at=now(),
            updated_at=now(),
        )
        self.crawled[site.id] = site
        if "closed" in url:
            about = {"state": "failed", "error_sentence": "robots.txt asks not to read this page."}
            self.crawled[site.id] = site.model_copy(update=about)
        else:
            self._add(character_id, "Home", "# Rooms\nQuiet rooms.", origin=url, url=url, site_id=site.id)
        return site

    async def sites(self, character_id: str) -> list[Site]:
        return [site for site in self.crawled.values() if site.character_id == character_id]

    async def site(self, character_id: str, site_id: str) -> Site:
        found = self.crawled.get(site_id)
        if found is None or found.character_id != character_id:
            raise NotFound("This site does not exist.")
        return found

    async def site_pages(
        self, character_id: str, site_id: str, limit: int = 100, offset: int = 0
    ) -> list[SitePage]:
        site = await self.site(character_id, site_id)
        why = {"why": "“{name}” holds no text.", "why_params": {"name": "<b>"}}
        pages = [
            SitePage(url=f"{site.url}broken", depth=1, state="failed", **why),
            SitePage(url=f"{site.url}private", depth=1, state="skipped", why="The page asks not to be kept."),
            SitePage(url=site.url, depth=0, state="kept", changed=True),
            SitePage(url=f"{site.url}old", depth=1, state="kept"),
        ]
        return pages[offset : offset + limit]

    async def crawl_site(self, character_id: str, site_id: str) -> Site:
        return await self._turned(character_id, site_id, "crawling")

    async def stop_site(self, character_id: str, site_id: str) -> Site:
        return await self._turned(character_id, site_id, "stopped")

    async def _turned(self, character_id: str, site_id: str, state: str) -> Site:
        site = (await self.site(character_id, site_id)).model_copy(update={"state": state})
        self.crawled[site_id] = site
        return site

    async def remove_site(self, character_id: str, site_id: str) -> None:
        await self.site(character_id, site_id)
        del self.crawled[site_id]

    async def wait_site(self, site_id: str, until: str = "words") -> Site:
        if self.slow:
            await asyncio.sleep(60)
        return self.crawled[site_id]

    async def sources(self, character_id: str, *, of_sites: bool = True) -> list[Source]:
        own = [source for source in self.all.values() if source.character_id == character_id]
        return [source for source in own if of_sites or source.site_id is None]

    async def source(self, character_id: str, source_id: str) -> Source:
        found = self.all.get(source_id)
        if found is None or found.character_id != character_id:
            raise NotFound("There is no such source.")
        return found

    async def passages(self, character_id: str, source_id: str) -> list[Passage]:
        return self.read[source_id]

    async def synonyms(self, character_id: str) -> list[list[str]]:
        return self.same.get(character_id, [])

    async def set_synonyms(self, character_id: str, groups: Iterable[Iterable[str]]) -> list[list[str]]:
        self.same[character_id] = [kept for group in groups if (kept := list(group))]
        return self.same[character_id]

    async def suspicious(self, character_id: str) -> dict[str, list[str]]:
        return {one.id: ["Ignore <b>"] for one in await self.sources(character_id) if "odd" in one.title}

    async def wait(self, source_id: str, until: str = "words") -> Source:
        if self.slow:
            await asyncio.sleep(60)
        return self.all[source_id]


class FakeFetcher:
    def __init__(self, pages: dict[str, str] | None = None) -> None:
        self.pages = pages or {}

    async def get(self, url: str, max_bytes: int = 0, accept: str = "*/*") -> Fetched:
        if url not in self.pages:
            raise Offline("{url} did not answer.", url=url)
        return Fetched(url, 200, "text/html", "utf-8", self.pages[url].encode())


class FakeConversations:
    """Answers with what `replies` holds for a question, after `pause` seconds; an error is a failure."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.prepared: list[str] = []
        self.replies: dict[str, Reply | MadangError] = {}
        self.asked: list[tuple[str, str, Options]] = []
        self.pause = 0.0
        self.go_on: asyncio.Event | None = None
        """Where there is one, no reply comes before it is set."""

    async def answer(
        self,
        identity: Identity,
        slug: str,
        messages: Sequence[Message],
        *,
        options: Options | None = None,
    ) -> AsyncGenerator[Event, None]:
        question = messages[-1].content
        self.asked.append((slug, question, options or Options()))
        await asyncio.sleep(self.pause)
        if self.go_on is not None:
            await self.go_on.wait()
        said = self.replies.get(question) or reply(f"You asked: {question}")
        if isinstance(said, MadangError):
            data = {"code": said.code, "sentence": said.sentence, "params": said.params}
            yield Event(kind="failed", data=data)
        else:
            yield Event(kind="delta", text=said.text)
            yield Event(kind="done", reply=said)

    def prepare(self, character: Character) -> None:
        self.prepared.append(character.id)

    async def forget(self, character_id: str) -> None:
        self.forgotten.append(character_id)


def passage(text: str, *headings: str, title: str = "Guide") -> Passage:
    """A passage under its headings, of one source."""
    return Passage(
        id="psg_1",
        source_id="src_1",
        character_id="chr_1",
        ordinal=0,
        title=title,
        headings=list(headings),
        text=text,
    )
