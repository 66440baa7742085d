"""What was wrong in a reply, so that it is not said again: what it quoted, and a check that holds it off."""

from __future__ import annotations

import re

from madang.chat.types import Reply
from madang.inbox.demands import demands

PIECES = 6
"""Texts of a check that must not come back."""


def quotations(reply: Reply) -> list[str]:
    """What the reply quoted, and for one without citations what it said."""
    quotes = [citation.quote for citation in reply.citations]
    if quotes:
        return list(dict.fromkeys(" ".join(quote.split()) for quote in quotes))
    said = " ".join(re.sub(r"\[\d+\]", "", reply.text).split())
    return [said] if said and reply.basis not in ("abstained", "fixed", "safety") else []


def held_off(question: str, wrong: list[str], answer: str) -> list[str]:
    """What tells the wrong reply from the right answer: numbers and words of the one that the other lacks."""
    found = [piece for text in wrong for piece in demands(question, text)]
    kept = [piece for piece in dict.fromkeys(found) if not _in(piece, answer)]
    return kept[:PIECES]


def _in(piece: str, text: str) -> bool:
    """Whether it is there, a number as a whole: 8:00 is not in 18:00."""
    before = r"(?<![\d.,:])" if piece[0].isdigit() else ""
    after = r"(?![\d]|[.,:]\d)" if piece[-1].isdigit() else ""
    return bool(re.search(before + re.escape(piece) + after, text, re.IGNORECASE))
