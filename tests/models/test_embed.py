"""The real embedder in this process: what it makes, and that a question does not wait for passages."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from madang.kernel.errors import ModelFailed
from madang.models.embed import NanoEmbedder

pytestmark = pytest.mark.weights


async def test_vectors_of_length_one_that_know_both_languages() -> None:
    embedder = await NanoEmbedder.load(2)
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


async def test_odd_texts() -> None:
    embedder = await NanoEmbedder.load(2)
    for text in ("", "\0", "a\0b", "\ud800", "가" * 3000, "<s></s>"):
        vector = await embedder.query(text)
        assert np.isfinite(vector).all(), repr(text[:10])
    np.testing.assert_array_equal(await embedder.query("a\0b"), await embedder.query("a b"))
    await embedder.close()


async def test_side_by_side_gives_the_same_vectors() -> None:
    embedder = await NanoEmbedder.load(2)
    texts = [f"Dish number {number} costs {number} won." for number in range(12)]
    alone = [await embedder.query(text) for text in texts]
    passages = asyncio.create_task(embedder.passages(texts * 2))
    together = [await embedder.query(text) for text in texts]
    np.testing.assert_allclose(alone, together, atol=1e-5)
    one = np.concatenate([await embedder.passages([text]) for text in texts])
    np.testing.assert_allclose((await passages)[:12], one, atol=1e-3)
    await embedder.close()


async def test_a_question_does_not_wait_for_passages() -> None:
    embedder = await NanoEmbedder.load(2)
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
