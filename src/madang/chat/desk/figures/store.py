"""How conversations went, counted in SQL on both databases: one pass over the replies, and their times by
rank, which both can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column, select

from madang.chat.desk.store import Scope
from madang.chat.desk.types import Day, Figures
from madang.chat.store import ConversationRow, ReplyRow, Session

MOST_DAYS = 366
DayAt = Callable[[Any], ColumnElement[str]]


async def figures(
    session: Session, scope: Scope, *, days: int, now: datetime, zone: ZoneInfo, sqlite: bool
) -> Figures:
    """Of the last `days` days, today included. Days are the zone's, by the offset that it has now."""
    days = min(max(days, 1), MOST_DAYS)
    local = now.astimezone(zone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    offset = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    every = [(first + timedelta(days=place)).date() for place in range(days)]
    by_day = {one: Day(day=one) for one in every}
    made = Figures(days=days, since=first)
    day_at = partial(day_of, offset=offset, sqlite=sqlite)
    timed = await _replies(session, scope, made, by_day, day_at)
    await _times(session, scope, made, by_day, day_at, timed)
    await _conversations(session, scope, made, by_day, day_at)
    made.by_day = list(by_day.values())
    return made


def day_of(column: Any, offset: int, sqlite: bool) -> ColumnElement[str]:
    """The local day of a moment as `2026-05-01`."""
    if sqlite:
        return func.date(column, literal_column(f"'{offset:+d} minutes'"))
    shifted = func.timezone("UTC", column) + literal_column(f"interval '{offset} minutes'")
    return cast(func.date(shifted), Text)


def _counted(scope: Scope, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (scope.within(ReplyRow), ReplyRow.created_at >= since, ReplyRow.state != "streaming")


def _timed() -> ColumnElement[bool]:
    """A person's words, and replies that never began, have no first word."""
    return (ReplyRow.basis != "person") & (ReplyRow.first_ms > 0)


async def _replies(
    session: Session, scope: Scope, made: Figures, by_day: Mapping[date, Day], day_at: DayAt
) -> int:
    """Counts everything but times; how many replies have one."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    mine = ReplyRow.basis != "person"
    columns = {
        "replies": count(mine),
        "abstained": count(ReplyRow.basis == "abstained"),
        "cited": count(ReplyRow.basis.in_(("sources", "partial"))),
        "asked_back": count(ReplyRow.basis == "clarify"),
        "up": count(mine & (ReplyRow.thumb == 1)),
        "down": count(mine & (ReplyRow.thumb == -1)),
        "failed": count(ReplyRow.state == "failed"),
        "safety": count(ReplyRow.basis == "safety"),
        "prompt_tokens": func.sum(ReplyRow.prompt_tokens),
        "completion_tokens": func.sum(ReplyRow.completion_tokens),
        "timed": count(_timed()),
    }
    day = day_at(ReplyRow.created_at).label("day")
    query = select(day, *(column.label(name) for name, column in columns.items()))
    found = await session.execute(query.where(*_counted(scope, made.since)).group_by(day))
    timed = 0
    for row in found.mappings():
        timed += int(row["timed"])
        for name in columns:
            if name != "timed":
                setattr(made, name, getattr(made, name) + int(row[name] or 0))
        if (one := by_day.get(date.fromisoformat(str(row["day"])))) is not None:
            for name in ("replies", "abstained", "cited", "asked_back", "up", "down"):
                setattr(one, name, int(row[name]))
            one.tokens = int(row["prompt_tokens"] or 0) + int(row["completion_tokens"] or 0)
    theirs = select(func.count()).where(*_counted(scope, made.since), ReplyRow.basis == "person")
    made.persons = int((await session.scalars(theirs.where(ReplyRow.text != ""))).one())
    return timed


async def _times(  # noqa: PLR0917
    session: Session,
    scope: Scope,
    made: Figures,
    by_day: Mapping[date, Day],
    day_at: DayAt,
    timed: int,
) -> None:
    """Times to the first word, by nearest rank."""
    if not timed:
        return
    which = (*_counted(scope, made.since), _timed())
    ordered = select(ReplyRow.first_ms).where(*which).order_by(ReplyRow.first_ms).limit(1)
    made.first_ms_p50 = float((await session.scalars(ordered.offset(rank(timed, 50) - 1))).one())
    made.first_ms_p95 = float((await session.scalars(ordered.offset(rank(timed, 95) - 1))).one())
    day = day_at(ReplyRow.created_at)
    ranked = (
        select(
            day.label("day"),
            ReplyRow.first_ms,
            func.row_number().over(partition_by=day, order_by=ReplyRow.first_ms).label("place"),
            func.count().over(partition_by=day).label("size"),
        )
        .where(*which)
        .subquery()
    )
    # the middle one of an odd number, the lower of the two middle ones of an even one
    middle = select(ranked.c.day, ranked.c.first_ms).where(2 * ranked.c.place - ranked.c.size <= 1)
    middle = middle.where(2 * ranked.c.place - ranked.c.size >= 0)
    for name, first_ms in await session.execute(middle):
        if (one := by_day.get(date.fromisoformat(str(name)))) is not None:
            one.first_ms_p50 = float(first_ms)


def rank(size: int, percent: int) -> int:
    """The place, from 1, of a percentile among `size` values (nearest rank)."""
    return max(1, -(-size * percent // 100))


async def _conversations(
    session: Session, scope: Scope, made: Figures, by_day: Mapping[date, Day], day_at: DayAt
) -> None:
    begun = (scope.within(), ConversationRow.created_at >= made.since, ConversationRow.leaf_id.is_not(None))
    day = day_at(ConversationRow.created_at).label("day")
    for row in await session.execute(select(day, func.count()).where(*begun).group_by(day)):
        made.conversations += int(row[1])
        if (one := by_day.get(date.fromisoformat(str(row[0])))) is not None:
            one.conversations = int(row[1])
    people = select(ConversationRow.identity_id).where(*begun).distinct()
    made.visitors = int((await session.scalars(select(func.count()).select_from(people.subquery()))).one())
