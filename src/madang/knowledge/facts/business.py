"""The owner's facts laid over those of documents, and where documents contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from madang.kernel.language import language_of
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.holiday import country_of
from madang.knowledge.facts.said_contact import same
from madang.knowledge.facts.schedule import week_day
from madang.knowledge.facts.types import Business, Conflict, Contact, Fact, Item, OwnFacts, Policy, Rule
from madang.knowledge.types import Passage


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
    every = [*(_named(one, every) for one in own), *every]
    used = tuple(fact for fact in every if not fact.hidden and not fact.overruled)
    chosen = settings.time_zone or zone
    return Business(
        facts=used,
        every=tuple(every),
        passages={passage.id: passage for passage in passages},
        zone=_zone(chosen),
        country=settings.country or country_of(chosen),
        names=tuple(name.lower() for name in names if len(name) > 1),
    )


def _named(own: Fact, found: Sequence[Fact]) -> Fact:
    """What the owner wrote of an item, with the names that documents give it in other languages."""
    if not isinstance(own.value, Item):
        return own
    there = [fact.value for fact in found if isinstance(fact.value, Item) and _over(own, fact)]
    names = {name for item in there for name in (item.name, *item.others)} - {own.value.name}
    names -= set(own.value.others)
    if not names:
        return own
    others = [*own.value.others, *sorted(names)][:5]
    return own.model_copy(update={"value": own.value.model_copy(update={"others": others})})


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
