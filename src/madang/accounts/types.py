"""Users, sessions and keys, as everything above this room sees them. No secret is ever in one of these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from madang.kernel.identity import Identity

Scope = Literal["chat", "manage"]
"""`chat`: talk with what is published. `manage`: also make and edit characters and their sources."""

SCOPES: tuple[Scope, ...] = ("chat", "manage")

SESSION_COOKIE = "madang_session"
VISITOR_COOKIE = "madang_visitor"


class Session(BaseModel):
    """A browser that is signed in."""

    id: str
    user_id: str
    via: Literal["link", "password"]
    """How it was signed in; one from a link may set a new password without the old one."""
    agent: str = ""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class ApiKey(BaseModel):
    """A key, without its secret: `hint` is its last four characters."""

    id: str
    name: str
    scopes: list[Scope] = Field(default_factory=list)
    hint: str
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; `seconds` of life, 0 removes it. Always HttpOnly, SameSite=Lax, path `/`."""

    name: str
    value: str = field(repr=False)
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who a request is from.

    `cookie` should be set on the response: always when `renew`, else only when the request made something
    (a visitor's first message), so that a mere reader gets no cookie.
    """

    identity: Identity
    session: Session | None = None
    cookie: Cookie | None = None
    renew: bool = False
