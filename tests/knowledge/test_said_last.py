"""What was said last in a conversation leads what is found for the next question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from madang.knowledge import retrieve
from madang.knowledge.access import Knowledge
from madang.models.types import Vectors
from tests.fakes.models import FakeEmbedder, FakeModels


class Near(FakeEmbedder):
    """What speaks of the boat is near what is said of the harbour; the question is nearer to the hall."""

    dimensions = 2

    def __init__(self) -> None:
        super().__init__()
        self.computed: list[str] = []

    async def query(self, text: str) -> Vectors:
        self.computed.append(text)
        return np.array([1.0, 0.0] if "harbour" in text else [0.65, 0.76], np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        places = {"boat": [1.0, 0.0], "hall": [0.0, 1.0]}
        return np.array(
            [next((place for word, place in places.items() if word in text), [-0.7, -0.7]) for text in texts],
            np.float32,
        )


async def test_passages_near_it_come_first(knowledge: Knowledge, models: FakeModels) -> None:
    models.embed = Near()
    for title, text in (
        ("Hall", "The deposit of the hall is £80."),
        ("Boat", "The deposit of the boat is £50."),
        ("Garden", "There is a garden."),
        ("Bench", "There is a bench."),
    ):
        source = await knowledge.add_text("chr_a", title, text)
        await knowledge.wait(source.id, "ready", seconds=60)
    question = "How high is the deposit?"
    told = await knowledge.evidence("chr_a", question, said="Our fleet lies in the harbour.")
    assert "boat" in told.found[0].passage.text
    other = await knowledge.evidence("chr_a", question)
    assert "hall" in other.found[0].passage.text


async def test_it_is_computed_once_for_all_readings_of_a_follow_up(
    knowledge: Knowledge, models: FakeModels
) -> None:
    models.embed = near = Near()
    source = await knowledge.add_text("chr_a", "Boat", "The deposit of the boat is £50.")
    await knowledge.wait(source.id, "ready", seconds=60)
    said = "Our fleet lies in the harbour."
    for question in ("How high is it?", "How high is the deposit?", "How high is the harbour?"):
        await knowledge.evidence("chr_a", question, said=said)
    assert near.computed.count(said) == 1


async def test_in_a_large_source_the_text_in_which_it_stands_is_gone_on_with(
    knowledge: Knowledge, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.embed = Near()
    for name, text in (
        ("hall.md", "# Rooms\n\nWe let the hall.\n\n# Money\n\nHow high is the deposit of the hall? £80."),
        ("boat.md", "# Fleet\n\nWe let a boat.\n\n# Money\n\nHow high is the deposit? £50."),
        ("garden.md", "There is a garden."),
        ("bench.md", "There is a bench."),
    ):
        source = await knowledge.add_file("chr_a", name, text.encode())
        await knowledge.wait(source.id, "ready", seconds=60)
    question, said = "How high is the deposit?", "Our fleet lies in the harbour."

    async def scores() -> dict[str, float]:
        evidence = await knowledge.evidence("chr_a", question, said=said)
        return {one.passage.text: one.score for one in evidence.found}

    small = await scores()
    monkeypatch.setattr(retrieve, "MANY", 7)
    assert await scores() == small
    monkeypatch.setattr(retrieve, "MANY", 6)
    more = {text: score - small[text] for text, score in (await scores()).items()}
    staying = ("We let a boat.", "How high is the deposit? £50.")
    assert more == pytest.approx({text: retrieve.STAYING * (text in staying) for text in small})
