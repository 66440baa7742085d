"""Facts of a character: read from its sources, replaced with them, and overruled by its owner."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from madang.kernel.errors import BadInput
from madang.knowledge.access import Knowledge
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.types import Contact, Item, OwnFacts, OwnHours, Policy
from madang.knowledge.types import Source

SATURDAY = datetime(2026, 11, 28, 14, 0, tzinfo=ZoneInfo("Asia/Seoul"))
HOURS = "# Hours\n\n## Opening hours\nMon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed."
MENU = 'Dish,Price\nKimbap,"4,000 won"\nRamen,"5,000 won"\n'
PAGE = """<html><head><title>Mill</title><script type="application/ld+json">{"@context": "https://schema.org",
"@graph": [{"@type": "CafeOrCoffeeShop", "name": "Mill", "telephone": "02-555-0101",
"openingHoursSpecification": [{"dayOfWeek": ["Monday", "Tuesday"], "opens": "08:00", "closes": "16:00"}],
"hasMenu": {"@type": "Menu", "hasMenuItem": [{"@type": "MenuItem", "name": "Flat white",
"offers": {"@type": "Offer", "price": "4.50", "priceCurrency": "USD"}}]}}]}</script></head>
<body><h1>Mill</h1><p>We grind flour and coffee.</p></body></html>"""


async def add(knowledge: Knowledge, name: str, text: str, character: str = "chr_a") -> Source:
    source = await knowledge.add_file(character, name, text.encode())
    return await knowledge.wait(source.id, "words", seconds=60)


async def ask(
    knowledge: Knowledge, question: str, character: str = "chr_a", language: str = "en"
) -> Computed | None:
    return await knowledge.computed(character, question, [], moment=SATURDAY, language=language)


async def test_an_answer_quotes_the_place_it_was_computed_from(knowledge: Knowledge) -> None:
    source = await add(knowledge, "hours.md", HOURS)
    found = await ask(knowledge, "Are you open on Sunday?")
    assert found is not None and found.text.startswith("No, we are closed")
    (span,) = found.spans
    passage = await knowledge.passage("chr_a", span.passage.id)
    assert passage.source_id == source.id
    assert (
        passage.text[span.start : span.end] == span.text == "Mon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed."
    )


async def test_the_data_of_a_page_is_quoted_from_lines_of_its_own(knowledge: Knowledge) -> None:
    await add(knowledge, "page.html", PAGE)
    price = await ask(knowledge, "How much is the flat white?")
    phone = await ask(knowledge, "What is your phone number?")
    opens = await ask(knowledge, "When do you open on Monday?")
    assert price is not None and "$4.50" in price.text and price.spans[0].text == "Flat white · 4.50 USD"
    assert phone is not None and "02-555-0101" in phone.text
    assert opens is not None and "08:00" in opens.text
    assert all(span.passage.place == "data" for span in (*price.spans, *phone.spans, *opens.spans))


async def test_reading_again_replaces_the_facts_of_that_source_only(knowledge: Knowledge) -> None:
    await add(knowledge, "hours.md", HOURS)
    await add(knowledge, "menu.csv", MENU)
    before = await ask(knowledge, "How much is the ramen?")
    await add(knowledge, "menu.csv", MENU.replace("5,000", "6,000").replace("Kimbap", "Mandu"))
    after = await ask(knowledge, "How much is the ramen?")
    assert before is not None and "5,000 won" in before.text
    assert after is not None and "6,000 won" in after.text
    assert await ask(knowledge, "How much is the kimbap?") is None
    sunday = await ask(knowledge, "Are you open on Sunday?")
    assert sunday is not None and "closed" in sunday.text


async def test_a_source_that_is_removed_takes_its_facts_along(knowledge: Knowledge) -> None:
    source = await add(knowledge, "menu.csv", MENU)
    assert await ask(knowledge, "How much is the ramen?") is not None
    await knowledge.remove(source.id)
    assert await ask(knowledge, "How much is the ramen?") is None


async def test_what_the_owner_writes_wins_survives_and_is_cited(knowledge: Knowledge) -> None:
    await add(knowledge, "menu.csv", MENU)
    await add(knowledge, "hours.md", HOURS)
    own = OwnFacts(
        items=[Item(name="Ramen", amount=Decimal(5500), currency="KRW")],
        hours=[OwnHours(day=6, spans=[(600, 900)], last_order=840)],
        contacts=[Contact(kind="phone", value="02-111-2222")],
        policies=[Policy(key="Refunds", text="Within a week.\nWith the receipt.")],
    )
    source = await knowledge.facts.write("chr_a", own, "en")
    assert source is not None and source.origin == "facts"
    await add(knowledge, "menu.csv", MENU.replace("5,000", "9,000"))
    ramen, sunday = (
        await ask(knowledge, "How much is the ramen?"),
        await ask(knowledge, "Are you open on Sunday?"),
    )
    assert ramen is not None and "5,500 won" in ramen.text and ramen.spans[0].text == "Ramen · 5,500 KRW"
    assert sunday is not None and "10:00–15:00" in sunday.text
    assert sunday.spans[0].text == "Sunday: 10:00–15:00 (last order 14:00)"
    passage = await knowledge.passage("chr_a", ramen.spans[0].passage.id)
    assert passage.title == "Facts from the house" and passage.source_id == source.id
    saturday = await ask(knowledge, "Are you open on Saturday?")
    assert saturday is not None and "10:00–15:00" in saturday.text  # the document's own day stays
    found = await knowledge.retrieve("chr_a", "refunds receipt")
    assert found[0].passage.text == "Within a week. With the receipt."


async def test_reading_the_owner_s_facts_again_keeps_them(knowledge: Knowledge) -> None:
    own = OwnFacts(contacts=[Contact(kind="phone", value="02-111-2222")])
    source = await knowledge.facts.write("chr_a", own, "ko")
    assert source is not None
    await knowledge.refresh(source.id)
    await knowledge.wait(source.id, "words", seconds=60)
    found = await ask(knowledge, "전화번호 알려주세요", language="ko")
    assert found is not None and "02-111-2222" in found.text
    assert await knowledge.facts.written("chr_a") == own


async def test_a_copy_of_a_character_takes_its_facts(knowledge: Knowledge) -> None:
    own = OwnFacts(contacts=[Contact(kind="phone", value="02-111-2222")], time_zone="Europe/Paris")
    source = await knowledge.facts.write("chr_a", own, "en")
    assert source is not None
    copied = await knowledge.copy(source.id, "chr_b")
    await knowledge.wait(copied.id, "words", seconds=60)
    assert await knowledge.facts.written("chr_b") == own


async def test_a_hidden_fact_is_not_told_and_stays_hidden(knowledge: Knowledge) -> None:
    await add(knowledge, "menu.csv", MENU)
    business = await knowledge.facts.business("chr_a")
    ramen = next(fact for fact, item in business.items() if item.name == "Ramen")
    await knowledge.facts.write("chr_a", OwnFacts(hidden=[ramen.key]), "en")
    assert await ask(knowledge, "How much is the ramen?") is None
    await add(knowledge, "menu.csv", MENU.replace("5,000", "7,000"))
    assert await ask(knowledge, "How much is the ramen?") is None
    await knowledge.facts.write("chr_a", OwnFacts(), "en")
    assert await ask(knowledge, "How much is the ramen?") is not None
    assert [source.origin for source in await knowledge.sources("chr_a")] == ["menu.csv"]


async def test_sources_that_differ_are_both_told(knowledge: Knowledge) -> None:
    await add(knowledge, "menu.csv", MENU)
    await add(knowledge, "new.csv", MENU.replace("5,000", "6,000"))
    found = await ask(knowledge, "How much is the ramen?")
    assert found is not None and found.differ
    assert "5,000 won" in found.text and "6,000 won" in found.text
    assert {span.passage.title for span in found.spans} == {"menu", "new"}
    (conflict,) = await knowledge.facts.conflicts("chr_a")
    assert (conflict.about, conflict.name, len(conflict.facts)) == ("item", "Ramen", 2)


async def test_the_business_s_own_time_zone_counts(knowledge: Knowledge) -> None:
    await add(knowledge, "hours.md", HOURS)
    here = await ask(knowledge, "Are you open now?")
    assert here is not None and "No" in here.text  # the studio of this test is in UTC: 5 in the morning
    await knowledge.facts.write("chr_a", OwnFacts(time_zone="Asia/Seoul"), "en")
    there = await ask(knowledge, "Are you open now?")
    assert there is not None and there.text == "Yes, we are open now, until 15:00."


async def test_nothing_of_another_character_is_told(knowledge: Knowledge) -> None:
    await add(knowledge, "menu.csv", MENU)
    await knowledge.facts.write(
        "chr_a", OwnFacts(contacts=[Contact(kind="phone", value="02-111-2222")]), "en"
    )
    for question in ("How much is the ramen?", "What is your phone number?", "How much is it?"):
        assert await ask(knowledge, question, "chr_b") is None


async def test_forgetting_a_character_forgets_its_facts(knowledge: Knowledge) -> None:
    await add(knowledge, "menu.csv", MENU)
    await knowledge.facts.write(
        "chr_a", OwnFacts(contacts=[Contact(kind="phone", value="02-111-2222")]), "en"
    )
    await knowledge.forget("chr_a")
    assert await knowledge.facts.written("chr_a") == OwnFacts()
    assert (await knowledge.facts.business("chr_a")).every == ()


@pytest.mark.parametrize(
    "facts",
    [
        OwnFacts(time_zone="Mars/Olympus"),
        OwnFacts(time_zone="../../etc/passwd"),
        OwnFacts(country="Korea"[:2]),
        OwnFacts(hours=[OwnHours(day=0, spans=[(600, 540)])]),
        OwnFacts(hours=[OwnHours(day=0, spans=[(600, 900), (840, 1000)])]),
        OwnFacts(hours=[OwnHours(day=0, spans=[(600, 900)], last_order=1000)]),
        OwnFacts(hours=[OwnHours(day=0), OwnHours(day=0)]),
        OwnFacts(items=[Item(name=" ", amount=Decimal(1))]),
        OwnFacts(items=[Item(name="Tea", currency="won")]),
    ],
)
async def test_what_means_nothing_is_refused(knowledge: Knowledge, facts: OwnFacts) -> None:
    with pytest.raises(BadInput):
        await knowledge.facts.write("chr_a", facts, "en")
    assert await knowledge.sources("chr_a") == []
