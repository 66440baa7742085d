"""Keys of model servers that the owner added: a file of their own, for this user's eyes only."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from madang.kernel.errors import BadInput
from madang.kernel.paths import atomic_write

log = logging.getLogger(__name__)
LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class Keys:
    """`secrets/engines.json` in the data folder: a server's place (scheme, host, port) to its key.

    A key belongs to a place, so that no other server gets it because somebody changed an address.
    """

    path: Path

    def of(self, url: str) -> str | None:
        """The key of the server at `url`, None where it has none."""
        return self._read().get(place(url))

    def keep(self, url: str, key: str) -> None:
        """Remembers a key. Raises BadInput for what cannot be sent as one."""
        key = key.strip()
        if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable() or " " in key:
            raise BadInput("This is not a key: a key is one line of letters, digits and signs.")
        self._write({**self._read(), place(url): key})

    def forget(self, url: str) -> None:
        kept = self._read()
        if kept.pop(place(url), None) is not None:
            self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            said = json.loads(self.path.read_text("utf-8"))
            return {where: key for where, key in said.items() if isinstance(key, str)}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError):
            log.warning("the keys of model servers cannot be read: they have to be given again")
            return {}

    def _write(self, kept: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write(self.path, json.dumps(kept, indent=1).encode(), mode=0o600)


def place(url: str) -> str:
    """`https://host:443` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
