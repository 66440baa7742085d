"""Measured cards in the data folder, found by what was measured: `probes/<key>.json`."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from madang.kernel.paths import atomic_write
from madang.models.download import hash_file
from madang.models.probe.types import VERSION, Measured

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Probes:
    """Blocks for the length of a small file, and once for the hash of a large one."""

    folder: Path

    def of(self, key: str) -> Measured | None:
        """The card with this key, None where it was not measured, or with other tasks."""
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            return None
        try:
            found = Measured.model_validate_json((self.folder / f"{key}.json").read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, ValidationError):
            log.warning("the measured card %s cannot be read", key[:12])
            return None
        return found if found.version == VERSION else None

    def any(self) -> bool:
        """Whether anything was measured here."""
        return self.folder.is_dir()

    def keep(self, measured: Measured) -> None:
        atomic_write(self.folder / f"{measured.key}.json", measured.model_dump_json(indent=1).encode())

    def all(self) -> Iterator[Measured]:
        """Every card, the newest first."""
        paths = self.folder.glob("*.json")
        found = [self.of(path.stem) for path in paths]
        yield from sorted((one for one in found if one), key=lambda one: one.at, reverse=True)

    def key_of_file(self, path: Path) -> str:
        """SHA-256 of weights, remembered as long as the file has the same size and time."""
        stat = path.stat()
        seen = f"{path.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"
        known = self.folder / "hashes" / f"{hashlib.sha256(seen.encode()).hexdigest()}.json"
        try:
            return str(json.loads(known.read_text("utf-8"))["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            digest = hash_file(path)
            atomic_write(known, json.dumps({"sha256": digest}).encode())
            return digest


def key_of_server(url: str, model: str) -> str:
    """The key of a model on a server: who else has a key for it does not matter."""
    return hashlib.sha256(f"{url.rstrip('/')}#{model}".encode()).hexdigest()
