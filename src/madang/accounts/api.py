"""REST of accounts: who one is, and one's API keys. A person who is signed in makes keys, never a key."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from madang.accounts.access import Accounts
from madang.accounts.types import ApiKey, Scope
from madang.web.context import identity_of


class Me(BaseModel):
    """Who the studio takes the request to be from."""

    kind: Literal["owner", "creator", "visitor"]
    id: str
    scopes: list[str] | None = Field(None, description="What an API key may do; null for a person.")
    signed_in: bool = Field(False, description="Whether this is an account, and not an anonymous visitor.")


class KeyWanted(BaseModel):
    name: str = Field(min_length=1, max_length=120, description="A name to know the key by.")
    scopes: list[Scope] = Field(
        min_length=1, description="`chat` talks; `manage` also makes and edits; `metrics` reads `/metrics`."
    )


class KeyMade(ApiKey):
    key: str = Field(description="The key itself. It is shown this once.")


def router(accounts: Accounts) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["accounts"])

    @routes.get("/me")
    async def me(request: Request) -> Me:
        """Who is asking."""
        identity = identity_of(request)
        scopes = sorted(identity.scopes) if identity.scopes is not None else None
        return Me(kind=identity.kind, id=identity.id, scopes=scopes, signed_in=identity.signed_in)

    @routes.get("/keys")
    async def keys(request: Request) -> list[ApiKey]:
        """Your API keys that still work, newest first, without their secrets."""
        return await accounts.keys(identity_of(request))

    @routes.post("/keys", status_code=201)
    async def create_key(request: Request, response: Response, wanted: KeyWanted) -> KeyMade:
        """Make an API key. The answer holds it once; afterwards only its last four characters are known."""
        key, row = await accounts.create_key(identity_of(request), wanted.name, wanted.scopes)
        response.headers["cache-control"] = "no-store"
        return KeyMade(key=key, **row.model_dump())

    @routes.delete("/keys/{key_id}", status_code=204)
    async def revoke_key(request: Request, key_id: str) -> None:
        """Revoke an API key: from now on it is refused."""
        await accounts.revoke_key(identity_of(request), key_id)

    return routes
