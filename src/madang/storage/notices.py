"""What happened, told to every process of the studio: a topic and an id, never contents.

    tell(session, "embed", character_id)          # in a writing session: told when it is committed
    database.notices.hear("embed", lambda key: watch.poke())

Whoever hears reads the database: a notice says where to look and may be repeated. On SQLite this process
alone hears; on PostgreSQL all do (`wire`). A lost connection loses notices, so when it is back, and whenever
too many come at once, every hearer is told `None`: read again whatever you know.
"""

from __future__ import annotations

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.kernel.ids import new_secret

CHANNEL = "madang"
LONGEST = 200
"""Characters of a topic or an id: PostgreSQL takes 8,000 bytes with a notice, and an id is enough."""
MOST = 100
"""Ids of one topic in one transaction; beyond them it is told once that anything may have changed."""
Hearer = Callable[[str | None], None]
Notice = tuple[str, str | None]
log = logging.getLogger("madang.notices")


class Notices:
    """The door of one process. `Database` has it."""

    def __init__(self) -> None:
        self.origin = new_secret(8)
        """Who tells: what comes back over the wire was heard here already."""
        self.across = False
        """Whether other processes are heard right now. Where they are not, one has to look."""
        self._hearers: defaultdict[str, list[Hearer]] = defaultdict(list)

    def hear(self, topic: str, hearer: Hearer) -> None:
        """Call `hearer` with the id of whatever is told, or None for all of them. It is called on the event
        loop, must not wait, and is asked for nothing while the studio closes."""
        self._hearers[topic].append(hearer)

    def deliver(self, notices: Sequence[Notice]) -> None:
        """To the hearers of this process. One that fails keeps nothing from the others."""
        for topic, key in notices:
            for hearer in self._hearers[topic]:
                try:
                    hearer(key)
                except Exception:
                    log.exception("a notice of %s was not taken", topic)

    def missed(self) -> None:
        """Notices may have been lost: everybody reads again."""
        self.deliver([(topic, None) for topic in list(self._hearers)])

    def received(self, payload: str) -> None:
        """A notice as it came over the wire. What this process told, or is no notice, is passed over."""
        try:
            origin, topic, key = json.loads(payload)
        except (ValueError, TypeError, RecursionError):
            log.warning("something that is no notice came over the channel %s", CHANNEL)
            return
        if origin != self.origin and isinstance(topic, str) and isinstance(key, str | None):
            self.deliver([(topic, key)])


def tell(session: AsyncSession, topic: str, key: str) -> None:
    """Say in a writing session that something changed; told once it is committed, to nobody if it is not."""
    if not session.info.get("write"):
        raise ValueError("a notice belongs to a transaction that writes")
    if len(topic) > LONGEST or len(key) > LONGEST:
        raise ValueError("a notice is a topic and an id")
    session.info.setdefault("notices", {})[topic, key] = None


def told(session: AsyncSession) -> list[Notice]:
    """What is to be told when this session is committed, each once, in the order in which it was said."""
    every: list[Notice] = list(session.info.get("notices", ()))
    counted = Counter(topic for topic, _ in every)
    kept = [(topic, None if counted[topic] > MOST else key) for topic, key in every]
    return list(dict.fromkeys(kept))


async def send(session: AsyncSession, origin: str, notices: Sequence[Notice]) -> None:
    """Hand them to PostgreSQL within the session's transaction."""
    payloads = [json.dumps([origin, topic, key]) for topic, key in notices]
    told_to_all = text(
        "SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload"
    )
    await session.execute(told_to_all, {"channel": CHANNEL, "payloads": payloads})
