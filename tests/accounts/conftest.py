"""An accounts door with a clock that can be moved and a hash that costs nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from madang.accounts.access import Accounts
from madang.kernel.clock import now
from madang.kernel.settings import Settings
from madang.storage.database import Database

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a long enough password"


class MovableClock:
    def __init__(self) -> None:
        self.at = now()

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def accounts(database: Database, settings: Settings, clock: MovableClock) -> Accounts:
    return Accounts(database, settings, clock=clock, hasher=CHEAP)
