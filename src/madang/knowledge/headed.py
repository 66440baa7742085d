"""A passage under the very question that is asked, as pages of questions and answers have them: what stands
there is the answer, whether or not it has a word of the question ("What happens when it rains?")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.same import meant, meets
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Found, Span

ASKED_THERE = 0.97
"""How surely a passage answers the question that it stands under."""
SAME = 0.9
"""From how much on a heading asks the same (`same.meets`)."""
WHOLE = 450
"""Characters of an answer that are quoted at most, in whole sentences."""
_ASKS = re.compile(r"[?？]\s*$|(?:나요|까요|가요|은지|는지|어요|아요|해요|돼요|되요|예요|에요)\s*$")


def under_its_question(question: str, found: Sequence[Found]) -> Span | None:
    """The beginning of the passage that stands under `question`; None where none does."""
    asks = meant(question)
    for one in found:
        passage = one.passage
        heading = passage.headings[-1] if passage.headings else ""
        if _ASKS.search(heading) and meets(asks, meant(heading), passage.text) >= SAME:
            end = _end(passage.text)
            return Span(passage=passage, start=0, end=end, score=1.0) if end else None
    return None


def _end(text: str) -> int:
    """Where the last sentence ends that is quoted; the first one is, however long it is."""
    end = 0
    for _, stop in sentences(text):
        if end and stop > WHOLE:
            break
        end = stop
    return end
