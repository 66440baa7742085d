"""The studio's own key: it signs cards, says which are its own, and publishes its document (did:web)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from madang.characters.cards import spec
from madang.characters.cards.parts import Document
from madang.characters.signing import names, seal
from madang.characters.types import Signature
from madang.kernel import clock
from madang.kernel.lazy import lazy
from madang.kernel.settings import Settings
from madang.web.secret import studio_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ed25519
else:
    ed25519 = lazy("cryptography.hazmat.primitives.asymmetric.ed25519")

KEY = "signing"
"""Name of the key among the studio's secrets: the 32 bytes of an Ed25519 private key."""


class Signing:
    """Constructed once, in `app`. The key is made when it is first needed."""

    def __init__(self, settings: Settings, *, now: clock.Clock = clock.now) -> None:
        self._data = settings.data
        names_of_it = [name for name in settings.allowed_hosts if "*" not in name]
        self.studio = names.studio_of(names_of_it[0] if names_of_it else f"localhost:{settings.port}")
        """Who signs: the studio's first public name, else this machine, whom nobody else can ask."""
        self._now = now

    @functools.cached_property
    def _private(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(studio_key(self._data, KEY))

    @functools.cached_property
    def key(self) -> str:
        """The public key, multibase."""
        return names.multibase(self._private.public_key().public_bytes_raw())

    def document(self, host: str) -> dict[str, Any]:
        """What the studio at `host` says of itself under `/.well-known/did.json`."""
        studio = names.studio_of(host)
        method = f"{studio}#cards"
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": studio,
            "verificationMethod": [
                {"id": method, "type": "Multikey", "controller": studio, "publicKeyMultibase": self.key}
            ],
            "assertionMethod": [method],
        }

    def sign(self, card: Document, beside: seal.Beside | None = None, *, older: bool = False) -> Document:
        """A copy of the V3 card with this studio's signature, in place of any other.

        `beside` are the hashes of what goes with it; with `older`, the V2 card made from it is signed too.
        """
        said = seal.words(beside or seal.NOTHING, self.studio, self.key, self._now())
        signed = seal.placed(card, said)
        said["value"] = seal.encoded(self._private.sign(seal.message(signed)))
        if older:
            said["older"] = seal.encoded(self._private.sign(seal.message(spec.backfill(signed))))
        return seal.placed(card, said)

    def verify(self, card: Document, beside: seal.Beside | None = None) -> Signature:
        """Whose signature a card has and whether it holds; `known` needs `studios`, which can ask."""
        return self.judged(seal.read(card, beside or seal.NOTHING))

    def judged(self, found: Signature) -> Signature:
        """The same, `own` where it holds for this studio's key."""
        if found.state in ("unknown", "known") and found.key == self.key:
            return found.model_copy(update={"state": "own"})
        return found
