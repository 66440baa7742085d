"""Checks suggested from a character's own passages. Nothing is invented: a question comes from a pair of
question and answer, a table's row or a heading, and what the reply must hold stands in the passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from madang.authoring.checking import templates
from madang.authoring.checking.judge import occurs, plain
from madang.authoring.drafts import NUMBERING, in_one_language
from madang.authoring.phrases import Language
from madang.characters.types import Check, Profile
from madang.kernel.language import language_of
from madang.knowledge.facts.columns import CATEGORY, NAME, kind_of, names_things
from madang.knowledge.orders import telling
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Passage

MOST = 12
PAIRS, CELLS, HEADINGS, DECLINED = 4, 4, 5, 3
LONGEST_QUESTION, LONGEST_ITEM = 160, 60

_MONEY = (
    r"(?:[₩$€£]\s?\d[\d,.]*\d"
    r"|\d[\d,]*(?:\.\d+)?\s?(?:won|krw|usd|eur|dollars?|euros?|pounds?)\b|\d[\d,]*\s?원)"
)
_TIME = (
    r"(?:\d{1,2}:\d{2}(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?"
    r"|(?:오전|오후)\s?\d{1,2}시(?:\s?\d{1,2}분|\s?반)?)"
)
_CONTACT = r"(?:[\w.+-]+@[\w-]+\.[\w.]+\w|\+?\d{2,4}[- ]\d{3,4}[- ]\d{3,4})"
_MEASURE = (
    r"(?:\d[\d,.]*\s?(?:%|percent\b|minutes?\b|hours?\b|days?\b|kilomet\w+|km\b|kg\b|분|시간|일|명|퍼센트))"
)
_MONEY_RE = re.compile(_MONEY, re.IGNORECASE)
_VALUE = re.compile("|".join((_CONTACT, _MONEY, _TIME, _MEASURE)), re.IGNORECASE)
_PAIR = re.compile(
    r"(?:^|\n)\s*(?:Q|질문|문)\s*\d*\s*[.:)]\s*(?P<question>[^\n]{4,200}?\??)\s*\n+\s*(?:A|답변|답)\s*\d*\s*[.:)]\s*"
    r"(?P<answer>[^\n]+)"
)
_INLINE = re.compile(
    r"(?:question|질문)\s*:\s*(?P<question>[^·\n]{4,200}?)\s*·\s*(?:answer|답변?)\s*:\s*(?P<answer>[^·\n]+)",
    re.I,
)


class Asked(NamedTuple):
    """A question that a passage answers: `quote` stands in it, `value` is what the answer comes down to."""

    question: str
    passage: Passage
    value: str | None
    quote: str
    about: str = ""
    """The thing that is asked about, where no value is asked for."""

    @property
    def asks_for(self) -> str:
        """What a source says that answers it; empty where that is not known."""
        return self.value or self.about

    def check(self, *, cited: bool = True) -> Check:
        """With `cited` the reply must cite this source, and not another that may say the same."""
        return Check(
            question=self.question,
            holds=[self.value] if self.value else [],
            cites=self.passage.title[:300] if cited else "",
            origin="suggested",
        )


def suggested(passages: Sequence[Passage], profile: Profile) -> list[Check]:
    """At most `MOST` checks, none of them asked twice; none without passages."""
    language: Language = profile.language
    passages = telling(passages)
    if not passages:
        return []
    text = "\n".join((*(passage.text for passage in passages), profile.persona))
    alone = _Alone(passages)
    found = [
        one.check(cited=only)
        for one in asked(passages, language)
        if (only := alone.says(one)) or one.value  # else a check would demand one of two right sources
    ][: MOST - DECLINED]
    found += [
        Check(question=question, declines=True, origin="suggested")
        for question in templates.unknowable(text, language, DECLINED)
    ]
    unique: dict[str, Check] = {}
    for check in found:
        unique.setdefault(check.question, check)
    return list(unique.values())


def asked(passages: Sequence[Passage], language: Language) -> list[Asked]:
    """Questions that the passages in this language answer (all passages, where none is in it)."""
    own = [passage for passage in passages if language_of(passage.text) == language] or list(passages)
    return [
        *islice(pairs(own), PAIRS),
        *spread(list(cells(own, language)), CELLS),
        *islice(headings_of(own, language), HEADINGS),
    ]


def value_in(text: str) -> str | None:
    """The only price, time, address or amount in `text`; None when there is none, or more than one."""
    values = list(dict.fromkeys(match.group().strip() for match in _VALUE.finditer(text)))
    return values[0] if len(values) == 1 else None


def pairs(passages: Sequence[Passage]) -> Iterator[Asked]:
    """Questions that the sources themselves ask and answer."""
    for passage in passages:
        heading = passage.headings[-1].strip(" #*") if passage.headings else ""
        if heading.endswith("?") and len(heading) <= LONGEST_QUESTION:
            # a value of a later sentence may be of something else: "Yes, two. Towels cost ₩2,000."
            opening = _opening(passage)
            value = value_in(passage.text)
            yield Asked(heading, passage, value if value and value in opening else None, opening)
        for pattern in (_PAIR, _INLINE):
            for match in pattern.finditer(passage.text):
                question = " ".join(match["question"].split())
                yield Asked(question, passage, value_in(match["answer"]), match["answer"].strip())


def cells(passages: Sequence[Passage], language: Language) -> Iterator[Asked]:
    """Prices and amounts of tables' rows: `Dish: Soup · Price: 9,000 won`. Not of several of one name."""
    rows = [(passage, *row) for passage in passages for row in _rows(passage.text)]
    named = Counter((passage.title, item) for passage, item, _ in rows)
    for passage, item, others in rows:
        if named[passage.title, item] > 1:
            continue
        for column, cell in others:
            value = value_in(cell)
            if value is None or len(cell) > len(value) + 12:
                continue
            template = templates.PRICE if _MONEY_RE.fullmatch(value) else templates.CELL
            question = template[language].format(item=_inside(item), column=column.lower())
            yield Asked(question, passage, value, f"{item}: {cell}")
            break


def _rows(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A table's rows: what each is called, and its other cells with their columns."""
    for row in text.split("\n"):
        apart = [cell.partition(": ") for cell in row.split(" · ")]
        if len(apart) < 2 or not all(colon for _, colon, _ in apart):
            continue
        cells = [(column.strip(), cell.strip()) for column, _, cell in apart]
        item = cells[at := _named(cells)][1]
        if 1 < len(item) <= LONGEST_ITEM and not _VALUE.search(item):
            yield item, [*cells[:at], *cells[at + 1 :]]


def _named(cells: list[tuple[str, str]]) -> int:
    """Which of a row's cells names the row: a column of groups may stand before that of names."""
    kinds = [kind_of(column) for column, _ in cells]
    if NAME in kinds:
        return kinds.index(NAME)
    if kinds[0] == CATEGORY and kinds[1] is None and names_things(*cells[1]):
        return 1
    return 0


def headings_of(passages: Sequence[Passage], language: Language) -> Iterator[Asked]:
    """What is said under a heading: with the value it must hold, where there is just one to hold."""
    seen: set[str] = set()
    for passage in passages:
        heading = passage.headings[-1].strip(" :#*") if passage.headings else ""
        if not 2 <= len(heading) <= LONGEST_ITEM or heading.endswith("?") or heading in seen:
            continue
        seen.add(heading)
        question = templates.topic_of(heading, language)
        quote = _opening(passage)
        if question is None:
            about = in_one_language(NUMBERING.sub("", heading), language)
            yield Asked(templates.ABOUT[language].format(heading=about), passage, None, quote, about)
        else:
            # of several sentences, nobody knows which one a good reply quotes
            yield Asked(question, passage, value_in(quote) if quote == passage.text.strip() else None, quote)


class _Alone:
    """Which of several sources says something."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._said: dict[str, str] = {}
        for one in passages:
            text = plain("\n".join([*one.headings, one.text]))
            self._said[one.title] = f"{self._said.get(one.title, '')}\n{text}"

    def says(self, one: Asked) -> bool:
        """Whether no other source than its own says what it asks for."""
        others = (text for title, text in self._said.items() if title != one.passage.title)
        return not one.asks_for or not any(occurs(one.asks_for, text) for text in others)


def _opening(passage: Passage) -> str:
    """The first sentence of a passage."""
    start, end = next(iter(sentences(passage.text)), (0, 0))
    return passage.text[start:end]


def spread(all_of_them: list[Asked], most: int) -> list[Asked]:
    """Some of them, from the first to the last: a table is checked at both ends."""
    if len(all_of_them) <= most:
        return all_of_them
    return [all_of_them[round(number * (len(all_of_them) - 1) / (most - 1))] for number in range(most)]


def _inside(item: str) -> str:
    """An item inside a sentence, as it is written: “the Soft tofu stew”."""
    return f"the {item}" if re.match(r"[A-Z][a-z]", item) else item
