"""Which of the runtime's slots serves which request, and who waits for one.

A slot keeps the computed prefix of the last prompt it served. A conversation comes back to its own slot; a
new one gets a slot beside the busy ones: the runtime computes only neighbours together (decision 15).

Who waits is served in turn, one request each, whoever has least under way first; what runs in the background
comes after everybody and leaves one slot free where there are two.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from madang.kernel.errors import Busy

MAX_WAITING = 64
"""Requests that may wait for a slot; more are refused at once."""
LONGEST_RETRY = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request says about itself. `prompt`: its messages, each as a hash, oldest first."""

    hint: str | None = None
    prompt: tuple[bytes, ...] = ()
    beginning: int = 0
    """How many of the messages every conversation with this character has."""
    keep: str | None = None
    adapter: str = ""
    """What decides of the adapter it wants on: another's slot is never gone on from."""
    who: str | None = None
    background: bool = False

    @property
    def key(self) -> str:
        """Who is served in turn; requests that say nothing share one turn."""
        return self.who or self.hint or ""


@dataclass(slots=True)
class Slot:
    number: int
    busy: bool = False
    wish: Wish = field(default_factory=Wish)
    used: int = 0
    since: float = 0.0
    goes_on: bool = False
    """Whether what it holds is this conversation's own, so that nothing need be prepared."""
    spoiled: bool = False
    """Whether it holds a part of something: nobody goes on from that."""


class _Waiting:
    """One that waits. `told` hears how many are served before it."""

    def __init__(self, wish: Wish, told: Callable[[int], None] | None) -> None:
        self.wish = wish
        self.place: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._told = told
        self._said: int | None = None

    def tell(self, ahead: int) -> None:
        if self._told is not None and ahead != self._said:
            self._said = ahead
            self._told(ahead)


def hashed(messages: Sequence[dict[str, str]]) -> tuple[bytes, ...]:
    """What a `Wish` holds of messages."""
    return tuple(
        hashlib.blake2b(
            f"{one['role']}:{one['content']}".encode("utf-8", "surrogatepass"), digest_size=12
        ).digest()
        for one in messages
    )


class SlotBoard:
    """Hands out `count` slots. Belongs to one event loop."""

    def __init__(self, count: int, max_waiting: int = MAX_WAITING) -> None:
        self._slots = [Slot(number) for number in range(count)]
        self._max_waiting = max_waiting
        self._people: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._background: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._running: Counter[str] = Counter()
        self._in_background = 0
        self._clock = 0
        self._seconds = 2.0
        """How long a request has taken of late."""
        self.refused = 0

    @property
    def busy(self) -> int:
        """Slots in use."""
        return sum(slot.busy for slot in self._slots)

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return sum(map(len, self._people.values())) + sum(map(len, self._background.values()))

    @property
    def wanted(self) -> bool:
        """Whether somebody waits."""
        return bool(self._people)

    async def take(self, wish: Wish, told: Callable[[int], None] | None = None) -> Slot:
        """A free slot, waiting for one. Raises Busy when too many wait already."""
        queue = self._background if wish.background else self._people
        if sum(map(len, queue.values())) >= self._max_waiting:
            self.refused += 1
            raise Busy(
                "Too many conversations at once. Please try again in a moment.", retry_after=self._retry()
            )
        one = _Waiting(wish, told)
        queue.setdefault(wish.key, deque()).append(one)
        self._serve()
        try:
            return await one.place
        except asyncio.CancelledError:
            if one.place.done() and not one.place.cancelled():
                self.give(one.place.result())
            else:
                self._leave(queue, one)
            raise

    def give(self, slot: Slot) -> None:
        """Takes a slot back."""
        if not slot.busy:
            return
        took = asyncio.get_running_loop().time() - slot.since
        self._seconds += (took - self._seconds) / 8
        slot.busy = False
        self._running[slot.wish.key] -= 1
        self._running += Counter()  # drops those at zero
        self._in_background -= slot.wish.background
        if slot.spoiled:
            slot.wish, slot.spoiled = Wish(), False
        self._serve()

    def _leave(self, queue: OrderedDict[str, deque[_Waiting]], one: _Waiting) -> None:
        line = queue.get(one.wish.key)
        if line is not None and one in line:
            line.remove(one)
            if not line:
                del queue[one.wish.key]
        self._tell()

    def _retry(self) -> int:
        """Seconds after which half of those who wait now will have been served."""
        seconds = self._seconds * self._max_waiting / len(self._slots) / 2
        return min(max(math.ceil(seconds), 1), LONGEST_RETRY)

    def _serve(self) -> None:
        while (free := [slot for slot in self._slots if not slot.busy]) and (one := self._next(len(free))):
            slot = self._best(free, one.wish)
            slot.goes_on = _goes_on(slot.wish, one.wish)
            self._clock += 1
            slot.busy, slot.wish, slot.used = True, one.wish, self._clock
            slot.since = asyncio.get_running_loop().time()
            self._running[one.wish.key] += 1
            self._in_background += one.wish.background
            one.place.set_result(slot)
        self._tell()

    def _next(self, free: int) -> _Waiting | None:
        if self._people:
            return self._pop(self._people)
        spare = len(self._slots) - 1 if len(self._slots) > 1 else 1
        if self._background and self._in_background < spare and (free > 1 or len(self._slots) == 1):
            return self._pop(self._background)
        return None

    def _pop(self, queue: OrderedDict[str, deque[_Waiting]]) -> _Waiting:
        key = min(queue, key=lambda key: self._running[key])  # the first of equals: it has waited longest
        one = queue[key].popleft()
        if queue[key]:
            queue.move_to_end(key)
        else:
            del queue[key]
        return one

    def _best(self, free: list[Slot], wish: Wish) -> Slot:
        """Its own slot, else the one that holds most of its prompt, else one beside those that are busy, and
        of those the one unused longest."""
        busy = {slot.number for slot in self._slots if slot.busy}
        return max(
            free,
            key=lambda slot: (
                _goes_on(slot.wish, wish),
                wish.keep is None and slot.wish.hint is None and _shared(slot.wish.prompt, wish.prompt),
                -_groups({*busy, slot.number}),
                -slot.used,
            ),
        )

    def _tell(self) -> None:
        """Says to each who waits how many come before: whole rounds of the others, and their own earlier."""
        lengths = [len(line) for line in self._people.values()]
        for index, line in enumerate(self._people.values()):
            for depth, one in enumerate(line):
                before = sum(
                    min(length, depth + (other < index))
                    for other, length in enumerate(lengths)
                    if other != index
                )
                one.tell(before + depth)


def _shared(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> int:
    """How many messages both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _groups(numbers: Collection[int]) -> int:
    """Groups of neighbours among slots: the runtime computes each group by itself."""
    return sum(number - 1 not in numbers for number in numbers)


def _goes_on(before: Wish, wish: Wish) -> bool:
    """Whether what a slot holds is of the same conversation (it says so, or it holds an exchange of it), or
    was said by the same person."""
    if wish.hint != before.hint or wish.keep != before.keep or wish.adapter != before.adapter:
        return False
    own = wish.hint is not None or (wish.who is not None and wish.who == before.who)
    return _shared(before.prompt, wish.prompt) >= wish.beginning + (0 if own else 2)
