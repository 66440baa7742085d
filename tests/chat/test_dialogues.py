"""Conversations with written sources, the real embedder and no model: what is decided, and what is quoted."""

from __future__ import annotations

from collections import Counter

import pytest

from madang.kernel.settings import Settings
from tests.chat.dialogue import HERE, Judged, dialogues, judged, world

RIGHT, TOLD = 214, 204
"""Of the messages that something is wanted of: least that are decided right, and least that are told right as
well. Raise them when more are. At most 1 in 14 wrong answers it was 218 and 211; at 1 in 20, the usual limit
with few passages, what is declined more is shown as the nearest."""


@pytest.mark.weights
async def test_conversations_go_as_they_should(settings: Settings) -> None:
    every = dialogues()
    found: list[Judged] = []
    async with world(settings, every) as here:
        for dialogue in every:
            found += await judged(here, dialogue)
    wrong = [one.about for one in found if not one.told]
    print(
        f"{sum(one.right for one in found)} decided and {len(found) - len(wrong)} told right of {len(found)}"
    )
    print(*wrong, sep="\n")
    assert sum(one.right for one in found) >= RIGHT, wrong
    assert len(found) - len(wrong) >= TOLD, wrong


def test_the_conversations_are_many_and_of_every_kind() -> None:
    every = dialogues()
    assert len(every) >= 60
    korean = [one for one in every if one.sources[0].endswith("_ko")]
    assert len(korean) >= 20
    decisions = Counter(line.decisions[0] for one in every for line in one.lines if line.decisions)
    assert decisions["answer"] >= 100
    assert min(decisions["clarify"], decisions["decline"]) >= 15
    for one in every:
        assert all((HERE / "dialogues" / f"{name}.md").is_file() for name in one.sources)
        assert all(set(line.decisions) <= {"answer", "partial", "clarify", "decline"} for line in one.lines)
