"""`madang up` as a process of its own, with fake models."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_SERVER = """
import sys
from madang.app import serve as serving, studio
from tests.fakes.models import FakeChat, FakeEmbedder, FakeModels

class Slow(FakeModels):
    def list(self):
        return []

real = studio.open_studio
def opened(settings, **more):
    return real(settings, models=Slow(FakeChat(%r, pause=%r), FakeEmbedder(pause=%r)), **more)
serving.open_studio = opened
async def nothing(*_):
    return None
serving.seed = nothing
from madang.cli.commands import app
app(["up", "--port", "0"])
"""


class Up(NamedTuple):
    """What runs: the process, its address, and the token of the owner's one-time link that it printed."""

    process: subprocess.Popen[str]
    address: str
    token: str


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a studio with this data folder, and no other settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MADANG_")}
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    own = {"MADANG_DATA": str(data), "MADANG_HUB": "off", "LANG": "C.UTF-8", "PYTHONPATH": path}
    return kept | own | more


@contextmanager
def up(environment: dict[str, str], tale: str, *, say: float, embed: float) -> Iterator[Up]:
    """Runs it until the end of the block. The chat model tells `tale`; `say` and `embed` are the seconds that
    a word and a passage take."""
    with started(environment, _SERVER % (tale, say, embed)) as found:
        yield found


@contextmanager
def started(environment: dict[str, str], source: str) -> Iterator[Up]:
    """Runs a program that is a studio until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", source],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/owner/(\S+)", said):
                break
        else:
            raise AssertionError(f"it did not start: {said}")
        yield Up(process, found.group(1), found.group(2))
    finally:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9, with everything it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
