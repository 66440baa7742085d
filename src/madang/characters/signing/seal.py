"""What of a card is signed, and reading a signature back. Pure: no key of our own, no file, no network.

The signature lies in the card, at `data.extensions.madang.signature`:

    {"studio": "did:web:…", "key": "z6Mk…", "signed_at": "…Z",
     "files": {path: SHA-256 in hex}, "picture": SHA-256 in hex,
     "value": base64url, "older": base64url}

`value` is Ed25519 over a fixed line and the SHA-256 of the card's canonical JSON without `value` and `older`:
so who signed, when, and the hashes of the files beside the card are covered. `older` is the same over the V2
card that lies beside it in a PNG.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from madang.characters.cards.parts import Document, File
from madang.characters.signing import names
from madang.characters.signing.canonical import canonical
from madang.characters.types import Signature
from madang.kernel.lazy import lazy

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.asymmetric import ed25519
else:  # a first page need not wait for it
    exceptions = lazy("cryptography.exceptions")
    ed25519 = lazy("cryptography.hazmat.primitives.asymmetric.ed25519")

OURS: Final = "madang"
PLACE: Final = "signature"
LINE: Final = b"madang card signature 1\n"
VALUES: Final = ("value", "older")


@dataclass(frozen=True, slots=True)
class Beside:
    """Hashes of what lies beside a card in its container: its files by path, and the picture around it."""

    files: dict[str, str] = field(default_factory=dict)
    picture: str | None = None

    @classmethod
    def of(cls, files: Iterable[File], picture: bytes | None) -> Beside:
        hashes = {file.path: hashlib.sha256(file.data).hexdigest() for file in files}
        return cls(hashes, hashlib.sha256(picture).hexdigest() if picture is not None else None)


NOTHING: Final = Beside()


def block(card: Document) -> dict[str, Any] | None:
    """The signature in a card, as it was written; None where there is none."""
    data = card.get("data")
    extensions = data.get("extensions") if isinstance(data, dict) else None
    ours = extensions.get(OURS) if isinstance(extensions, dict) else None
    found = ours.get(PLACE) if isinstance(ours, dict) else None
    return found if isinstance(found, dict) else None


def without(card: Document) -> Document:
    """The card without its signature; `extensions.madang` goes too when it held nothing else."""
    if block(card) is None:
        return card
    bare = copy.deepcopy(card)
    extensions = bare["data"]["extensions"]
    del extensions[OURS][PLACE]
    if not extensions[OURS]:
        del extensions[OURS]
    return bare


def placed(card: Document, signature: dict[str, Any]) -> Document:
    """A copy of the card with this signature."""
    signed = copy.deepcopy(without(card))
    data = signed["data"]
    extensions = data.get("extensions")
    extensions = extensions if isinstance(extensions, dict) else {}
    ours = extensions.get(OURS)
    data["extensions"] = {
        **extensions,
        OURS: {**(ours if isinstance(ours, dict) else {}), PLACE: signature},
    }
    return signed


def message(card: Document) -> bytes:
    """The bytes that are signed: of the card with its signature's words, without its values."""
    said = block(card) or {}
    bare = placed(card, {key: value for key, value in said.items() if key not in VALUES})
    return LINE + hashlib.sha256(canonical(bare)).digest()


def words(beside: Beside, studio: str, key: str, moment: datetime) -> dict[str, Any]:
    """A signature without its values."""
    return {
        "studio": studio,
        "key": key,
        "signed_at": moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
        **({"files": beside.files} if beside.files else {}),
        **({"picture": beside.picture} if beside.picture is not None else {}),
    }


def read(card: Document, beside: Beside = NOTHING) -> Signature:
    """What a card says of who signed it: `none`, `broken`, or `unknown` when it holds for the key in it.

    Whether that key is one's own or another studio's that was asked is for the caller to say.
    """
    said = block(card)
    if said is None:
        return Signature(state="none")
    studio, key = (_text(said.get(name)) for name in ("studio", "key"))
    found = Signature(state="broken", studio=studio, key=key, signed_at=_moment(said.get("signed_at")))
    public = names.public_key(key)
    old = card.get("spec") == "chara_card_v2"
    value = _value(said.get("older" if old else "value"))
    same = said.get("files", {}) == beside.files and said.get("picture") == beside.picture
    if public is None or value is None or not same or not studio.startswith(names.PREFIX):
        return found
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(value, message(card))
    except (exceptions.InvalidSignature, ValueError):
        return found
    return found.model_copy(update={"state": "unknown"})


def _text(value: object) -> str:
    """A short text of the card, or nothing: it is shown and kept."""
    fine = isinstance(value, str) and len(value) <= names.LONGEST and value.isascii() and value.isprintable()
    return str(value) if fine else ""


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _value(text: object) -> bytes | None:
    if not isinstance(text, str) or len(text) > 100:
        return None
    try:
        value = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    return value if len(value) == 64 else None


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
