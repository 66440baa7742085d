"""Does a message speak of somebody harming themselves? Rules, no model: the same answer every time."""

from __future__ import annotations

import re

from madang.safety.harm.words import About

_FIRST = re.compile(r"kill(?:ing)? my ?self|suicid|자살|죽고 ?싶", re.IGNORECASE)


def detect(message: str) -> About | None:
    return "self" if _FIRST.search(message) else None
