from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from madang.cli.commands import app
from madang.cli.frame import Given
from madang.kernel.settings import Settings
from tests.fakes.models import FakeModels

HOURS = """# Dongbaek Bakery

## Opening hours
We open at 08:30 and close at 19:00 from Tuesday to Sunday. We are closed on Mondays.

## Prices
A rye bread costs 6,500 won. A croissant costs 3,200 won.
"""

Run = Callable[..., Any]


@pytest.fixture
def run(settings: Settings, models: FakeModels) -> Run:
    """Runs a command line in this process, with fake models; gives the result."""

    def command(*words: str, input: str | None = None, real: bool = False) -> Result:  # noqa: A002 click's word
        given = Given(settings, None if real else models)  # type: ignore[arg-type]
        return CliRunner().invoke(app, list(words), obj=given, input=input)

    return command


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    path = tmp_path / "hours.md"
    path.write_text(HOURS)
    return path


def document(result: Any) -> Any:
    """The one JSON document on stdout."""
    return json.loads(result.stdout)


def refused(result: Any) -> str:
    """The one sentence on stderr of a command that failed; no traceback, nothing else."""
    assert result.exit_code == 1, (result.exit_code, result.output)
    assert "Traceback" not in result.output
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and lines[0].endswith("."), lines
    return str(lines[0])


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command quietens the whole process, which here goes on with other tests."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)
