"""Questions about what is sold: prices, sums, the cheapest, what is under an amount, what is vegetarian."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from madang.knowledge.facts.ask.alike import otherwise
from madang.knowledge.facts.ask.groups import group_in, within
from madang.knowledge.facts.ask.hourly import by_the_hour, hours_in
from madang.knowledge.facts.ask.lasting import lasting_in, lasts
from madang.knowledge.facts.ask.menu import Wanted, heads, named_in, sold
from madang.knowledge.facts.ask.prices import Prices, because
from madang.knowledge.facts.ask.result import Computed
from madang.knowledge.facts.ask.text import Left, english
from madang.knowledge.facts.ask.together import listed, together
from madang.knowledge.facts.ask.wanted import (
    as_spelled,
    counted_at_end,
    joined,
    of_each,
    on_that_day,
    rows_on_that_day,
)
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.types import Business, Fact

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
    r"\bdo you (?:have|sell|serve|offer|do|make)\b|\bcan (?:i|we) (?:still )?(?:buy|get|order)\b|\bhave you got\b|\bis there\b|\bare there\b|\b(?:show|list|give)\b|\bwhich\b|\bwhat\b|\bany(?:thing)?\b|\bgot\b|\bsomething\b|\boptions?\b|\bdishes\b|\bitems?\b|\bthings?\b|\bmenus?\b|\bproducts?\b|\bfoods?\b"
    r"|(?:있|파|팔|되)(?:나요|어요|을까요|습니까|는지요?|죠|니|나|세요|는|은가요|아요)|메뉴|음식|요리|것|상품|추천(?:해\s?주세요|해\s?줘요?)?|판매(?:하나요|해요|하시나요)?|뭐가|뭐|어떤|무슨|종류|(?:살|구매할|구입할)\s?수\s?있\S*|먹을\s?(?:수|만한)|먹을|수",
    re.IGNORECASE,
)
_TAGS = {
    "vegan": r"\bvegans?\b|비건", "vegetarian": r"\bvegetarians?\b|\bveggie\b|\bmeat[- ]?free\b|\bmeatless\b|채식(?:주의자)?(?:용|자)?|베지테리언",
    "spicy": r"\bspicy\b|매운|매콤한|얼큰한|칼칼한", "gluten-free": r"\bgluten[- ]free\b|글루텐\s?프리", "dairy-free": r"\bdairy[- ]free\b|\blactose[- ]free\b",
    "halal": r"\bhalal\b|할랄", "kosher": r"\bkosher\b|코셔", "decaf": r"\bdecaf(?:feinated)?\b|디카페인", "organic": r"\borganic\b|유기농",
}  # fmt: skip
TAG_PATTERNS = {tag: re.compile(pattern, re.IGNORECASE) for tag, pattern in _TAGS.items()}
_DENIED = re.compile(
    r"\b(?:not|non(?![- ](?:members?|residents?)\b)|without|no|isn't|aren't|except|besides|other than|don't|doesn't|un)\b|[- ]free\b(?<!gluten-free)(?<!dairy-free)(?<!gluten free)(?<!dairy free)|없는|아닌|안\s?(?:매운|들어)|않은|않는|빼고|뺀|제외|말고|덜",
    re.IGNORECASE,
)
_MILD = re.compile(
    r"\b(?:not (?:too |very |so )?|non-?|un)spicy\b|\bmild\b|맵지\s?않\S*|(?<![가-힣])안\s?(?:매운|매워|맵)\S*",
    re.IGNORECASE,
)
_SOLD_OUT = re.compile(r"\b(?:sold out|available|in stock|out of stock)\b|품절|매진|재고", re.IGNORECASE)
_DISCOUNTED = re.compile(
    r"\bwith (?:the |a |any )?discounts?\b|\bdiscounted\b|할인(?:을|도)?\s?(?:받으면|받아서|하면|해서|되면|적용하면|적용해서|포함)\S*",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"\b(?:and|with|plus|an|one|each|per|both|them|together|cost|is|are|for|of|the|buy|get|order|if i|i'd like|altogether|pay|menu|eat|dish)\b|그리고|이랑|랑|하고|주문하면|시키면|하면|사면|먹으면|가면|쓰면|빌리면|이용하면|예약하면|쓰려면|빌리려면|이용하려면|각각",
    re.IGNORECASE,
)
_MORE = english(
    "hire rent borrow book booked booking meal meals much many price priced want eat buy get order have something anything things items thing item one ones dish dishes food foods menu menus option options product products sell sells offer serve make under over than less more total altogether come all both cost costs list show each currently available today cheap choices choice is there a"
)
_KOREAN_MORE = re.compile(
    r"(?:메뉴|음식|요리|상품|제품|표|표값|티켓|입장권|전부|가격|요금|비용|값|것|거|건|게|중|중에|중에서|가운데|뭐|뭐가|뭔지|무엇|어떤|무슨|종류|모두|다|전부|합해서|합치면|총|각|먹을|먹고|싶은데|주문|주문하면|시키면|사면|사려면|판매|파는|파나요|팔아요|팔|있는|있으면|하나|가능한|가능|추천|추천해|메뉴판|정도|얼마|오늘|지금|현재|저렴한|싼|기준)(?:은|는|이|가|을|를|에|도|요|으로|로|들|들이|의|인|중|중에|중에서|예요|인가요|이에요|에서|만)*"
)


_TODAY = re.compile(r"\b(?:today|tonight|tomorrow|now)\b|오늘|내일|지금", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"\bhow many\b|몇\s?(?:개|벌|권|병|장|잔|자루|켤레|자리|마리|대|팀)(?:나|이나|가|이)?\s?(?:있|남|되|돼)",
    re.IGNORECASE,
)
"""A question for how many there are is none for what one costs."""
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
            _MILD,
            *TAG_PATTERNS.values(),
        )
    )
    + r"|\d\s*(?:원|won)|[₩$€£]\s*\d|원|(?:은요|는요|[명개병잔장]이?면요?)\s*\?*\s*$|\b(?:and|about)\b",
    re.IGNORECASE,
)


def answer(
    business: Business, question: str, earlier: Sequence[str], today: date, language: str
) -> Computed | None:
    """`earlier`: what was said before, the newest last, for a question that names no item. `today`: from where
    "on Saturday" is meant."""
    if not CUE.search(question) or not business.items() or _HOW_MANY.search(question):
        return None
    left = Left(question)
    for name in business.names:
        left.take(re.compile(re.escape(name), re.IGNORECASE))
    mild = left.took(_MILD)
    limits = None if _DENIED.search(left.left) else _limits(left)
    hours = hours_in(left, business)
    meant = limits and _meant(left, business, limited=any(limits))
    if limits is None or meant is None:
        return None
    known, named, group, long = meant
    known = counted_at_end(left, as_spelled(left, known))
    known = together(left.text, joined(of_each(known)), business)
    daily = on_that_day(left, known, business, earlier if _bare(question) or hours else (), today)
    days = daily and _days_of_all(left, daily[0], business, group=group, today=today, language=language)
    daily = by_the_hour(left, daily, hours, business) if daily and hours else daily
    if daily is None or days is None:
        return None
    wanted, rules = daily
    tags = [tag for tag, pattern in TAG_PATTERNS.items() if left.took(pattern)] + ["not-spicy"] * mild
    lowest, highest = left.took(_CHEAPEST), left.took(_DEAREST)
    cheaper, dearer = left.took(_CHEAPER), left.took(_DEARER)
    if cheaper or dearer:
        left.take(_OR)
        left.take(_BY_HOW_MUCH)
    prices, has, stock = left.took(_PRICE), left.took(_HAVE), left.took(_SOLD_OUT)
    less = left.took(_DISCOUNTED)
    left.take(_TELL)
    twice = (lowest and highest) or (cheaper and dearer)
    if left.unknown(_MORE, _KOREAN_MORE) or twice or _says_only_which(wanted, named):
        return None
    asked = Prices(business, language)
    extreme, chosen = lowest or highest, bool(any(limits) or tags)
    if cheaper or dearer:
        alone = not (extreme or chosen or stock or group)
        return because(asked.compared(joined(wanted), lowest=cheaper), rules) if alone else None
    if wanted and (extreme or chosen or stock or group):
        return asked.extreme(wanted, lowest=lowest) if extreme and not (chosen or stock or group) else None
    if wanted:
        # "Do you sell clay?" is no question about a "Family clay morning"
        other = has and not prices and not all(heads(one, said) for one, said in named)
        if other or not listed(left.text, wanted, business):
            return None
        told = because(asked.named(wanted), rules) if prices or has or _bare(question) else None
        return told if told is None or not less or told.kind == "total" else None
    if days[0]:
        alone = extreme and not (chosen or stock or long)
        return because(asked.extreme_of_rows(days[0], lowest=lowest), days[1]) if alone else None
    if extreme or chosen or (group and not stock):
        today_alone = bool(_TODAY.search(question))
        return asked.chosen(tags, limits, lowest, highest, group=group, long=long, today=today_alone)
    return asked.pointed(earlier) if prices and not (has or stock or long) else None


def _days_of_all(
    left: Left,
    wanted: Sequence[Wanted],
    business: Business,
    *,
    group: frozenset[str],
    today: date,
    language: str,
) -> tuple[list[Wanted], tuple[Fact, ...]] | None:
    """For the cheapest, or the dearest, of what is not named ("room on a Saturday"): as `rows_on_that_day`."""
    if wanted or not (_CHEAPEST.search(left.left) or _DEAREST.search(left.left)):
        return [], ()
    return rows_on_that_day(left, within(sold(business, language), group), business, today)


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
    parts = named_in(left, business)
    wanted = sorted([*wanted, *parts], key=lambda one: one.at)
    named = [(one, _cut(before, left.left, one.at)) for one in parts]
    if wanted and not group:
        group = group_in(left, business)  # "women's basic", of two lists with a "basic"
    if not wanted or not (group or long):
        return wanted, named, group, long
    # "the swan boat for an hour": of the boats, and of an hour
    wanted = [_narrowed(one, group, long) for one in joined(wanted)]
    return (wanted, named, frozenset(), long) if all(one.items for one in wanted) else None


def _narrowed(wanted: Wanted, group: frozenset[str], long: frozenset[int]) -> Wanted:
    """What is named, of a group and for a time, where they are named too."""
    items = tuple(pair for pair in within(wanted.items, group) if not long or long & lasts(pair[1]))
    return replace(wanted, items=items)


def _says_only_which(wanted: Sequence[Wanted], named: Sequence[tuple[Wanted, str]]) -> bool:
    """Whether one of several things is named by words alone that say which price is meant: "for a child" of what
    has no such price is no second thing."""

    def only_which(one: Wanted, said: str) -> bool:
        named = [name for _, item in one.items for name in (item.name, *item.others, *otherwise(item.name))]
        bare = [normal(name.rpartition(" (")[0] or name) for name in named]
        words = [word.removesuffix("s") for word in re.findall(r"[가-힣]{2,}|[a-z]{3,}", said.lower())]
        told = all(item.variant or item.name.endswith(")") for _, item in one.items)
        return told and not any(word in name for word in words for name in bare)

    loose = {one.at: {fact.key for fact, _ in one.items} for one, said in named if only_which(one, said)}
    return len(wanted) > 1 and any(loose.get(one.at) == {fact.key for fact, _ in one.items} for one in wanted)


def _cut(before: str, after: str, at: int) -> str:
    """What was taken out at `at`, up to the next letter that is left."""
    end = at
    while end < len(before) and after[end] == " ":
        end += 1
    return before[at:end]


def _bare(question: str) -> bool:
    """Only a name, with a question mark: "김밥은요?"."""
    return bool(
        re.search(
            r"(?:은요?|는요?|이?면요?|도요)\s*\?*\s*$|^\s*(?:and|what about|how about)\b",
            question,
            re.IGNORECASE,
        )
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
