"""What one studio saw of a cluster's replicas: who made its replies, who was lost in the middle of one, who
makes one or holds it in its queue now. Kept by the connection: it outlives a cluster that goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from madang.kernel.meters import Meters
from madang.models.cluster.protocol import Lost
from madang.models.engines.types import ReplicaState


class Tally:
    """Belongs to one event loop. `engine` is the name that the meters count it under."""

    def __init__(self, engine: str = "cluster", meters: Meters | None = None) -> None:
        self._engine = engine
        self._meters = meters
        self.served: Counter[str] = Counter()
        """Replies by the seat that ended them."""
        self.lost: Counter[str] = Counter()
        """Replies by the seat that was lost while it made them; empty where it had not said who it is."""
        self._parts: set[Part] = set()

    @contextmanager
    def part(self) -> Iterator[Part]:
        """One replica's part of a reply."""
        one = Part()
        self._parts.add(one)
        try:
            yield one
        except Lost:
            self._count(self.lost, one.by, "lost")
            raise
        finally:
            self._parts.discard(one)

    def ended(self, one: Part) -> None:
        """It came to its end."""
        one.ended = True
        self._count(self.served, one.by, "served")

    def _count(self, counter: Counter[str], seat: str, kind: str) -> None:
        counter[seat] += 1
        if self._meters is not None:
            self._meters.replica_counted(self._engine, seat, kind)

    @property
    def waiting(self) -> int:
        """Replies that wait in the replicas' queues."""
        return sum(one.waits for one in self._parts)

    def states(self) -> tuple[ReplicaState, ...]:
        """By seat; without those that have not said who they are."""
        running = Counter(one.by for one in self._parts if not one.waits)
        waiting = Counter(one.by for one in self._parts if one.waits)
        seats = sorted({*self.served, *self.lost, *running, *waiting} - {""})
        return tuple(
            ReplicaState(seat, self.served[seat], self.lost[seat], running[seat], waiting[seat])
            for seat in seats
        )


class Part:
    """By which seat, whether it waits for a slot there, and whether it came to its end."""

    by = ""
    waits = False
    ended = False
