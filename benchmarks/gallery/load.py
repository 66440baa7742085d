"""A lean HTTP client: connections that each ask one request after another. It shares the machine with what it
measures, so it does as little as it can."""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEAD = (
    "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/html,*/*;q=0.8\r\n"
    "accept-encoding: gzip\r\naccept-language: en\r\n{more}\r\n"
)


@dataclass
class Taken:
    """Milliseconds of each answer, and how many bytes came."""

    ms: list[float] = field(default_factory=list)
    bytes: int = 0
    failed: int = 0
    seconds: float = 0.0
    cpu_ms: float = 0.0
    """The server's processor time of one request, all its threads together."""


async def ask_all(
    port: int, paths: Sequence[str], *, pid: int, at_once: int = 20, headers: str = ""
) -> Taken:
    """Asks for every path, `at_once` in flight. `headers`: further lines, each ended by CRLF.

    `pid`: the server's process.
    """
    taken, waiting = Taken(), deque(paths)
    begun, used = time.perf_counter(), processor_seconds(pid)
    await asyncio.gather(*(_ask(port, waiting, taken, headers) for _ in range(at_once)))
    taken.seconds = time.perf_counter() - begun
    taken.cpu_ms = (processor_seconds(pid) - used) * 1000 / len(paths)
    return taken


def processor_seconds(pid: int) -> float:
    """Of a process and its threads, from /proc; 0 where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def _ask(port: int, waiting: deque[str], taken: Taken, headers: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while waiting:
            path = waiting.popleft()
            sent = time.perf_counter()
            writer.write(HEAD.format(path=path, port=port, more=headers).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            size = 0
            for line in head.split(b"\r\n"):
                if line[:15].lower() == b"content-length:":
                    size = int(line[15:])
            await reader.readexactly(size)
            taken.ms.append((time.perf_counter() - sent) * 1000)
            taken.bytes += len(head) + size
            if not head.startswith(b"HTTP/1.1 200"):
                taken.failed += 1
    finally:
        writer.close()
