"""Follow-ups: a message that means little without what it followed, said so that it stands alone."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from madang.chat.desk.types import Question
from madang.chat.followup import standing
from madang.chat.types import Conversation, Turn
from madang.inbox.doors import DeskDoor
from madang.kernel.errors import MadangError
from madang.kernel.identity import Identity
from madang.models.types import Message

REMEMBERED = 5_000
"""Messages of which it is remembered what they followed: they do not change."""
_AMOUNT = re.compile(
    r"(?:for |and |그럼 |그러면 |혹시 )?\d+\s?(?:[a-z]{1,10}|[가-힣]{1,2}?(?:이?면|은|는|이?요)?)\s*[?.!]*",
    re.IGNORECASE,
)
"""Nothing but how many: `3명이면?`, `2 people?`."""


@dataclass(frozen=True, slots=True)
class Followed:
    """`asks`: the message as it stands alone; `before`: the visitor's message that it followed, or empty."""

    asks: str
    before: str = ""


class Following:
    """What messages of conversations followed."""

    def __init__(self, desk: DeskDoor) -> None:
        self._desk = desk
        self._known: OrderedDict[str, Followed] = OrderedDict()

    async def of(self, identity: Identity, questions: Sequence[Question]) -> dict[str, Followed]:
        """By turn id, those that followed something. What cannot be read any more stands as it is."""
        read: dict[str, Conversation | None] = {}
        for question in questions:
            turn = question.turn
            if turn.id in self._known or turn.parent_id is None:
                continue
            if question.conversation_id not in read:
                try:
                    found = await self._desk.conversation(identity, question.conversation_id)
                except MadangError:
                    found = None
                read[question.conversation_id] = found
            talk = read[question.conversation_id]
            self._known[turn.id] = followed(talk.turns if talk is not None else [], turn)
        while len(self._known) > max(REMEMBERED, len(questions)):
            self._known.popitem(last=False)
        return {one.turn.id: self._known[one.turn.id] for one in questions if one.turn.id in self._known}


def followed(turns: Sequence[Turn], turn: Turn) -> Followed:
    """`turn` among the `turns` of its conversation, oldest first."""
    message = turn.message.strip()
    earlier: list[Turn] = []
    for one in turns:
        if one.id == turn.id:
            break
        earlier.append(one)
    else:
        return Followed(message)
    history: list[Message] = []
    for one in earlier:
        if one.message:
            history.append(Message("user", one.message))
        if one.replies:
            history.append(Message("assistant", one.replies[min(one.shown, len(one.replies) - 1)].text))
    before = next((one.message.strip() for one in reversed(earlier) if one.message.strip()), "")
    read = standing(message, history)
    if read.moved:
        return Followed(read.question, before)
    if read.how == "lost" and before:
        return Followed(f"{before} – {message}", before)
    if read.others and _AMOUNT.fullmatch(message):
        return Followed(read.others[0], before)
    return Followed(message)
