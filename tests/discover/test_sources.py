"""A business is found by what its sources say, and by nothing that visitors may not ask it."""

from __future__ import annotations

import pytest
from tests.discover.conftest import GROWN, MAKER, OWNER, VISITOR, Past, Yard
from tests.web.stage import WordsAlone

from madang.discover.access import Discover
from madang.discover.index.sources import MOST, Said, telling

SHOP: Said = [
    ("About us Opening hours", "We are open from 9 to 18. Tulips and peonies every morning."),
    ("About us Prices", "A bouquet costs 30,000 won."),
]
SHOP_KO: Said = [("안내 가격", "꽃집에서 튤립 다발을 12,000원에 팝니다.")]


class Shelves:
    """What characters know, as `knowledge` says it."""

    def __init__(self) -> None:
        self.held: dict[str, Said] = {}
        self.counted: dict[str, int] = {}
        self.asked: list[str] = []
        self.broken = False

    def put(self, character_id: str, said: Said) -> None:
        self.held[character_id] = said
        self.counted[character_id] = self.counted.get(character_id, 0) + 1

    async def versions(self) -> dict[str, int]:
        return dict(self.counted)

    async def said(self, character_id: str, most: int) -> Said:
        self.asked.append(character_id)
        if self.broken:
            raise OSError("the disk is away")
        return self.held[character_id][:most]


@pytest.fixture
def shelves(yard: Yard) -> Shelves:
    shelves = Shelves()
    yard.discover = Discover(
        yard.database, yard.characters, Past(), WordsAlone(), knowledge=shelves, settle=0.0
    )
    return shelves


async def test_a_flower_shop_is_found_by_its_tulips(yard: Yard, shelves: Shelves) -> None:
    mina = await yard.publish("Mina", kind="business")
    await yard.publish("Bora", kind="business")
    assert await yard.names(text="tulips") == []
    shelves.put(mina.id, [*SHOP, *SHOP_KO])
    for query in ("tulips", "tulip", "peonies", "bouquets", "튤립", "꽃집", "꽃집에서"):
        assert await yard.names(text=query) == ["Mina"], query


async def test_what_it_says_of_itself_counts_more(yard: Yard, shelves: Shelves) -> None:
    knows = await yard.publish("Knows", kind="business")
    shelves.put(knows.id, SHOP)
    await yard.publish("Is", kind="business", tags=["tulips"])
    await yard.publish("Neither", kind="business")
    assert await yard.names(text="tulips") == ["Is", "Knows"]


async def test_what_is_forgotten_finds_it_no_more(yard: Yard, shelves: Shelves) -> None:
    mina = await yard.publish("Mina", kind="business")
    shelves.put(mina.id, SHOP)
    assert await yard.names(text="peonies") == ["Mina"]
    shelves.put(mina.id, [("About us", "We moved to cactuses.")])
    assert await yard.names(text="peonies") == []
    assert await yard.names(text="cactuses") == ["Mina"]
    del shelves.counted[mina.id], shelves.held[mina.id]
    assert await yard.names(text="cactuses") == []
    assert await yard.names(text="mina") == ["Mina"]


async def test_only_a_published_business_or_guide_is(yard: Yard, shelves: Shelves) -> None:
    made = {
        "Hidden": await yard.publish("Hidden", kind="business"),
        "Unlisted": await yard.publish("Unlisted", kind="business", visibility="unlisted"),
        "Persona": await yard.publish("Persona", kind="character"),
        "Rated": await yard.publish("Rated", kind="business", rating="adult"),
        "Guide": await yard.publish("Guide", kind="guide"),
    }
    for one in made.values():
        shelves.put(one.id, SHOP)
    await yard.characters.hide(OWNER, made["Hidden"].slug, "why")
    assert await yard.names(text="tulips") == ["Guide"]
    assert set(await yard.names(GROWN, text="tulips")) == {"Guide", "Rated"}
    assert made["Unlisted"].id not in shelves.asked
    await yard.characters.set_visibility(MAKER, made["Guide"].slug, "private")
    assert await yard.names(VISITOR, text="tulips") == []
    await yard.characters.set_visibility(MAKER, made["Guide"].slug, "public")
    assert await yard.names(VISITOR, text="tulips") == ["Guide"], "and found again, by its sources too"


async def test_a_look_that_failed_is_made_up_for(yard: Yard, shelves: Shelves) -> None:
    mina = await yard.publish("Mina", kind="business")
    assert await yard.names() == ["Mina"]
    shelves.broken = True
    shelves.put(mina.id, SHOP)
    assert await yard.names(text="tulips") == []
    shelves.broken = False
    assert await yard.names(text="tulips") == ["Mina"]


def test_telling_words_are_few_and_those_of_headings_first() -> None:
    long: Said = [("Peonies", " ".join(f"word{number}x word{number}x" for number in range(3 * MOST)))]
    found = telling([*long, ("Tulips 2026", "and the 30,000")])
    assert found[:2] == ["peonies", "peonie"] and "tulips" in found
    assert len(found) <= MOST + 1
    assert not {"the", "and", "30000", "2026"} & set(found)
