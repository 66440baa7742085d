"""The facts of one's own character: written in a form, seen with their places, corrected, hidden."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from madang.authoring.pages.facts_said import listed, said
from madang.characters.types import Profile
from madang.knowledge.facts.types import (
    Contact,
    Dates,
    Fact,
    Holiday,
    OwnException,
    OwnFacts,
    OwnHours,
    Policy,
    Rule,
    Value,
)
from tests.app.stage import Caller, Stage, events, stage

MENU = 'Dish,Price\nKimbap,"4,000 won"\nRamen,"5,000 won"\n'
HOURS = "# Hours\n\n## Opening hours\nMon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed."

UNCLEAR = "In winter our opening hours are shorter."


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data") as made:
        yield made


async def shop(here: Stage) -> tuple[Caller, str]:
    """Its owner's browser, and the slug of a published shop with a menu and hours."""
    owner, identity = await here.owner(), await here.studio.accounts.owner()
    made = await here.studio.characters.create(
        identity, Profile(name="Mill", kind="business", greeting="Hello.")
    )
    for name, text in (("menu.csv", MENU), ("hours.md", HOURS)):
        source = await here.studio.knowledge.add_file(made.id, name, text.encode())
        await here.studio.knowledge.wait(source.id, "words", seconds=20)
    await here.studio.characters.publish(identity, made.slug)
    return owner, made.slug


async def pressed(owner: Caller, slug: str, button: str, key: str) -> httpx.Response:
    """A button of the list pressed while the form stands as it was saved."""
    page = LexborHTMLParser((await owner.ask("GET", f"/edit/{slug}/facts")).text)
    return await owner.ask("POST", f"/edit/{slug}/facts", data={**sent(page), button: key})


def sent(page: LexborHTMLParser) -> dict[str, list[str]]:
    """The form of a page as a browser sends it."""
    values: dict[str, list[str]] = {}
    for field in page.css("#facts :is(input, select, textarea)"):
        chosen = field.css_first("option[selected]") or field.css_first("option")
        value = field.text() if field.tag == "textarea" else (chosen or field).attributes.get("value")
        values.setdefault(field.attributes["name"] or "", []).append((value or "").removeprefix("\n"))
    return values


async def filled(owner: Caller, slug: str, form: dict[str, Any]) -> httpx.Response:
    """The form sent as the page gives it."""
    page = (await owner.ask("GET", f"/edit/{slug}/facts")).text
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    return await owner.ask("POST", f"/edit/{slug}/facts", data={**form, "seen": seen})


async def ask(caller: Caller, slug: str, message: str) -> str:
    begun = (await caller.ask("POST", f"/api/characters/{slug}/conversations", json={})).json()["id"]
    said = await caller.ask("POST", f"/api/conversations/{begun}/turns", json={"message": message})
    assert events(said)[-1][0] == "done", said.text
    turn = (await caller.ask("GET", f"/api/conversations/{begun}")).json()["turns"][0]
    return str(turn["replies"][0]["text"])


async def test_the_page_shows_what_documents_say_with_its_place(here: Stage) -> None:
    owner, slug = await shop(here)
    page = (await owner.ask("GET", f"/edit/{slug}/facts")).text
    assert "Dish: Ramen · Price: 5,000 won" in page
    assert "Mon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed." in page
    links = re.findall(rf'href="(/c/{slug}/passages/[^"]+)"', page)
    assert links
    for link in links:
        opened = await owner.ask("GET", link.replace("&amp;", "&"))
        assert opened.status_code == 200 and "<mark" in opened.text


async def test_countries_have_names_and_last_order_stands_once(here: Stage) -> None:
    owner, slug = await shop(here)
    page = (await owner.ask("GET", f"/edit/{slug}/facts")).text
    assert '<option value="KR">South Korea</option>' in page and ">KR<" not in page
    korean = await owner.ask("GET", f"/edit/{slug}/facts", headers={"accept-language": "ko"})
    assert '<option value="KR">대한민국</option>' in korean.text
    assert 'placeholder="마지막 주문"' not in korean.text


async def test_what_is_not_understood_is_counted_at_the_top_and_comes_first(here: Stage) -> None:
    owner, slug = await shop(here)
    page = LexborHTMLParser((await owner.ask("GET", f"/edit/{slug}/facts")).text)
    assert not page.css(".facts-unclear") and not page.css("#unclear")
    made = await here.studio.characters.get(await here.studio.accounts.owner(), slug)
    source = await here.studio.knowledge.add_file(
        made.id, "boats.md", f"# Boats\n\n## Opening hours\n{UNCLEAR}".encode()
    )
    await here.studio.knowledge.wait(source.id, "words", seconds=20)
    page = LexborHTMLParser((await owner.ask("GET", f"/edit/{slug}/facts")).text)
    (told,) = page.css(".facts-unclear")
    assert told.text().strip().startswith("One sentence about hours in your documents was not understood")
    assert told.css("a")[0].attributes["href"] == "#unclear"
    rows = page.css("#found .check-row")
    assert rows[0].attributes["id"] == "unclear" and "not understood" in rows[0].text()
    assert all("not understood" not in row.text() for row in rows[1:])
    facts = [row.css(".check-what > span")[0].text() for row in rows]
    assert len(facts) > 2 and len(facts) == len(page.css("#found button[name=hide]"))
    await pressed(owner, slug, "hide", str(rows[0].css("button[name=hide]")[0].attributes["value"]))
    page = LexborHTMLParser((await owner.ask("GET", f"/edit/{slug}/facts")).text)
    assert not page.css(".facts-unclear") and not page.css("#unclear")


async def test_what_is_written_counts_at_once_and_its_citation_opens(here: Stage) -> None:
    owner, slug = await shop(here)
    form = {
        "hours-0": "10:00-14:00", "state-0": "open", "last-0": "13:30", "state-1": "closed",
        "time_zone": "Asia/Seoul",
        "contacts-kind": "phone", "contacts-value": "02-555-0101",
        "policies-key": "Refunds", "policies-text": "Within a week.",
        "items-name": "Ramen", "items-price": "5,500", "items-currency": "KRW", "items-tags": "spicy",
    }  # fmt: skip
    saved = await filled(owner, slug, form)
    assert saved.status_code == 303, saved.text
    page = (await owner.ask("GET", saved.headers["location"])).text
    assert 'value="10:00-14:00"' in page and 'value="13:30"' in page and "yours is told instead" in page
    visitor = await here.visitor()
    assert "5,500 won" in await ask(visitor, slug, "How much is the ramen?")
    assert "10:00–14:00" in await ask(visitor, slug, "Are you open on Mondays?")
    assert "02-555-0101" in await ask(visitor, slug, "What is your phone number?")
    begun = (await visitor.ask("POST", f"/api/characters/{slug}/conversations", json={})).json()["id"]
    await visitor.ask(
        "POST", f"/api/conversations/{begun}/turns", json={"message": "What is your phone number?"}
    )
    turn = (await visitor.ask("GET", f"/api/conversations/{begun}")).json()["turns"][0]
    (citation,) = turn["replies"][0]["citations"]
    opened = await visitor.ask("GET", citation["url"])
    assert opened.status_code == 200 and "02-555-0101" in opened.text and "<mark" in opened.text


async def test_rows_are_added_and_taken_away_without_a_script(here: Stage) -> None:
    owner, slug = await shop(here)
    form = {
        "items-name": ["Tea", "Cake"],
        "items-price": ["3,000", "5,000"],
        "items-currency": ["KRW", "KRW"],
    }
    more = await owner.ask("POST", f"/edit/{slug}/facts", data={**form, "more": "items"})
    assert more.status_code == 200 and "Not saved yet" in more.text
    assert more.text.count('name="items-name"') == 2 + 4 + 1  # typed, new, and the script's template
    dropped = await owner.ask("POST", f"/edit/{slug}/facts", data={**form, "drop": "items:0"})
    assert 'value="Cake"' in dropped.text and 'value="Tea"' not in dropped.text
    assert (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]["items"] == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"state-0": "open", "hours-0": "nine to late"}, "Write hours like"),
        ({"hours-0": "11:00-15:00, 14:00-18:00"}, "must not overlap"),
        ({"hours-0": "11:00-15:00", "last-0": "18:00"}, "within the opening hours"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone"),
        ({"exceptions-day": "date", "exceptions-date": "31 February"}, "Write a day like"),
        ({"items-name": "Tea", "items-price": "much"}, "Write a price like"),
        ({"items-name": "", "items-price": "3,000"}, "wrong"),
    ],
)
async def test_what_is_not_understood_comes_back_as_it_was_typed(
    here: Stage, form: dict[str, str], said: str
) -> None:
    owner, slug = await shop(here)
    answer = await filled(owner, slug, {"contacts-kind": "phone", "contacts-value": "02-1", **form})
    assert answer.status_code == 400 and said in answer.text
    assert 'value="02-1"' in answer.text
    assert (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]["contacts"] == []


async def test_a_form_that_is_older_than_the_facts_saves_nothing_until_it_is_told_again(here: Stage) -> None:
    owner, slug = await shop(here)
    page = (await owner.ask("GET", f"/edit/{slug}/facts")).text
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    found = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["found"]
    hidden = next(fact["key"] for fact in found if fact["value"].get("name") == "Kimbap")
    await filled(owner, slug, {"items-name": "Ramen", "items-price": "5,000", "items-currency": "KRW"})
    await pressed(owner, slug, "hide", hidden)
    form = {"contacts-kind": "phone", "contacts-value": "02-1", "seen": seen}
    answer = await owner.ask("POST", f"/edit/{slug}/facts", data=form)
    assert answer.status_code == 409 and "changed meanwhile" in answer.text and 'value="02-1"' in answer.text
    own = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]
    assert [one["name"] for one in own["items"]] == ["Ramen"] and own["contacts"] == []
    (form["seen"],) = re.findall(r'name="seen" value="(\w+)"', answer.text)
    assert (await owner.ask("POST", f"/edit/{slug}/facts", data=form)).status_code == 303
    own = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]
    assert own["items"] == [] and own["contacts"][0]["value"] == "02-1" and own["hidden"] == [hidden]


async def test_a_fact_is_hidden_and_told_again(here: Stage) -> None:
    owner, slug = await shop(here)
    found = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["found"]
    key = next(fact["key"] for fact in found if fact["value"].get("name") == "Ramen")
    visitor = await here.visitor()
    assert (await pressed(owner, slug, "hide", key)).headers["location"] == f"/edit/{slug}/facts#{key}"
    assert "is 5,000 won." not in await ask(visitor, slug, "How much is the ramen?")
    assert "hidden" in (await owner.ask("GET", f"/edit/{slug}/facts")).text
    assert (await pressed(owner, slug, "show", key)).status_code == 303
    assert "Ramen is 5,000 won." in await ask(visitor, slug, "How much is the ramen?")
    put = await owner.ask("PUT", f"/api/characters/{slug}/facts/{key}/hidden", json={"hidden": True})
    assert put.json()["hidden"] == [key]


async def test_a_found_fact_is_copied_into_the_form_beside_what_is_typed(here: Stage) -> None:
    owner, slug = await shop(here)
    found = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["found"]
    form: dict[str, Any] = {
        "hours-0": "10:00-12:00", "state-0": "open",
        "exceptions-day": "date", "exceptions-date": "12-31", "exceptions-around": "0",
    }  # fmt: skip
    for name, what, at in (("Ramen", "item", "items-name"), (None, "hours", "hours-1")):
        key = next(f["key"] for f in found if f["value"]["what"] == what and f["value"].get("name") == name)
        answer = await filled(owner, slug, {**form, "take": key})
        assert answer.status_code == 200 and "Not saved yet" in answer.text
        page = LexborHTMLParser(answer.text)
        (here_now,) = page.css("#facts > section [autofocus]")
        assert here_now.attributes["name"] == at
        form = sent(page)
    assert (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]["items"] == []
    assert (await owner.ask("POST", f"/edit/{slug}/facts", data=form)).status_code == 303
    own = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]
    assert [(item["name"], item["amount"]) for item in own["items"]] == [("Ramen", "5000")]
    assert [one["day"] for one in own["hours"]] == [0, 1, 2, 3, 4]
    assert own["hours"][0]["spans"] == [[600, 720]] and own["hours"][1]["spans"] == [[540, 1080]]
    assert own["exceptions"][0]["dates"]["month"] == 12


async def test_what_is_typed_stays_when_a_fact_is_hidden_or_gone(here: Stage) -> None:
    owner, slug = await shop(here)
    await filled(owner, slug, {"policies-key": "Pets", "policies-text": "Dogs may come.\r\nCats too."})
    found = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["found"]
    assert (await pressed(owner, slug, "hide", found[0]["key"])).status_code == 303, "nothing was typed"
    typed = {"hours-0": "10:00-12:00", "state-0": "open"}
    answer = await filled(owner, slug, {**typed, "hide": found[1]["key"]})
    assert answer.status_code == 200 and "Not saved yet" in answer.text
    assert 'value="10:00-12:00"' in answer.text
    own = (await owner.ask("GET", f"/api/characters/{slug}/facts")).json()["own"]
    assert own["hidden"] == [found[0]["key"], found[1]["key"]] and own["hours"] == []
    for button in ("hide", "show", "take"):
        answer = await filled(owner, slug, {**typed, button: "item-gone"})
        assert answer.status_code == 404 and 'value="10:00-12:00"' in answer.text


async def test_contradictions_are_shown_to_the_owner_and_both_told(here: Stage) -> None:
    owner, slug = await shop(here)
    character = await here.studio.characters.get(await here.studio.accounts.owner(), slug)
    source = await here.studio.knowledge.add_file(
        character.id, "new.csv", MENU.replace("5,000", "6,000").encode()
    )
    await here.studio.knowledge.wait(source.id, "words", seconds=20)
    page = (await owner.ask("GET", f"/edit/{slug}/facts")).text
    assert "Your documents do not agree" in page
    said = await ask(await here.visitor(), slug, "How much is the ramen?")
    assert "5,000 won" in said and "6,000 won" in said and "[2]" in said


async def test_the_whole_is_put_through_the_api(here: Stage) -> None:
    owner, slug = await shop(here)
    facts = {
        "hours": [{"day": 6, "spans": [[600, 900]]}],
        "exceptions": [
            {"holiday": {"key": "christmas"}},
            {"dates": {"month": 12, "day": 24}, "spans": [[600, 780]]},
        ],
    }
    put = await owner.ask("PUT", f"/api/characters/{slug}/facts", json=facts)
    assert put.status_code == 200, put.text
    visitor = await here.visitor()
    assert "closed" in await ask(visitor, slug, "Are you open on Christmas?")
    assert "10:00–13:00" in await ask(visitor, slug, "Are you open on Christmas Eve?")
    assert (
        await owner.ask("PUT", f"/api/characters/{slug}/facts", json={"exceptions": [{}]})
    ).status_code == 400
    assert (
        await owner.ask("PUT", f"/api/characters/{slug}/facts", json={"hours": [{"day": 9}]})
    ).status_code == 422


async def test_the_page_is_in_korean_too(here: Stage) -> None:
    owner, slug = await shop(here)
    page = await owner.ask("GET", f"/edit/{slug}/facts", headers={"accept-language": "ko"})
    for words in ("영업시간", "정보 저장", "문서에서 찾은 것", "메뉴와 상품"):
        assert words in page.text
    assert "Save the facts" not in page.text


def fact_of(value: Value, key: str = "k") -> Fact:
    return Fact(key=key, value=value, source_id="s", passage_id="p", start=0, end=1)


@pytest.mark.parametrize(
    ("value", "text", "korean"),
    [
        (Policy(key="(N)", text="contains nuts"), "(N) contains nuts", "(N) contains nuts"),
        (
            Policy(key="Peak season", text="Peak season is 15 July to 20 August."),
            "Peak season",
            "Peak season",
        ),
        (
            Policy(key="10부터 할인", text="단체 10명 이상 10% 할인"),
            "Discount: 단체 10명 이상 10% 할인",
            "할인: 단체 10명 이상 10% 할인",
        ),
        (
            Rule(state="open", dates=[Dates(month=1, day=12, year=2027)], opens=13 * 60),
            "2027-01-12 · 13:00–",
            "2027-01-12 · 13:00–",
        ),
        (Rule(state="open", dates=[Dates(month=12, day=24)], closes=900), "12-24 · –15:00", "12-24 · –15:00"),
        (Rule(state="closed", days=[0]), "Mon · closed", "월 · 휴무"),
        (Rule(state="closed", days=[1], nth=[2, 4]), "second, fourth Tue · closed", "둘째, 넷째 화 · 휴무"),
        (Rule(state="closed", dates=[Dates(month=12, day=31)]), "12-31 · closed", "12-31 · 휴무"),
        (Rule(state="closed", holidays=[Holiday(key="chuseok")]), "Chuseok · closed", "추석 · 휴무"),
        (Rule(state="break", spans=[(900, 1020)]), "break 15:00-17:00", "쉬는 시간 15:00-17:00"),
        (Rule(state="last_order", at=1230), "last order 20:30", "마지막 주문 20:30"),
        (
            Rule(state="last_entry", before=30),
            "last entry 30 minutes before closing",
            "마지막 입장 마감 30분 전",
        ),
        (Contact(kind="phone", value="02-555-0101"), "Phone: 02-555-0101", "전화: 02-555-0101"),
        (Contact(kind="address", value="1 Mill Lane"), "Address: 1 Mill Lane", "주소: 1 Mill Lane"),
    ],
)
def test_a_fact_is_said_in_a_few_words(value: Value, text: str, korean: str) -> None:
    assert said(fact_of(value), "en") == text
    assert said(fact_of(value), "ko") == korean


def test_what_the_owners_own_stands_in_place_of_says_so() -> None:
    week = fact_of(Rule(state="open", days=[0, 1], spans=[(540, 1080)]), "week")
    off = fact_of(Rule(state="closed", dates=[Dates(month=12, day=31)]), "off")
    feast = fact_of(Rule(state="closed", holidays=[Holiday(key="chuseok")]), "feast")
    unclear = fact_of(Rule(state="unclear"), "unclear")

    def told(own: OwnFacts) -> dict[str, tuple[str, bool]]:
        return {
            line.fact.key: (line.instead, line.off) for line in listed([week, off, feast, unclear], own, "en")
        }

    assert set(told(OwnFacts()).values()) == {("", False)}
    monday = OwnHours(day=0, spans=[(600, 720)])
    assert told(OwnFacts(hours=[monday]))["week"] == ("yours is told on Mon", False)
    every = told(OwnFacts(hours=[monday, OwnHours(day=1)]))
    assert every["week"] == ("yours is told instead", True) and every["off"] == ("", False)
    dated = told(OwnFacts(exceptions=[OwnException(dates=Dates(month=12, day=31))]))
    assert dated["off"] == ("yours is told instead", True) and dated["feast"] == ("", False)
    assert told(OwnFacts(exceptions=[OwnException(holiday=Holiday(key="chuseok"))]))["feast"][1]
    assert listed([week, unclear], OwnFacts(), "en")[0].fact is unclear
