"""What accounts sign and hash. The studio's own secret stays in the data folder (`web.secret`, mode 0600)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from itsdangerous import BadSignature, Signer

from madang.web.secret import studio_key


def digest(token: str) -> str:
    """SHA-256 hex of a secret with full entropy; what is stored in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


class VisitorSigner:
    """Signs visitor ids into cookies: `vis_….signature`."""

    def __init__(self, data: Path) -> None:
        key = studio_key(data, "visitors")
        self._signer = Signer(key, salt="madang.visitor", digest_method=hashlib.sha256)

    def sign(self, visitor_id: str) -> str:
        return self._signer.sign(visitor_id).decode()

    def read(self, cookie: str) -> str | None:
        """The visitor's id, or None when the cookie was not made here."""
        try:
            visitor_id = self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return None
        return visitor_id if visitor_id.startswith("vis_") else None
