"""SQL of the maker's side: lists, open questions and taking over. No tables of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, update

from madang.chat.desk.types import Kind, State
from madang.chat.mine.store import holding, reply_of, turn_of
from madang.chat.store import TOPIC, ConversationRow, ReplyRow, Session, TurnRow, without_turns
from madang.chat.types import Conversation, Reply, Turn
from madang.storage.notices import tell

QUESTION = "question"
"""What is told of a question that was settled, with its turn's id."""
UNANSWERED = ("abstained", "partial")
"""What a reply rests on that leaves a question, or a part of it, to the people of the place."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which conversations: with one character, or with all of a maker's, or of the whole studio."""

    character_id: str | None = None
    maker_id: str | None = None

    def within(self, rows: type[ConversationRow] | type[ReplyRow] = ConversationRow) -> ColumnElement[bool]:
        """The condition on conversations, or on replies. Tests are nobody's visitors."""
        parts: list[ColumnElement[bool]] = [rows.test.is_(False)]
        if self.character_id is not None:
            parts.append(rows.character_id == self.character_id)
        if self.maker_id is not None:
            parts.append(rows.maker_id == self.maker_id)
        return and_(*parts)


async def conversations(
    session: Session,
    scope: Scope,
    *,
    query: str,
    held: bool | None,
    limit: int,
    before: datetime | None,
) -> list[Conversation]:
    """Conversations in which something was said, last used first."""
    wanted = select(ConversationRow).where(scope.within(), ConversationRow.leaf_id.is_not(None))
    if query:
        wanted = wanted.where(holding(query))
    if held is not None:
        wanted = wanted.where(ConversationRow.held_by.is_not(None) == held)
    if before is not None:
        wanted = wanted.where(ConversationRow.updated_at < before)
    ordered = wanted.order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc()).limit(limit)
    return [without_turns(row) for row in (await session.scalars(ordered)).all()]


async def last_turns(session: Session, ids: list[str]) -> dict[str, tuple[Turn, Reply | None]]:
    """For each conversation the last turn of its path, with the reply shown."""
    query = (
        _shown(select(ConversationRow.id, TurnRow, ReplyRow))
        .join(ConversationRow, ConversationRow.leaf_id == TurnRow.id)
        .where(ConversationRow.id.in_(ids))
    )
    found: dict[str, tuple[Turn, Reply | None]] = {}
    for one, turn, reply in await session.execute(query):
        found[one] = (turn_of(turn, []), reply_of(reply) if reply is not None else None)
    return found


def _shown(query: Any) -> Select[Any]:
    """Turns with the version of the reply that is shown."""
    shown = and_(ReplyRow.turn_id == TurnRow.id, ReplyRow.version == TurnRow.shown)
    found: Select[Any] = query.select_from(TurnRow).outerjoin(ReplyRow, shown)
    return found


async def take(session: Session, conversation_id: str, holder: str) -> bool:
    """Whether `holder` holds it now; somebody else's stays theirs."""
    free = ConversationRow.held_by.is_(None)
    values = {"held_by": holder, "revision": ConversationRow.revision + 1}
    which = update(ConversationRow).where(ConversationRow.id == conversation_id, free)
    taken = await session.execute(which.values(**values).returning(ConversationRow.id))
    if taken.first() is not None:
        tell(session, TOPIC, conversation_id)
        return True
    holds = select(ConversationRow.held_by).where(ConversationRow.id == conversation_id)
    return (await session.scalars(holds)).one_or_none() == holder


async def free(session: Session, conversation_id: str) -> None:
    held = ConversationRow.held_by.is_not(None)
    values = {"held_by": None, "revision": ConversationRow.revision + 1}
    which = update(ConversationRow).where(ConversationRow.id == conversation_id, held)
    await session.execute(which.values(**values))
    tell(session, TOPIC, conversation_id)


async def held_row(
    session: Session, conversation_id: str, holder: str, now: datetime
) -> ConversationRow | None:
    """The row, locked, if this holder holds it; it is marked as used and changed."""
    which = update(ConversationRow).where(
        ConversationRow.id == conversation_id, ConversationRow.held_by == holder
    )
    values = {"updated_at": now, "revision": ConversationRow.revision + 1}
    changed = await session.execute(which.values(**values).returning(ConversationRow.id))
    if changed.first() is None:
        return None
    tell(session, TOPIC, conversation_id)
    return await session.get(ConversationRow, conversation_id, populate_existing=True)


async def leaf(session: Session, row: ConversationRow) -> tuple[TurnRow, ReplyRow | None] | None:
    """The last turn of the path and the reply shown there."""
    query = _shown(select(TurnRow, ReplyRow)).where(TurnRow.id == row.leaf_id)
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1]) if found is not None else None


async def questions(
    session: Session,
    scope: Scope,
    *,
    kind: Kind,
    state: State,
    limit: int,
    before: datetime | None,
) -> list[tuple[ConversationRow, TurnRow, ReplyRow]]:
    """Turns whose shown reply was none, newest first. The index on what made it so leads."""
    why = ReplyRow.basis.in_(UNANSWERED) if kind == "unanswered" else ReplyRow.thumb == -1
    query = (
        select(ConversationRow, TurnRow, ReplyRow)
        .select_from(ReplyRow)
        .join(TurnRow, and_(TurnRow.id == ReplyRow.turn_id, TurnRow.shown == ReplyRow.version))
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(why, scope.within(ReplyRow), TurnRow.settled == ("" if state == "open" else state))
    )
    if kind == "unanswered":
        query = query.where(ReplyRow.state == "done")
    if before is not None:
        query = query.where(ReplyRow.created_at < before)
    ordered = query.order_by(ReplyRow.created_at.desc(), ReplyRow.id.desc()).limit(limit)
    return [(row[0], row[1], row[2]) for row in await session.execute(ordered)]


async def settle(session: Session, turn_id: str, state: State, note: str, now: datetime) -> None:
    values = {"settled": "" if state == "open" else state, "settled_note": note, "settled_at": now}
    await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(**values))
    tell(session, QUESTION, turn_id)
