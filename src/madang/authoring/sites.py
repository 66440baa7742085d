"""Web sites that a character knows from, for the one who makes it."""

from __future__ import annotations

from madang.authoring.doors import CharactersDoor, SitesDoor
from madang.authoring.own import own
from madang.kernel.identity import Identity
from madang.knowledge.crawl.types import Site, SitePage

PAGES = 200
DEPTH = 5
"""Pages of a site, and links from its start to a page, where its maker says nothing else."""


class Sites:
    """Every method takes the identity and the slug first, and raises what `own` raises. A site of another
    character is NotFound."""

    def __init__(self, characters: CharactersDoor, knowledge: SitesDoor) -> None:
        self._characters = characters
        self._knowledge = knowledge

    async def all(self, identity: Identity, slug: str) -> list[Site]:
        """Oldest first, with their progress."""
        return await self._knowledge.sites(await self._id(identity, slug))

    async def add(
        self,
        identity: Identity,
        slug: str,
        url: str,
        *,
        pages: int = PAGES,
        depth: int = DEPTH,
        every_hours: int | None = None,
    ) -> Site:
        """Begin to read the site that starts at `url`; the same address is the same site, read again.
        Raises BadInput."""
        character_id = await self._id(identity, slug)
        return await self._knowledge.add_site(
            character_id, whole(url), pages=pages, depth=depth, every_hours=every_hours
        )

    async def get(self, identity: Identity, slug: str, site_id: str) -> Site:
        return await self._knowledge.site(await self._id(identity, slug), site_id)

    async def pages(
        self, identity: Identity, slug: str, site_id: str, limit: int = 100, offset: int = 0
    ) -> list[SitePage]:
        """What became of its pages: failures first, then what was skipped."""
        return await self._knowledge.site_pages(await self._id(identity, slug), site_id, limit, offset)

    async def crawl(self, identity: Identity, slug: str, site_id: str) -> Site:
        """Read it again; a reading that was stopped goes on where it was."""
        return await self._knowledge.crawl_site(await self._id(identity, slug), site_id)

    async def stop(self, identity: Identity, slug: str, site_id: str) -> Site:
        return await self._knowledge.stop_site(await self._id(identity, slug), site_id)

    async def remove(self, identity: Identity, slug: str, site_id: str) -> None:
        """Forget it with all its pages."""
        await self._knowledge.remove_site(await self._id(identity, slug), site_id)

    async def _id(self, identity: Identity, slug: str) -> str:
        return (await own(self._characters, identity, slug)).id


def whole(url: str) -> str:
    """An address as a person types it, with its scheme."""
    url = url.strip()
    return url if "://" in url or not url else f"https://{url}"
