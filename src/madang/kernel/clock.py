"""The one clock: UTC, aware, replaceable in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)
