"""The program itself, as a process: fast to say what it is, and no traceback whatever happens."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from madang import __version__


def _madang(*words: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MADANG_")}
    environment = kept | {"MADANG_DATA": str(data), "LANG": "C.UTF-8"} | more
    return subprocess.run(
        [sys.executable, "-m", "madang", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_version_and_help_are_instant(tmp_path: Path) -> None:
    assert _madang("--version", data=tmp_path).stdout == f"madang {__version__}\n"
    for words in (["--version"], ["--help"]):
        spent = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert _madang(*words, data=tmp_path).returncode == 0
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert min(spent) < 0.3, f"{words} took {min(spent):.2f} s of processor time"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, madang.cli.commands as c\n"
        "heavy = {'fastapi', 'sqlalchemy', 'numpy', 'openai', 'pydantic', 'rich', 'dbos', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "words", [["frobnicate"], ["ask"], ["ask", "x"], ["models", "use"], ["new", "--nope"]]
)
def test_wrong_usage_is_two(tmp_path: Path, words: list[str]) -> None:
    done = _madang(*words, data=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    done = _madang("models", "list", data=tmp_path, MADANG_PORT="eighty")
    assert done.returncode == 1 and "MADANG_PORT" in done.stderr and len(done.stderr.splitlines()) == 1


def test_korean_terminals_read_korean(tmp_path: Path) -> None:
    done = _madang("card", "import", "missing.png", data=tmp_path, LANG="ko_KR.UTF-8")
    assert done.returncode == 1 and "missing.png" in done.stderr
    assert any("가" <= letter <= "힣" for letter in done.stderr), done.stderr


@pytest.mark.slow
def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _madang("ask", "shop", "When?", data=tmp_path / "file")
    assert done.returncode == 1
    assert done.stderr.startswith(f"The data folder {tmp_path / 'file'} cannot be used (")
    assert done.stderr.count("\n") == 1


def test_a_damaged_database_is_one_sentence_and_is_left_alone(tmp_path: Path) -> None:
    damaged = os.urandom(5_000)
    (tmp_path / "studio.db").write_bytes(damaged)
    done = _madang("ask", "shop", "When?", data=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"The database {tmp_path / 'studio.db'} is damaged, or not one of Madang.")
    assert (tmp_path / "studio.db").read_bytes() == damaged


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = _madang("up", "--port", port, data=tmp_path)
    assert done.returncode == 1 and port in done.stderr and "Traceback" not in done.stderr


def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path) -> None:
    """As in `madang ask … | head -1`."""
    program = (
        "import typer; from madang.cli import frame\n"
        "async def work():\n    for number in range(100_000): typer.echo(f'line {number}')\n"
        "frame.run(work())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout is not None and command.stderr is not None
        assert command.stdout.readline() == "line 0\n"
        command.stdout.close()
        assert "unexpected" not in (said := command.stderr.read()) and "BrokenPipe" not in said, said
    assert command.returncode != 0


def test_ctrl_c_ends_the_studio_quietly(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = os.environ | {"MADANG_DATA": str(tmp_path), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "madang", "up", "--port", port],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as studio:
        try:
            assert studio.stdout is not None
            assert any("Ctrl-C stops the studio" in line for line in studio.stdout)
            studio.send_signal(signal.SIGINT)
            _, said = studio.communicate(timeout=60)
        finally:
            studio.kill()
    assert (studio.returncode, said) == (0, "")
