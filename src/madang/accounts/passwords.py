"""Passwords: argon2 in a thread, a limit on attempts, and the same work with and without an account."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address, ip_network

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from madang.kernel.errors import BadInput, Busy
from madang.storage.limits import Limits

SHORTEST = 10
LONGEST = 1024


class Attempts:
    """Counts sign-in attempts in a sliding window, per address and over all, whichever process they come to.

    An attempt is counted before it is judged, so that many at once cannot slip through together.
    """

    def __init__(
        self,
        limits: Limits,
        kind: str,
        *,
        per_address: int = 8,
        overall: int = 60,
        window: timedelta = timedelta(minutes=5),
    ) -> None:
        self.per_address = per_address
        self.overall = overall
        self.window = window
        self._limits = limits
        self._kind = kind

    async def count(self, address: str, at: datetime) -> None:
        """Count one attempt. Raises Busy when the address or all addresses together had too many."""
        wait = await self._limits.use(self._kind, address, at, self.window, self.per_address, self.overall)
        if wait is not None:
            seconds = max(1, int(wait.total_seconds()))
            raise Busy(
                "Too many attempts to sign in. Try again in {seconds} seconds.", seconds, seconds=seconds
            )

    async def undo(self, address: str, at: datetime) -> None:
        """Forget one attempt of an address, counted at `at`: the one that was right. The wrong ones stay, so
        that nobody signs in as themselves between guesses at others."""
        await self._limits.undo(self._kind, address, at)

    async def forgive(self, address: str) -> None:
        """Forget all attempts of an address, or of a name, that was right in the end."""
        await self._limits.forgive(self._kind, address)


def near(address: str) -> str:
    """What attempts of one place are counted under: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False).network_address)


class Passwords:
    """Hashes and verifies. At most two hashes at once, as each takes 64 MiB."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(2)
        self._decoy = cache(lambda: self._hasher.hash("no account has this password"))

    @staticmethod
    def check(password: str) -> None:
        """Raises BadInput for a password that is too short or too long."""
        if len(password) < SHORTEST:
            raise BadInput("A password needs at least {count} characters.", count=SHORTEST)
        if len(password) > LONGEST:
            raise BadInput("A password has at most {count} characters.", count=LONGEST)

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether it fits; without a stored hash the same work is done and the answer is no."""
        async with self._gate:
            fits = await asyncio.to_thread(self._fits, stored, password[:LONGEST])
        return fits and stored is not None and len(password) <= LONGEST

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _fits(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._decoy(), password)
        except (VerificationError, InvalidHashError):
            return False
