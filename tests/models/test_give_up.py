"""When a generation is given up, and when it only waits for others."""

from __future__ import annotations

import asyncio

import pytest

from madang.models import generation
from madang.models.generation import Generation, Pulse


async def test_who_waits_while_the_engine_reads_for_others_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generation, "STALL_SECONDS", 0.2)
    pulse = Pulse()
    waits, other = Generation(pulse), Generation(pulse)
    waits.begin()
    for _ in range(8):
        other.on_chunk(b"{}")
        await asyncio.sleep(0.05)
    assert waits.overdue is None
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(waits.get(), 2)
    assert waits.overdue == 0.2


async def test_who_has_an_engine_alone_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "STALL_SECONDS", 0.1)
    silent = Generation()
    silent.begin()
    Generation().on_chunk(b"{}")
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        await silent.get()
    assert loop.time() - began < 1
