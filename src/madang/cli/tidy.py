"""`madang tidy`: frees the disk of files that nothing refers to any more."""

from __future__ import annotations

import typer

from madang.cli import frame


def tidy(context: typer.Context, as_json: frame.Json = False) -> None:
    """Remove pictures and originals that nothing refers to any more, a day after that was first seen."""

    async def work() -> None:
        from madang.kernel.errors import NotFound
        from madang.storage.collect import collect

        settings = frame.settings_of(context)
        if settings.database is None and not (settings.data / "studio.db").is_file():
            raise NotFound("There is nothing in {folder} yet.", folder=settings.data)
        done = await collect(settings)
        if as_json:
            frame.show({"removed": done.removed, "bytes": done.bytes, "waiting": done.waiting})
            return
        typer.echo(f"{done.removed:,} files removed, {done.bytes / 1e6:.1f} MB")
        if done.waiting:
            typer.echo(f"{done.waiting:,} more are unused now: run this again in a day, and they go too")

    frame.run(work(), as_json=as_json)
