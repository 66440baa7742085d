"""What the reader says decides between sentences that hold the same words; without one, words decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from madang.kernel.errors import ModelFailed
from madang.knowledge import answerable, evidence
from madang.knowledge.access import Knowledge
from madang.knowledge.reading import READ, read
from madang.knowledge.spans import Unit
from madang.knowledge.types import Passage
from madang.models.types import Candidate
from tests.fakes.models import FakeEmbedder, FakeModels
from tests.knowledge.asking import asking

TEXT = "The deposit for a boat is £50. The deposit for a boat is returned on the same day."


class Reader(FakeEmbedder):
    """Sure of sentences that hold a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word, self.seen = word, list[Candidate]()

    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        self.seen = list(candidates)
        return np.array([6.0 if self.word in one.text else -6.0 for one in candidates], np.float32)


class Broken(FakeEmbedder):
    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        raise ModelFailed("The model was unloaded.")


@pytest.fixture
async def taught(knowledge: Knowledge) -> Knowledge:
    source = await knowledge.add_text("chr_a", "Boats", TEXT)
    await knowledge.wait(source.id, "ready", seconds=60)
    return knowledge


@pytest.mark.parametrize(("word", "start"), [("£50", 0), ("returned", TEXT.index(". ") + 2)])
async def test_the_surest_sentence_is_quoted(
    taught: Knowledge, models: FakeModels, word: str, start: int
) -> None:
    models.embed = reader = Reader(word)
    evidence = (await taught.explained("chr_a", "The deposit for a boat?")).evidence
    assert word in evidence.spans[0].text
    assert [one.around for one in reader.seen] == ["Boats"] * 2
    assert {one.before for one in reader.seen} == {"", "The deposit for a boat is £50."}


async def test_what_it_says_is_known_of_the_question(taught: Knowledge, models: FakeModels) -> None:
    models.embed = Reader("£50")
    told = (await taught.explained("chr_a", "The deposit for a boat?")).evidence
    assert told.features["reading"] == told.features["reading_most"] == 0.6
    assert told.features["reading_next"] == -0.6 < told.features["reading_together"]
    assert told.by == "read"


async def test_only_the_likeliest_are_read(knowledge: Knowledge, models: FakeModels) -> None:
    text = " ".join(f"Boat number {number} is a boat with {number} oars." for number in range(60))
    source = await knowledge.add_text("chr_a", "Boats", text)
    await knowledge.wait(source.id, "ready", seconds=60)
    models.embed = reader = Reader("nothing")
    await knowledge.explained("chr_a", "How many oars has a boat?")
    assert len(reader.seen) == READ


class Asked(FakeEmbedder):
    """Sure where the question holds a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        return np.full(len(candidates), 6.0 if self.word in question else -6.0, np.float32)


async def test_the_surer_of_two_wordings_counts(knowledge: Knowledge, models: FakeModels) -> None:
    source = await knowledge.add_text("chr_a", "Rules", "Every dog is welcome on the terrace.")
    await knowledge.wait(source.id, "ready", seconds=60)
    for word in ("puppy", "dog"):
        models.embed = Asked(word)
        told = await knowledge.evidence("chr_a", "Is my puppy welcome?")
        assert told.features["reading"] == 0.6
    models.embed = Asked("cat")
    assert (await knowledge.evidence("chr_a", "Is my puppy welcome?")).features["reading"] == -0.6


async def test_neighbours_that_answer_too_are_quoted_with_it(
    knowledge: Knowledge, models: FakeModels
) -> None:
    text = "Boats go out at dawn. The deposit for a boat is £50. Groups pay £90. Nets are dear."
    source = await knowledge.add_text("chr_a", "Boats", text)
    await knowledge.wait(source.id, "ready", seconds=60)
    models.embed = Reader("£")
    evidence = (await knowledge.explained("chr_a", "The deposit for a boat?")).evidence
    assert evidence.spans[0].text == "The deposit for a boat is £50. Groups pay £90."


async def test_what_asks_for_an_explanation_is_not_read(taught: Knowledge, models: FakeModels) -> None:
    models.embed = Reader("£50")
    told = await taught.explained("chr_a", "How does the deposit for a boat work?")
    assert told.evidence.spans and told.evidence.by == "vectors" and "reading" not in told.evidence.features


async def test_an_explanation_is_read_in_a_large_english_source(
    taught: Knowledge, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MANY", 1)
    monkeypatch.setattr(answerable, "MANY", 1)
    models.embed = Reader("£50")
    told = await taught.explained("chr_a", "How does the deposit for a boat work?")
    assert told.evidence.by == "explained_en" and "reading" in told.evidence.features
    korean = await taught.explained("chr_a", "boat 예약 방법을 설명해 주세요")
    assert "reading" not in korean.evidence.features


@pytest.mark.parametrize("embedder", [FakeEmbedder(), Broken()])
async def test_without_a_reader_words_and_vectors_decide(
    taught: Knowledge, models: FakeModels, embedder: FakeEmbedder
) -> None:
    models.embed = embedder
    told = await taught.explained("chr_a", "The deposit for a boat?")
    assert told.evidence.spans and told.evidence.by == "vectors"
    assert not any(name.startswith("reading") for name in told.evidence.features)


async def test_the_visitors_language_comes_first_where_both_say_it(
    knowledge: Knowledge, models: FakeModels
) -> None:
    texts = ("Groups of up to 12 people can book.", "단체 예약은 12명까지 됩니다.")
    for place, text in enumerate(texts):
        source = await knowledge.add_text("chr_a", f"{place}", text)
        await knowledge.wait(source.id, "ready", seconds=60)
    models.embed = Reader("12")
    for question, text in (
        ("단체 예약은 몇 명까지 돼요?", texts[1]),
        ("How many people can book?", texts[0]),
    ):
        assert (await knowledge.evidence("chr_a", question)).spans[0].text == text


ROW = "Day 요일: Monday 월 · Breakfast 조식: 08:00 – 10:30"
KOREAN = "요일: 월 · 조식: 08:00 – 10:30"
NOTICE = "The kitchen is new on Monday 08:00."


@pytest.mark.parametrize(
    ("texts", "question", "first"),
    [
        ((ROW, NOTICE), "When is breakfast?", ROW),  # in two languages: in both
        ((KOREAN, NOTICE), "When is breakfast?", NOTICE),
        ((NOTICE, ROW), "조식은 언제예요?", ROW),
        ((NOTICE, KOREAN), "조식은 언제예요?", KOREAN),
    ],
)
async def test_a_row_in_two_languages_is_in_the_visitors(
    models: FakeModels, texts: tuple[str, ...], question: str, first: str
) -> None:
    models.embed = Reader("08:00")
    units = [
        Unit(
            Passage(id=text, source_id="s", character_id="c", ordinal=0, title="Café", text=text),
            0,
            len(text),
            score=3.0 - place / 10,
        )
        for place, text in enumerate(texts)
    ]
    assert (await read(models, asking(question), units))[0].text == first
