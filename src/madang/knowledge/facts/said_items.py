"""Items with prices in tables (`column: value · column: value`) and in lists ("김밥 4,000원", "Flat white $4.50")."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from madang.kernel.language import language_of
from madang.knowledge.facts.bilingual import side_in, sides
from madang.knowledge.facts.numerals import Money, currency_of, money_in, plain_number
from madang.knowledge.facts.tags import tags_of
from madang.knowledge.facts.types import Item

NAME, OTHER, PRICE, ABOUT, DIET, CATEGORY, STOCK, CURRENCY, SIZE = (
    "name",
    "other",
    "price",
    "about",
    "diet",
    "category",
    "stock",
    "currency",
    "size",
)
_COLUMNS = {
    NAME: "name|dish|item|menu|menu item|product|product name|item name|title|drink|treatment|메뉴|메뉴명|메뉴 이름|상품|상품명|품명|품목|이름|제품|제품명|음료|음식|요리|시술|시술명|서비스|service",
    PRICE: "price|rate|fee|cost|unit price|sale price|amount|가격|요금|이용료|비용|금액|단가|판매가|판매가격|값|price (krw)|price (won)|price (usd)|가격(원)|가격 (원)|금액(원)",
    ABOUT: "description|what it is|details|about|notes|note|설명|소개|내용|비고|특징|상세|ingredients|재료|맛|taste",
    DIET: "diet|dietary|tags|tag|allergens|allergen|식단|태그|알레르기|알레르겐|알러지|구성|표시|vegetarian|vegan|spicy|채식|비건|맵기",
    CATEGORY: "category|section|type|group|카테고리|분류|구분|종류|섹션",
    STOCK: "availability|available|stock|status|in stock|재고|판매|품절|상태|판매 상태|판매상태|판매여부",
    CURRENCY: "currency|통화",
    SIZE: "size|volume|사이즈|크기|용량|규격",
}
_KIND = {name: kind for kind, names in _COLUMNS.items() for name in names.split("|")}
_IN_LANGUAGE = re.compile(
    r"[(\[]?\s*(?:\bin )?(?:영어|영문|국문|한글|한국어|일본어|중국어|\b(?:english|eng|en|korean|kor|ko|japanese|jp|chinese|cn)\b)\s*[)\]]?",
    re.IGNORECASE,
)
"""What a column of names says of the language that they are in: "이름(영어)", "English name", "영문명"."""
_BARE_NAMES = frozenset({"", "명", "명칭", "표기"})
_YES = re.compile(r"^\s*(?:y|yes|true|o|○|✓|✔|1|예|네|가능)\s*$", re.IGNORECASE)
_NO = re.compile(r"^\s*(?:n|no|false|x|×|0|아니오|아니요|불가|없음)\s*$", re.IGNORECASE)
_GONE = re.compile(
    r"sold\s?out|out of stock|unavailable|not available|discontinued|품절|매진|없음|판매\s?중지|단종|일시\s?품절",
    re.IGNORECASE,
)
_THERE = re.compile(r"in stock|available|판매\s?중|있음|가능", re.IGNORECASE)
_FEE = re.compile(
    r"\b(?:deposit|fee|charge|delivery|minimum|shipping|service charge|corkage|voucher|bill|discount|tax|tip|parking|refund|fine|penalty|per (?:person|head)|total|subtotal|sum)\b"
    r"|보증금|예약금|배달|최소|배송|수수료|주차|할인|이상|이하|미만|환불|위약금|콜키지|합계|총액|1인당|세금|봉사료|입금",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\s*[.…·\-–—:：=~|/]){1,}\s*$|\s+$")
_BULLET = re.compile(r"^\s*(?:[-*•·◦▪✓]|\(?\d{1,2}[.)])\s+")
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|can|may|must|will|we|you|our|your|if|for every|with every|over|under|from|between|about|around|per)\b|\b(?:of|for|the|to|with|and|or)$|니다|세요|어요|아요|습니|까지|부터|이며|하시|드립니|받습",
    re.IGNORECASE,
)
_DOTTED = re.compile(
    r"(?:\.{3,}|…+|·{3,}|_{3,}|-{3,}|\t)\s*(?P<amount>\d{1,3}(?:,\d{3})+|\d{3,6}|\d{1,3}\.\d{2})(?=\s*(?:[(（][^()（）]{1,60}[)）])?\s*$)"
)
_PLAIN = re.compile(r"(?<=[가-힣)])(?<![은는])\s+(?P<amount>\d{1,3}(?:,\d{3})+)\s*$")
_DESCRIBED = re.compile(
    r"(?P<name>[^:·]{2,60}): (?P<amount>(?:[₩$€£]\s?)?\d{1,3}(?:,\d{3})+\s?(?:원|won)?|[$€£]\s?\d[\d.]*|\d[\d.]*\s?€) · (?P<about>.+)"
)
"""A row of a menu whose names have a smaller line below them ("아메리카노: 4,500 · Americano, hot or iced")."""
_SHORT_LINE = 40
_NAME_MOST = 80
_PRICES = re.compile(r"\b(?:prices?|rates?|fees?|costs?|charges?)\b|요금|가격|금액|비용|단가", re.IGNORECASE)
_SIZES = re.compile(r"\b(?:sizes?|volume|weight|length)\b|사이즈|크기|용량|규격|중량", re.IGNORECASE)
_DATES = re.compile(
    r"\b(?:dates?|days?|time|when|months?|years?|no|number|person|who|question|rule|policy)\b"
    r"|날짜|요일|시간|기간|번호|질문|규정|담당|구간|거리",
    re.IGNORECASE,
)
"""Columns whose rows are no things that are sold."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: its cells by what their columns hold, and those of columns that are not known."""

    cells: dict[str, list[tuple[str, str]]]
    others: list[tuple[str, str]]
    beside: str = ""
    """What stands beside the name in another language: another name, if it is of this row alone."""


def items_in(text: str, headings: list[str]) -> list[tuple[Item, int, int]]:
    """(item, start, end) for the rows of a passage; the place is the whole row."""
    found: list[tuple[Item, int, int]] = []
    at = 0
    category = headings[-1] if headings else ""
    lines = text.split("\n")
    rows = [_row(line) if ": " in line and len(line) <= 1_200 else None for line in lines]
    # "국산" beside each of several names is where they are from
    beside = Counter(row.beside for row in rows if row is not None and row.beside)
    for line, row in zip(lines, rows, strict=True):
        items: list[Item] = []
        if len(line) <= 1_200:
            items = _record(row, line, category, alone=beside[row.beside] == 1) if row is not None else []
            items = items or [
                item for part in _side_by_side(line) if (item := _listed(part, category)) is not None
            ]
        start = at + len(line) - len(line.lstrip())
        found += [(item, start, at + len(line.rstrip())) for item in items]
        at += len(line) + 1
    return found


def _row(line: str) -> _Row:
    """The cells of a row. The first column names what is sold, unless another says that it does."""
    parts = [part.partition(": ") for part in line.split(" · ")]
    row = [
        (column.strip(), value.strip(), _kind(column))
        for column, colon, value in parts
        if colon and value.strip()
    ]
    cells: dict[str, list[tuple[str, str]]] = {}
    others: list[tuple[str, str]] = []
    for column, value, kind in row:
        (others if kind is None else cells.setdefault(kind, [])).append((column, value))
    first = row[0] if row and parts[0][1] and parts[0][2].strip() else ("", "", None)
    named = next((at for at, (_, _, kind) in enumerate(row) if kind == NAME), None)
    if named is None and first[2] == CATEGORY and _names("name", first[1]):
        cells[NAME] = cells.pop(CATEGORY)  # "구분: 어른 · 요금: 6,000원": the rows are the kinds
        named = 0
    if named is None and first[2] is None and _names(first[0], first[1]):
        cells[NAME] = [others.pop(0)]  # "Class: Open studio": the rows are classes
        named = 0
    beside = _beside(row, named) if named is not None else ""
    if beside and (pair := (row[(named or 0) + 1][0], beside)) in others:
        others.remove(pair)
    return _Row(cells, others, beside)


def _beside(row: Sequence[tuple[str, str, str | None]], named: int) -> str:
    """What the column after the names holds, whatever it is headed, where it is in another language."""
    if named + 1 >= len(row):
        return ""
    column, value, kind = row[named + 1]
    if kind not in (None, NAME) or language_of(value) == language_of(row[named][1]):
        return ""
    about = _KIND.get(" ".join(_IN_LANGUAGE.sub(" ", column.lower()).split()), NAME)  # "설명(영어)"
    named_so = about == NAME and _names("name" if kind else column, value)
    return value if named_so and not re.search(r"\d", value) else ""


def _record(row: _Row, line: str, category: str, *, alone: bool) -> list[Item]:
    """A row of a table with a name and a price; where several columns hold prices ("Half day", "Full day"), an
    item a price, named with its column: "E-bike (Full day)"."""
    cells, others = row.cells, row.others
    currency = currency_of(cells[CURRENCY][0][1]) if CURRENCY in cells else ""
    prices = cells.get(PRICE) or [(column, value) for column, value in others if _priced(column, value)]
    if NAME not in cells or not prices:
        return []
    if _kind(cells[NAME][0][0]) is None:
        category = category or cells[NAME][0][0]
    name = _clean(cells[NAME][0][1])
    size = cells.get(SIZE, [("", "")])[0][1]
    if size and size not in name:
        name = f"{name} ({size})"
    also = [row.beside] if row.beside and alone else []
    also += [value for _, value in cells.get(OTHER, []) if re.search(r"[^\W\d_]{2}", value)]
    also = [other for other in map(_clean, also) if other != name]
    found = []
    for column, price in prices if PRICE not in cells else prices[:1]:
        money = _single(price, currency or _of_column(column))
        names = [name, *also]
        if len(prices) > 1 and PRICE not in cells:
            names = [f"{one} ({side_in(_variant(column), language_of(one))})" for one in names]
        if not name or len(names[0]) > _NAME_MOST or (money is None and not re.search(r"\d", price)):
            continue
        found.append(_item(names, money, cells, category, line))
    return found


def _item(
    names: Sequence[str],
    money: Money | None,
    cells: dict[str, list[tuple[str, str]]],
    category: str,
    line: str,
) -> Item:
    about = " ".join(value for _, value in cells.get(ABOUT, []))
    diet = [_answered(column, value) for column, value in cells.get(DIET, [])]
    group = cells[CATEGORY][0][1] if CATEGORY in cells else category
    stock = " ".join(value for _, value in cells.get(STOCK, []))
    return Item(
        name=names[0],
        others=[other for other in names[1:] if len(other) <= _NAME_MOST][:5],
        amount=money.amount if money else None,
        currency=money.currency if money else "",
        tags=tags_of(names[0], about, *diet, group if CATEGORY in cells else ""),
        description=about[:400],
        category=group[:80],
        available=_stocked(stock, line),
    )


def _names(column: str, value: str) -> bool:
    """Whether the first column of a table, whatever it is headed, says what its rows are: "Bike: Tandem"."""
    heading = column.strip().lower()
    if not heading or _SIZES.search(heading) or _DATES.search(heading) or _PRICES.search(heading):
        return False
    return bool(re.search(r"[^\W\d_]{2}", value)) and len(value) <= 60 and not _SENTENCE.search(value)


def _priced(column: str, value: str) -> bool:
    """Whether a cell is one price: by its sign, or by the name of its column."""
    money = _single(value, _of_column(column))
    return money is not None and bool(money.currency or _PRICES.search(column))


def _variant(column: str) -> str:
    """What a column of prices says beside that they are prices: "주중" of "주중 요금"."""
    return " ".join(_PRICES.sub(" ", column).replace("(", " ").replace(")", " ").split()) or column


def _kind(column: str) -> str | None:
    """What a column holds, by its heading; None for one that is not known."""
    heading = " ".join(column.strip().lower().split())
    if (kind := _KIND.get(heading)) is not None:
        return kind
    if both := sides(heading):  # "Price 가격"
        kinds = {kind for side in both if (kind := _KIND.get(side)) is not None}
        if len(kinds) == 1:
            return kinds.pop()
    bare = " ".join(_IN_LANGUAGE.sub(" ", heading, count=1).split())
    if bare == heading:
        return None
    return OTHER if bare in _BARE_NAMES or _KIND.get(bare) == NAME else None


def _answered(column: str, value: str) -> str:
    """A column "Vegan" with "yes" says the same as a cell "Vegan"."""
    if _YES.match(value):
        return column
    return f"{column}: no" if _NO.match(value) else value


def _stocked(stock: str, line: str) -> bool | None:
    if _GONE.search(stock) or _NO.match(stock):
        return False
    if stock and (_THERE.search(stock) or _YES.match(stock) or re.fullmatch(r"\d+\s*(?:개|ea)?", stock)):
        return not re.fullmatch(r"0+\s*(?:개|ea)?", stock)
    return False if re.search(r"품절|sold\s?out", line, re.IGNORECASE) else None


def _listed(line: str, category: str) -> Item | None:
    """A line of a price list: a name, perhaps dots, and one price at its end, or what is said of it behind that."""
    line = _BULLET.sub("", line).strip()
    if (row := _DESCRIBED.match(line)) is not None:
        item = _listed(f"{row['name']} ... {row['amount']}", category)
        about = row["about"].strip()
        tags = tags_of(f"{row['name']} {about}")
        return item and item.model_copy(update={"description": about[:300], "tags": tags})
    prices = list(money_in(line)) or _typed(line)
    if len(prices) != 1 or len(line) > 160 or (" · " in line and ": " in line.split(" · ")[0]):
        return None
    price = prices[0]
    before, after = line[: price.start], line[price.end :].strip(" .")
    after = re.sub(r"^\s*[(（][^()（）]{1,60}[)）]\s*$", "", after)
    name = _clean(_LEADER.sub("", before))
    if after or not 1 < len(name) <= 60 or not re.search(r"[^\W\d_]", name) or _SENTENCE.search(name):
        return None
    if re.search(r"[.!?]\s", name) or re.search(r"[-–~∼〜]\s*$", before):
        return None  # a sentence; the end of "10,000-12,000 won"
    gone = re.search(r"품절|sold\s?out", line, re.IGNORECASE)
    name = _clean(re.sub(r"[(\[]?\s*(?:품절|sold\s?out)\s*[)\]]?", "", name, flags=re.IGNORECASE))
    if not name:
        return None
    fee = bool(_FEE.search(name) or _FEE.search(category))
    return Item(
        name=name,
        amount=price.amount,
        currency=price.currency,
        tags=tags_of(name),
        category="fee" if fee else category[:80],
        available=False if gone else None,
    )


def _side_by_side(line: str) -> list[str]:
    """The parts of "식혜 3,000 / 콜라 2,000", where each of them ends in a number; otherwise the line."""
    parts = line.split(" / ")
    return parts if len(parts) > 1 and all(re.search(r"\d\s*$", part) for part in parts) else [line]


def _typed(line: str) -> list[Money]:
    """The price at the end of a line of a typed menu that names no currency: behind dots ("멸치국수 .... 7,000"),
    or behind a Korean name where it is written with its thousands."""
    match = _DOTTED.search(line) or (_PLAIN.search(line) if len(line) <= _SHORT_LINE else None)
    number = plain_number(match["amount"]) if match is not None else None
    if match is None or number is None:
        return []
    currency = "KRW" if re.search("[가-힣]", line) else ""
    return [Money(Decimal(number), currency, match.start("amount"), match.end("amount"))]


def _single(text: str, currency: str) -> Money | None:
    """The one price of a cell; None for a range or a choice."""
    prices = list(money_in(text))
    if len(prices) == 1:
        rest = text[: prices[0].start] + text[prices[0].end :]
        return prices[0] if not re.search(r"\d|[~∼〜+]|부터|from\b|이상", rest) else None
    if prices:
        return None
    number = plain_number(text)
    return Money(Decimal(number), currency, 0, len(text)) if number is not None else None


def _of_column(column: str) -> str:
    inside = re.search(r"[(\[]\s*([^)\]]+)\s*[)\]]", column)
    return currency_of(inside[1]) if inside else ""


def _clean(text: str) -> str:
    return " ".join(text.split()).strip(" -–—:：·.*|")
