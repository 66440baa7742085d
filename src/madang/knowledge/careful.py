"""How often characters may be wrong whose maker chose nothing: the owner's choice, the setting, or as usual.

The choice lies in a file of the data folder, so that every process of a studio reads the same one.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from madang.kernel.errors import BadInput
from madang.kernel.paths import atomic_write

log = logging.getLogger(__name__)
LEAST, MOST = 0.005, 0.5


class Careful:
    """`setting`: the share of wrong answers, in (0, 1), where nobody chose; None for `answerable.USUAL`."""

    def __init__(self, path: Path, setting: float | None) -> None:
        self._path = path
        self.setting = setting
        self._read: tuple[int, float | None] = (-1, None)

    @property
    def chosen(self) -> float | None:
        """What the owner chose; None where the setting counts, and where the file is broken."""
        try:
            stamp = self._path.stat().st_mtime_ns
        except OSError:
            return None
        if stamp != self._read[0]:
            self._read = stamp, self._from_file()
        return self._read[1]

    @property
    def wrong(self) -> float | None:
        return self.chosen or self.setting

    def choose(self, wrong: float | None) -> None:
        """From now on; None leaves it to the setting again. Raises BadInput."""
        if wrong is not None and not LEAST <= wrong <= MOST:
            raise BadInput("Choose how often it may be wrong.")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(self._path, json.dumps({"wrong": wrong}).encode())
        self._read = (-1, None)

    def _from_file(self) -> float | None:
        try:
            wrong = json.loads(self._path.read_text("utf-8"))["wrong"]
            if wrong is None or LEAST <= wrong <= MOST:
                return wrong if wrong is None else float(wrong)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        log.warning("%s cannot be read: the setting decides", self._path.name)
        return None
