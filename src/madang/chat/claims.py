"""A longer answer: several sentences of the sources, each a claim with a span of its own, always verbatim.

The passage that answers best leads: what stands around the best sentence goes on about it, so that a connected
piece is said, across passages where one text was cut, with its lists and steps whole. Other passages add only
sentences that answer nearly as well themselves, and none that says the same again. A sentence that leans on the
one before it ("It …", "이는 …") is quoted together with that one, and a list with the line that leads to it.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from madang.chat.words import content, known
from madang.kernel.language import language_of
from madang.knowledge.sentences import is_label
from madang.knowledge.types import Passage, Span

MOST = 6
"""Claims of one answer; where there are more, neighbours are one."""
FULL = 1_500
"""Characters of all of them."""
LEADS = 1_200
"""Characters of the passage that leads, with those that go on from it."""
NEARLY = 0.6
"""Share of the best claim's worth from which another is said."""
OTHERS = 0.8
"""The same for a sentence of another passage."""
KEPT = 0.7
"""Share of the question's words in the best claim that a sentence of another passage holds."""
AFTER, BEFORE = 0.95, 0.8
"""Share of a sentence's worth that the next one, and the one before it, have from it."""
PARAGRAPH = 0.9
"""What is left of that share in another paragraph."""
HOLE = 120
"""Characters between two claims (a line of code, a heading) that are quoted along with them."""
SAID = 0.8
"""Share of the words of a sentence of another passage from which it says again what others say."""
SHORT = 12
"""Characters of what is no sentence."""
_ROW = " · "
_ITEM = re.compile(r"^\s*(?:[-*•·◦▪–]|\(?\d{1,3}[.)]|[가-하][.)]|[a-z][.)])\s+\S")
_COLON = re.compile(r"[:：](?:\n[^\n]*)*$")
"""What ends in a line that leads to a list, or in lines that follow one."""
_FOLLOWING = re.compile(r"\b(?:the following|as follows)\b|다음(?:과 같|은|의)", re.IGNORECASE)
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

    def between(self, other: _Line) -> str:
        """What stands between another line before it, of its passage or of the one before, and it."""
        mine, theirs = self.span.passage, other.span.passage
        if mine.id == theirs.id:
            return mine.text[other.span.end : self.span.start]
        return theirs.text[other.span.end :] + "\n" + mine.text[: self.span.start]

    def follows(self, other: _Line) -> bool:
        """Whether only white space stands between them, or the cut between two passages of one text."""
        mine, theirs = self.span.passage, other.span.passage
        near = self.span.start >= other.span.end if mine.id == theirs.id else _goes_on(theirs, mine)
        return near and not self.between(other).strip()


def claims(
    lines: Sequence[Span], first: Span, most: int = FULL, *, beside: bool = True, question: str = ""
) -> list[Span]:
    """Claims out of `lines` (with their scores) and `first`, the span that answers best: its passage first, then
    the better one, in reading order inside of each. `most`: characters of all together. `beside`: whether what
    stands beside a claim counts for that; else only what a line says itself."""
    whole = [first if len(line.text) > most and line.meets(first) else line for line in lines]
    if not any(line.meets(first) for line in whole):
        whole.append(first)
    leading, others = _texts(whole, first, beside)
    every = [line for text in (leading, *others) for line in text]
    best = max((line.worth for line in every if _may_be_said(line, first)), default=0.0)
    said = _Said(first, min(most, LEADS), again=1.0)
    for line in sorted(leading, key=lambda one: -one.worth):
        if line.worth >= NEARLY * best:
            said.add(line, leading)
    asks = set(content(question))
    least = max(len(asks) / 2, KEPT * max((_held(line, asks) for line in said.lines), default=0))
    said.most, said.again = most, SAID
    for text in others:
        for line in sorted(text, key=lambda one: -one.worth):
            enough = not asks or _held(line, asks) >= least
            if enough and line.worth >= (OTHERS if beside else NEARLY) * best:
                said.add(line, text)
    ordered = [line.span for text in (leading, *others) for line in text if line in said.lines]
    return fewer(_with_holes(ordered)) or [first]


@dataclass(slots=True)
class _Said:
    """What is said so far, in at most `most` characters."""

    first: Span
    most: int
    again: float
    """Share of a sentence's words from which it says again what others say."""
    lines: list[_Line] = field(default_factory=list)
    _words: set[str] = field(default_factory=set)

    def add(self, line: _Line, text: Sequence[_Line]) -> None:
        """Says a line of a text, with the one it leans on; not what is said already, nor what does not fit."""
        if line in self.lines or not _may_be_said(line, self.first):
            return
        group = _with_what_it_leans_on(line, text, self.lines)
        words = _words(" ".join(one.text for one in group))
        again = bool(words) and sum(known(word, self._words) for word in words) >= self.again * len(words)
        if again or sum(len(one.text) for one in [*self.lines, *group]) > self.most:
            return
        self.lines += group
        self._words |= set(words)


def _may_be_said(line: _Line, first: Span) -> bool:
    return _says(line.text) and language_of(line.text) == language_of(first.text)


def _held(line: _Line, asks: set[str]) -> int:
    """How many words of the question stand in a line, or above it."""
    passage = line.span.passage
    there = set(content(" ".join([passage.title, *passage.headings, line.text])))
    return sum(known(word, there) for word in asks)


def leans(sentence: str) -> bool:
    """Whether a sentence says nothing without the one before it."""
    return bool(_LEANS.match(sentence))


def _words(text: str) -> list[str]:
    return [*content(text), *re.findall(r"\d+", text)]


def _texts(spans: Iterable[Span], first: Span, beside: bool) -> tuple[list[_Line], list[list[_Line]]]:
    """The lines of the text that leads, and those of the others, the better one first."""
    ordered = sorted(spans, key=_place)
    texts: list[list[_Line]] = []
    passage: Passage | None = None
    for span in ordered:
        if passage is None or (span.passage.id != passage.id and not _goes_on(passage, span.passage)):
            texts.append([])
        passage = span.passage
        texts[-1].append(_Line(span, max(span.score, first.score * span.meets(first))))
    texts = [_listed(text) for text in texts]
    for text in texts:
        for line in text:
            line.worth = line.own
    leading = next(text for text in texts if any(line.span.meets(first) for line in text))
    if beside:
        for before, line in pairwise(leading):
            _shared(line, before, AFTER, begins=line)
        for line, after in reversed(list(pairwise(leading))):
            _shared(line, after, BEFORE, begins=after)
    others = [text for text in texts if text is not leading]
    return leading, sorted(others, key=lambda text: -max(line.worth for line in text))


def _place(span: Span) -> tuple[str, int, str, int, int]:
    return span.passage.source_id, span.passage.ordinal, span.passage.id, span.start, -span.end


def _goes_on(passage: Passage, after: Passage) -> bool:
    """Whether a text was cut between them: the next passage of the source, under the same headings."""
    return (
        after.source_id == passage.source_id
        and after.ordinal == passage.ordinal + 1
        and after.headings == passage.headings
    )


def _shared(line: _Line, beside: _Line, share: float, begins: _Line) -> None:
    """What stands beside a line is worth a share of it, less in another paragraph and nothing where a question
    `begins`, or behind a heading; a row of a table stands for itself."""
    other = line if begins is beside else beside
    if _ROW in line.text or not begins.follows(other) or begins.text.rstrip().endswith(("?", "？")):
        return
    if begins is beside and is_label(begins.text):
        return
    apart = "\n" in begins.between(other) and not _ITEM.match(line.text) and not _ITEM.match(beside.text)
    line.worth = max(line.worth, share * (PARAGRAPH if apart else 1.0) * beside.worth)


def _listed(lines: list[_Line]) -> list[_Line]:
    """A line that leads to a list, joined with its items as far as they fit into an answer."""
    found: list[_Line] = []
    for line in lines:
        last = found[-1] if found else None
        if (
            last is not None
            and line.follows(last)
            and line.span.passage.id == last.span.passage.id
            and (_in_list(last.text, line.text) or _unmarked(last.span, line.span))
            and line.span.end - last.span.start <= LEADS
        ):
            last.span = _until(last.span, line.span.end)
            last.own = max(last.own, line.own)
        else:
            found.append(line)
    return found


def _in_list(before: str, text: str) -> bool:
    """Whether it is the first item of a list, or the next."""
    return bool(_ITEM.match(text) and (_leads(before) or _ITEM.match(before.splitlines()[-1])))


def _unmarked(before: Span, span: Span) -> bool:
    """Whether it is an item without a mark: a line of its own, no sentence, in a list that a colon led to."""
    led = _COLON.search(before.text) and not _ENDS.search(before.text)
    apart = "\n" in span.passage.text[before.end : span.start]
    return bool(led) and apart and len(span.text) <= HOLE and not _ENDS.search(span.text)


def _leads(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) or bool(_FOLLOWING.search(text)) or is_label(text)


def _says(text: str) -> bool:
    """Whether a line is more than a heading, a question or a scrap."""
    last = text.strip().splitlines()[-1]
    if _COLON.search(text.strip()[: -len(last)].rstrip()):
        return True
    if len(text.strip()) < SHORT or is_label(last) or last.endswith(("?", "？", ":", "：")):
        return False
    return bool(_ENDS.search(last) or _ROW in last or _ITEM.match(last) or re.search(r"\d|: ", last))


def _with_what_it_leans_on(line: _Line, text: Sequence[_Line], said: Sequence[_Line]) -> list[_Line]:
    """The line, and before it the one that it leans on where that is not said yet."""
    at = text.index(line)
    before = text[at - 1] if at else None
    if before is None or not leans(line.text) or before in said or not line.follows(before):
        return [line]
    return [before, line]


def _with_holes(spans: list[Span]) -> list[Span]:
    """Claims that go on over the little that stands between them and the next: nothing is left out there."""
    found: list[Span] = []
    for at, span in enumerate(spans):
        after = spans[at + 1] if at + 1 < len(spans) else None
        hole = (
            after is not None and after.passage.id == span.passage.id and 0 < after.start - span.end <= HOLE
        )
        between = span.passage.text[span.end : after.start] if after is not None and hole else ""
        found.append(_until(span, span.end + len(between.rstrip())) if between.strip() else span)
    return found


def fewer(spans: list[Span]) -> list[Span]:
    """At most MOST claims, where enough of them are neighbours: the shortest go on as one."""
    while len(spans) > MOST:
        pairs = [at for at in range(len(spans) - 1) if _neighbours(spans[at], spans[at + 1])]
        if not pairs:
            return spans
        at = min(pairs, key=lambda at: spans[at + 1].end - spans[at].start)
        spans = [*spans[:at], _until(spans[at], spans[at + 1].end), *spans[at + 2 :]]
    return spans


def _neighbours(span: Span, after: Span) -> bool:
    return span.passage.id == after.passage.id and not span.passage.text[span.end : after.start].strip()


def _until(span: Span, end: int) -> Span:
    return span.model_copy(update={"end": end})
