"""The age gate in front of rated characters: who needs one, and the signed cookie that remembers the answer.

A person is asked for the month of their birth, without being told which answer lets them in; kept is only the
band it falls into (0, 13 or 18) and when it was given. An answer stands for a day before another is taken, so
that a too-young one is not changed at once. Whoever holds an API key counts as 18 (`accounts` sees to that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from itsdangerous import BadSignature, Signer

from madang.kernel.clock import Clock, now
from madang.kernel.errors import BadInput, MadangError
from madang.kernel.identity import Identity
from madang.web.secret import studio_key

COOKIE = "madang_age"
AGES = {"everyone": 0, "teen": 13, "adult": 18}
"""The age from which on a rating is met (`characters.types.Rating`)."""
STANDS = timedelta(days=1)
"""How long an answer cannot be changed."""
LASTS = timedelta(days=30)
"""How long an answer that lets one in is remembered; any other only until it may be changed."""
OLDEST = 120


class AgeNeeded(MadangError):
    """A rated character, and a visitor who was not asked yet or is too young. `age` is 13 or 18."""

    status: ClassVar[int] = 403
    code: ClassVar[str] = "age_needed"

    def __init__(self, age: int) -> None:
        self.age = age
        super().__init__("This character is for people of {age} and over.", age=age)


def needed(identity: Identity, rating: str, owner_id: str = "") -> int:
    """The age that this identity must still show for a character of this rating: 0, 13 or 18.

    0 for the character's own maker (`owner_id`) and the studio's owner. An unknown rating counts as adult.
    """
    age = AGES.get(rating, 18)
    if identity.age >= age or identity.kind == "owner" or (owner_id and identity.id == owner_id):
        return 0
    return age


def require(identity: Identity, rating: str, owner_id: str = "") -> None:
    """Raises AgeNeeded where `needed` is not 0."""
    if age := needed(identity, rating, owner_id):
        raise AgeNeeded(age)


def gate_address(age: int, back: str) -> str:
    """Where a page sends somebody who needs `age`: the gate, which leads back to the local path `back`."""
    return f"/age?for={age}&next={quote(back, safe='')}"


def band(year: int, month: int, today: datetime) -> int:
    """0, 13 or 18 from the month of birth. Counted from the month's end: nobody is let in a day too early.

    Raises BadInput for a month that nobody alive was born in.
    """
    if not 1 <= month <= 12 or not today.year - OLDEST <= year <= today.year:
        raise BadInput("Please choose the year and the month of your birth.")
    years = today.year - year - (0 if today.month > month else 1)
    if years < 0 and (year, month) > (today.year, today.month):
        raise BadInput("Please choose the year and the month of your birth.")
    return 18 if years >= 18 else 13 if years >= 13 else 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said at the gate: `age` is 0, 13 or 18."""

    age: int
    at: datetime


class Ages:
    """Signs answers into cookies and reads them. The key stays in the data folder."""

    def __init__(self, data: Path, clock: Clock = now) -> None:
        self._data = data
        self._clock = clock
        self._made: Signer | None = None

    def sign(self, age: int) -> tuple[str, int]:
        """The cookie's value for an answer given now, and its life in seconds."""
        value = self._signer().sign(f"{age}.{int(self._clock().timestamp())}").decode()
        return value, int((LASTS if age else STANDS).total_seconds())

    def read(self, cookie: str) -> Answer | None:
        """The answer, or None when the cookie was not made here or is too old."""
        try:
            age, _, seconds = self._signer().unsign(cookie).decode().partition(".")
            answer = Answer(int(age), datetime.fromtimestamp(int(seconds), UTC))
        except (BadSignature, UnicodeError, ValueError, OverflowError, OSError):
            return None
        life = LASTS if answer.age else STANDS
        return answer if timedelta(0) <= self._clock() - answer.at + timedelta(minutes=1) <= life else None

    def age_of(self, cookie: str) -> int:
        """The band that a cookie stands for, 0 for none: what `accounts` puts on the identity."""
        answer = self.read(cookie)
        return answer.age if answer else 0

    def age_in(self, cookies: Mapping[str, str]) -> int:
        """The same from a request's cookies."""
        cookie = cookies.get(COOKIE)
        return self.age_of(cookie) if cookie else 0

    def settled(self, cookie: str) -> Answer | None:
        """The answer as long as it cannot be changed."""
        answer = self.read(cookie)
        return answer if answer and self._clock() - answer.at < STANDS else None

    def today(self) -> datetime:
        return self._clock()

    def _signer(self) -> Signer:
        if self._made is None:
            key = studio_key(self._data, "ages")
            self._made = Signer(key, salt="madang.age", digest_method=hashlib.sha256)
        return self._made
