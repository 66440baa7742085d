"""Things of a kind: where a text names some of them, others can be asked for that it does not hold."""

from __future__ import annotations

import re
from typing import Final

from madang.characters.types import Language
from madang.web.particles import settled

NAMED = 2
"""Things of a kind that a text must name before it is asked for others."""
KINDS: Final[tuple[tuple[Language, str, str], ...]] = (
    (
        "en",
        "How much is the {thing}?",
        "espresso;latte;cappuccino;mocha;americano;green tea;lemonade",
    ),
    (
        "en",
        "How much is the {thing}?",
        "cheesecake;croissant;brownie;bagel;muffin;baguette;carrot cake",
    ),
    (
        "en",
        "How much is the {thing}?",
        "bibimbap;bulgogi;ramen;sushi;pizza;lasagne;burger;tacos;dumplings",
    ),
    ("en", "How much is the {thing}?", "red wine;beer;cider;whisky;soju;makgeolli;champagne;gin"),
    ("en", "How much is the {thing}?", "haircut;perm;manicure;massage;facial;shampoo;beard trim"),
    ("en", "How much is the {thing}?", "roses;tulips;lilies;orchids;sunflowers;peonies;carnations"),
    ("en", "Do you have a {thing}?", "sauna;swimming pool;gym;playground;library;rooftop bar;tennis court"),
    ("en", "Can I pay with {thing}?", "PayPal;Bitcoin;a cheque;American Express;Apple Pay;gift vouchers"),
    ("ko", "{thing} 얼마예요?", "아메리카노;카페라테;카푸치노;녹차;핫초코;레모네이드;에스프레소;유자차"),
    ("ko", "{thing} 얼마예요?", "치즈케이크;크루아상;브라우니;베이글;머핀;바게트;식빵;단팥빵"),
    ("ko", "{thing} 얼마예요?", "비빔밥;불고기;라면;초밥;피자;돈가스;김치찌개;냉면;떡볶이;삼계탕"),
    ("ko", "{thing} 얼마예요?", "소주;맥주;막걸리;와인;위스키;사이다;콜라"),
    ("ko", "{thing} 얼마예요?", "커트;파마;염색;네일;마사지;두피 관리;면도"),
    ("ko", "{thing} 얼마예요?", "장미;튤립;백합;난초;해바라기;작약;카네이션"),
    ("ko", "{thing} 있어요?", "사우나;수영장;헬스장;놀이터;도서관;테니스장;노래방"),
    ("ko", "{thing}(으)로 결제할 수 있어요?", "페이팔;비트코인;수표;카카오페이;애플페이;상품권"),
)
"""Language, how it is asked for, and the things."""
TOPICS: Final[tuple[tuple[Language, str, str], ...]] = (
    ("en", "Is there a shuttle bus from the airport?", r"shuttle|airport"),
    ("en", "Do you rent out bicycles?", r"bicycle|bike|cycl"),
    ("en", "Can I get a discount as a student?", r"student|discount"),
    ("en", "Do you have a branch in Berlin?", r"berlin|branch"),
    ("en", "What is the name of your accountant?", r"accountant"),
    ("en", "Do you offer yoga classes?", r"yoga|class"),
    ("ko", "공항에서 오는 셔틀버스가 있나요?", r"셔틀|공항"),
    ("ko", "자전거를 빌릴 수 있나요?", r"자전거"),
    ("ko", "학생 할인이 되나요?", r"학생|할인"),
    ("ko", "베를린에도 지점이 있나요?", r"베를린|지점"),
    ("ko", "회계사 이름이 뭐예요?", r"회계사"),
    ("ko", "요가 수업이 있나요?", r"요가|수업"),
)
"""What customers may well ask of any business, and words that mean it may be answered after all."""


def missing(text: str, language: Language, most: int) -> list[str]:
    """Questions for things of the kinds that `text` names, and for which it has no word."""
    lower = text.lower().replace("떼", "테")  # 카페라떼 is written 카페라테 too
    of_kinds: list[list[str]] = []
    for of, question, things in KINDS:
        every = things.split(";")
        named = [thing for thing in every if thing.lower() in lower]
        if of == language and len(named) >= NAMED:
            others = [thing for thing in every if not _partly(thing, lower)]
            of_kinds.append([settled(question.format(thing=thing)) for thing in others])
    by_turns = [
        found[number] for number in range(most) for found in of_kinds if number < len(found) and number < 4
    ]
    topics = [
        question
        for of, question, words in TOPICS
        if of == language and not re.search(words, text, re.IGNORECASE)
    ]
    return [*by_turns[: most // 2], *topics][:most]


def value_question(what: str, price: bool, language: Language) -> str:
    """How the value of something is asked for."""
    if language == "ko":
        return f"{what} 얼마예요?" if price else f"{what} 알려 주세요."
    thing = what[0].lower() + what[1:]
    the = "" if thing.split()[0] in ("the", "our", "a", "an") else "the "
    return f"How much is {the}{thing}?" if price else f"What do you say about {the}{thing}?"


def _partly(thing: str, lower: str) -> bool:
    """Whether a word of it is named: then nobody knows whether it is there."""
    return any(word in lower for word in thing.lower().split() if len(word) > 2 or re.match("[가-힣]", word))
