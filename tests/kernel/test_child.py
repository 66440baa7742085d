"""Strangers' files in a child process: limits hold, errors keep their sentence, no answer runs here."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.child import pack, run, unpack
from madang.kernel.errors import TooLarge, Unreadable

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_plain_data_goes_there_and_back(value: Any) -> None:
    assert unpack(pack(value)[4:]) == value


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError):
        pack({"path": Path("/")})


async def _execute(source: str, **limits: Any) -> Any:
    """Run Python source in a child, as a file that took a reader over would."""
    return await run("builtins:exec", source, **limits)


async def test_a_function_answers() -> None:
    assert await run("builtins:sorted", [3, 1, 2]) == [1, 2, 3]
    assert await run("builtins:len", b"\x00" * 5_000_000) == 5_000_000


async def test_a_child_starts_quickly() -> None:
    await run("builtins:len", b"")
    began = time.perf_counter()
    await run("builtins:len", b"")
    assert time.perf_counter() - began < 1.5  # about 0.1 on a quiet machine


async def test_an_error_comes_back_as_itself() -> None:
    with pytest.raises(Unreadable) as raised:
        await _execute(
            "from madang.kernel.errors import Unreadable\nraise Unreadable('Page {page} is broken.', page=7)"
        )
    assert (raised.value.sentence, raised.value.params) == ("Page {page} is broken.", {"page": 7})


async def test_the_environment_is_almost_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADANG_CHAT_KEY", "canary")
    await _execute("import os\nassert 'canary' not in str(os.environ), os.environ\nassert os.nice(0) >= 10")


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(3)",
        "import os; os.abort()",
        "import os; os.kill(os.getpid(), 11)",
        "raise ValueError('secret')",
        "import ctypes; ctypes.string_at(0)",
    ],
)
async def test_a_crash_is_one_sentence(source: str) -> None:
    with pytest.raises(Unreadable) as raised:
        await _execute(source)
    assert "secret" not in str(raised.value)


async def test_memory_is_bounded() -> None:
    with pytest.raises(TooLarge):
        await _execute("x = bytearray(2 << 30)", memory_mb=256)


async def test_processor_time_is_bounded() -> None:
    began = time.monotonic()
    with pytest.raises(TooLarge):
        await _execute("while True: pass", seconds=1)
    assert time.monotonic() - began < 20


async def test_the_clock_is_bounded_and_grandchildren_die_too(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    source = (
        "import os, time\n"
        f"if os.fork() == 0:\n    time.sleep(9)\n    open({str(mark)!r}, 'w')\n    os._exit(0)\n"
        "time.sleep(60)"
    )
    with pytest.raises(TooLarge):
        await _execute(source, seconds=0.1)
    await asyncio.sleep(4.5)
    assert not mark.exists()


async def test_files_are_bounded(tmp_path: Path) -> None:
    with pytest.raises((TooLarge, Unreadable)):
        await _execute(f"open({str(tmp_path / 'big')!r}, 'wb').write(b'x' * (20 << 20))", memory_mb=512 >> 5)
    assert not (tmp_path / "big").exists() or (tmp_path / "big").stat().st_size <= 16 << 20


async def test_a_print_does_not_reach_the_answer() -> None:
    await _execute("print('x' * 100_000); import sys; sys.stderr.write('y' * 1_000_000)")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x80\x04cos\nsystem\n(S'touch pwned'\ntR.",
        b"[]",
        b"null",
        b'{"d":{"error":{"d":{"code":"nonsense"}}}}',
        b'{"d":{"error":{"d":{"code":"unreadable","sentence":"{x.__class__}","params":{"d":{}}}}}}',
        b'{"d":1}',
        b"{" * 100_000,
    ],
)
async def test_a_child_that_lies(answer: bytes, tmp_path: Path) -> None:
    """The answer is written by the child's code itself, past what `run` would send."""
    source = (
        "import os, gc\n"
        "for handle in range(3, 20):\n"
        "    try:\n"
        f"        os.write(handle, {answer!r})\n"
        "    except OSError:\n"
        "        pass\n"
        "os._exit(0)"
    )
    with pytest.raises(Unreadable):
        await _execute(source)
    assert not (tmp_path / "pwned").exists()


async def test_cancelling_kills_the_child(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    source = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    task = asyncio.create_task(_execute(source))
    while not mark.exists() or not mark.read_text():
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
