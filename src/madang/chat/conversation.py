"""What a conversation is made of: its beginning, its next turn, and what a character is asked in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from madang.characters.types import Character, Language, Profile
from madang.chat.prompt import fill
from madang.chat.turn import Asked, language_for
from madang.chat.types import Channel, Conversation, Options, Reply, Turn
from madang.kernel.errors import BadInput, NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.models.types import Message

TITLE = 60
"""Characters of a conversation's title: the beginning of its first message."""


def met(character: Character, test: bool) -> Profile:
    """The profile one talks with: the draft in a maker's test, else what is published."""
    return character.draft if test else character.profile


def greetings(profile: Profile) -> list[str]:
    """All that a conversation may begin with, as the maker wrote them, the first choice first."""
    written = dict.fromkeys((profile.greeting, *profile.alternate_greetings))
    return [text for text in written if text.strip()]


def begun(
    identity: Identity,
    character: Character,
    test: bool,
    now: datetime,
    *,
    channel: Channel = "page",
    greeting: int = 0,
) -> Conversation:
    """A new conversation, beginning with that greeting. Raises NotFound when there is none such."""
    profile = met(character, test)
    offered = greetings(profile)
    if greeting and greeting >= len(offered):
        raise NotFound("There is no such greeting.")
    return Conversation(
        id=new_id("cnv"),
        character_id=character.id,
        identity_kind=identity.kind,
        identity_id=identity.id,
        test=test,
        channel="test" if test else channel,
        greeting=fill(offered[greeting], profile).strip() if offered else "",
        created_at=now,
        updated_at=now,
    )


def turn_after(
    before: Conversation, message: str, language: str, now: datetime, chosen: str | None = None
) -> Turn:
    """The next turn of the path. `chosen`: its id, where whoever says it chose one."""
    last = before.turns[-1] if before.turns else None
    return Turn(
        id=chosen or new_id("trn"),
        conversation_id=before.id,
        parent_id=last.id if last else None,
        ordinal=last.ordinal + 1 if last else 0,
        message=message,
        language=language,
        created_at=now,
    )


def reply_to(turn_id: str, now: datetime) -> Reply:
    return Reply(id=new_id("rpl"), turn_id=turn_id, version=0, created_at=now)


def title_of(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "…"


def asked(character: Character, before: Conversation, turn: Turn) -> Asked:
    """What the character is asked by `turn`, after the turns of `before`."""
    return Asked(
        character=character,
        profile=met(character, before.test),
        message=turn.message,
        language=cast("Language", turn.language),
        history=_history(before.turns),
        greeting=_opening(before),
        slot=before.id,
        who=before.identity_id,
        kept=not before.test,
        again=len(turn.replies),
    )


def asked_without(character: Character, messages: Sequence[Message], options: Options) -> Asked:
    """What is asked by messages that no conversation keeps. Raises BadInput when the last is no visitor's."""
    said = [message for message in messages if message.role != "system"]
    if not said or said[-1].role != "user" or not said[-1].content.strip():
        raise BadInput("The last message must be the user's, and not empty.")
    profile = met(character, options.draft)
    earlier = [message.content for message in said[:-1] if message.role == "user"]
    return Asked(
        character=character,
        profile=profile,
        message=said[-1].content.strip(),
        language=language_for(said[-1].content, earlier, profile),
        history=tuple(said[:-1]),
        options=options,
        instructions="\n".join(message.content for message in messages if message.role == "system"),
    )


def _opening(before: Conversation) -> str:
    """The greeting, and what a person said before the visitor said anything."""
    said: list[str] = []
    for turn in before.turns:
        if turn.message:
            break
        said += [turn.replies[turn.shown].text] if turn.shown < len(turn.replies) else []
    return "\n".join([before.greeting, *said]) if said else before.greeting


def _history(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """What was said, the two always in turn.

    A message that got no reply is left out with it; one that a person was to answer is said with the next.
    What a person said without being asked goes on from what was said last.
    """
    history: list[Message] = []
    unanswered: list[str] = []
    for turn in turns:
        reply = turn.replies[turn.shown] if turn.shown < len(turn.replies) else None
        if reply is None or not reply.text.strip():
            if reply is not None and reply.basis == "person":
                unanswered.append(turn.message)
            continue
        asked = "\n".join(text for text in (*unanswered, turn.message) if text)
        unanswered = []
        if asked:
            history += [Message("user", asked), Message("assistant", reply.text)]
        elif history:
            history[-1] = Message("assistant", f"{history[-1].content}\n{reply.text}")
    return tuple(history)
