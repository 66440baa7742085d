"""What a page tells of its character to machines that never talk with it: messengers and search engines."""

from __future__ import annotations

from dataclasses import dataclass

from madang.characters.types import Character
from madang.chat.prompt import fill
from madang.safety import disclosure
from madang.web.localise import translate

LONGEST = 200
"""Characters of a description: messengers cut after that."""
DISCLOSURE = disclosure.HEADERS["ai-disclosure"]


@dataclass(frozen=True, slots=True)
class Shown:
    """Of what is published, and of nothing else. Addresses are absolute."""

    title: str
    description: str
    address: str
    picture: str
    language: str
    listed: bool
    """Whether search engines may keep it."""


def shown_of(base: str, character: Character) -> Shown | None:
    """`base`: the studio's address. None for what only its maker may see: a draft, something private, put
    away or hidden."""
    if character.published is None or not character.met or character.visibility == "private":
        return None
    profile = character.published
    said = " ".join(fill(profile.tagline, profile).split())
    label = translate(profile.language, "An AI character to talk with.")
    description = f"{_short(said, LONGEST - len(label) - 1)} {label}".strip()
    address = f"{base.rstrip('/')}/c/{character.slug}"
    return Shown(
        title=_short(" ".join(profile.name.split()), 90),
        description=description,
        address=address,
        picture=f"{address}/preview.png",
        language=profile.language,
        listed=character.visibility == "public" and profile.rating == "everyone",
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
