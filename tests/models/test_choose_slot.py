"""Which slot of the runtime serves which conversation."""

from __future__ import annotations

import asyncio

import pytest

from madang.kernel.errors import Busy
from madang.models.slots import SlotBoard


async def test_a_conversation_comes_back_to_its_slot() -> None:
    board = SlotBoard(2)
    first = await board.take("a", "Mina. Hello")
    board.give(first)
    second = await board.take("b", "Jun. Hello")
    board.give(second)
    assert second != first
    assert await board.take("a", "something else entirely") == first


async def test_a_new_conversation_takes_the_likest_slot() -> None:
    board = SlotBoard(3)
    slots = {}
    for name in ("Mina", "Jun"):
        slots[name] = await board.take(name, f"You are {name}, of Busan.")
    for slot in slots.values():
        board.give(slot)
    assert await board.take("new", "You are Jun, of Busan. Hi") == slots["Jun"]


async def test_waits_for_a_free_slot_in_turn() -> None:
    board = SlotBoard(1)
    slot = await board.take(None, "x")
    waiting = [asyncio.create_task(board.take(None, "x")) for _ in range(2)]
    await asyncio.sleep(0)
    assert board.busy == 1 and not any(task.done() for task in waiting)
    board.give(slot)
    await waiting[0]
    assert not waiting[1].done()
    waiting[1].cancel()


async def test_refuses_when_too_many_wait() -> None:
    board = SlotBoard(1, max_waiting=1)
    await board.take(None, "x")
    waiting = asyncio.create_task(board.take(None, "x"))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await board.take(None, "x")
    waiting.cancel()


async def test_giving_back_twice_frees_one_slot() -> None:
    board = SlotBoard(1)
    slot = await board.take(None, "x")
    board.give(slot)
    board.give(slot)
    await board.take(None, "x")
    second = asyncio.create_task(board.take(None, "x"))
    await asyncio.sleep(0)
    assert not second.done()
    second.cancel()
