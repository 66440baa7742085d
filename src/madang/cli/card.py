"""`madang card`: character cards in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.characters.types import CardReport

Kind = Literal["png", "json", "charx"]
KINDS: dict[str, Kind] = {".png": "png", ".json": "json", ".charx": "charx"}
CARD_MB = 64

app = typer.Typer(
    help="Bring character cards in and take them out.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("import")
def bring(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Cards (PNG, JSON, CHARX), or folders of them.")],
    publish: Annotated[bool, typer.Option("--publish", help="Let visitors meet them at once.")] = False,
    pictures: Annotated[
        bool, typer.Option(help="Of many cards: draw the pictures now, not when each is first seen.")
    ] = True,
    as_json: frame.Json = False,
) -> None:
    """Make characters from cards. What this studio cannot use is kept, and said.

    Of folders or several files, those that were imported before are skipped: stopped, it can be begun again.
    """
    if len(files) > 1 or publish or files[0].is_dir():
        from madang.cli import collection

        collection.bring(context, files, publish=publish, pictures=pictures, as_json=as_json)
        return
    file = files[0]

    async def work(studio: Studio) -> None:
        import asyncio

        owner = await studio.accounts.owner()
        data = await asyncio.to_thread(_read, file)
        character, report = await studio.authoring.from_card(owner, file.name, data)
        if as_json:
            frame.show(
                {
                    "slug": character.slug,
                    "name": character.profile.name,
                    "report": report.model_dump(mode="json"),
                }
            )
            return
        typer.echo(f"{character.profile.name} ({character.slug})")
        _tell(report)

    frame.with_studio(context, work, as_json=as_json)


@app.command("export")
def take(
    context: typer.Context,
    character: Annotated[str, typer.Argument(help="The character's slug.")],
    file: Annotated[Path, typer.Argument(help="Where to; its ending decides: .png, .json or .charx.")],
    as_json: frame.Json = False,
) -> None:
    """Write a character as a card. A file that is there already is replaced, whole or not at all."""
    from madang.kernel.errors import BadInput, NotFound

    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        endings = ", ".join(KINDS)
        frame.refuse(
            BadInput("The ending of the file decides the kind of card: {endings}.", endings=endings),
            as_json=as_json,
        )
    if not file.absolute().parent.is_dir():
        frame.refuse(NotFound("There is no folder {folder}.", folder=file.parent), as_json=as_json)

    async def work(studio: Studio) -> None:
        import asyncio

        from madang.kernel.paths import atomic_write

        owner = await studio.accounts.owner()
        data, report = await studio.characters.export_card(owner, character, kind)
        known = await studio.knowledge.sources((await studio.characters.get(owner, character)).id)
        if known:
            report.warnings.append("A card does not hold what the character knows from; a backup does.")
        await asyncio.to_thread(atomic_write, file, data)
        if as_json:
            document: dict[str, Any] = {"file": str(file), "bytes": len(data)}
            frame.show(document | {"report": report.model_dump(mode="json")})
            return
        typer.echo(f"{file} ({len(data):,} bytes)")
        _tell(report)

    frame.with_studio(context, work, as_json=as_json)


def _read(file: Path) -> bytes:
    """Raises NotFound or TooLarge."""
    from madang.kernel.errors import NotFound, TooLarge

    if not file.is_file():
        raise NotFound("There is no file {path}.", path=file)
    if file.stat().st_size > CARD_MB * 2**20:
        raise TooLarge("This file is larger than {limit} MB.", limit=CARD_MB)
    return file.read_bytes()


def _tell(report: CardReport) -> None:
    for unmapped in report.unmapped:
        typer.echo(f"  {unmapped.field}: {unmapped.reason}{' (kept)' if unmapped.kept else ''}")
    for warning in report.warnings:
        frame.warn(f"  {warning}")
