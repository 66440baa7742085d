"""Where two sources say the same, one passage is found, and the newer one counts."""

from __future__ import annotations

from madang.knowledge.access import Knowledge

WHO = "chr_a"
OLD = "# Parcels\n\nSending a parcel inside the country costs 4,000 won and takes three days on most roads."
NEW = "# Parcels\n\nSending a parcel inside the country costs 5,500 won and takes three days on most roads."
OTHER = "# Parcels abroad\n\nA parcel to Japan costs 21,000 won. Ask at the desk about other countries."


async def _learn(knowledge: Knowledge, title: str, text: str) -> str:
    source = await knowledge.add_text(WHO, title, text)
    await knowledge.wait(source.id, "ready", seconds=60)
    return source.id


async def test_the_newer_of_two_prices_is_quoted_alone(knowledge: Knowledge) -> None:
    await _learn(knowledge, "Parcels in spring", OLD)
    new = await _learn(knowledge, "Parcels in autumn", NEW)
    await _learn(knowledge, "Abroad", OTHER)
    found = await knowledge.retrieve(WHO, "How much does a parcel inside the country cost?")
    assert [item.passage.source_id for item in found].count(new) == 1
    assert not any("4,000" in item.passage.text for item in found)
    assert any("21,000" in item.passage.text for item in found), "what says something else stays"
    evidence = await knowledge.evidence(WHO, "How much does a parcel inside the country cost?")
    assert "5,500" in evidence.spans[0].text


async def test_reading_the_old_one_again_makes_it_the_newer(knowledge: Knowledge) -> None:
    old = await _learn(knowledge, "Parcels in spring", OLD)
    await _learn(knowledge, "Parcels in autumn", NEW)
    await knowledge.refresh(old)
    await knowledge.wait(old, "ready", seconds=60)
    found = await knowledge.retrieve(WHO, "How much does a parcel inside the country cost?")
    assert "4,000" in found[0].passage.text
    assert not any("5,500" in item.passage.text for item in found)


async def test_rows_of_one_table_are_no_duplicates(knowledge: Knowledge) -> None:
    rows = "\n".join(
        f"- Standard room number {number} for two costs {number}0,000 won a night." for number in range(3, 6)
    )
    await _learn(knowledge, "Rooms", f"# Rooms\n\n{rows}")
    evidence = await knowledge.evidence(WHO, "How much is standard room number 4?")
    assert any("40,000" in span.text for span in evidence.spans)
