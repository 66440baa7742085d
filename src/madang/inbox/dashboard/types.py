"""What the dashboard shows."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, Field

from madang.chat.desk.types import Figures
from madang.inbox.types import About
from madang.kernel.identity import Identity
from madang.models.types import ListedModel


class Quota(BaseModel):
    """How much of something that is limited was used. `character` names whose it is; empty: the studio's."""

    name: str
    """What is limited, as an English msgid: "Messages today on other websites"."""
    character: str = ""
    used: int
    limit: int


class Weights(BaseModel):
    name: str
    role: str
    bytes: int


class Storage(BaseModel):
    """What lies on the studio's disk, in bytes."""

    database: int
    blobs: int
    blob_count: int
    """Pictures and the originals of sources."""
    weights: list[Weights] = Field(default_factory=list)

    @property
    def weight_bytes(self) -> int:
        return sum(one.bytes for one in self.weights)

    @property
    def total(self) -> int:
        return self.database + self.blobs + self.weight_bytes


class Line(BaseModel):
    """One character's figures."""

    character: About
    figures: Figures


class Overview(BaseModel):
    figures: Figures
    lines: list[Line] = Field(default_factory=list)
    """The characters talked with most, of the newest conversations."""
    storage: Storage | None = None
    """For the studio's owner alone."""
    quotas: list[Quota] = Field(default_factory=list)


class QuotasDoor(Protocol):
    """Whoever limits something, such as the embed on other websites."""

    async def quotas(self, identity: Identity) -> list[Quota]:
        """Those of this maker's characters; for the studio's owner, all."""
        ...


class DatabaseSize(Protocol):
    async def used(self) -> int: ...


class BlobsSize(Protocol):
    def used(self) -> tuple[int, int]: ...


class ModelsList(Protocol):
    def list(self) -> list[ListedModel]: ...
