"""The door of accounts: who is asking, how an owner comes in, and which sessions and keys there are.

Tokens are random, go out once and are stored hashed. What is not one's own raises NotFound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from argon2 import PasswordHasher

from madang.accounts import store
from madang.accounts.passwords import Attempts, Passwords, near
from madang.accounts.people import OWNERS_NAME, People, name_key, role_of
from madang.accounts.secret import VisitorSigner, digest
from madang.accounts.types import (
    SCOPES,
    SESSION_COOKIE,
    VISITOR_COOKIE,
    AgeReader,
    ApiKey,
    Cookie,
    Resolved,
    Scope,
    Session,
)
from madang.kernel.clock import Clock, now
from madang.kernel.errors import BadInput, Forbidden, NotFound, SignInNeeded, StorageFull
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id, new_secret
from madang.kernel.settings import Settings
from madang.storage.database import Database
from madang.storage.limits import Limits

LINK_LIFE = timedelta(hours=1)
SESSION_LIFE = timedelta(days=30)
"""Slides with use; after SESSION_LONGEST one signs in again in any case."""
SESSION_LONGEST = timedelta(days=180)
VISITOR_LIFE = timedelta(days=400)
TOUCH_EVERY = timedelta(minutes=10)
"""How old `seen_at` may grow before a request writes it again: reading stays reading."""
KEY_PREFIX = "mdg_"
MOST_KEYS = 100


class Accounts(People):
    """Constructed once, in `app`. Creating it reads and writes nothing."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Clock = now,
        hasher: PasswordHasher | None = None,
        limits: Limits | None = None,
        ages: AgeReader | None = None,
    ) -> None:
        """`limits`: where attempts to sign in are counted; by default for this door alone."""
        self._database = database
        self._settings = settings
        self._clock = clock
        self._passwords = Passwords(hasher)
        limits = limits or Limits(database)
        self._attempts = Attempts(limits, "sign-in")
        self._by_name = Attempts(limits, "sign-in-name", per_address=20, overall=10_000)
        self._ages = ages
        self._signer: VisitorSigner | None = None

    # --- the owner -------------------------------------------------------------------------------------

    async def owner(self) -> Identity:
        """The owner of this studio, created on first use."""
        async with self._database.read() as session:
            row = await store.owner(session)
            owner_id = row.id if row else None
        if owner_id is None:
            async with self._database.write() as session:
                owner_id = (await store.add_owner(session, new_id("usr"), self._clock())).id
        return Identity("owner", owner_id)

    async def has_password(self, identity: Identity | None = None) -> bool:
        """Whether this user has a password; by default the owner."""
        async with self._database.read() as session:
            row = await (store.user(session, identity.id) if identity else store.owner(session))
            return row is not None and row.password_hash is not None

    async def others(self) -> bool:
        """Whether anybody besides the owner can sign in."""
        async with self._database.read() as session:
            return await store.others(session)

    async def one_time_link(self) -> str:
        """A token for `/owner/{token}`: works once, for an hour, until a newer one is made."""
        owner = await self.owner()
        token = new_secret()
        async with self._database.write() as session:
            await store.put_link(session, owner.id, digest(token), self._clock() + LINK_LIFE)
        return token

    async def link_works(self, token: str) -> bool:
        """Whether `redeem` would accept it; does not use it up."""
        async with self._database.read() as session:
            return await store.link(session, digest(token), self._clock()) is not None

    async def redeem(self, token: str, *, replaces: str | None = None, agent: str = "") -> Cookie:
        """Use a one-time link up and sign in. Raises NotFound when it was used, replaced or is too old.

        `replaces` is the session cookie that the browser had: it ends, so that none is carried over.
        """
        async with self._database.write() as session:
            user_id = await store.take_link(session, digest(token), self._clock())
        if user_id is None:
            raise NotFound("This link was used already, or it is older than an hour.")
        return await self._begin(user_id, "link", replaces, agent)

    # --- passwords and sessions ------------------------------------------------------------------------

    async def set_password(
        self, identity: Identity, new: str, *, current: str | None = None, session: Session | None = None
    ) -> None:
        """Set the password; every other session ends, and so does an unused one-time link.

        The current password is needed, except on a first password and in a session that began with a
        one-time link at most an hour ago (that is how a forgotten one is replaced).
        Raises BadInput for a short one, Forbidden for a wrong current one, Busy after too many tries.
        """
        self._in_person(identity)
        self._passwords.check(new)
        async with self._database.read() as reading:
            row = await store.user(reading, identity.id)
            if row is None:
                raise NotFound("This account does not exist.")
            stored = row.password_hash
        fresh = (
            session is not None and session.via == "link" and session.created_at > self._clock() - LINK_LIFE
        )
        if stored is not None and not fresh:
            await self._attempts.count(f"user:{identity.id}", self._clock())
            if not await self._passwords.verify(stored, current or ""):
                raise Forbidden("That is not the current password.")
            await self._attempts.forgive(f"user:{identity.id}")
        hashed = await self._passwords.hash(new)
        async with self._database.write() as writing:
            await store.set_password_hash(writing, identity.id, hashed)
            await store.end_sessions(writing, user_id=identity.id, keep=session.id if session else None)
            await store.drop_link(writing, identity.id)

    async def sign_in(
        self,
        password: str,
        *,
        name: str = "",
        address: str = "",
        replaces: str | None = None,
        agent: str = "",
    ) -> Cookie:
        """Sign somebody in; without a name, the owner.

        Raises Forbidden for a wrong password, an unknown name or a suspended person (which of these is not
        told), Busy after too many attempts from an address or for a name.
        """
        at, near_by, key = self._clock(), near(address), name_key(name) or OWNERS_NAME
        await self._attempts.count(near_by, at)
        await self._by_name.count(key, at)
        async with self._database.read() as reading:
            owners = key == OWNERS_NAME
            row = await (store.owner(reading) if owners else store.named(reading, key))
            user_id, stored = (row.id, row.password_hash) if row else ("", None)
            shut_out = row is not None and row.suspended_at is not None
        if not await self._passwords.verify(stored, password) or stored is None or shut_out:
            if owners:
                raise Forbidden("That password is not right.")
            raise Forbidden("The name or the password is not right.")
        await self._attempts.undo(near_by, at)
        await self._by_name.forgive(key)
        if self._passwords.outdated(stored):
            hashed = await self._passwords.hash(password)
            async with self._database.write() as writing:
                fresh = await store.locked(writing, user_id)
                if fresh is not None and fresh.password_hash == stored:
                    fresh.password_hash = stored = hashed
        return await self._begin(user_id, "password", replaces, agent, stored=stored)

    async def sign_out(self, token: str) -> Cookie:
        """End the session of this cookie; gives the cookie that removes it."""
        async with self._database.write() as session:
            await store.end_sessions(session, token_hash=digest(token))
        return Cookie(SESSION_COOKIE, "", 0)

    async def sign_out_everywhere(self, identity: Identity, *, keep: Session | None = None) -> int:
        """End all sessions of this user, but not `keep`; how many ended."""
        self._in_person(identity)
        async with self._database.write() as session:
            return await store.end_sessions(session, user_id=identity.id, keep=keep.id if keep else None)

    async def end_session(self, identity: Identity, session_id: str) -> None:
        self._in_person(identity)
        async with self._database.write() as session:
            if not await store.end_sessions(session, user_id=identity.id, session_id=session_id):
                raise NotFound("This session has ended already.")

    async def sessions(self, identity: Identity) -> list[Session]:
        """Living sessions of this user, the one seen last first."""
        self._in_person(identity)
        async with self._database.read() as session:
            return [_session(row) for row in await store.sessions(session, identity.id, self._clock())]

    # --- API keys --------------------------------------------------------------------------------------

    async def create_key(self, identity: Identity, name: str, scopes: Sequence[str]) -> tuple[str, ApiKey]:
        """A new key, shown this once, and what is kept of it. A key cannot make keys."""
        self._in_person(identity)
        if not identity.makes:
            raise Forbidden("API keys are for people who make characters.")
        name = " ".join(name.replace("\0", "").split())[:120]  # PostgreSQL holds no NUL
        if not name:
            raise BadInput("Give the key a name, so that you know it again.")
        chosen: list[Scope] = [scope for scope in SCOPES if scope in scopes]
        if not chosen or set(scopes) - set(SCOPES):
            raise BadInput("A key may chat, or manage, or both.")
        key = KEY_PREFIX + new_secret()
        row = store.KeyRow(
            id=new_id("key"),
            token_hash=digest(key),
            user_id=identity.id,
            name=name,
            scopes=list(chosen),
            hint=key[-4:],
            created_at=self._clock(),
        )
        async with self._database.write() as session:
            if len(await store.keys(session, identity.id)) >= MOST_KEYS:
                raise BadInput("There are {count} keys already: revoke one first.", count=MOST_KEYS)
            session.add(row)
        return key, _key(row)

    async def keys(self, identity: Identity) -> list[ApiKey]:
        """Keys that still work, newest first."""
        self._in_person(identity)
        async with self._database.read() as session:
            return [_key(row) for row in await store.keys(session, identity.id)]

    async def revoke_key(self, identity: Identity, key_id: str) -> None:
        self._in_person(identity)
        async with self._database.write() as session:
            if not await store.revoke_key(session, identity.id, key_id, self._clock()):
                raise NotFound("There is no such key.")

    # --- who is asking ---------------------------------------------------------------------------------

    async def identify(self, cookies: Mapping[str, str], authorization: str | None = None) -> Identity:
        """Who a request is from; a visitor when nothing says otherwise. Raises SignInNeeded for a bad key."""
        return (await self.resolve(cookies, authorization)).identity

    async def resolve(self, cookies: Mapping[str, str], authorization: str | None = None) -> Resolved:
        """Like `identify`, with the session and the cookie to set. A key goes before cookies, and counts as
        18: its maker answers for it. Anybody else is as old as they said at the age gate."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() == "bearer":
            return Resolved(replace(await self._key_identity(token.strip()), age=18))
        found = await self._from_cookies(cookies)
        age = self._ages.age_in(cookies) if self._ages else 0
        return replace(found, identity=replace(found.identity, age=age)) if age else found

    async def _from_cookies(self, cookies: Mapping[str, str]) -> Resolved:
        if held := cookies.get(SESSION_COOKIE):
            found = await self._session_identity(held)
            if found is not None:
                return found
        if held := cookies.get(VISITOR_COOKIE):
            visitor_id = self._visitors().read(held)
            if visitor_id is not None:
                return Resolved(Identity("visitor", visitor_id))
        identity, cookie = await self.visitor()
        return Resolved(identity, cookie=cookie)

    async def visitor(self) -> tuple[Identity, Cookie]:
        """A new visitor. Nothing is stored: the signed cookie is the whole account."""
        visitor_id = new_id("vis")
        seconds = int(VISITOR_LIFE.total_seconds())
        return Identity("visitor", visitor_id), Cookie(
            VISITOR_COOKIE, self._visitors().sign(visitor_id), seconds
        )

    async def _key_identity(self, key: str) -> Identity:
        async with self._database.read() as session:
            found = await store.key_of(session, digest(key)) if key.startswith(KEY_PREFIX) else None
            if found is None:
                raise SignInNeeded("This API key is not valid here, or it was revoked.")
            row, identity = _key(found[0]), _key_identity(*found)
        if row.used_at is None or row.used_at <= self._clock() - TOUCH_EVERY:
            # a full disk must not lock anybody out: the time of last use is a courtesy
            with suppress(StorageFull):
                async with self._database.write() as session:
                    await store.touch_key(session, row.id, self._clock())
        return identity

    async def _session_identity(self, token: str) -> Resolved | None:
        at = self._clock()
        async with self._database.read() as session:
            found = await store.session_of(session, digest(token), at)
            if found is None:
                return None
            held, identity = _session(found[0]), Identity(role_of(found[1]), found[0].user_id)
        if held.seen_at > at - TOUCH_EVERY:
            return Resolved(identity, held)
        expires = min(at + SESSION_LIFE, held.created_at + SESSION_LONGEST)
        try:
            async with self._database.write() as session:
                await store.touch_session(session, held.id, at, expires)
        except StorageFull:
            return Resolved(identity, held)
        seen = held.model_copy(update={"seen_at": at, "expires_at": expires})
        return Resolved(identity, seen, _session_cookie(token, expires - at), renew=True)

    async def _begin(
        self,
        user_id: str,
        via: Literal["link", "password"],
        replaces: str | None,
        agent: str,
        *,
        stored: str | None = None,
    ) -> Cookie:
        """A new session. `stored` is the password's hash that was verified: a change or a suspension in the
        meantime ends this sign-in too."""
        at, token = self._clock(), new_secret()
        async with self._database.write() as session:
            row = await store.locked(session, user_id)
            if row is None or row.suspended_at or (stored is not None and row.password_hash != stored):
                raise Forbidden("The name or the password is not right.")
            await store.drop_expired(session, at)
            if replaces:
                await store.end_sessions(session, token_hash=digest(replaces))
            session.add(
                store.SessionRow(
                    id=new_id("ses"),
                    token_hash=digest(token),
                    user_id=user_id,
                    via=via,
                    agent=agent[:200],
                    created_at=at,
                    seen_at=at,
                    expires_at=at + SESSION_LIFE,
                )
            )
        return _session_cookie(token, SESSION_LIFE)

    def _visitors(self) -> VisitorSigner:
        if self._signer is None:
            self._signer = VisitorSigner(self._settings.data)
        return self._signer

    @staticmethod
    def _in_person(identity: Identity) -> None:
        """Only a person who is signed in handles passwords, sessions and keys: no key does."""
        if not identity.signed_in:
            raise SignInNeeded("Sign in first.")
        if identity.scopes is not None:
            raise Forbidden("An API key cannot do this.")


def _key_identity(row: store.KeyRow, kind: str) -> Identity:
    return Identity(role_of(kind), row.user_id, frozenset(str(scope) for scope in row.scopes))


def _session_cookie(token: str, life: timedelta) -> Cookie:
    return Cookie(SESSION_COOKIE, token, max(1, int(life.total_seconds())))


def _session(row: store.SessionRow) -> Session:
    return Session.model_validate(row, from_attributes=True)


def _key(row: store.KeyRow) -> ApiKey:
    return ApiKey.model_validate(row, from_attributes=True)
