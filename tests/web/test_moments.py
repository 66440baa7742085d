"""Moments are written in the studio's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from madang.web.moments import local

EVENING = datetime(2026, 11, 30, 20, 5, tzinfo=UTC)


def test_in_the_studio_s_zone() -> None:
    assert local("Asia/Seoul")(EVENING) == "2026-12-01 05:05"
    assert local("Asia/Seoul")(EVENING.replace(tzinfo=None)) == "2026-12-01 05:05"
    assert local("No/Where")(EVENING) == local("")(EVENING) == "2026-11-30 20:05"
