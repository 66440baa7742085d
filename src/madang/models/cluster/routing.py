"""Which replica serves which request: always the same one for a character, so that its beginning is there,
unless that one is much busier than the others.

Rendezvous hashing: every seat has a weight for every key, and the heaviest wins. When a seat goes, only the
characters it served move; when it is back, they come back to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.models.types import ChatRequest

MOST_AVOIDED = 8


def key_of(request: ChatRequest) -> str:
    """What a request is routed by: a hash of the character and its beginning, else of the conversation, else
    of the first message. Nothing that was said can be read from it."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(request):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _parts(request: ChatRequest) -> list[str]:
    if request.keep is not None:
        begun = request.messages[: request.beginning]
        return ["character", request.keep, *(text for one in begun for text in (one.role, one.content))]
    if request.slot_hint is not None:
        return ["conversation", request.slot_hint]
    return ["message", *(one.content for one in request.messages[:1])]


@dataclass(frozen=True, slots=True)
class Tag:
    """What a request says to the router, as one line: `key`, how often it was lost by a replica that it does
    not know, and seats that were lost just now: they are asked last."""

    key: str
    attempt: int = 0
    avoided: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "~".join([self.key, str(self.attempt), *self.avoided[:MOST_AVOIDED]])

    @classmethod
    def read(cls, line: str) -> Tag:
        key, *rest = line.split("~")[: MOST_AVOIDED + 2]
        attempt = rest[0] if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 4 else "0"
        return cls(key, int(attempt), tuple(rest[1:]))


def preferred(key: str, seats: Sequence[str]) -> list[str]:
    """All seats, the one that serves this key first."""
    return sorted(
        seats,
        key=lambda seat: hashlib.blake2b(f"{seat} {key}".encode(), digest_size=8).digest(),
        reverse=True,
    )


def order(tag: Tag, seats: Sequence[str], loads: Mapping[str, int], slots: Mapping[str, int]) -> list[str]:
    """Seats in the order in which they are to be asked. `loads`: requests under way, `slots`: served at once.

    A seat is passed over while a whole round of its slots more waits for it than for the least busy one.
    """
    ranked = preferred(tag.key, seats)
    if not ranked:
        return []
    first = tag.attempt % len(ranked)
    ranked = ranked[first:] + ranked[:first]
    least = min(loads.get(seat, 0) for seat in ranked)

    def fits(seat: str) -> bool:
        load, served = loads.get(seat, 0), max(slots.get(seat, 1), 1)
        return load < served or load - least < served

    return sorted(ranked, key=lambda seat: (seat in tag.avoided, not fits(seat)))
