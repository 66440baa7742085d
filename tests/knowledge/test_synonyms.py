"""What an owner says means the same is found, quoted and answered as the words of the sources are."""

from __future__ import annotations

import pytest

from madang.kernel.errors import BadInput
from madang.knowledge.access import Knowledge

WHO = "chr_a"
MENU = """# Menu

Tteokbokki with fish cakes costs 6,500 won.

Barley tea is free with every dish.

# Room

The back room seats twelve and is booked by phone.
"""
KOREAN = """# 안내

단체석은 열두 명까지 앉을 수 있습니다.

보리차는 무료입니다.
"""


async def _learn(knowledge: Knowledge, text: str, title: str = "House") -> None:
    source = await knowledge.add_text(WHO, title, text)
    await knowledge.wait(source.id, "ready", seconds=60)


async def test_a_word_of_the_owner_finds_what_the_source_says(knowledge: Knowledge) -> None:
    await _learn(knowledge, MENU)
    before = await knowledge.evidence(WHO, "How much are the spicy rolls?")
    await knowledge.set_synonyms(WHO, [["spicy rolls", "tteokbokki"]])
    after = await knowledge.evidence(WHO, "How much are the spicy rolls?")
    assert after.answerable > before.answerable
    assert "6,500" in after.spans[0].text


async def test_it_counts_for_words_that_the_source_has_too(knowledge: Knowledge) -> None:
    await _learn(knowledge, MENU)
    await knowledge.set_synonyms(WHO, [["lounge", "back room"], ["tea", "house drink"]])
    evidence = await knowledge.evidence(WHO, "Is the house drink free?")
    assert "Barley tea is free" in evidence.spans[0].text
    evidence = await knowledge.evidence(WHO, "How many people does the lounge seat?")
    assert "seats twelve" in evidence.spans[0].text


async def test_in_korean_with_particles(knowledge: Knowledge) -> None:
    await _learn(knowledge, KOREAN, "안내")
    await knowledge.set_synonyms(WHO, [["모임방", "단체석"]])
    evidence = await knowledge.evidence(WHO, "모임방은 몇 명까지 앉나요?")
    assert "열두 명" in evidence.spans[0].text


async def test_another_character_has_its_own(knowledge: Knowledge) -> None:
    await knowledge.set_synonyms(WHO, [["a lot", "plenty"]])
    assert await knowledge.synonyms("chr_b") == []
    await knowledge.set_synonyms("chr_b", [["lift", "elevator"]])
    await knowledge.forget(WHO)
    assert await knowledge.synonyms(WHO) == []
    assert await knowledge.synonyms("chr_b") == [["lift", "elevator"]]


async def test_what_is_kept_is_clean(knowledge: Knowledge) -> None:
    kept = await knowledge.set_synonyms(
        WHO, [["  lift ", "Lift", "elevator\n", ""], [], ["", "!?"], ["엘리베이터", "승강기"]]
    )
    assert kept == [["lift", "elevator"], ["엘리베이터", "승강기"]]
    assert await knowledge.synonyms(WHO) == kept
    assert await knowledge.set_synonyms(WHO, []) == []
    assert await knowledge.synonyms(WHO) == []


@pytest.mark.parametrize(
    "groups",
    [
        [["alone"]],
        [["x" * 61, "y"]],
        [[f"word{number}" for number in range(13)]],
        [[f"a{number}", f"b{number}"] for number in range(201)],
    ],
)
async def test_too_much_is_refused_and_nothing_is_lost(knowledge: Knowledge, groups: list[list[str]]) -> None:
    await knowledge.set_synonyms(WHO, [["lift", "elevator"]])
    with pytest.raises(BadInput):
        await knowledge.set_synonyms(WHO, groups)
    assert await knowledge.synonyms(WHO) == [["lift", "elevator"]]
