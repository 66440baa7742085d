"""Who is told to call is told the number too: the sentence of the same passage that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.chat.contact import telephone
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Span

_CALLS = re.compile(
    r"\b(?:call|phone|ring|telephone)\b"
    r"(?= (?:us|at once|straight|immediately|first|ahead|now|before|to\b|if\b|and\b)|[.,;!])"
    r"|전화(?:로|를|하|해|주|부탁)|연락(?:을|하|해|주|부탁)",
    re.IGNORECASE,
)


def with_number(spans: list[Span]) -> list[Span]:
    """The quotations; where one tells to call without a number, with the sentence that has it."""
    for at, span in enumerate(spans):
        if not _CALLS.search(span.text):
            continue
        number = telephone(span.passage)
        if number is None or any(one.meets(number) for one in spans):
            continue
        said = _sentence(number)
        if any(one.meets(said) for one in spans):
            continue
        place = next(
            (
                place
                for place, one in enumerate(spans)
                if one.passage.id == said.passage.id and one.start > said.start
            ),
            at + 1,
        )
        return [*spans[:place], said, *spans[place:]]
    return spans


def _sentence(number: Span) -> Span:
    """The sentence around a number; the number alone where none is."""
    text = number.passage.text
    around: Sequence[tuple[int, int]] = [
        (start, end) for start, end in sentences(text) if start <= number.start and number.end <= end
    ]
    start, end = around[0] if around else (number.start, number.end)
    return Span(passage=number.passage, start=start, end=end)
