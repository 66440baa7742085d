"""Conversations as a file: JSON with everything that is kept, Markdown with what one read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from madang.chat.types import Conversation, Turn
from madang.safety import disclosure

Kind = Literal["json", "markdown"]
FORMAT = "madang.conversations/1"


@dataclass(frozen=True, slots=True)
class Who:
    """A character as an export names it; `slug` and `name` are empty when it is no longer to be met."""

    id: str
    slug: str
    name: str


def head(kind: Kind, now: datetime) -> str:
    if kind == "json":
        begun = json.dumps({"format": FORMAT, "exported_at": now.isoformat()})
        return f'{begun[:-1]}, "conversations": ['
    return "# Conversations\n"


def piece(kind: Kind, conversation: Conversation, who: Who, leaf: str | None, *, first: bool) -> str:
    """One conversation. `leaf`: the last turn of the path that the page shows."""
    if kind == "json":
        text = json.dumps(_document(conversation, who), ensure_ascii=False)
        return f"\n{text}" if first else f",\n{text}"
    return _markdown(conversation, who, leaf)


def tail(kind: Kind) -> str:
    return "\n]}\n" if kind == "json" else ""


def _document(conversation: Conversation, who: Who) -> dict[str, Any]:
    kept = conversation.model_dump(
        mode="json", exclude={"held_by", "revision", "identity_kind", "identity_id"}
    )
    for turn, said in zip(kept["turns"], conversation.turns, strict=True):
        del turn["siblings"]
        for reply, made in zip(turn["replies"], said.replies, strict=True):
            reply["disclosure"] = disclosure.metadata(made)
    return {**kept, "character": {"id": who.id, "slug": who.slug, "name": who.name}}


def _markdown(conversation: Conversation, who: Who, leaf: str | None) -> str:
    name = who.name or who.id
    lines = [f"\n## {_line(name)}: {_line(conversation.title or '…')}", ""]
    lines += [f"{conversation.created_at:%Y-%m-%d %H:%M} UTC", ""]
    if conversation.greeting:
        lines += [f"**{_line(name)}** (AI): {conversation.greeting}", ""]
    for turn in path(conversation.turns, leaf):
        if turn.message:
            lines += [f"**You**: {turn.message}", ""]
        reply = turn.replies[turn.shown] if turn.shown < len(turn.replies) else None
        if reply is not None and reply.text:
            speaker = "a person" if reply.basis == "person" else "AI"
            lines += [f"**{_line(name)}** ({speaker}): {reply.text}", ""]
            lines += [f"> [{one.number}] {_line(one.source)}: {_line(one.quote)}" for one in reply.citations]
            lines += [""] if reply.citations else []
    return "\n".join(lines)


def path(turns: list[Turn], leaf: str | None) -> list[Turn]:
    """The turns from the first to `leaf`."""
    known = {turn.id: turn for turn in turns}
    found: list[Turn] = []
    here = known.get(leaf or "")
    while here is not None:
        found.append(here)
        here = known.get(here.parent_id or "")
    return found[::-1]


def _line(text: str) -> str:
    return " ".join(text.split())
