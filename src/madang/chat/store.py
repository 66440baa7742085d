"""The tables of conversations, and the only SQL of this room. Nothing here asks who is asking: `access` does.

A turn points at its parent, so a conversation is a tree; `leaf_id` names the last turn of the path shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    FromClause,
    Index,
    Row,
    String,
    Text,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import (
    text as written,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession as Session
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from madang.chat.types import Conversation, Reply, Turn
from madang.storage.notices import tell
from madang.storage.tables import Base

__all__ = ["UNREACHABLE", "ConversationRow", "ReplyRow", "Session", "TurnRow"]
TOPIC = "conversation"
"""What is told of a conversation that changed, with its id."""
UNREACHABLE = (SQLAlchemyError, OSError)
"""What a look at the database may raise while it is being restarted."""


class ConversationRow(Base):
    """A visitor and a character. It belongs to `identity_id` and to nobody else; `identity_kind` is what that
    person was when it began."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_whose", "identity_id", "character_id", "updated_at"),
        Index("ix_conversations_recent", "identity_id", "updated_at"),
        Index("ix_conversations_maker", "maker_id", "updated_at"),
        Index("ix_conversations_lately", "updated_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(40), index=True)
    identity_kind: Mapped[str] = mapped_column(String(16))
    identity_id: Mapped[str] = mapped_column(String(64))
    test: Mapped[bool]
    channel: Mapped[str] = mapped_column(String(16), server_default="page")
    held_by: Mapped[str | None] = mapped_column(String(40))
    maker_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Whose character it is with: so that a maker's lists need no other room's tables."""
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    greeting: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    leaf_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TurnRow(Base):
    __tablename__ = "turns"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[str | None] = mapped_column(String(40), ForeignKey("turns.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    message: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    shown: Mapped[int]
    settled: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """What became of a question that was not answered well: empty while open, `answered` or `dismissed`."""
    settled_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ReplyRow(Base):
    __tablename__ = "replies"
    __table_args__ = (
        Index("ix_replies_basis", "basis", "created_at"),
        Index("ix_replies_thumb", "thumb", "created_at"),
        # all that is counted of a reply: the counting never reads its text
        Index(
            "ix_replies_counted",
            *("created_at", "test", "basis", "state", "thumb", "first_ms", "prompt_tokens"),
            *("completion_tokens", "maker_id", "character_id"),
        ),
        Index("ix_replies_of_maker", "maker_id", "created_at"),
        Index("ix_replies_of_character", "character_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    turn_id: Mapped[str] = mapped_column(String(40), ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    citations: Mapped[list[Any]]
    dropped: Mapped[list[Any]]
    error: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    strategy: Mapped[str] = mapped_column(String(16))
    why: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=written("'{}'"))
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    timings: Mapped[dict[str, Any]]
    thumb: Mapped[int] = mapped_column(default=0, server_default="0")
    thumb_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    # said again here, so that a hundred thousand replies are counted in one pass over one table
    character_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    maker_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    test: Mapped[bool] = mapped_column(default=False, server_default=written("false"))
    process: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """Which process makes it: while it is being made and that process lives, nobody else ends it."""
    first_ms: Mapped[float] = mapped_column(default=0.0, server_default="0")
    created_at: Mapped[datetime]


def _columns(reply: Reply) -> dict[str, Any]:
    times = {"first_ms": reply.timings.first_ms, "created_at": reply.created_at}
    return {**reply.model_dump(mode="json"), **times}


_HIDDEN = frozenset({"leaf_id", "maker_id"})
"""Columns of a conversation that its visitor has no use for."""
_CONVERSATION, _TURN, _REPLY = ConversationRow.__table__, TurnRow.__table__, ReplyRow.__table__


def _turn(columns: dict[str, Any], replies: Sequence[dict[str, Any]], siblings: Sequence[str]) -> Turn:
    versions = sorted(replies, key=lambda reply: reply["version"])
    return Turn(
        **columns, replies=[Reply.model_validate(reply) for reply in versions], siblings=list(siblings)
    )


def without_turns(row: ConversationRow) -> Conversation:
    """A conversation of a list."""
    names = [name for name in Conversation.model_fields if name != "turns"]
    return Conversation(**{name: getattr(row, name) for name in names})


async def add_conversation(session: Session, conversation: Conversation, maker_id: str) -> None:
    columns = conversation.model_dump(exclude={"turns"})
    session.add(ConversationRow(**columns, leaf_id=None, maker_id=maker_id))
    await session.flush()


async def conversation_row(session: Session, conversation_id: str) -> ConversationRow | None:
    return await session.get(ConversationRow, conversation_id)


async def conversation_of_turn(session: Session, turn_id: str) -> ConversationRow | None:
    query = select(ConversationRow).join(TurnRow).where(TurnRow.id == turn_id)
    return (await session.scalars(query)).one_or_none()


async def load(session: Session, row: ConversationRow, *, through: str | None = None) -> Conversation:
    """The conversation with its active path, or with the path that ends at the turn `through`."""
    found = await opened(session, row.id, through=through)
    assert found is not None  # noqa: S101  its row was read in this transaction
    return found


async def opened(
    session: Session, conversation_id: str, *, through: str | None = None
) -> Conversation | None:
    """The same by id; None when there is none. One statement: a visitor's message waits for it."""
    query = (
        select(*_CONVERSATION.c, *_TURN.c, *_REPLY.c)
        .select_from(_CONVERSATION.outerjoin(_TURN).outerjoin(_REPLY))
        .where(_CONVERSATION.c.id == conversation_id)
    )
    rows = (await session.execute(query)).all()
    if not rows:
        return None
    conversation = _part(rows[0], _CONVERSATION, 0)
    at_turn, at_reply = len(_CONVERSATION.c), len(_CONVERSATION.c) + len(_TURN.c)
    turns: dict[str, dict[str, Any]] = {}
    replies: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row[at_turn] is not None:
            turns.setdefault(row[at_turn], _part(row, _TURN, at_turn))
        if row[at_reply] is not None:
            replies[row[at_turn]].append(_part(row, _REPLY, at_reply))
    places: dict[str | None, list[str]] = defaultdict(list)
    for turn in sorted(turns.values(), key=lambda turn: (turn["created_at"], turn["id"])):
        places[turn["parent_id"]].append(turn["id"])
    path: list[Turn] = []
    here = turns.get(through or conversation["leaf_id"] or "")
    while here is not None:
        path.append(_turn(here, replies[here["id"]], places[here["parent_id"]]))
        here = turns.get(here["parent_id"] or "")
    visible = {name: value for name, value in conversation.items() if name not in _HIDDEN}
    return Conversation(**visible, turns=path[::-1])


def _part(row: Row[Any], table: FromClause, start: int) -> dict[str, Any]:
    """The columns of one table of a joined row."""
    return dict(zip(table.c.keys(), row[start : start + len(table.c)], strict=True))


async def of_identity(
    session: Session, identity_id: str, character_id: str, limit: int = 100
) -> list[Conversation]:
    """Conversations of one identity with one character, without their turns, last used first."""
    query = (
        select(ConversationRow)
        .where(
            ConversationRow.identity_id == identity_id,
            ConversationRow.character_id == character_id,
        )
        .order_by(ConversationRow.updated_at.desc(), ConversationRow.id)
        .limit(limit)
    )
    return [without_turns(row) for row in (await session.scalars(query)).all()]


async def add_turn(
    session: Session,
    turn: Turn,
    reply: Reply,
    title: str,
    now: datetime,
    *,
    urgent: bool = False,
    process: str = "",
) -> Reply | None:
    """A message and the reply begun for it; the path now ends here. The first message gives the title.

    None, and nothing is added, when the conversation was deleted meanwhile. While a person holds it the reply
    waits for that person's words: it comes back as `done`, empty, with the basis `person`; not when `urgent`.
    """
    named = case((ConversationRow.title == "", title), else_=ConversationRow.title)
    change = update(ConversationRow).where(ConversationRow.id == turn.conversation_id)
    values = {"leaf_id": turn.id, "updated_at": now, "title": named}
    changed = await session.execute(
        change.values(**values, revision=ConversationRow.revision + 1).returning(
            *_TOLD, ConversationRow.held_by
        )
    )
    if (found := changed.mappings().first()) is None:
        return None
    tell(session, TOPIC, turn.conversation_id)
    if found["held_by"] is not None and not urgent:
        reply = waiting(reply)
    await session.execute(insert(TurnRow).values(**turn.model_dump(exclude={"replies", "siblings"})))
    told = {column.key: found[column.key] for column in _TOLD}
    await session.execute(insert(ReplyRow).values(**_columns(reply), **told, process=process))
    return reply


_TOLD = (ConversationRow.character_id, ConversationRow.maker_id, ConversationRow.test)
"""What a reply says again of its conversation."""


def waiting(reply: Reply) -> Reply:
    """The same as an empty one that a person is to write."""
    return reply.model_copy(update={"state": "done", "basis": "person", "strategy": "person"})


async def add_version(session: Session, row: ConversationRow, reply: Reply, process: str = "") -> Reply:
    """Another version of a reply, shown from now on. Its number is given here."""
    query = select(func.coalesce(func.max(ReplyRow.version), -1)).where(ReplyRow.turn_id == reply.turn_id)
    version = (await session.scalars(query)).one() + 1
    reply = reply.model_copy(update={"version": version})
    told = {column.key: getattr(row, column.key) for column in _TOLD}
    session.add(ReplyRow(**_columns(reply), **told, process=process))
    await session.execute(update(TurnRow).where(TurnRow.id == reply.turn_id).values(shown=version))
    return reply


async def save_reply(session: Session, reply: Reply) -> None:
    """What became of a reply. Nothing happens when its conversation was deleted meanwhile."""
    columns = _columns(reply)
    for kept in ("version", "thumb", "thumb_why"):  # given by `add_version`, and by the visitor
        del columns[kept]
    await session.execute(update(ReplyRow).where(ReplyRow.id == reply.id).values(**columns))
    turn = select(TurnRow.conversation_id).where(TurnRow.id == reply.turn_id).scalar_subquery()
    for one in await session.scalars(_revised().where(ConversationRow.id == turn)):
        tell(session, TOPIC, one)


def _revised() -> ReturningUpdate[str]:
    change = update(ConversationRow).values(revision=ConversationRow.revision + 1)
    return change.returning(ConversationRow.id)


async def revise(session: Session, conversation_id: str) -> None:
    """Something changed: whoever watches the conversation looks again."""
    await session.execute(_revised().where(ConversationRow.id == conversation_id))
    tell(session, TOPIC, conversation_id)


async def states_of(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Revision and holder of each conversation there is. One short statement: it is asked twice a second."""
    columns = (ConversationRow.id, ConversationRow.revision, ConversationRow.held_by)
    found = await session.execute(select(*columns).where(ConversationRow.id.in_(ids)))
    return {row[0]: (row[1], row[2]) for row in found}


async def save_partial(session: Session, reply: Reply) -> None:
    """What is made of a reply so far, unless it has ended meanwhile."""
    made = {name: value for name, value in _columns(reply).items() if name in _MADE}
    which = (ReplyRow.id == reply.id, ReplyRow.state == "streaming")
    await session.execute(update(ReplyRow).where(*which).values(**made))


_MADE = frozenset({"text", "basis", "citations", "model", "strategy", "why"})


async def set_shown(session: Session, turn_id: str, version: int) -> None:
    await session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(shown=version))


async def set_path_through(session: Session, row: ConversationRow, turn_id: str) -> None:
    """Makes the turn's branch the active one: the path goes on to the newest turn below it."""
    turns = (await session.scalars(select(TurnRow).where(TurnRow.conversation_id == row.id))).all()
    parents = {turn.id: turn.parent_id for turn in turns}
    here: str | None = row.leaf_id
    while here is not None:
        if here == turn_id:
            return
        here = parents.get(here)
    below: dict[str | None, TurnRow] = {}
    for turn in sorted(turns, key=lambda turn: (turn.created_at, turn.id)):
        below[turn.parent_id] = turn
    leaf = turn_id
    while leaf in below:
        leaf = below[leaf].id
    row.leaf_id = leaf


async def remove(session: Session, conversation_id: str) -> None:
    """Deletes a conversation with its turns and replies (the databases cascade)."""
    await session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
    tell(session, TOPIC, conversation_id)


async def remove_of_character(session: Session, character_id: str) -> None:
    gone = delete(ConversationRow).where(ConversationRow.character_id == character_id)
    for one in await session.scalars(gone.returning(ConversationRow.id)):
        tell(session, TOPIC, one)


async def count_older(session: Session) -> None:
    """Replies of a version that did not say again what of them is counted say it now. Nothing most times."""
    of = select(TurnRow.conversation_id).where(TurnRow.id == ReplyRow.turn_id).scalar_subquery()
    told = {column.key: select(column).where(ConversationRow.id == of).scalar_subquery() for column in _TOLD}
    first_ms = func.coalesce(ReplyRow.timings["first_ms"].as_float(), 0.0)
    older = update(ReplyRow).where(ReplyRow.character_id == "")
    await session.execute(
        older.values(**told, first_ms=first_ms).execution_options(synchronize_session=False)
    )


async def state_of(session: Session, reply_id: str) -> str | None:
    """The state of a reply, None when it is gone."""
    found: str | None = await session.scalar(select(ReplyRow.state).where(ReplyRow.id == reply_id))
    return found


async def stop_elsewhere(session: Session, turn_id: str) -> bool:
    """Marks the reply being made to a turn as stopped, for whoever makes it; whether there was one."""
    which = (ReplyRow.turn_id == turn_id, ReplyRow.state == "streaming")
    ids = list(await session.scalars(select(ReplyRow.id).where(*which)))
    if ids:
        await session.execute(update(ReplyRow).where(ReplyRow.id.in_(ids)).values(state="stopped"))
    return bool(ids)


async def makers(session: Session, conversation_id: str | None = None) -> set[str]:
    """The processes that make replies, in this conversation or anywhere, or made them when they ended."""
    query = select(ReplyRow.process).where(ReplyRow.state == "streaming").distinct()
    if conversation_id is not None:
        query = query.join(TurnRow).where(TurnRow.conversation_id == conversation_id)
    return set(await session.scalars(query))


async def stop_leftovers(session: Session, processes: Iterable[str]) -> int:
    """Replies that these processes left half made become `stopped`; how many there were."""
    which = (ReplyRow.state == "streaming", ReplyRow.process.in_(list(processes)))
    stopped = update(ReplyRow).where(*which).values(state="stopped").returning(ReplyRow.turn_id)
    turns = list(await session.scalars(stopped))
    of = select(TurnRow.conversation_id).where(TurnRow.id.in_(turns))
    for one in await session.scalars(_revised().where(ConversationRow.id.in_(of))):
        tell(session, TOPIC, one)
    return len(turns)
