"""What the person at the terminal names as sources (files, folders, web addresses), given to a character and
read to the end: for `madang add`, and for `madang new` with more than one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from rich.progress import Progress

    from madang.app import Studio
    from madang.kernel.errors import MadangError
    from madang.kernel.identity import Identity
    from madang.knowledge.crawl.types import Site
    from madang.knowledge.types import Source

T = TypeVar("T")
PAGES = 200
"""Most pages of a site, where nothing else is said."""


@dataclass(frozen=True)
class Named:
    """A web address, or a file with the name that it has as a source."""

    said: str
    path: Path | None = None
    name: str = ""


@dataclass
class Gathered:
    sources: list[Source] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    failed: list[tuple[str, MadangError]] = field(default_factory=list)
    """What could not be read, as it was named, and why."""

    def document(self) -> dict[str, Any]:
        """The JSON of it."""
        return {
            "sources": [of_source(source) for source in self.sources],
            "sites": [
                {"url": site.url, "state": site.state, "pages": site.kept, "failed": site.failed}
                for site in self.sites
            ],
            "failed": [
                {"source": said, "code": error.code, "message": frame.in_words(error)}
                for said, error in self.failed
            ],
        }

    def tell(self) -> None:
        """For people: what is known on stdout, a sentence for each failure on stderr."""
        for source in self.sources:
            typer.echo(f"  knows {source.title}: {source.passages} passages")
        for site in self.sites:
            left = f" ({site.failed} could not be read)" if site.failed else ""
            typer.echo(f"  knows {site.url}: {site.kept} pages{left}")
        for said, error in self.failed:
            frame.warn(f"{said}: {frame.in_words(error)}")


def is_address(said: str) -> bool:
    """Whether a person means a web address: with its scheme, or with www."""
    return said.strip().lower().startswith(("http://", "https://", "www."))


def is_folder(said: str) -> bool:
    try:
        return Path(said).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):  # a sentence is no path
        return False


def named(said: Sequence[str], gathered: Gathered) -> list[Named]:
    """Every file and address once, folders searched to the bottom, in a fixed order. What is not there, and a
    second file of the same name (it would take the first one's place), goes to `gathered.failed`."""
    from madang.kernel.errors import BadInput, NotFound

    found: dict[str, Named] = {}
    for one in said:
        if is_address(one):
            found.setdefault(one.strip(), Named(one.strip()))
            continue
        path = Path(one).expanduser()
        if path.is_dir():
            inside = _documents(path)
            if not inside:
                gathered.failed.append((one, NotFound("There is no document in {folder}.", folder=one)))
        elif path.is_file():
            inside = [Named(one, path, path.name)]
        else:
            inside = []
            gathered.failed.append((one, NotFound("There is no file {path}.", path=one)))
        for file in inside:
            other = found.setdefault(file.name, file)
            if other.path is not None and file.path is not None and not other.path.samefile(file.path):
                same = BadInput("Another of these files is called {name} too.", name=file.name)
                gathered.failed.append((file.said, same))
    return list(found.values())


def _documents(folder: Path) -> list[Named]:
    """The files in a folder that can be read, each named with the folders between: `ko_index.html`."""
    from madang.knowledge.readers.sniff import DOCUMENTS, PICTURES, reads_pictures

    endings = (*DOCUMENTS, *PICTURES) if reads_pictures() else DOCUMENTS
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$")) for part in parts)
        if path.suffix.lower() in endings and not hidden and path.is_file():
            found.append(Named(str(path), path, "_".join(parts)))
    return found


class Gathering:
    """Gives sources to one character and waits for them. What was not there before and cannot be read is
    taken away again: the character stays as it was."""

    def __init__(
        self, studio: Studio, owner: Identity, slug: str, *, wait: bool = True, quiet: bool = False
    ) -> None:
        self._studio = studio
        self._owner = owner
        self._slug = slug
        self._wait = wait
        self._quiet = quiet

    async def take(
        self, wanted: Sequence[Named], gathered: Gathered, *, site: bool = False, pages: int = PAGES
    ) -> None:
        """Adds all of them, then waits for each. With `site`, an address is the start of a whole site."""
        authoring = self._studio.authoring
        there = {source.id for source in await authoring.sources(self._owner, self._slug)}
        crawled = {one.id for one in await authoring.sites.all(self._owner, self._slug)}
        sources: list[tuple[str, Source]] = []
        sites: list[tuple[str, Site]] = []
        for one in wanted:
            if one.path is None and site:
                adding = authoring.sites.add(self._owner, self._slug, one.said, pages=pages)
                sites += await _tried(gathered, one.said, adding)
            else:
                sources += await _tried(gathered, one.said, self._add(one))
        for said, source in sources:
            known = await self.known(source)
            if error := _failure(known.error_sentence, known.error_params, known.error):
                gathered.failed.append((said, error))
                if known.state == "failed" and known.id not in there:
                    await authoring.remove(self._owner, self._slug, known.id)
            else:
                gathered.sources.append(known)
        for said, crawl in sites:
            read = await self.crawled(crawl)
            if read.state == "failed":
                why = _failure(read.error_sentence, read.error_params, "No page of this site could be read.")
                gathered.failed += [(said, why)] if why else []
                if read.id not in crawled:
                    await authoring.sites.remove(self._owner, self._slug, read.id)
            else:
                gathered.sites.append(read)

    async def known(self, source: Source) -> Source:
        """Waits until its words answer; also for the vectors when no running studio will fill them in."""
        source = await self._studio.knowledge.wait(source.id, until="words")
        if source.state != "words" or not self._wait or not self._studio.jobs.runs:
            return source
        with _progress(self._quiet) as progress:
            task = progress.add_task(source.title[:40], total=source.passages or None)
            while source.state not in ("ready", "failed"):
                await asyncio.sleep(0.25)
                source = await self._studio.knowledge.source(source.character_id, source.id)
                progress.update(task, completed=source.embedded, total=source.passages or None)
        return source

    async def crawled(self, site: Site) -> Site:
        """Waits until its pages are read, and as `known` for their vectors."""
        knowledge = self._studio.knowledge
        with _progress(self._quiet) as progress:
            task = progress.add_task(site.url[:60], total=None)
            while site.state in ("waiting", "crawling"):
                await asyncio.sleep(0.25)
                site = await knowledge.site(site.character_id, site.id)
                progress.update(task, completed=site.done, total=site.total or None)
        if site.state != "failed" and self._wait and self._studio.jobs.runs:
            return await knowledge.wait_site(site.id, until="ready")
        return site

    async def _add(self, one: Named) -> Source:
        authoring = self._studio.authoring
        if one.path is None:
            return await authoring.add_url(self._owner, self._slug, one.said)
        data = await bytes_of(one.path, self._studio.settings.upload_mb)
        return await authoring.add_file(self._owner, self._slug, one.name, data)


async def _tried(gathered: Gathered, said: str, work: Awaitable[T]) -> list[tuple[str, T]]:
    """What `work` gives, or nothing, with its failure kept: one that fails does not keep the others out."""
    from madang.kernel.errors import MadangError

    try:
        return [(said, await work)]
    except MadangError as error:
        gathered.failed.append((said, error))
        return []


async def bytes_of(path: Path, most: int) -> bytes:
    """A file's bytes. Raises TooLarge for more than `most` MB, and Unreadable."""
    from madang.kernel.errors import Unreadable

    try:
        return await asyncio.to_thread(_bytes, path, most)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unreadable("This file cannot be opened: {reason}.", reason=reason) from None


def _bytes(path: Path, most: int) -> bytes:
    from madang.kernel.errors import TooLarge

    if path.stat().st_size > most * 2**20:
        raise TooLarge("This file is larger than {limit} MB.", limit=most)
    return path.read_bytes()


def _failure(sentence: str | None, params: dict[str, Any], otherwise: str | None) -> MadangError | None:
    from madang.kernel.errors import Unreadable

    if sentence:
        return Unreadable(sentence, **params)
    return Unreadable(otherwise) if otherwise else None


def _progress(quiet: bool) -> Progress:
    """A bar on stderr that leaves nothing behind."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    hidden = quiet or not sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True)


def of_source(source: Source) -> dict[str, Any]:
    """The JSON of a source."""
    return {
        "title": source.title,
        "state": source.state,
        "passages": source.passages,
        "embedded": source.embedded,
        "error": source.error,
    }
