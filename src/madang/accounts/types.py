"""Users, sessions and keys, as everything above this room sees them. No secret is ever in one of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, Field

from madang.kernel.identity import Identity

Role = Literal["owner", "creator", "visitor"]
"""Whose studio it is; who makes characters; who has an account to keep conversations on every device."""
ROLES: tuple[Role, ...] = ("creator", "visitor")
"""Roles that the owner gives. There is one owner."""
Scope = Literal["chat", "manage", "metrics"]
"""`chat`: talk with what is published. `manage`: also make and edit characters and their sources. `metrics`:
read what the studio counts, for a key of the owner's."""

SCOPES: tuple[Scope, ...] = ("chat", "manage", "metrics")

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


class User(BaseModel):
    """Somebody with an account."""

    id: str
    role: Role
    name: str = ""
    """What they sign in with; the owner needs none."""
    label: str = ""
    """What the owner wrote beside the invitation."""
    created_at: datetime
    seen_at: datetime | None = None
    suspended_at: datetime | None = None


class Invitation(BaseModel):
    """A link that was not used yet, without its secret."""

    id: str
    role: Role
    label: str = ""
    created_at: datetime
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


@dataclass(frozen=True, slots=True)
class Joined:
    """Who has just got an account, signed in with `cookie`."""

    identity: Identity
    cookie: Cookie


class AgeReader(Protocol):
    """Reads what somebody said at an age gate (room `safety`) from a request's cookies."""

    def age_in(self, cookies: Mapping[str, str]) -> int:
        """0, 13 or 18."""
        ...


class Adopt(Protocol):
    """Gives what an anonymous visitor of this browser said to the account they have now (room `chat`)."""

    async def __call__(self, visitor: Identity, user: Identity) -> None: ...
