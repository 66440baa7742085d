"""The owner's facts laid over those of documents, and where documents contradict each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from madang.kernel.language import language_of
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.holiday import country_of
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.said_contact import same
from madang.knowledge.facts.schedule import week_day
from madang.knowledge.facts.types import Business, Conflict, Contact, Fact, Item, OwnFacts, Policy, Rule
from madang.knowledge.types import Passage, Span

_LEAST_WON = 100
"""The smallest price in won that nobody takes for something else."""


def laid(
    found: Sequence[Fact],
    own: Sequence[Fact],
    settings: OwnFacts,
    passages: Sequence[Passage],
    *,
    zone: str = "",
    names: Sequence[str] = (),
) -> Business:
    """A business from facts of documents (`found`) and of the form (`own`). `zone`: the studio's."""
    hidden = set(settings.hidden)
    every: list[Fact] = []
    for fact in found:
        every.append(
            fact.model_copy(
                update={"hidden": fact.key in hidden, "overruled": any(_over(one, fact) for one in own)}
            )
        )
    called = tuple(name.lower() for name in names if len(name) > 1)
    told = _in_one_currency((*(_named(one, every) for one in own), *_of_its_parts(every, called)), passages)
    chosen = settings.time_zone or zone
    return Business(
        facts=tuple(fact for fact in told if not fact.hidden and not fact.overruled),
        every=told,
        passages={passage.id: passage for passage in passages},
        zone=_zone(chosen),
        country=settings.country or country_of(chosen),
        names=called,
    )


def _in_one_currency(facts: tuple[Fact, ...], passages: Sequence[Passage]) -> tuple[Fact, ...]:
    """Prices whose rows name no currency are in the only one that the business names. Where it names none, or
    won, whole prices of a text with Korean in it are won; others stay as they are."""
    if not any(_bare(fact) for fact in facts):
        return facts
    known = {fact.value.currency for fact in facts if isinstance(fact.value, Item)} - {""}
    priced = {fact.source_id for fact in facts if _bare(fact)}
    texts = [passage.text for passage in passages if passage.source_id in priced]
    known = known or {money.currency for text in texts for money in money_in(text)}
    korean = {passage.id for passage in passages if re.search("[가-힣]", passage.text)}
    if len(known) > 1:
        return facts
    only = next(iter(known), "")

    def of(fact: Fact, item: Item) -> str:
        amount = item.amount or 0
        won = amount >= _LEAST_WON and amount % 10 == 0
        if fact.passage_id in korean or only == "KRW":
            return "KRW" if won and only in ("", "KRW") else ""
        return only

    return tuple(
        fact.model_copy(update={"value": fact.value.model_copy(update={"currency": of(fact, fact.value)})})
        if isinstance(fact.value, Item) and _bare(fact)
        else fact
        for fact in facts
    )


def _of_its_parts(facts: Sequence[Fact], names: Sequence[str]) -> list[Fact]:
    """What is said of a part ("the pool is closed on 8 December") is about the one that has hours of its own.
    Of a part that has none it says nothing about when the business is open; where it is closed every week,
    that may be the business itself, which is sure of one called so and not clear of others."""
    rules = [fact.value for fact in facts if isinstance(fact.value, Rule)]
    parts = {rule.of for rule in rules if rule.of and rule.state == "open"}
    found = []
    for fact in facts:
        rule = fact.value
        if not isinstance(rule, Rule) or not rule.of or rule.of in parts:
            found.append(fact)
            continue
        update: dict[str, object] = {}
        if name := next((part for part in parts if rule.of.lower() in part.lower()), ""):
            update = {"of": name}
        elif rule.weekly and any(rule.of.lower() in called for called in names):
            update = {"of": ""}
        elif rule.weekly:
            update = {"of": "", "state": "unclear"}
        if update:
            found.append(fact.model_copy(update={"value": rule.model_copy(update=update)}))
    return found


def _bare(fact: Fact) -> bool:
    """Whether it is a price without a currency."""
    return isinstance(fact.value, Item) and bool(fact.value.amount) and not fact.value.currency


def _named(own: Fact, found: Sequence[Fact]) -> Fact:
    """What the owner wrote of an item, with the names that documents give it in other languages, and what its
    price is for."""
    if not isinstance(own.value, Item):
        return own
    there = [fact.value for fact in found if isinstance(fact.value, Item) and _over(own, fact)]
    names = {name for item in there for name in (item.name, *item.others)} - {own.value.name}
    names -= set(own.value.others)
    others = [*own.value.others, *sorted(names)][:5]
    variant = own.value.variant or next((item.variant for item in there), "")
    return own.model_copy(
        update={"value": own.value.model_copy(update={"others": others, "variant": variant})}
    )


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _over(own: Fact, fact: Fact) -> bool:
    """Whether what the owner wrote stands in the place of what a document says."""
    mine, theirs = own.value, fact.value
    if isinstance(mine, Item) and isinstance(theirs, Item):
        return normal(mine.name) == normal(theirs.name)
    if isinstance(mine, Contact) and isinstance(theirs, Contact):
        return mine.kind == theirs.kind
    if isinstance(mine, Policy) and isinstance(theirs, Policy):
        return normal(mine.key) == normal(theirs.key)
    if isinstance(mine, Rule) and isinstance(theirs, Rule) and mine.weekly and theirs.weekly:
        # the days that the owner did not fill in stay with the documents: `schedule` takes own rules a day
        return bool(theirs.days) and set(theirs.days) <= set(mine.days)
    return False


def changed(business: Business) -> list[tuple[Span, Span]]:
    """(what a document says, what the owner wrote over it) for prices that differ."""
    known: list[tuple[Span, Span]] | None = business.memo.get("changed")
    if known is not None:
        return known
    written = [(fact, fact.value) for fact in business.facts if fact.own and isinstance(fact.value, Item)]
    found: list[tuple[Span, Span]] = []
    for fact in business.every if written else ():
        said = fact.value
        if fact.own or not fact.overruled or not isinstance(said, Item):
            continue
        over = [one for one, item in written if _over(one, fact) and item.amount != said.amount]
        there, here = business.span(fact), business.span(over[0]) if over else None
        if there is not None and here is not None:
            found.append((there, here))
    business.memo["changed"] = found
    return found


def conflicts(business: Business) -> list[Conflict]:
    """Where sources say different things about one day, item or contact."""
    found: list[Conflict] = []
    for day in range(7):
        answers = week_day(business, day)
        if len(answers) > 1:
            facts = [fact for answer in answers for fact in answer.facts[:1]]
            found.append(Conflict(about="hours", name=str(day), facts=facts))
    items: dict[str, list[Fact]] = defaultdict(list)
    for fact, item in business.items():
        items[normal(item.name)].append(fact)
    for facts in items.values():
        if (
            len({(value.amount, value.currency) for fact in facts if isinstance(value := fact.value, Item)})
            > 1
        ):
            name = facts[0].value.name if isinstance(facts[0].value, Item) else ""
            found.append(Conflict(about="item", name=name, facts=facts))
    for kind in ("phone", "email", "address"):
        pairs = [
            (fact, contact)
            for fact, contact in business.contacts(kind)
            if kind != "address" or language_of(contact.value) == "en"
        ]
        values = {same(kind, contact.value) for _, contact in pairs}
        if len(values) > 1 and len({fact.source_id for fact, _ in pairs}) > 1:
            found.append(Conflict(about="contact", name=kind, facts=[fact for fact, _ in pairs]))
    return found
