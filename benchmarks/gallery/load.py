"""A lean HTTP client: N connections, each asking one request after another. It shares the machine with what it
measures, so it does as little as it can."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD = (
    "GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/html,*/*;q=0.8\r\naccept-encoding: gzip\r\n"
    "accept-language: en\r\n{more}\r\n"
)


@dataclass
class Taken:
    """Milliseconds of each answer, and how many bytes came."""

    ms: list[float] = field(default_factory=list)
    bytes: int = 0
    failed: int = 0
    seconds: float = 0.0


async def ask_all(port: int, paths: Sequence[str], *, at_once: int = 20, headers: str = "") -> Taken:
    """Asks for every path, `at_once` in flight. `headers`: further lines, each ended by CRLF."""
    taken, waiting = Taken(), deque(paths)
    begun = time.perf_counter()
    await asyncio.gather(*(_ask(port, waiting, taken, headers) for _ in range(at_once)))
    taken.seconds = time.perf_counter() - begun
    return taken


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
