"""Moments on pages: in the studio's time zone, never in one that nobody here lives by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local(zone_name: str) -> Callable[[datetime], str]:
    """Writes a moment as a day and a time of this zone (UTC, where this machine does not know the zone)."""
    zone: tzinfo
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC

    def written(moment: datetime) -> str:
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return aware.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    return written
