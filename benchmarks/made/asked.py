"""A question about one sentence, by rules: what it asks for is taken out, some words are left out, too.

People ask in their own words, so a made question keeps between a third and most words of its sentence,
now and then takes one from the sentence before, and now and then has one that the text does not have. How
much of each is drawn anew for every question, so that easy and hard ones come.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from madang.knowledge.questions import content_terms, is_stop

KEPT = (0.3, 0.85)
"""The least and the greatest share of a sentence's words that a question keeps."""
STRANGE = 0.12
"""How often a word of the question is one that the sentence does not have."""
BEFORE, TITLE = 0.3, 0.3
"""How often a word of the sentence before comes along, and the title."""
_COUNTED = r"년|월|일|시간|시|분|초|명|개|번|가지|장|대|곳|권|살|세|회|차|바이트|퍼센트|%"
_NUMBER = re.compile(rf"^\W*(?P<gold>\d[\d,.]*)\s?(?P<unit>{_COUNTED})(?P<end>[가-힣]{{0,3}})\W*$")
_NOUN = re.compile(
    r"^[\"'“‘(]*(?P<gold>[\w가-힣.+-]{2,}?)[\"'”’)]*"
    r"(?P<end>에게서|에게|에서|으로|로|을|를|이|가|은|는)[,]?$"
)
_ASKS = {
    "에게": "누구에게", "에게서": "누구에게서", "에서": "어디에서", "으로": "무엇으로", "로": "무엇으로",
    "을": "무엇을", "를": "무엇을", "이": "무엇이", "가": "무엇이", "은": "무엇이", "는": "무엇이",
}  # fmt: skip
_VERBS = (
    ("합니다", "하는"), ("됩니다", "되는"), ("입니다", "인"), ("습니다", "는"), ("한다", "하는"),
    ("된다", "되는"), ("이다", "인"), ("했다", "한"), ("였다", "인"), ("하세요", "하는"), ("십시오", "는"),
)  # fmt: skip
_JONGSEONG_B = 17
"""The place of the final consonant ㅂ among the 28 of a syllable of Hangul."""


def made(
    sentence: str, before: str, title: str, strange: Sequence[str], chance: random.Random, language: str
) -> str | None:
    """A question that `sentence` answers, None where no rule fits; `strange` holds words of other texts."""
    rule: Callable[[list[str], random.Random], tuple[str, list[str], str, str] | None]
    rule = _korean if language == "ko" else _english
    words = sentence.split()
    if not 5 <= len(words) <= 40 or (parts := rule(words, chance)) is None:
        return None
    asks, rest, gold, last = parts
    share = chance.uniform(*KEPT)
    kept = [word for word in rest if chance.random() < share or is_stop(word.lower())]
    kept = [_other(strange, chance) if strange and chance.random() < STRANGE else word for word in kept]
    if before and chance.random() < BEFORE:
        kept.insert(0, chance.choice(before.split()))
    if title and chance.random() < TITLE:
        kept.insert(0, f"{title}에서" if language == "ko" else f"in {title},")
    question = _joined(asks, kept, last, language, chance)
    if len(content_terms(question)) < 3 or gold.lower() in question.lower():
        return None
    return question


def _korean(words: list[str], chance: random.Random) -> tuple[str, list[str], str, str] | None:
    """What is asked with, the other words, the answer, and the verb in its attributive form."""
    stem = words[-1].rstrip(".!。")
    if not (verb := _attributive(stem)):
        return None
    places = list(range(len(words) - 1))
    chance.shuffle(places)
    for place in places:
        word = words[place]
        rest = words[:place] + words[place + 1 : -1]
        if number := _NUMBER.match(word):
            return f"몇 {number['unit']}{number['end']}", rest, f"{number['gold']}{number['unit']}", verb
        noun = _NOUN.match(word)
        if noun is not None and not is_stop(noun["gold"].lower()) and content_terms(noun["gold"]):
            return _ASKS[noun["end"]], rest, noun["gold"], verb
    return None


def _attributive(verb: str) -> str:
    """설치됩니다 → 설치되는, 보입니다 → 보이는, 크다 → 크는; empty for what ends in no verb."""
    for end, form in _VERBS:
        if verb.endswith(end):
            return verb.removesuffix(end) + form
    if verb.endswith("니다") and len(verb) > 2 and _ends_in_b(verb[-3]):
        return f"{verb[:-3]}{chr(ord(verb[-3]) - _JONGSEONG_B)}는"
    return verb.removesuffix("다") + "는" if verb.endswith("다") else ""


def _ends_in_b(syllable: str) -> bool:
    return "가" <= syllable <= "힣" and (ord(syllable) - ord("가")) % 28 == _JONGSEONG_B


def _english(words: list[str], chance: random.Random) -> tuple[str, list[str], str, str] | None:
    """What is asked with, the other words, and the answer: a number, a name, or a run of telling words."""
    bare = [word.strip(".,;:!?()[]\"'“”‘’") for word in words]
    telling = [place for place, word in enumerate(bare) if len(word) > 2 and not is_stop(word.lower())]
    if len(telling) < 4:
        return None
    place = chance.choice(telling)
    end = place + 1
    while end < len(bare) and end in telling and end - place < 3 and words[end - 1] == bare[end - 1]:
        end += 1
    gold = " ".join(bare[place:end])
    rest = [word for word in [*bare[:place], *bare[end:]] if word]
    if re.fullmatch(r"\d[\d,.]*", gold):
        return "how many", rest, gold, ""
    return ("which" if gold[:1].isupper() and place else "what"), rest, gold, ""


def _joined(asks: str, kept: list[str], last: str, language: str, chance: random.Random) -> str:
    if language != "ko":
        return f"{asks.capitalize()} {' '.join(kept)}?"
    if chance.random() < 0.5:
        return f"{' '.join([*kept, last])} 것은 {_bare(asks)}인가?"
    return f"{' '.join([*kept, asks, last])}가?"


def _bare(asks: str) -> str:
    """A question word without its particle: 무엇을 → 무엇."""
    return re.sub(r"(?<=무엇|누구|어디)(?:에게서|에게|에서|으로|을|이)$", "", asks)


def _other(strange: Sequence[str], chance: random.Random) -> str:
    return chance.choice(strange)
