"""Starting a studio as a person does, waiting for its first page, weighing its memory, ending it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a process group of its own; the whole group is ended afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(10)
            except (subprocess.TimeoutExpired, ProcessLookupError):
                if process.poll() is not None:
                    break
            else:
                break


def first_page(address: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> float:
    """Wait until the first page is served; the moment it was, as `time.perf_counter()`.

    Raises RuntimeError with the end of the log when the process ends or the time is over.
    """
    deadline = time.perf_counter() + seconds
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with opener.open(address, timeout=10) as response:
                if response.status == 200 and response.read():
                    return time.perf_counter()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    tail = log.read_text(errors="replace")[-3000:]
    raise RuntimeError(f"no page at {address} after {seconds:.0f} s (exit {process.poll()}):\n{tail}")


def tree(pid: int) -> list[int]:
    """A process and everything it started, from /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def rss_mb(pid: int) -> float:
    """Resident memory of a process tree in MB (10^6 bytes), shared pages counted in each process."""
    total = 0
    for one in tree(pid):
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) * 1024
    return total / 1e6


def disk_bytes(folder: Path) -> int:
    """Bytes a folder takes on disk; what is linked twice counts once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for place, _, names in os.walk(folder):
        for path in [Path(place), *(Path(place, name) for name in names)]:
            stat = path.lstat()
            if (stat.st_dev, stat.st_ino) not in seen:
                seen.add((stat.st_dev, stat.st_ino))
                total += stat.st_blocks * 512
    return total
