"""Tables of sites and their pages: the frontier of a crawl, and what is needed to crawl again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.clock import now
from madang.kernel.errors import MadangError
from madang.knowledge.crawl.types import PageState, Site, SitePage, SiteState
from madang.knowledge.store import SourceRow
from madang.storage.database import get_alone
from madang.storage.tables import Base

_CHUNK = 500
Session = AsyncSession
"""A transaction of `Database`, for what writes more than these tables in one."""


class SiteRow(Base):
    __tablename__ = "knowledge_sites"
    __table_args__ = (UniqueConstraint("character_id", "url"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(String(2048))
    pages: Mapped[int] = mapped_column()
    depth: Mapped[int] = mapped_column()
    every_hours: Mapped[int | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    error: Mapped[str | None] = mapped_column(Text)
    round: Mapped[int] = mapped_column(default=0)
    robots: Mapped[str] = mapped_column(Text, default="")
    delay: Mapped[float] = mapped_column(default=0.0)
    """Seconds between requests that the site has made clear it wants."""
    changed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    job: Mapped[str] = mapped_column(String(200), default="")
    next_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class SitePageRow(Base):
    """`number` counts pages in the order in which they were found."""

    __tablename__ = "knowledge_site_pages"
    __table_args__ = (UniqueConstraint("site_id", "key"),)

    site_id: Mapped[str] = mapped_column(
        ForeignKey("knowledge_sites.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(Text)
    depth: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(16), default="todo")
    tries: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0, server_default="0")
    """The crawl in which it last said something new."""
    source_id: Mapped[str | None] = mapped_column(String(64), index=True)
    etag: Mapped[str] = mapped_column(Text, default="")
    modified: Mapped[str] = mapped_column(Text, default="")
    blob: Mapped[str] = mapped_column(String(64), default="")
    """Content hash of what was read, empty before."""
    media_type: Mapped[str] = mapped_column(String(200), default="")
    charset: Mapped[str | None] = mapped_column(String(60))
    links: Mapped[list[Any] | None] = mapped_column()
    marks: Mapped[list[Any] | None] = mapped_column()
    dropped: Mapped[list[Any] | None] = mapped_column()
    """Marks of its blocks, and of those that another page keeps for all (see `repeated`)."""
    why: Mapped[str | None] = mapped_column(Text)

    def page(self, round_: int) -> SitePage:
        """What became of it by the crawl `round_`."""
        about = json.loads(self.why) if self.why else {"sentence": None, "params": {}}
        return SitePage(
            url=self.url,
            depth=self.depth,
            state=_page_state(self.state),
            changed=self.state == "kept" and self.round == round_,
            source_id=self.source_id,
            why=about["sentence"],
            why_params=about["params"],
        )


def key_of(url: str) -> str:
    return sha256(url.encode("utf-8", "surrogateescape")).hexdigest()


def reason(error: MadangError | str, **params: Any) -> str:
    """A sentence and its parameters as they are stored."""
    sentence = error.sentence if isinstance(error, MadangError) else error
    params = dict(error.params) if isinstance(error, MadangError) else params
    plain = {
        name: value if isinstance(value, (int, float)) else str(value)[:300] for name, value in params.items()
    }
    return json.dumps({"sentence": sentence, "params": plain}, ensure_ascii=False)


def _page_state(value: str) -> PageState:
    states: tuple[PageState, ...] = ("todo", "kept", "skipped", "failed", "gone", "left")
    return next(state for state in states if state == value)


def _state(value: str) -> SiteState:
    states: tuple[SiteState, ...] = ("waiting", "crawling", "ready", "stopped", "failed")
    return next(state for state in states if state == value)


# -- sites


async def find(
    session: AsyncSession, site_id: str, *, round_: int | None = None, stopped: bool = False
) -> SiteRow | None:
    """A site; None when it is gone, or `round_` is not the crawl that goes on now (or was just `stopped`).

    In a writing session nobody else changes what its character knows before the transaction ends.
    """
    row = await get_alone(session, SiteRow, site_id, lambda row: row.character_id)
    if row is None or round_ is None:
        return row
    goes_on = row.state == "crawling" or (stopped and row.state == "stopped")
    return row if goes_on and row.round == round_ else None


async def of_url(session: AsyncSession, character_id: str, url: str) -> SiteRow | None:
    query = select(SiteRow).where(SiteRow.character_id == character_id, SiteRow.url == url)
    return await session.scalar(query)


async def sites_of(session: AsyncSession, character_id: str) -> list[Site]:
    """The sites of a character, oldest first."""
    query = select(SiteRow).where(SiteRow.character_id == character_id).order_by(SiteRow.id)
    return [await told(session, row) for row in await session.scalars(query)]


async def told(session: AsyncSession, row: SiteRow) -> Site:
    """The site with its numbers."""
    counts = await counts_of(session, row.id)
    about = json.loads(row.error) if row.error else {"sentence": None, "params": {}}
    total = sum(counts.values()) - counts.get("left", 0)
    return Site(
        id=row.id,
        character_id=row.character_id,
        url=row.url,
        pages=row.pages,
        depth=row.depth,
        every_hours=row.every_hours,
        state=_state(row.state),
        error=about["sentence"].format(**about["params"]) if row.error else None,
        error_sentence=about["sentence"],
        error_params=about["params"],
        round=row.round,
        done=total - counts.get("todo", 0),
        total=total,
        kept=counts.get("kept", 0),
        changed=row.changed,
        gone=row.gone,
        failed=counts.get("failed", 0),
        skipped=counts.get("skipped", 0),
        words=await waiting_for_meanings(session, row.id),
        next_at=row.next_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def counts_of(session: AsyncSession, site_id: str) -> dict[str, int]:
    """How many pages of a site are in each state."""
    query = select(SitePageRow.state, func.count()).where(SitePageRow.site_id == site_id)
    return {state: int(count) for state, count in await session.execute(query.group_by(SitePageRow.state))}


async def due(session: AsyncSession) -> list[str]:
    """Ids of sites that are to be crawled again by now."""
    query = select(SiteRow.id).where(SiteRow.next_at <= now(), SiteRow.state.in_(("ready", "failed")))
    return list(await session.scalars(query))


async def under_way(session: AsyncSession) -> list[tuple[str, int, str]]:
    """Sites whose crawl is not finished: id, round and job."""
    query = select(SiteRow.id, SiteRow.round, SiteRow.job).where(SiteRow.state == "crawling")
    return [(id_, round_, job) for id_, round_, job in await session.execute(query)]


async def delete_site(session: AsyncSession, site_id: str) -> None:
    await session.execute(delete(SitePageRow).where(SitePageRow.site_id == site_id))
    await session.execute(delete(SiteRow).where(SiteRow.id == site_id))


async def delete_character(session: AsyncSession, character_id: str) -> None:
    """Forget the sites of a character; its sources are forgotten by whoever calls this."""
    for site_id in list(
        await session.scalars(select(SiteRow.id).where(SiteRow.character_id == character_id))
    ):
        await delete_site(session, site_id)


# -- pages


async def restart(session: AsyncSession, site_id: str) -> None:
    """Before a crawl: what is kept is looked at again, what was not is found again or not."""
    await session.execute(
        delete(SitePageRow).where(
            SitePageRow.site_id == site_id,
            SitePageRow.state.in_(("skipped", "failed", "gone", "todo")),
            SitePageRow.blob == "",
        )
    )
    await session.execute(
        update(SitePageRow)
        .where(SitePageRow.site_id == site_id, SitePageRow.state != "left")
        .values(state="todo", tries=0, why=None)
    )


async def known(session: AsyncSession, site_id: str) -> dict[str, tuple[int, str, str]]:
    """All addresses of a site's pages, with their numbers, states and content hashes."""
    query = select(SitePageRow.url, SitePageRow.number, SitePageRow.state, SitePageRow.blob).where(
        SitePageRow.site_id == site_id
    )
    return {url: (number, state, blob) for url, number, state, blob in await session.execute(query)}


async def todo(session: AsyncSession, site_id: str, limit: int) -> list[SitePageRow]:
    """The next pages to be fetched, nearest to the start first, to be read after the session has ended."""
    query = (
        select(SitePageRow)
        .where(SitePageRow.site_id == site_id, SitePageRow.state == "todo")
        .order_by(SitePageRow.tries, SitePageRow.depth, SitePageRow.number)
        .limit(limit)
    )
    rows = list(await session.scalars(query))
    session.expunge_all()
    return rows


async def rows_of(session: AsyncSession, site_id: str, numbers: Sequence[int]) -> dict[int, SitePageRow]:
    """Pages by their numbers."""
    found: dict[int, SitePageRow] = {}
    for start in range(0, len(numbers), _CHUNK):
        query = select(SitePageRow).where(
            SitePageRow.site_id == site_id, SitePageRow.number.in_(numbers[start : start + _CHUNK])
        )
        found |= {row.number: row for row in await session.scalars(query)}
    return found


async def marks_of(session: AsyncSession, site_id: str) -> dict[int, tuple[list[str], list[str]]]:
    """Marks and dropped marks of all pages that were read, in the order in which they were found."""
    query = (
        select(SitePageRow.number, SitePageRow.marks, SitePageRow.dropped)
        .where(
            SitePageRow.site_id == site_id, SitePageRow.blob != "", SitePageRow.state.in_(("kept", "todo"))
        )
        .order_by(SitePageRow.number)
    )
    return {number: (marks or [], dropped or []) for number, marks, dropped in await session.execute(query)}


async def pages_of(
    session: AsyncSession, site_id: str, round_: int, limit: int, offset: int
) -> list[SitePage]:
    """Pages of a site: first those with something to say about (failed, then skipped)."""
    first = case({"failed": 0, "skipped": 1}, value=SitePageRow.state, else_=2)
    query = select(SitePageRow).where(SitePageRow.site_id == site_id).order_by(first, SitePageRow.number)
    return [row.page(round_) for row in await session.scalars(query.limit(limit).offset(offset))]


async def leave_out(session: AsyncSession, source_id: str) -> None:
    """Do not read the page of this source any more: its owner took it out."""
    await session.execute(
        update(SitePageRow)
        .where(SitePageRow.source_id == source_id)
        .values(state="left", source_id=None, blob="", etag="", modified="", marks=[], dropped=[])
    )


async def originals(session: AsyncSession) -> set[str]:
    """Hashes of everything that pages were read from, also of those without a source of their own."""
    return set(await session.scalars(select(SitePageRow.blob).where(SitePageRow.blob != "")))


async def add(
    session: AsyncSession,
    site_id: str,
    pages: Iterable[tuple[str, int]],
    refused: Iterable[tuple[str, int]],
    first: int,
) -> None:
    """Add pages (address, depth) that are not known yet, numbered from `first`: those to be looked at, and
    after them those that the site asks not to be read."""
    asked = reason("robots.txt asks not to read this page.")
    new = [(page, "todo", None) for page in pages] + [(page, "skipped", asked) for page in refused]
    for number, ((url, depth), state, why) in enumerate(new, start=first):
        session.add(
            SitePageRow(
                site_id=site_id,
                number=number,
                key=key_of(url),
                url=url,
                depth=depth,
                state=state,
                why=why,
                tries=0,
            )
        )
    await session.flush()


# -- sources of pages


async def sources(session: AsyncSession, character_id: str, origins: Sequence[str]) -> dict[str, SourceRow]:
    """The character's sources with these origins."""
    found: dict[str, SourceRow] = {}
    for start in range(0, len(origins), _CHUNK):
        query = select(SourceRow).where(
            SourceRow.character_id == character_id, SourceRow.origin.in_(origins[start : start + _CHUNK])
        )
        found |= {row.origin: row for row in await session.scalars(query)}
    return found


async def sources_in(session: AsyncSession, site_id: str) -> list[SourceRow]:
    return list(await session.scalars(select(SourceRow).where(SourceRow.site_id == site_id)))


async def waiting_for_meanings(session: AsyncSession, site_id: str) -> int:
    """How many sources of a site have no vectors yet."""
    query = select(func.count()).where(SourceRow.site_id == site_id, SourceRow.state == "words")
    return int(await session.scalar(query) or 0)


async def without_vectors(session: AsyncSession, site_id: str, limit: int) -> list[tuple[str, int]]:
    """Sources of a site that have no vectors yet: ids and revisions."""
    query = select(SourceRow.id, SourceRow.revision).where(
        SourceRow.site_id == site_id, SourceRow.state == "words"
    )
    return [
        (id_, revision) for id_, revision in await session.execute(query.order_by(SourceRow.id).limit(limit))
    ]
