"""Who is asking. Every access door takes an `Identity`; nothing below `web` knows about cookies or keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["owner", "creator", "visitor"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or a program acting for one.

    `id` is a user's id for owners, creators and visitors with an account (`usr_…`), and a visitor's id for
    all other visitors (`vis_…`).
    `scopes` narrows an API key; None means everything that the kind may do.
    """

    kind: Kind
    id: str
    scopes: frozenset[str] | None = None
    age: int = 0
    """The age this person said to have reached at an age gate: 0 (never asked), 13 or 18. Whoever holds an
    API key counts as 18: its maker answers for it."""

    @property
    def makes(self) -> bool:
        """Whether this identity may make characters."""
        return self.kind in ("owner", "creator")

    @property
    def signed_in(self) -> bool:
        """Whether this is a person with an account (or a key of theirs): a visitor may have one too."""
        return self.id.startswith("usr_")

    def may(self, scope: str) -> bool:
        """Whether a key's scopes (if it has any) include `scope`, such as `chat` or `manage`."""
        return self.scopes is None or scope in self.scopes
