"""How many slots, and how large a piece of prompt, serve best on this machine: measured once, in a child
process, when nobody talks; remembered in `machine.json` of the data folder and used from the next start on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from madang.kernel import child
from madang.kernel.paths import atomic_write
from madang.models.engine import PIECE, Engine

log = logging.getLogger(__name__)

USUAL = 16
"""Slots where nothing was measured, if there is memory for them."""
UNKNOWN = 4
"""Slots of a model that does not say what they take."""
MEMORY_SHARE = 64
"""Keys and values take at most this part of the memory, or two slots."""
NEARLY = 0.97
"""The fewest slots with this share of the best total are taken: more would make each slower for nothing."""
PATIENCE = 0.095
"""Seconds that a piece may take: so long a stop waits."""
SLOTS = (1, 2, 4, 8, 16, 32, 64)
PIECES = (16, 32, 64, 128, 256, 512)
SECONDS = 300.0
_TOKENS = 32
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Fit:
    """What serves best."""

    slots: int
    piece: int


def most_slots(kv_bytes: int, context: int, memory: int | None = None) -> int:
    """Slots for which there is memory. `kv_bytes`: keys and values a token."""
    if memory is None:
        memory = (
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 8 << 30
        )
    fitting = memory // MEMORY_SHARE // (kv_bytes * context) if kv_bytes else UNKNOWN
    return min(max(fitting, 2), SLOTS[-1])


class Machine:
    """The file of what was measured. A broken one counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: str) -> Fit | None:
        found = self._all().get(key)
        try:
            fit = Fit(int(found["slots"]), int(found["piece"])) if isinstance(found, dict) else None
        except (KeyError, TypeError, ValueError):
            return None
        return fit if fit and 1 <= fit.slots <= SLOTS[-1] and 1 <= fit.piece <= PIECES[-1] else None

    def write(self, key: str, fit: Fit, measured: dict[str, Any]) -> None:
        """Raises StorageFull."""
        self._put(key, {**asdict(fit), "measured": measured})

    def tried(self, mark: str) -> bool:
        """Whether these weights were loaded in a child once, and it lived."""
        return mark in self._all()

    def note_tried(self, mark: str) -> None:
        """Raises StorageFull."""
        self._put(mark, {})

    def _put(self, key: str, value: dict[str, Any]) -> None:
        newest = [*{**self._all(), key: value}.items()][-_KEPT:]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(self._path, json.dumps(dict(newest), indent=1).encode(), mode=0o600)

    def _all(self) -> dict[str, Any]:
        try:
            said = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            log.warning("%s cannot be read: it is measured again", self._path.name)
            return {}
        return said if isinstance(said, dict) else {}


def chosen(measured: dict[str, Any], most: int) -> Fit:
    """`measured`: total tokens a second by slots, and seconds a piece by its tokens."""
    totals = {int(slots): float(rate) for slots, rate in measured["totals"].items() if int(slots) <= most}
    best = max(totals.values())
    slots = min(slots for slots, rate in totals.items() if rate >= NEARLY * best)
    quick = [int(piece) for piece, seconds in measured["pieces"].items() if float(seconds) <= PATIENCE]
    return Fit(slots, max(quick, default=PIECE))


async def measure(path: Path, *, context: int, threads: int, most: int) -> tuple[Fit, dict[str, Any]]:
    """Measures in a child. Raises Unreadable or TooLarge where the child fails or takes too long."""
    megabytes = child_megabytes(await asyncio.to_thread(path.stat))
    argument = {"path": str(path), "context": context, "threads": threads, "most": most}
    measured: dict[str, Any] = await child.run(
        "madang.models.tuning:measure_here", argument, seconds=SECONDS, memory_mb=megabytes
    )
    return chosen(measured, most), measured


def child_megabytes(weights: os.stat_result) -> int:
    """Address space of a child that loads these weights: they are mapped, and llama.cpp reserves more."""
    return (weights.st_size >> 20) * 2 + 16_384


def measure_here(argument: dict[str, Any]) -> dict[str, Any]:
    """In the child: see `chosen`."""
    path, threads, most = Path(argument["path"]), argument["threads"], argument["most"]
    context = min(argument["context"], 1024)
    pieces = {}
    for piece in (size for size in PIECES if size <= context // 2):
        engine = Engine(path, context=context, slots=1, threads=threads, batch=piece, single=piece)
        _complete(engine, [1] * piece, 0, 0)
        began = time.perf_counter()
        _complete(engine, [2] * (2 * piece), 0, 0)
        pieces[str(piece)] = (time.perf_counter() - began) / 2
        engine.close()
        if pieces[str(piece)] > 2 * PATIENCE:
            break
    engine = Engine(path, context=context, slots=most, threads=threads)
    totals = {}
    for count in (size for size in SLOTS if size <= most):
        with ThreadPoolExecutor(count) as pool:
            began = time.perf_counter()
            made = sum(pool.map(partial(_complete, engine, [1, 2, 3, 4], tokens=_TOKENS), range(count)))
            totals[str(count)] = made / (time.perf_counter() - began)
    engine.close()
    return {"totals": totals, "pieces": pieces}


def _complete(engine: Any, prompt: list[int], slot: int, tokens: int) -> int:
    """Tokens that were made."""
    made = 0

    def on_chunk(chunk: bytes) -> bool:
        nonlocal made
        made = (json.loads(chunk).get("usage") or {}).get("completion_tokens", made)
        return False

    body = {
        "prompt": prompt,
        "n_predict": tokens,
        "id_slot": slot,
        "cache_prompt": False,
        "ignore_eos": True,
        "stream": True,
        "temperature": 0,
    }
    engine.complete(json.dumps(body).encode(), on_chunk)
    return made
