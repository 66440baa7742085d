"""The facts of a source, each with the place that says it: from its passages, and from its page's data."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from madang.knowledge.facts import branches, json_ld
from madang.knowledge.facts.columns import PRICE, kind_of, without_pictures
from madang.knowledge.facts.legends import legends_in, with_tags
from madang.knowledge.facts.said_contact import contacts_in, same
from madang.knowledge.facts.said_discounts import discounts_in
from madang.knowledge.facts.said_hours import rules_in
from madang.knowledge.facts.said_items import items_in
from madang.knowledge.facts.said_rates import rates_in
from madang.knowledge.facts.said_tax import tax_in
from madang.knowledge.facts.types import Contact, Fact, Item, Rule, Value
from madang.knowledge.orders import blanked
from madang.knowledge.people import speaks_of_one
from madang.knowledge.rows import CELL
from madang.knowledge.types import Passage

MOST = 5_000
"""Items of one source. A longer list is a database: nothing is computed over a part of it."""


_WORDS = 40
"""Characters of a cell that goes into a name."""
_PRICED = re.compile(
    r"\b(?:all |our )?prices?\b[^.\n]{0,40}\b(?:pounds?|euros?|dollars?|won|vat|tax|include[sd]?|per)\b|[₩$€£]\s?\d|\d\s?(?:won\b|원)|가격은?[^.\n]{0,20}원|단위\s?[:：]\s?원|요금은",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"\b(?:useful|phone|telephone|room|extension|emergency) (?:numbers|list)\b|전화\s?번호|내선",
    re.IGNORECASE,
)
"""Headings of numbers that nobody pays."""
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]")
_LASTS = re.compile(
    r"\b(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?|length|duration|sessions?|ages?|size)\b|시간|분|기간|회|일",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\bmin(?:ute)?s?\b|분", re.IGNORECASE)
_NAME = 120
"""Characters of a name, as facts keep it."""
_LETTERS = "mail:"
"""What stands in letters is said by whoever wrote them."""


def facts_of(passages: Sequence[Passage], data: list[dict[str, Any]]) -> list[Fact]:
    """In the order of the passages. A source with more than MOST items has none."""
    found: list[Fact] = []
    items = 0
    structured = [passage for passage in passages if passage.place == json_ld.PLACE]
    for value, line in json_ld.facts(data) if data else []:
        for passage in structured:
            start = f"\n{passage.text}\n".find(f"\n{line}\n")
            if start >= 0:
                found.append(made(value, passage, start, start + len(line)))
                break
    about = _of_prices(passages)
    for passage in passages:
        if passage.place == json_ld.PLACE or passage.place.startswith(_LETTERS):
            continue
        text = blanked(passage.text)  # "every room costs 0 won", says who wants to command the AI
        said: list[tuple[Value, int, int]] = [
            # the first heading of a page may be its title alone
            *(() if speaks_of_one(passage.headings) else rules_in(text, passage.headings or [passage.title])),
            *(
                ()
                if any(map(_NUMBERS.search, passage.headings[-1:] or [passage.title]))
                else items_in(text, passage.headings, about)
            ),
            *rates_in(text),
            *legends_in(text),
            *discounts_in(text),
            *tax_in(text),
            *contacts_in(text, passage.headings, passage.title),
        ]
        items += sum(isinstance(value, Item) for value, _, _ in said)
        found.extend(made(value, passage, start, end) for value, start, end in said)
        if items > MOST:
            break
    if items > MOST:
        found = [fact for fact in found if not isinstance(fact.value, Item)]
    found = branches.told_apart(with_tags(_told_apart(found)), passages)
    return list({_once(fact): fact for fact in reversed(found)}.values())[::-1]


def _of_prices(passages: Sequence[Passage]) -> list[str]:
    """The title of a source and what it says of its prices ("Prices in pounds")."""
    said = (match[0] for passage in passages if (match := _PRICED.search(passage.text)) is not None)
    return [*({passage.title for passage in passages[:1]}), *islice(said, 1)]


def _once(fact: Fact) -> tuple[str, str]:
    """What is said twice is known once; but what is not understood may say something else in each sentence,
    and two prices of one name contradict each other."""
    match fact.value:
        case Rule(state="unclear"):
            return fact.key, fact.said
        case Item() as item:
            return fact.key, f"{item.amount} {item.currency}"
        case _:
            return fact.key, ""


def _told_apart(facts: list[Fact]) -> list[Fact]:
    """Rows of one name and different prices, with what tells them apart: the first column in which they all
    differ ("First course" of dogs and of cats), or the heading that their tables stand under ("Adult" in the
    bath and in the sauna)."""
    same_name: dict[str, list[tuple[Fact, Item]]] = {}
    same_thing: dict[str, list[tuple[Fact, Item]]] = {}
    for fact in facts:
        if isinstance(item := fact.value, Item):
            same_name.setdefault(fact.key, []).append((fact, item))
            same_thing.setdefault(normal(_BRACKETS.sub("", item.name)), []).append((fact, item))
    renamed: dict[int, Fact] = {}
    for rows in same_thing.values():
        for (fact, item), group in zip(rows, _groups([item for _, item in rows]), strict=False):
            names = [f"{group} {name}" for name in (item.name, *item.others)]
            renamed[id(fact)] = _called(fact, item, names)
    for rows in same_name.values():
        cells = [
            dict(cell.split(": ", 1) for cell in fact.said.split(CELL) if ": " in cell) for fact, _ in rows
        ]
        called = [getattr(renamed.get(id(fact), fact).value, "name", "") for fact, _ in rows]
        apart = len(set(called)) == len(called)  # by their groups already
        column = _telling(cells) if len({item.amount for _, item in rows}) > 1 and not apart else None
        kinds = _plainly([row[column] for row in cells]) if column else {}
        if column and all(kind.isdigit() for kind in kinds.values()):
            kinds = {value: f"{kind} {_unit(column)}" for value, kind in kinds.items()}
        for (fact, item), row in zip(rows, cells, strict=True) if column else ():
            known = renamed.get(id(fact), fact).value
            names = _of_kind(known if isinstance(known, Item) else item, kinds[row[column or ""]])
            renamed[id(fact)] = _called(fact, item, names)
    return [renamed.get(id(fact), fact) for fact in facts]


def _unit(column: str) -> str:
    """What the numbers of a column count: "min" of "Minutes"."""
    return "min" if _MINUTES.search(column) else " ".join(_BRACKETS.sub("", column).lower().split())


def _of_kind(item: Item, kind: str) -> list[str]:
    """What a row is called with what tells it from others of its name: "Swan boat (lake)", "Room A overnight
    (weekday)"."""
    if item.variant and item.name.endswith(")"):
        parted = [name.rpartition(" (") for name in (item.name, *item.others)]
        return [f"{bare} {kind} ({label}" for bare, _, label in parted if bare]
    return [f"{item.name} ({kind})", item.name, *item.others]


def _plainly(values: Sequence[str]) -> dict[str, str]:
    """Values without pictures, and without what brackets say, where they still differ."""
    plain = [without_pictures(value) for value in values]
    bare = [_BRACKETS.sub("", value).strip() for value in plain]
    return dict(zip(values, bare if all(bare) and len(set(bare)) == len(set(values)) else plain, strict=True))


def _called(fact: Fact, item: Item, names: Sequence[str]) -> Fact:
    names = [name[:_NAME] for name in names]
    value = item.model_copy(update={"name": names[0], "others": names[1:6]})
    return fact.model_copy(update={"value": value, "key": key_of(value, fact.source_id)})


def _groups(rows: Sequence[Item]) -> list[str]:
    """The heading of each row, without what brackets say of it, where one thing stands under several with
    other prices; otherwise none."""
    groups = [_BRACKETS.sub("", item.category).strip() for item in rows]
    prices: dict[str, set[object]] = {}
    for item, group in zip(rows, groups, strict=True):
        prices.setdefault(group, set()).add((item.variant, item.amount, item.currency))
    once = list(prices.values())
    differ = len(once) > 1 and any(one != once[0] for one in once)
    return groups if differ and all(1 < len(group) <= _WORDS for group in groups) else []


def _telling(rows: Sequence[dict[str, str]]) -> str | None:
    """The first column that every row has, each with words of its own."""
    for column in rows[0]:
        if kind_of(column) == PRICE:
            continue  # what differs there tells nobody which of them is meant
        values = [row.get(column, "") for row in rows]
        words = all(any(letter.isalpha() for letter in value) and len(value) <= _WORDS for value in values)
        if words and len(set(values)) == len(values):
            return column
    for column in rows[0]:
        # "Minutes: 60" and "Minutes: 30" of one treatment
        values = [row.get(column, "") for row in rows]
        numbers = all(re.fullmatch(r"\d{1,4}(?:\.\d)?", value) for value in values)
        if numbers and _LASTS.search(column) and len(set(values)) == len(values):
            return column
    return None


def made(value: Value, passage: Passage, start: int, end: int, *, own: bool = False) -> Fact:
    return Fact(
        key=key_of(value, passage.source_id),
        value=value,
        source_id=passage.source_id,
        source=passage.title,
        passage_id=passage.id,
        start=start,
        end=end,
        said=passage.text[start:end],
        own=own,
    )


def key_of(value: Value, source_id: str) -> str:
    """What a fact is known by: its source and what it is about, so that a new price does not unhide it."""
    match value:
        case Rule():
            # a rule has the key that it had before rules could be of something else, or relative to closing
            later = ("of", "before", "opens", "closes")
            unsaid = {name for name in later if not getattr(value, name)}
            about = value.model_dump_json(exclude=unsaid)
        case Item():
            about = normal(value.name)
        case Contact():
            about = f"{value.kind}:{same(value.kind, value.value)}"
        case _:
            about = normal(value.key)
    return f"{value.what}-{sha256(f'{source_id}|{about}'.encode()).hexdigest()[:20]}"


def normal(name: str) -> str:
    """A name as it is compared: without case, spaces and marks."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
