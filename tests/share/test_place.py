"""The public page of a business says where and when, from its typed facts, and the same to search engines."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from madang.characters.types import Profile
from madang.knowledge.facts.types import Business, Contact, Fact, OwnFacts, OwnHours, Rule
from madang.share.place import place_of
from tests.share.conftest import Share

HTML = {"accept": "text/html"}
SEOUL = ZoneInfo("Asia/Seoul")
HOSTILE = '</script><script>alert(1)</script>"&\u2028'


async def business(share: Share, facts: OwnFacts | None, name: str = "Mill") -> str:
    profile = Profile(name=name, kind="business", greeting="Hello.", tagline="Flour and coffee")
    made = await share.stage.studio.characters.create(share.owner, profile)
    if facts is not None:
        await share.stage.studio.knowledge.facts.write(made.id, facts, "en")
    await share.stage.studio.characters.publish(share.owner, made.slug)
    return made.slug


def data_of(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    told: dict[str, Any] = json.loads(found)
    return told


async def page_of(share: Share, slug: str, language: str = "en") -> str:
    http = share.stage.caller("nobody").http
    page = await http.get(f"/c/{slug}/about", headers={**HTML, "accept-language": language})
    assert page.status_code == 200
    return page.text


FACTS = OwnFacts(
    hours=[OwnHours(day=day, spans=[(540, 1080)]) for day in range(6)] + [OwnHours(day=6)],
    contacts=[
        Contact(kind="phone", value="02-555-0101"),
        Contact(kind="address", value="1 Mill Road, Seoul"),
        Contact(kind="email", value="hi@mill.example"),
    ],
)


async def test_a_visitor_reads_where_and_when(share: Share) -> None:
    slug = await business(share, FACTS)
    page = await page_of(share, slug)
    for said in (
        "Monday",
        "09:00–18:00",
        "Closed",
        "1 Mill Road, Seoul",
        'href="tel:02-555-0101"',
        "hi@mill.example",
    ):
        assert said in page, said
    korean = await page_of(share, slug, "ko")
    assert "월요일" in korean and "09:00~18:00" in korean and "방문과 연락" in korean


async def test_search_engines_read_the_same(share: Share) -> None:
    told = data_of(await page_of(share, await business(share, FACTS)))
    assert told["@type"] == "LocalBusiness" and told["name"] == "Mill"
    assert told["telephone"] == "02-555-0101" and told["address"] == "1 Mill Road, Seoul"
    assert told["url"].endswith("/about") and told["image"].endswith("/preview.png")
    (hours,) = told["openingHoursSpecification"]
    assert (hours["opens"], hours["closes"], len(hours["dayOfWeek"])) == ("09:00", "18:00", 6)


async def test_nothing_is_shown_without_facts_and_for_a_character(share: Share) -> None:
    for slug in (await business(share, None), "sumi"):
        page = await page_of(share, slug)
        assert "ld+json" not in page and "Visit and contact" not in page


async def test_what_a_maker_writes_ends_no_element(share: Share) -> None:
    contact = Contact(kind="address", value=HOSTILE)
    page = await page_of(share, await business(share, OwnFacts(contacts=[contact]), name="A</script><b>"))
    assert "<script>alert" not in page and "<b>" not in page
    told = data_of(page)
    assert told["address"].startswith("</script>") and told["name"] == "A</script><b>"


def rules(*spans: tuple[int, int], days: tuple[int, ...] = tuple(range(7))) -> Business:
    rule = Rule(state="open", days=list(days), spans=list(spans))
    fact = Fact(key="1", value=rule, source_id="s", passage_id="p", start=0, end=1)
    return Business(facts=(fact,), zone=SEOUL)


@pytest.mark.parametrize(
    ("utc", "now"),
    [("2026-11-27T23:30", "later"), ("2026-11-28T03:00", "open"), ("2026-11-28T10:00", "over")],
)
def test_today_is_the_shops_own(utc: str, now: str) -> None:
    moment = datetime.fromisoformat(f"{utc}+00:00")
    place = place_of(rules((540, 1080)), moment, "en", name="Mill", about="", address="a", picture="p")
    assert place is not None and place.now == now
    (row,) = [one for one in place.week if one.today]
    assert row.name == "Saturday"


def test_a_night_that_goes_on_is_open_and_a_day_of_rest_closed() -> None:
    late = datetime(2026, 11, 29, 1, 0, tzinfo=SEOUL)
    told = {"name": "Mill", "about": "", "address": "a", "picture": "p"}
    place = place_of(rules((1080, 1560)), late, "en", **told)
    assert place is not None and place.now == "open" and '"closes": "02:00"' in place.data


def test_sources_that_differ_are_not_told() -> None:
    one, other = rules((540, 1080)).facts[0], rules((600, 1080)).facts[0]
    both = (one, other.model_copy(update={"key": "2", "source_id": "t"}))
    moment = datetime(2026, 11, 28, 12, 0, tzinfo=SEOUL)
    business = Business(facts=both, zone=SEOUL)
    assert place_of(business, moment, "en", name="Mill", about="", address="a", picture="p") is None
