"""`madang new`: a character from a sentence, a card, or files, folders and web addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import add, frame, gathering

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.authoring.types import Draft
    from madang.characters.types import Character
    from madang.kernel.identity import Identity


def new(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(metavar="TEXT|FILE|FOLDER|URL...", help="A description, or files and web addresses."),
    ],
    name: Annotated[str | None, typer.Option(help="The character's name.")] = None,
    *,
    site: add.Whole = False,
    pages: add.Pages = gathering.PAGES,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Return as soon as it answers from the words.")
    ] = False,
    as_json: frame.Json = False,
) -> None:
    """Make a character. It answers from files and pages when this returns.

    The draft is made of all that is given. Without its first source there is no character; where another one
    cannot be read, there is, and the exit code is 1.
    """

    async def work(studio: Studio) -> int | None:
        owner = await studio.accounts.owner()
        gathered = gathering.Gathered()
        making = _Making(studio, owner, name, wait=not no_wait, quiet=as_json)
        draft = await making.make(what, gathered, site=site, pages=pages)
        slug = draft.character.slug
        character = await studio.authoring.publish(owner, slug) if publish else draft.character
        address = f"{frame.address(studio.settings)}/c/{slug}"
        if as_json:
            frame.show(
                {
                    "slug": slug,
                    "name": character.profile.name,
                    "published": character.published is not None,
                    "url": address,
                    **gathered.document(),
                    "report": draft.report.model_dump(mode="json") if draft.report else None,
                }
            )
            return 1 if gathered.failed else None
        typer.echo(f"{character.profile.name} ({slug})")
        gathered.tell()
        if not publish:
            typer.echo("  A draft: nobody else sees it until it is published.")
        typer.echo(f"  {address}")
        return 1 if gathered.failed else None

    frame.with_studio(context, work, jobs=True, as_json=as_json)


class _Making:
    """A draft of all that was named, once what it knows is read."""

    def __init__(self, studio: Studio, owner: Identity, name: str | None, *, wait: bool, quiet: bool) -> None:
        self._studio = studio
        self._owner = owner
        self._name = name
        self._wait = wait
        self._quiet = quiet

    async def make(self, what: list[str], gathered: gathering.Gathered, *, site: bool, pages: int) -> Draft:
        """Raises what making from the first source raises, and Unreadable when that turns out unreadable."""
        from madang.authoring.types import Draft

        authoring = self._studio.authoring
        if (
            len(what) == 1
            and not gathering.is_folder(what[0])
            and not (site and gathering.is_address(what[0]))
        ):
            draft = await authoring.new(self._owner, what[0], self._name)
            await self._read(self._gathering(draft.character), draft.character, gathered)
            return draft
        first, *others = _sources(what, gathered)
        made = await self._first(first, site=site, pages=pages)
        adding = self._gathering(made)
        await self._read(adding, made, gathered)
        await adding.take(others, gathered, site=site, pages=pages)
        if others or site:
            made = await authoring.drawn_again(self._owner, made.slug, self._name)
        return Draft(made)

    async def _first(self, one: gathering.Named, *, site: bool, pages: int) -> Character:
        authoring = self._studio.authoring
        if one.path is not None:
            data = await gathering.bytes_of(one.path, self._studio.settings.upload_mb)
            return await authoring.from_file(self._owner, one.name, data, self._name)
        if site:
            return await authoring.from_site(self._owner, one.said, self._name, pages=pages)
        return await authoring.from_url(self._owner, one.said, self._name)

    def _gathering(self, character: Character) -> gathering.Gathering:
        return gathering.Gathering(
            self._studio, self._owner, character.slug, wait=self._wait, quiet=self._quiet
        )

    async def _read(
        self, adding: gathering.Gathering, character: Character, gathered: gathering.Gathered
    ) -> None:
        """Waits for what the character was made from; the draft stays when it cannot be read."""
        from madang.kernel.errors import Unreadable

        for crawl in await self._studio.authoring.sites.all(self._owner, character.slug):
            gathered.sites.append(await adding.crawled(crawl))
        for source in await self._studio.authoring.sources(self._owner, character.slug, of_sites=False):
            known = await adding.known(source)
            if known.state == "failed":
                raise Unreadable(known.error or "This file cannot be read.")
            gathered.sources.append(known)


def _sources(what: list[str], gathered: gathering.Gathered) -> list[gathering.Named]:
    """What was named, all of it there: nothing is made of a part. Raises BadInput and NotFound."""
    from madang.kernel.errors import BadInput

    wanted = gathering.named(what, gathered)
    if not wanted and len(gathered.failed) > 1:
        raise BadInput(
            "Put a description into quotation marks; several sources are files, folders and web addresses."
        )
    if gathered.failed:
        raise gathered.failed[0][1]
    return wanted
