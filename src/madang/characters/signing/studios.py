"""Whose signature a character's card had, and asking that studio for its keys.

Nothing is fetched by itself: offline, another studio's signature is `unknown`, although it holds. When a
maker asks, the studio's document is fetched through the safe fetcher and its keys are remembered.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from madang.characters.signing import names, store
from madang.characters.signing.access import Signing
from madang.characters.types import Character, Signature
from madang.kernel import clock
from madang.kernel.errors import BadInput, Forbidden, Unreadable
from madang.kernel.fetch import Fetched
from madang.kernel.identity import Identity
from madang.storage.database import Database

MAX_DOCUMENT = 100_000
"""Largest document of a studio, in bytes."""


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...


class FetcherDoor(Protocol):
    async def get(self, url: str, max_bytes: int = ..., accept: str = ..., /) -> Fetched: ...


class Studios:
    """Signatures of this studio's characters. A character is named by its slug or id."""

    def __init__(
        self,
        database: Database,
        characters: CharactersDoor,
        signing: Signing,
        fetcher: FetcherDoor,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        self._database = database
        self._characters = characters
        self._signing = signing
        self._fetcher = fetcher
        self._now = now

    async def of(self, identity: Identity, slug: str) -> Signature:
        """The signature of the card it came from, for everybody who meets it; `own` for one made here, whose
        card this studio signs whenever it is exported. Raises NotFound."""
        character = await self._characters.get(identity, slug)
        async with self._database.read() as session:
            kept = await store.of_character(session, character.id)
            if kept is None:
                return Signature(state="own", studio=self._signing.studio, key=self._signing.key)
            return self._signing.judged(await store.judged(session, kept))

    async def ask(self, identity: Identity, slug: str) -> Signature:
        """Fetches the document of the studio that signed the card, and says whether it names that key.

        For the character's maker and the studio's owner. Raises NotFound, Forbidden; what the fetcher raises;
        BadInput for a studio without an address, Unreadable for a document that is none.
        """
        character = await self._characters.get(identity, slug)
        theirs = identity.kind == "owner" or identity.id == character.owner_id
        if not (identity.makes and theirs and identity.may("manage")):
            raise Forbidden("Only its maker can ask who signed this character.")
        async with self._database.read() as session:
            kept = await store.of_character(session, character.id)
        if kept is None or kept.state != "unknown":
            return await self.of(identity, slug)
        address = names.address_of(kept.studio)
        if address is None:
            raise BadInput("The studio that signed this card has no web address.")
        answer = await self._fetcher.get(address, MAX_DOCUMENT, "application/did+json, application/json")
        keys = keys_in(answer.body, kept.studio)
        async with self._database.write() as session:
            await store.learn(session, kept.studio, keys, self._now())
            return await store.judged(session, kept)


def keys_in(body: bytes, studio: str) -> list[str]:
    """The keys with which a studio signs, from its document. Raises Unreadable when it is another's."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("id") != studio:
        raise Unreadable("What the studio says of itself cannot be read.")
    methods = _objects(document.get("verificationMethod"))
    signs = document.get("assertionMethod")
    signs = signs if isinstance(signs, list) else []
    named = [method for method in methods if method.get("id") in signs] + _objects(signs)
    keys = [method.get("publicKeyMultibase") for method in named[:100]]
    return [key for key in keys if isinstance(key, str) and names.public_key(key) is not None]


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
