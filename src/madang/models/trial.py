"""Weights from outside are loaded in a child process first: what kills their loader kills nobody."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

from madang.kernel import child
from madang.kernel.errors import ModelFailed, TooLarge, Unreadable
from madang.models.tuning import Machine, child_megabytes

log = logging.getLogger(__name__)
SECONDS = 120.0


async def try_out(path: Path, machine: Machine) -> None:
    """Loads weights in a child and lets them say one word, once while the file stays as it is.

    Raises Unreadable, TooLarge or ModelFailed.
    """
    state = await asyncio.to_thread(path.stat)
    mark = f"tried {path} {state.st_size} {state.st_mtime_ns}"
    if await asyncio.to_thread(machine.tried, mark):
        return
    try:
        await child.run(
            "madang.models.trial:say_a_word", str(path), seconds=SECONDS, memory_mb=child_megabytes(state)
        )
    except Unreadable:
        raise Unreadable("“{name}” broke the program that tried to load it.", name=path.name) from None
    except TooLarge:
        raise TooLarge("“{name}” takes too long or too much to load.", name=path.name) from None
    await asyncio.to_thread(machine.note_tried, mark)


async def try_adapter(path: Path, adapter: Path, machine: Machine) -> None:
    """The same with an adapter put on. Raises Unreadable, TooLarge or ModelFailed."""
    states = [await asyncio.to_thread(one.stat) for one in (path, adapter)]
    mark = f"tried {path} with {adapter} " + " ".join(f"{one.st_size} {one.st_mtime_ns}" for one in states)
    if await asyncio.to_thread(machine.tried, mark):
        return
    try:
        await child.run(
            "madang.models.trial:say_a_word_with",
            [str(path), str(adapter)],
            seconds=SECONDS,
            memory_mb=child_megabytes(states[0]),
        )
    except Unreadable:
        raise Unreadable("“{name}” broke the program that tried to load it.", name=adapter.name) from None
    except TooLarge:
        raise TooLarge("“{name}” takes too long or too much to load.", name=adapter.name) from None
    except ModelFailed:
        raise ModelFailed("The adapter “{name}” does not fit this model.", name=adapter.name) from None
    await asyncio.to_thread(machine.note_tried, mark)


def say_a_word(path: str) -> bool:
    """In the child. Raises ModelFailed."""
    return say_a_word_with([path])


def say_a_word_with(paths: list[str]) -> bool:
    """In the child: weights, and an adapter if there is one. Raises ModelFailed."""
    from madang.models.engine import Engine

    path, adapters = paths[0], [Path(one) for one in paths[1:]]
    engine = Engine(Path(path), context=512, slots=1, threads=1, adapters=adapters)
    failed: list[Any] = []

    def on_chunk(chunk: bytes) -> bool:
        said = json.loads(chunk)
        if "error" in said:
            failed.append(said["error"])
        return bool(failed)

    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": "Hello."}],
        "max_tokens": 1,
        "stream": True,
        "lora": [{"id": number, "scale": 1.0} for number, _ in enumerate(adapters)],
    }
    engine.generate(json.dumps(body).encode(), on_chunk)
    engine.close()
    if failed:
        log.warning("the weights do not answer: %s", failed[0])
        raise ModelFailed("The model “{name}” was loaded and cannot answer.", name=Path(path).name)
    return True
