"""What is asked for is there only where the thing itself is, not half of its name or a note beside it."""

from __future__ import annotations

from madang.knowledge.access import Knowledge
from madang.knowledge.answerable import Answerable
from madang.knowledge.evidence import UNTOUCHED, Weigher

PRICES = "Cut,Price,Notes\nLong cut,£30,Shampoo included\nShort cut,£20,\nHair wax,£9,\n".encode()
SURE = Answerable({"words": {"bias": 3.0}, "vectors": {"bias": 3.0}})


async def test_a_note_beside_another_thing_sells_nothing(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "prices.csv", PRICES)
    await knowledge.wait(source.id, "ready", seconds=60)
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    assert (await weigher.evidence("chr_a", "Do you sell shampoo?")).answerable == UNTOUCHED
    assert (await weigher.evidence("chr_a", "Do you sell hair wax?")).answerable > UNTOUCHED
    assert (await weigher.evidence("chr_a", "Is shampoo included?")).answerable > UNTOUCHED


async def test_what_a_compound_begins_with_counts(knowledge: Knowledge) -> None:
    source = await knowledge.add_text("chr_a", "가격", "긴 머리 커트는 30,000원입니다.")
    await knowledge.wait(source.id, "ready", seconds=60)
    told = await knowledge.explained("chr_a", "붙임머리도 하나요?")
    assert told.unknown == ["붙임머리"]
    assert not (await knowledge.explained("chr_a", "긴머리도 하나요?")).unknown
    weigher = Weigher(knowledge.weigher.retriever, SURE)
    assert (await weigher.evidence("chr_a", "붙임머리도 하나요?")).answerable == UNTOUCHED
    assert (await weigher.evidence("chr_a", "긴머리도 하나요?")).answerable > UNTOUCHED
