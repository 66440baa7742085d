"""What a reply must hold, so that it still gives an approved answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from madang.characters.types import Check
from madang.knowledge.questions import content_terms
from madang.knowledge.same import meant, same

NUMBERS, WORDS = 5, 3
_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?")


def demands(question: str, answer: str) -> list[str]:
    """The numbers of the answer and its most telling words, each as it stands there.

    Words that the question holds too tell nothing: a reply that says it does not know repeats them.
    """
    numbers = list(dict.fromkeys(_NUMBER.findall(answer)))[:NUMBERS]
    asked = set(content_terms(question).values())
    words = [
        word
        for word in dict.fromkeys(content_terms(answer).values())
        if word not in asked and not any(letter.isdigit() for letter in word) and len(word) > 1
    ]
    longest = sorted(words, key=lambda word: (-_weight(word), words.index(word)))[:WORDS]
    found = (_as_written(word, answer) for word in words if word in longest)
    return [*numbers, *(word for word in found if word)]


def check_for(
    question: str, answer: str, source: str, there: Iterable[Check] = (), never: Iterable[str] = ()
) -> Check:
    """The check that holds a character to an answer, or where there is none to not answering, and to saying
    nothing of `never`; one of `there` that asks the same is changed."""
    before = before_of(question, there)
    return Check(
        id=before.id if before else "",
        question=question,
        holds=demands(question, answer),
        holds_not=list(dict.fromkeys(never))[:20],
        cites=source if answer else "",
        declines=not answer,
        origin="inbox",
        created_at=before.created_at if before else None,
    )


def before_of(question: str, there: Iterable[Check]) -> Check | None:
    """The check that an approval made for this question earlier."""
    asks = meant(question)
    return next((one for one in there if one.origin == "inbox" and same(meant(one.question), asks)), None)


def _weight(word: str) -> int:
    return len(word) * (2 if re.search("[가-힣]", word) else 1)


def _as_written(word: str, text: str) -> str:
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found.group() if found else ""
