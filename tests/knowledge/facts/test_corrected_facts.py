"""A correction stands over typed facts however the question is worded, and no edit of them loses another."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from madang.knowledge.access import Knowledge
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.business import changed
from madang.knowledge.facts.types import Item, OwnFacts
from tests.knowledge.facts.shops import business

SATURDAY = datetime(2026, 11, 28, 14, 0, tzinfo=ZoneInfo("Asia/Seoul"))
WHO = "chr_a"
MENU = '메뉴,이름(영어),가격,비고\n소금빵,Salt bread,"3,500원",채식\n호밀빵,Rye bread,"5,000원",비건\n'
HOURS = "# Hours\n\n## Opening hours\nMon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed."
WRONG = "메뉴: 소금빵 · 이름(영어): Salt bread · 가격: 3,500원 · 비고: 채식"


async def read(knowledge: Knowledge, name: str, text: str) -> None:
    source = await knowledge.add_file(WHO, name, text.encode())
    await knowledge.wait(source.id, "words", seconds=60)


async def ask(knowledge: Knowledge, question: str, language: str = "en") -> Computed | None:
    return await knowledge.computed(WHO, question, [], moment=SATURDAY, language=language)


def told(found: Computed | None) -> str:
    return "" if found is None else " ".join([found.text, *(span.text for span in found.spans)])


async def test_a_corrected_price_stays_corrected_in_other_words_and_languages(knowledge: Knowledge) -> None:
    await read(knowledge, "menu.csv", MENU)
    assert "3,500" in told(await ask(knowledge, "How much is the salt bread?"))
    await knowledge.add_answer(WHO, "소금빵 얼마예요?", "소금빵은 4,000원입니다.", by="usr_me", never=[WRONG])
    for question in (
        "How much is the salt bread?",
        "소금빵 가격이 어떻게 되나요?",
        "What does salt bread cost?",
    ):
        said = told(await ask(knowledge, question))
        assert "4,000원" in said and "3,500" not in said, question
    assert "5,000" in told(await ask(knowledge, "How much is the rye bread?"))
    assert "3,500" not in told(await ask(knowledge, "What is under 6,000 won?"))
    assert "3,500" not in told(await ask(knowledge, "How much are two salt breads and one rye bread?"))
    assert "4,000" not in told(await ask(knowledge, "Is there anything vegetarian?"))


async def test_corrected_hours_stay_corrected_for_their_day_alone(knowledge: Knowledge) -> None:
    await read(knowledge, "hours.md", HOURS)
    wrong = "Mon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed."
    await knowledge.add_answer(
        WHO, "When do you close on Saturday?", "At noon on Saturdays.", by="usr_me", never=[wrong]
    )
    for question in ("Until when are you open on Saturday?", "토요일 몇 시에 닫아요?"):
        assert "noon" in told(await ask(knowledge, question)), question
    assert "18:00" in told(await ask(knowledge, "When do you close on Friday?"))


async def test_a_correction_to_say_nothing_is_kept(knowledge: Knowledge) -> None:
    await read(knowledge, "menu.csv", MENU)
    await knowledge.add_answer(WHO, "소금빵 얼마예요?", "", by="usr_me", never=[WRONG], declines=True)
    assert await ask(knowledge, "How much is the salt bread?") is None


async def test_what_the_owner_corrects_keeps_its_name_in_the_other_language(knowledge: Knowledge) -> None:
    await read(knowledge, "menu.csv", MENU)
    own = OwnFacts(items=[Item(name="소금빵", amount=Decimal(4000), currency="KRW")])
    await knowledge.facts.write(WHO, own, "ko")
    found = await ask(knowledge, "How much is the salt bread?")
    assert found is not None and found.text == "Salt bread is 4,000 won."
    assert (await knowledge.facts.written(WHO)).items[0].others == []


async def test_hiding_and_saving_at_the_same_moment_lose_neither(knowledge: Knowledge) -> None:
    await read(knowledge, "menu.csv", MENU)
    keys = [fact.key for fact in (await knowledge.facts.business(WHO)).every]

    def hides(key: str) -> asyncio.Task[object]:
        return asyncio.ensure_future(
            knowledge.facts.change(
                WHO, lambda own: own.model_copy(update={"hidden": [*own.hidden, key]}), "en"
            )
        )

    def fills(country: str) -> asyncio.Task[object]:
        return asyncio.ensure_future(
            knowledge.facts.change(WHO, lambda own: own.model_copy(update={"country": country}), "en")
        )

    await asyncio.gather(hides(keys[0]), fills("KR"), hides(keys[1]))
    written = await knowledge.facts.written(WHO)
    assert set(written.hidden) == set(keys[:2]) and written.country == "KR"


def test_what_the_owner_wrote_over_a_price_is_known_by_its_place() -> None:
    own = OwnFacts(items=[Item(name="Mug painting", amount=Decimal(28), currency="GBP")])
    shop = business({"p.csv": "Class,Price\nMug painting,£25\nBowl painting,£30\n"}, own)
    ((there, here),) = changed(shop)
    assert "£25" in there.text and "28" in here.text
    same = OwnFacts(items=[Item(name="Mug painting", amount=Decimal(25), currency="GBP")])
    assert changed(business({"p.csv": "Class,Price\nMug painting,£25\n"}, same)) == []
