"""Words of English and Korean sentences, lightly stemmed; words that carry no fact; the cues of negation."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """a an the this that these those it its they them their he she his her him we us our you your i my me mine
    is are was were be been being am do does did done doing have has had having will would shall should can could
    may might must of to in on at by for with from as and or but so than then there here about into over under
    between during if when while where who whom whose which what why how both either also too very just quite such
    per until till before after since through up down out off again please s t re ve ll d m wd pls plz u ur thx cuz abt
    called named according cost costs price priced offer offers serve serves start starts end ends run runs"""
)
"""English words that carry no fact, and those that any wording of a price or an hour needs."""
NEVER_FROM_QUESTION = _words(
    """free allowed available included include includes halal vegan vegetarian gluten delivery deliver refund
    discount today tonight tomorrow now always all any every each everyone anyone fully complimentary guaranteed
    무료 가능 포함 할인 배달 환불 오늘 내일 지금 항상 언제나 모두 모든 전부 누구나 공짜 반드시"""
)
"""Words that decide an answer: that the visitor asked with them proves nothing."""
KOREAN_FUNCTION = _words(
    """그 이 저 것 수 등 및 또는 그리고 그래서 하지만 그런데 때 중 더 약 각 좀 바로 저희 우리 제 여기 거기 입니다
    합니다 해요 됩니다 돼요 있습니다 있어요 이에요 예요 이다 한다 된다 있는 하는 되는 대한 대해 위해 통해 따라
    따르면 값 하다 되다 있다"""
)
CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "not",
            r"\b(?:not|no|none|never|nor|neither|cannot|nobody|nothing|unable|unavailable|prohibited|forbidden|refuse[sd]?)\b|n['’]t\b"
            r"|\bunless\b|(?<![가-힣])(?:안|못)(?=\s)|없|아니|아닙|않|불가|금지|마세요|마십시오|못\s?(?:하|합|해)|(?<![가-힣])안\s?(?:돼|되|됩)",
        ),
        ("without", r"\bwithout\b|\bfree of\b|없이"),
        ("closed", r"\bclosed\b|휴무|휴업|휴관|쉽니다|쉬는|쉬어요|쉰다|닫혀"),
        ("except", r"\bexcept(?:ing)?\b|\bexclud(?:e[sd]?|ing)\b|\bother than\b|제외|빼고|외에|이외|제외하"),
        (
            "only",
            r"\bonly\b|\bsolely\b|\bexclusively\b|(?<=[가-힣])만(?=[\s,.]|\s?(?:가능|이용|영업|운영))|뿐|오직|한정",
        ),
        ("sold out", r"\bsold out\b|\bout of stock\b|품절|매진|마감되"),
    )
)
_SUFFIXES = ("ational", "ings", "ing", "edly", "ied", "ies", "ed", "ly", "es", "s", "'s", "e")
_JOSA = (
    "이었습니다|였습니다|입니다|습니다|합니다|됩니다|했습니다|니다|이에요|예요|에요|해요|돼요|어요|아요|이며|하며|이고|하고|되고"
    "|에서는|에서도|으로는|에서|에게|한테|께서|까지는|까지|부터|으로|처럼|보다|마다|이나|이랑|랑|하는|되는|하여|해서|되어|에는|에도"
    "|은|는|이|가|을|를|에|의|로|와|과|도|만|나|야|요|해|한|할|된|될|고|며|지|서|다"
)
_PARTICLE = re.compile(rf"(?:{_JOSA})+")
_STRIP = re.compile(rf"(?<=[가-힣])(?:{_JOSA})$")
_WORD = re.compile(r"[가-힣]+|[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?|[぀-ヿ一-鿿]+")
_NAME = re.compile(r"(?<![.!?…:\n\"“'‘(])(?<![.!?…:\n\"“]\s)(?<!^)\b[A-ZÀ-Þ][A-Za-zÀ-ɏ'’]+")
_KOREAN_NAME = re.compile(
    r"([가-힣]{2,4})\s?(?:씨|님|선생님?|사장님?|셰프|대표|작가|교수|박사)(?![가-힣]{2})"
)
_NOT_NAMES = frozenset({"I", "I'm", "I'll", "I've", "I’m", "OK", "The", "A", "An", "We", "You", "It", "Our"})


def stem(word: str) -> str:
    """`opens`, `opened`, `opening` -> `open`; `영업시간은` -> `영업시간`."""
    word = word.replace("’", "'").lower()
    if re.match(r"[가-힣]", word):
        shorter = _STRIP.sub("", word)
        return shorter or word
    word = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            base = word[: -len(suffix)]
            if suffix in ("ied", "ies"):
                return base + "y"
            if (
                len(base) > 3
                and base[-1] == base[-2]
                and suffix in ("ing", "ings", "ed")
                and base[-1] not in "ls"
            ):
                base = base[:-1]
            return base if suffix in ("e", "ly") else base.removesuffix("e")
    return word


def content(text: str) -> list[str]:
    """Stems of the words that carry something, in order."""
    words: list[str] = []
    for word in _WORD.findall(text):
        plain = word.replace("’", "'").lower()
        if plain in FUNCTION or plain in KOREAN_FUNCTION or plain.split("'")[0] in FUNCTION:
            continue
        root = stem(plain)
        if _PARTICLE.fullmatch(plain):
            continue  # left behind a number or a weekday
        if root and root not in KOREAN_FUNCTION and (len(root) > 1 or not root.isascii()):
            words.append(root)
    return words


def same(one: str, other: str) -> bool:
    """Whether two stems are the same word; Korean endings are many, so a shared beginning counts there."""
    if one == other:
        return True
    if re.match(r"[가-힣]", one) and re.match(r"[가-힣]", other):
        short, long = sorted((one, other), key=len)
        return len(short) >= 2 and long.startswith(short)
    return False


def known(word: str, others: set[str]) -> bool:
    return word in others or any(same(word, other) for other in others)


def cues(text: str) -> frozenset[str]:
    """Which kinds of negation and restriction stand in `text`."""
    return frozenset(name for name, pattern in CUES if pattern.search(text))


def names(text: str) -> list[str]:
    """Proper names: capitalised words inside a sentence, and Korean words before 씨, 님 and their kind."""
    found = [name for name in _NAME.findall(text) if name not in _NOT_NAMES]
    found += [match[1] for match in _KOREAN_NAME.finditer(text)]
    return found
