"""A whole site is read politely, once, within its limits; a second crawl touches only what changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from madang.kernel.errors import BadInput, NotFound, StorageFull
from madang.kernel.fetch import Fetcher
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.knowledge.crawl import robots, store
from madang.knowledge.crawl.sites import EMBED
from madang.knowledge.crawl.types import Pace
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from tests.fakes.models import FakeModels
from tests.knowledge import files
from tests.knowledge.site import Site, page, served

WHO = "chr_a"
WAIT = 90
FAST = Pace(delay=0.0, at_once=4, seconds=3.0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with served(Site()) as site:
        yield site


@pytest.fixture
async def knowledge(
    database: Database, jobs: Jobs, settings: Settings, models: FakeModels
) -> AsyncIterator[Knowledge]:
    fetcher = Fetcher(allow_private=True)
    blobs = Blobs(settings.data / "blobs")
    door = Knowledge(database, blobs, SearchIndex(database), jobs, models, fetcher, pace=FAST)
    await jobs.open()
    yield door
    await jobs.close()


def shop(site: Site, count: int = 6) -> None:
    names = [f"/dish/{number}" for number in range(count)]
    site.pages |= {
        "/": page("Home", "Welcome to the harbour.", *names, "/info.pdf", "https://other.example/")
    }
    for number, name in enumerate(names):
        site.pages[name] = page(
            f"Dish {number}", f"The dish number {number} costs {number + 5} dollars.", "/"
        )
    site.pages["/info.pdf"] = files.pdf(("Parking", "The car park is behind the lighthouse, and it is free."))


async def urls(knowledge: Knowledge) -> dict[str, str]:
    return {source.origin: source.id for source in await knowledge.sources(WHO)}


async def texts(knowledge: Knowledge) -> list[str]:
    return [
        passage.text
        for source in await knowledge.sources(WHO)
        for passage in await knowledge.passages(WHO, source.id)
    ]


async def test_a_site_is_read_and_only_what_changed_is_read_again(knowledge: Knowledge, site: Site) -> None:
    shop(site)
    begun = await knowledge.add_site(WHO, site.url)
    done = await knowledge.wait_site(begun.id, "ready", seconds=WAIT)
    assert (done.state, done.kept, done.done, done.total, done.changed) == ("ready", 8, 8, 8, 8), done.error
    first = await urls(knowledge)
    assert set(first) == {f"{site.url}{path}" for path in site.pages}
    assert all(
        source.site_id == done.id and source.state == "ready" for source in await knowledge.sources(WHO)
    )
    found = (await knowledge.retrieve(WHO, "Where is the car park?"))[0].passage
    assert "lighthouse" in found.text and found.page == 1
    # what stands on every page is kept once
    said = "\n".join(await texts(knowledge))
    assert said.count("Open daily 9:00 to 18:00.") == 1 and said.count("Sea Shop, the shop") == 1

    passages = {p.id for s in first.values() for p in await knowledge.passages(WHO, s)}
    site.pages["/dish/2"] = page("Dish 2", "The dish number 2 costs ninety dollars now.", "/dish/new")
    site.pages["/dish/new"] = page("New", "Herring is new.")
    del site.pages["/dish/4"]
    site.asked.clear()
    again = await knowledge.add_site(WHO, site.url)
    again = await knowledge.wait_site(again.id, "ready", seconds=WAIT)
    assert again.id == done.id
    assert (again.state, again.changed, again.gone, again.kept) == ("ready", 2, 1, 8), again.error
    assert len(site.unchanged) == 6  # all but the changed, the new and the one that is gone
    became = {one.url.removeprefix(site.url): one for one in await knowledge.site_pages(WHO, done.id)}
    assert {path for path, one in became.items() if one.changed} == {"/dish/2", "/dish/new"}
    assert became["/dish/4"].state == "gone"
    second = await urls(knowledge)
    assert f"{site.url}/dish/4" not in second and f"{site.url}/dish/new" in second
    assert all(second[url] == id_ for url, id_ in first.items() if url in second)
    after = {p.id for s in second.values() for p in await knowledge.passages(WHO, s)}
    assert len(after - passages) == 2 and len(passages - after) == 2
    assert "ninety" in (await knowledge.retrieve(WHO, "dish number 2 ninety"))[0].passage.text


async def test_robots_limits_and_addresses_are_kept_to(knowledge: Knowledge, site: Site) -> None:
    site.pages["/robots.txt"] = (
        "User-agent: *\nDisallow: /private\n\nUser-agent: madang\nDisallow: /private\nDisallow: /*?print\n"
        f"Sitemap: {site.url}/map.xml\n"
    )
    site.pages["/map.xml"] = (
        f"<urlset><url><loc>{site.url}/listed?b=2&amp;a=1</loc></url>"
        "<url><loc>http://evil.example/x</loc></url></urlset>"
    )
    site.pages["/listed?a=1&b=2"] = page("Listed", "Only the sitemap knows this page.")
    site.pages["/"] = page(
        "Home", "Start.", "/a", "/private/x", "/a?print", "/a#part", "./a?utm_source=mail", "/b/../a",
        "/noindex",
        "/nofollow", "/photo.jpg", "mailto:a@b.example", "javascript:alert(1)", "//evil.example/", "/copy",
        "http://127.0.0.1:1/", "/dup",
    )  # fmt: skip
    site.pages["/a"] = page("A", "Page a.", "/deep/1")
    site.pages["/deep/1"] = page("Deep 1", "Page deep one.", "/deep/2")
    site.pages["/deep/2"] = page("Deep 2", "Page deep two.")
    site.pages["/noindex"] = page("N", "Not to be kept.", head="<meta name=robots content='noindex'>")
    site.pages["/nofollow"] = page(
        "F", "Nothing follows.", "/hidden", head="<meta name=ROBOTS content=nofollow>"
    )
    site.pages["/hidden"] = page("H", "Hidden.")
    site.pages["/copy"] = page("Copy", "A copy of a.", head="<link rel=canonical href='/a'>")
    site.pages["/dup"] = site.pages["/a"]
    done = await knowledge.add_site(WHO, site.url, depth=2)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    paths = {url.removeprefix(site.url) for url in await urls(knowledge)}
    assert paths in ({"/", "/a", "/deep/1", "/nofollow", "/listed?a=1&b=2"},), done.error
    assert site.asked.count("/a") == 1 and len(site.asked) == len(set(site.asked))
    assert not any(
        word in path for path in site.asked for word in ("private", "print", "photo", "hidden", "deep/2")
    )
    pages = {entry.url.removeprefix(site.url): entry for entry in await knowledge.site_pages(WHO, done.id)}
    assert pages["/copy"].state == pages["/dup"].state == pages["/noindex"].state == "skipped"
    assert pages["/private/x"].why == pages["/a?print="].why == "robots.txt asks not to read this page."
    with pytest.raises(NotFound):
        await knowledge.site_pages("chr_b", done.id)


async def test_loops_and_calendars_end(knowledge: Knowledge, site: Site) -> None:
    def calendar(path: str) -> str | None:
        if path.startswith("/day"):
            number = int(path.rpartition("=")[2])
            return page(
                f"Day {number}", f"Nothing on day {number}.", f"/day?d={number + 1}", f"/day?d={number + 2}"
            )
        if path.startswith("/in/"):  # a relative link that grows
            return page(path, f"Folder {path}", "in/", "in/x/in/")
        return None

    site.make = calendar
    site.pages["/"] = page("Home", "Start.", "/day?d=1", "/in/", "/loop/a", "/self", "/real")
    site.redirects |= {"/loop/a": "/loop/b", "/loop/b": "/loop/a", "/self": "/self"}
    site.pages["/real"] = page("Real", "A real page.", "/one", "/two")
    site.pages["/one"] = page("One", "Says that two is right.", head="<link rel=canonical href=/two>")
    site.pages["/two"] = page("Two", "Says that one is right.", head="<link rel=canonical href=/one>")
    done = await knowledge.add_site(WHO, site.url, pages=300, depth=50)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.state == "ready" and len(site.asked) < 90, done.error
    found = await urls(knowledge)
    assert f"{site.url}/real" in found
    assert sum(url.endswith(("/one", "/two")) for url in found) == 1


async def test_the_page_limit_holds(knowledge: Knowledge, site: Site) -> None:
    site.make = lambda path: page(path, f"Text of {path}.", f"{path.rstrip('/')}a", f"{path.rstrip('/')}b")
    site.pages["/robots.txt"] = "User-agent: *\nAllow: /\n"
    site.pages["/sitemap.xml"] = "no sitemap"
    done = await knowledge.add_site(WHO, site.url, pages=10, depth=9)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.kept == 10 and len(await urls(knowledge)) == 10
    for bad in (0, 10_000_000):
        with pytest.raises(BadInput):
            await knowledge.add_site(WHO, site.url, pages=bad)
    with pytest.raises(BadInput):
        await knowledge.add_site(WHO, "ftp://x.example/")


async def test_stalls_lies_and_broken_pages_do_not_stop_a_crawl(knowledge: Knowledge, site: Site) -> None:
    async def stall(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<html>")
        await writer.drain()
        await asyncio.sleep(8)

    async def short(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<html>cut")

    async def huge(writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n<html>"
        )

    site.pages |= {
        "/stall": stall,
        "/short": short,
        "/huge": huge,
        "/broken.pdf": b"%PDF-1.4 broken",
        "/empty": "",
    }
    site.errors["/error"] = 500
    site.redirects["/out"] = "http://evil.example/secret"
    site.pages["/"] = page(
        "Home",
        "Start.",
        "/stall",
        "/short",
        "/huge",
        "/broken.pdf",
        "/empty",
        "/error",
        "/gone",
        "/out",
        "/good",
    )
    site.pages["/good"] = page("Good", "A good page.")
    done = await knowledge.add_site(WHO, site.url)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.state == "ready" and {u.removeprefix(site.url) for u in await urls(knowledge)} == {
        "/",
        "/good",
    }
    pages = {entry.url.removeprefix(site.url): entry for entry in await knowledge.site_pages(WHO, done.id)}
    for path in ("/stall", "/short", "/huge", "/broken.pdf", "/error"):
        assert pages[path].state == "failed" and pages[path].why, path
    assert pages["/out"].state == "skipped"


async def test_a_site_that_changes_under_the_crawl(knowledge: Knowledge, site: Site) -> None:
    seen: dict[str, int] = {}

    def restless(path: str) -> str | None:
        seen[path] = seen.get(path, 0) + 1
        if path == "/":
            return page("Home", f"Visit number {seen[path]}.", *(f"/p/{n}" for n in range(30)))
        if path.startswith("/p/") and int(path[3:]) % 3 == 0:
            return None  # it was there when its link was found
        if path.startswith("/p/"):
            return page(path, f"Page {path} as of visit {seen[path]}.", "/", f"{path}0")
        return None

    site.make = restless
    done = await knowledge.add_site(WHO, site.url, pages=25)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.state == "ready" and 10 <= done.kept <= 25
    first = await texts(knowledge)
    assert any("visit 1" in text for text in first)
    done = await knowledge.crawl_site(WHO, done.id)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.state == "ready" and done.kept <= 25
    second = "\n".join(await texts(knowledge))
    assert "Visit number 2." in second and "Visit number 1." not in second, "what it says now, and only that"


async def test_crawl_delay_is_kept(knowledge: Knowledge, site: Site) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.4\n"
    site.pages["/"] = page("Home", "Start.", "/1", "/2", "/3")
    site.pages |= {f"/{n}": page(str(n), f"Page {n}.") for n in (1, 2, 3)}
    began = time.monotonic()
    done = await knowledge.add_site(WHO, site.url)
    done = await knowledge.wait_site(done.id, seconds=WAIT)
    assert done.kept == 4 and time.monotonic() - began >= 3 * 0.4


async def test_a_crawl_is_stopped_and_goes_on(knowledge: Knowledge, site: Site) -> None:
    shop(site, 30)
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.3\n"
    begun = await knowledge.add_site(WHO, site.url)
    while "/dish/1" not in site.asked:
        await asyncio.sleep(0.05)
    stopped = await knowledge.stop_site(WHO, begun.id)
    assert stopped.state == "stopped"
    assert (await knowledge.wait_site(begun.id, seconds=WAIT)).state == "stopped"
    while len(await urls(knowledge)) < len(set(site.asked) - {"/robots.txt", "/sitemap.xml"}):
        await asyncio.sleep(0.05)  # what was being looked at is kept too
    read, asked = await urls(knowledge), len(site.asked)
    assert len(read) < 20
    goes_on = await knowledge.crawl_site(WHO, begun.id)
    assert goes_on.round == begun.round == 1
    while len(site.asked) < asked + 2:
        await asyncio.sleep(0.05)
    again = [path for path in site.asked if site.asked.count(path) > 1]
    assert not again, again  # nothing is asked for twice
    await knowledge.stop_site(WHO, begun.id)
    while not set(read) < set(await urls(knowledge)):
        await asyncio.sleep(0.05)
    await knowledge.remove_site(WHO, begun.id)
    assert await knowledge.sites(WHO) == [] and await knowledge.sources(WHO) == []


async def test_an_old_chain_does_not_take_the_site_back(
    knowledge: Knowledge, site: Site, database: Database
) -> None:
    """The last page's vectors are asked for in the very moment in which the site is crawled again."""
    shop(site)
    begun = await knowledge.add_site(WHO, site.url)
    await knowledge.wait_site(begun.id, "ready", seconds=WAIT)
    async with database.write() as session:
        row = await store.find(session, begun.id)
        assert row is not None
        run = row.job.split(":")[-2]
        argument = {"site": begun.id, "round": 1, "run": run, "part": 77}
        row.job = "another:run:0"
        await session.flush()
        old = asyncio.create_task(knowledge._sites._next(EMBED, begun.id, argument))
        await asyncio.sleep(0.3)
    await old
    async with database.read() as session:
        row = await store.find(session, begun.id)
        assert row is not None and row.job == "another:run:0"


async def test_a_site_that_is_added_twice_at_once_is_one(knowledge: Knowledge, site: Site) -> None:
    shop(site)
    begun = await asyncio.gather(*(knowledge.add_site(WHO, site.url) for _ in range(4)))
    assert len({one.id for one in begun}) == 1
    assert (await knowledge.wait_site(begun[0].id, seconds=WAIT)).state == "ready"


async def test_a_site_out_of_reach_keeps_what_is_known(knowledge: Knowledge, site: Site) -> None:
    shop(site)
    begun = await knowledge.add_site(WHO, site.url, every_hours=24)
    done = await knowledge.wait_site(begun.id, seconds=WAIT)
    assert done.next_at is not None and await knowledge.crawl_due() == 0
    known = await urls(knowledge)
    site.errors["/robots.txt"] = 503
    await knowledge.crawl_site(WHO, begun.id)
    failed = await knowledge.wait_site(begun.id, seconds=WAIT)
    assert failed.state == "failed" and failed.error and await urls(knowledge) == known
    assert await knowledge.retrieve(WHO, "car park")


async def test_a_page_that_was_taken_out_stays_out(knowledge: Knowledge, site: Site) -> None:
    shop(site)
    begun = await knowledge.add_site(WHO, site.url)
    await knowledge.wait_site(begun.id, "ready", seconds=WAIT)
    url = f"{site.url}/dish/3"
    await knowledge.remove((await urls(knowledge))[url])
    await knowledge.crawl_site(WHO, begun.id)
    await knowledge.wait_site(begun.id, seconds=WAIT)
    assert url not in await urls(knowledge)
    await knowledge.forget(WHO)
    assert await knowledge.sites(WHO) == [] and await knowledge.sources(WHO) == []


async def test_a_full_disk_ends_the_crawl_and_loses_nothing(
    knowledge: Knowledge, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(site)
    begun = await knowledge.add_site(WHO, site.url)
    await knowledge.wait_site(begun.id, "ready", seconds=WAIT)
    known = await urls(knowledge)

    async def full(*_: object) -> list[str]:
        raise StorageFull("There is no room left on the disk, so this was not saved.")

    with monkeypatch.context() as patch:
        patch.setattr(Blobs, "put_many", full)
        site.pages["/dish/1"] = page("Dish 1", "Changed.")
        await knowledge.crawl_site(WHO, begun.id)
        failed = await knowledge.wait_site(begun.id, seconds=WAIT)
    assert failed.state == "failed" and "room" in (failed.error or "") and await urls(knowledge) == known
    await knowledge.crawl_site(WHO, begun.id)
    again = await knowledge.wait_site(begun.id, seconds=WAIT)
    assert again.state == "ready" and again.changed == 1


def test_a_sitemap_of_spaces_is_read_at_once() -> None:
    began = time.process_time()
    for text in ("<loc>" + " " * 4_000 + "<", "<loc> <![CDATA[" * 4_000, "<" + "a" * 40_000 + ":loc>"):
        robots._LOC.findall(text)
    assert time.process_time() - began < 1, "somebody else's sitemap holds the studio"
    assert robots._LOC.findall("<url><loc>\n <![CDATA[https://a.test/x]]></loc></url>") == [
        "https://a.test/x"
    ]
