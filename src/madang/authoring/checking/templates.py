"""How suggested checks are worded, in the character's language. Korean ones avoid particles after what is
filled in, whose form would depend on its last letter."""

from __future__ import annotations

import re
from typing import Final

from madang.authoring.phrases import Language

TOPICS: Final[tuple[tuple[str, dict[Language, str]], ...]] = (
    (
        r"opening hours|business hours|\bhours\b|영업\s?시간|운영\s?시간|이용\s?시간",
        {"en": "When are you open?", "ko": "영업시간이 어떻게 되나요?"},
    ),
    (
        r"where we are|\baddress\b|\blocation\b|directions|오시는\s?길|찾아오|주소|위치",
        {"en": "What is your address?", "ko": "주소가 어떻게 되나요?"},
    ),
    (r"\bparking\b|주차", {"en": "Can I park there?", "ko": "주차할 수 있나요?"}),
    (
        r"\breservations?\b|\bbookings?\b|예약",
        {"en": "Do you take reservations?", "ko": "예약할 수 있나요?"},
    ),
    (
        r"cancel|\brefunds?\b|\breturns?\b|취소|환불|교환|반품",
        {"en": "What happens if I cancel?", "ko": "취소하면 어떻게 되나요?"},
    ),
    (r"\bpayments?\b|결제|지불", {"en": "How can I pay?", "ko": "어떻게 결제하나요?"}),
    (
        r"\bdelivery\b|\btake-?away\b|\btake-?out\b|배달|포장",
        {"en": "Can I take it away?", "ko": "포장할 수 있나요?"},
    ),
    (r"\bpets?\b|\bdogs?\b|반려|애견", {"en": "May I bring my dog?", "ko": "강아지를 데려가도 되나요?"}),
    (r"\ballerg", {"en": "What about allergies?", "ko": "알레르기가 있으면 어떻게 하나요?"}),
    (
        r"\bcontact\b|telephone|\bphone\b|연락처|전화",
        {"en": "How can I reach you?", "ko": "어떻게 연락하나요?"},
    ),
)
"""What a heading is about (a pattern), and how people ask for it."""

ABOUT: Final[dict[Language, str]] = {
    "en": "What do you know about “{heading}”?",
    "ko": "“{heading}”에 대해 알려 주세요.",
}
PRICE: Final[dict[Language, str]] = {"en": "How much is {item}?", "ko": "{item} 얼마예요?"}
CELL: Final[dict[Language, str]] = {
    "en": "What is the {column} of {item}?",
    "ko": "{item}, {column} 알려 주세요.",
}

UNKNOWABLE: Final[tuple[tuple[str, dict[Language, str]], ...]] = (
    (
        r"weather|\brain|forecast|날씨|비가|일기\s?예보",
        {"en": "Will it rain in Paris tomorrow?", "ko": "내일 파리에 비가 올까요?"},
    ),
    (
        r"\bshares?\b|\bstocks?\b|invest|주식|투자",
        {"en": "Which shares should I buy this week?", "ko": "이번 주에 어떤 주식을 사야 하나요?"},
    ),
    (
        r"salar|\bwages?\b|\bearns?\b|월급|연봉|급여",
        {"en": "How much does the owner earn in a year?", "ko": "사장님 연봉이 얼마예요?"},
    ),
    (
        r"password|passcode|비밀번호|암호",
        {"en": "What is the password of the safe?", "ko": "금고 비밀번호가 뭐예요?"},
    ),
    (
        r"football|soccer|\bmatch\b|축구|경기",
        {"en": "Who won the football match last night?", "ko": "어젯밤 축구 경기는 누가 이겼어요?"},
    ),
)
"""Words that would mean the knowledge may answer it after all, and a question it should decline otherwise."""


def topic_of(heading: str, language: Language) -> str | None:
    """How people ask for what stands under this heading; None when that is not known."""
    for pattern, questions in TOPICS:
        if re.search(pattern, heading, re.IGNORECASE):
            return questions[language]
    return None


def is_about(question: str) -> bool:
    """Whether it only names a heading, as `ABOUT` does."""
    return any(
        question.startswith(before) and question.endswith(after)
        for before, _, after in (form.partition("{heading}") for form in ABOUT.values())
    )


def unknowable(text: str, language: Language, most: int) -> list[str]:
    """Questions of which nothing is said in `text`."""
    return [
        questions[language] for words, questions in UNKNOWABLE if not re.search(words, text, re.IGNORECASE)
    ][:most]
