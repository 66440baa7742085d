"""What the columns of a table of prices hold, by their headings and by what stands in them."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from madang.knowledge.facts.bilingual import sides
from madang.knowledge.facts.numerals import Money, currency_of, money_in, plain_number

NAME, OTHER, PRICE, ABOUT, DIET, CATEGORY, STOCK, CURRENCY, SIZE, PACK = (
    "name",
    "other",
    "price",
    "about",
    "diet",
    "category",
    "stock",
    "currency",
    "size",
    "pack",
)
_COLUMNS = {
    NAME: "name|dish|item|menu|menu item|product|product name|item name|title|drink|treatment|메뉴|메뉴명|메뉴 이름|상품|상품명|품명|품목|이름|제품|제품명|음료|음식|요리|시술|시술명|서비스|service|반찬|반찬명|요리명|김치|국·찌개|side dish|dish name",
    PRICE: "price|rate|fee|cost|unit price|sale price|amount|가격|요금|이용료|비용|금액|단가|판매가|판매가격|값|price (krw)|price (won)|price (usd)|가격(원)|가격 (원)|금액(원)",
    ABOUT: "description|what it is|details|about|notes|note|설명|소개|내용|비고|특징|상세|ingredients|재료|맛|taste",
    DIET: "diet|dietary|tags|tag|allergens|allergen|식단|태그|알레르기|알레르겐|알러지|구성|표시|vegetarian|vegan|spicy|채식|비건|맵기",
    CATEGORY: "category|section|type|group|카테고리|분류|구분|종류|섹션",
    STOCK: "availability|available|stock|status|in stock|qty in stock|quantity in stock|stock level|stock qty|stock quantity|stock count|in stock qty|on hand|qty on hand|left|qty left|left in stock|remaining|places left|spaces left|seats left|places|spaces|places available|spaces available|qty available|quantity available|재고 수량|재고수량|재고량|재고 현황|잔여|잔여 수량|잔여석|잔여 좌석|남은 수량|남은 자리|재고|판매|품절|상태|판매 상태|판매상태|판매여부",
    CURRENCY: "currency|통화",
    SIZE: "size|volume|사이즈|크기|용량|규격",
    PACK: "pack size|pack|pack of|unit|units|qty|quantity|단위|판매 단위|판매단위|입수|포장|포장 단위|포장단위|수량",
}
_KIND = {name: kind for kind, names in _COLUMNS.items() for name in names.split("|")}
_IN_LANGUAGE = re.compile(
    r"[(\[]?\s*(?:\bin )?(?:영어|영문|국문|한글|한국어|일본어|중국어|\b(?:english|eng|en|korean|kor|ko|japanese|jp|chinese|cn)\b)\s*[)\]]?",
    re.IGNORECASE,
)
"""What a column of names says of the language that they are in: "이름(영어)", "English name", "영문명"."""
_BARE_NAMES = frozenset({"", "명", "명칭", "표기"})
_PRICES = re.compile(r"\b(?:prices?|rates?|fees?|costs?|charges?)\b|요금|가격|금액|비용|단가", re.IGNORECASE)
_SIZES = re.compile(r"\b(?:sizes?|volume|weight|length)\b|사이즈|크기|용량|규격|중량", re.IGNORECASE)
_DATES = re.compile(
    r"\b(?:dates?|days?|time|when|months?|years?|no|number|person|who|question|rule|policy|places?|distance)\b"
    r"|날짜|요일|시간|기간|번호|질문|규정|담당|구간|거리|장소|연도|년도",
    re.IGNORECASE,
)
"""Columns whose rows are no things that are sold."""
SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|can|may|must|will|we|you|our|your|if|for every|with every|over|under|from|between|about|around|per)\b|\b(?:of|for|the|to|with|and|or)$|니다|세요|어요|아요|습니|까지|부터|이며|하시|드립니|받습",
    re.IGNORECASE,
)
AGED = re.compile(r"\b(?:under|over)[ -]?\d{1,2}'?s?\b", re.IGNORECASE)
"""Who is meant, in the name of a ticket: "Under 3s"."""
_TOLD = re.compile(
    rf"{_PRICES.pattern}|\b(?:menu|tariff|tickets?|admission|rental|hire)\b|메뉴|입장|이용료|대여|[₩$€£]\s?\d|\d\s?(?:won\b|원)",
    re.IGNORECASE,
)
"""What a table stands under whose numbers are prices."""
_NO_PRICES = re.compile(
    r"\bvisitors in\b|\battendance\b|\bstatistics\b|\bparticipants\b|방문객 수|관람객 수|이용객|참가자|통계",
    re.IGNORECASE,
)
_FOR_WHOM_OR_WHEN = re.compile(
    r"\b(?:weekdays?|weekends?|peak|off[- ]?peak|(?:high|low|mid) season|public holidays?|holidays?|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|daytime|day|week|month|year|extra day|night|morning|afternoon|evening|lunch|dinner"
    r"|adults?|child(?:ren)?|kids?|teens?|youths?|students?|seniors?|infants?|toddlers?|concessions?|famil(?:y|ies)|groups?|members?|non-?members?|guests?|visitors?|residents?|house guests|others?"
    r"|hot|iced?|cold|small|regular|medium|large|tall|grande|half|full|whole|single|double|triple|glass|bottle|pint|slice|cup|pot|short|long|s|m|l|xl"
    r"|\d+(?:\.\d+)?\s?(?:g|kg|ml|l|oz)|half[- ]day|full[- ]day|all[- ]day|hour(?:ly)?|\d+\s?(?:min(?:ute)?s?|hours?|hrs?|h|days?|weeks?|months?|years?|times?|sessions?|classes|visits?|nights?|people|persons?)|daily|weekly|monthly|quarterly|annual(?:ly)?|yearly|term"
    r"|one[- ]way|return|single trip|round[- ]trip|inside|outside|eat[- ]in|dine[- ]in|take[- ]?away|take[- ]?out|delivery|online|at the door|new|refill)\b"
    r"|주중|평일|주말|공휴일|성수기|비수기|[월화수목금토일]요일|주간|야간|낮|밤|오전|오후|점심|저녁|런치|디너"
    r"|어른|성인|대인|소인|어린이|아동|청소년|학생|경로|유아|영유아|회원|비회원|숙박객|비숙박객|일반|단체|개인|가족"
    r"|핫|아이스|따뜻|차가운|뜨거운|시원|스몰|미디엄|라지|톨|그란데|벤티|레귤러|소\b|중\b|대\b|특\b|하프|반\b|반판|한\s?판|잔|병\b|조각|홀\b|포트"
    r"|반일|종일|반나절|\d+\s?(?:분|시간|일|주|개월|달|년|회|박|인|명|장|매)(?:권|용|분)?|월\s?회비|정기|1회|편도|왕복|매장|포장|배달|온라인|현장|신규|재등록|리필",
    re.IGNORECASE,
)
"""Headings of columns that hold a price each: for whom, when, how large or how long."""
_COUNTS = re.compile(
    r"\bkcal\b|calor|열량|칼로리|\b(?:guests?|seats?|capacity|beds?|places?|max(?:imum)?|min(?:imum)?|area|height|depth|stock|quantity|qty|points?|views?|steps|serves|visits|population|votes?|reviews?|mileage|km|cm|mm|ml|kg|g|lbs?|oz|sqm|m2)\b(?!\s?\S*요금|\s*price)"
    r"|보관|유통|소비기한|\bkeeps\b|shelf life|정원|인원|좌석|수용|기준|최대|최소|면적|평수|높이|깊이|수량|포인트|조회|걸음|인구|점수|리뷰|주행|나트륨|당류|단백질|카페인|몇\s?명",
    re.IGNORECASE,
)
_WHOM = re.compile(r"\b(?:house|hotel|other|day|staying)\s+guests?\b|숙박객|비숙박객", re.IGNORECASE)
_NO_PRICE = re.compile(
    r"\d|[~∼〜+−]|-\s*$|^\s*(?:yes|no|on request|optional|available|allowed|welcome)\b|부터|^\s*(?:가능|불가|있음|없음|네|예)|\bfrom\b|이상|할인|보증금|최대|\b(?:off|discount|deposit|up to|minus|less)\b",
    re.IGNORECASE,
)
"""What beside an amount says that it is not what a thing costs."""
_ANSWERED = re.compile(
    r"\s*(?:(?:yes|no|on request|optional|available|allowed|welcome)\b|가능|불가|있음|없음|네|예)",
    re.IGNORECASE,
)
"""A cell that says whether, and perhaps for how much: "Dogs: Yes (£10)"."""
_MOST = 10**12
HEAT = re.compile(
    r"(?:맵기|매운\s?(?:맛|정도)|spic(?:e|iness)(?: level)?|heat(?: level)?)(?:\s?\([^)]*\))?", re.IGNORECASE
)
"""A column of how spicy something is, in words or in numbers from 0."""
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_FURTHER = re.compile(
    r"\b(?:extra|additional)\b(?!\s*(?:large|small|long|short|hot|strong|day))|\bsharing\b|\beach further\b|추가",
    re.IGNORECASE,
)
_DEPOSIT = re.compile(r"\bdeposits?\b|보증금|예치금|예약금", re.IGNORECASE)
_NO_COLUMN = re.compile(
    r"\b(?:sav(?:e|ings?)|vat|tax|late|fines?|penalt(?:y|ies)|was|rrp|list price|old price|net|points?|commission|wages?|salary|pay)\b|^\s*(?:19|20)\d\d\s*$"
    r"|할인액|절약|정가|부가세|세액|연체|위약금|포인트|적립|시급|급여|수수료",
    re.IGNORECASE,
)
"""Columns of amounts that nobody pays for a thing."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,4}\.\d{2}")
"""An amount without its currency, as lists write it: "4,500", "3.20"."""
_APART = re.compile(r"\s*[;；/|]\s*|,\s+|\s+·\s+")
_UNIT = re.compile(
    r"\s*(?:(?:/|per\b|an?\b|each\b)[^\d,;/()]{0,30}|\([^()\d]{1,30}\))?\s*(?:\(?\s*[1한]?\s?(?:회|인|개|잔|명|시간|일|박|장|대|켤레|벌|세트|병|판)(?:당|에)?\s*\)?)?\s*",
    re.IGNORECASE,
)
"""What an amount is for, behind it: "per load", "1회"."""
_THOUSANDS = re.compile(r"(?:[(（\[]\s*|단위\s?[:：]?\s?)(?:단위\s?[:：]?\s?)?(?P<unit>천|만|백만)\s?원")
_TIMES = {"천": 1_000, "만": 10_000, "백만": 1_000_000}
"""Units of amounts that a heading gives."""
_LABEL_MOST, _CELL_MOST = 30, 80
"""Characters of what a price is for, and of a cell with one price."""


def kind_of(column: str) -> str | None:
    """What a column holds, by its heading; None for one that is not known."""
    heading = " ".join(column.strip().lower().split())
    if (kind := _KIND.get(heading)) is not None:
        return kind
    if HEAT.fullmatch(heading):
        return DIET
    if both := sides(heading):  # "Price 가격"
        kinds = {kind for side in both if (kind := _KIND.get(side)) is not None}
        if len(kinds) == 1 and not re.search(r"\d", heading):  # "가격 100g" is one of several
            return kinds.pop()
    bare = " ".join(_IN_LANGUAGE.sub(" ", heading, count=1).split())
    if bare == heading:
        return None
    return OTHER if bare in _BARE_NAMES or _KIND.get(bare) == NAME else None


def kind_in_any_language(column: str) -> str:
    """What a column beside the names holds, whatever language its heading says that it is in: "설명(영어)"."""
    return _KIND.get(" ".join(_IN_LANGUAGE.sub(" ", column.lower()).split()), NAME)


def names_things(column: str, value: str) -> bool:
    """Whether the first column of a table, whatever it is headed, says what its rows are: "Bike: Tandem"."""
    heading = column.strip().lower()
    if not heading or _SIZES.search(heading) or _DATES.search(heading) or _PRICES.search(heading):
        return False
    said = AGED.sub(" ", value)
    return bool(re.search(r"[^\W\d_]{2}", value)) and len(value) <= 60 and not SENTENCE.search(said)


def prices_of(others: Sequence[tuple[str, str]], headings: Sequence[str]) -> list[tuple[str, str]]:
    """Of the columns that are not known, those that hold a price each, as (column, value): by its sign, by the
    column's name, or, for an amount as lists write it, by what the column says it is for and what the table
    stands under ("Weekday: 70,000"). Small numbers ("Day: 8 · Week: 22") are prices only where that speaks of
    prices."""
    others = [(column, value) for column, value in others if not _NO_COLUMN.search(column)]
    kept = [(column, value) for column, value in others if not _DEPOSIT.search(column)]
    kept = [(column, value) for column, value in kept if not _FURTHER.search(column)] or kept
    others = kept or others  # "Deposit" beside prices is none, nor what each further one costs
    found = [(column, value) for column, value in others if _priced(column, value)]
    if found:
        return found
    speaks = any(_TOLD.search(heading) for heading in headings)
    if not speaks or any(_NO_PRICES.search(heading) for heading in headings):
        return []
    amounts = [pair for pair in others if plain_number(pair[1]) is not None and not _counts(pair[0])]
    bare = [(column, value) for column, value in amounts if _GROUPED.fullmatch(value.strip())]
    if any(_FOR_WHOM_OR_WHEN.search(column) for column, _ in bare):
        return bare
    each = all(_FOR_WHOM_OR_WHEN.search(column) for column, _ in amounts)
    return amounts if each and len(amounts) > 1 else []


def holds_a_price(column: str, value: str) -> bool:
    """Whether a cell has an amount that is not the one price of a thing: "from £38", "£10-£15"."""
    known = _counts(column) or any(one.search(column) for one in (_DEPOSIT, _FURTHER, _NO_COLUMN))
    known = known or bool(_ANSWERED.match(value))
    return not known and single(value, "") is None and any(True for _ in money_in(value))


def says_for_whom(column: str) -> bool:
    """Whether a heading says whom, or what time, the prices below it are for, whatever stands there ("free")."""
    known = _counts(column) or bool(_DEPOSIT.search(column))
    return bool(_FOR_WHOM_OR_WHEN.search(column)) and not known


def several(value: str) -> list[tuple[str, str]]:
    """The prices of a cell that names what each is for, as (what, amount): "half day 10,000; full day 15,000"."""
    if "+" in value:
        return []  # "weekend +10,000" is not what it costs at the weekend
    parts = [part for part in _APART.split(value[:400]) if part.strip()]
    found: list[tuple[str, str]] = []
    for part in parts:
        money = list(money_in(part))
        match = None if money else re.search(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,4}\.\d{2})\s*$", part)
        at = money[0].start if len(money) == 1 and money[0].end == len(part.rstrip()) else -1
        at = match.start() if match is not None else at
        label = part[:at].strip(" :-–—") if at > 0 else ""
        if (
            not re.search(r"[^\W\d_]", label)
            or len(label) > _LABEL_MOST
            or not _FOR_WHOM_OR_WHEN.search(label)
        ):
            return []
        found.append((label, part[at:].strip()))
    return found if len(found) > 1 else []


def single(text: str, currency: str) -> Money | None:
    """The one price of a cell; None for a range or a choice."""
    prices = list(money_in(text))
    if len(prices) == 1:
        rest = text[: prices[0].start] + text[prices[0].end :]
        return prices[0] if not _NO_PRICE.search(rest) else None
    if prices:
        return None
    number = plain_number(text)
    if number is not None:
        return Money(Decimal(number), currency, 0, len(text)) if number <= _MOST else None
    amount = _GROUPED.match(text.strip()) if len(text) <= _CELL_MOST else None
    if amount is None or not _UNIT.fullmatch(text.strip()[amount.end() :]):
        return None
    number = plain_number(amount[0])
    return Money(Decimal(number), currency, 0, amount.end()) if number is not None else None


def in_units(money: Money | None, text: str, told: Sequence[str]) -> Money | None:
    """An amount of a table whose heading, or a line beside it, says that it is in thousands: "단가(천원)"."""
    found = next((match for one in told if (match := _THOUSANDS.search(one)) is not None), None)
    if money is None or found is None or not money.amount or any(True for _ in money_in(text)):
        return money
    return replace(money, amount=money.amount * _TIMES[found["unit"]], currency="KRW")


def variant(column: str) -> str:
    """What a column of prices says beside that they are prices: "주중" of "주중 요금"."""
    bare = re.sub(
        r"[(\[]\s*(?:천|만|백만)?\s?원\s*[)\]]|[₩$€£¥()]|\b(?:krw|won|gbp|usd|eur)\b",
        " ",
        _PRICES.sub(" ", column),
        flags=re.IGNORECASE,
    )
    return " ".join(bare.split()) or column


def without_pictures(text: str) -> str:
    """A name, or a heading, without the little pictures that people put beside it."""
    return " ".join(_PICTURES.sub(" ", text).split())


def currency_in(column: str) -> str:
    """The currency that a heading gives in brackets: "Price (KRW)"."""
    inside = re.search(r"[(\[]\s*([^)\]]+)\s*[)\]]", column)
    return currency_of(inside[1]) if inside else ""


def _priced(column: str, value: str) -> bool:
    money = single(value, currency_in(column))
    return money is not None and bool(money.currency or _PRICES.search(column))


def _counts(column: str) -> bool:
    """Whether a heading counts or measures something: "Guests" does, "House guests" are who a price is for."""
    return bool(_COUNTS.search(_WHOM.sub(" ", column)))
