"""LoRA adapters: what weights on this machine may put on for a character (`adapters.json` of the data)."""

from __future__ import annotations

import json
import logging
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from madang.kernel.errors import BadInput, Conflict, NotFound, TooLarge, Unreadable
from madang.kernel.paths import atomic_write
from madang.models.download import hash_file
from madang.models.gguf import GgufInfo, inspect_adapter
from madang.models.prefixes.workspace import weights_hash

log = logging.getLogger(__name__)
MOST = 16
"""Adapters of one studio: every one of them stays in memory."""
LARGEST = 4 << 30
LEAST_SCALE, MOST_SCALE = -4.0, 4.0
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Adapter:
    """`model` is the engine's name, as the owner wrote it; `scale` is how much of the adapter is put on."""

    name: str
    model: str
    path: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Adapters:
    """The file. A broken one counts as empty: a studio must start."""

    file: Path

    def all(self) -> list[Adapter]:
        try:
            said = json.loads(self.file.read_text("utf-8"))
            return [Adapter(**{**one, "scale": float(one["scale"])}) for one in said][:MOST]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            log.warning("%s cannot be read: no adapter is used", self.file.name)
            return []

    def of(self, model: str) -> tuple[Adapter, ...]:
        """Those of one engine, in a fixed order."""
        return tuple(sorted((one for one in self.all() if one.model == model), key=lambda one: one.name))

    def add(self, adapter: Adapter) -> None:
        """Raises BadInput, and Conflict where the name is taken."""
        kept = self.all()
        if not _NAME.fullmatch(adapter.name):
            raise BadInput("An adapter's name has small letters, digits, dots and dashes, 40 at most.")
        if (
            not math.isfinite(adapter.scale)
            or not LEAST_SCALE <= adapter.scale <= MOST_SCALE
            or not adapter.scale
        ):
            raise BadInput(
                "The scale of an adapter is a number from {least} to {most}, and not 0.",
                least=LEAST_SCALE,
                most=MOST_SCALE,
            )
        if any(one.name == adapter.name for one in kept):
            raise Conflict("There is an adapter “{name}” already.", name=adapter.name)
        if len(kept) >= MOST:
            raise BadInput("A studio can have {most} adapters at most.", most=MOST)
        self._write([*kept, adapter])

    def remove(self, name: str) -> Adapter:
        """Forgets it; its file stays. Raises NotFound."""
        kept = self.all()
        found = next((one for one in kept if one.name == name), None)
        if found is None:
            raise NotFound("There is no adapter “{name}”.", name=name)
        self._write([one for one in kept if one is not found])
        return found

    def _write(self, adapters: list[Adapter]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(self.file, json.dumps([asdict(one) for one in adapters], indent=1).encode())


def fitting(path: Path, info: GgufInfo) -> Path:
    """The adapter's file, checked against the weights it is for. Raises NotFound, Unreadable or TooLarge."""
    found = inspect_adapter(path)
    if path.stat().st_size > LARGEST:
        raise TooLarge("“{name}” is too large for an adapter.", name=path.name)
    if found.architecture != info.architecture:
        raise Unreadable(
            "“{name}” is an adapter for {theirs}, and this model is {ours}.",
            name=path.name,
            theirs=found.architecture[:40],
            ours=info.architecture[:40],
        )
    return path


@dataclass(frozen=True, slots=True)
class Loaded:
    """An adapter in a loaded model. `number` is the engine's; `digest` is of its file."""

    name: str
    number: int
    scale: float
    digest: str

    @property
    def key(self) -> str:
        """What decides what is computed with it: never that of another adapter, or another scale."""
        return f"{self.name} {self.digest}@{self.scale!r}"


def digest_of(adapter: Adapter, folder: Path | None) -> str:
    """SHA-256 of its file, remembered in `folder`. Raises OSError."""
    path = Path(adapter.path)
    return weights_hash(path, folder) if folder is not None else hash_file(path)
