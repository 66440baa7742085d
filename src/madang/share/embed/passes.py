"""The pass of one open panel: a signed token in place of a cookie, which no browser sends into a frame.

It names a visitor, one character and one website, and says nothing to any other: it is good for hours, and
can be exchanged for a fresh one for weeks, so that a visitor who comes back is the same visitor.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from madang.kernel.clock import Clock
from madang.kernel.ids import new_id
from madang.web.secret import studio_key

HEADER = "x-madang-pass"
GOOD_FOR = timedelta(hours=2)
RENEWED_FOR = timedelta(days=30)
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Pass:
    visitor_id: str
    character_id: str
    origin: str
    made_at: datetime


class Passes:
    """Makes and reads passes with a key of their own."""

    def __init__(self, data: Path, now: Clock) -> None:
        self._data = data
        self._now = now
        self._signer: URLSafeSerializer | None = None

    def make(self, character_id: str, origin: str, visitor_id: str | None = None) -> str:
        """A pass for a new visitor, or for one who had an older pass."""
        visitor = visitor_id or new_id("vis")
        return self._signed().dumps([visitor, character_id, origin, int(self._now().timestamp())])

    def read(self, token: str, life: timedelta = GOOD_FOR) -> Pass | None:
        """The pass if it was made here and is not older than `life`; else None."""
        if not token or len(token) > LONGEST:
            return None
        try:
            visitor, character, origin, seconds = self._signed().loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        made = datetime.fromtimestamp(seconds, UTC)
        if self._now() - made > life:
            return None
        return Pass(visitor, character, origin, made)

    def _signed(self) -> URLSafeSerializer:
        if self._signer is None:
            self._signer = URLSafeSerializer(
                studio_key(self._data, "embed"),
                salt="madang.embed.pass",
                serializer=json,
                signer_kwargs={"digest_method": hashlib.sha256},
            )
        return self._signer
