"""Words that mean the same for one character, as its owner says: groups of words or short phrases.

The list of everyday words in `lexicon` serves everybody and only where a word is not in the sources; what an
owner says always counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.errors import BadInput
from madang.storage.segment import terms
from madang.storage.tables import Base

GROUPS, WORDS, LONGEST = 200, 12, 60
"""Groups of a character, words of a group, characters of a word."""


class SynonymsRow(Base):
    __tablename__ = "knowledge_synonyms"

    character_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    groups: Mapped[list[Any]] = mapped_column()


async def synonyms_of(session: AsyncSession, character_id: str) -> list[list[str]]:
    row = await session.get(SynonymsRow, character_id)
    return [[str(word) for word in group] for group in row.groups] if row is not None else []


async def keep(session: AsyncSession, character_id: str, groups: Sequence[Sequence[str]]) -> None:
    """Keep `groups` (as `cleaned` gives them) in place of those before, in the caller's transaction."""
    await forget(session, character_id)
    if groups:
        session.add(SynonymsRow(character_id=character_id, groups=[list(group) for group in groups]))
        await session.flush()


async def forget(session: AsyncSession, character_id: str) -> None:
    await session.execute(delete(SynonymsRow).where(SynonymsRow.character_id == character_id))


def cleaned(groups: Iterable[Iterable[str]]) -> list[list[str]]:
    """Groups without white space, repetitions, and words that say nothing. Raises BadInput."""
    found: list[list[str]] = []
    for group in groups:
        words: dict[str, str] = {}
        for word in group:
            plain = " ".join(unicodedata.normalize("NFC", word).replace("\0", "").split())
            if len(plain) > LONGEST:
                raise BadInput("A word may have {most} characters.", most=LONGEST)
            if terms(plain):
                words.setdefault(plain.lower(), plain)
        if not words:
            continue
        if len(words) < 2:
            raise BadInput(
                "“{word}” needs another word that means the same.", word=next(iter(words.values()))
            )
        if len(words) > WORDS:
            raise BadInput("At most {most} words can mean the same.", most=WORDS)
        found.append(list(words.values()))
    if len(found) > GROUPS:
        raise BadInput("A character has at most {most} lists of words that mean the same.", most=GROUPS)
    return found
