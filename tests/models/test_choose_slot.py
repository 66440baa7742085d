"""Which slot of the runtime serves which request, and who waits."""

from __future__ import annotations

import asyncio

import pytest

from madang.kernel.errors import Busy
from madang.models.slots import Slot, SlotBoard, Wish, hashed


def said(*texts: str) -> tuple[bytes, ...]:
    return hashed([{"role": "user", "content": text} for text in texts])


async def served(board: SlotBoard, *wishes: Wish) -> list[Slot]:
    """Each on its own, one after another, so that all slots are free again."""
    slots = []
    for wish in wishes:
        slots.append(slot := await board.take(wish))
        board.give(slot)
    return slots


async def test_a_conversation_comes_back_to_its_slot() -> None:
    board = SlotBoard(2)
    first, second = await served(board, Wish("a", said("Mina", "Hello")), Wish("b", said("Jun", "Hello")))
    assert second.number != first.number and not second.goes_on
    again = await board.take(Wish("a", said("something else")))
    assert again.number == first.number and again.goes_on


async def test_another_beginning_is_another_prompt() -> None:
    """A character that was published anew in the middle of a conversation."""
    board = SlotBoard(1)
    one = Wish("a", said("persona", "Hello"), beginning=1, keep="chr")
    two = Wish("a", said("new persona", "Hello"), beginning=1, keep="chr")
    await served(board, one)
    assert not (await board.take(two)).goes_on


async def test_nobody_goes_on_from_a_stranger() -> None:
    board = SlotBoard(1)
    hello = said("persona", "Hello")
    await served(board, Wish("a", hello, beginning=1, keep="chr"))
    for wish in (
        Wish("b", hello, beginning=1, keep="chr"),
        Wish(None, hello, beginning=1, keep="chr"),
        Wish("a", hello, beginning=1, keep="other"),
    ):
        assert not (await served(board, wish))[0].goes_on


async def test_a_caller_without_conversations_goes_on_from_its_own_words() -> None:
    board = SlotBoard(2)
    first = Wish(None, said("persona", "Hi", "Hello.", "Who are you?"), beginning=1, keep="chr")
    other = Wish(None, said("persona", "Where is it?"), beginning=1, keep="chr")
    more = Wish(None, said("persona", "Hi", "Hello.", "Where?"), beginning=1, keep="chr")
    one, two = await served(board, first, other)
    assert one.number != two.number and not two.goes_on
    again = await board.take(more)
    assert again.number == one.number and again.goes_on


async def test_the_same_person_goes_on_with_the_same_character() -> None:
    """Without a conversation: what was said before was this person's own."""
    board = SlotBoard(2)
    one = Wish(None, said("persona", "Hi"), beginning=1, keep="chr", who="a")
    await served(board, one)
    for wish in (
        Wish(None, said("persona", "Who are you?"), beginning=1, keep="chr", who="b"),
        Wish(None, said("new persona", "Hi"), beginning=1, keep="chr", who="a"),
        Wish(None, said("persona", "Hi"), beginning=1, keep="other", who="a"),
    ):
        other = await board.take(wish)
        assert not other.goes_on
        board.give(other)
        await served(board, one)
    again = await board.take(Wish(None, said("persona", "Who are you?"), beginning=1, keep="chr", who="a"))
    assert again.goes_on


async def test_who_comes_gets_a_slot_beside_the_busy_ones() -> None:
    """The runtime computes only neighbours together."""
    board = SlotBoard(6)
    everybody = [Wish(name) for name in "abcdef"]
    assert [slot.number for slot in await served(board, *everybody)] == [0, 1, 2, 3, 4, 5]
    await served(board, *everybody[:4])  # so e and f were there longest ago
    second = await board.take(Wish("c"))
    assert second.number == 2, "one's own comes first"
    assert (await board.take(Wish("x"))).number == 1, "the older of both neighbours"
    assert (await board.take(Wish("y"))).number == 0
    assert (await board.take(Wish("z"))).number == 3


async def test_nobody_goes_on_from_what_was_stopped_half_way() -> None:
    board = SlotBoard(1)
    slot = await board.take(Wish("a", said("persona")))
    slot.spoiled = True
    board.give(slot)
    again = await board.take(Wish("a", said("persona")))
    assert not again.goes_on and not again.spoiled


async def test_whoever_waits_is_served_in_turn() -> None:
    """One who sends ten at once gets no more than another who sends one."""
    board = SlotBoard(1)
    order: list[str] = []
    first = await board.take(Wish(who="loud"))

    async def wait(who: str) -> None:
        slot = await board.take(Wish(who=who))
        order.append(who)
        await asyncio.sleep(0)
        board.give(slot)

    tasks = []
    for who in ("loud",) * 4 + ("calm", "other", "calm"):
        tasks.append(asyncio.create_task(wait(who)))
        await asyncio.sleep(0)
    board.give(first)
    await asyncio.gather(*tasks)
    assert order == ["loud", "calm", "other", "loud", "calm", "loud", "loud"]


async def test_who_has_a_slot_waits_for_who_has_none() -> None:
    board = SlotBoard(2)
    held = [await board.take(Wish(who="loud")), await board.take(Wish(who="other"))]
    loud = asyncio.create_task(board.take(Wish(who="loud")))
    await asyncio.sleep(0)
    calm = asyncio.create_task(board.take(Wish(who="calm")))
    await asyncio.sleep(0)
    board.give(held[1])
    await asyncio.sleep(0)
    assert calm.done() and not loud.done()
    loud.cancel()


async def test_the_background_leaves_a_slot_and_comes_last() -> None:
    board = SlotBoard(2)
    checks = Wish(who="checks", background=True)
    first = await board.take(checks)
    more = asyncio.create_task(board.take(checks))
    await asyncio.sleep(0)
    assert not more.done(), "one slot is for people"
    person = await asyncio.wait_for(board.take(Wish(who="a")), 1)
    waiting = asyncio.create_task(board.take(Wish(who="b")))
    await asyncio.sleep(0)
    assert board.wanted and board.waiting == 2
    board.give(first)
    await asyncio.sleep(0)
    assert waiting.done() and not more.done()
    board.give(person)
    board.give(waiting.result())
    await asyncio.sleep(0)
    assert more.done()


async def test_one_slot_serves_the_background_too() -> None:
    board = SlotBoard(1)
    slot = await asyncio.wait_for(board.take(Wish(background=True)), 1)
    board.give(slot)
    assert board.busy == 0


async def test_who_waits_is_told_how_many_come_before() -> None:
    board = SlotBoard(1)
    slot = await board.take(Wish(who="a"))
    told: dict[str, list[int]] = {name: [] for name in "bcd"}
    tasks = {}
    for name in "bcd":
        tasks[name] = asyncio.create_task(board.take(Wish(who=name), told[name].append))
        await asyncio.sleep(0)
    assert told == {"b": [0], "c": [1], "d": [2]}
    tasks["c"].cancel()
    await asyncio.sleep(0)
    board.give(slot)
    await asyncio.sleep(0)
    assert tasks["b"].done() and told["d"] == [2, 1, 0]
    tasks["d"].cancel()


async def test_refuses_when_too_many_wait() -> None:
    board = SlotBoard(1, max_waiting=1)
    await board.take(Wish())
    waiting = asyncio.create_task(board.take(Wish()))
    await asyncio.sleep(0)
    with pytest.raises(Busy) as caught:
        await board.take(Wish())
    assert 1 <= caught.value.retry_after <= 120 and board.refused == 1
    waiting.cancel()


async def test_a_slot_that_was_just_given_to_one_who_left_is_free() -> None:
    board = SlotBoard(1)
    slot = await board.take(Wish())
    waiting = asyncio.create_task(board.take(Wish()))
    await asyncio.sleep(0)
    board.give(slot)  # it is theirs now, and they leave before they learn of it
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert board.busy == 0
    await asyncio.wait_for(board.take(Wish()), 1)


async def test_giving_back_twice_frees_one_slot() -> None:
    board = SlotBoard(1)
    slot = await board.take(Wish())
    board.give(slot)
    board.give(slot)
    await board.take(Wish())
    second = asyncio.create_task(board.take(Wish()))
    await asyncio.sleep(0)
    assert not second.done()
    second.cancel()
