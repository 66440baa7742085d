"""Does a message speak of somebody harming themselves? Rules, no model: the same answer every time.

What the rules do and do not find is counted in `tests/safety/test_self_harm.py`, in both languages. They read
one message at a time; `hints` reads what they do not know, and several together.
"""

from __future__ import annotations

import re

from madang.safety.harm.english import english
from madang.safety.harm.korean import korean
from madang.safety.harm.plain import plain
from madang.safety.harm.words import About

_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[a-z]{2}")


def detect(message: str) -> About | None:
    """`self`, `other`, or None for nearly every message. A message in both languages is read as both."""
    text = plain(message)
    found = korean(text) if _HANGUL.search(text) else None
    if found is None and _LATIN.search(text):
        found = english(text)
    return found
