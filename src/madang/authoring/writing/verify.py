"""What a model wrote is offered only when nothing in it had to be believed. Pure."""

from __future__ import annotations

import re
from typing import Final

from madang.authoring.types import What
from madang.characters.types import Profile
from madang.kernel.errors import Unreadable
from madang.kernel.language import language_of

LENGTHS: Final[dict[What, tuple[int, int]]] = {
    "persona": (40, 3_000),
    "greeting": (8, 600),
    "examples": (8, 2_400),
}
RUN = 6
"""So many words of the instruction in a row are a leak of it."""
_MARKS = re.compile(
    r"<\|?/?\w+\|?>|\[/?INST\]|###|^\s*(?:system|assistant)\s*:|\bas an ai (?:language )?model\b"
    r"|\bas requested\b|\bhere (?:is|are) (?:the|a|two)\b|요청하신|다음은",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+", re.IGNORECASE)
_MACRO = re.compile(r"\{\{\s*(?!char\b|user\b)[^}]*\}\}|(?<!\{)\{(?!\{)|<script|</?[a-z]+[ >]", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;:’'] )[A-ZÀ-Þ][\w’'-]{2,}")
_LATIN = re.compile(r"[A-Za-z]{3,}")
_COMMON = frozenset({"visitor", "character", "char", "user"})


def check(text: str, what: What, profile: Profile, *, given: str, asked: str, strict: bool) -> None:
    """Raises Unreadable with what is wrong. `given` is all that the model was told of the character, `asked`
    the instruction; `strict` when facts may only be repeated, so that names must have been given too."""
    least, most = LENGTHS[what]
    if not least <= len(text.strip()) <= most:
        raise Unreadable("What the model wrote was too short or too long, so it was thrown away.")
    if language_of(text) != profile.language:
        raise Unreadable("The model wrote in another language, so it was thrown away.")
    if _MARKS.search(text) or _leaks(text, asked):
        raise Unreadable("The model repeated its instruction, so it was thrown away.")
    known = given.casefold()
    invented = [found for found in _ADDRESS.findall(text) if found.casefold() not in known]
    numbers = set(re.findall(r"\d+", known))
    invented += [found for found in re.findall(r"\d+", text) if found not in numbers]
    if strict:
        names = _LATIN if profile.language == "ko" else _NAME
        here = set(re.findall(r"[\w’'-]+", known)) | _COMMON
        invented += [name for name in names.findall(text) if name.casefold() not in here]
    if invented:
        raise Unreadable(
            "The model made something up (“{what}”), so what it wrote was thrown away.", what=invented[0][:60]
        )
    if _MACRO.search(text):
        raise Unreadable("What the model wrote held code, so it was thrown away.")


def _leaks(text: str, asked: str) -> bool:
    said = " ".join(re.findall(r"\w+", text.casefold()))
    words = re.findall(r"\w+", asked.casefold())
    return any(" ".join(words[at : at + RUN]) in said for at in range(len(words) - RUN + 1))
