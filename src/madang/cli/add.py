"""`madang add`: more sources for a character that is there: files, folders of files, web addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import frame, gathering

if TYPE_CHECKING:
    from madang.app import Studio

Whole = Annotated[bool, typer.Option("--site", help="Read the whole site of a web address, not one page.")]
Pages = Annotated[int, typer.Option(min=1, max=5_000, help="With --site: most pages of a site.")]


def add(
    context: typer.Context,
    character: Annotated[str, typer.Argument(help="The character's slug.")],
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE|FOLDER|URL...", help="Files, folders and web addresses.")
    ],
    *,
    site: Whole = False,
    pages: Pages = gathering.PAGES,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as it answers from the words.")
    ] = False,
    as_json: frame.Json = False,
) -> None:
    """Give a character more to know. It answers from it when this returns.

    A file of the same name, and the same address, is read again in place of what it said before. Exit code 1
    when one of them could not be read; the others are known all the same.
    """

    async def work(studio: Studio) -> int | None:
        owner = await studio.accounts.owner()
        found = await studio.authoring.own(owner, character)
        gathered = gathering.Gathered()
        wanted = gathering.named(sources, gathered)
        adding = gathering.Gathering(studio, owner, found.slug, wait=not no_wait, quiet=as_json)
        await adding.take(wanted, gathered, site=site, pages=pages)
        if as_json:
            frame.show({"slug": found.slug, **gathered.document()})
        else:
            typer.echo(f"{found.draft.name} ({found.slug})")
            gathered.tell()
        return 1 if gathered.failed else None

    frame.with_studio(context, work, jobs=True, as_json=as_json)
