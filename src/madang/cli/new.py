"""`madang new`: a character from a sentence, a file, a card or a web address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.knowledge.types import Source


def new(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="TEXT|FILE|URL", help="A description, a file or a web address.")
    ],
    name: Annotated[str | None, typer.Option(help="The character's name.")] = None,
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as it answers from the words.")
    ] = False,
    as_json: frame.Json = False,
) -> None:
    """Make a character. It answers from a file or page when this returns."""

    async def work(studio: Studio) -> None:
        owner = await studio.accounts.owner()
        draft = await studio.authoring.new(owner, what, name)
        slug = draft.character.slug
        sources = []
        for source in await studio.knowledge.sources(draft.character.id):
            sources.append(await _known(studio, source, wait=not no_wait, quiet=as_json))
        character = await studio.authoring.publish(owner, slug) if publish else draft.character
        address = f"{frame.address(studio.settings)}/c/{slug}"
        if as_json:
            frame.show(
                {
                    "slug": slug,
                    "name": character.profile.name,
                    "published": character.published is not None,
                    "url": address,
                    "sources": [_source(source) for source in sources],
                    "report": draft.report.model_dump(mode="json") if draft.report else None,
                }
            )
            return
        typer.echo(f"{character.profile.name} ({slug})")
        for source in sources:
            typer.echo(f"  knows {source.title}: {source.passages} passages")
        if not publish:
            typer.echo("  A draft: nobody else sees it until it is published.")
        typer.echo(f"  {address}")

    frame.with_studio(context, work, jobs=True, as_json=as_json)


async def _known(studio: Studio, source: Source, *, wait: bool, quiet: bool) -> Source:
    """Wait until the words answer; also for the vectors when no running studio will fill them in.

    Raises Unreadable when the source cannot be read; the draft stays.
    """
    from madang.kernel.errors import Unreadable

    source = await studio.knowledge.wait(source.id, until="words")
    if source.state == "failed":
        raise Unreadable(source.error or "This file cannot be read.")
    if source.state == "ready" or not wait or not studio.jobs.runs:
        return source
    return await _embedded(studio, source, quiet=quiet)


async def _embedded(studio: Studio, source: Source, *, quiet: bool) -> Source:
    import asyncio

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task(source.title[:40], total=source.passages or None)
        while source.state not in ("ready", "failed"):
            await asyncio.sleep(0.25)
            source = await studio.knowledge.source(source.character_id, source.id)
            progress.update(task, completed=source.embedded, total=source.passages or None)
    return source


def _source(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "state": source.state,
        "passages": source.passages,
        "embedded": source.embedded,
        "error": source.error,
    }
