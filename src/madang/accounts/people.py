"""The people of a studio: invitations by one-time links, roles, suspension. The owner's, but for joining."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Literal

from madang.accounts import store
from madang.accounts.passwords import Passwords
from madang.accounts.secret import digest
from madang.accounts.types import ROLES, Cookie, Invitation, Joined, Role, User
from madang.kernel.clock import Clock
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id, new_secret
from madang.storage.database import Database

INVITATION_LIFE = timedelta(days=7)
LONGEST_NAME = 60
MOST_INVITATIONS = 200
OWNERS_NAME = "owner"
"""What the owner may type as a name; nobody else can have it."""
_RESERVED = (OWNERS_NAME, "admin", "administrator", "madang", "주인", "관리자", "운영자", "마당")
_USED = "This invitation was used already, was taken back, or is older than a week."


def plain_name(name: str) -> str:
    """A name as it is kept: composed, without what cannot be seen, spaces single."""
    seen = "".join(
        character if unicodedata.category(character)[0] not in "CZ" else " "
        for character in unicodedata.normalize("NFKC", name)
    )
    return " ".join(seen.split())


def name_key(name: str) -> str:
    """What two names are compared by."""
    return unicodedata.normalize("NFKC", plain_name(name).casefold()).replace(" ", "")


class People:
    """The part of `access.Accounts` that handles other people."""

    _database: Database
    _clock: Clock
    _passwords: Passwords

    async def users(self, identity: Identity) -> list[User]:
        """Everybody with an account: the owner first, then the newest first."""
        self._owner_only(identity)
        async with self._database.read() as session:
            return [user_of(row).model_copy(update={"seen_at": at}) for row, at in await store.users(session)]

    async def user(self, identity: Identity) -> User:
        """Oneself. Raises SignInNeeded for who has no account."""
        async with self._database.read() as session:
            row = await store.user(session, identity.id) if identity.signed_in else None
            if row is None:
                raise SignInNeeded("Sign in first.")
            return user_of(row)

    async def invite(self, identity: Identity, role: Role, label: str = "") -> str:
        """A token for `/join/{token}`: works once, for a week. `label` says for whom it is meant."""
        self._owner_only(identity)
        if role not in ROLES:
            raise BadInput("An invitation makes a creator or a visitor.")
        token, at = new_secret(), self._clock()
        row = store.InvitationRow(
            id=new_id("inv"),
            token_hash=digest(token),
            role=role,
            label=plain_name(label)[:120],
            created_at=at,
            expires_at=at + INVITATION_LIFE,
        )
        async with self._database.write() as session:
            if len(await store.invitations(session, at)) >= MOST_INVITATIONS:
                raise BadInput(
                    "There are {count} open invitations already: take one back first.", count=MOST_INVITATIONS
                )
            session.add(row)
        return token

    async def invitations(self, identity: Identity) -> list[Invitation]:
        """Invitations that can still be used, newest first."""
        self._owner_only(identity)
        async with self._database.read() as session:
            rows = await store.invitations(session, self._clock())
            return [Invitation.model_validate(row, from_attributes=True) for row in rows]

    async def revoke_invitation(self, identity: Identity, invitation_id: str) -> None:
        """Take an invitation back. Raises NotFound when it cannot be used any more anyway."""
        self._owner_only(identity)
        async with self._database.write() as session:
            if not await store.revoke_invitation(session, invitation_id, self._clock()):
                raise NotFound("There is no such invitation.")

    async def invitation(self, token: str) -> Invitation:
        """What an invitation is for; does not use it up. Raises NotFound for one that does not work."""
        async with self._database.read() as session:
            row = await store.invitation(session, digest(token), self._clock())
            if row is None:
                raise NotFound(_USED)
            return Invitation.model_validate(row, from_attributes=True)

    async def accept(
        self, token: str, name: str, password: str, *, replaces: str | None = None, agent: str = ""
    ) -> Joined:
        """Use an invitation up: a new account, signed in.

        Raises NotFound for an invitation that does not work, BadInput for a name or password that cannot be,
        Conflict for a name that somebody has; the invitation can still be used then.
        """
        await self.invitation(token)  # before any hashing: a made-up link costs nothing
        name = plain_name(name)
        self._check_name(name)
        self._passwords.check(password)
        hashed = await self._passwords.hash(password)
        at = self._clock()
        async with self._database.write() as session:
            row = await store.take_invitation(session, digest(token), at)
            if row is None:
                raise NotFound(_USED)
            user = store.UserRow(
                id=new_id("usr"),
                kind=row.role,
                seat=None,
                password_hash=hashed,
                name=name,
                name_key=name_key(name),
                label=row.label,
                created_at=at,
            )
            if not await store.add_user(session, user):
                raise Conflict("Somebody has this name already. Please choose another.")
        cookie = await self._begin(user.id, "password", replaces, agent, stored=hashed)
        return Joined(Identity(user_of(user).role, user.id), cookie)

    async def suspend(self, identity: Identity, user_id: str, on: bool = True) -> None:
        """Shut somebody out, or let them in again. Their sessions end at once and their keys are revoked."""
        self._owner_only(identity)
        async with self._database.write() as session:
            row = await store.locked(session, user_id)
            if row is None:
                raise NotFound("There is no such person.")
            if row.seat is not None:
                raise Forbidden("The owner of the studio stays as they are.")
            row.suspended_at = self._clock() if on else None
            if on:
                await store.end_sessions(session, user_id=user_id)
                await store.revoke_keys(session, user_id, self._clock())

    async def set_role(self, identity: Identity, user_id: str, role: Role) -> None:
        """Make somebody a creator or a visitor, from their next request on. A visitor's keys are revoked."""
        self._owner_only(identity)
        if role not in ROLES:
            raise BadInput("A person is a creator or a visitor.")
        async with self._database.write() as session:
            row = await store.locked(session, user_id)
            if row is None:
                raise NotFound("There is no such person.")
            if row.seat is not None:
                raise Forbidden("The owner of the studio stays as they are.")
            row.kind = role
            if role == "visitor":
                await store.revoke_keys(session, user_id, self._clock())

    @staticmethod
    def _check_name(name: str) -> None:
        if not name_key(name) or not any(character.isalpha() for character in name):
            raise BadInput("Please choose a name with letters.")
        if len(name) > LONGEST_NAME:
            raise BadInput("A name has at most {count} characters.", count=LONGEST_NAME)
        if name_key(name) in _RESERVED:
            raise Conflict("Somebody has this name already. Please choose another.")

    @staticmethod
    def _owner_only(identity: Identity) -> None:
        """Only the owner in person: a key that was lost cannot let people in."""
        if not identity.signed_in:
            raise SignInNeeded("Sign in first.")
        if identity.kind != "owner" or identity.scopes is not None:
            raise Forbidden("Only the owner of this studio can do this.")

    async def _begin(
        self,
        user_id: str,
        via: Literal["link", "password"],
        replaces: str | None,
        agent: str,
        *,
        stored: str | None = None,
    ) -> Cookie:
        raise NotImplementedError


def user_of(row: store.UserRow) -> User:
    return User(
        id=row.id,
        role=role_of(row.kind),
        name=row.name,
        label=row.label,
        created_at=row.created_at,
        suspended_at=row.suspended_at,
    )


def role_of(kind: str) -> Role:
    """The role as a type; what is unknown may do least."""
    return "owner" if kind == "owner" else "creator" if kind == "creator" else "visitor"
