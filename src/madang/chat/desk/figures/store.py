"""How conversations went, counted in SQL on both databases. Percentiles by rank, which both can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, Text, case, cast, func, literal_column, select, text

from madang.chat.desk.store import Scope
from madang.chat.desk.types import Day, Figures
from madang.chat.store import ConversationRow, ReplyRow, Session, TurnRow

MOST_DAYS = 366


async def figures(
    session: Session, scope: Scope, *, days: int, now: datetime, zone: ZoneInfo, sqlite: bool
) -> Figures:
    """Of the last `days` days, today included. Days are the zone's, by the offset that it has now."""
    days = min(max(days, 1), MOST_DAYS)
    local = now.astimezone(zone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    offset = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    made = Figures(days=days, since=first)
    by_day = {
        (first + timedelta(days=n)).date(): Day(day=(first + timedelta(days=n)).date()) for n in range(days)
    }
    day_at = partial(day_of, offset=offset, sqlite=sqlite)
    await _replies(session, scope, made, by_day, day_at)
    await _conversations(session, scope, made, by_day, day_at)
    made.by_day = list(by_day.values())
    return made


def day_of(column: Any, offset: int, sqlite: bool) -> ColumnElement[str]:
    """The local day of a moment as `2026-05-01`."""
    if sqlite:
        return func.date(column, literal_column(f"'{offset:+d} minutes'"))
    shifted = func.timezone("UTC", column) + literal_column(f"interval '{offset} minutes'")
    return cast(func.date(shifted), Text)


def _made(scope: Scope, since: datetime, day_at: Callable[[Any], ColumnElement[str]]) -> Select[Any]:
    """One row a reply: what of it is counted."""
    # json_extract and ->> give the number as text or as a number: a cast makes both the same
    first_ms = ReplyRow.timings["first_ms"].as_float()
    return (
        select(
            day_at(ReplyRow.created_at).label("day"),
            ReplyRow.basis,
            ReplyRow.state,
            ReplyRow.thumb,
            ReplyRow.prompt_tokens,
            ReplyRow.completion_tokens,
            first_ms.label("first_ms"),
        )
        .select_from(ReplyRow)
        .join(TurnRow, TurnRow.id == ReplyRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(scope.condition, ReplyRow.created_at >= since, ReplyRow.state != "streaming")
    )


async def _replies(
    session: Session,
    scope: Scope,
    made: Figures,
    by_day: Mapping[date, Day],
    day_at: Callable[[Any], ColumnElement[str]],
) -> None:
    rows = _made(scope, made.since, day_at).cte("made")
    # a person's words, and replies that never began, have no first word
    timed = (rows.c.basis != "person") & (rows.c.first_ms > 0)
    ranked = (
        select(
            *rows.c,
            case((timed, 1), else_=0).label("timed"),
            func.row_number()
            .over(partition_by=(case((timed, 1), else_=0)), order_by=rows.c.first_ms)
            .label("place"),
            func.row_number()
            .over(partition_by=(rows.c.day, case((timed, 1), else_=0)), order_by=rows.c.first_ms)
            .label("place_of_day"),
            func.count().over(partition_by=(case((timed, 1), else_=0))).label("all_timed"),
            func.count().over(partition_by=(rows.c.day, case((timed, 1), else_=0))).label("timed_of_day"),
        )
    ).cte("ranked")
    mine = ranked.c.basis != "person"

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    def at(share: float, place: Any, size: Any) -> ColumnElement[float]:
        """The value at that share of the ranks (nearest rank, from 1)."""
        rank = cast(size * share + literal_column("0.999999"), Integer)
        return func.max(case(((ranked.c.timed == 1) & (place == rank), ranked.c.first_ms)))

    ai = {
        "replies": count(mine),
        "abstained": count(ranked.c.basis == "abstained"),
        "cited": count(ranked.c.basis == "sources"),
        "up": count(mine & (ranked.c.thumb == 1)),
        "down": count(mine & (ranked.c.thumb == -1)),
        "prompt": func.sum(ranked.c.prompt_tokens),
        "completion": func.sum(ranked.c.completion_tokens),
        "failed": count(ranked.c.state == "failed"),
        "safety": count(ranked.c.basis == "safety"),
        "persons": count(ranked.c.basis == "person"),
        "p50": at(0.5, ranked.c.place_of_day, ranked.c.timed_of_day),
        "all50": at(0.5, ranked.c.place, ranked.c.all_timed),
        "all95": at(0.95, ranked.c.place, ranked.c.all_timed),
    }
    columns = [column.label(name) for name, column in ai.items()]
    for row in (await session.execute(select(ranked.c.day, *columns).group_by(ranked.c.day))).mappings():
        for name in ("replies", "abstained", "cited", "up", "down", "failed", "safety", "persons"):
            setattr(made, name, getattr(made, name) + int(row[name]))
        made.prompt_tokens += int(row["prompt"] or 0)
        made.completion_tokens += int(row["completion"] or 0)
        made.first_ms_p50 = max(made.first_ms_p50, float(row["all50"] or 0.0))
        made.first_ms_p95 = max(made.first_ms_p95, float(row["all95"] or 0.0))
        if (day := by_day.get(date.fromisoformat(str(row["day"])))) is not None:
            for name in ("replies", "abstained", "cited", "up", "down"):
                setattr(day, name, int(row[name]))
            day.tokens = int(row["prompt"] or 0) + int(row["completion"] or 0)
            day.first_ms_p50 = float(row["p50"] or 0.0)


async def _conversations(
    session: Session,
    scope: Scope,
    made: Figures,
    by_day: Mapping[date, Day],
    day_at: Callable[[Any], ColumnElement[str]],
) -> None:
    begun = (scope.condition, ConversationRow.created_at >= made.since, ConversationRow.leaf_id.is_not(None))
    day = day_at(ConversationRow.created_at).label("day")
    for row in await session.execute(select(day, func.count()).where(*begun).group_by(text("day"))):
        made.conversations += int(row[1])
        if (one := by_day.get(date.fromisoformat(str(row[0])))) is not None:
            one.conversations = int(row[1])
    people = select(ConversationRow.identity_kind, ConversationRow.identity_id).where(*begun).distinct()
    made.visitors = int((await session.scalars(select(func.count()).select_from(people.subquery()))).one())
