"""A question in the words of what was found ("break" as "quiet hour", "the restaurant" as "it").

The list of `lexicon` knows that two words say the same; the reader knows it of those words only that it
learnt from. So it is asked both ways.
"""

from __future__ import annotations

import re

from madang.knowledge import dated, lexicon
from madang.knowledge.asking import Asking, holds, stems_of
from madang.knowledge.ranges import in_its_words

_PLACE = (
    r"(?:restaurant|shop|store|caf[eé]|place|bakery|bar|pub|salon|clinic|practice|gym|hotel|guesthouse|museum|"
    r"library|studio|office|school|business|company)"
)
_THERE = re.compile(rf"\b(?:at|in|inside|from) (?:the|your|this) {_PLACE}\b", re.IGNORECASE)
_IT = re.compile(rf"\b(?:the|your|this) {_PLACE}\b(?!')", re.IGNORECASE)
_THERE_KO = re.compile(
    r"(?:^|(?<= ))(?:이 ?|그 ?|거기 ?)?(?:가게|식당|매장|카페|병원|미용실|업체|숙소|사무실)"
    r"(?:은|는|이|가|에서는|에서|에는|에|의)? "
)


def worded(asking: Asking, text: str) -> str:
    """The question with its other words for what `text` says in the words of `text`, the range of `text` in
    place of an amount or a day in it, and without a name for the place; as it is where nothing changes."""
    question = dated.in_its_words(in_its_words(_placeless(asking.question), text), text)
    stems, lower = stems_of(text), text.lower()
    for term, word in asking.words.items():
        if holds(word, stems, lower):
            continue
        others = lexicon.others(word) | asking.alike.get(term, frozenset())
        there = [other for other in sorted(others) if holds(other, stems, lower)]
        if there:
            question = _instead(question, word, max(there, key=len).replace("_", " "))
    return question


def _placeless(question: str) -> str:
    return _THERE_KO.sub("", _IT.sub("it", _THERE.sub("here", question)))


def _instead(question: str, word: str, other: str) -> str:
    if word.isascii():
        return re.sub(rf"\b{re.escape(word)}\b", other, question, flags=re.IGNORECASE)
    return question.replace(word, other)
