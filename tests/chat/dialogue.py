"""The written conversations of `dialogues.txt`, and what becomes of them with real sources and embedder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from madang.characters.types import Character, Profile
from madang.chat.access import Chat
from madang.chat.types import Reply
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.models.registry import Models
from madang.models.types import Embedder, Message
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from madang.storage.tables import Base
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters

HERE = Path(__file__).parent
DECISIONS = {"sources": "answer", "partial": "partial", "clarify": "clarify"}


@dataclass(frozen=True, slots=True)
class Line:
    """What a visitor says, and what is to become of it."""

    says: str
    decisions: tuple[str, ...] = ()
    every: tuple[tuple[str, ...], ...] = ()
    """The quotations hold one of each of these."""
    never: tuple[str, ...] = ()
    instead: str = ""
    """What the character is taken to have replied."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    sources: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    line: Line
    decision: str
    reply: Reply
    right: bool
    """The decision is one of those wanted."""
    told: bool
    """And the quotations hold what they should, and nothing that they should not."""
    about: str


@dataclass
class World:
    """One character for each set of sources."""

    chat: Chat
    knowledge: Knowledge
    characters: FakeCharacters
    made: dict[tuple[str, ...], Character] = field(default_factory=dict)


def dialogues(path: Path = HERE / "dialogues.txt") -> list[Dialogue]:
    found: list[Dialogue] = []
    sources: tuple[str, ...] = ()
    lines: list[Line] = []
    for text in [*path.read_text("utf-8").splitlines(), "=="]:
        if text.startswith("=="):
            if lines:
                found.append(Dialogue(sources, tuple(lines)))
            sources, lines = tuple(text[2:].split()), []
        elif text.startswith("<"):
            last = lines[-1]
            lines[-1] = Line(last.says, last.decisions, last.every, last.never, text[1:].strip())
        elif text.strip() and not text.startswith("#"):
            lines.append(_line(text))
    return found


def _line(text: str) -> Line:
    says, _, wanted = text.partition("=>")
    decisions, _, words = wanted.strip().partition(" ")
    held, _, never = f" {words} ".partition(" ! ")
    return Line(
        says.strip(),
        tuple(decisions.split("|")) if decisions else (),
        tuple(tuple(one.strip() for one in each.split(" / ")) for each in held.split(" & ") if each.strip()),
        tuple(one.strip() for one in never.split(" / ") if one.strip()),
    )


class _OneEmbedder:
    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def embedder(self) -> Embedder:
        return self._embedder


@asynccontextmanager
async def world(
    settings: Settings, every: Sequence[Dialogue], models: Models | None = None
) -> AsyncIterator[World]:
    """Sources read and embedded; the character of each set is a guide to them."""
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    jobs, embedder = Jobs(settings), await (models or Models(settings)).embedder()
    knowledge = Knowledge(
        database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, _OneEmbedder(embedder)
    )
    await jobs.open()
    characters = FakeCharacters()
    chat = Chat(database, characters, knowledge, FakeModels(FakeChat()), settings)
    here = World(chat, knowledge, characters)
    try:
        for sources in dict.fromkeys(dialogue.sources for dialogue in every):
            language = "ko" if sources[0].endswith("_ko") else "en"
            kind = "business" if len(sources) == 1 and sources[0] in BUSINESSES else "guide"
            made = characters.add(Profile(name="-".join(sources), kind=kind, language=language, greeting="…"))
            here.made[sources] = made
            for name in sources:
                text = (HERE / "dialogues" / f"{name}.md").read_bytes()
                source = await knowledge.add_file(made.id, f"{name}.md", text)
                await knowledge.wait(source.id, "ready", seconds=300)
        yield here
    finally:
        await chat.close()
        await jobs.close()
        await embedder.close()
        await database.close()


BUSINESSES = frozenset({"inn", "pool", "workshops_ko", "pension_ko", "school_ko"})


async def judged(here: World, dialogue: Dialogue) -> list[Judged]:
    """Every line that something is wanted of, as it went in one conversation."""
    character = here.made[dialogue.sources]
    visitor = Identity("visitor", "vis_one")
    history: list[Message] = []
    found: list[Judged] = []
    for line in dialogue.lines:
        history.append(Message("user", line.says))
        reply: Reply | None = None
        async with aclosing(here.chat.answer(visitor, character.slug, history)) as events:
            async for event in events:
                reply = event.reply or reply
        assert reply is not None
        history.append(Message("assistant", line.instead or reply.text))
        if line.decisions:
            found.append(_judge(dialogue, line, reply))
    return found


def _judge(dialogue: Dialogue, line: Line, reply: Reply) -> Judged:
    decision = DECISIONS.get(reply.basis, "decline")
    right = decision in line.decisions
    held = all(any(word in reply.text for word in one) for one in line.every)
    told = right and (decision == "decline" or (held and not any(word in reply.text for word in line.never)))
    wanted, said = "|".join(line.decisions), " ".join(reply.text.split())
    about = f"{'+'.join(dialogue.sources)}: {line.says} -> {decision} (wanted {wanted}) {said}"
    return Judged(line, decision, reply, right, told, about)
