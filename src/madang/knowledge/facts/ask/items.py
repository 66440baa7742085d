"""Questions about what is sold: prices, sums, the cheapest, what is under an amount, what is vegetarian."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from madang.knowledge.facts.ask.groups import group_in, within
from madang.knowledge.facts.ask.lasting import lasting_in, lasts
from madang.knowledge.facts.ask.menu import Wanted, called, heads, named_in, sold
from madang.knowledge.facts.ask.rates import narrowed
from madang.knowledge.facts.ask.result import Computed
from madang.knowledge.facts.ask.text import Left, english
from madang.knowledge.facts.ask.wording import listed, price, say
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.types import Business, Fact, Item

SHOWN = 8
"""Most items that a reply names and quotes."""
FEW = 4
"""Most items that are told where one was asked for and several fit."""
_PRICE = re.compile(
    r"\bhow much\b|\bprices?\b|\bcosts?\b|\btotal\b|\bcome to\b|\baltogether\b|\bin all\b"
    r"|얼마(?:예요|에요|인가요|죠|야|입니까|인지요?|일까요|나요|쯤|정도)?(?:\s?(?:하나요|해요|되나요|돼요|될까요|나와요|나오나요|드나요|들어요))?|가격|요금|이용료|비용|값|금액|총액|합계|다\s?합(?:하면|쳐서?)|합치면|합해서?",
    re.IGNORECASE,
)
_CHEAPEST = re.compile(
    r"\b(?:cheapest|least expensive|lowest[- ]priced?|lowest price|most affordable)\b|(?:제일|가장)\s?(?:싼|저렴한|싸|저렴)\S{0,4}|최저가",
    re.IGNORECASE,
)
_DEAREST = re.compile(
    r"\b(?:most expensive|priciest|dearest|highest[- ]priced?)\b|(?:제일|가장)\s?(?:비싼|비싸|고가)\S{0,4}|최고가",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?P<en>under|below|less than|cheaper than|within|up to|at most|no more than|not more than|for|max(?:imum)?)\s*(?P<slot>\x01)|(?P<slot2>\x01)\s?(?P<orless>or less|or under|max)|(?P<slot3>\x01)\s*(?P<ko>이하|미만|이내|안쪽|밑|아래|까지|안에서|안으로|넘지\s?않는|으로|로)(?:으로|로|의|인|에)?",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?P<en>over|above|more than|at least|from)\s*(?P<slot>\x01)|(?P<slot3>\x01)\s*(?P<ko>이상|초과|넘는)(?:의|인)?",
    re.IGNORECASE,
)
_HAVE = re.compile(
    r"\bdo you (?:have|sell|serve|offer|do|make)\b|\bhave you got\b|\bis there\b|\bare there\b|\b(?:show|list|give)\b|\bwhich\b|\bwhat\b|\bany(?:thing)?\b|\bgot\b|\bsomething\b|\boptions?\b|\bdishes\b|\bitems?\b|\bthings?\b|\bmenus?\b|\bproducts?\b|\bfoods?\b"
    r"|(?:있|파|팔|되)(?:나요|어요|을까요|습니까|는지요?|죠|니|나|세요|는|은가요|아요)|메뉴|음식|요리|것|상품|추천(?:해\s?주세요|해\s?줘요?)?|판매(?:하나요|해요|하시나요)?|뭐가|뭐|어떤|무슨|종류|먹을\s?(?:수|만한)|먹을|수",
    re.IGNORECASE,
)
_TAGS = {
    "vegan": r"\bvegans?\b|비건", "vegetarian": r"\bvegetarians?\b|\bveggie\b|\bmeat[- ]?free\b|\bmeatless\b|채식(?:주의자)?(?:용|자)?|베지테리언",
    "spicy": r"\bspicy\b|매운|매콤한|얼큰한|칼칼한", "gluten-free": r"\bgluten[- ]free\b|글루텐\s?프리", "dairy-free": r"\bdairy[- ]free\b|\blactose[- ]free\b",
    "halal": r"\bhalal\b|할랄", "kosher": r"\bkosher\b|코셔", "decaf": r"\bdecaf(?:feinated)?\b|디카페인", "organic": r"\borganic\b|유기농",
}  # fmt: skip
TAG_PATTERNS = {tag: re.compile(pattern, re.IGNORECASE) for tag, pattern in _TAGS.items()}
_DENIED = re.compile(
    r"\b(?:not|non|without|no|isn't|aren't|except|besides|other than|don't|doesn't|un)\b|[- ]free\b(?<!gluten-free)(?<!dairy-free)(?<!gluten free)(?<!dairy free)|없는|아닌|안\s?(?:매운|들어)|않은|않는|빼고|뺀|제외|말고|덜",
    re.IGNORECASE,
)
_SOLD_OUT = re.compile(r"\b(?:sold out|available|in stock|out of stock)\b|품절|매진|재고", re.IGNORECASE)
_TELL = re.compile(
    r"\b(?:and|with|plus|a|an|one|each|per|both|them|together|cost|is|are|for|of|the|buy|get|order|if i|i'd like|altogether|pay|menu|eat|dish)\b|그리고|이랑|랑|하고|주문하면|시키면|하면|사면|먹으면|각각",
    re.IGNORECASE,
)
_MORE = english(
    "much many price priced want eat buy get order have something anything things items thing item one ones dish dishes food foods menu menus option options product products sell sells offer serve make under over than less more total altogether come all both cost costs list show each currently available today cheap choices choice is there a"
)
_KOREAN_MORE = re.compile(
    r"(?:메뉴|음식|요리|상품|제품|가격|요금|비용|값|것|거|건|게|중|중에|중에서|가운데|뭐|뭐가|뭔지|무엇|어떤|무슨|종류|모두|다|전부|합해서|합치면|총|각|먹을|먹고|싶은데|주문|주문하면|시키면|사면|사려면|판매|파는|파나요|팔아요|팔|있는|있으면|하나|가능한|가능|추천|추천해|메뉴판|정도|얼마|오늘|지금|현재|저렴한|싼|기준)(?:은|는|이|가|을|를|에|도|요|으로|로|들|들이|의|인|중|중에|중에서|예요|인가요|이에요|에서|만)*"
)


_CHEAPER = re.compile(
    r"\b(?:cheaper|less expensive|more affordable|costs? less)\b|(?:더|덜\s?비싼|어느\s?(?:게|것이|쪽이)\s?더?)\s?(?:싼|싸|저렴)\S{0,5}|덜\s?비싼\S{0,3}",
    re.IGNORECASE,
)
_DEARER = re.compile(
    r"\b(?:more expensive|dearer|pricier|costs? more)\b|(?:더|어느\s?(?:게|것이|쪽이)\s?더?)\s?비싼?\S{0,5}",
    re.IGNORECASE,
)
_BY_HOW_MUCH = re.compile(
    r"\b(?:and )?(?:by )?how much(?: is the difference)?\b|\bwhat(?:'s| is) the difference\b|(?:그리고\s?)?얼마(?:나|만큼)?(?:\s?(?:더|차이(?:가|나)?))*|가격\s?차이|차이",
    re.IGNORECASE,
)
_OR = re.compile(
    r"\b(?:or|than|between|the)\b|아니면|(?:둘|두)\s?(?:개|가지)?\s?중에?|어느\s?(?:것|게|쪽)?이?|(?<![가-힣])더(?![가-힣])|보다"
)
CUE = re.compile(
    "|".join(
        f"(?:{pattern.pattern})"
        for pattern in (
            _PRICE,
            _CHEAPEST,
            _DEAREST,
            _CHEAPER,
            _DEARER,
            _HAVE,
            _SOLD_OUT,
            *TAG_PATTERNS.values(),
        )
    )
    + r"|\d\s*(?:원|won)|[₩$€£]\s*\d|원|(?:은요|는요)\s*\?*\s*$|\b(?:and|about)\b",
    re.IGNORECASE,
)


def answer(
    business: Business, question: str, earlier: Sequence[str], today: date, language: str
) -> Computed | None:
    """`earlier`: what was said before, the newest last, for a question that names no item. `today`: from where
    "on Saturday" is meant."""
    if not CUE.search(question) or not business.items():
        return None
    left = Left(question)
    for name in business.names:
        left.take(re.compile(re.escape(name), re.IGNORECASE))
    if _DENIED.search(left.text):
        return None
    limits = _limits(left)
    if limits is None:
        return None
    meant = _meant(left, business, limited=any(limits))
    daily = meant and narrowed(left, _joined(_of_each(meant[0])), business, today)
    if meant is None or daily is None:
        return None
    (wanted, rules), (_, named, group, long) = daily, meant
    tags = [tag for tag, pattern in TAG_PATTERNS.items() if left.took(pattern)]
    lowest, highest = left.took(_CHEAPEST), left.took(_DEAREST)
    cheaper, dearer = left.took(_CHEAPER), left.took(_DEARER)
    if cheaper or dearer:
        left.take(_OR)
        left.take(_BY_HOW_MUCH)
    prices, has, stock = left.took(_PRICE), left.took(_HAVE), left.took(_SOLD_OUT)
    left.take(_TELL)
    if left.unknown(_MORE, _KOREAN_MORE) or (lowest and highest) or (cheaper and dearer):
        return None
    asked = _Items(business, language)
    extreme, chosen = lowest or highest, bool(any(limits) or tags)
    if cheaper or dearer:
        alone = not (extreme or chosen or stock or group)
        return _because(asked.compared(_joined(wanted), lowest=cheaper), rules) if alone else None
    if wanted and (extreme or chosen or stock or group):
        return asked.extreme(wanted, lowest=lowest) if extreme and not (chosen or stock or group) else None
    if wanted:
        if has and not prices and not all(heads(one, said) for one, said in named):
            return None  # "Do you sell clay?" is no question about a "Family clay morning"
        return _because(asked.named(wanted), rules) if prices or has or _bare(question) else None
    if extreme or chosen or (group and not stock):
        return asked.chosen(tags, limits, lowest, highest, group=group, long=long)
    return asked.pointed(earlier) if prices and not (has or stock or long) else None


def _meant(
    left: Left, business: Business, *, limited: bool
) -> tuple[list[Wanted], list[tuple[Wanted, str]], frozenset[str], frozenset[int]] | None:
    """What is named, each by what words where it is a part of its name, and the group and the minutes that are
    named beside nothing else; None where nothing of that name is of that group or lasts so long."""
    long = lasting_in(left, business)
    wanted = named_in(left, business, parts=False)
    listing = limited or any(
        pattern.search(left.left) for pattern in (_CHEAPEST, _DEAREST, _HAVE, *TAG_PATTERNS.values())
    )
    group = group_in(left, business) if listing and not wanted else frozenset[str]()
    before = left.left
    wanted += (parts := named_in(left, business))
    named = [(one, _cut(before, left.left, one.at)) for one in parts]
    if not wanted or not (group or long):
        return wanted, named, group, long
    # "the swan boat for an hour": of the boats, and of an hour
    wanted = [_narrowed(one, group, long) for one in _joined(wanted)]
    return (wanted, named, frozenset(), long) if all(one.items for one in wanted) else None


def _because(found: Computed | None, rules: Sequence[Fact]) -> Computed | None:
    """With what says which price holds on that day, quoted too."""
    return found and replace(found, facts=_once([*found.facts, *rules]))


def _of_each(wanted: Sequence[Wanted]) -> list[Wanted]:
    """What several things share ("pine room or attic room on a weekday") holds of each of them."""
    keys = [{fact.key for fact, _ in one.items} for one in wanted]
    for at, one in enumerate(wanted):
        others = [other for other in range(len(wanted)) if other != at]
        if len(others) < 2 or one.counted or not all(item.variant for _, item in one.items):
            continue
        if all(keys[at] & keys[other] for other in others):
            return [
                replace(
                    wanted[other],
                    items=tuple(pair for pair in wanted[other].items if pair[0].key in keys[at]),
                )
                for other in others
            ]
    return list(wanted)


def _narrowed(wanted: Wanted, group: frozenset[str], long: frozenset[int]) -> Wanted:
    """What is named, of a group and for a time, where they are named too."""
    items = tuple(pair for pair in within(wanted.items, group) if not long or long & lasts(pair[1]))
    return replace(wanted, items=items)


def _cut(before: str, after: str, at: int) -> str:
    """What was taken out at `at`, up to the next letter that is left."""
    end = at
    while end < len(before) and after[end] == " ":
        end += 1
    return before[at:end]


def _bare(question: str) -> bool:
    """Only a name, with a question mark: "김밥은요?"."""
    return bool(
        re.search(r"(?:은요|는요)\s*\?*\s*$|^\s*(?:and|what about|how about)\b", question, re.IGNORECASE)
    )


def _limits(left: Left) -> tuple[tuple[Decimal, str, bool] | None, tuple[Decimal, str, bool] | None] | None:
    """(most, least) as (amount, currency, the amount itself too); None where an amount is no limit."""
    amounts = list(money_in(left.left))
    if not amounts:
        return None, None
    marked = left.left
    for money in amounts:
        marked = marked[: money.start] + "\x01" + " " * (money.end - money.start - 1) + marked[money.end :]
    most = least = None
    # a blank run after the mark is where the amount stood
    squeezed = re.sub("\x01 *", "\x01", marked)
    under, over = list(_UNDER.finditer(squeezed)), list(_OVER.finditer(squeezed))
    if len(under) + len(over) != len(amounts) or len(under) > 1 or len(over) > 1:
        return None
    order = sorted(
        [(match.start(), "most", match) for match in under]
        + [(match.start(), "least", match) for match in over]
    )
    for (_, side, match), money in zip(order, amounts, strict=True):
        word = next(
            (
                text
                for text in (
                    match.groupdict().get("en"),
                    match.groupdict().get("ko"),
                    match.groupdict().get("orless"),
                )
                if text
            ),
            "",
        ).lower()
        itself = word not in (
            "under",
            "below",
            "less than",
            "cheaper than",
            "미만",
            "over",
            "above",
            "more than",
            "초과",
            "넘는",
        )
        if side == "most":
            most = (money.amount, money.currency, itself)
        else:
            least = (money.amount, money.currency, itself)
    left.left = _OVER.sub(" ", _UNDER.sub(" ", squeezed))
    return most, least


class _Items:
    def __init__(self, business: Business, language: str) -> None:
        self._business, self._language = business, language

    def named(self, wanted: Sequence[Wanted]) -> Computed | None:
        """The price of what is named, or the sum of several."""
        wanted = _joined(wanted)
        if len(wanted) == 1 and not wanted[0].counted and (every := self._of_one_row(wanted[0])):
            return every
        if len(wanted) == 1 and not wanted[0].counted and (every := self._of_all(wanted[0])):
            return every
        if any(len({self._known(item) for _, item in one.items}) > 1 for one in wanted):
            return self._which([item for one in wanted for _, item in one.items])
        if len(wanted) == 1 and not wanted[0].counted:
            return self._one(wanted[0])
        return self._sum(wanted)

    def _of_one_row(self, wanted: Wanted) -> Computed | None:
        """All prices of one thing, where its row has several ("Half day", "Full day") and none was named."""
        rows = {(fact.passage_id, fact.start) for fact, _ in wanted.items}
        if len(rows) != 1 or len(wanted.items) < 2 or any(item.amount is None for _, item in wanted.items):
            return None
        parts = [f"{self._name(item)}: {self._price(item)}" for _, item in wanted.items]
        return Computed("price", f"{', '.join(parts)}.", _once([fact for fact, _ in wanted.items]))

    def _of_all(self, wanted: Wanted) -> Computed | None:
        """The prices of the few things that a word names ("membership": monthly, annual), rather than asking
        which of them is meant."""
        every = self._without_twins(wanted.items)
        if not 2 <= len(every) <= FEW or self._contradicted(every):
            return None
        if any(item.amount is None for _, item in every):
            return None
        parts = [f"{self._name(item)}: {self._price(item)}" for _, item in every]
        return Computed("price", f"{', '.join(parts)}.", _once([fact for fact, _ in every]))

    def extreme(self, wanted: Sequence[Wanted], *, lowest: bool) -> Computed | None:
        """The cheapest, or the dearest, of what a word names ("the cheapest bike for a full day")."""
        joined = _joined(wanted)
        if len(joined) != 1 or joined[0].counted:
            return None
        every = self._without_twins(joined[0].items)
        if any(item.amount is None for _, item in every) or len({item.currency for _, item in every}) != 1:
            return None
        if self._contradicted(every) or len(every) < 2:
            return None
        prices = [item.amount or Decimal(0) for _, item in every]
        best = min(prices) if lowest else max(prices)
        sentence = (
            "Of those, the cheapest is {items}." if lowest else "Of those, the most expensive is {items}."
        )
        return self._made("extreme", sentence, [pair for pair in every if pair[1].amount == best])

    def compared(self, wanted: Sequence[Wanted], *, lowest: bool) -> Computed | None:
        """Which of several named things is cheaper, or dearer: their prices, and which it is, where it is the
        same one for every time or size that they have ("30 min", "60 min")."""
        sets = [self._without_twins(one.items) for one in wanted]
        every = [pair for items in sets for pair in items]
        if len(wanted) < 2 or any(one.counted for one in wanted) or self._contradicted(every):
            return None
        if any(item.amount is None for _, item in every) or len({item.currency for _, item in every}) != 1:
            return None
        if any(len({_bare_name(item) for _, item in items}) != 1 for items in sets):
            return None  # a word that names several things
        told = ", ".join(f"{self._name(item)}: {self._price(item)}" for _, item in every)
        facts = _once([fact for fact, _ in every])
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
            text = f"{self._say('My sources do not agree here, so I will not choose between them.')} {'; '.join(parts)}."
            return Computed("price", text, tuple(one for one, _ in wanted.items), differ=True)
        text = self._say("{item} is {price}.", item=self._name(item), price=self._price(item))
        if any(there.available is False for _, there in wanted.items):
            text += " " + self._say("It is marked as sold out.")
        return Computed("price", text, (fact,))

    def _sum(self, wanted: Sequence[Wanted]) -> Computed | None:
        chosen = []
        for one in wanted:
            prices = {(item.amount, item.currency) for _, item in one.items}
            if len(prices) > 1 or one.items[0][1].amount is None or not 1 <= one.count <= 999:
                return None
            chosen.append((one.items[0], one.count))
        if len({item.currency for (_, item), _ in chosen}) != 1:
            return None
        total = sum((Decimal(count) * (item.amount or 0) for (_, item), count in chosen), Decimal(0))
        currency = chosen[0][0][1].currency
        parts = [f"{count} × {self._name(item)} ({self._price(item)})" for (_, item), count in chosen]
        text = self._say(
            "{parts} = {total}.", parts=" + ".join(parts), total=price(total, currency, self._language)
        )
        if gone := [self._name(item) for (_, item), _ in chosen if item.available is False]:
            text += " " + self._say("Marked as sold out: {items}.", items=listed(gone, self._language))
        return Computed("total", text, _once([fact for (fact, _), _ in chosen]))

    def chosen(
        self,
        tags: Sequence[str],
        limits: tuple[tuple[Decimal, str, bool] | None, tuple[Decimal, str, bool] | None],
        lowest: bool,
        highest: bool,
        *,
        group: frozenset[str] = frozenset(),
        long: frozenset[int] = frozenset(),
    ) -> Computed | None:
        """Those that fit, cheapest first. Nothing is concluded from what no row says."""
        every = sold(self._business, self._language)
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
        if self._contradicted(found):
            return None
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
            if item.amount is not None and set(tags) <= set(item.tags)
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
                return self._one(next(iter(items.values())))
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
            f"{self._name(item)} ({self._price(item)})" if item.amount is not None else self._name(item)
            for _, item in found[:SHOWN]
        ]
        text = self._say(sentence, items=listed(names, self._language), **params)
        if len(found) > SHOWN:
            text += " " + self._say("And {count} more.", count=len(found) - SHOWN)
        return Computed(kind, text, _once([fact for fact, _ in found[:SHOWN]]))

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
        return normal(self._name(item))

    def _price(self, item: Item) -> str:
        return price(item.amount, item.currency, self._language) if item.amount is not None else "?"

    def _say(self, sentence: str, **params: object) -> str:
        return say(self._language, sentence, **params)


def _bare_name(item: Item) -> str:
    """What it is called, without the time or size in brackets."""
    return normal(item.name.rpartition(" (")[0] or item.name)


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


def _joined(wanted: Sequence[Wanted]) -> list[Wanted]:
    """Words of one name that stand apart ("seafood pancake" of "Seafood scallion pancake") mean one thing."""
    found: list[Wanted] = []
    for one in wanted:
        before = found[-1] if found else None
        both = [
            pair
            for pair in one.items
            if before and any(pair[0].key == other[0].key for other in before.items)
        ]
        if before is not None and both and not one.counted:
            found[-1] = Wanted(tuple(both), before.count, before.counted, before.at)
        else:
            found.append(one)
    return found


def _once(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    return tuple({(fact.passage_id, fact.start): fact for fact in facts}.values())
