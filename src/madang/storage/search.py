"""The word index: exact BM25 inside one space, the same on SQLite and PostgreSQL.

A space is a character's id. The statistics a score rests on (how many entries, how long, how often a term
occurs) are those of the space alone: nothing of one character can be read from another's scores. That is why
neither FTS5's `bm25()`, which counts over the whole table, nor `ts_rank`, which is not BM25, is used (docs:
README.md of this room).

Postings are packed: one row per space, term and block of 4,096 entries holds an array of 32-bit little-endian
numbers, the entry's place in its block in the low 12 bits and the term's count above. A question of 20 terms
reads 20 rows for a space of up to 4,096 entries; NumPy does the rest. Nothing is cached, so every process
sees what was committed.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, LargeBinary, String, delete, func, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from .database import Database
from .segment import terms
from .tables import Base

K1, B = 0.9, 0.4
"""Measured on KorQuAD, title in front: R@1 .909 here, .906 with the customary 1.2 and .75."""
BLOCK = 4096
_PLACE = np.uint32(BLOCK - 1)
_SHIFT = np.uint32(12)
_MOST = (1 << 20) - 1
_CHUNK = 400
"""Parameters of one statement; SQLite takes 32,766 and older ones 999."""

Item = TypeVar("Item")
Packed = NDArray[np.uint32]
Key = tuple[str, int]
"""A term and a block."""


class SearchSpace(Base):
    """Statistics of a space; its row is also the lock that orders writers of the space on PostgreSQL."""

    __tablename__ = "search_spaces"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 SQLAlchemy's own form
    space: Mapped[str] = mapped_column(String(64), primary_key=True)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    """Entries that have a term at all."""
    length: Mapped[int] = mapped_column(default=0)
    """Terms of all entries together."""


class SearchEntry(Base):
    """One entry: its number in the space, how many terms it has, and which (deflated), to take it out
    again."""

    __tablename__ = "search_entries"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    space: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(64), index=True)
    length: Mapped[int] = mapped_column(Integer)
    terms: Mapped[bytes] = mapped_column(LargeBinary)


class SearchPosting(Base):
    __tablename__ = "search_postings"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    space: Mapped[str] = mapped_column(String(64), primary_key=True)
    term: Mapped[str] = mapped_column(String(64), primary_key=True)
    block: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SearchLengths(Base):
    """Lengths (terms) of a block's entries by place, 32-bit little-endian; 0 where there is no entry."""

    __tablename__ = "search_lengths"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    space: Mapped[str] = mapped_column(String(64), primary_key=True)
    block: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is found. `text` holds everything that should find it, title and headings included."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is BM25 (k1 .9, b .4): higher is better, comparable within one space."""

    id: str
    score: float


class SearchIndex:
    """The door: `replace` in the caller's transaction, `search` and `idf` on their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(
        self, session: AsyncSession, space: str, entries: Sequence[Entry], remove: Sequence[str] = ()
    ) -> None:
        """Put `entries` into `space` (an entry of the same id is replaced) and take out the ids in `remove`.

        Part of the caller's transaction: seen once that is committed. An entry without any term is kept but
        counts for nothing.
        """
        fresh = {entry.id: entry for entry in entries}
        counts = await asyncio.to_thread(_counts, [entry.text for entry in fresh.values()])
        totals = await self._lock(session, space)
        gone = await self._entries(session, space, {*fresh, *remove})
        numbers = await self._free(session, space, [row.number for row in gone], len(fresh))
        added_lengths = [sum(count.values()) for count in counts]
        added = [
            {
                "space": space,
                "number": number,
                "id": id_,
                "length": length,
                "terms": _deflate(count),
            }
            for number, id_, count, length in zip(numbers, fresh, counts, added_lengths, strict=True)
        ]
        dropped: dict[Key, set[int]] = defaultdict(set)
        for row in gone:
            for term in _inflate(row.terms):
                dropped[term, row.number // BLOCK].add(row.number % BLOCK)
        gained: dict[Key, list[int]] = defaultdict(list)
        for number, count in zip(numbers, counts, strict=True):
            for term, times in count.items():
                gained[term, number // BLOCK].append((number % BLOCK) | (min(times, _MOST) << 12))
        await self._postings(session, space, dropped, gained, fresh=totals.entries == 0)
        await self._lengths(session, space, gone, added)
        for chunk in _chunks([row.number for row in gone]):
            await session.execute(
                delete(SearchEntry).where(SearchEntry.space == space, SearchEntry.number.in_(chunk))
            )
        if added:
            await session.execute(self._upsert(SearchEntry, ("space", "number")), added)
        totals.entries += sum(map(bool, added_lengths)) - sum(bool(row.length) for row in gone)
        totals.length += sum(added_lengths) - sum(row.length for row in gone)
        await session.flush()

    async def clear(self, session: AsyncSession, space: str) -> None:
        """Forget the whole space, in the caller's transaction."""
        for table in (SearchPosting, SearchLengths, SearchEntry, SearchSpace):
            await session.execute(delete(table).where(table.space == space))

    async def search(self, space: str, query: str, limit: int = 20) -> list[Hit]:
        """The best entries for `query`, best first, at most `limit`; equal scores in the order of their
        ids."""
        wanted = Counter(terms(query))
        if not wanted or limit < 1:
            return []
        async with self._database.read() as session:
            postings, lengths = await self._read(session, space, list(wanted))
            numbers, scores = _score(wanted, postings, lengths, limit)
            ids: dict[int, str] = {}
            for chunk in _chunks(numbers):
                lookup = select(SearchEntry.number, SearchEntry.id).where(
                    SearchEntry.space == space, SearchEntry.number.in_(chunk)
                )
                for row in await session.execute(lookup):
                    ids[row.number] = row.id
        hits = [Hit(ids[number], score) for number, score in zip(numbers, scores, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    async def idf(self, space: str, terms: Iterable[str]) -> dict[str, float]:
        """How telling each term is in `space`: ln(1 + (N - n + .5) / (n + .5)); most for an unknown one."""
        wanted = list(dict.fromkeys(terms))
        found: dict[str, int] = {}
        async with self._database.read() as session:
            totals = await session.get(SearchSpace, space)
            for chunk in _chunks(wanted):
                found |= {
                    term: int(size) // 4
                    for term, size in await session.execute(
                        select(SearchPosting.term, func.sum(func.length(SearchPosting.data)))
                        .where(SearchPosting.space == space, SearchPosting.term.in_(chunk))
                        .group_by(SearchPosting.term)
                    )
                }
        entries = totals.entries if totals else 0
        return {term: _idf(entries, found.get(term, 0)) for term in wanted}

    async def size(self, space: str) -> int:
        """How many entries with a term the space has."""
        async with self._database.read() as session:
            totals = await session.get(SearchSpace, space)
            return totals.entries if totals else 0

    # -- parts of `replace`

    def _upsert(self, table: type[Base], keys: tuple[str, ...]) -> Any:
        insert = (sqlite if self._database.sqlite else postgresql).insert(table.__table__)
        values = {c.name: insert.excluded[c.name] for c in table.__table__.columns if c.name not in keys}
        return insert.on_conflict_do_update(index_elements=keys, set_=values)

    async def _lock(self, session: AsyncSession, space: str) -> SearchSpace:
        insert = (sqlite if self._database.sqlite else postgresql).insert(SearchSpace.__table__)
        await session.execute(insert.values(space=space, entries=0, length=0).on_conflict_do_nothing())
        return await session.get_one(SearchSpace, space, with_for_update=True, populate_existing=True)

    async def _entries(self, session: AsyncSession, space: str, ids: set[str]) -> list[Any]:
        columns = (SearchEntry.number, SearchEntry.length, SearchEntry.terms)
        rows: list[Any] = []
        for chunk in _chunks(sorted(ids)):
            query = select(*columns).where(SearchEntry.id.in_(chunk), SearchEntry.space == space)
            rows.extend(await session.execute(query))
        return rows

    async def _free(self, session: AsyncSession, space: str, reused: list[int], count: int) -> list[int]:
        """`count` numbers for new entries: those just given up first, then gaps, then beyond the last."""
        numbers = sorted(reused)[:count]
        if len(numbers) < count:
            query = select(SearchEntry.number).where(SearchEntry.space == space)
            taken = set((await session.execute(query)).scalars())
            number = 0
            while len(numbers) < count:
                if number not in taken:
                    numbers.append(number)
                number += 1
        return numbers

    async def _read(
        self, session: AsyncSession, space: str, wanted: list[str]
    ) -> tuple[dict[Key, Packed], dict[int, Packed]]:
        """Postings of the wanted terms and the lengths of all entries, in one statement: a round trip costs
        more than the arithmetic."""
        postings: dict[Key, Packed] = {}
        lengths: dict[int, Packed] = {}
        for chunk in _chunks(wanted):
            query = union_all(
                select(SearchPosting.term, SearchPosting.block, SearchPosting.data).where(
                    SearchPosting.space == space, SearchPosting.term.in_(chunk)
                ),
                select(literal("", String(64)), SearchLengths.block, SearchLengths.data).where(
                    SearchLengths.space == space
                ),
            )
            for term, block, data in await session.execute(query):
                packed = np.frombuffer(data, "<u4")
                if term:
                    postings[term, block] = packed
                else:
                    lengths[block] = packed
        return postings, lengths

    async def _postings(
        self,
        session: AsyncSession,
        space: str,
        dropped: dict[Key, set[int]],
        gained: dict[Key, list[int]],
        *,
        fresh: bool,
    ) -> None:
        touched = sorted({*dropped, *gained})
        blocks = sorted({block for _, block in touched})
        now: dict[Key, Packed] = {}
        if not fresh:
            for chunk in _chunks(sorted({term for term, _ in touched})):
                query = select(SearchPosting.term, SearchPosting.block, SearchPosting.data).where(
                    SearchPosting.space == space,
                    SearchPosting.term.in_(chunk),
                    SearchPosting.block.in_(blocks),
                )
                for term, block, data in await session.execute(query):
                    now[term, block] = np.frombuffer(data, "<u4")
        write, empty = await asyncio.to_thread(_merge, space, touched, now, dropped, gained)
        if write:
            await session.execute(self._upsert(SearchPosting, ("space", "term", "block")), write)
        for block in blocks:
            for chunk in _chunks([term for term, where in empty if where == block]):
                await session.execute(
                    delete(SearchPosting).where(
                        SearchPosting.space == space,
                        SearchPosting.term.in_(chunk),
                        SearchPosting.block == block,
                    )
                )

    async def _lengths(
        self, session: AsyncSession, space: str, gone: list[Any], added: list[dict[str, Any]]
    ) -> None:
        changes: dict[int, dict[int, int]] = defaultdict(dict)
        for row in gone:
            changes[row.number // BLOCK][row.number % BLOCK] = 0
        for new in added:
            changes[new["number"] // BLOCK][new["number"] % BLOCK] = new["length"]
        for block, places in changes.items():
            stored = await session.scalar(
                select(SearchLengths.data).where(SearchLengths.space == space, SearchLengths.block == block)
            )
            old = np.frombuffer(stored or b"", "<u4")
            lengths = np.zeros(max(len(old), max(places) + 1), "<u4")
            lengths[: len(old)] = old
            for place, length in places.items():
                lengths[place] = length
            row = {"space": space, "block": block, "data": lengths.tobytes()}
            await session.execute(self._upsert(SearchLengths, ("space", "block")), [row])


def _score(
    wanted: Counter[str],
    postings: dict[Key, Packed],
    lengths: dict[int, Packed],
    limit: int,
) -> tuple[list[int], list[float]]:
    """Numbers and scores of the best entries, ties at the end of the list included, in no order."""
    entries = sum(int(np.count_nonzero(length)) for length in lengths.values())
    if not entries or not postings:
        return [], []
    average = sum(int(length.sum(dtype=np.int64)) for length in lengths.values()) / entries
    found: Counter[str] = Counter()
    for (term, _), packed in postings.items():
        found[term] += len(packed)
    numbers, scores = [], []
    for block in sorted({block for _, block in postings}):
        length = lengths[block]
        score = np.zeros(len(length))
        norm = K1 * (1 - B + B * length.astype(np.float64) / average)
        for term, times in wanted.items():
            if (term, block) in postings:
                packed = postings[term, block]
                places = packed & _PLACE
                count = (packed >> _SHIFT).astype(np.float64)
                weight = times * _idf(entries, found[term]) * (K1 + 1)
                score[places] += weight * count / (count + norm[places])
        matched = np.flatnonzero(score)
        numbers.append(matched + block * BLOCK)
        scores.append(score[matched])
    number, value = np.concatenate(numbers), np.concatenate(scores)
    if len(value) > limit:
        best = value >= np.partition(value, -limit)[-limit]
        number, value = number[best], value[best]
    return number.tolist(), value.tolist()


def _merge(
    space: str,
    touched: list[Key],
    now: dict[Key, Packed],
    dropped: dict[Key, set[int]],
    gained: dict[Key, list[int]],
) -> tuple[list[dict[str, Any]], list[Key]]:
    write: list[dict[str, Any]] = []
    empty: list[Key] = []
    for key in touched:
        packed = now.get(key, np.zeros(0, "<u4"))
        if key in dropped:
            packed = packed[~np.isin(packed & _PLACE, np.fromiter(dropped[key], np.uint32))]
        if key in gained:
            packed = np.concatenate([packed, np.array(gained[key], "<u4")])
            packed = packed[np.argsort(packed & _PLACE)]
        if len(packed):
            write.append(
                {"space": space, "term": key[0], "block": key[1], "data": packed.astype("<u4").tobytes()}
            )
        else:
            empty.append(key)
    return write, empty


def _idf(entries: int, found: int) -> float:
    return float(np.log1p((entries - found + 0.5) / (found + 0.5)))


def _counts(texts: list[str]) -> list[Counter[str]]:
    return [Counter(terms(text)) for text in texts]


def _deflate(count: Iterable[str]) -> bytes:
    return zlib.compress(" ".join(count).encode())


def _inflate(data: bytes) -> list[str]:
    return zlib.decompress(data).decode().split()


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
