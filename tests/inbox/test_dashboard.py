"""The dashboard: real figures, pictures with a table behind each, what the disk holds, and quotas."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from madang.chat.desk.types import Day, Figures
from madang.inbox.dashboard.access import Dashboard
from madang.inbox.dashboard.types import Quota
from madang.inbox.pages.overview import bytes_of, milliseconds, pictures
from madang.kernel.clock import now
from madang.kernel.identity import Identity
from madang.web.pictures import Series, bars, scale
from tests.inbox.stage import Room

SVG = "{http://www.w3.org/2000/svg}"


async def test_it_counts_what_happened(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Are dogs welcome on the terrace?", "Do you sell bicycles?")
    await inbox.talk(visitor, inbox.theirs.slug, "Do you sell bicycles?")
    whole = (await inbox.owner.ask("GET", "/api/dashboard?days=7")).json()
    assert whole["figures"]["days"] == 7
    assert len(whole["figures"]["by_day"]) == 7
    counted = {name: whole["figures"][name] for name in ("conversations", "replies", "cited", "abstained")}
    assert counted == {"conversations": 2, "replies": 3, "cited": 1, "abstained": 2}
    assert [line["character"]["name"] for line in whole["lines"]] == ["Harbour Cafe", "Hill Cafe"]
    assert whole["lines"][0]["figures"]["replies"] == 2
    assert whole["storage"]["database"] > 0
    assert whole["storage"]["blob_count"] >= 1
    assert whole["storage"]["blobs"] > 100
    one = (await inbox.creator.ask("GET", "/api/dashboard")).json()
    assert one["figures"]["replies"] == 1
    assert [line["character"]["name"] for line in one["lines"]] == ["Hill Cafe"]
    assert one["storage"] is None  # the studio's owner alone


async def test_the_page_has_a_picture_with_words_and_a_table(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Are dogs welcome on the terrace?", "Do you sell bicycles?")
    page = (await inbox.owner.ask("GET", "/dashboard?days=90")).text
    drawings = re.findall(r"<svg class=\"picture\".*?</svg>", page, re.DOTALL)
    assert len(drawings) >= 2
    assert page.count("As a table") >= len(drawings)
    assert 'aria-current="true">90 days' in page
    assert "style=" not in page
    korean = await inbox.stage.owner()
    korean.http.cookies.set("madang_language", "ko")
    said = (await korean.ask("GET", "/dashboard")).text
    assert "표로 보기" in said
    assert "출처 있는 답변" in said
    odd = await inbox.owner.ask("GET", "/dashboard?days=100000")
    assert "90 days" in odd.text


async def test_an_empty_studio_says_so(inbox: Room) -> None:
    page = (await inbox.owner.ask("GET", "/dashboard?days=7")).text
    assert "Nobody talked in these 7 days" in page
    assert "Storage" in page
    assert "Storage" not in (await inbox.creator.ask("GET", "/dashboard")).text


async def test_quotas_come_from_whoever_limits(inbox: Room) -> None:
    class Embeds:
        async def quotas(self, identity: Identity) -> list[Quota]:
            assert identity.id == inbox.me.id
            return [
                Quota(name="Messages today on other websites", character="Harbour Cafe", used=3, limit=200),
                Quota(name="Messages today on other websites", character="Hill Cafe", used=90, limit=100),
            ]

    studio = inbox.studio
    door = Dashboard(studio.inbox.desk, studio.database, _NoBlobs(), inbox.models, [Embeds()])
    overview = await door.overview(inbox.me)
    assert [(one.character, one.used) for one in overview.quotas] == [("Hill Cafe", 90), ("Harbour Cafe", 3)]


class _NoBlobs:
    def used(self) -> tuple[int, int]:
        return 0, 0


def test_a_picture_is_drawn_to_scale_and_is_plain_xml() -> None:
    series = [Series("Cited", "teal", [1, 0, 2]), Series("<b>Other</b>", "faint", [1, 0, 6])]
    drawing = bars(
        "replies", "Replies & more", "<script>", ["2026-05-01", "2026-05-02", "2026-05-03"], series
    )
    root = ElementTree.fromstring(
        str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )
    assert root.find(f"{SVG}title").text == "Replies & more"  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text == "<script>"  # type: ignore[union-attr]
    days = root.findall(f"{SVG}g")
    assert [day.find(f"{SVG}title").text for day in days] == [  # type: ignore[union-attr]
        "2026-05-01: Cited 1 · <b>Other</b> 1",
        "2026-05-03: Cited 2 · <b>Other</b> 6",
    ]
    heights = [float(one.get("height", "0")) for one in days[1].findall(f"{SVG}rect")]
    assert heights == [32.0, 96.0]  # of 160 for 10
    assert "style" not in drawing


def test_scales_bytes_and_times_are_round() -> None:
    assert [scale(value) for value in (0, 0.3, 1, 3, 5.1, 10, 11, 480, 999)] == [
        1, 0.5, 1, 5, 10, 10, 20, 500, 1000,
    ]  # fmt: skip
    assert [bytes_of(value) for value in (0, 999, 1_500, 123_456_789, 5_000_000_000_000)] == [
        "0 B", "999 B", "1.5 kB", "123 MB", "5.0 TB",
    ]  # fmt: skip
    assert [milliseconds(value) for value in (0, 82.4, 1_240)] == ["0 ms", "82 ms", "1.2 s"]


def test_pictures_of_days_without_anything_are_empty() -> None:
    days = [Day(day=now().date())]
    made = pictures(
        Figures(days=1, since=now(), by_day=days), lambda sentence, **params: sentence.format(**params)
    )
    assert all(picture.empty for picture in made)
    assert [picture.name for picture in made] == [
        "conversations",
        "replies",
        "thumbs",
        "first-word",
        "tokens",
    ]
