"""The wheel built from this repository installs into an empty environment, and `madang up` works from it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEIGHTS = Path(os.environ.get("MADANG_DATA", Path.home() / ".local/share/madang")) / "weights"


def uv(*arguments: str, **options: str) -> None:
    command = [str(Path(sys.executable).parent / "uv"), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **options}
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `madang` command of an environment that holds the wheel and the locked packages, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", str(folder), ".")
    (wheel,) = folder.glob("*.whl")
    environment = folder / "venv"
    uv("venv", "--quiet", "--python", sys.executable, str(environment))
    install = ("pip", "install", "--quiet", "--python", str(environment / "bin" / "python"))
    # what `make setup` has just downloaded is in uv's cache, so nothing is fetched again
    uv(*install, "--require-hashes", "-r", "requirements.lock")
    uv(*install, "--no-deps", "--offline", str(wheel))
    return environment / "bin" / "madang"


@pytest.mark.slow
@pytest.mark.weights
def test_madang_up_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    if not WEIGHTS.is_dir():
        pytest.skip("no weights on this machine: run `make setup`")
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(WEIGHTS, data / "weights", copy_function=os.link if same_disk(data) else shutil.copy)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "MADANG_DATA": str(data),
        "MADANG_PORT": str(port),
        "MADANG_HUB": "off",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [str(installed), "up"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if re.search(r"/owner/\S+", line):
                break
        assert f"http://127.0.0.1:{port}" in printed, printed
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
            assert page.status == 200
            assert b"Madang" in page.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as health:
            assert health.status == 200
    finally:
        process.terminate()
        assert process.wait(20) in (0, -15, 130)


def same_disk(folder: Path) -> bool:
    return WEIGHTS.stat().st_dev == folder.stat().st_dev
