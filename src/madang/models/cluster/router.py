"""Serve's router of requests, with `routing.order`. Runs in the proxies of the cluster; needs Ray."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ray.serve.experimental.consistent_hash_router import ConsistentHashRouter

from madang.models.cluster import routing


class PrefixRouter(ConsistentHashRouter):  # type: ignore[misc]
    """A character's requests go to the seat that holds its beginning. `spread`: any seat, at random: what
    the benchmark compares with."""

    _spread = False

    def initialize_state(self, **options: Any) -> None:
        self._spread = bool(options.pop("spread", False))
        super().initialize_state(**options)

    async def choose_replicas(self, candidate_replicas: list[Any], pending_request: Any = None) -> list[Any]:
        """One replica a rank, in the order in which they are to be asked."""
        if not candidate_replicas:
            return []
        if pending_request is None:
            return [candidate_replicas]
        pending_request.routing_context.should_backoff = True
        by_seat = seats_of(candidate_replicas)
        asked = pending_request.metadata
        key = asked.internal_request_id if self._spread or not asked.session_id else asked.session_id
        loads = {
            seat: self.replica_queue_len_cache.get(replica.replica_id) or 0
            for seat, replica in by_seat.items()
        }
        slots = {seat: _slots(replica) for seat, replica in by_seat.items()}
        return [[by_seat[seat]] for seat in routing.order(routing.Tag.read(key), list(by_seat), loads, slots)]


def seats_of(replicas: list[Any]) -> dict[str, Any]:
    """Replicas by the seat they said they have. Of two that say the same one is going: both get a name."""
    said = [(str(one.replica_metadata.get("seat") or one.replica_id.unique_id), one) for one in replicas]
    count = Counter(seat for seat, _ in said)
    return {seat if count[seat] == 1 else f"{seat} {one.replica_id.unique_id}": one for seat, one in said}


def _slots(replica: Any) -> int:
    said = replica.replica_metadata.get("slots")
    return said if isinstance(said, int) and said > 0 else 1
