"""Who calls the API: a key's owner, or a visitor without an account.

A missing key is a visitor, who may talk with what is published. A wrong key is refused: a typing error must
not silently become a stranger. Cookies count for nothing here, so no page can call in somebody's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from madang.kernel.errors import Forbidden, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="A key made in the studio. Without one, a visitor may talk with published characters.",
)
_HEADER = Security(_bearer)

NO_KEY = frozenset(
    {"", "-", "empty", "madang", "no-key", "none", "not-needed", "null", "placeholder", "unused", "visitor"}
)
"""What people write where a client insists on a key and there is none: the same as no key."""


class Keys(Protocol):
    """The part of `accounts` that this room needs."""

    async def identify(self, cookies: Mapping[str, str], authorization: str | None = None) -> Identity:
        """Raises SignInNeeded for a key that is wrong or revoked."""
        ...


class Callers:
    """Finds out who calls, once a request."""

    def __init__(self, accounts: Keys) -> None:
        self._accounts = accounts

    async def __call__(self, request: Request, _documented: Annotated[object, _HEADER] = None) -> Identity:
        """Raises SignInNeeded for a wrong key, Forbidden for a key without the scope `chat`."""
        header = request.headers.get("authorization")
        if header is None:
            return Identity("visitor", new_id("vis"))
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer":
            raise SignInNeeded("Please send the API key as `Authorization: Bearer KEY`.")
        if key.strip().lower() in NO_KEY:
            return Identity("visitor", new_id("vis"))
        identity = await self._accounts.identify({}, header)
        if identity.kind == "visitor":
            raise SignInNeeded("This API key is not valid here, or it was revoked.")
        if not identity.may("chat"):
            raise Forbidden("This key may not talk with characters.")
        return identity

    @property
    def dependency(self) -> Any:
        return Depends(self)
