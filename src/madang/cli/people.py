"""`madang people`: who has an account in this studio, inviting somebody, shutting somebody out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio

app = typer.Typer(
    help="Invite people, list them, shut them out.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("invite")
def invite(
    context: typer.Context,
    label: Annotated[str, typer.Argument(help="For whom it is; only the owner sees this.")] = "",
    visitor: Annotated[bool, typer.Option("--visitor", help="An account that only talks.")] = False,
    as_json: frame.Json = False,
) -> None:
    """Print a link that makes one person a creator (or a visitor). It works once, for a week."""

    async def work(studio: Studio) -> None:
        owner = await studio.accounts.owner()
        token = await studio.accounts.invite(owner, "visitor" if visitor else "creator", label)
        link = f"{frame.address(studio.settings)}/join/{token}"
        if as_json:
            frame.show({"link": link, "role": "visitor" if visitor else "creator", "label": label})
        else:
            typer.echo(link)

    frame.with_studio(context, work, as_json=as_json)


@app.command("list")
def show(context: typer.Context, as_json: frame.Json = False) -> None:
    """List everybody with an account: id, role, name."""

    async def work(studio: Studio) -> None:
        people = await studio.accounts.users(await studio.accounts.owner())
        if as_json:
            frame.show([person.model_dump(mode="json") for person in people])
            return
        for person in people:
            shut = "  shut out" if person.suspended_at else ""
            typer.echo(f"{person.id}  {person.role:8} {person.name or '-'}{shut}")

    frame.with_studio(context, work, as_json=as_json)


@app.command("suspend")
def suspend(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Id or name of the person.")],
    off: Annotated[bool, typer.Option("--off", help="Let them in again.")] = False,
    as_json: frame.Json = False,
) -> None:
    """Shut somebody out at once: their browsers are signed out, their keys revoked."""

    async def work(studio: Studio) -> None:
        from madang.accounts.people import name_key
        from madang.kernel.errors import NotFound

        owner = await studio.accounts.owner()
        people = await studio.accounts.users(owner)
        found = [
            one for one in people if person == one.id or (one.name and name_key(one.name) == name_key(person))
        ]
        if not found:
            raise NotFound("There is no such person.")
        await studio.accounts.suspend(owner, found[0].id, not off)
        if as_json:
            frame.show({"id": found[0].id, "name": found[0].name, "suspended": not off})
        else:
            typer.echo(f"{found[0].name} {'may sign in again' if off else 'is shut out'}.")

    frame.with_studio(context, work, as_json=as_json)
