"""A longer answer: several sentences of the sources, each a claim with a span of its own, always verbatim.

How long it is follows from the sources. The sentence that answers best is said; others are as far as they are
worth nearly as much, and none that says the same again. What stands beside a sentence that answers goes on about
it, so it is worth a share of it. A sentence that leans on the one before it ("It …", "이는 …") is quoted together
with that one, and a list with the line that leads to it.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from madang.chat.words import content, known
from madang.kernel.language import language_of
from madang.knowledge.sentences import is_label
from madang.knowledge.types import Span

MOST = 6
"""Claims of one answer."""
FULL = 900
"""Characters of all of them."""
NEARLY = 0.6
"""Share of the best claim's worth from which another is said."""
AFTER, BEFORE = 0.9, 0.65
"""Share of a sentence's worth that the next one, and the one before it, have from it."""
SAID = 0.8
"""Share of a sentence's words from which it says again what others say."""
SHORT = 12
"""Characters of what is no sentence."""
_ROW = " · "
_ITEM = re.compile(r"^\s*(?:[-*•·◦▪–]|\(?\d{1,3}[.)]|[가-하][.)]|[a-z][.)])\s+\S")
_ENDS = re.compile(r"(?:[.!。！…]|[다요음함임됨]\.?)[\"'”’)\]]*$")
_LEANS = re.compile(
    r"^(?:it|its|this|that|these|those|they|them|their|he|his|she|her|such|both|however|but|also|then|therefore|thus"
    r"|moreover|furthermore|instead|otherwise|additionally|in addition|for example|for instance|as a result|so|and|or|yet"
    r"|afterwards|here|there(?! (?:is|are|was|were)\b)|the (?:former|latter|same|other)|another|one of (?:them|these))\b"
    r"|^(?:이는|이로|이를|이에|이것|이러한|이런|이 (?:때|중|외|밖)|그는|그의|그가|그녀|그것|그러나|그리고|그래서|그런데|그때|그 (?:뒤|후|중|밖|외|결과)"
    r"|하지만|또한|또|따라서|다만|단,|즉|예를 들|반면|그들|여기|거기|이후|이처럼|둘 다)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Line:
    """A sentence, row or list of a passage."""

    span: Span
    own: float
    worth: float = 0.0

    @property
    def text(self) -> str:
        return self.span.text

    def follows(self, other: _Line) -> bool:
        """Whether only white space stands between them."""
        between = self.span.passage.text[other.span.end : self.span.start]
        return self.span.start >= other.span.end and not between.strip()


def claims(lines: Sequence[Span], first: Span, most: int = FULL, *, beside: bool = True) -> list[Span]:
    """Claims out of `lines` (with their scores) and `first`, the span that answers best: passages with the better
    claim first, in reading order inside of each. `most`: characters of all together. `beside`: whether what stands
    beside a claim counts for that; else only what a line says itself."""
    spoken = language_of(first.text)
    whole = [first if len(line.text) > most and line.meets(first) else line for line in lines]
    if not any(line.meets(first) for line in whole):
        whole.append(first)
    passages = [_lines(of_one, first, beside) for of_one in _by_passage(whole)]
    every = [
        line for one in passages for line in one if _says(line.text) and language_of(line.text) == spoken
    ]
    best = max((line.worth for line in every), default=0.0)
    chosen: list[_Line] = []
    said: set[str] = set()
    for line in sorted(every, key=lambda one: -one.worth):
        group = _with_what_it_leans_on(line, passages, chosen)
        length = sum(len(one.text) for one in [*chosen, *group])
        if line.worth < NEARLY * best or len(chosen) + len(group) > MOST:
            break
        words = _words(" ".join(one.text for one in group))
        again = bool(words) and sum(known(word, said) for word in words) >= SAID * len(words)
        if line in chosen or length > most or again:
            continue
        chosen += group
        said |= set(words)
    return _in_order(chosen) or [first]


def _words(text: str) -> list[str]:
    return [*content(text), *re.findall(r"\d+", text)]


def _by_passage(spans: Iterable[Span]) -> list[list[Span]]:
    ordered = sorted(spans, key=lambda span: (span.passage.id, span.start, -span.end))
    return [list(group) for _, group in groupby(ordered, key=lambda span: span.passage.id)]


def _lines(spans: Sequence[Span], first: Span, beside: bool) -> list[_Line]:
    """The lines of one passage in order, lists joined to what leads to them, each with its worth."""
    found = _listed([_Line(span, max(span.score, first.score * span.meets(first))) for span in spans])
    for line in found:
        line.worth = line.own
    if not beside or spans[0].passage.id != first.passage.id:
        return found
    for before, line in pairwise(found):
        _shared(line, before, AFTER)
    for line, after in reversed(list(pairwise(found))):
        _shared(line, after, BEFORE)
    return found


def _shared(line: _Line, beside: _Line, share: float) -> None:
    """What stands beside a line is worth a share of it; a row of a table stands for itself."""
    first, last = sorted((line, beside), key=lambda one: one.span.start)
    if _ROW not in line.text and last.follows(first):
        line.worth = max(line.worth, share * beside.worth)


def _listed(lines: list[_Line]) -> list[_Line]:
    """A line that leads to a list, joined with its items as far as they fit into an answer."""
    found: list[_Line] = []
    for line in lines:
        last = found[-1] if found else None
        if (
            last is not None
            and line.follows(last)
            and _ITEM.match(line.text)
            and (_leads(last.text) or _ITEM.match(last.text.splitlines()[-1]))
            and line.span.end - last.span.start <= FULL // 2
        ):
            last.span = _until(last.span, line.span.end)
            last.own = max(last.own, line.own)
        else:
            found.append(line)
    return found


def _leads(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) or is_label(text)


def _says(text: str) -> bool:
    """Whether a line is more than a heading, a question or a scrap."""
    last = text.strip().splitlines()[-1]
    if len(text.strip()) < SHORT or is_label(last) or last.endswith(("?", "？", ":", "：")):
        return False
    return bool(_ENDS.search(last) or _ROW in last or _ITEM.match(last) or re.search(r"\d|: ", last))


def _with_what_it_leans_on(
    line: _Line, passages: Sequence[Sequence[_Line]], chosen: Sequence[_Line]
) -> list[_Line]:
    """The line, and before it the one that it leans on where that is not said yet."""
    of_one = next(one for one in passages if line in one)
    at = of_one.index(line)
    before = of_one[at - 1] if at else None
    if before is None or not _LEANS.match(line.text) or before in chosen or not line.follows(before):
        return [line]
    return [before, line]


def _in_order(chosen: Sequence[_Line]) -> list[Span]:
    best: dict[str, float] = {}
    for line in chosen:
        passage = line.span.passage.id
        best[passage] = max(best.get(passage, 0.0), line.worth)
    ordered = sorted(
        chosen,
        key=lambda line: (-best[line.span.passage.id], line.span.passage.id, line.span.start),
    )
    return [line.span for line in ordered]


def _until(span: Span, end: int) -> Span:
    return span.model_copy(update={"end": end})
