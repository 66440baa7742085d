"""The reader: which sentence answers a question, told from sentences that are only about the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from madang.kernel.errors import ModelFailed
from madang.models.catalogue import E5_SMALL
from madang.models.e5.embedder import E5Embedder
from madang.models.e5.reader import AROUND, QUESTION, SENTENCE, Read, Reader
from madang.models.types import Candidate, Reading
from madang.models.weights import installed

assert E5_SMALL.installed is not None
SOURCE = installed(E5_SMALL.installed)
AROUND_IT = "Harbour Kayaks > Hiring"
SENTENCES = [
    "A single kayak is £18 for two hours, a double £28.",
    "Children under eight sit in a double with an adult.",
    "The last boat goes out at half past four.",
    "If the wind is above five, we close and give your money back.",
    "카약은 물에 뜨는 곳에서만 빌려 드리고 강 하구는 넘어가실 수 없습니다.",
]
ASKED = {
    "my daughter is 6 can she come": 1,
    "how much for one person": 0,
    "when is the latest I can start": 2,
    "바람이 세게 불면 환불되나요?": 3,
    "강 하구까지 가도 돼요?": 4,
}


@pytest.fixture
async def embedder(tmp_path: Path) -> AsyncIterator[E5Embedder]:
    made = await E5Embedder.load(SOURCE, tmp_path, 2)
    yield made
    await made.close()


def test_it_reads_pieces_alone_and_says_the_same_again() -> None:
    chance = np.random.default_rng(3)
    asked = Read(chance.normal(size=(6, 768)).astype(np.float32), np.full(6, QUESTION))
    belongs = np.array([AROUND] * 4 + [SENTENCE] * 5)
    said = Read(chance.normal(size=(9, 768)).astype(np.float32), belongs)
    reader = Reader.load()
    question = reader.seen(asked)
    first = reader.read(question, reader.seen(said))
    assert np.isfinite(first) and first == reader.read(question, reader.seen(said))
    assert first != reader.read(question, reader.seen(Read(said.states[::-1], said.belongs)))


@pytest.mark.weights
async def test_the_sentence_that_answers_is_the_surest(embedder: E5Embedder) -> None:
    assert isinstance(embedder, Reading)
    candidates = [Candidate(sentence, AROUND_IT) for sentence in SENTENCES]
    found = {question: int(np.argmax(await embedder.read(question, candidates))) for question in ASKED}
    assert found == ASKED


@pytest.mark.weights
async def test_what_is_only_about_the_same_is_less_sure(embedder: E5Embedder) -> None:
    said = Candidate("Dogs are welcome on the terrace but not inside.", "The Mill > Visiting")
    asked, near = (
        await embedder.read("can i bring my dog", [said]),
        await embedder.read("how old is your dog", [said]),
    )
    assert asked[0] > max(0, near[0] + 1.5)
    said = Candidate("돌잔치 예약금은 5만 원입니다.", "한옥 마당 > 예약")
    asked, near = (
        await embedder.read("돌잔치 예약금 얼마에요", [said]),
        await embedder.read("예약금 언제 돌려받나요", [said]),
    )
    assert asked[0] > max(0, near[0] + 1.5)


@pytest.mark.weights
async def test_a_sentence_is_computed_once_and_the_longest_unasked_is_let_go(
    embedder: E5Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madang.models.e5.embedder.KEPT", 2)
    computed: list[Candidate] = []
    said = embedder.said

    async def counted(candidate: Candidate) -> Read:
        computed.append(candidate)
        return await said(candidate)

    monkeypatch.setattr(embedder, "said", counted)
    one, two, three = (Candidate(sentence, AROUND_IT) for sentence in SENTENCES[:3])
    first = await embedder.read("how much for one person", [one, two])
    assert (await embedder.read("how much for one person", [two, one])).tolist() == first.tolist()[::-1]
    assert computed == [one, two]
    await embedder.read("how much for one person", [three])
    await embedder.read("how much for one person", [one])
    await embedder.read("how much for one person", [two])
    assert computed == [one, two, three, two]


@pytest.mark.weights
@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "가" * 5_000, "</s><s>", "🇰🇷" * 300])
async def test_odd_texts_are_read(embedder: E5Embedder, text: str) -> None:
    read = await embedder.read(text, [Candidate(text, text, text), Candidate("We open at nine.")])
    assert read.shape == (2,) and np.isfinite(read).all()


@pytest.mark.weights
async def test_nothing_is_read_of_nothing_and_nothing_after_the_end(tmp_path: Path) -> None:
    embedder = await E5Embedder.load(SOURCE, tmp_path, 1)
    assert (await embedder.read("When do you open?", [])).shape == (0,)
    await embedder.close()
    with pytest.raises(ModelFailed):
        await embedder.read("When do you open?", [Candidate("At nine.")])
