"""Where rooms keep what a browser sees: `<room>/templates`, `<room>/static`, `<room>/locale/ko.po`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]


@cache
def rooms(part: str) -> dict[str, Path]:
    """Room name to its folder `part` (`templates`, `static` or `locale`), for the rooms that have one."""
    return {
        folder.name: folder / part
        for folder in sorted(HOUSE.iterdir())
        if folder.is_dir() and (folder / part).is_dir()
    }
