"""The items that a question is about: found by their names, whole, with how many of each."""

# ruff: noqa: E501, SIM905 - patterns and lists of words are read whole
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from madang.kernel.language import language_of
from madang.knowledge.facts.additions import adds
from madang.knowledge.facts.ask.alike import otherwise
from madang.knowledge.facts.ask.labels import labelled
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.numerals import ENGLISH, NATIVE, NATIVE_WORD
from madang.knowledge.facts.packs import WHOLE, held_in, pieces_of
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.lexicon import stem

_COUNTER = r"(?:개|잔|그릇|인분|판|줄|병|접시|마리|조각|세트|박스|봉지|캔|컵|공기|팩|통|단|장|권|벌|켤레|송이|다발|곱빼기|명|분|매)"
_KOREAN_COUNT = re.compile(
    rf"^(?:을|를|은|는)?\s*(?:(?P<n>\d{{1,3}})|(?P<w>{NATIVE_WORD})(?!\s?다))\s?{_COUNTER}?(?=[\s,.?!와과이랑하고에로가은는요]|$)"
)
_ENGLISH_COUNT = re.compile(
    rf"(?:\b(?:(?P<n>\d{{1,3}})|(?P<w>{'|'.join(ENGLISH)}|an?|couple of|a couple of))\s*(?:x\s+|×\s*)?(?:(?:cups?|bowls?|plates?|glass(?:es)?|bottles?|orders?|portions?|servings?|pieces?|rolls?|slices?) of )?)$",
    re.IGNORECASE,
)


_SHORT = 2
_PERSONS = r"(?:people|persons?|guests?|pax)\b"
_PEOPLE = re.compile(rf"명|\b{_PERSONS}", re.IGNORECASE)
_SIZED = re.compile(rf"(?<!\d)(\d{{1,3}})\s?(?:명|인(?!분)|{_PERSONS})", re.IGNORECASE)
_EACH = re.compile(
    r"\b(?:(?:per|a|each|one) (?:person|head|guest|adult|child|rider|player|swimmer|visitor|participant)|each|adults?|child(?:ren)?|kids?|students?|seniors?|concessions?|tickets?|admission|entry|class(?:es)?|lessons?|courses?|workshops?|tours?|sessions?|membership)\b"
    r"|1\s?인|인당|명당|한\s?명|어른|대인|성인|소인|어린이|아동|유아|학생|청소년|경로|입장|이용권|회원|수업|클래스|강좌|강습|레슨|체험|투어|교육",
    re.IGNORECASE,
)
"""What says that a price is one person's."""
_PASS = re.compile(
    r"\b(?:memberships?|members?|season tickets?|(?:annual|year(?:ly)?|season) pass(?:es)?|annual(?:ly)?|yearly|a year)\b|회원|연간|정기|시즌권|1년",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"(?:adults?|child(?:ren)?|kids?|seniors?|students?|teens?|infants?|toddlers?|concessions?|famil(?:y|ies)|couples?|individuals?|carers?)(?: of \w+)?"
    r"|어른|성인|대인|소인|어린이|아동|유아|청소년|학생|대학생|경로|가족|일반|개인",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"\s*(\d+(?:\.\d+)?\s?(?:g|kg|ml|l|cm|oz))(?![a-z])", re.IGNORECASE)
_ONE_WORD = re.compile(r"[A-Za-z]{3,20}")
_OF_A_GROUP = re.compile(r"\bgroups?\b[^\d]{0,12}\d|\d\s?\+ people|단체[^\d]{0,8}\d", re.IGNORECASE)
"""Who is alone does not pay a group's price."""
_WEIGHED = re.compile(r"\d\s?(?:k?g|근)(?![a-z])", re.IGNORECASE)
_PORTIONS = re.compile(r"(\d{1,2})\s?인분")
_MINUTES = 10
"""From here on "90분" are minutes, not people."""
NO_COUNT = 0
"""Of what no price is known for so many."""
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that a question names. `items` has several where its words fit several."""

    items: tuple[tuple[Fact, Item], ...]
    count: int
    counted: bool
    at: int
    end: int = -1
    """Where its words, and a number behind them, end."""
    said: tuple[str, ...] = ()
    """The words that name it, one for each place where some stand."""
    people: bool = False
    """Whether `count` counts people."""
    measured: bool = False
    """Whether `count` counts what its price is for, such as hours."""


def sold(business: Business, language: str) -> list[tuple[Fact, Item]]:
    """What is sold, without fees, and without what only comes to other prices: in the language of the question,
    where there is a list in it."""
    every = [
        pair
        for pair in business.items()
        if pair[1].category != "fee" and not adds(pair[1].name) and not _OF_A_GROUP.search(pair[1].name)
    ]
    own = [
        pair
        for pair in every
        if any(language_of(name) == language for name in (pair[1].name, *pair[1].others))
    ]
    return own or every


def called(item: Item, language: str) -> str:
    """Its name in that language, where it has one."""
    return next((name for name in (item.name, *item.others) if language_of(name) == language), item.name)


def named_in(left: Left, business: Business, *, parts: bool = True) -> list[Wanted]:
    """The items that are named, in order, taken out of `left` with their numbers.

    A name counts whole; with `parts` words of it alone (“bibimbap” of “Vegetable bibimbap”) too, where they
    fit something.
    """
    passes = bool(_PASS.search(left.text))
    listed = [one for one in listed_names(business) if passes or not one.by_pass]
    found: list[Wanted] = []
    asked = normal(left.left)
    names: dict[str, list[tuple[Fact, Item]]] = {}
    for one in listed:
        if one.plain in asked and (not one.short or _alone(one.name).search(left.left)):
            names.setdefault(one.name, []).append(one.pair)
    for name in sorted(names, key=len, reverse=True):
        for match in _pattern(name).finditer(left.left):
            found.append(_wanted(left, match.start(), match.end(), names[name]))
    if parts:
        # "sea view" is what is wanted of a room, and no "Sea view supplement"
        added = adds(left.text)
        found += _by_words(left, [one for one in listed if added or not one.addition])
    return sorted(found, key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A name of an item with what it is found by."""

    pair: tuple[Fact, Item]
    name: str
    plain: str
    stems: tuple[str, ...]
    outside: tuple[str, ...]
    """The stems without those in brackets: "Family of 4 (2 adults)" is no adult, if anything else is one."""
    hangul: tuple[str, ...]
    lead: int = 0
    """Of how many first words none names it alone."""
    addition: bool = False
    """Whether it only comes to the price of something else."""
    by_pass: bool = False
    """Whether it says only who has to pay so much for a pass: "Adult" under "Annual membership"."""
    short: bool = False
    """Another word for it that is too short to be looked for inside of words: "아이" is not in "아이스"."""


def listed_names(business: Business) -> list[_Listed]:
    """The items, taken apart once."""
    known: list[_Listed] | None = business.memo.get("menu")
    if known is None:
        every = [(pair, name) for pair in business.items() for name in (pair[1].name, *pair[1].others)]
        whole = {normal(name) for _, name in every}
        # "Rowing boat (30 min)" is a rowing boat, where nothing else is called that
        bare = [
            (pair, name.rpartition(" (")[0]) for pair, name in every if name.endswith(")") and " (" in name
        ]
        every += [(pair, name) for pair, name in bare if len(name) > 1 and normal(name) not in whole]
        # "Sauna adult (over 14) (weekday)" is an adult
        alone = [(pair, plainly(pair[1], name)) for pair, name in every if pair[1].category]
        every += [(pair, name) for pair, name in alone if name and normal(name) not in whole]
        every += [(pair, plain) for pair, name in every if (plain := _without_accents(name)) != name]
        # "kids pasta" of "Pasta with tomato sauce" under "Kids"; "kids" alone names nothing
        grouped = [
            (pair, f"{pair[1].category} {name}")
            for pair, name in every
            if _ONE_WORD.fullmatch(pair[1].category) and normal(pair[1].category) not in normal(name)
        ]
        others = [
            (pair, other) for pair, name in every for other in otherwise(name) if normal(other) not in whole
        ]
        known = [
            _Listed(
                pair,
                name.lower(),
                normal(name),
                _stems(name),
                _stems(_BRACKETS.sub(" ", name.removesuffix(f" ({pair[1].variant})"))),
                tuple(re.findall("[가-힣]+", name)),
                addition=adds(name),
                by_pass=bool(_PASS.search(f"{pair[1].category} {pair[0].said.partition(':')[0]}"))
                and bool(_WHO.fullmatch(_BRACKETS.sub("", name).strip())),
                lead=int(at >= len(every) + len(others)),
                short=at >= len(every) and len(name) <= _SHORT,
            )
            for at, (pair, name) in enumerate([*every, *others, *grouped])
        ]
        business.memo["menu"] = known
    return known


def plainly(item: Item, name: str) -> str:
    """A name without the heading of its table before it; empty where it does not begin with that."""
    group = _BRACKETS.sub("", item.category).strip()
    return (
        _BRACKETS.sub("", name.removeprefix(group)).strip() if group and name.startswith(f"{group} ") else ""
    )


def _without_accents(name: str) -> str:
    """As it is typed in a hurry: "cafe latte"."""
    return "".join(
        letter if re.match("[가-힣]", letter) else unicodedata.normalize("NFD", letter)[0] for letter in name
    )


def _alone(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![가-힣]){re.escape(word)}(?={_PARTICLE.pattern}(?![가-힣])|[^가-힣]|$)")


def heads(wanted: Wanted, said: str) -> bool:
    """Whether what was `said` names a thing itself, not only what it is of: "sandwich", not the "clay" of
    "Family clay morning"."""
    last = [stem(word) for word in re.findall(r"[a-z][a-z']*", said.lower())][-1:]
    if not last:
        return True
    names = [name.partition("(")[0] for _, item in wanted.items for name in (item.name, *item.others)]
    return any(
        [stem(word) for word in re.findall(r"[a-z][a-z']*", name.lower())][-1:] == last for name in names
    )


def _pattern(name: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.findall(r"[\w']+|[^\w\s]", name)]
    gap = r"\s*" if re.search("[가-힣]", name) else r"[\s-]*"
    body = gap.join(parts)
    if re.match(r"[a-z0-9]", name):
        body = r"\b" + body
    if re.search(r"[a-z0-9]$", name):
        body += r"(?:e?s)?\b"
    elif re.match("[가-힣]", name):
        body = r"(?<![가-힣])" + body
    return re.compile(body, re.IGNORECASE)


def _wanted(left: Left, start: int, end: int, pairs: Sequence[tuple[Fact, Item]]) -> Wanted:
    count, counted = 1, False
    after = _KOREAN_COUNT.match(left.left[end:])
    before = _ENGLISH_COUNT.search(left.left[:start])
    cut_from, cut_to = start, end
    if before is not None and before["w"] in ("a", "A") and re.match("[가-힣]", left.left[start]):
        before = None  # "A 와인": a course, and no English "a"
    measured = _MEASURE.match(left.left[end:])
    if measured is not None and (of := [pair for pair in pairs if _is_variant(pair[1], measured[1])]):
        pairs, cut_to = of, end + measured.end()  # "시금치나물 200g"
    elif after is not None and (of := [pair for pair in pairs if _is_variant(pair[1], after[0])]):
        pairs, cut_to = of, end + after.end()  # "회수권 10장" is the one of ten
    elif after is not None and re.search("[가-힣]", left.left[start:end]) and not _is_time(after):
        count, counted, cut_to = (
            int(after["n"]) if after["n"] else NATIVE[after["w"]],
            True,
            end + after.end(),
        )
    elif before is not None:
        word = (before["w"] or "").lower()
        count = (
            int(before["n"])
            if before["n"]
            else 1
            if word in ("a", "an")
            else 2
            if "couple" in word
            else ENGLISH[word]
        )
        counted, cut_from = word not in ("a", "an"), before.start()
    own = labelled(pairs, count, left.left[:cut_from], left.left[start:end]) if counted else None
    if own is not None and all(pieces(item) == 1 for _, item in pairs):
        pairs, count, counted = (own[0], 1, False) if own[1] else (pairs, NO_COUNT, True)
    elif counted:
        pairs, count = _packed(pairs, count, f"{left.left[cut_from:start]} {left.left[end:cut_to]}")
    people = counted and bool(_PEOPLE.search(left.left[cut_from:cut_to]))
    if people:
        sizes = {_size(item) for _, item in pairs}
        if None not in sizes:  # the price of a group of ten is no price of one
            count, counted = (1, False) if sizes == {count} else (NO_COUNT, True)
        elif not all(map(is_for_each, pairs)):
            count = NO_COUNT  # a boat for three costs what a boat does
    left.cut(cut_from, cut_to)
    once = {(fact.key, fact.place): (fact, item) for fact, item in pairs}
    said = left.text[start:end]
    return Wanted(
        tuple(once.values()),
        count,
        counted,
        start,
        max(end, cut_to),
        (said,),
        people=people or bool(_WHO.search(said)),
    )


def _is_time(said: re.Match[str]) -> bool:
    """Whether what follows a name is how long it takes, rather than how many are wanted: "마사지 90분"."""
    return said[0].rstrip().endswith("분") and bool(said["n"]) and int(said["n"]) >= _MINUTES


def _packed(
    pairs: Sequence[tuple[Fact, Item]], count: int, said: str
) -> tuple[Sequence[tuple[Fact, Item]], int]:
    """What is wanted of things that are sold by so many pieces, and how many of those: six of "붕어빵 3개" are two.
    No price is known for what makes no whole number of them."""
    pairs = [pair for pair in pairs if not ("마리" in said and pair[1].variant.startswith("반"))] or pairs
    portions = [(pair, int(one[1])) for pair in pairs if (one := _PORTIONS.match(pair[1].variant))]
    weighed = all(_WEIGHED.search(f"{pair[1].name} {pair[1].variant}") for pair in pairs)
    if re.search("인분|마리", said) and weighed and not portions:
        return pairs, NO_COUNT  # how much a portion, or one fish, weighs is not said
    if portions and "인분" in said:  # what three of "2인분" cost is not said
        own = [pair for pair, size in portions if size == count]
        return (own, 1) if own else (pairs, NO_COUNT)
    held = {held_in(name) for _, item in pairs for name in (item.name, *item.others)} - {""}
    if held and not WHOLE.search(said) and not any(one in said.lower() for one in held):
        return pairs, NO_COUNT
    # "Kids (5)" are so old; that a column says "Adult" makes no person of "Candles (6)"
    sizes = {1 if _EACH.search(f"{item.name} {item.category}") else pieces(item) for _, item in pairs}
    if sizes == {1} or WHOLE.search(said):
        return pairs, count
    own = [pair for pair in pairs if pieces(pair[1]) == count]
    if own:
        return own, 1
    size = sizes.pop()
    return pairs, count // size if not sizes and count % size == 0 else NO_COUNT


def pieces(item: Item) -> int:
    return max(pieces_of(name) for name in (item.name, *item.others))


def _size(item: Item) -> int | None:
    """For how many people its price is, as its name says: "Group (10 people)"; "단체(20인 이상)" over a column is
    for each of so many."""
    if "이상" in item.variant:
        return None
    match = next((found for name in (item.name, *item.others) if (found := _SIZED.search(name))), None)
    return int(match[1]) if match is not None else None


def is_for_each(pair: tuple[Fact, Item]) -> bool:
    """Whether its price is one person's: a ticket, a class, of an adult, "a person"; not that of a room or a boat."""
    fact, item = pair
    return _size(item) is None and bool(_EACH.search(" ".join((fact.said, item.category))))


def _is_variant(item: Item, said: str) -> bool:
    """Whether what follows a name is what one of its prices is for, rather than how many of it are wanted."""
    wanted = normal(re.split(r"[\s(（]", item.variant, maxsplit=1)[0]), normal(item.variant)
    spoken = re.sub(r"^(?:한|하나)(?=[가-힣])", "1", re.sub(r"^두(?=[가-힣])", "2", normal(said)))
    return bool(item.variant) and bool({normal(said), spoken} & set(wanted))


def _by_words(left: Left, every: Sequence[_Listed]) -> list[Wanted]:
    """Names of which the question has a part: a run of its words, or for Korean the end or beginning of a name."""
    found: list[Wanted] = []
    tokens = [
        (match.group().lower(), match.start(), match.end())
        for match in re.finditer(r"[A-Za-z][A-Za-z']{2,}|[A-Za-z](?=-[A-Za-z]{2})|[가-힣]{2,}", left.left)
    ]
    tokens = [(word, start, end) for word, start, end in tokens if not _counts_only(word, left.left[:start])]
    at = 0
    while at < len(tokens):
        best: tuple[int, list[tuple[Fact, Item]], int] | None = None
        for size in range(min(4, len(tokens) - at), 0, -1):
            run = tokens[at : at + size]
            if re.search(r"[,.?!\d]", left.left[run[0][1] : run[-1][2]]):
                continue
            pairs, end = _fitting([word for word, _, _ in run], run[-1][2], every)
            if pairs:
                best = (size, pairs, end)
                break
        if best is None:
            at += 1
            continue
        size, pairs, end = best
        found.append(_wanted(left, tokens[at][1], end, pairs))
        at += size
    return found


def _counts_only(word: str, before: str) -> bool:
    """Whether a word says what a number before it counts, and names nothing: "시간" of "3시간"."""
    return before[-1:].isdigit() and bool(_COUNTED_ONLY.match(word))


def _fitting(words: list[str], end: int, every: Sequence[_Listed]) -> tuple[list[tuple[Fact, Item]], int]:
    if len(words) == 1 and _DIETS.match(words[0]):
        return [], end  # "What vegan options do you have?" names no "Vegan banana bread"
    if len(words) == 1 and re.match("[가-힣]", words[0]):
        word = words[0]
        for cut in range(len(word), 1, -1):
            part, rest = word[:cut], word[cut:]
            if rest and not _PARTICLE.fullmatch(rest):
                continue
            pairs = [one.pair for one in every if any(part_of(part, whole) for whole in one.hangul)]
            if pairs:
                return pairs, end - len(rest)
        return [], end
    if any(not word.isascii() for word in words):
        return [], end
    stems = tuple(stem(word) for word in words)
    if _LINKING & {words[0], words[-1]} or words[-1] in _WEEKDAYS:
        return (
            [],
            end,
        )  # "a child saturday" is a child's ticket; which of its prices holds is for `rates` to say
    if all(one in _COMMON for one in stems):
        # "for a day" may say which of the prices is meant, and names nothing
        said = "".join(words)
        return [one.pair for one in every if normal(one.pair[1].variant) in (said, f"1{said}")], end
    fitting = [one for one in every if stems[0] in one.stems and _runs_in(stems, one.stems, one.lead)]
    fitting = [one for one in fitting if _runs_in(stems, one.outside)] or fitting
    # "child" of "Child (2-15)" and of "Extra child on a family ticket"
    fitting = [one for one in fitting if one.outside == stems and not one.hangul] or fitting
    return [one.pair for one in fitting], end


def _stems(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in re.findall(r"[a-z][a-z']*", name.lower()))


def _runs_in(stems: tuple[str, ...], name: tuple[str, ...], lead: int = 0) -> bool:
    """Whether words are a run of a name's, and more than its first `lead`."""
    size = len(stems)
    starts = range(max(0, lead + 1 - size), len(name) - size + 1)
    # no member is a "non-member"
    return any(
        name[start : start + size] == stems and (start == 0 or name[start - 1] != "non") for start in starts
    )


_COUNTED_ONLY = re.compile(r"(?:시간|개월|인분|마리|그릇|사람)(?![가-힣]{2})(?!권|용|당)")
_DIETS = re.compile(
    r"(?:vegans?|vegetarians?|veggie|halal|kosher)$|(?:비건|채식|할랄|베지테리언)", re.IGNORECASE
)
_PARTICLE = re.compile(
    r"(?:은|는|이|가|을|를|도|만|요|랑|이랑|하고|과|와|의|에|로|으로|좀|값|값은|가격|가격은|얼마|이면|면|이라면)+"
)
_LINKING = frozenset(
    "for the and with from per how much does cost what you min mins minute minutes hour hours hr hrs january february march april june july august september"
    " october november december jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
"""Words that no part of a name begins or ends with: "december", "for" of "Cutlery, set for 20" names nothing."""
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_COMMON = {
    stem(word)
    for word in [
        "set",
        "menu",
        "special",
        "small",
        "large",
        "medium",
        "hot",
        "iced",
        "ice",
        "cold",
        "dish",
        "plate",
        "the",
        "and",
        "with",
        "rice",
        "of",
        "day",
        "price",
        "cost",
        "cheap",
        "fresh",
        "food",
        "drink",
        "item",
        "product",
        "lunch",
        "dinner",
    ]
}


def part_of(part: str, whole: str) -> bool:
    """Whether a Korean word is a whole word of a name, or what it begins or ends with."""
    denied = any(whole.endswith(f"{without}{part}") for without in "비미준무")  # "숙박객" is no "비숙박객"
    return (whole.endswith(part) and not denied) or (len(part) >= 3 and whole.startswith(part))
