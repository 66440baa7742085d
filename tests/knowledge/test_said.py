"""What the gallery may read of a character's sources, and how it learns that they changed."""

from __future__ import annotations

from madang.knowledge.access import Knowledge


async def test_the_first_passages_of_every_source_come_first_and_changes_count(knowledge: Knowledge) -> None:
    assert await knowledge.versions() == {}
    long = "\n\n".join(f"## Part {number}\n\n{'Roses are sold here. ' * 60}" for number in range(4))
    first = await knowledge.add_text("chr_a", "Flowers", long)
    second = await knowledge.add_text("chr_a", "Hours", "We are open from nine to six.")
    other = await knowledge.add_text("chr_b", "Elsewhere", "Nothing of this is chr_a's.")
    for source in (first, second, other):
        await knowledge.wait(source.id, "ready", seconds=30)
    before = await knowledge.versions()
    assert set(before) == {"chr_a", "chr_b"}
    said = await knowledge.said("chr_a", 2)
    assert {head.split()[0] for head, _ in said} == {"Flowers", "Hours"}
    assert len(await knowledge.said("chr_a", 100)) > 2
    assert "Elsewhere" not in str(await knowledge.said("chr_a", 100))
    await knowledge.remove(first.id)
    after = await knowledge.versions()
    assert after["chr_a"] > before["chr_a"] and after["chr_b"] == before["chr_b"]
    assert [head for head, _ in await knowledge.said("chr_a", 100)] == ["Hours"]
