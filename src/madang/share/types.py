"""What a maker decides about a character on other websites."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, Field, field_validator

MOST_ORIGINS = 50
DEFAULT_ACCENT = "#17625b"
ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
    r"|\[[0-9a-f:]{2,45}\])(?::[0-9]{1,5})?"
)
"""Scheme, host and port, as a browser writes an origin. Nothing else may enter a policy header."""
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def origin_of(address: str) -> str | None:
    """The origin of a web address as a browser writes it, or None. `https://Example.org/page` is
    `https://example.org`; a name that is not ASCII is written in Punycode."""
    text = address.strip().lower()
    if "://" not in text:
        text = f"https://{text}"
    scheme, _, rest = text.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = host.removesuffix(DEFAULT_PORTS.get(scheme, "\0"))
    try:
        host = host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    origin = f"{scheme}://{host}"
    return origin if len(origin) <= 200 and ORIGIN.fullmatch(origin) else None


class Embed(BaseModel):
    """The settings of one character's panel on other websites."""

    on: bool = False
    """The switch: off ends every open panel and every reply being made within a second."""
    origins: list[str] = Field(default_factory=list, max_length=MOST_ORIGINS)
    """Websites that may show the panel, as `https://example.org`."""
    per_visitor: int = Field(50, ge=1, le=10_000)
    """Messages that one visitor may send in a day."""
    per_day: int = Field(500, ge=1, le=1_000_000)
    """Messages of all visitors together in a day."""
    label: str = Field("", max_length=40)
    """What stands on the button; empty: only the sign."""
    accent: str = Field(DEFAULT_ACCENT, pattern=r"^#[0-9a-f]{6}$")
    side: Literal["right", "left"] = "right"
    theme: Literal["auto", "light", "dark"] = "auto"

    @field_validator("origins")
    @classmethod
    def _origins(cls, values: list[str]) -> list[str]:
        for value in values:
            if not ORIGIN.fullmatch(value):
                raise ValueError("not an origin")
        return list(dict.fromkeys(values))

    @field_validator("label")
    @classmethod
    def _label(cls, value: str) -> str:
        return " ".join(value.replace("\0", "").split())
