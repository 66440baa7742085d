"""Reads the pattern files of this folder: regular expressions, one a line, in named sections."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_NAME = re.compile(r"<([A-Z]+)>")


@cache
def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The sections of `name`.txt, each as one pattern of alternatives. `<NAME>` in a line stands for the
    section of that name above it."""
    sections: dict[str, list[str]] = {}
    held: list[str] = []
    for line in Path(__file__).with_name(f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            held = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            held.append(_NAME.sub(lambda found: f"(?:{'|'.join(sections[found[1]])})", line))
    return {
        section: re.compile("|".join(f"(?:{line})" for line in lines)) for section, lines in sections.items()
    }
