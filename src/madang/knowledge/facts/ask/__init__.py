"""Asking facts: a question wholly understood is computed; others are left to who quotes or declines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from madang.knowledge.facts.ask import contact, contains, difference, hours, items
from madang.knowledge.facts.ask.result import Computed
from madang.knowledge.facts.types import Business

LONGEST = 300
"""Characters of a question; a longer one asks for more than one thing."""

__all__ = ["Computed", "computed"]


def computed(
    business: Business, question: str, earlier: Sequence[str], now: datetime, language: str
) -> Computed | None:
    """What facts answer, in `language`, or None.

    `earlier`: what was said before, the newest last; `now` is aware. The same arguments give the same answer.
    """
    if not business.facts or not question.strip() or len(question) > LONGEST:
        return None
    here = now.astimezone(business.zone) if business.zone is not None else now
    return (
        contact.answer(business, question, language)
        or hours.answer(business, question, here, language)
        or contains.answer(business, question, language)
        or difference.answer(business, question, language)
        or items.answer(business, question, earlier, here.date(), language)
    )
