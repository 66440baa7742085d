"""An engine as its owner sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from madang.models.adapters import Adapter
from madang.models.types import ModelCard, Role

State = Literal["asleep", "ready", "busy", "lost"]
"""Not loaded yet; answers; refuses for a moment; does not answer, is looked after, and passed over."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What an engine is: weights on this machine, or a model on a server."""

    name: str
    """As the owner wrote it: a name of the catalogue, a path, an address, `http://host/v1#model`."""
    url: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    cluster: bool = False
    """Whether it runs on the cluster of the settings."""
    adapters: tuple[Adapter, ...] = ()
    """What weights on this machine may be asked to put on."""

    @property
    def server(self) -> bool:
        return self.url is not None or self.cluster


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """One replica of a cluster, as this studio met it: its own replies only."""

    seat: str
    """Where it is: machine and number."""
    replies: int
    lost: int
    """Replies in the middle of which it went; another one finished them."""
    running: int
    waiting: int
    """Replies in its queue."""


@dataclass(frozen=True, slots=True)
class ClusterNow:
    """A cluster as it is now: replicas that answer, how many there are to be, and those that were met."""

    answering: int
    wanted: int
    replicas: tuple[ReplicaState, ...] = ()

    @property
    def lost(self) -> int:
        """Replies that went on at another replica."""
        return sum(one.lost for one in self.replicas)


@dataclass(frozen=True, slots=True)
class EngineState:
    """How an engine is now. Times are seconds ago or ahead; None is never."""

    name: str
    role: Role
    order: int
    """0 answers first."""
    server: bool
    state: State
    card: ModelCard | None = None
    reason: str = ""
    """An English sentence (a msgid without parameters filled in): why it is lost or busy."""
    params: dict[str, object] = field(default_factory=dict)
    lost_for: float | None = None
    looks_in: float | None = None
    """Until it is looked at again."""
    replies: int = 0
    failures: int = 0
    running: int = 0
    """Replies under way; those that wait are not among them."""
    waiting: int = 0
    adapters: tuple[str, ...] = ()
    """Names of the adapters that it has loaded."""
    slots: int | None = None
    """What it serves at once, where that is known."""
    by_settings: bool = False
    """The cluster of the settings: it comes first, and is not on the owner's list."""
    cluster: ClusterNow | None = None
    """Where it is a cluster that was reached."""
