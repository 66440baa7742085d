"""Questions of guests about the demo characters' own files: the right words are quoted, or none are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from madang.app.demos.seed import files_of
from madang.chat.seek import enough
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.models.registry import Models
from madang.models.types import Embedder
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from madang.storage.tables import Base

WRONG, DECLINED = 2, 2
"""How many questions may be answered wrongly, and how many wrongly declined. Lower them when they fall."""


@dataclass(frozen=True, slots=True)
class Case:
    character: str
    question: str
    words: tuple[str, ...]
    """What the quotations hold, one of these; empty when the sources do not answer."""
    never: tuple[str, ...]
    """What no quotation may hold."""
    optional: bool
    """Whether declining is right as well (sources in the other language)."""


def cases() -> list[Case]:
    found = []
    for line in (Path(__file__).parent / "demo_questions.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        character, question, words = (part.strip() for part in line.split("|", 2))
        wanted, _, never = words.removeprefix("?").partition(" ! ")
        found.append(Case(character, question, _words(wanted), _words(never), words.startswith("?")))
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(" / ") if word.strip())


class OneEmbedder:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def embedder(self) -> Embedder:
        return self._embedder


@pytest.fixture
async def demos(settings: Settings) -> AsyncIterator[Knowledge]:
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    jobs, embedder = Jobs(settings), await Models(settings).embedder()
    models = OneEmbedder(embedder)
    knowledge = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, models)
    await jobs.open()
    try:
        for demo in ("dongbaek", "guide"):
            for path in files_of(demo):
                source = await knowledge.add_file(demo, path.name, path.read_bytes())
                await knowledge.wait(source.id, "ready", seconds=300)
        yield knowledge
    finally:
        await jobs.close()
        await embedder.close()
        await database.close()


@pytest.mark.weights
async def test_guests_questions_are_answered_or_declined(demos: Knowledge) -> None:
    wrong, declined = [], []
    for case in cases():
        evidence = await demos.evidence(case.character, case.question)
        quoted = " | ".join(span.text for span in evidence.spans)
        about = f"{case.character}: {case.question} ({evidence.answerable:.2f}) “{quoted}”"
        if evidence.answerable < enough(evidence, None) or not quoted:
            if case.words and not case.optional:
                declined.append(about)
        elif not any(w in quoted for w in case.words) or any(w in quoted for w in case.never):
            wrong.append(about)
    print(
        f"answered wrongly {len(wrong)}, declined wrongly {len(declined)}", *wrong, "--", *declined, sep="\n"
    )
    assert len(wrong) <= WRONG, wrong
    assert len(declined) <= DECLINED, declined


def test_the_questions_are_many_and_a_third_cannot_be_answered() -> None:
    every = cases()
    assert len(every) >= 40
    assert len({(case.character, case.question) for case in every}) == len(every)
    assert 0.25 < sum(not case.words for case in every) / len(every) < 0.45
