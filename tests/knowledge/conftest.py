"""A door of knowledge over a real database and jobs that run at once, with models that only count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from tests.fakes.jobs import InlineJobs
from tests.fakes.models import FakeModels

GUIDE = """# Harbour Cafe

We roast our own coffee near the old harbour.

## Opening hours

Tuesday to Sunday, 8:00 to 18:00. Closed on Mondays.

## Menu

| Item | Price |
|---|---|
| Flat white | $4.50 |
| Cheesecake | $6.00 |

## Pets

Dogs are welcome on the terrace. Inside, only assistance dogs are allowed.
"""


@pytest.fixture
async def jobs(settings: Settings) -> AsyncIterator[Jobs]:
    jobs = InlineJobs(settings)
    yield jobs
    await jobs.close()


@pytest.fixture
async def knowledge(
    database: Database, jobs: Jobs, settings: Settings, models: FakeModels
) -> AsyncIterator[Knowledge]:
    door = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, models)
    await jobs.open()
    yield door
    await jobs.close()


@pytest.fixture
def guide() -> bytes:
    return GUIDE.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
