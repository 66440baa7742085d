"""A web address is a source: fetched through the one safe door, read, and fetched again on refresh."""

from __future__ import annotations

import pytest

from madang.kernel.errors import BadInput, Forbidden, Unreadable
from madang.kernel.fetch import Fetched, Fetcher
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from tests.fakes.models import FakeModels

PAGE = (
    "<!doctype html><html><head><title>바다 국밥</title></head><body><h2>영업시간</h2><p>{hours}</p></body>"
)


class Web(Fetcher):
    """Answers from a table instead of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Fetched] = {}

    async def get(self, url: str, max_bytes: int = 0, accept: str = "", **_: object) -> Fetched:  # type: ignore[override]
        if url not in self.pages:
            raise Forbidden(
                "{host} is not a public address; it is not fetched. Add what it holds as files or as text.",
                host=url,
            )
        return self.pages[url]

    def put(self, url: str, body: str, media_type: str = "text/html", final: str | None = None) -> None:
        self.pages[url] = Fetched(final or url, 200, media_type, "utf-8", body.encode())


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
async def knowledge(
    database: Database, jobs: Jobs, settings: Settings, models: FakeModels, web: Web
) -> Knowledge:
    door = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, models, web)
    await jobs.open()
    return door


async def test_a_page_is_read_and_refreshed(knowledge: Knowledge, web: Web) -> None:
    address = "https://gukbap.example/info"
    web.put(address, PAGE.format(hours="오전 11시에 엽니다."), final="https://www.gukbap.example/info")
    source = await knowledge.add_url("chr_a", address)
    source = await knowledge.wait(source.id, "ready", seconds=60)
    assert (source.title, source.origin) == ("바다 국밥", address)
    assert source.url == "https://www.gukbap.example/info" and source.media_type == "text/html"
    evidence = await knowledge.evidence("chr_a", "영업시간이 어떻게 되나요?")
    assert evidence.spans[0].text == "오전 11시에 엽니다."
    web.put(address, PAGE.format(hours="정오에 엽니다."))
    await knowledge.refresh(source.id)
    await knowledge.wait(source.id, "ready", seconds=60)
    assert [p.text for p in await knowledge.passages("chr_a", source.id)] == ["정오에 엽니다."]
    assert len(await knowledge.sources("chr_a")) == 1


async def test_an_address_that_may_not_be_fetched_adds_nothing(knowledge: Knowledge, web: Web) -> None:
    photo = "https://gukbap.example/photo"
    web.pages[photo] = Fetched("https://x.example/p", 200, "image/png", None, b"\x89PNG\r\n\x1a\n")
    for address, error in (("http://127.0.0.1/", Forbidden), (photo, Unreadable)):
        with pytest.raises(error):
            await knowledge.add_url("chr_a", address)
    assert await knowledge.sources("chr_a") == []


async def test_the_real_fetcher_refuses_private_addresses(
    database: Database, jobs: Jobs, settings: Settings, models: FakeModels
) -> None:
    door = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, models)
    for address in (
        "http://127.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "not an address",
    ):
        with pytest.raises((Forbidden, BadInput)):
            await door.add_url("chr_a", address)


async def test_a_failed_refresh_keeps_the_page(knowledge: Knowledge, web: Web) -> None:
    address = "https://gukbap.example/info"
    web.put(address, PAGE.format(hours="오전 11시에 엽니다."))
    source = await knowledge.add_url("chr_a", address)
    await knowledge.wait(source.id, "ready", seconds=60)
    web.put(address, "<!doctype html><html><body><script>1</script></body></html>")
    await knowledge.refresh(source.id)
    source = await knowledge.wait(source.id, "ready", seconds=60)
    assert source.error is not None and source.passages == 1 and source.title == "바다 국밥"
    web.pages.clear()
    with pytest.raises(Forbidden):
        await knowledge.refresh(source.id)
    assert await knowledge.retrieve("chr_a", "영업시간")
