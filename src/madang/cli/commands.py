"""All commands, by name. A command is one function in its group's file; this file only lists them."""

from __future__ import annotations

from typing import Annotated

import typer

from madang import __version__
from madang.cli import add, ask, backup, card, character, check, models, new, people, talk, tidy, up

app = typer.Typer(
    name="madang",
    help="An AI studio you own: characters and business AIs on open models, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich costs more time than everything else together
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"madang {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """An AI studio you own: characters and business AIs on open models, on your own machine."""


app.command("up")(up.up)
app.command("new")(new.new)
app.command("add")(add.add)
app.command("ask")(ask.ask)
app.command("chat")(talk.chat)
app.command("check")(check.check)
app.add_typer(character.app, name="character")
app.add_typer(card.app, name="card")
app.add_typer(models.app, name="models")
app.add_typer(people.app, name="people")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("tidy")(tidy.tidy)
