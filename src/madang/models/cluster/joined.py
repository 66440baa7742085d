"""A studio's part in a cluster: what it asks of it, by its settings, and the one connection that it has."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from madang.kernel.errors import ModelFailed
from madang.kernel.meters import Meters
from madang.kernel.paths import atomic_write
from madang.kernel.settings import Settings
from madang.models.catalogue import CATALOGUE
from madang.models.cluster.address import checked, reachable
from madang.models.cluster.link import Link
from madang.models.cluster.plan import Plan
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.weights import gguf_path, is_gguf_url

LOCAL_REPLICA_CPUS = 1.0
KEY_LETTERS = 32


class Joined:
    """Connects on first use, once. Belongs to one event loop."""

    def __init__(self, settings: Settings, meters: Meters | None = None) -> None:
        self._settings = settings
        self._meters = meters
        self._link: Link | None = None

    async def runtime(self, model: str) -> ClusterRuntime:
        """The cluster's chat model, waiting until one replica answers. Raises BadInput, ModelFailed."""
        return await ClusterRuntime.connect(await self.link(model))

    async def link(self, model: str) -> Link:
        """The connection. Raises BadInput, ModelFailed."""
        address = checked(self._settings.cluster or "")
        plan = plan_of(self._settings, model)
        if self._link is not None and self._link.plan != plan:
            await self.close()
        if self._link is None:
            await reachable(address)
            self._link = Link(address, plan, meters=self._meters)
        return self._link

    async def answers(self) -> bool:
        """Whether the cluster answers now."""
        return self._link is not None and await self._link.answers()

    async def close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()


def plan_of(settings: Settings, model: str) -> Plan:
    """What this studio wants on the cluster. Makes its key on first use. Raises ModelFailed."""
    local = settings.cluster == "local"
    key = _key(settings.data / "secrets" / "cluster.key")
    return Plan(
        name=f"madang-{hashlib.sha256(key.encode()).hexdigest()[:12]}",
        key=key,
        model=model if model in CATALOGUE or is_gguf_url(model) else str(gguf_path(model)),
        context=settings.context,
        slots=settings.slots,
        prefix_mb=settings.prefix_mb,
        hub=settings.hub,
        folder=str(settings.data) if local else "",
        cpus=LOCAL_REPLICA_CPUS if local else None,
        gpu_model=settings.cluster_gpu_model,
        host="127.0.0.1" if local else "0.0.0.0",  # noqa: S104 - studios on other machines ask there
    )


def _key(path: Path) -> str:
    """The word that this studio and its replicas know each other by; made once, by its first process."""
    try:
        return _read(path) or _made(path)
    except OSError as error:
        raise ModelFailed("The key of the cluster could not be kept.") from error


def _read(path: Path) -> str | None:
    try:
        key = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeError):
        return None
    return key if len(key) >= KEY_LETTERS else None


def _made(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    atomic_write(draft, secrets.token_urlsafe(KEY_LETTERS).encode(), mode=0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        if _read(path) is None:  # cut short: nobody has ever used it
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return _read(path) or ""
