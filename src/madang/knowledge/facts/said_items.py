"""Items with prices in tables (`column: value · column: value`) and in lists ("김밥 4,000원", "Flat white $4.50")."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from madang.kernel.language import language_of
from madang.knowledge.facts.additions import NOTE, totals
from madang.knowledge.facts.bilingual import side_in, sides
from madang.knowledge.facts.columns import (
    ABOUT,
    AGED,
    CATEGORY,
    CURRENCY,
    DIET,
    HEAT,
    NAME,
    OTHER,
    PACK,
    PRICE,
    SENTENCE,
    SIZE,
    STOCK,
    currency_in,
    holds_a_price,
    in_units,
    kind_in_any_language,
    kind_of,
    names_things,
    prices_of,
    says_for_whom,
    several,
    single,
    variant,
    without_pictures,
)
from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.numerals import Money, currency_of, money_in, plain_number
from madang.knowledge.facts.packs import held_in, pieces_in, pieces_of
from madang.knowledge.facts.said_sizes import sizes_in
from madang.knowledge.facts.tags import tags_of
from madang.knowledge.facts.types import Item

_YES = re.compile(r"^\s*(?:y|yes|true|o|○|✓|✔|1|예|네|가능)\s*$", re.IGNORECASE)
_NO = re.compile(r"^\s*(?:n|no|false|x|×|0|아니오|아니요|불가|없음)\s*$", re.IGNORECASE)
_GONE = re.compile(
    r"\bsold\b|\bavailable from\b|out of stock|unavailable|not available|discontinued|\bnone\b|\bon order\b|\bback ?order|\breserved\b|\bdue\b|\bcoming\b|\bback (?:in|on|soon|by)\b|\bfull\b|\bfully booked\b|\bwait(?:ing)? ?list\b|\bpre-?order|\bawaiting\b|\bgone\b|^\s*[-–—]+\s*$|예약\s?완료|입고\s?예정|예정|마감|대기|품절|매진|없음|판매\s?중지|단종|일시\s?품절",
    re.IGNORECASE,
)
_MARKED_GONE = re.compile(
    r"품절|매진|판매\s?(?:중[지단]|종료)|단종|sold\s?out|: (?:접수\s?|모집\s?|정원\s?)?마감(?= · |$)",
    re.IGNORECASE,
)
"""What a line says of what is not to be had."""
_THERE = re.compile(r"in stock|available|판매\s?중|있음|가능", re.IGNORECASE)
_FEE = re.compile(
    r"\b(?:deposit|fee|charge|delivery|minimum|shipping|service charge|corkage|voucher|bill|discount|tax|tip|parking|refund|fine|penalty|per (?:person|head)|total|subtotal|sum)\b"
    r"|보증금|예약금|배달|최소|배송|수수료|주차|할인|이상|이하|미만|환불|위약금|콜키지|합계|총액|1인당|세금|봉사료|입금",
    re.IGNORECASE,
)
_LEADER = re.compile(r"(?:\s*[.…·\-–—:：=~|/]){1,}\s*$|\s+$")
_BULLET = re.compile(r"^\s*(?:[-*•·◦▪✓]|\(?\d{1,2}[.)])\s+")
_DOTTED = re.compile(
    r"(?:\.{3,}|…+|·{3,}|_{3,}|-{3,}|\t)\s*(?P<amount>\d{1,3}(?:,\d{3})+|\d{3,6}|\d{1,3}\.\d{2})(?=\s*(?:[(（][^()（）]{1,60}[)）])?\s*$)"
)
_OTHER_NUMBERS = re.compile(
    r"\b(?:tele)?phones?\b|\btel\b|\bextensions?\b|\breception\b|\bfront desk\b|\b(?:useful|important|emergency) numbers\b|\bcontents\b|\bindex\b|\bpages?\b"
    r"|전화|내선|연락처|프런트|안내\s?데스크|목차|쪽수?",
    re.IGNORECASE,
)
"""Headings, and names, beside whose dots stands no price."""
_PLAIN = re.compile(r"(?<=[가-힣)])(?<![은는])\s+(?P<amount>\d{1,3}(?:,\d{3})+)\s*$")
_DESCRIBED = re.compile(
    r"(?P<name>[^:·]{2,60}): (?P<amount>(?:[₩$€£]\s?)?\d{1,3}(?:,\d{3})+\s?(?:원|won)?|[$€£]\s?\d[\d.]*|\d[\d.]*\s?€) · (?P<about>.+)"
)
"""A row of a menu whose names have a smaller line below them ("아메리카노: 4,500 · Americano, hot or iced")."""
_ONE_OF_LINE = re.compile(r"[가-힣][가-힣 ]{0,20}?[가-힣] +\d{1,3}(?:,\d{3})+(?:원)?(?![\d,])")
_IN_ONE_LINE = re.compile(rf"\s*(?:{_ONE_OF_LINE.pattern}\s*[,/]?\s*){{2,12}}")
"""A line of several things, each with its price: "짜장면 7,000 짬뽕 8,500"."""
_AMOUNT_INSIDE = re.compile(r"(?<![\d,])\d{1,3},\d{3}(?![\d,])")
_SHORT_LINE = 40
_BRACKETS = re.compile(r"\s*[(（](?P<aside>[^()（）]{1,300})[)）]")
_AMOUNT = re.compile(
    r"(?:\d{1,3}|an?|one|two|three|한|두|세)\s?(?:시간|분|일|주|회|박|개월|달|장|명|인|매|half[- ]hour|hours?|hrs?|min(?:ute)?s?|days?|nights?|weeks?|months?|sessions?|people|persons?)(?:권|용|이용)?",
    re.IGNORECASE,
)
"""A name that says only how long or how many."""
_TELLING = 6
"""Headings, and lines around a table, that may say that its numbers are prices."""
_ASIDE_LEAST = 25
"""Characters of brackets that say something of a thing, rather than which one it is."""
_ENOUGH, _MOSTLY = 3, 0.6
"""Rows, and the share of them, whose names in two languages say that all are so; of fewer rows all."""
_NAME_MOST = 80
_COOL = re.compile(
    r"0|mild|not spicy|no heat|안\s?(?:매움|매워요|맵습니다)|순한\s?맛|맵지\s?않(?:음|습니다|아요)",
    re.IGNORECASE,
)
_HOT = re.compile(
    r"[1-9]|🌶️?(?:🌶️?)*|(?:medium|very|extra)?\s?(?:hot|spicy)|medium|(?:조금|살짝|아주|많이)?\s?(?:매움|매워요|매운\s?맛)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b|\b(?:weekdays?|weekends?|(?:public |bank )?holidays?|daily|every ?day|and|to|per|each|every|first|an?|\d+ ?(?:min(?:ute)?s?|hours?|hrs?))\b"
    r"|[월화수목금토일]요일|(?<![가-힣])[월화수목금토일](?![가-힣])|주중|평일|주말|공휴일|휴일|매일|(?:최초|이후|매)?\s?\d+\s?(?:분|시간)(?:당|마다|이후|까지)?",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(r"\s*(?:금액|매출액?|판매\s?금액|결제\s?금액|amount|total|sales)\s*", re.IGNORECASE)
_DATED = re.compile(r"(?:19|20)\d\d\s?[-./년]\s?\d{1,2}|\d{1,2}\s?[-./월]\s?\d{1,2}일?$")
_REDUCED = re.compile(
    r"(?:할인\s?가격?|행사\s?가격?|특가|세일\s?가격?|sale price|discounted price|offer price)(?:\s?[(（]원[)）])?",
    re.IGNORECASE,
)
"""Columns of what a thing costs now, beside its usual price."""
_UNHEADED = "item"
_COUNTED = re.compile(r"\s*(?:qty|quantity|units|수량)\s*", re.IGNORECASE)
_EACH = re.compile(r"\s*(?:unit price|price each|each|단가|개당\s?가격)(?:\s?[(（].*)?\s*", re.IGNORECASE)
_OF_A_GROUP = re.compile(
    r"\b(?:program(?:me)?s?|class(?:es)?|courses?|workshops?|activit(?:y|ies)|sessions?|lessons?|treatments?|packages?|plans?|rooms?|seats?|tickets?|pass(?:es)?|title|name)\b"
    r"|프로그램|과정|강좌|수업|체험|클래스|코스|이용권|패스|객실|룸|좌석|상품|시술|진료|종목|대상|내역|세부",
    re.IGNORECASE,
)
"""Columns beside one of groups that name what is in them."""
_COLOUR = re.compile(r"colou?rs?|색상|색깔|색|컬러", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:and|or|various|assorted|all|any|multi\w*|mixed)\b", re.IGNORECASE)
_FREE = re.compile(r"\s*(?:free(?: of charge| entry| admission)?|no charge|무료)\s*", re.IGNORECASE)
_GOES_FREE = re.compile(
    r"(?P<name>(?:.{0,20}\b)?(?:under[- ]?\d{1,2}s?|infants?|bab(?:y|ies)|toddlers?|child(?:ren)?|kids|carers?|members?|seniors?|students?)\b.{0,24}?|.{0,12}(?:유아|영아|미취학|어린이|경로|장애인|회원|세 미만|개월 미만).{0,12}?)\s*[:：\-–—.…]*\s+(?:is |are |go |enter )?(?:free|무료)",
    re.IGNORECASE,
)
"""A line of a price list that names who pays nothing."""
_NONE = re.compile(r"\s*(?:[-–—x×/]|n/?a|none|없음|불가)\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"^\(?(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table: its cells by what their columns hold, and those of columns that are not known."""

    cells: dict[str, list[tuple[str, str]]]
    others: list[tuple[str, str]]
    beside: str = ""
    """What stands beside the name in another language: another name, if it is of this row alone."""


def items_in(text: str, headings: list[str], about: Sequence[str] = ()) -> list[tuple[Item, int, int]]:
    """(item, start, end) for the rows of a passage; the place is the whole row. `about`: what else says whether
    the numbers of its tables are prices, such as the title of its source."""
    found: list[tuple[Item, int, int]] = []
    category = _titled(headings[-1]) if headings else ""
    lines = list(lines_of(text))
    rows = [_row(line) if ": " in line and len(line) <= 1_200 else None for _, _, line in lines]
    # "국산" beside each of several names is where they are from
    beside = Counter(row.beside for row in rows if row is not None and row.beside)
    around = [line for (_, _, line), row in zip(lines, rows, strict=True) if row is None]
    told = [*about, *[*headings, *around][:_TELLING]]
    bilingual = _bilingual([row for row in rows if row is not None and NAME in row.cells])
    for (at, _, line), row in zip(lines, rows, strict=True):
        items: list[Item] = []
        if len(line) <= 1_200:
            if row is not None:
                names = _names_of(row, category, alone=beside[row.beside] == 1, bilingual=bilingual)
                items = _record(row, names, line, category, told)
            items = (
                items
                or sizes_in(line, category)
                or [item for part in _side_by_side(line) if (item := _listed(part, category)) is not None]
            )
        start = at + len(line) - len(line.lstrip())
        found += [(item, start, at + len(line.rstrip())) for item in items]
    return _in_its_currency(found)


def _row(line: str) -> _Row:
    """The cells of a row. The first column names what is sold, unless another says that it does."""
    parts = [part.partition(": ") for part in line.split(" · ")]
    if len(parts) > 1 and not parts[0][1] and all(colon for _, colon, _ in parts[1:]):
        parts[0] = (_UNHEADED, ": ", parts[0][0])  # tables seldom name the column of their names
    row = [
        (column.strip(), value.strip(), _kind(column, value))
        for column, colon, value in parts
        if colon and value.strip()
    ]
    cells: dict[str, list[tuple[str, str]]] = {}
    others: list[tuple[str, str]] = []
    for column, value, kind in row:
        (others if kind is None else cells.setdefault(kind, [])).append((column, value))
    first = row[0] if row and parts[0][1] and parts[0][2].strip() else ("", "", None)
    named = next((at for at, (_, _, kind) in enumerate(row) if kind == NAME), None)
    second = row[1] if len(row) > 1 else ("", "", None)
    named_so = second[:2] in others and bool(_OF_A_GROUP.search(second[0])) and names_things(*second[:2])
    if named is None and first[2] == CATEGORY and named_so:
        others.remove(second[:2])  # "분류: 원데이 · 프로그램: 물레 체험": the second column names them
        cells[NAME] = [second[:2]]
        named = 1
    if named is None and first[2] == CATEGORY and names_things("name", first[1]):
        cells[NAME] = cells.pop(CATEGORY)  # "구분: 어른 · 요금: 6,000원": the rows are the kinds
        named = 0
    if named is None and first[2] is None and names_things(first[0], _BRACKETS.sub(" ", first[1]).strip()):
        cells[NAME] = [others.pop(0)]  # "Class: Open studio": the rows are classes
        named = 0
    beside = _beside(row, named) if named is not None else ""
    if beside and (pair := (row[(named or 0) + 1][0], beside)) in others:
        others.remove(pair)
    return _Row(cells, others, beside)


def _kind(column: str, value: str) -> str | None:
    """As `kind_of`; a column "Left" of prices says nothing of what is left."""
    kind = kind_of(column)
    return None if kind == STOCK and any(True for _ in money_in(value)) else kind


def _beside(row: Sequence[tuple[str, str, str | None]], named: int) -> str:
    """What the column after the names holds, whatever it is headed, where it is in another language."""
    if named + 1 >= len(row):
        return ""
    column, value, kind = row[named + 1]
    if kind not in (None, NAME) or language_of(value) == language_of(row[named][1]):
        return ""
    about = kind_in_any_language(column)
    named_so = about == NAME and names_things("name" if kind else column, value)
    # "Full Moon 12" is another name of "보름달 12"; "30 min" is none of "마사지"
    numbers = [re.findall(r"\d+", said) for said in (value, row[named][1])]
    return value if named_so and (not numbers[0] or numbers[0] == numbers[1]) else ""


def _bilingual(rows: Sequence[_Row]) -> bool:
    """Whether the names of a table say each thing in two languages, one beside the other ("Pine Room 솔방")."""
    if any(sides(row.cells[NAME][0][0]) for row in rows):
        return True
    both = sum(_both(_parted(row.cells[NAME][0][1])[0]) is not None for row in rows)
    return both > 1 and both >= (len(rows) if both < _ENOUGH else len(rows) * _MOSTLY)


def _both(name: str) -> tuple[str, str] | None:
    """A name in English and in Korean; brackets behind both belong to each."""
    if (both := sides(name)) is not None:
        return both
    match = re.fullmatch(r"(.+?)(\s*[(（][^()（）]+[)）])", name)
    both = sides(match[1]) if match is not None else None
    return both and (both[0] + match[2], both[1] + match[2]) if match is not None else None


def _parted(cell: str) -> tuple[str, str]:
    """(name, what brackets in it say of the thing): not those that say which one it is, as in "Latte (hot)"."""
    asides = [
        match["aside"]
        for match in _BRACKETS.finditer(cell)
        if "," in match["aside"] or len(match["aside"]) > _ASIDE_LEAST
    ]
    name = cell
    for aside in asides:
        name = re.sub(rf"\s*[(（]{re.escape(aside)}[)）]", "", name)
    return (_clean(name), "; ".join(asides)) if name.strip() else (_clean(cell), "")


def _names_of(row: _Row, category: str, *, alone: bool, bilingual: bool) -> list[str]:
    """What a row calls its thing, in every language that it does; none for a row that names nothing."""
    if NAME not in row.cells:
        return []
    name = _parted(row.cells[NAME][0][1])[0]
    if _AMOUNT.fullmatch(name) and category:  # "2 hours", of what the heading names
        of = sides(category) or (category,)
        return [
            f"{_clean(_BRACKETS.sub('', side))} {name}"[:_NAME_MOST] for side in sorted(of, key=category.find)
        ]
    both = _both(name) if bilingual else None
    names = [name] if both is None else sorted(both, key=name.find)
    size = row.cells.get(SIZE, [("", "")])[0][1]
    if size and size not in name:
        said = f"size {size}" if size.isdigit() else size  # "12" counts nothing
        names = [f"{one} ({said})" for one in names]
    colour = next((value for column, value in row.others if _COLOUR.fullmatch(column)), "")
    if re.fullmatch(r"[^\W\d_][\w' -]{1,24}", colour) and not _EVERY.search(colour):
        names = [one if colour.lower() in one.lower() else _coloured(one, colour) for one in names]
    names = [_with_pack(one, *row.cells.get(PACK, [("", "")])[0], row) for one in names]
    also = [row.beside] if row.beside and alone else []
    also += [value for _, value in row.cells.get(OTHER, []) if re.search(r"[^\W\d_]{2}", value)]
    return list(dict.fromkeys([*names, *map(_clean, also)])) if name else []


def _coloured(name: str, colour: str) -> str:
    """With its colour before its size: "Jumper (Red) (S)"."""
    bare, gap, size = name.partition(" (")
    return f"{bare} ({colour}){gap}{size}"


def _with_pack(name: str, heading: str, pack: str, row: _Row) -> str:
    """A name with how many pieces its price is for; a bare number under "Qty" may be how many there are."""
    if _EACH.fullmatch(row.cells.get(PRICE, [("", "")])[0][0]) and _COUNTED.fullmatch(heading):
        return name  # "수량: 20 · 단가: 30,000" counts what there is, each at that price
    if _COUNTED.fullmatch(heading) and re.fullmatch(r"\s*\d+\s*", pack):
        return f"{name} ({heading}: {pack.strip()})" if int(pack) > 1 else name
    held = pieces_in(pack) > 1 or held_in(f"({pack})")
    return f"{name} ({pack})" if held and pieces_of(name) == 1 else name


def _record(row: _Row, names: Sequence[str], line: str, category: str, told: Sequence[str]) -> list[Item]:
    """A row of a table with a name and a price; where several columns hold prices ("Half day", "Full day"), or one
    cell does, an item a price, named with what it is for: "E-bike (Full day)". `told`: what the table stands
    under."""
    cells = row.cells
    currency = currency_of(cells[CURRENCY][0][1]) if CURRENCY in cells else ""
    prices = cells[PRICE][:1] if PRICE in cells else prices_of(row.others, told)
    if not names or not prices or NOTE.search(names[0]) or totals(names[0]) or _is_account(row):
        return []
    prices = _with_reduced(row, prices)
    if kind_of(cells[NAME][0][0]) is None:
        category = category or cells[NAME][0][0]
    parts = several(prices[0][1]) if len(prices) == 1 else []
    each = [(variant(column), price, currency or currency_in(column)) for column, price in prices]
    each = [(what, price, each[0][2]) for what, price in parts] or each
    rest = [one for one in row.others if one not in prices] if PRICE not in cells else []
    unread = (
        []
        if parts
        else [(variant(column), value, "") for column, value in rest if holds_a_price(column, value)]
    )
    # one price beside "free", "from £38" or a dash is for those whom its column names
    beside = any(says_for_whom(column) for column, _ in rest) and says_for_whom(prices[0][0])
    several_of = len(each) > 1 or beside or bool(unread) or any(_NONE.fullmatch(value) for _, value in rest)
    each += unread
    found = []
    for what, price, of in each:
        money = Money(Decimal(0), of, 0, len(price)) if _FREE.fullmatch(price) else single(price, of)
        money = in_units(money, price, [prices[0][0], *told])
        called = [f"{one} ({side_in(what, language_of(one))})" for one in names] if several_of else names
        if len(called[0]) > _NAME_MOST or (money is None and not re.search(r"\d", price)):
            continue
        item = _item(called, money, cells, category, line)
        found.append(item.model_copy(update={"variant": what[:80] if several_of else ""}))
    return found


def _is_account(row: _Row) -> bool:
    """Whether a row is of what was sold or ordered, its amount that of all of them: "수량: 120 · 금액: 540,000"."""
    heading = row.cells.get(PRICE, [("", "")])[0][0]
    number = next((value for at, value in row.cells.get(PACK, []) if _COUNTED.fullmatch(at)), "")
    several = re.fullmatch(r"\s*[\d,]+\s*", number) is not None and number.strip() != "1"
    dated = any(_DATED.search(value) for _, value in row.others)
    return bool(_ALL_OF_THEM.fullmatch(heading)) and several and dated


def _with_reduced(row: _Row, prices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """With the reduced price that stands in a column of its own."""
    reduced = [
        (column, value)
        for column, value in row.others
        if _REDUCED.fullmatch(column.strip()) and single(value, "") is not None
    ]
    return [*prices, *(pair for pair in reduced if pair not in prices)] if PRICE in row.cells else prices


def _in_its_currency(found: list[tuple[Item, int, int]]) -> list[tuple[Item, int, int]]:
    """What is free is so in the currency of its list; in one without prices it is no item."""
    money = {item.currency for item, _, _ in found if item.amount}
    if len(money) != 1:
        return [one for one in found if one[0].amount != 0]
    own = {"currency": money.pop()}
    return [
        (item.model_copy(update=own) if item.amount == 0 else item, start, end) for item, start, end in found
    ]


def _item(
    names: Sequence[str],
    money: Money | None,
    cells: dict[str, list[tuple[str, str]]],
    category: str,
    line: str,
) -> Item:
    aside = _parted(cells[NAME][0][1])[1]
    about = " ".join([*([aside] if aside else []), *(value for _, value in cells.get(ABOUT, []))])
    diet = [_answered(column, value) for column, value in cells.get(DIET, [])]
    group = cells[CATEGORY][0][1] if CATEGORY in cells else category
    stock = " ".join(value for _, value in cells.get(STOCK, []))
    stock = stock or " ".join(
        value for at, value in cells.get(PACK, []) if _COUNTED.fullmatch(at) and value == "0"
    )
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


def _answered(column: str, value: str) -> str:
    """A column "Vegan" with "yes" says the same as a cell "Vegan"; one of spiciness counts from 0."""
    if HEAT.fullmatch(column.strip()):
        return (
            "not spicy"
            if _COOL.fullmatch(value.strip())
            else "spicy"
            if _HOT.fullmatch(value.strip())
            else ""
        )
    if _YES.match(value):
        return column
    return f"{column}: no" if _NO.match(value) else value


def _stocked(stock: str, line: str) -> bool | None:
    if _GONE.search(stock) or _NO.match(stock):
        return False
    if stock and (_THERE.search(stock) or _YES.match(stock) or re.fullmatch(r"\d+\s*(?:개|ea)?", stock)):
        return not re.fullmatch(r"0+\s*(?:개|ea)?", stock)
    return False if _MARKED_GONE.search(line) else None


def _listed(line: str, category: str) -> Item | None:
    """A line of a price list: a name, perhaps dots, and one price at its end, or what is said of it behind that."""
    line = _BULLET.sub("", line).strip()
    if (row := _DESCRIBED.match(line)) is not None:
        item = _listed(f"{row['name']} ... {row['amount']}", category)
        about = row["about"].strip()
        tags = tags_of(f"{row['name']} {about}")
        told = {"description": about[:300], "tags": tags, "others": _said_again(row["name"], about)}
        return item and item.model_copy(update=told)
    free = _GOES_FREE.fullmatch(line) if len(line) <= _SHORT_LINE else None
    if free is not None and not SENTENCE.search(AGED.sub(" ", free["name"])):
        return Item(name=_clean(free["name"]), amount=Decimal(0), category=category[:80])
    prices = list(money_in(line)) or _typed(line, category)
    if len(prices) != 1 or len(line) > 160 or (" · " in line and ": " in line.split(" · ")[0]):
        return None
    price = prices[0]
    before, after = line[: price.start], line[price.end :].strip(" .")
    after = re.sub(r"^\s*[(（][^()（）]{1,60}[)）]\s*$", "", after)
    name = _clean(_LEADER.sub("", before))
    if after or not 1 < len(name) <= 60 or not re.search(r"[^\W\d_]", name) or SENTENCE.search(name):
        return None
    if not re.search(r"[^\W\d_]", _WHEN.sub(" ", name)):
        return None  # "Saturdays 300 won" of a car park
    if re.search(r"[.!?]\s", name) or _AMOUNT_INSIDE.search(name) or re.search(r"[-–~∼〜]\s*$", before):
        return None  # a sentence; the end of "10,000-12,000 won"
    gone = _MARKED_GONE.search(line)
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


def _said_again(name: str, about: str) -> list[str]:
    """The name in another language, where the smaller line begins with it: "Americano" of "Americano, hot"."""
    again = re.split(r"\s*[(（·,]|\s[-–—]\s", about, maxsplit=1)[0].strip()
    other = language_of(again) != language_of(name)
    short = 2 < len(again) <= _SHORT_LINE and not re.search(r"\d", again)
    return [again] if other and short and not SENTENCE.search(again) else []


def _side_by_side(line: str) -> list[str]:
    """The parts of "식혜 3,000 / 콜라 2,000", where each of them ends in a number; otherwise the line."""
    if _IN_ONE_LINE.fullmatch(line):
        return [match[0] for match in _ONE_OF_LINE.finditer(line)]
    parts = line.split(" / ")
    if len(parts) < 2 or not all(re.search(r"\d\s*$", part) for part in parts):
        return [line]
    # "족발 35,000 / 40,000": which of them it costs is not said
    return parts if all(re.search(r"[^\W\d_]", part) for part in parts) else []


def _typed(line: str, category: str) -> list[Money]:
    """The price at the end of a line of a typed menu that names no currency: behind dots ("멸치국수 .... 7,000"),
    or behind a Korean name where it is written with its thousands."""
    match = _DOTTED.search(line) or (_PLAIN.search(line) if len(line) <= _SHORT_LINE else None)
    number = plain_number(match["amount"]) if match is not None else None
    if match is None or number is None or _OTHER_NUMBERS.search(f"{category} {line}"):
        return []
    currency = "KRW" if re.search("[가-힣]", line) else ""
    return [Money(Decimal(number), currency, match.start("amount"), match.end("amount"))]


def _titled(heading: str) -> str:
    """A heading without its number and pictures: "시간 대여" of "1. 시간 대여 🕐"."""
    return _clean(_NUMBERED.sub("", without_pictures(heading))) or heading


def _clean(text: str) -> str:
    return without_pictures(text).strip(" -–—:：·.*|")
