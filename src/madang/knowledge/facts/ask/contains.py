"""Whether something contains what people cannot eat, as the marks of the menu say, or its column of allergens.
Nothing else is concluded: what is not marked is said to be not marked, and what a column says is told as it
stands."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.knowledge.facts.ask.menu import called, named_in
from madang.knowledge.facts.ask.result import Computed
from madang.knowledge.facts.ask.text import Left, english
from madang.knowledge.facts.ask.wanted import joined, plainest
from madang.knowledge.facts.ask.wording import say
from madang.knowledge.facts.bilingual import side_in
from madang.knowledge.facts.legends import mark_of, marks_in
from madang.knowledge.facts.types import Business, Fact, Item, Policy

_EATEN = {
    "nuts": r"\b(?:pea|tree |wal|hazel)?nuts?\b|견과(?:류)?|땅콩|호두",
    "milk": r"\bmilk\b|\bdairy\b|\blactose\b|우유|유제품|유당|락토스",
    "egg": r"\beggs?\b|달걀|계란|난류",
    "gluten": r"\bgluten\b|\bwheat\b|글루텐|밀가루|(?<![가-힣])밀(?=[이은도을 ]|$)",
    "soy": r"\bsoya?\b|대두|콩(?=[이은도을 ]|$)",
    "fish": r"\bfish\b|생선|어류",
    "shellfish": r"\bshellfish\b|\bcrustaceans?\b|\bprawns?\b|\bshrimps?\b|갑각류|조개류|새우",
    "sesame": r"\bsesame\b|참깨|깨(?=[가는도를 ]|$)",
    "alcohol": r"\balcohol\b|알코올|알콜",
    "pork": r"\bpork\b|돼지고기",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _EATEN.items()}
_ASKS = re.compile(
    r"\b(?:allerg(?:y|ies|ic)(?: to)?|i (?:have|am)|i'm|can i (?:eat|drink|have|order)|safe|ok(?:ay)?|fine|contains?|containing|have|has|with|any|in|is|are|there|made|include[sd]?|got)\b|(?:들어|포함|함유|있)(?:\s?(?:가|있|되|돼|어|나|습))*(?:나요|어요|요|까요|는지요?|습니까|니까|나|음)?"
    r"|(?:알레르기|알러지)(?:가|는)?\s?(?:있|심하|인데|라서|라|이라)\S*|(?:우리|저희|제)\s?(?:애|아이|아기|딸|아들|남편|아내|친구|손님)(?:가|이|는|은|도|한테)?|먹[여이](?:도|면)?\s?(?:되|돼|될|괜찮)\S*"
    r"|\bmy (?:son|daughter|kid|child|wife|husband|friend|mum|mom|dad)(?:['’]?s)?\b|괜찮\S*|(?:먹|마시|마셔|드셔|시켜)(?:어|여)?도\s?(?:되|돼|될)\S*",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"allergen|allerg(?:y|ies)|알레르기|알러지|알레르겐", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:no|not|without|non|free)\b|n't\b|(?<![가-힣])(?:안|못)\s|없는|빼고|빼|제외", re.IGNORECASE
)
_WORDS = english("contain contains any there is are in it made with does do the")
_MARKED_LEAST = 2
"""Rows with a mark from which a list is one that marks."""


def answer(business: Business, question: str, language: str) -> Computed | None:
    """Computed from the row and the legend; None where no mark of its list speaks of what is asked about."""
    asked = [name for name, pattern in _PATTERNS.items() if pattern.search(question)]
    if len(asked) != 1 or _DENIED.search(question) or not business.items():
        return None
    left = Left(question)
    whole = joined(named_in(left, business, parts=False))
    left.take(_PATTERNS[asked[0]])  # before words alone: a "nut allergy" names no "Pine nut cake"
    wanted = whole or joined(named_in(left, business))
    left.take(_ASKS)
    if len(wanted) != 1 or wanted[0].counted or left.unknown(_WORDS):
        return None
    rows = plainest(wanted[0]).items
    # of the lists that have it, the one that speaks of allergens
    rows = tuple(pair for pair in rows if _COLUMN.search(pair[0].said)) or rows
    if len({fact.place for fact, _ in rows}) != 1:
        return None
    fact, item = rows[0]
    legend = _legend(business, fact, _PATTERNS[asked[0]])
    if legend is None:
        return _as_it_stands(fact, item, language)
    said, policy = legend
    name, mark = called(item, language), mark_of(policy)
    means = side_in(policy.text, language)
    if marks_in(fact.said, [mark]):
        text = say(language, "{item} is marked ({mark}): “{means}”.", item=name, mark=mark, means=means)
    elif _marks(business, fact, mark) >= _MARKED_LEAST and not _may_be_marked(fact, mark):
        text = say(
            language,
            "{item} is not marked ({mark}) “{means}”. If you have an allergy, please ask to be sure.",
            item=name,
            mark=mark,
            means=means,
        )
    else:
        return None
    return Computed("contains", text, (fact, said))


def _as_it_stands(row: Fact, item: Item, language: str) -> Computed | None:
    """What its column of allergens says; None where the row has none."""
    cells = [cell.partition(": ") for cell in row.said.split(" · ")]
    said = [(column, value) for column, _, value in cells if _COLUMN.search(column) and value.strip()]
    if len(said) != 1:
        return None
    column, value = (side_in(part, language) for part in said[0])
    text = say(
        language,
        "{item}: under “{column}” the list says “{value}”. If you have an allergy, please ask to be sure.",
        item=called(item, language),
        column=column,
        value=value,
    )
    return Computed("contains", text, (row,))


def _may_be_marked(row: Fact, mark: str) -> bool:
    """Whether a row may have the mark in a way that is not known: "V N", "(N*)", or in a column of marks."""
    return bool(
        re.search(rf"(?<![^\W\d_]){re.escape(mark)}(?![^\W\d_])", row.said, re.IGNORECASE)
        or re.search(r"allerg|알레르|알러지", row.said, re.IGNORECASE)
    )


def _legend(business: Business, row: Fact, eaten: re.Pattern[str]) -> tuple[Fact, Policy] | None:
    """The one mark of the row's source that speaks of what is eaten, and does not say that there is none."""
    found = [
        (fact, fact.value)
        for fact in business.facts
        if isinstance(fact.value, Policy)
        and fact.source_id == row.source_id
        and mark_of(fact.value)
        and eaten.search(fact.value.text)
        and not re.search(r"\bfree\b|\bno\b|\bwithout\b|무첨가|프리|없", fact.value.text, re.IGNORECASE)
    ]
    return found[0] if len(found) == 1 else None


def _marks(business: Business, row: Fact, mark: str) -> int:
    """Rows of the same source that have a mark."""
    rows = {
        fact.place
        for fact, _ in business.items()
        if fact.source_id == row.source_id and marks_in(fact.said, [mark])
    }
    return len(rows)
