"""Businesses that tests ask: their documents as text, read as files are, and one moment to ask them at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from madang.knowledge.document import Limits
from madang.knowledge.facts.ask import Computed, computed
from madang.knowledge.facts.business import laid
from madang.knowledge.facts.extract import facts_of
from madang.knowledge.facts.own import facts as own_facts
from madang.knowledge.facts.own import pieces
from madang.knowledge.facts.types import Business, Fact, OwnFacts
from madang.knowledge.readers import read
from madang.knowledge.split import Piece, split
from madang.knowledge.types import Passage

SEOUL = "Asia/Seoul"
MOMENT = datetime(2026, 11, 28, 14, 0, tzinfo=ZoneInfo(SEOUL))
"""A Saturday."""


def passages_of(source: str, title: str, made: list[Piece]) -> list[Passage]:
    return [
        Passage(
            id=f"{source}-{number}",
            source_id=source,
            character_id="chr",
            ordinal=number,
            title=title,
            headings=list(piece.headings),
            text=piece.text,
            place=piece.place,
        )
        for number, piece in enumerate(made)
    ]


def business(
    files: Mapping[str, str | bytes],
    own: OwnFacts | None = None,
    *,
    zone: str = SEOUL,
    names: tuple[str, ...] = (),
    language: str = "en",
) -> Business:
    """What facts make of documents, by their names; `own` is what the form holds."""
    found: list[Fact] = []
    every: list[Passage] = []
    for name, text in files.items():
        data = text.encode() if isinstance(text, str) else text
        document = read(data, name, limits=Limits())
        passages = passages_of(name, document.title, split(document))
        about: list[dict[str, Any]] = document.data
        found += facts_of(passages, about)
        every += passages
    written: list[Fact] = []
    if own is not None:
        passages = passages_of("own", "Facts from the house", pieces(own, language))
        written = own_facts(own, language, passages)
        every += passages
    return laid(found, written, own or OwnFacts(), every, zone=zone, names=names)


def ask(
    shop: Business,
    question: str,
    *,
    now: datetime = MOMENT,
    earlier: tuple[str, ...] = (),
    language: str | None = None,
) -> Computed | None:
    hangul = any("가" <= letter <= "힣" for letter in question)
    return computed(shop, question, earlier, now, language or ("ko" if hangul else "en"))
