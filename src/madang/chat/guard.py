"""Between the strategies and the reader: what breaks a rule of the studio is never shown and never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from madang.chat import phrases
from madang.chat.reasons import SAFETY
from madang.chat.strategies import Piece
from madang.chat.types import Citation, Reply
from madang.safety.types import Outgoing, SafetyDoor, Verdict


def said_instead(verdict: Verdict, after: str = "") -> Piece:
    """The verdict's sentence as a reply, or below what was shown of one (`after`)."""
    sentence = phrases.say(verdict.language, verdict.sentence, **verdict.params)
    space = "\n\n" if after.strip() else ""
    return Piece(space + sentence, basis="safety", strategy="safety", why=(SAFETY, ()))


async def guarded(safety: SafetyDoor | None, language: str) -> Guard:
    """A guard for one reply; without `safety` it lets everything pass."""
    return Guard(safety, language, await safety.outgoing(language=language) if safety else None)


class Guard:
    """Reads the pieces of one reply. What it gives back may be shown."""

    def __init__(self, safety: SafetyDoor | None, language: str, outgoing: Outgoing | None) -> None:
        self._safety = safety
        self._language = language
        self._outgoing = outgoing
        self._judged: dict[str, bool] = {}

    @property
    def verdict(self) -> Verdict | None:
        return self._outgoing.verdict if self._outgoing else None

    async def passed(self, piece: Piece) -> Piece:
        """The piece with what of its text may be shown so far, and without quotations that may not be."""
        if self._outgoing is None:
            return piece
        if piece.citations:
            allowed = [citation for citation in piece.citations if await self._allowed(citation)]
            piece = replace(piece, citations=tuple(allowed))
        return replace(piece, text=self._outgoing.feed(piece.text)) if piece.text else piece

    def rest(self, reply: Reply, shown: str) -> Iterator[Piece]:
        """What was held back, once nothing more comes; or the verdict, with the proofs that are cited."""
        if self._outgoing is None:
            return
        held = self._outgoing.end() if self.verdict is None else ""
        if held:
            yield Piece(held, generated=True)
        if self.verdict is None:
            return
        shown += held
        named = {int(number) for number in re.findall(r"\[(\d+)\]", shown)}
        cited = tuple(citation for citation in reply.citations if citation.number in named)
        yield replace(said_instead(self.verdict, shown), citations=cited)

    async def _allowed(self, citation: Citation) -> bool:
        """A quotation is shown beside the reply: it is read as the reply is."""
        said = f"{citation.source}\n{citation.quote}"
        if said not in self._judged:
            assert self._safety is not None  # noqa: S101  there is an outgoing
            reader = await self._safety.outgoing(language=self._language)
            reader.feed(said)
            reader.end()
            self._judged[said] = reader.verdict is None
        return self._judged[said]
