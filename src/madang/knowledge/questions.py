# ruff: noqa: SIM905 - word lists are read and edited as text
"""What a question asks: its content terms, without question words and particles, and the kind of answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from madang.kernel.language import language_of
from madang.storage.segment import terms

Asked = Literal["time", "price", "number", "person", "place", "contact", "other"]

_STOP_EN = frozenset(
    """
    a an the this that these those it its he she they them his her their i me my you
    your we us our there here is are was were be been being am do does did done have
    has had can could will would shall should may might must what which who whom
    whose when where why how much many long often old and or but if then than so as
    of in on at to for from with without by about into over under between during
    before after up down out off not no any some all each every please tell know say
    says said give show explain describe let want like need get gets getting got go going just
    also too very more most other another such only same own s t d ll re ve kind
    kinds type sort name called mean means one ones thing things something anything
    wd pls plz u ur thx cuz abt
    hi hello hey thanks thank okay ok yes exactly currently
    until till i'm i've i'd he's she's it's that's there's don't doesn't isn't aren't can't won't
    somewhere anywhere someone anyone sell bring come offer serve provide available possible allowed
    """.split()
)
_STOP_KO = frozenset(
    """
    뭐 뭔 뭔가 뭐야 뭐예요 뭐에요 뭔가요 무엇 무엇을
    무엇이 무엇인가 무엇인가요 무엇입니까 무슨 어떤 어느
    언제 언제야 언제인가 언제인가요 언제예요 어디 어디에 어디에서 어디서
    어디야 어디예요 어디인가 어디인가요 누구 누가 누구야
    누구인가 누구인가요 누구의 누구를 왜 어떻게 얼마 얼마나 얼마야
    얼마예요 얼마에요 얼마인가요 몇 며칠 있나요 있어요
    있습니까 있는 있는가 있는지 있나 있어 없나요 없어요 인가요
    인가 입니까 이에요 예요 이야 되나요 돼요
    되어 되는 된 되는가 되나 하나요 해요 하는 하는가 하나 한 할 했나요 했어 했는가 하였는가
    하려면 할까요 할 수 것 것은 것이 것을 거 그거 그건 그게 이거 이건 저거 그것
    이것 그 이 저 그리고 그러면 그럼 좀 알려줘 알려주세요 알려 주세요 줘 말해줘 말해 궁금해요
    궁금합니다 싶어요 싶은데 제 제가 저는 저희 나는 내가 내 너 너는 당신 우리 무엇으로 무엇이라고
    무엇이라 뭐라고 대해 대한 대하여 관한 관해 위해 때
    가능한가요 가능해요 가능한지 정확히 혹시 네 아니
    안녕하세요 안녕 감사합니다 이름은 이름
    되는지 되는지요 될까요 있을까요 있는지요 있으세요 있으신가요 계신가요 계시나요 어떻게 되세요 되죠
    설명해 설명해줘 설명해주세요 소개해 소개해줘 소개해주세요 자세히 간단히 생겼어요 생겼나요 생겼어
    데려가도 데려가면 데려가려고 데려갈 데려와도 데려올 데려오면 데리고가도 데려가고
    내야 내면 내나요 내요 낼 받나요 받아요 받으시나요 써도 쓸 쓰나요 쓸수 가져가도 가져와도
    괜찮을까요 괜찮나요 데 걸려요 걸리나요
    하시나요 하세요 하시는 하시는지 하십니까 해주시나요 해주나요 해주세요 해줘요 해주실
    파나요 파시나요 팔아요 파세요 없이
    가나요 가요 갈 가는데 가야 가야해요 가야하나요 올 몇시 입니까 됩니까 됨 할지 해야해요
    해야돼요 해야하나요 있을 있으면
    주나요 주시나요 줘요 드려요 가도 가면 와도 와요 데리고 해도 하면 하려고 싶으면 뭐가 뭘 무엇을 어디로
    """.split()
)
_PARTICLES = tuple(
    """
    이었나요 였나요 인가요 이에요 입니까 이라는 이라고 에서는 에서도
    으로는 까지는 부터는 에게서 하나요 하려면 했나요
    했는가 하는가 되나요 됩니까 합니까 습니까 나요 가요 까요 예요 에요 이며 라는 라고 라면 이란
    이나 에서 에는 에도 에게 으로 까지 부터 처럼 보다 이랑 하고 한테 께서 마다 조차
    마저 밖에 인가 인지 이야 은 는 이 가 을 를 의 에 로 와 과
    도 만 야 요 란 랑
    """.split()
)
# these make a verb of a noun ("배달되나요"): what is before them is two syllables or more
_AFTER_NOUNS = frozenset(
    """
    되는지요 되는지 될까요 되나요 되어요 돼요 됩니까 되면 되는 할까요 하나요 하시나요 하려면 하는지 했나요
    해야돼요 해야되나요 해야하나요 해야되요 해야해요
    해야 해야만 해야지 해도 하실 하세요 하셔야 하려는데 하는데 했는데
    했는가 하는가 합니까 해주나요 해줘요 해요 하면 하는 하고 하려고 해서 해도 있나요 있어요 있을까요 없나요
    은요 는요 할 될 된 한 해 인데 부터는 에서만 까지도 으로도 들이 들은 들을 들도
    """.split()
)
_PARTICLES = tuple(sorted({*_PARTICLES, *_AFTER_NOUNS}, key=len, reverse=True))
_POINTING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|he|she|his|her|him|there|one|ones|else)\b"
    r"|그거|그건|그게|그것|그곳|거기|이거|이건|저거|그 사람|그분|그날|그때",
    re.IGNORECASE,
)
_AMOUNT_OF = (
    r"\s+(?!(?:is|are|was|were|do|does|did|will|would|can|could|should|for|it|to|an?|the|this|that|these|those"
    r"|my|your|our|one|two|three|money|cash|deposit|\d+)\b)[a-z]+(?:\s[a-z]+)?"
    r"\s+(?:do|does|did|is|are|can|could|will|would|should|may|must)\s+\w"
)
"""After "how much": an amount of something is asked for, not a price ("how much memory does it need")."""
_HOW_BIG = (
    r"how (?:big|high|large|small|low|steep|hefty)"
    r"(?:\s+(?:is|are|was|were|will|would|of|an?|the|your|this|that|be))+\s+(?:\w+\s+){0,3}?"
)
"""Before what is paid, it asks for an amount: "how big is the deposit", "how large a deposit"."""
_PAID = (
    r"(?:deposit|fee|fine|charge|penalt(?:y|ie)|rent|bill|refund|allowance)s?\b(?! (?:box|slip|form)e?s?\b)"
)
_SHARE = r"(?:discount|surcharge|tip|tax|commission|mark-?up|reduction|rebate|interest(?: rate)?)(?:e?s)?\b"
"""What is as often a part of a price as a price."""
_KINDS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        "price",
        re.compile(
            rf"얼마(?!나)|가격|요금|비용|값은|값이|수수료|how much(?!{_AMOUNT_OF})|price|cost\b|fee\b|charge"
            rf"|cheap|expensive|{_HOW_BIG}{_PAID}"
            r"|(?:보증금|예약금|계약금|위약금|벌금|과태료|회비)\S{0,2}\s*(?:얼마나|어느\s?정도)",
            re.I,
        ),
    ),
    (
        "time",
        re.compile(
            r"언제|몇\s*시|몇\s*년|몇\s*월|며칠|날짜|연도|년도|날은|시간|요일|기간|when\b|what time|what day"
            r"|what year|which year|how long|what date|opening hours|open(?:ing)? (?:on|at)|hours\b",
            re.I,
        ),
    ),
    ("contact", re.compile(r"전화|연락처|이메일|메일 주소|번호|phone|e-?mail|contact|telephone", re.I)),
    (
        "number",
        re.compile(
            r"몇|얼마나|(?:할인|봉사료|세금|이자)\S{0,4}\s*어느\s?정도"
            r"|how many|how much|how often|how far|how old|how tall|how big|percent"
            rf"|number of|{_HOW_BIG}{_SHARE}",
            re.I,
        ),
    ),
    (
        "place",
        re.compile(r"어디|장소|위치|주소|지역|where\b|address|located|which (?:city|country|place)", re.I),
    ),
    ("person", re.compile(r"누구|누가|인물|사람은|who\b|whom\b|whose\b", re.I)),
)
_TIME = re.compile(
    r"\d{1,2}:\d{2}|\d{1,2}\s*(?:시|월|일|년|분|주)|\d{3,4}년|(?<![-\d])(?:1\d|20)\d\d\b(?!-)|[월화수목금토일]요일|평일|주말|매일|오전|오후|공휴일"
    r"|\b\d{1,2}\s*(?:am|pm|a\.m|p\.m|o'clock)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march"
    r"|april|may|june|july|august|september|october|november|december)\b|\b(?:daily|weekdays?|weekends?|noon|midnight)\b"
    r"|(?:\d+|\b(?:one|two|three|four|five|six|seven|ten|twelve|a few))"
    r"\s*(?:minutes?|hours?|days?|weeks?|months?|years?)"
    r"|(?:\d+|[한두세네])\s*(?:시간|개월)|\d+\s*일간|하루|이틀|사흘|일주일|보름",
    re.I,
)
_PRICE = re.compile(
    r"\d\s*(?:만|천)?\s*원|[₩$€£¥]\s*\d|\d\s*(?:won|dollars?|euros?|pounds?|pence|cents?|krw|usd|eur|gbp)\b|무료|\bfree\b|공짜"
    r"|(?:price|fee|cost|charge|rate|값|가격|요금|금액|비용|[가-힣]료)s?(?:\s?\([^()·:]{1,12}\))?:\s*[£$€₩]?\d",
    re.I,
)
_CONTACT = re.compile(r"\d{2,4}[-.\s]\d{3,4}[-.\s]?\d{0,4}|\S+@\S+\.\w+|https?://|www\.", re.I)
_NUMBER = re.compile(
    r"\d|[한두세네]\s?(?:개|명|번|곳|가지|마리|권|대|잔|시간)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen)\b",
    re.I,
)
_PLACE = re.compile(
    r"[가-힣]{1,}(?:시|도|군|구|동|읍|면|로|길|역|층|섬|산|강|국|대학|대학교|공항|항)(?:\s|[에의을를이가은는,.()]|$)"
    r"|\b(?:street|st\.|road|avenue|floor|room|building|station|city|island|next to|opposite|near|located"
    r"|in [A-Z])",
)
_PERSON = re.compile(
    r"[A-Z][a-z]+ [A-Z][a-z]+|[가-힣]{2,4}(?:이|가|은|는|의|에게|씨|님)(?:\s|$)|\([A-Z]"
    r"|장군|대통령|교수|박사|감독|왕"
)
_SHOWS: dict[Asked, re.Pattern[str]] = {
    "time": _TIME,
    "price": _PRICE,
    "contact": _CONTACT,
    "number": _NUMBER,
    "place": _PLACE,
    "person": _PERSON,
}
_GOES_ON = re.compile(
    r"^\s*(?:and|or|but|also|then|what about|how about)\b"
    r"|^\s*(?:그럼|그러면|그리고|그래도)|[은는]요\s*[?!.]*\s*$",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(check|sign|log|drop|pick|half|full)\s(in|out|off|up|day)\b")
"""Written apart or with a hyphen, it is one word."""
_JOINED = re.compile(r"[a-z]+-[a-z]+(?:'s)?")
"""A word of two: "e-bike" is not any bike, "check-in" not any check."""
_HANGUL_WORD = re.compile("[가-힣]+")


def asked(question: str) -> Asked:
    """The kind of answer that `question` asks for."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), "other")


def kinds(question: str) -> tuple[Asked, ...]:
    """The kinds that a question asks for at once: a time and a price."""
    return tuple(kind for kind, pattern in _KINDS if kind in ("time", "price") and pattern.search(question))


def shows(kind: Asked, text: str) -> bool | None:
    """Whether `text` holds something of that kind; None when the kind is `other`."""
    pattern = _SHOWS.get(kind)
    return None if pattern is None else bool(pattern.search(text))


def content_terms(question: str) -> dict[str, str]:
    """Terms of a question that say what it is about, in order, each with the word it comes from.

    Question words and particles are left out: a question of nothing else ("what is it?") has none.
    """
    kept: dict[str, str] = {}
    for word in re.findall(r"[\w.,:'’-]*\w", _APART.sub(r"\1-\2", question.lower())):
        if word in _STOP_EN or word in _STOP_KO:
            continue
        hangul = _HANGUL_WORD.search(word)
        stem = _stem(word) if hangul else word
        if not stem or stem in _STOP_KO:
            continue
        joined = bool(_JOINED.fullmatch(word))
        for term in terms(stem):
            telling = len(term) > (not term.isdigit() and not joined)
            if (term not in _STOP_EN and telling) or re.fullmatch("[가-힣]", term):
                kept.setdefault(term, stem if hangul or joined else term)
    return kept


def follow_up(question: str, history: Sequence[str]) -> str:
    """`question`, with the content words of the visitor's message before it when it leans on that message."""
    before = next((message for message in reversed(history) if content_terms(message)), "")
    if not before or stands_alone(question):  # short, but about something new
        return question
    own = content_terms(question)
    short = len(own) < (3 if language_of(question) == "ko" else 2)
    if not short and not (_POINTING.search(question) and len(own) < 6):
        return question
    return f"{' '.join(_content_words(before))} {question}"


def stands_alone(question: str) -> bool:
    """Whether a question names what it is about, and neither points back nor goes on ("And on Sunday?")."""
    goes_on = _GOES_ON.search(question) or _POINTING.search(question)
    return bool(content_terms(question)) and not goes_on


def is_stop(word: str) -> bool:
    """Whether a word, in lower case, says nothing of what a question is about."""
    return word in _STOP_EN or word in _STOP_KO


def stemmed(word: str) -> str:
    """A Korean word without its ending; empty when it says nothing."""
    return _stem(word)


def _content_words(message: str) -> list[str]:
    words = re.findall(r"[\w'’-]*\w", message[:600])
    return [word for word in words if word.lower() not in _STOP_EN and word not in _STOP_KO][:16]


def _stem(word: str) -> str:
    """A Korean word without its ending, when at least a syllable is left that means something."""
    if word in _STOP_KO:
        return ""
    for particle in _PARTICLES:
        least = 2 if len(particle) == 1 or particle in _AFTER_NOUNS else 1
        if word.endswith(particle) and len(word) - len(particle) >= least:
            return word[: -len(particle)]
    return word
