"""Doors of characters and knowledge without a database: what a test puts in is what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from madang.characters.types import Character, Profile
from madang.kernel.clock import now
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id, slugify
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.tools import Toolbox
from madang.knowledge.types import Evidence, Found, Passage, Source, Span


class FakeCharacters:
    """Characters by slug and id; an unpublished one is seen by its maker only."""

    def __init__(self) -> None:
        self._characters: dict[str, Character] = {}

    def add(self, profile: Profile, *, owner_id: str = "usr_owner", published: bool = True) -> Character:
        moment = now()
        character = Character(
            id=new_id("chr"),
            slug=slugify(profile.name),
            owner_id=owner_id,
            draft=profile,
            published=profile if published else None,
            created_at=moment,
            updated_at=moment,
            published_at=moment if published else None,
        )
        return self.put(character)

    def put(self, character: Character) -> Character:
        self._characters[character.id] = self._characters[character.slug] = character
        return character

    async def get(self, identity: Identity, slug: str) -> Character:
        character = self._characters.get(slug)
        if character is not None:
            if identity.makes and identity.id == character.owner_id:
                return character
            if character.published is not None:
                return character.model_copy(update={"draft": character.published})
        raise NotFound("There is no character called {slug}.", slug=slug)


class FakeKnowledge:
    """Finds the sentence that shares most words with the question; how surely is what the test says.

    `answerable` None: 0.9 when at least two words are shared, else 0.1.
    """

    def __init__(self, answerable: float | None = None) -> None:
        self.answerable = answerable
        self.passages: dict[str, list[Passage]] = {}
        self.urls: dict[str, str] = {}
        self.reading: set[str] = set()
        """Titles of what is still being read."""
        self.facts: dict[str, Computed] = {}
        """What typed facts answer to a question."""
        self.now: list[tuple[Span, Span]] = []
        """What documents say, and what the owner wrote over it."""
        self.box: Callable[[Sequence[str], datetime, str], Toolbox] | None = None
        """Makes the tools over typed facts."""
        self.asked: list[tuple[str, str, tuple[str, ...]]] = []

    def add(
        self, character_id: str, title: str, text: str, *, url: str | None = None, heading: str = ""
    ) -> Passage:
        passage = Passage(
            id=new_id("psg"),
            source_id=new_id("src"),
            character_id=character_id,
            ordinal=0,
            title=title,
            headings=[heading] if heading else [],
            text=text,
        )
        if url:
            self.urls[passage.source_id] = url
        self.passages.setdefault(character_id, []).append(passage)
        return passage

    async def sources(self, character_id: str) -> list[Source]:
        moment = now()
        return [
            Source(
                id=passage.source_id,
                character_id=character_id,
                title=passage.title,
                origin=passage.title,
                url=self.urls.get(passage.source_id),
                media_type="text/plain",
                blob="0" * 64,
                state="reading" if passage.title in self.reading else "ready",
                passages=0 if passage.title in self.reading else 1,
                created_at=moment,
                updated_at=moment,
            )
            for passage in self.passages.get(character_id, [])
        ]

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
        return self.facts.get(question)

    async def changed(self, character_id: str, names: Sequence[str] = ()) -> list[tuple[Span, Span]]:
        return self.now

    async def tools(
        self,
        character_id: str,
        said: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Toolbox | None:
        return self.box(said, moment, language) if self.box else None

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        self.asked.append((character_id, question, tuple(history)))
        wanted = {word.lower()[:4] for word in re.findall(r"\w{2,}", question)}
        spans: list[Span] = []
        for passage in self.passages.get(character_id, []):
            for match in re.finditer(r"(?m)\S.*?(?:[.!?。](?=\s|$)|$)", passage.text):
                said = f"{' '.join(passage.headings)} {match.group()}"
                words = {word.lower()[:4] for word in re.findall(r"\w{2,}", said)}
                if shared := len(words & wanted):
                    end = match.start() + len(match.group().rstrip())
                    spans.append(Span(passage=passage, start=match.start(), end=end, score=float(shared)))
        spans.sort(key=lambda span: -span.score)
        sure = 0.9 if spans and spans[0].score >= 2 else 0.1
        return Evidence(
            question=question,
            answerable=sure if self.answerable is None else self.answerable,
            spans=spans,
            found=[
                Found(passage=passage, score=1.0)
                for passage in {span.passage.id: span.passage for span in spans}.values()
            ],
        )
