"""What is limited somewhere, told to the dashboard: two rooms of one floor, brought together here."""

from __future__ import annotations

from madang.inbox.dashboard.types import Quota
from madang.kernel.identity import Identity
from madang.share.embed.access import Embeds

MESSAGES_TODAY = "Messages today on other websites"


class EmbedQuotas:
    """The daily limits of characters on other websites."""

    def __init__(self, embeds: Embeds) -> None:
        self._embeds = embeds

    async def quotas(self, identity: Identity) -> list[Quota]:
        return [
            Quota(name=MESSAGES_TODAY, character=name, used=used, limit=limit)
            for name, used, limit in await self._embeds.uses(identity)
        ]
