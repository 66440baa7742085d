"""`madang card import` of folders and of many files."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.characters.types import ImportSummary, Refused
    from madang.kernel.identity import Identity

ENDINGS = (".png", ".apng", ".json", ".charx")
"""What is taken out of a folder. A file that is named is always tried."""
CARD_MB = 96


def bring(
    context: typer.Context, paths: Sequence[Path], *, publish: bool, pictures: bool, as_json: bool
) -> None:
    """Import all of them, and say what became of them; exit code 1 when a file could not be imported."""

    async def work(studio: Studio) -> int | None:
        owner = await studio.accounts.owner()
        unread: list[Refused] = []
        files = found(paths)
        summary = await studio.characters.import_cards(owner, _read(files, unread), publish=publish)
        summary.files += len(unread)
        summary.refused += unread
        if as_json:
            frame.show(_document(summary))
        else:
            _tell(summary)
        if pictures:
            await _draw(studio, owner)
        return 1 if summary.refused else None

    frame.with_studio(context, work, as_json=as_json)


def found(paths: Sequence[Path]) -> list[Path]:
    """The files meant, each once, folders searched to the bottom, in a fixed order."""
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file())
            files.update(dict.fromkeys(sorted(inside)))
        else:
            files[path] = None
    return list(files)


async def _read(files: Sequence[Path], unread: list[Refused]) -> AsyncIterator[tuple[str, bytes]]:
    """Names and bytes; what cannot be opened goes to `unread`."""
    import asyncio

    from madang.characters.batch.reading import UNEXPECTED, refused
    from madang.characters.types import Refused
    from madang.kernel.errors import MadangError

    for number, path in enumerate(files):
        _progress(f"{number:,} of {len(files):,} files read", number)
        try:
            data = await asyncio.to_thread(_bytes, path)
        except MadangError as error:
            unread.append(refused(str(path), error))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            unread.append(Refused(file=str(path), sentence=UNEXPECTED, params={"reason": reason}))
        else:
            yield str(path), data
    _progress("", 0)


def _bytes(path: Path) -> bytes:
    from madang.kernel.errors import NotFound, TooLarge

    if not path.is_file():
        raise NotFound("There is no file {path}.", path=path)
    if path.stat().st_size > CARD_MB * 2**20:
        raise TooLarge("This file is larger than {limit} MB.", limit=CARD_MB)
    return path.read_bytes()


async def _draw(studio: Studio, owner: Identity) -> None:
    """Draws the pictures behind the import; stopping it loses nothing."""
    began = time.perf_counter()
    done = 0
    async for done, total in studio.characters.draw_faces(owner):
        _progress(f"{done:,} of {total:,} pictures drawn; the rest waits until it is first seen", 0)
    if done:
        _progress("", 0)
        frame.warn(f"{done:,} pictures drawn in {time.perf_counter() - began:,.1f} s")


def _tell(summary: ImportSummary) -> None:
    rate = summary.made / summary.seconds if summary.seconds else 0
    parts = [f"{summary.made:,} made"]
    if summary.published:
        parts.append(f"{summary.published:,} of them published")
    if summary.skipped:
        parts.append(f"{summary.skipped:,} imported before")
    parts.append(f"{len(summary.refused):,} not imported")
    typer.echo(f"{summary.files:,} files: {', '.join(parts)}; {summary.seconds:,.1f} s, {rate:,.0f} a second")
    if summary.lost:
        typer.echo(
            f"{summary.lost:,} hold something that could not be kept: import one by itself to see what."
        )
    for one in (*summary.refused, *summary.drafts):
        frame.warn(f"  {one.file}: {_sentence(one)}")


def _document(summary: ImportSummary) -> dict[str, object]:
    document = summary.model_dump(mode="json")
    for name in ("refused", "drafts"):
        told: list[Refused] = getattr(summary, name)
        document[name] = [{"file": one.file, "message": _sentence(one)} for one in told]
    return document


def _sentence(one: Refused) -> str:
    from madang.kernel.errors import BadInput

    return frame.in_words(BadInput(one.sentence, **one.params))


def _progress(text: str, number: int) -> None:
    """One line that is written over, where somebody watches."""
    if number % 100 == 0 and sys.stderr.isatty():
        typer.echo(f"\r{text}\x1b[K", nl=False, err=True)
