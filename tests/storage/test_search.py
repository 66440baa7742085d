"""The word index: the same exact BM25 on both databases, per space, inside the caller's transaction."""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from madang.storage.database import Database
from madang.storage.search import BLOCK, K1, B, Entry, SearchIndex, SearchPosting
from madang.storage.segment import terms

KORQUAD = Path(__file__).parents[3] / "shared" / "data" / "korquad" / "KorQuAD_v1.0_dev.json"
WORDS = [
    "김치",
    "찌개",
    "영업",
    "시간",
    "가격",
    "9,000원",
    "rice",
    "soup",
    "hours",
    "open",
    "price",
    "주차",
    "예약",
    "단체",
    "포장",
    "배달",
    "the",
    "a",
    "of",
    "은행나무",
]


def _by_hand(entries: dict[str, str], query: str) -> dict[str, float]:
    counts = {id_: Counter(terms(text)) for id_, text in entries.items()}
    counts = {id_: count for id_, count in counts.items() if count}
    average = sum(sum(count.values()) for count in counts.values()) / len(counts)
    scores: dict[str, float] = {}
    for term, times in Counter(terms(query)).items():
        having = [id_ for id_, count in counts.items() if term in count]
        idf = math.log(1 + (len(counts) - len(having) + 0.5) / (len(having) + 0.5))
        for id_ in having:
            count, length = counts[id_][term], sum(counts[id_].values())
            weight = count * (K1 + 1) / (count + K1 * (1 - B + B * length / average))
            scores[id_] = scores.get(id_, 0.0) + times * idf * weight
    return scores


async def _put(
    index: SearchIndex, database: Database, space: str, entries: dict[str, str], remove=()
) -> None:
    async with database.write() as session:
        await index.replace(session, space, [Entry(*item) for item in entries.items()], list(remove))


async def _same(index: SearchIndex, space: str, entries: dict[str, str], query: str) -> None:
    expected = _by_hand(entries, query)
    hits = await index.search(space, query, 1000)
    assert {hit.id: round(hit.score, 9) for hit in hits} == {id_: round(s, 9) for id_, s in expected.items()}
    order = [(-hit.score, hit.id) for hit in hits]
    assert order == sorted(order)


async def test_scores_are_bm25_after_any_history(database: Database) -> None:
    chance = random.Random(7)
    index = SearchIndex(database)
    entries: dict[str, str] = {}
    for _ in range(12):
        fresh = {
            f"p{chance.randrange(40)}": " ".join(chance.choices(WORDS, k=chance.randrange(12)))
            for _ in range(9)
        }
        gone = [id_ for id_ in entries if id_ not in fresh and chance.random() < 0.2]
        await _put(index, database, "chr_a", fresh, [*gone, "never-there"])
        entries = {id_: text for id_, text in entries.items() if id_ not in gone} | fresh
        await _same(index, "chr_a", entries, " ".join(chance.choices(WORDS, k=4)))
    assert await index.size("chr_a") == sum(bool(terms(text)) for text in entries.values())
    await _put(index, database, "chr_a", {}, list(entries))
    assert await index.size("chr_a") == 0
    async with database.read() as session:  # nothing is left behind
        assert await session.scalar(select(func.count()).select_from(SearchPosting)) == 0


async def test_a_space_knows_nothing_of_another(database: Database) -> None:
    index = SearchIndex(database)
    mine = {"1": "비밀 영업 시간", "2": "영업 주차"}
    await _put(index, database, "chr_a", mine)
    before = await index.search("chr_a", "영업 비밀")
    idf = await index.idf("chr_a", ["영업", "비밀", "없음"])
    await _put(index, database, "chr_b", {str(n): "영업 비밀 비밀" for n in range(50)})
    assert await index.search("chr_a", "영업 비밀") == before
    assert await index.idf("chr_a", ["영업", "비밀", "없음"]) == idf
    assert idf["영업"] < idf["비밀"] < idf["없음"]
    async with database.write() as session:
        await index.clear(session, "chr_b")
    assert await index.search("chr_b", "영업") == []
    assert await index.search("chr_a", "영업 비밀") == before


async def test_what_is_rolled_back_is_not_found(database: Database) -> None:
    index = SearchIndex(database)
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await index.replace(session, "s", [Entry("1", "rice")])
            raise RuntimeError
    assert await index.search("s", "rice") == []


async def test_more_entries_than_a_block(database: Database) -> None:
    index = SearchIndex(database)
    entries = {f"p{n:05}": f"common word{n % 7}" for n in range(BLOCK + 50)}
    entries[f"p{BLOCK + 7:05}"] = "common needle"
    await _put(index, database, "s", entries)
    assert [hit.id for hit in await index.search("s", "needle")] == [f"p{BLOCK + 7:05}"]
    await _same(index, "s", entries, "needle word3")


async def test_two_writers_of_one_space(database: Database) -> None:
    index = SearchIndex(database)
    await asyncio.gather(*(_put(index, database, "s", {f"p{n}": f"shared only{n}"}) for n in range(8)))
    assert len(await index.search("s", "shared", 20)) == 8
    assert len(await index.search("s", "only3", 20)) == 1


@pytest.mark.parametrize(
    "query", ["", "  ", "?!…", "\x00", "\ud800", "없는말", "'; DROP TABLE search_spaces; --", "x" * 9000]
)
async def test_odd_questions_find_nothing(database: Database, query: str) -> None:
    index = SearchIndex(database)
    await _put(index, database, "s", {"1": "rice"})
    assert await index.search("s", query) == []


async def test_odd_texts_are_kept(database: Database) -> None:
    index = SearchIndex(database)
    texts = {"1": "", "2": "\x00\ud800 rice\x00soup", "3": "r" * 100_000, "4": "𠀀𠀁 🍚"}
    await _put(index, database, "s", texts)
    assert [hit.id for hit in await index.search("s", "soup")] == ["2"]
    assert [hit.id for hit in await index.search("s", "𠀀𠀁")] == ["4"]


@pytest.mark.slow
async def test_korquad(database: Database) -> None:
    """The 964 paragraphs and all questions: R@1 .909. On PostgreSQL every 12th: the order is
    the same, as the tests above show."""
    if not KORQUAD.is_file():
        pytest.skip("KorQuAD is not on this machine (../shared/data/korquad)")
    articles = json.loads(KORQUAD.read_text())["data"]
    pairs = [(a["title"], paragraph) for a in articles for paragraph in a["paragraphs"]]
    index = SearchIndex(database)
    await _put(index, database, "s", {str(n): f"{t}\n{p['context']}" for n, (t, p) in enumerate(pairs)})
    questions = [(qa["question"], str(n)) for n, (_, p) in enumerate(pairs) for qa in p["qas"]]
    questions = questions[:: 1 if database.sqlite else 12]
    first = 0
    for question, gold in questions:
        hits = await index.search("s", question, 5)
        first += hits[0].id == gold
    assert first / len(questions) >= (0.905 if database.sqlite else 0.87)
