"""What a runtime takes and gives. No runtime leaks past these types."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Role = Literal["chat", "embed"]
Vectors = NDArray[np.float32]
"""Shape (n, dimensions), rows of length 1."""
Sentence = tuple[str, tuple[tuple[str, str | int | float], ...]]
"""An English msgid and its parameters as (name, value)."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model. `parameters` is None when a server does not say."""

    name: str
    role: Role
    parameters: int | None = None
    context: int = 4096
    languages: tuple[str, ...] = ("en",)
    """Languages it writes well enough to be shown."""
    strategy: Literal["quote", "cite"] = "quote"
    """How facts are answered with it: small models quote, capable ones write and cite."""
    licence: str = ""
    tools: Literal["none", "grammar", "native"] = "none"
    """How it calls tools and makes JSON: held by a grammar, or by the tools of its own template."""
    why: tuple[Sentence, ...] = ()
    """Why `strategy` and `tools` are what they are."""
    measured: tuple[tuple[str, int, int], ...] = ()
    """(skill, right, asked) of what was measured here; empty where nothing was."""

    def counted(self, skill: str) -> tuple[int, int]:
        """(right, asked); zeros where it was not measured."""
        found = ((right, asked) for name, right, asked in self.measured if name == skill)
        return next(found, (0, 0))


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model may call. `parameters` is a JSON schema of an object."""

    name: str
    about: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a model wrote it: neither the name nor the arguments (JSON, or not) were checked."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One generation. Tokens are the model's own; temperature 0 is greedy.

    `grammar` is GBNF and constrains every token where the runtime can (`ChatRuntime.grammars`).
    `slot_hint` keeps requests of one conversation on one slot so that its prefix stays warm.
    `min_p` and `repeat_penalty` hold where the runtime knows them; None is the runtime's own choice.

    The first `beginning` messages are the same in every conversation with a character: a runtime may keep
    what it computed of them under the name `keep` (the character's id), never without one.
    """

    messages: Sequence[Message]
    max_tokens: int = 512
    temperature: float = 0.7
    top_p: float = 0.95
    seed: int | None = None
    stop: Sequence[str] = ()
    grammar: str | None = None
    slot_hint: str | None = None
    min_p: float | None = None
    """Least probability of a token, as a share of the likeliest one's: what is less likely is never drawn."""
    repeat_penalty: float | None = None
    """How much less likely a token gets that was said just now; 1 is not at all."""
    reroute: bool = True
    """Whether another engine may answer this when one is lost. Who fits a prompt to a card says no, and asks
    for the runtime again."""
    beginning: int = 0
    keep: str | None = None
    who: str | None = None
    """Whose request it is: those who wait are served in turn, one request each. By default the slot hint."""
    background: bool = False
    """Nobody waits for it: whoever does is served first."""
    adapter: str | None = None
    """A registered adapter's name: the model as it was trained further. Only where `adapters_of` has it."""
    tools: Sequence[ToolSpec] = ()
    """What the model may call by its own template, where the runtime can ask it to (`calls_tools`)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a runtime did since it was loaded, and how it stands now. Nobody's words are in it."""

    slots: int
    busy: int
    waiting: int
    """Requests in the queue."""
    refused: int
    """Requests that found the queue full."""
    prompt_tokens: int
    cached_tokens: int
    """Prompt tokens that were not computed again: `cached_tokens / prompt_tokens` is the hit rate."""
    completion_tokens: int
    restored: int
    """Beginnings of characters that came from the disk."""
    built: int
    """Beginnings that were computed and kept."""
    rejected: int
    """Kept beginnings that were broken, cut short or another's: thrown away, never used."""
    evicted: int
    """Kept beginnings that went because room was needed."""
    kept: int
    """Beginnings on the disk."""
    kept_bytes: int


@dataclass(frozen=True, slots=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a generation. The last one has `finish` and, where known, `usage`."""

    text: str = ""
    finish: Literal["stop", "length"] | None = None
    usage: Usage | None = None
    calls: tuple[Call, ...] = ()
    """Tools that it calls; in the last one."""
    waiting: int | None = None
    """Requests that are served before this one; told while it waits, and whenever it changes."""
    served: bool = False
    """It has waited, and now it is its turn: its prompt is being read."""


class ChatRuntime(Protocol):
    """Runs a chat model. Closing the iterator of `stream` stops the generation and frees its slot."""

    card: ModelCard
    grammars: bool

    def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """Deltas as the model makes them. Raises ModelFailed or Busy."""
        ...

    async def count_tokens(self, text: str) -> int:
        """Tokens of `text`; an upper estimate where the runtime has no tokenizer."""
        ...

    async def close(self) -> None: ...


def calls_tools(runtime: ChatRuntime) -> bool:
    """Whether a runtime takes `ChatRequest.tools` and gives `Delta.calls`."""
    return bool(getattr(runtime, "calls", False))


def adapters_of(runtime: ChatRuntime) -> Sequence[str]:
    """Names of the adapters that a runtime can put on, request by request."""
    names: Sequence[str] = getattr(runtime, "adapters", ())
    return names


@runtime_checkable
class Keeping(Protocol):
    """What a chat runtime does besides that keeps characters' beginnings ready."""

    async def keep(self, name: str, beginning: Sequence[Message], adapter: str | None = None) -> None:
        """Computes a beginning in the background, with an adapter on, and keeps it under `name`, unless it is
        kept already."""
        ...

    async def forget(self, name: str) -> None:
        """Deletes everything kept under `name`."""
        ...

    async def counts(self) -> Counts: ...


class Embedder(Protocol):
    """Makes vectors of length 1, so that a dot product is the cosine."""

    name: str
    dimensions: int

    async def query(self, text: str) -> Vectors:
        """Shape (dimensions,)."""
        ...

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimensions). Runs at low priority: a person's question comes first."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer a question, with what it stands in."""

    text: str
    around: str = ""
    """Title and headings."""
    before: str = ""
    """The sentence before it."""


@runtime_checkable
class Reading(Protocol):
    """What an embedder does besides that can tell whether a sentence answers."""

    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """How surely each of them answers, as logits, shape (n,): above 0 it rather does. A person waits."""
        ...


@dataclass(frozen=True, slots=True)
class PulledWeights:
    """Weights on this disk."""

    name: str
    role: Role
    path: str
    bytes: int
    sha256: str
    source: str = field(default="")
    """Where they came from: `path`, `hub` or `index`."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A line of the list of models."""

    card: ModelCard
    pulled: PulledWeights | None = None
    """Its weights on this disk, if they are there."""
    bytes: int | None = None
    """Size of the weights, where it is known."""
    used: bool = False
    """Whether it serves its role."""
    server: bool = False
    """Whether it runs somewhere else."""
