"""`madang character list`: the characters of this studio, and how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.characters.types import Character

app = typer.Typer(help="Characters of this studio.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Characters of this studio."""


@app.command("list")
def show(context: typer.Context, as_json: frame.Json = False) -> None:
    """Every character: its slug, its name and its state."""

    async def work(studio: Studio) -> None:
        owner = await studio.accounts.owner()
        found = await studio.characters.mine(owner, everyone=True)
        if as_json:
            frame.show(
                [
                    {
                        "slug": one.slug,
                        "name": one.draft.name,
                        "state": state_of(one),
                        "visibility": one.visibility,
                        "version": one.version,
                    }
                    for one in found
                ]
            )
            return
        wide = max((len(one.slug) for one in found), default=0)
        for one in found:
            typer.echo(f"{one.slug:<{wide}}  {one.draft.name}  ({state_of(one)})")

    frame.with_studio(context, work, as_json=as_json)


def state_of(character: Character) -> str:
    """`hidden`, `archived`, `draft`, `changed` (published, with newer changes) or `published`."""
    if character.hidden_at is not None:
        return "hidden"
    if character.archived_at is not None:
        return "archived"
    if character.published is None:
        return "draft"
    return "published" if character.published == character.draft else "changed"
