"""Hangul in pictures, by the system's Tesseract where it is installed with its Korean data.

It is a program of its own: it is run from the limited child process that reads strangers' files, within what
that one may use, with a picture that was drawn anew, and no name of a file.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from statistics import fmean

from PIL import Image

from madang.knowledge.readers.decode import line

Box = tuple[float, float, float, float]
SURE = 60.0
"""A line that it reads less surely, of 100, is not kept."""
SECONDS = 90
_DATA = (
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_WORD = 5
"""Level of a word in what it says of places."""


@lru_cache(maxsize=1)
def program() -> str | None:
    """The program, where it and its Korean data are installed."""
    found = shutil.which("tesseract", path=f"{os.defpath}:/usr/local/bin:/opt/homebrew/bin")
    data = [*(Path(folder) for folder in _DATA), *Path(_DATA[0]).glob("*/tessdata")]
    return found if any((folder / "kor.traineddata").is_file() for folder in data) else None


def available() -> bool:
    return program() is not None


def lines(picture: Image.Image) -> list[tuple[Box, str]]:
    """The lines of a picture, with their left, top, right and bottom; wide gaps are ` · `."""
    given = io.BytesIO()
    picture.save(given, "PNG")
    options = ["-l", "kor+eng", "--psm", "6", "-c", "preserve_interword_spaces=1", "txt", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603 a fixed program with fixed words; the picture comes on its input
            [program() or "tesseract", "stdin", "stdout", *options],
            input=given.getvalue(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return parsed(done.stdout.decode("utf-8", "replace"))


def parsed(said: str) -> list[tuple[Box, str]]:
    """Its text with the places that it gives, line by line; nothing where the two do not agree.

    Both come in one stream, in either order: a row of places has twelve cells.
    """
    shown: list[str] = []
    words: dict[tuple[str, ...], list[tuple[Box, float]]] = {}
    for row in said.replace("\f", "\n").split("\n"):
        cells = row.split("\t")
        if len(cells) != 12:
            shown += [row] if row.strip() else []
        elif cells[0] == str(_WORD) and cells[11].strip():
            left, top, width, height, sure = map(float, cells[6:11])
            box = (left, top, left + width, top + height)
            digits = any(letter.isdigit() for letter in cells[11])
            # a price that is read unsurely is worse than none: it costs its whole line
            words.setdefault(tuple(cells[1:5]), []).append(
                (box, sure if sure >= SURE or not digits else -1e9)
            )
    if len(words) != len(shown):
        return []
    found: list[tuple[Box, str]] = []
    for said_line, parts in zip(shown, words.values(), strict=True):
        if fmean(sure for _, sure in parts) < SURE:
            continue
        boxes = [box for box, _ in parts]
        whole = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        cells = [line(cell) for cell in re.split(r"\s{3,}", said_line.strip())]
        found.append((whole, " · ".join(filter(None, cells))))
    return [one for one in found if re.search(r"\w", one[1])]
