"""Conversations over one large English source, to calibrate when to answer in one.

`benchmarks/answerable/talks` was written over pages of Debian's documentation (see
`benchmarks.calibrate_answerable`) and over documents that the reader was kept apart from. `back.talks` and
`fours.talks` are for the estimate of when to ask back (`benchmarks.calibrate_unclear`): last messages that
leave open what they mean and such as look alike; fours of nearly the same one, open, with the thing named
before, with the thing named in it, and clear but not answered. Before a conversation stands
`= title of its page`; each turn is `? message`, then what answers it: `+ words of a sentence | words of
another one`, `-` where nothing in the collection does, `~` where one has to ask back; then `> the reply`,
which the next turn follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.made.pages import pages
from benchmarks.reader.material import APART
from madang.chat.excerpt import excerpts
from madang.chat.followup import Standing, standing
from madang.chat.seek import said_last
from madang.knowledge.access import Knowledge
from madang.knowledge.evidence import Weigher
from madang.knowledge.types import Evidence
from madang.models.types import Message

EN, BACK, FOURS = (
    Path(__file__).parents[1] / "answerable" / "talks" / f"{name}.talks" for name in ("en", "back", "fours")
)
PAGES = 330
"""Pages that are drawn from all folders alike."""
DOCUMENTS = (
    "en_encyclopaedia",
    "en_policies",
    "en_services",
    "wide_en_advice",
    "wide_en_encyclopaedia",
    "wide_en_pages",
    "wide_en_public",
    "wide_en_software",
    "wide_en_talk",
)
"""Kinds of the reader's documents, kept apart from it, that stand among the pages."""
CHARACTER = "chr_talks"
Answered = Literal["+", "-", "~"]


@dataclass(frozen=True, slots=True)
class Turn:
    message: str
    answered: Answered
    pieces: tuple[str, ...]
    """Words of the sentences that answer."""
    reply: str


@dataclass(frozen=True, slots=True)
class Talk:
    title: str
    """Of the page that it is about."""
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn, asked in its conversation."""

    file: Path
    talk: Talk
    turn: Turn
    history: tuple[Message, ...]
    """What was said before, oldest first."""
    standing: Standing
    evidence: Evidence

    @property
    def shown(self) -> bool:
        """Whether what would be quoted holds some of the answer, or begins on the page that the conversation
        is about: what else of it answers was not written down."""
        if self.turn.answered != "+" or not self.evidence.spans:
            return False
        quoted = "\n".join(span.text for span in excerpts(self.evidence, self.evidence.question))
        same = self.evidence.spans[0].passage.title.strip() == self.talk.title
        return same or any(piece in quoted for piece in self.turn.pieces)


def talks(path: Path) -> list[Talk]:
    """Those of a file. Raises ValueError for a line that belongs to no turn."""
    found: list[Talk] = []
    title, turns = "", list[Turn]()
    message, answer = "", ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        sign, text = line[:1], line[2:].strip()
        if not line.strip():
            if turns:
                found.append(Talk(title, tuple(turns)))
            turns = []
        elif sign == "=":
            title = text
        elif sign == "?":
            message = text
        elif sign in ("+", "-", "~"):
            answer = line
        elif sign == ">" and message and answer:
            pieces = tuple(piece.strip() for piece in answer[2:].split(" | ")) if answer[0] == "+" else ()
            turns.append(Turn(message, answer[0], pieces, text))  # type: ignore[arg-type]  one of three signs
            message = answer = ""
        else:
            raise ValueError(f"{path.name}: {line}")
    return found


async def asked(
    knowledge: Knowledge, weigher: Weigher, folders: Sequence[Path], files: Sequence[Path] = (EN,)
) -> list[Asked]:
    """Every turn that has evidence, asked as the chat asks: made to stand alone, with what was said
    last.

    Conversations about a page that was not drawn from `folders` are left out.
    """
    titles = {await _add(knowledge, title, text) for title, text in _texts(folders)}
    found: list[Asked] = []
    for file, talk in ((path, talk) for path in files for talk in talks(path)):
        said: list[Message] = []
        for turn in talk.turns if talk.title in titles else ():
            stands = standing(turn.message, said)
            evidence = await weigher.measured(CHARACTER, stands.question, said=said_last(said))
            if evidence.features:
                found.append(Asked(file, talk, turn, tuple(said), stands, evidence))
            said += [Message("user", turn.message), Message("assistant", turn.reply)]
    return found


def _texts(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for page in pages(folders, PAGES):
        if page.language == "en":
            yield page.title, "\n\n".join(page.paragraphs)
    for kind in DOCUMENTS:
        for path in sorted((APART / kind).glob("*.md")):
            title, _, text = path.read_text(encoding="utf-8").partition("\n")
            yield title.removeprefix("# "), text


async def _add(knowledge: Knowledge, title: str, text: str) -> str:
    source = await knowledge.add_text(CHARACTER, title, text, origin=title)
    await knowledge.wait(source.id, "ready", seconds=600)
    return title.strip()
