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


@dataclass(frozen=True, slots=True)
class Choices:
    """The file of choices in the data folder. A broken one counts as empty: a studio must start."""

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

    def write(self, role: Role, name: str) -> None:
        """Remembers a choice. Raises BadInput for a role there is none of."""
        if role not in ROLES:
            raise BadInput("There is no role “{role}”: it is chat or embed.", role=role)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(self.path, json.dumps({**self.read(), role: name}, indent=1).encode())
