"""schema.org's words (JSON-LD) to facts. Each fact has a line of text: the reader puts those lines into a passage of
the page, so that an answer can quote what it was computed from and the citation opens it.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

from madang.knowledge.document import Block
from madang.knowledge.facts.calendars import of
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.holiday import ALL
from madang.knowledge.facts.networks import profile_of
from madang.knowledge.facts.numerals import currency_of
from madang.knowledge.facts.tags import IMPLIED, tags_of
from madang.knowledge.facts.types import DAY, Contact, Holiday, Item, Rule, Value

PLACE = "data"
"""`Passage.place` of what stands in a page's data."""
MOST = 1_000
_NODES = 20_000
_DEEPEST = 16
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = ("mo", "tu", "we", "th", "fr", "sa", "su")
_WORDS = {
    "en": ("Opening hours", "Menu and prices", "Contact", "closed", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), "public holidays", "to", "Phone", "E-mail", "Website", "Address", "sold out", "Social media"),
    "ko": ("영업시간", "메뉴와 가격", "연락처", "휴무", ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"), "공휴일", "부터", "전화", "이메일", "홈페이지", "주소", "품절", "SNS"),
}  # fmt: skip
_BUSINESS = re.compile(
    r"(?:business|restaurant|store|shop|cafe|coffee|bakery|bar|pub|winery|brewery|hotel|hostel|motel|resort|salon|spa|dentist|physician|clinic|hospital|pharmacy|gym|club|museum|library|gallery|attraction|agency|service|repair|dealer|station|establishment|organization|school|place|lodging|florist|attorney|notary|plumber|electrician|zoo|park|cinema|theater)",
    re.IGNORECASE,
)
_ITEMS = frozenset(
    ("MenuItem", "Product", "Drug", "Vehicle", "IndividualProduct", "ProductModel", "ProductGroup")
)
_DIETS = {
    "VegetarianDiet": "vegetarian", "VeganDiet": "vegan", "GlutenFreeDiet": "gluten-free", "HalalDiet": "halal", "KosherDiet": "kosher",
}  # fmt: skip
_CLOCK = re.compile(r"^T?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_STRING = re.compile(
    r"^((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*[-,]\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))*)(?:\s+(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2}))?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Found:
    language: str
    business: bool = False
    """Whether something in the data is more than an organisation: a shop, a restaurant."""
    hours: list[tuple[Rule, str]] = field(default_factory=list)
    items: list[tuple[Item, str]] = field(default_factory=list)
    contacts: list[tuple[Contact, str]] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.hours) + len(self.items) + len(self.contacts) >= MOST


def facts(data: list[dict[str, Any]]) -> list[tuple[Value, str]]:
    """(value, its line) of everything that a page's data says; wrong or absurd values are left out."""
    found = _read(data)
    return [*found.hours, *found.items, *found.contacts]


def blocks(data: list[dict[str, Any]]) -> list[Block]:
    """The lines of the facts, for the passages of the page; they stand under headings of their own."""
    found = _read(data)
    words = _WORDS[found.language]
    return [
        Block(line, (str(heading),), row=True, place=PLACE)
        for heading, said in ((words[0], found.hours), (words[1], found.items), (words[2], found.contacts))
        for line in dict.fromkeys(line for _, line in said)
    ]


def _read(data: list[dict[str, Any]]) -> _Found:
    nodes = list(_nodes(data))
    found = _Found(
        "ko"
        if any(_hangul(node.get("name")) or _hangul(node.get("description")) for node in nodes)
        else "en",
        any(_BUSINESS.search(name) and name != "Organization" for node in nodes for name in _types(node)),
    )
    for node in nodes:
        if found.full():
            break
        types = _types(node)
        if any(_BUSINESS.search(name) for name in types) or _keys(node):
            _hours(node, found)
            _contact(node, found)
        if _ITEMS & set(types):
            _item(node, found)
    return found


def _keys(node: dict[str, Any]) -> bool:
    return "openingHours" in node or "openingHoursSpecification" in node


def _hangul(value: Any) -> bool:
    return isinstance(value, str) and bool(re.search("[가-힣]", value))


def _nodes(data: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every object, outermost first, however it is nested; questions with answers are left alone."""
    stack: list[tuple[Any, int]] = [(item, 0) for item in reversed(data)]
    seen = 0
    while stack and seen < _NODES:
        value, depth = stack.pop()
        seen += 1
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            stack.extend((item, depth + 1) for item in reversed(value[:2_000]))
        elif isinstance(value, dict):
            if {
                "FAQPage",
                "QAPage",
                "Question",
                "Review",
                "Event",
                "JobPosting",
                "Article",
                "NewsArticle",
            } & set(_types(value)):
                continue
            yield value
            stack.extend(
                (item, depth + 1)
                for item in reversed(list(value.values())[:200])
                if isinstance(item, (dict, list))
            )


def _types(node: dict[str, Any]) -> list[str]:
    value = node.get("@type")
    return [
        name.rpartition("/")[2][:60]
        for name in (value if isinstance(value, list) else [value])[:10]
        if isinstance(name, str)
    ]


def _list(value: Any) -> list[Any]:
    return value[:200] if isinstance(value, list) else [] if value is None else [value]


def text_of(value: Any, most: int) -> str:
    """A value as one line of plain text without markup; empty for what is no text."""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return ""
    plain = re.sub(
        r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)", " ", unescape(value[:20_000]), flags=re.S | re.IGNORECASE
    )
    plain = re.sub(r"<[^<>]{0,500}>", " ", plain)
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff<>]", " ", plain)
    return " ".join(plain.split())[:most].strip()


# --- hours


def _hours(node: dict[str, Any], found: _Found) -> None:
    for text in _list(node.get("openingHours")):
        if isinstance(text, str):
            for part in re.split(r"\s*[;\n]\s*|,\s*(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)[-\s,]+[^,]*\d)", text[:1_000]):
                _hours_string(part.strip(), found)
    for one in _list(node.get("openingHoursSpecification")):
        if isinstance(one, dict):
            _specified(one, found, special=False)
    for one in _list(node.get("specialOpeningHoursSpecification")):
        if isinstance(one, dict):
            _specified(one, found, special=True)


def _hours_string(text: str, found: _Found) -> None:
    match = _STRING.match(text)
    if match is None:
        return
    days: set[int] = set()
    for part in match[1].lower().split(","):
        ends = [_SHORT.index(name.strip()) for name in part.split("-")]
        days |= {(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)}
    span = _span(match[2], match[3]) if match[2] else None  # days without hours say nothing about hours
    if span is not None:
        _add_hours(Rule(state="open", days=sorted(days), spans=[span]), found)


def _specified(one: dict[str, Any], found: _Found, *, special: bool) -> None:
    named = _named_days(one)
    if named is None:
        return
    days, holidays = named
    given, last = one.get("validFrom"), one.get("validThrough")
    first, end = _date(given), _date(last)
    if (given is not None and first is None) or (last is not None and end is None):
        return
    spans = _times(one)
    if spans is None:
        return
    state = "open" if spans else "closed"
    rule = Rule(state=state, days=sorted(days), spans=spans)
    if first is not None or end is not None:
        start = first or end
        assert start is not None  # noqa: S101  one of the two is there
        dates = of(start)
        if end is not None and end > start:
            dates = dates.model_copy(update={"to_month": end.month, "to_day": end.day, "to_year": end.year})
        if not special and (end is None or (end - start).days > 31):
            # hours of a season, or hours that began one day: not to be taken for those of every week
            rule.state, rule.dates = "unclear", []
        else:
            rule.dates = [dates]
    elif holidays:
        rule.holidays = [Holiday(key=ALL)]
        if days:
            _add_hours(Rule(state=state, days=sorted(days), spans=spans), found)
        rule.days = []
    elif not days and not spans:
        return
    _add_hours(rule, found)


def _named_days(one: dict[str, Any]) -> tuple[set[int], bool] | None:
    """The days of the week, and whether public holidays are among them; None for a day that is none."""
    days, holidays = set(), False
    for value in _list(one.get("dayOfWeek")):
        name = text_of(value, 80).rpartition("/")[2].rpartition(":")[2].lower()
        if name in _DAYS:
            days.add(_DAYS.index(name))
        elif name[:2] in _SHORT and (len(name) == 2 or _DAYS[_SHORT.index(name[:2])].startswith(name)):
            days.add(_SHORT.index(name[:2]))
        elif name == "publicholidays":
            holidays = True
        else:
            return None
    return days, holidays


def _times(one: dict[str, Any]) -> list[tuple[int, int]] | None:
    """Its span; empty: closed; None for times that are none."""
    opens, closes = one.get("opens"), one.get("closes")
    if opens is None and closes is None:
        return []
    at, to = _clock(opens), _clock(closes)
    if at is None or to is None:
        return None
    if at == to:
        return []
    span = _span_of(at, to)
    return None if span is None else [span]


def _span(opens: str, closes: str) -> tuple[int, int] | None:
    at, to = _clock(opens), _clock(closes)
    return None if at is None or to is None else _span_of(at, to)


def _span_of(at: int, to: int) -> tuple[int, int] | None:
    if to in (DAY - 1, 0) and at == 0:
        return (0, DAY)
    to = DAY if to == DAY - 1 else to
    return (at, to if to > at else to + DAY) if at < DAY else None


def _clock(value: Any) -> int | None:
    match = _CLOCK.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2])
    return minutes if minutes <= DAY and int(match[2]) < 60 else None


def _date(value: Any) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        found = date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


def _add_hours(rule: Rule, found: _Found) -> None:
    words = _WORDS[found.language]
    names = words[4]
    when = _runs(rule.days, [str(name) for name in names])
    when += [_dated(one) for one in rule.dates]
    when += [str(words[5])] if rule.holidays else []
    spans = ", ".join(f"{shown(a)}–{shown(b)}" for a, b in rule.spans) or str(words[3])
    line = f"{', '.join(when)}: {spans}" if when else spans
    found.hours.append((rule, line))


def _runs(days: list[int], names: list[str]) -> list[str]:
    """`Monday–Friday`; two neighbours stand each for itself."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [
        name
        for run in runs
        for name in ([f"{names[run[0]]}–{names[run[-1]]}"] if len(run) > 2 else [names[day] for day in run])
    ]


def _dated(one: Any) -> str:
    first = f"{one.year}-{one.month:02d}-{one.day:02d}"
    return first if one.to_day is None else f"{first} – {one.to_year}-{one.to_month:02d}-{one.to_day:02d}"


# --- what is sold


def _item(node: dict[str, Any], found: _Found) -> None:
    name = text_of(node.get("name"), 120)
    if not name or not re.search(r"\w", name):
        return
    about = text_of(node.get("description"), 300)
    prices = {price for offer in _list(node.get("offers")) if (price := _price(offer)) is not None}
    amount, currency = next(iter(prices)) if len(prices) == 1 else (None, "")
    tags = set(tags_of(name, about))
    for value in _list(node.get("suitableForDiet")):
        diet = _DIETS.get(text_of(value, 100).rpartition("/")[2])
        if diet:
            tags |= {diet, *IMPLIED.get(diet, ())}
    gone = any(
        isinstance(offer, dict)
        and re.search(r"OutOfStock|SoldOut|Discontinued", str(offer.get("availability"))[:100])
        for offer in _list(node.get("offers"))
    )
    item = Item(
        name=name, amount=amount, currency=currency, tags=sorted(tags), description=about, category=text_of(node.get("category"), 80),
        available=False if gone else None,
    )  # fmt: skip
    parts = [
        name,
        *([priced(amount, currency)] if amount is not None else []),
        *(tag for tag in item.tags if not tag.startswith("not-")),
    ]
    parts += [about] if about else []
    parts += [str(_WORDS[found.language][11])] if gone else []
    found.items.append((item, " · ".join(parts)))


def _price(offer: Any) -> tuple[Decimal, str] | None:
    """The one price of an offer; None for a range, for what is no number, and for what no shop asks."""
    if not isinstance(offer, dict):
        return None
    if "AggregateOffer" in _types(offer) or "lowPrice" in offer:
        low, high = _number(offer.get("lowPrice")), _number(offer.get("highPrice"))
        price = low if low is not None and low == high else None
    else:
        price = _number(offer.get("price"))
    currency = offer.get("priceCurrency")
    if price is None:
        inner = _list(offer.get("priceSpecification"))
        if len(inner) != 1 or not isinstance(inner[0], dict):
            return None
        price, currency = _number(inner[0].get("price")), inner[0].get("priceCurrency") or currency
    if price is None:
        return None
    code = currency.strip().upper() if isinstance(currency, str) else ""
    return price, currency_of(code) or (code if re.fullmatch("[A-Z]{3}", code) else "")


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = (
        str(value).strip().replace(",", "")
        if not re.fullmatch(r"\s*\d+,\d{1,2}\s*", str(value))
        else str(value).strip().replace(",", ".")
    )
    if not re.fullmatch(r"\d{1,10}(?:\.\d{1,4})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def priced(amount: Decimal, currency: str) -> str:
    """`12,000 KRW`, `4.50 USD`."""
    number = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return f"{number} {currency}".strip()


# --- contact


def _contact(node: dict[str, Any], found: _Found) -> None:
    words = _WORDS[found.language]
    for value in _list(node.get("telephone"))[:5]:
        phone = text_of(value, 40)
        if re.fullmatch(r"[+\d][\d\s().-]{5,30}", phone):
            _add_contact("phone", phone, str(words[7]), found)
    for value in _list(node.get("email"))[:5]:
        mail = text_of(value, 120).removeprefix("mailto:")
        if re.fullmatch(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", mail):
            _add_contact("email", mail, str(words[8]), found)
    site = text_of(node.get("url"), 200)
    if re.fullmatch(r"https?://[^\s<>\"'()]{4,190}", site) and any(
        _BUSINESS.search(name) for name in _types(node)
    ):
        _add_contact("website", site, str(words[9]), found)
    # beside a business, an organisation with a name is somebody else: who made its pages
    whose = found.business and set(_types(node)) <= {"Organization"} and node.get("name")
    for value in [] if whose else _list(node.get("sameAs"))[:20]:
        if isinstance(value, str) and (profile := profile_of(value.strip())):
            _add_contact("social", profile, str(words[12]), found)
    for value in _list(node.get("address"))[:3]:
        if place := _address(value, found.language):
            _add_contact("address", place, str(words[10]), found)


def _address(value: Any, language: str) -> str:
    if isinstance(value, str):
        return text_of(value, 300)
    if not isinstance(value, dict):
        return ""
    names = ("streetAddress", "addressLocality", "addressRegion", "postalCode")
    parts = [text for name in names if (text := text_of(value.get(name), 120))]
    if not text_of(value.get("streetAddress"), 120):
        return ""
    if language == "ko":
        order = ("addressRegion", "addressLocality", "streetAddress")
        parts = [text for name in order if (text := text_of(value.get(name), 120))]
        return " ".join(dict.fromkeys(parts))[:300]
    return ", ".join(dict.fromkeys(parts))[:300]


def _add_contact(kind: Any, value: str, label: str, found: _Found) -> None:
    contact = Contact(kind=kind, value=value)
    if all(contact != there for there, _ in found.contacts):
        found.contacts.append((contact, f"{label}: {value}"))
