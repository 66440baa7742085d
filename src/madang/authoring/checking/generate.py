"""Questions made from a character's own passages, for a report: what they answer, and what they do not.

Rules, no model, nothing by chance: the same passages, the same questions. What a reply must hold stands in
the passage; what must be declined is of the same kind as what is there, and named nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from madang.authoring.checking import kinds, suggest, templates
from madang.authoring.checking.suggest import Asked
from madang.characters.checks.reports.types import Planned
from madang.characters.types import Check, Language
from madang.kernel.language import language_of
from madang.knowledge.orders import telling
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Passage

MOST = 40
"""Questions that passages answer, of a language."""
DECLINED = 12
"""Questions that nothing answers, of a language."""
SENTENCES = 12
NOTHING = frozenset(("it", "this", "that", "there", "we", "they", "you", "he", "she", "이것", "그것", "저희"))
"""Subjects that name nothing."""
_SUBJECT_EN = re.compile(
    r"^(?:The |Our |A |An )?(?P<what>[A-Za-z][A-Za-z' -]{2,40}?) "
    r"(?:costs?|is|are|opens?|closes?|takes?|lasts?|starts?) "
)
_SUBJECT_KO = re.compile(r"^(?P<what>[가-힣A-Za-z0-9 ]{2,20}?)(?:은|는|이|가) ")
_PRICE = re.compile(r"\d\s?(?:won|dollars?|euros?)|[₩$€£]\s?\d|\d\s?원", re.IGNORECASE)


def planned(passages: Sequence[Passage]) -> list[Planned]:
    """Questions in each language that the passages are written in, those that are answered first."""
    made: list[Planned] = []
    passages = telling(passages)
    text = "\n".join(" ".join([one.title, *one.headings, one.text]) for one in passages)
    languages: tuple[Language, ...] = ("en", "ko")
    for language in languages:
        own = [one for one in passages if language_of(one.text) == language]
        if not own:
            continue
        made += [_of(one, language) for one in _answered(own, language)]
        made += [
            Planned(
                check=Check(question=question, declines=True, origin="suggested"),
                kind="declines",
                language=language,
            )
            for question in declined(text, language)
        ]
    return made


def declined(text: str, language: Language) -> list[str]:
    """Questions about things of the kind that `text` tells of, and that it does not name."""
    of_kind = kinds.missing(text, language, DECLINED)
    return [*of_kind, *templates.unknowable(text, language, DECLINED)][:DECLINED]


def _answered(passages: Sequence[Passage], language: Language) -> list[Asked]:
    """Pairs, rows, headings and sentences with one value, spread over the passages, none asked twice."""
    every = [
        *suggest.pairs(passages),
        *suggest.cells(passages, language),
        *suggest.headings_of(passages, language),
        *suggest.spread(list(_sentences(passages, language)), SENTENCES),
    ]
    seen: dict[str, Asked] = {}
    for one in every:
        key = re.sub(r"\W+", " ", one.question.lower()).strip()
        if one.quote or one.value:
            seen.setdefault(key, one)
    return suggest.spread(list(seen.values()), MOST)


def _sentences(passages: Iterable[Passage], language: Language) -> Iterator[Asked]:
    """Sentences that say one number, time or price of something named: what is it?"""
    pattern = _SUBJECT_EN if language == "en" else _SUBJECT_KO
    for passage in passages:
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end].strip()
            value = suggest.value_in(sentence)
            named = pattern.match(sentence)
            if value is None or named is None or " · " in sentence or len(sentence) > 200:
                continue
            what = named["what"].strip()
            if what.lower() in NOTHING:
                continue
            price = bool(_PRICE.search(value))
            question = kinds.value_question(what, price, language)
            yield Asked(question, passage, value, sentence)


def _of(one: Asked, language: Language) -> Planned:
    return Planned(
        check=one.check(),
        kind="answers",
        language=language,
        at=one.passage.id,
        asks_for=one.asks_for,
    )
