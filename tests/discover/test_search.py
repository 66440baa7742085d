"""Finding a character by words and meaning, and narrowing by filters."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.discover.conftest import MAKER, VISITOR, Yard

from madang.discover.index.words import Words, asked, count
from madang.discover.types import Wanted


async def test_a_word_is_found_in_names_tags_lines_and_personas(yard: Yard) -> None:
    await yard.publish("Heron", persona="Watches the lighthouse.")
    await yard.publish("Otter", tags=["lighthouse"])
    await yard.publish("Lighthouse", tagline="Tall and patient.")
    await yard.publish("Mole")
    assert (await yard.names(text="lighthouse"))[0] == "Lighthouse", "a name counts most"
    assert set(await yard.names(text="lighthouse")) == {"Heron", "Otter", "Lighthouse"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("otte", "Otter"),
        ("OTTER", "Otter"),
        ("도서관", "별마루"),
        ("도서관에서", "별마루"),
        ("별", "별마루"),
        ("ｏｔｔｅｒ", "Otter"),
    ],
)
async def test_unfinished_words_particles_and_wide_letters(yard: Yard, query: str, found: str) -> None:
    await yard.publish("Otter", tagline="Swims on its back")
    await yard.publish("별마루", tagline="어린이 도서관을 지킵니다", language="ko")
    assert await yard.names(text=query) == [found]


async def test_common_words_do_not_decide(yard: Yard) -> None:
    await yard.publish("Baker", tagline="Bread for the whole street")
    await yard.publish("Teller", tagline="What is it that you would like to know of the sea")
    assert (await yard.names(text="what is the bread like"))[:1] == ["Baker"]
    assert asked("what is the bread")[0] == ["bread"]
    assert asked("what is it")[0] == ["what", "is", "it"], "nothing else was asked for"


async def test_every_filter_narrows(yard: Yard) -> None:
    await yard.publish("A", tags=["Sea", "calm"], kind="guide")
    await yard.publish("B", tags=["sea", "war"], language="ko")
    await yard.publish("C", tags=["calm"], kind="business")

    async def found(**more: object) -> set[str]:
        return set(await yard.names(**more))

    assert await found(any=("sea",)) == {"A", "B"}
    assert await found(all=("sea", "calm")) == {"A"}
    assert await found(none=("war",)) == {"A", "C"}
    assert await found(any=("sea", "calm"), none=("war",)) == {"A", "C"}
    assert await found(kind="business") == {"C"}
    assert await found(language="ko") == {"B"}
    assert await found(any=("nothing has this",)) == set()


async def test_a_change_is_found_and_what_was_said_before_is_not(yard: Yard) -> None:
    made = await yard.publish("Finch", tagline="Sings of barley")
    assert await yard.names(text="barley") == ["Finch"]
    await yard.characters.edit(MAKER, made.slug, made.draft.model_copy(update={"tagline": "Sings of rye"}))
    assert await yard.names(text="barley") == ["Finch"], "an edit waits for publication"
    await yard.characters.publish(MAKER, made.slug)
    assert await yard.names(text="barley") == []
    assert await yard.names(text="rye") == ["Finch"]


async def test_meaning_finds_what_shares_no_word(yard: Yard) -> None:
    """The fake embedder is near for shared pairs of letters: enough to see that vectors are asked."""
    await yard.publish("One", tags=["abcdefgh ijklmnop"], tagline="abcdefgh ijklmnop")
    await yard.publish("Two", tags=["qrstuvw xyz"], tagline="qrstuvw xyz")
    await yard.names()
    await _meant(yard)
    feed = await yard.discover.feed(VISITOR, Wanted("bcdefgh jklmnop"))
    assert [one.entry.name for one in feed.shown] == ["One"]


async def test_vectors_are_kept_and_forgotten_with_their_character(yard: Yard) -> None:
    from madang.discover import store
    from madang.discover.index.meaning import key_of

    made = await yard.publish("One", tagline="A line of its own", tags=["only here"])
    await yard.names()
    meaning = yard.discover.catalogue.meaning
    await _meant(yard)
    key = key_of("A line of its own")
    async with yard.database.read() as session:
        assert key in await store.vectors(session, "fake-embedder", [key])
    await yard.characters.unpublish(MAKER, made.slug)
    await yard.names()
    assert await meaning.prune(yard.discover.catalogue.shelf) >= 1
    async with yard.database.read() as session:
        assert await store.vectors(session, "fake-embedder", [key]) == {}


async def _meant(yard: Yard) -> None:
    """Waits until the worker behind has made every vector."""
    for _ in range(500):
        if yard.discover.catalogue.shelf.meant == len(yard.discover.catalogue.shelf.rows):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the vectors were not made")


async def test_pages_follow_one_another_without_a_gap(yard: Yard) -> None:
    for number in range(7):
        await yard.publish(f"N{number}", tagline="same")
    seen = [name for offset in (0, 3, 6) for name in await yard.names(limit=3, offset=offset, order="new")]
    assert seen == [f"N{number}" for number in reversed(range(7))]
    feed = await yard.discover.feed(VISITOR, Wanted(order="new"), limit=3, offset=6)
    assert (feed.total, feed.next) == (7, None)


async def test_the_index_made_anew_holds_the_same(yard: Yard) -> None:
    made = [await yard.publish(f"Bird {number}", tagline="of the marsh") for number in range(4)]
    await yard.names()
    await yard.characters.unpublish(MAKER, made[0].slug)
    before = set(await yard.names(text="marsh"))
    catalogue = yard.discover.catalogue
    old = catalogue.shelf
    catalogue._seen = made[-1].updated_at.replace(year=2999)  # as if a backup was restored
    assert set(await yard.names(text="marsh")) == before == {"Bird 1", "Bird 2", "Bird 3"}
    assert catalogue.shelf is not old


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_no_query_breaks_the_words(query: str) -> None:
    words = Words()
    words.add(0, count([("Otter 수달 -- 100%", 4), ("OR AND NOT * \" ' ( )", 1)]))
    scores, held = words.find(query)
    assert len(scores) == len(held) == 1
    assert 0 <= float(held[0]) <= 1.0001
