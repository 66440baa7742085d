"""What this room asks of the rooms below it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from madang.characters.types import Character, Check
from madang.chat.desk.types import Entry, Figures, Kind, Question, State
from madang.chat.types import Conversation, News, Reply
from madang.kernel.identity import Identity
from madang.knowledge.types import Answer, Evidence, Source


class DeskDoor(Protocol):
    """The maker's side of conversations with one's own characters; the studio's owner's, of all."""

    async def conversations(
        self,
        identity: Identity,
        *,
        slug: str | None = None,
        query: str = "",
        held: bool | None = None,
        limit: int = 50,
        before: datetime | None = None,
    ) -> list[Entry]: ...

    async def conversation(self, identity: Identity, conversation_id: str) -> Conversation: ...
    async def corrected(self, identity: Identity, conversation_id: str) -> Conversation: ...
    async def take(self, identity: Identity, conversation_id: str) -> Conversation: ...
    async def say(self, identity: Identity, conversation_id: str, text: str) -> Reply: ...
    async def hand_back(self, identity: Identity, conversation_id: str) -> Conversation: ...
    def events(
        self, identity: Identity, conversation_id: str, *, since: int | None = None
    ) -> AsyncGenerator[News, None]: ...

    async def questions(
        self,
        identity: Identity,
        *,
        slug: str | None = None,
        kind: Kind = "unanswered",
        state: State = "open",
        limit: int = 50,
        before: datetime | None = None,
    ) -> list[Question]: ...

    async def settle(self, identity: Identity, turn_id: str, state: State, note: str = "") -> None: ...
    async def figures(self, identity: Identity, *, slug: str | None = None, days: int = 30) -> Figures: ...


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def mine(self, identity: Identity, *, everyone: bool = False) -> list[Character]: ...


class ChecksDoor(Protocol):
    async def of(self, identity: Identity, slug: str) -> list[Check]: ...
    async def put(self, identity: Identity, slug: str, check: Check) -> Check: ...
    async def remove(self, identity: Identity, slug: str, check_id: str) -> None: ...


class KnowledgeDoor(Protocol):
    async def add_answer(
        self,
        character_id: str,
        question: str,
        answer: str,
        *,
        by: str,
        language: str | None = None,
        replaces: str | None = None,
        also: Sequence[str] = (),
        never: Sequence[str] = (),
        declines: bool = False,
    ) -> Answer: ...
    async def answers(self, character_id: str) -> list[Answer]: ...
    async def remove_answer(self, character_id: str, answer_id: str) -> None: ...
    async def meanings(self, questions: Sequence[str]) -> NDArray[np.float32] | None: ...
    async def source(self, character_id: str, source_id: str) -> Source: ...
    async def evidence(self, character_id: str, question: str, history: Sequence[str] = ()) -> Evidence: ...
