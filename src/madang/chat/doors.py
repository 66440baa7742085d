"""What this room asks of the rooms below it: the small part of their doors that a conversation needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from madang.characters.checks.reports.types import Badge
from madang.characters.types import Character
from madang.kernel.identity import Identity
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.tools import Toolbox
from madang.knowledge.types import Evidence, Source, Span
from madang.models.types import ChatRuntime


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character:
        """By slug or id. Raises NotFound for what this identity may not see."""
        ...


class KnowledgeDoor(Protocol):
    async def sources(self, character_id: str) -> list[Source]: ...

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        """`history`: the visitor's earlier messages, oldest first, for a follow-up question."""
        ...

    async def computed(
        self,
        character_id: str,
        question: str,
        earlier: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Computed | None:
        """What typed facts answer; `earlier`: what was said before by both, the newest last."""
        ...

    async def changed(self, character_id: str, names: Sequence[str] = ()) -> list[tuple[Span, Span]]:
        """(what a document says, what the owner wrote over it) for prices that differ."""
        ...

    async def tools(
        self,
        character_id: str,
        said: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Toolbox | None:
        """Typed facts as tools; None where there are none. `said`: the visitor's messages, this one last."""
        ...


class BadgesDoor(Protocol):
    async def badges(self, characters: Sequence[Character]) -> dict[str, Badge]:
        """What reports say of what visitors meet, by character id; none where it changed since."""
        ...


class ModelsDoor(Protocol):
    @property
    def running(self) -> ChatRuntime | None:
        """The chat model, if it is loaded."""
        ...

    async def chat(self) -> ChatRuntime: ...

    async def forget(self, name: str) -> None:
        """Deletes what was computed and kept under a name."""
        ...
