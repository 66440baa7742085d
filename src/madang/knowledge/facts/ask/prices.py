"""What a reply says of items: prices, sums, the cheapest, those that fit, and which one may be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from madang.knowledge.facts.additions import reduces
from madang.knowledge.facts.ask.counted import counts, for_several, settled
from madang.knowledge.facts.ask.discounts import discounts, tax
from madang.knowledge.facts.ask.groups import within
from madang.knowledge.facts.ask.lasting import lasts
from madang.knowledge.facts.ask.menu import Wanted, called, is_for_each, named_in, sold
from madang.knowledge.facts.ask.result import Computed, unique
from madang.knowledge.facts.ask.terms import changes, for_so_many, holds
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.ask.unread import partly_read
from madang.knowledge.facts.ask.wanted import bare_name, joined, plainest
from madang.knowledge.facts.ask.wording import costing, listed, price, say, sentence_case
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.facts.units import by_measure, condition_of, may_be_less, unit_of

SHOWN = 8
"""Most items that a reply names and quotes."""
FEW = 4
_WEIGHED = re.compile(r"\d\s?(?:g|kg|ml|l|oz)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:due|order|reserved|coming|back (?:in|on|soon|by)|awaiting|available from|wait)|예정|대기|예약",
    re.IGNORECASE,
)
_OF_DAYS = re.compile(r"(?:^| · )(?:days?|dates?|when|starts?|요일|날짜|일시|일정)(?: \S+)?: ", re.IGNORECASE)
"""A row of a day."""
_ONCE = re.compile(
    r"최소\s?주문|위약금|적립|보증금|예치금|계약금|예약금|잔금|배[달송]비|배송료|가입비|등록비|입회비"
)
"""What is paid once, or is no price, however many are ordered."""
_FOR_UP_TO = re.compile(
    r"\b(?:up to|max\.?|maximum|for)\s+(\d{1,3})\s+(?:children|kids|people|persons|guests|players|adults)\b"
    r"|최대\s?(\d{1,3})\s?(?:명|인)",
    re.IGNORECASE,
)
_FAMILY = 3
"""People from whom a family ticket may be for."""
_OF_FAMILIES = re.compile(r"famil(?:y|ies)\b|가족", re.IGNORECASE)
"""Most items that are told where one was asked for and several fit."""


class Prices:
    """Replies about the items of a business, in a language."""

    def __init__(self, business: Business, language: str) -> None:
        self._business, self._language = business, language

    def named(self, wanted: Sequence[Wanted]) -> Computed | None:
        """The price of what is named, or the sum of several."""
        wanted = for_so_many([settled(one) for one in joined(wanted)])
        if any(changes(self._business, fact) for one in wanted for fact, _ in one.items):
            return None  # its row, and what is said of the day, say more
        alone = len(wanted) == 1 and wanted[0].count == 1
        if alone and wanted[0].items and self._half_priced(wanted[0]):
            return None
        if alone and (every := self._of_one_row(wanted[0]) or self._of_all(wanted[0])):
            return every
        wanted = [_one_for_all(one) for one in wanted]
        if any(one.count < 1 for one in wanted):
            return None  # no price is known for so many
        wanted = [plainest(one) for one in wanted]
        if every_sum := self._sum_of_each(wanted):
            return self._beside_families(every_sum, wanted)
        if open_ones := [one for one in wanted if len({self._known(item) for _, item in one.items}) > 1]:
            return self._which([item for one in open_ones for _, item in one.items])
        if len(wanted) == 1 and not wanted[0].counted:
            return self._one(wanted[0])
        made = self._sum(wanted)
        return made and self._beside_families(made, wanted)

    def _half_priced(self, wanted: Wanted) -> bool:
        """Whether it is one thing, one of whose prices is not known ("from £38"): its row says more."""
        rows = {fact.place for fact, _ in wanted.items}
        return (
            len(rows) == 1 and len(wanted.items) > 1 and any(item.amount is None for _, item in wanted.items)
        )

    def _of_one_row(self, wanted: Wanted) -> Computed | None:
        """All prices of one thing, where its row has several ("Half day", "Full day") and none was named."""
        rows = {fact.place for fact, _ in wanted.items}
        if len(rows) != 1 or len(wanted.items) < 2 or any(item.amount is None for _, item in wanted.items):
            return None
        return self._each(wanted.items)

    def _of_all(self, wanted: Wanted) -> Computed | None:
        """The prices of the few things that a word names ("membership": monthly, annual), rather than asking
        which of them is meant."""
        every = self._without_twins(wanted.items)
        if not 2 <= len(every) <= FEW or self._contradicted(every):
            return None
        if any(item.amount is None for _, item in every):
            return None
        return self._each(every)

    def _each(self, items: Sequence[tuple[Fact, Item]]) -> Computed:
        """Several prices, with what is sold out of them."""
        text = f"{self._told(items)}."
        if gone := [self._name(item) for _, item in items if item.available is False]:
            text += " " + self._say("Marked as sold out: {items}.", items=listed(gone, self._language))
        return self._taxed(Computed("price", text, unique(fact for fact, _ in items)))

    def extreme(self, wanted: Sequence[Wanted], *, lowest: bool) -> Computed | None:
        """The cheapest, or the dearest, of what a word names ("the cheapest bike for a full day")."""
        those = joined(wanted)
        if len(those) != 1 or those[0].counted:
            return None
        every = self._without_twins(those[0].items)
        if not _in_one_currency(every):
            return None
        if self._contradicted(every) or len(every) < 2 or partly_read(self._business, every):
            return None
        prices = [item.amount or Decimal(0) for _, item in every]
        best = min(prices) if lowest else max(prices)
        sentence = (
            "Of those, the cheapest is {items}." if lowest else "Of those, the most expensive is {items}."
        )
        return self._made("extreme", sentence, [pair for pair in every if pair[1].amount == best])

    def extreme_of_rows(self, rows: Sequence[Wanted], *, lowest: bool) -> Computed | None:
        """The cheapest, or the dearest, of some rows; where one of several prices of a row may hold, only of
        a few rows, and told with all of them."""
        if all(len(row.items) == 1 for row in rows):
            return self.extreme([Wanted(tuple(row.items[0] for row in rows), 1, False, 0)], lowest=lowest)
        return self.compared(rows, lowest=lowest) if len(rows) <= FEW else None

    def compared(self, wanted: Sequence[Wanted], *, lowest: bool) -> Computed | None:
        """Which of several named things is cheaper, or dearer: their prices, and which it is, where it is the
        same one for every time or size that they have ("30 min", "60 min")."""
        sets = [self._without_twins(one.items) for one in wanted]
        every = [pair for items in sets for pair in items]
        if len(wanted) < 2 or any(one.counted for one in wanted) or self._contradicted(every):
            return None
        if not _in_one_currency(every):
            return None
        if any(len({bare_name(item) for _, item in items}) != 1 for items in sets):
            return None  # a word that names several things
        told = self._told(every)
        facts = unique(fact for fact, _ in every)
        one_each = all(len(items) == 1 for items in sets)
        prices = [
            {"" if one_each else _label(item): item.amount or Decimal(0) for _, item in items}
            for items in sets
        ]
        if any(one.keys() != prices[0].keys() for one in prices):
            return Computed("compared", f"{told}.", facts)
        best = min if lowest else max
        ahead = [
            {at for at, one in enumerate(prices) if one[label] == best(other[label] for other in prices)}
            for label in prices[0]
        ]
        first = set.intersection(*ahead)
        if not first or any(found != first for found in ahead):
            return Computed("compared", f"{told}.", facts)
        if len(first) == len(sets):
            return Computed("compared", f"{told}. {self._say('They cost the same.')}", facts)
        sentence = (
            "Of those, the cheapest is {items}." if lowest else "Of those, the most expensive is {items}."
        )
        made = self._made("compared", sentence, [pair for at in sorted(first) for pair in sets[at]])
        apart = self._apart(every) if one_each and len(sets) == 2 else ""
        return replace(made, text=f"{told}. {made.text}{apart}", facts=facts)

    def difference(self, two: Sequence[tuple[Fact, Item]]) -> Computed | None:
        """Two prices in one currency and what lies between them."""
        if not _in_one_currency(two) or self._contradicted(two):
            return None
        told = self._told(two)
        facts = unique(fact for fact, _ in two)
        same = two[0][1].amount == two[1][1].amount
        apart = f" {self._say('They cost the same.')}" if same else self._apart(two)
        return Computed("compared", f"{told}.{apart}", facts)

    def _told(self, items: Sequence[tuple[Fact, Item]]) -> str:
        """Each with its price."""
        return ", ".join(f"{self._name(item)}: {self._costs(fact, item)}" for fact, item in items)

    def _apart(self, two: Sequence[tuple[Fact, Item]]) -> str:
        """How much two prices differ."""
        first, second = (item.amount or Decimal(0) for _, item in two)
        amount = price(abs(first - second), two[0][1].currency, self._language)
        return " " + self._say("The difference is {price}.", price=amount)

    def _one(self, wanted: Wanted) -> Computed | None:
        prices = {(item.amount, item.currency) for _, item in wanted.items}
        fact, item = wanted.items[0]
        if any(amount is None for amount, _ in prices):
            return None
        if len(prices) > 1:
            parts = [f"“{one.source}”: {self._price(there)}" for one, there in wanted.items]
            differ = self._say("My sources do not agree here, so I will not choose between them.")
            text = f"{differ} {'; '.join(parts)}."
            return Computed("price", text, tuple(one for one, _ in wanted.items), differ=True)
        text = costing(self._name(item), self._costs(fact, item), self._language)
        if any(there.available is False for _, there in wanted.items):
            later = any(_LATER.search(one.said) for one, _ in wanted.items)
            told = "It may not be in stock; its row says more." if later else "It is marked as sold out."
            text += " " + self._say(told)
        return self._taxed(Computed("price", text, (fact,)))

    def _sum(self, wanted: Sequence[Wanted]) -> Computed | None:
        chosen = []
        for one in wanted:
            prices = {(item.amount, item.currency) for _, item in one.items}
            if len(prices) > 1 or one.items[0][1].amount is None or not 1 <= one.count <= 999:
                return None
            if not self._adds_up(one, several=len(wanted) > 1):
                return None
            chosen.append((one.items[0], one.count))
        if not holds(self._business, wanted) or len({item.currency for (_, item), _ in chosen}) != 1:
            return None
        total = sum((Decimal(count) * (item.amount or 0) for (_, item), count in chosen), Decimal(0))
        currency = chosen[0][0][1].currency
        parts = [
            f"{count} × {self._name(item)} ({self._costs(fact, item, ', ')})"
            for (fact, item), count in chosen
        ]
        text = self._say(
            "{parts} = {total}.", parts=" + ".join(parts), total=price(total, currency, self._language)
        )
        if gone := [self._name(item) for (_, item), _ in chosen if item.available is False]:
            text += " " + self._say("Marked as sold out: {items}.", items=listed(gone, self._language))
        less = discounts(self._business, [(fact, item, count) for (fact, item), count in chosen])
        if less:
            text += " " + self._say("No discount is counted in; what is said about it stands below.")
        return self._taxed(Computed("total", text, unique([*(fact for (fact, _), _ in chosen), *less])))

    def _adds_up(self, one: Wanted, *, several: bool) -> bool:
        """Whether the price is one of so many pieces: what comes off is not added, six sausages are no six
        kilos, and what is free with something else may be free here."""
        fact, item = one.items[0]
        unit = unit_of(fact.said, item.amount, item.variant)
        if not counts(one) or (one.count > 1 and _ONCE.search(item.name)):
            return False
        free = several and may_be_less(condition_of(fact.said, item.amount, item.variant))
        return not (reduces(item.name) or free or (by_measure(unit) and not one.measured))

    def _taxed(self, made: Computed) -> Computed:
        """With a word of the VAT that comes to it, where its list says so."""
        added, said = tax(self._business, [fact for fact in made.facts if isinstance(fact.value, Item)])
        if not added:
            return made
        text = f"{made.text} {self._say('VAT is not included.')}"
        return replace(made, text=text, facts=unique([*made.facts, *said]))

    def _sum_of_each(self, wanted: Sequence[Wanted]) -> Computed | None:
        """A sum for each of the few prices that the rows of a table have ("online", "at the gate"), where
        none was named."""
        rows = [{item.variant: (fact, item) for fact, item in one.items} for one in wanted]
        labels = list(rows[0])
        # two packs are not two of what a hundred grams cost
        plain = "" not in labels and not any(_WEIGHED.search(label) for label in labels)
        alike = plain and all(set(row) == set(labels) for row in rows)
        if not alike or not 2 <= len(labels) <= FEW or not any(one.counted for one in wanted):
            return None
        one_row = all(len({fact.place for fact, _ in one.items}) == 1 for one in wanted)
        if not one_row or any(len(one.items) != len(labels) for one in wanted):
            return None
        found: list[Computed] = []
        for label in labels:
            chosen = [replace(one, items=(row[label],)) for one, row in zip(wanted, rows, strict=True)]
            if (made := self._sum(chosen)) is None:
                return None
            bare = made.text.replace(f" ({label})", "")
            found.append(replace(made, text=f"- {sentence_case(label)}: {bare}"))
        text = "\n".join(one.text for one in found)
        return Computed("total", text, unique(fact for one in found for fact in one.facts))

    def _beside_families(self, made: Computed, wanted: Sequence[Wanted]) -> Computed:
        """A sum, with what the same list sells for several, such as family tickets: it may cost less."""
        several = for_several(self._business, wanted)
        people = sum(one.count for one in wanted) >= _FAMILY
        if people and all(is_for_each(pair) for one in wanted for pair in one.items):
            families = self._families(wanted)
        else:
            families = []
        gap = "\n\n" if made.text.startswith("- ") else " "
        if several:
            told = "A price for several may cost less; what there is stands below."
            text = f"{made.text}{gap}{self._say(told)}"
            return replace(made, text=text, facts=unique([*made.facts, *several, *families])[:SHOWN])
        if not families:
            return made
        text = f"{made.text}{gap}{self._say('A family ticket may cost less; what there is stands below.')}"
        return replace(made, text=text, facts=unique([*made.facts, *families])[:SHOWN])

    def _families(self, wanted: Sequence[Wanted]) -> list[Fact]:
        """The family tickets of the lists that tickets are of."""
        lists = {(fact.source_id, item.category) for one in wanted for fact, item in one.items}
        known = {fact.place for one in wanted for fact, _ in one.items}
        return [
            fact
            for fact, item in self._business.items()
            if (fact.source_id, item.category) in lists
            and fact.place not in known
            and _OF_FAMILIES.match(item.name)
        ]

    def chosen(
        self,
        tags: Sequence[str],
        limits: tuple[tuple[Decimal, str, bool] | None, tuple[Decimal, str, bool] | None],
        lowest: bool,
        highest: bool,
        *,
        group: frozenset[str] = frozenset(),
        long: frozenset[int] = frozenset(),
        today: bool = False,
    ) -> Computed | None:
        """Those that fit, cheapest first. Nothing is concluded from what no row says, nor what there is today
        from rows of several days."""
        every = sold(self._business, self._language)
        if today and any(_OF_DAYS.search(fact.said) for fact, _ in every):
            return None
        if group and (lowest or highest) and not all(item.category for _, item in every):
            return None  # one without a group may belong to this one
        every = [pair for pair in within(every, group) if not long or long & lasts(pair[1])]
        money = {item.currency for _, item in every if item.amount is not None}
        by_price = any(limits) or lowest or highest
        if by_price and (len(money) != 1 or any(limit and limit[1] not in money for limit in limits)):
            return None
        if tags and not any(set(tags) & set(item.tags) for _, item in every):
            return None
        found = [
            (fact, item)
            for fact, item in self._without_twins(every)
            if set(tags) <= set(item.tags) and item.available is not False and _within(item, limits)
        ]
        if (any(limits) or lowest or highest) and any(
            item.amount is None and set(tags) <= set(item.tags) for _, item in every
        ):
            return None  # one whose price is not known may belong to them
        if self._contradicted(found) or (by_price and partly_read(self._business, every)):
            return None
        if (lowest or highest) and len(self._without_twins(every)) < 2:
            return None  # of one thing nothing is the cheapest
        found.sort(key=lambda pair: (pair[1].amount is None, pair[1].amount or 0))
        if not found:
            return self._none(every, tags, limits)
        if lowest or highest:
            best = found[0][1].amount if lowest else found[-1][1].amount
            found = [pair for pair in found if pair[1].amount == best]
            sentence = (
                "Of the {count} items that I know, the cheapest is {items}."
                if lowest
                else "Of the {count} items that I know, the most expensive is {items}."
            )
            if tags or any(limits) or group or long:
                sentence = (
                    "Of those, the cheapest is {items}."
                    if lowest
                    else "Of those, the most expensive is {items}."
                )
            return self._made("extreme", sentence, found, count=len(self._without_twins(every)))
        return self._made(
            "list",
            "{count} fit: {items}." if len(found) > 1 else "One fits: {items}.",
            found,
            count=len(found),
        )

    def _none(
        self, every: Sequence[tuple[Fact, Item]], tags: Sequence[str], limits: object
    ) -> Computed | None:
        """Nothing fits an amount: said only where prices decide, with what comes nearest."""
        priced = [
            (fact, item)
            for fact, item in self._without_twins(every)
            if item.amount is not None and set(tags) <= set(item.tags) and item.available is not False
        ]
        if not priced or limits == (None, None):
            return None
        priced.sort(key=lambda pair: pair[1].amount or 0)
        return self._made(
            "none",
            "None of the {count} items that I know fits. The cheapest is {items}.",
            priced[:1],
            count=len(priced),
        )

    def pointed(self, earlier: Sequence[str]) -> Computed | None:
        """ "얼마예요?": what was spoken of last; asked back where that is not one thing."""
        for text in reversed(earlier[-6:]):
            wanted = named_in(Left(text), self._business)
            items = {self._known(item): one for one in wanted for _, item in one.items}
            if len(items) == 1:
                return self.named([next(iter(items.values()))])
            if items:
                return self._which([item for one in wanted for _, item in one.items])
        return self._which([item for _, item in sold(self._business, self._language)])

    def _which(self, items: Sequence[Item]) -> Computed:
        names = list(dict.fromkeys(self._name(item) for item in items))
        shown = listed(names[:4], self._language) + (" …" if len(names) > 4 else "")
        return Computed(
            "which", self._say("Which one do you mean? For example: {items}.", items=shown), asks=True
        )

    def _made(
        self, kind: str, sentence: str, found: Sequence[tuple[Fact, Item]], **params: object
    ) -> Computed:
        names = [
            f"{self._name(item)} ({self._costs(fact, item, ', ')})"
            if item.amount is not None
            else self._name(item)
            for fact, item in found[:SHOWN]
        ]
        text = self._say(sentence, items=listed(names, self._language), **params)
        if len(found) > SHOWN:
            text += " " + self._say("And {count} more.", count=len(found) - SHOWN)
        return Computed(kind, text, unique(fact for fact, _ in found[:SHOWN]))

    def _without_twins(self, items: Sequence[tuple[Fact, Item]]) -> list[tuple[Fact, Item]]:
        """Each name with each price once, whichever sources list it."""
        once = {(self._known(item), item.amount): (fact, item) for fact, item in reversed(items)}
        return list(once.values())[::-1]

    def _contradicted(self, items: Sequence[tuple[Fact, Item]]) -> bool:
        names = [self._known(item) for _, item in items]
        return len(set(names)) < len(names)

    def _name(self, item: Item) -> str:
        return called(item, self._language)

    def _known(self, item: Item) -> str:
        """What it is known by, in every list that has it under this name."""
        name = self._name(item)
        bare, _, label = name.rpartition(" (")
        # "(weekday, an hour)" of one list is "(an hour, weekday)" of another
        own = item.variant and bare and label.endswith(")")
        return "|".join([normal(bare), *sorted(label[:-1].split())]) if own else normal(name)

    def _price(self, item: Item) -> str:
        if item.amount == 0:
            return self._say("free")
        return price(item.amount, item.currency, self._language) if item.amount is not None else "?"

    def _costs(self, fact: Fact, item: Item, gap: str = "") -> str:
        """Its price, with what it is for, and on what condition."""
        unit = unit_of(fact.said, item.amount, item.variant)
        condition = condition_of(fact.said, item.amount, item.variant)
        known = normal(unit) in normal(f"{item.name} {item.variant}")
        told = self._price(item) + (f" {unit}" if unit and not known else "")
        if not condition or normal(condition) in normal(item.name):
            return told
        return f"{told}{gap}{condition}" if gap else f"{told} ({condition})"

    def _say(self, sentence: str, **params: object) -> str:
        return say(self._language, sentence, **params)


def _one_for_all(wanted: Wanted) -> Wanted:
    """What is wanted once, where its price is for just as many as are counted: 8 kids, "Party (up to 8)".
    Of six of it nobody knows whether parties are meant or children."""
    sizes = {
        int(match[1] or match[2]) if (match := _FOR_UP_TO.search(item.name)) else 0
        for _, item in wanted.items
    }
    if not wanted.counted or not sizes or 0 in sizes:
        return wanted
    alike = sizes == {wanted.count}
    return replace(wanted, count=int(alike), counted=not alike)


def because(found: Computed | None, rules: Sequence[Fact]) -> Computed | None:
    """With what says which price holds on that day, quoted too."""
    return found and replace(found, facts=unique([*found.facts, *rules]))


def _in_one_currency(items: Sequence[tuple[Fact, Item]]) -> bool:
    """Whether all have a price, and none is in another currency."""
    return (
        all(item.amount is not None for _, item in items) and len({item.currency for _, item in items}) == 1
    )


def _label(item: Item) -> str:
    """The time or size in brackets behind its name."""
    return item.name.rpartition(" (")[2] if item.name.endswith(")") else ""


def _within(item: Item, limits: Sequence[tuple[Decimal, str, bool] | None]) -> bool:
    most, least = limits
    if item.amount is None:
        return most is None and least is None
    if most is not None and (item.amount > most[0] or (item.amount == most[0] and not most[2])):
        return False
    return not (least is not None and (item.amount < least[0] or (item.amount == least[0] and not least[2])))
