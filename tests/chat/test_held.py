"""A follow-up's passage has to hold what is asked now, but where the estimate has seen follow-ups."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from madang.chat.seek import seek
from madang.knowledge.types import Evidence
from madang.models.types import Message
from tests.fakes.rooms import FakeKnowledge

HISTORY = [Message("user", "How much is the boat tour?"), Message("assistant", "> The boat tour is £20. [1]")]


class Sure(FakeKnowledge):
    def __init__(self, by: str) -> None:
        super().__init__()
        self._by = by

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        found = await super().evidence(character_id, question, history, said)
        return found.model_copy(update={"by": self._by, "answerable": 0.95})


@pytest.mark.parametrize(
    ("by", "answered"),
    [("read", False), ("many_ko", False), ("vectors", False), ("many_en", True), ("explained_en", True)],
)
async def test_only_there_other_words_will_do(by: str, answered: bool) -> None:
    knowledge = Sure(by)
    knowledge.add("chr", "Tours", "The boat tour takes an hour.")
    sought = await seek(knowledge, "chr", "Is it good for toddlers?", HISTORY, own=True)
    assert sought.parts[0].standing.moved and sought.answered is answered


@pytest.mark.parametrize("by", ["read", "many_en"])
async def test_the_same_words_always_do(by: str) -> None:
    knowledge = Sure(by)
    knowledge.add("chr", "Tours", "The boat tour is good for toddlers.")
    assert (await seek(knowledge, "chr", "Is it good for toddlers?", HISTORY, own=True)).answered


async def test_a_row_that_names_what_is_new_answers_for_what_was_spoken_of(knowledge: FakeKnowledge) -> None:
    row = "Per item: Folding chair, white · Weekend: 2.20 · Weekend, account holders: 1.90"
    knowledge.add("chr", "Hire", row)
    spoken = [
        Message("user", "60 white folding chairs for a Saturday wedding, total?"),
        Message("assistant", "?"),
    ]
    knowledge.answerable = 0.9
    assert (await seek(knowledge, "chr", "with an account?", spoken, own=True)).answered
    assert not (await seek(knowledge, "chr", "with a delivery?", spoken, own=True)).answered
