"""Approved answers: questions with what a person said the character should answer.

All of a character's stand in one source, kept as JSON in its original, so that reading the source again, or a
restored backup, brings them back. Each is one passage under its question as heading; it is quoted whole.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from madang.kernel.clock import now
from madang.kernel.errors import BadInput, NotFound
from madang.kernel.ids import new_id
from madang.kernel.language import language_of
from madang.knowledge import store
from madang.knowledge.days import days_in
from madang.knowledge.meaning import Meaning
from madang.knowledge.questions import asked
from madang.knowledge.queue import Queue
from madang.knowledge.same import Meant, about_the_same, alike, meant, meets, same
from madang.knowledge.split import Piece, context
from madang.knowledge.types import Answer, Passage, Source
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.search import Entry, SearchIndex

ORIGIN = "answers:"
"""No file, address or typed text has this origin: their names hold no colon, or begin with another word."""
MEDIA_TYPE = "text/x-madang-answers"
TITLES = {"en": "Answers", "ko": "답변"}
QUESTION, ANSWER = 500, 2_000
"""Most characters of a question and of an answer."""
MOST = 2_000
"""Answers of a character."""
ALSO, NEVER = 50, 20
"""Other wordings of a question, and pieces that are never said, of one answer."""
ENOUGH = 0.6
"""How well a question must be met for its answer to be said instead of what the documents hold."""
_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer as it stands in the original; without words it says that its question is not answered."""

    id: str
    question: str
    answer: str
    by: str
    at: str
    also: tuple[str, ...] = ()
    """Other wordings of the question."""
    never: tuple[str, ...] = ()
    """What was said wrongly. Where it is about to be quoted to a question like this, this is said instead."""

    def piece(self) -> Piece | None:
        return Piece((self.question,), self.answer, None) if self.answer else None

    @property
    def asked(self) -> list[Meant]:
        return [meant(question) for question in (self.question, *self.also)]


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    source_id: str | None
    answers: list[tuple[_Said, Answer, Passage | None]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person decided for a question: the passage of the answer, None where there is to be none."""

    passage: Passage | None


class Answers:
    """The approved answers of characters. Its caller holds the character's door."""

    def __init__(
        self, database: Database, blobs: Blobs, search: SearchIndex, queue: Queue, meaning: Meaning
    ) -> None:
        self._meaning = meaning
        self._database = database
        self._blobs = blobs
        self._search = search
        self._queue = queue
        self._kept: OrderedDict[str, _Known] = OrderedDict()

    async def add(
        self,
        character_id: str,
        question: str,
        answer: str,
        *,
        by: str,
        language: str | None,
        replaces: str | None,
        also: Sequence[str] = (),
        never: Sequence[str] = (),
        declines: bool = False,
    ) -> Answer:
        """Keep an answer; it is said from the moment this returns, to `also` as to its question. With
        `declines` the question is not answered, whatever the sources say.

        One to the same question gives way, as does the one with the id `replaces`; what was never to be said
        stays so. Raises BadInput, and NotFound where `replaces` is not there.
        """
        question, answer = _line(question), "" if declines else _lines(answer)
        if not question:
            raise BadInput("An answer needs its question.")
        if not answer and not declines:
            raise BadInput("There is no answer to keep.")
        if len(question) > QUESTION or len(answer) > ANSWER:
            raise BadInput(
                "A question may have {question} characters and an answer {answer}.",
                question=QUESTION,
                answer=ANSWER,
            )
        others = tuple(dict.fromkeys(one for one in map(_line, also) if one and one != question))[:ALSO]
        wrong = tuple(dict.fromkeys(one for one in map(_line, never) if one))
        said = _Said(new_id("ans"), question, answer, by, now().isoformat(), others, wrong)
        title = TITLES.get(language or language_of(answer), TITLES["en"])

        def change(there: list[_Said]) -> list[_Said]:
            if replaces is not None and all(one.id != replaces for one in there):
                raise _no_answer()
            asks = meant(question)
            kept = [one for one in there if one.id != replaces and not same(meant(one.question), asks)]
            gone = [one for one in there if one not in kept]
            if len(kept) >= MOST:
                raise BadInput("A character has at most {most} approved answers.", most=MOST)
            before = tuple(text for one in gone for text in one.never if text not in _line(answer))
            wordings = tuple(text for one in gone if one.id == replaces for text in one.also)
            return [*kept, _merged(said, wordings, before)]

        try:
            source = await self._change(character_id, title, change)
        except store.AddedMeanwhile:
            source = await self._change(character_id, title, change)
        assert source is not None  # noqa: S101  one was added
        return next(one for one in await self.all(character_id) if one.id == said.id)

    async def remove(self, character_id: str, answer_id: str) -> None:
        """Forget an answer. Raises NotFound."""

        def change(there: list[_Said]) -> list[_Said]:
            kept = [one for one in there if one.id != answer_id]
            if len(kept) == len(there):
                raise _no_answer()
            return kept

        await self._change(character_id, TITLES["en"], change)

    async def all(self, character_id: str) -> list[Answer]:
        """All answers of a character, oldest first."""
        return [answer for _, answer, _ in (await self._known(character_id)).answers]

    async def source_id(self, character_id: str) -> str | None:
        return (await self._known(character_id)).source_id

    async def meeting(self, character_id: str, question: str) -> Standing | None:
        """What was decided for this very question; None for nearly every question."""
        known = await self._known(character_id)
        if not known.answers:
            return None
        asks = meant(question)
        scored = [
            (max(meets(asks, given, one.answer) for given in one.asked), place)
            for place, (one, _, _) in enumerate(known.answers)
        ]
        best, place = max(scored)
        if best >= ENOUGH:
            return Standing(known.answers[place][2])
        for said, _, passage in known.answers:
            if not any(alike(asks, given) for given in said.asked):
                continue
            if await self._meaning.agree(question, [said.question, *said.also]):
                return Standing(passage)
        return None

    async def instead(self, character_id: str, question: str, quotes: Sequence[str]) -> Standing | None:
        """What is said where one of `quotes` was corrected once for a question about the same."""
        known = await self._known(character_id)
        plain = [_plain(quote) for quote in quotes]
        asks = meant(question)
        for said, _, passage in known.answers:
            wrong = [_plain(text) for text in said.never]
            quoted = any(
                text in quote or quote in text for text in wrong for quote in plain if text and quote
            )
            if quoted and any(about_the_same(asks, given) for given in said.asked):
                return Standing(passage)
        return None

    async def over(
        self, character_id: str, question: str, quotes: Sequence[str], *, priced: bool
    ) -> Standing | Literal["no"] | None:
        """What stands over an answer computed from `quotes`, where one of them was corrected: the correction,
        for a question of that kind about that thing or day however it is worded; `no`, where it may be wrong
        and nothing better is known; None, where nothing was corrected. `priced`: it tells prices, not hours.
        """
        known = await self._known(character_id)
        plain = [_plain(quote) for quote in quotes]
        days, kind = days_in(question), asked(question)
        unsure = False
        for said, _, passage in known.answers:
            wrong = [_plain(text) for text in said.never]
            if not any(text in quote or quote in text for text in wrong for quote in plain if text and quote):
                continue
            given = said.question
            alone = len(plain) == 1 and kind == "price" == asked(given)
            if alone if priced else days and days == days_in(given):
                return Standing(passage)
            # every list that has the item tells its price; of another day nothing was said
            unsure = unsure or (asked(given) == "price" if priced else not days)
        return "no" if unsure else None

    def forget(self, character_id: str) -> None:
        self._kept.pop(character_id, None)

    async def _known(self, character_id: str) -> _Known:
        """The answers as committed now, whichever process changed them."""
        async with self._database.read() as session:
            version = await store.version(session, character_id)
            kept = self._kept.get(character_id)
            if kept is not None and kept.version == version:
                self._kept.move_to_end(character_id)
                return kept
            row = await store.of_origin(session, character_id, ORIGIN)
            source_id, blob = (row.id, row.blob) if row is not None else (None, "")
            passages = await store.passages_in(session, character_id, row.id) if row is not None else []
        said = unpack(await self._blobs.get(blob)) if source_id is not None else []
        places = {
            (passage.headings[0] if passage.headings else "", passage.text): passage for passage in passages
        }
        found = [(one, places.get((one.question, one.answer))) for one in said]
        answers = [
            (one, _answer(one, source_id or "", passage), passage)
            for one, passage in found
            if passage is not None or not one.answer
        ]
        known = _Known(version, source_id, answers)
        self._kept[character_id] = known
        self._kept.move_to_end(character_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return known

    async def _change(self, character_id: str, title: str, change: Any) -> Source | None:
        """Put `change(answers)` in place of the answers, in one transaction; vectors follow behind."""
        async with self._database.write() as session:
            row = await store.of_origin(session, character_id, ORIGIN, lock=True)
            there = unpack(await self._blobs.get(row.blob)) if row is not None else []
            after = change(there)
            if not after:
                if row is not None and (ids := await store.delete_source(session, row)):
                    await self._search.replace(session, character_id, [], ids)
                return None
            blob = await self._blobs.put(_pack(after))
            if row is None:
                row = await store.give(session, character_id, ORIGIN, title, incoming(blob))
            else:
                row.revision += 1
            await self._put(session, row, blob, after)
            row.job = self._queue.job_id(row.id, row.revision)
            source, revision = row.source(), row.revision
        await self._queue.start(source.id, revision)
        return source

    async def _put(self, session: store.Session, row: store.SourceRow, blob: str, said: list[_Said]) -> None:
        added, gone = await store.replace_passages(session, row, row.title, _pieces(said))
        entries = [Entry(one.id, context(row.title, map(str, one.headings), one.text)) for one in added]
        await self._search.replace(session, row.character_id, entries, gone)
        row.passages = len(_pieces(said))
        row.embedded = max(0, min(row.embedded - len(gone), row.passages))
        row.media_type, row.blob, row.incoming, row.error = MEDIA_TYPE, blob, None, None
        row.state, row.updated_at = "words", now()
        await store.bump(session, row.character_id)


def pieces(data: bytes) -> list[Piece]:
    """The passages of an original, for whoever reads the source again."""
    return _pieces(unpack(data))


def unpack(data: bytes) -> list[_Said]:
    return [
        _Said(
            str(one["id"]),
            str(one["question"]),
            str(one["answer"]),
            str(one["by"]),
            str(one["at"]),
            tuple(map(str, one.get("also", ()))),
            tuple(map(str, one.get("never", ()))),
        )
        for one in json.loads(data)["answers"]
    ]


def incoming(blob: str) -> dict[str, Any]:
    """What the reading job needs to know to read the answers again."""
    return {
        "blob": blob,
        "name": "answers.json",
        "media_type": MEDIA_TYPE,
        "charset": "utf-8",
        "title": None,
        "url": None,
        "typed": True,
    }


def _pack(said: list[_Said]) -> bytes:
    rows = [asdict(one) for one in said]
    return json.dumps({"answers": rows}, ensure_ascii=False, indent=1).encode()


def _pieces(said: list[_Said]) -> list[Piece]:
    return [piece for one in said if (piece := one.piece()) is not None]


def _merged(said: _Said, also: tuple[str, ...], never: tuple[str, ...]) -> _Said:
    """With what one that gives way to it had."""
    return replace(
        said,
        also=tuple(dict.fromkeys((*said.also, *also)))[:ALSO],
        never=tuple(dict.fromkeys((*said.never, *never)))[:NEVER],
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _answer(one: _Said, source_id: str, passage: Passage | None) -> Answer:
    return Answer(
        id=one.id,
        question=one.question,
        answer=one.answer,
        by=one.by,
        also=list(one.also),
        never=list(one.never),
        declines=not one.answer,
        source_id=source_id,
        passage_id=passage.id if passage is not None else "",
        created_at=datetime.fromisoformat(one.at),
    )


def _line(text: str) -> str:
    return " ".join(_writable(text).split())


def _lines(text: str) -> str:
    """Without empty lines around and within: a passage is one piece."""
    lines = (" ".join(line.split()) for line in _writable(text).splitlines())
    return "\n".join(line for line in lines if line)


def _writable(text: str) -> str:
    """Without NUL and lone surrogates, which a database or a file does not hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _no_answer() -> NotFound:
    return NotFound("This answer does not exist any more.")
