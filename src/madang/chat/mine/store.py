"""SQL over one identity's own conversations, and over all for what the gallery ranks by. No tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from madang.chat.store import TOPIC, ConversationRow, ReplyRow, Session, TurnRow, without_turns
from madang.chat.types import Conversation, Reply, Turn
from madang.storage.notices import tell


def _whose(identity_id: str) -> list[ColumnElement[bool]]:
    """Conversations of an identity, tests of drafts left out."""
    return [
        ConversationRow.identity_id == identity_id,
        ConversationRow.test.is_(False),
    ]


def holding(query: str) -> ColumnElement[bool]:
    """Conversations in whose title, messages or replies `query` stands, whatever the case."""
    said = select(TurnRow.conversation_id).where(TurnRow.conversation_id == ConversationRow.id)
    answered = said.join(ReplyRow, ReplyRow.turn_id == TurnRow.id)
    return or_(
        ConversationRow.title.icontains(query, autoescape=True),
        said.where(TurnRow.message.icontains(query, autoescape=True)).exists(),
        answered.where(ReplyRow.text.icontains(query, autoescape=True)).exists(),
    )


def _found(identity_id: str, query: str, *columns: Any) -> Select[Any]:
    chosen = select(*columns).where(*_whose(identity_id))
    return chosen.where(holding(query)) if query else chosen


async def found(session: Session, identity_id: str, query: str, page: tuple[int, int]) -> list[Conversation]:
    """A page (limit, offset) of conversations without their turns, last used first."""
    wanted = _found(identity_id, query, ConversationRow)
    limit, offset = page
    ordered = wanted.order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
    rows = await session.scalars(ordered.limit(limit).offset(offset))
    return [without_turns(row) for row in rows]


async def how_many(session: Session, identity_id: str, query: str) -> int:
    return int((await session.scalars(_found(identity_id, query, func.count()))).one())


async def ids_of(session: Session, identity_id: str) -> list[str]:
    """All of them, last used first."""
    wanted = _found(identity_id, "", ConversationRow.id)
    ordered = wanted.order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
    return list(await session.scalars(ordered))


async def whole(session: Session, ids: Sequence[str]) -> list[Conversation]:
    """Conversations with every turn of every branch, in the order of `ids`."""
    rows = await session.scalars(select(ConversationRow).where(ConversationRow.id.in_(ids)))
    known = {row.id: without_turns(row) for row in rows}
    turns = await session.scalars(
        select(TurnRow).where(TurnRow.conversation_id.in_(ids)).order_by(TurnRow.created_at, TurnRow.id)
    )
    kept = select(ReplyRow).join(TurnRow, ReplyRow.turn_id == TurnRow.id)
    replies: dict[str, list[Reply]] = defaultdict(list)
    for row in await session.scalars(kept.where(TurnRow.conversation_id.in_(ids)).order_by(ReplyRow.version)):
        replies[row.turn_id].append(reply_of(row))
    for turn in turns:
        known[turn.conversation_id].turns.append(turn_of(turn, replies[turn.id]))
    return [known[one] for one in ids if one in known]


def reply_of(row: ReplyRow) -> Reply:
    return Reply.model_validate({name: getattr(row, name) for name in Reply.model_fields})


def turn_of(row: TurnRow, replies: list[Reply]) -> Turn:
    """The turn with these replies. Its siblings are not asked for."""
    names = [name for name in Turn.model_fields if name not in ("replies", "siblings")]
    return Turn(**{name: getattr(row, name) for name in names}, replies=replies)


async def leaves(session: Session, ids: Sequence[str]) -> dict[str, str | None]:
    """The last turn of each conversation's path."""
    columns = select(ConversationRow.id, ConversationRow.leaf_id)
    return {row[0]: row[1] for row in await session.execute(columns.where(ConversationRow.id.in_(ids)))}


async def remove_all(session: Session, identity_id: str) -> None:
    gone = delete(ConversationRow).where(*_whose(identity_id)).returning(ConversationRow.id)
    for one in await session.scalars(gone):
        tell(session, TOPIC, one)


async def reply_with(session: Session, reply_id: str) -> tuple[ReplyRow, ConversationRow] | None:
    """A reply and the conversation it belongs to."""
    query = (
        select(ReplyRow, ConversationRow)
        .join(TurnRow, ReplyRow.turn_id == TurnRow.id)
        .join(ConversationRow, TurnRow.conversation_id == ConversationRow.id)
        .where(ReplyRow.id == reply_id)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row is not None else None


async def set_thumb(session: Session, reply_id: str, thumb: int, why: str) -> None:
    values = {"thumb": thumb, "thumb_why": why}
    await session.execute(update(ReplyRow).where(ReplyRow.id == reply_id).values(**values))


async def move(session: Session, identity_id: str, kind: str, user_id: str) -> None:
    """Makes all conversations of an identity another's."""
    change = update(ConversationRow).where(ConversationRow.identity_id == identity_id)
    await session.execute(change.values(identity_kind=kind, identity_id=user_id))


async def used(session: Session, identity_id: str, limit: int) -> list[tuple[str, datetime]]:
    """Characters that this identity talked with, and when last; the latest first."""
    last = func.max(ConversationRow.updated_at, type_=ConversationRow.updated_at.type)
    query = select(ConversationRow.character_id, last).where(*_whose(identity_id))
    grouped = query.where(ConversationRow.title != "").group_by(ConversationRow.character_id)
    rows = await session.execute(grouped.order_by(last.desc(), ConversationRow.character_id).limit(limit))
    return [(row[0], row[1]) for row in rows]


async def visits(session: Session, since: datetime) -> list[tuple[str, datetime]]:
    """For each character and each visitor who talked with it since: when last. No makers, no tests."""
    last = func.max(ConversationRow.updated_at, type_=ConversationRow.updated_at.type)
    query = select(ConversationRow.character_id, last).where(
        ConversationRow.updated_at >= since,
        ConversationRow.test.is_(False),
        ConversationRow.title != "",
        ConversationRow.identity_id != ConversationRow.maker_id,
    )
    groups = (ConversationRow.character_id, ConversationRow.identity_id)
    return [(row[0], row[1]) for row in await session.execute(query.group_by(*groups))]
