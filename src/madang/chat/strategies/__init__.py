"""Ways to answer, behind one interface: quote, cite, persona, fixed phrases, abstention."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from madang.characters.types import Character, Language, Profile
from madang.chat.seek import Sought
from madang.chat.types import Basis, Citation, Dropped, Options
from madang.kernel.traces import NONE, Trace
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.tools import Toolbox
from madang.knowledge.types import Evidence, Span
from madang.models.types import ChatRuntime, Message, Sentence, Usage


def _nobody_asks(_ahead: int | None) -> None:
    """Where no reader waits for the reply."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a strategy may know when it answers one message."""

    character: Character
    profile: Profile
    language: Language
    """Of the reply."""
    message: str
    history: tuple[Message, ...]
    """Earlier messages, oldest first, without this one."""
    greeting: str
    intent: str
    runtime: ChatRuntime
    count: Callable[[str], Awaitable[int]]
    """Tokens of a text, by the runtime's own tokenizer."""
    options: Options
    now: datetime
    """In the studio's time zone."""
    sought: Sought | None = None
    """What the sources were asked, question by question, when they were."""
    contact: Span | None = None
    """Where a person is reached, out of the sources; looked for only when they do not answer."""
    kept: bool = False
    """Whether the people of this place will see a question that is not answered."""
    computed: Computed | None = None
    """What typed facts answer to the message, in the reply's language."""
    tools: Toolbox | None = None
    """Typed facts that the model may look up, where its card says that it can and they may be asked for."""
    changed: tuple[tuple[Span, Span], ...] = ()
    """What documents say, and what the owner wrote over it, where prices differ."""
    titles: tuple[str, ...] = ()
    """Titles of the character's sources; empty when it knows only its persona."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Web addresses that sources came from, by source id."""
    tables: frozenset[str] = frozenset()
    """Ids of sources that are tables."""
    reading: bool = False
    """Whether a source is still being read for the first time, so that what it says is not known yet."""
    instructions: str = ""
    """System messages of a caller of the OpenAI API."""
    slot: str | None = None
    wrong: float | None = None
    """Share of the answers that may be wrong, None for the usual one: from it follows how sure the sources
    must be."""
    who: str | None = None
    """Whose message it is: people are served in turn."""
    again: int = 0
    """How many replies to this message there are already: another version says something else."""
    trace: Trace = NONE
    waits: Callable[[int | None], None] = _nobody_asks
    """Told how many requests are served before this one, while the runtime makes it wait; None when it is
    its turn."""

    @property
    def evidence(self) -> Evidence | None:
        return self.sought.evidence if self.sought else None

    @property
    def weak(self) -> bool:
        """Whether the attached model is too small to be left to talk on its own."""
        return self.runtime.card.strategy == "quote"

    @property
    def names(self) -> tuple[str, ...]:
        """What the character is called, as a model might label its lines."""
        called = (self.profile.called, self.profile.name, self.profile.name.partition(",")[0])
        return tuple(dict.fromkeys(name.strip() for name in called if name.strip()))

    @property
    def writes(self) -> bool:
        """Whether the attached model writes the reply's language."""
        return self.language in self.runtime.card.languages

    @property
    def guarded(self) -> bool:
        """Whether the character speaks for something real, so that it may state no fact of its own."""
        return bool(self.titles) or self.reading or self.profile.kind != "character"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply. `text` is appended; what is not None replaces what was said before."""

    text: str = ""
    citations: tuple[Citation, ...] | None = None
    basis: Basis | None = None
    strategy: str | None = None
    dropped: tuple[Dropped, ...] | None = None
    usage: Usage | None = None
    finish: str | None = None
    why: Sentence | None = None
    """Why it is answered this way, where that is another than was chosen."""
    generated: bool = field(default=False)
    """True when the model wrote it: then the runtime has counted its tokens."""


class Strategy(Protocol):
    def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        """Pieces of the reply as they are made. Closing it stops the model. Raises ModelFailed or Busy."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to answer, by the name of the rule that chose it, and why."""

    rule: str
    strategy: Strategy
    why: Sentence
