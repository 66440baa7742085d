"""nDCG@10 on a small graded set: Korean and English queries over varied characters, across the languages."""

from __future__ import annotations

import csv
import math
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gallery.made import FOLDER, themes
from madang.characters.types import Listed
from madang.discover.index.meaning import Meaning
from madang.discover.index.shelf import Shelf, read
from madang.kernel.settings import Settings
from madang.models.registry import Models
from madang.models.types import Vectors
from madang.storage.database import Database
from madang.storage.migrate import migrate

AT = datetime(2026, 1, 1, tzinfo=UTC)


def graded() -> list[tuple[str, dict[str, int]]]:
    """Queries with character keys and grades from 1 (has to do with it) to 3 (is it)."""
    with (FOLDER / "queries.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (row["query"], {key: int(grade) for key, grade in (one.split(":") for one in row["answers"].split())})
        for row in rows
    ]


def listed(number: int, theme: dict[str, str]) -> Listed:
    return Listed(
        id=theme["key"],
        changed_at=AT + timedelta(seconds=number),
        shown=True,
        slug=theme["key"],
        name=theme["name"],
        tagline=theme["tagline"],
        persona=theme["persona"],
        tags=tuple(theme["tags"].split(", ")),
        kind=theme["kind"],
        language=theme["language"],
        published_at=AT,
    )


def ndcg(found: list[str], answers: dict[str, int], at: int = 10) -> float:
    gain = sum((2 ** answers.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(found[:at]))
    best = sorted(answers.values(), reverse=True)[:at]
    return gain / sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))


async def measure() -> dict[str, Any]:
    """Mean nDCG@10 of words alone, meaning alone and both; the query's meaning by its own vector and by the
    mean of its words' vectors (what a search gets when the embedder is busy)."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data=Path(name), hub="off")
        database = Database(settings.database_url)
        await migrate(database)
        models = Models(settings)
        meaning, shelf = Meaning(database, models), Shelf()
        for number, theme in enumerate(themes()):
            meaning.want(shelf, shelf.put(read(listed(number, theme))))
        await meaning.learn(every_word=True)
        for query, _ in graded():
            meaning.by_words(query)  # what was asked for once is learned
        await meaning.learn(every_word=True)
        try:
            return await _arms(shelf, meaning)
        finally:
            await models.close()
            await database.close()


async def _arms(shelf: Shelf, meaning: Meaning) -> dict[str, Any]:
    everybody = shelf.columns.alive.copy()
    arms: dict[str, list[float]] = {}

    def score(arm: str, rows: list[int], answers: dict[str, int]) -> None:
        arms.setdefault(arm, []).append(ndcg([shelf.entries[row].id for row in rows], answers))

    def nearest(vector: Vectors | None) -> list[int]:
        if vector is None:
            return []
        rows: list[int] = np.argsort(-shelf.likeness(vector), kind="stable").tolist()
        return rows

    for query, answers in graded():
        own = await meaning.query(query, rested=True)
        by_words = meaning.by_words(query)
        score("words", shelf.match(query, everybody, None)[0].tolist(), answers)
        score("meaning", nearest(own), answers)
        score("meaning_by_words", nearest(by_words), answers)
        score("both", shelf.match(query, everybody, own)[0].tolist(), answers)
        score("both_by_words", shelf.match(query, everybody, by_words)[0].tolist(), answers)
    return {"queries": len(graded()), **{f"ndcg_{arm}": sum(all_) / len(all_) for arm, all_ in arms.items()}}
