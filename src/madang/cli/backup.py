"""`madang backup` and `madang restore`: everything people made, in one file, also while the studio runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.storage.backup import Summary


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; replaced, whole or not at all, when it is there.")],
    as_json: frame.Json = False,
) -> None:
    """Write everything people made into one file. Keep it as safe as the data folder itself."""

    async def work() -> None:
        from madang.kernel.errors import NotFound
        from madang.storage.backup import backup as write

        settings = frame.settings_of(context)
        if settings.database is None and not (settings.data / "studio.db").is_file():
            raise NotFound("There is nothing in {folder} yet.", folder=settings.data)
        if not file.absolute().parent.is_dir():
            raise NotFound("There is no folder {folder}.", folder=file.parent)
        _tell(file, await write(settings, file.absolute()), as_json)

    frame.run(work(), as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `madang backup` wrote.")],
    as_json: frame.Json = False,
) -> None:
    """Put a backup in place of what is there now. A file that is not a whole backup changes nothing."""

    async def work() -> None:
        from madang.kernel.errors import NotFound
        from madang.storage.backup import restore as put

        if not file.is_file():
            raise NotFound("There is no file {path}.", path=file)
        _tell(file, await put(frame.settings_of(context), file.absolute()), as_json)

    frame.run(work(), as_json=as_json)


def _tell(file: Path, summary: Summary, as_json: bool) -> None:
    if as_json:
        document = {"file": str(file), "rows": summary.rows, "blobs": summary.blobs, "bytes": summary.bytes}
        frame.show(document)
    else:
        typer.echo(f"{file}: {summary.rows:,} rows, {summary.blobs:,} files, {summary.bytes / 1e6:.1f} MB")
