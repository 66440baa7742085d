"""Which model serves which role: the settings, or what the owner chose in the studio (`models.json`)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from madang.kernel.errors import BadInput
from madang.kernel.paths import atomic_write
from madang.models.types import Role

log = logging.getLogger(__name__)
ROLES: tuple[Role, ...] = ("chat", "embed")
MOST_ENGINES = 16


@dataclass(frozen=True, slots=True)
class Choices:
    """The file of choices in the data folder: a model a role, and the chat engines `after` the chosen one.

    A broken one counts as empty: a studio must start."""

    path: Path

    def read(self) -> dict[Role, str]:
        try:
            said = json.loads(self.path.read_text("utf-8"))
            return {role: said[role] for role in ROLES if isinstance(said.get(role), str)}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError):
            log.warning("%s cannot be read: the settings decide", self.path.name)
            return {}

    def fallbacks(self) -> list[str] | None:
        """Engines for chat after the chosen one, None where the owner said nothing."""
        try:
            said = json.loads(self.path.read_text("utf-8"))["after"]
            return [name for name in said if isinstance(name, str)][:MOST_ENGINES]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write_fallbacks(self, names: list[str]) -> None:
        """Remembers them. Raises BadInput when there are too many."""
        if len(names) > MOST_ENGINES:
            raise BadInput("A studio can have {most} engines at most.", most=MOST_ENGINES)
        self._write({"after": names})

    def write(self, role: Role, name: str) -> None:
        """Remembers a choice. Raises BadInput for a role there is none of."""
        if role not in ROLES:
            raise BadInput("There is no role “{role}”: it is chat or embed.", role=role)
        self._write({role: name})

    def _write(self, more: dict[str, object]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        kept: dict[str, object] = dict(self.read().items())
        if (after := self.fallbacks()) is not None:
            kept["after"] = after
        atomic_write(self.path, json.dumps({**kept, **more}, indent=1).encode())
