"""The studio's own words of help, read from `help.toml` beside this file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

About = Literal["self", "other"]
"""Somebody speaks of themselves, or worries about another person."""
LANGUAGES = ("en", "ko")
ABOUT: tuple[About, ...] = ("self", "other")
NAMES = tuple(f"{language}.{about}" for language in LANGUAGES for about in ABOUT)


@cache
def own_words() -> dict[str, str]:
    """`{"en.self": Markdown, …}`."""
    read = tomllib.loads(Path(__file__).with_name("help.toml").read_text("utf-8"))
    return {f"{language}.{about}": read[language][about].strip() for language in LANGUAGES for about in ABOUT}


def name_of(language: str, about: About) -> str:
    """The name of the text for a language; English where the studio does not speak it."""
    return f"{language if language in LANGUAGES else 'en'}.{about}"
