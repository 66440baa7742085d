"""Which of the studio's two languages a text is in. The visitor's language decides the reply's.

It does not tell other languages apart: what has no Hangul counts as English.
"""

from __future__ import annotations

import re
from typing import Literal

_HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb]")
_LETTER = re.compile(r"[^\W\d_]")
# Korean sentences are full of English nouns but not of English function words.
_ENGLISH = re.compile(
    r"\b(?:the|a|an|is|are|was|were|do|does|did|can|could|will|would|should|what|when|where|who|why|how|which"
    r"|of|to|in|on|for|with|from|at|by|and|or|not|i|you|we|they|it|my|your|this|that|there|have|has|please)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> Literal["en", "ko"]:
    """`ko` when at least 30 % of the letters are Hangul, or when there is Hangul and no English sentence
    around it ("iPhone Pro Max 가격"); `en` otherwise, for an empty text too."""
    hangul = len(_HANGUL.findall(text))
    if not hangul:
        return "en"
    letters = len(_LETTER.findall(text))
    if hangul >= 0.3 * letters:
        return "ko"
    return "en" if _ENGLISH.search(text) else "ko"
