"""The phrases of a question that name things, found without a tagger: runs of words that are neither function
words, nor verbs, nor what is asked of a thing (its price, its hours). English and Korean."""

# ruff: noqa: E501, SIM905 - word lists are read and edited as text
from __future__ import annotations

import re
from dataclasses import dataclass

from madang.chat.words import FUNCTION, stem
from madang.kernel.language import language_of
from madang.knowledge.questions import is_stop, stemmed
from madang.web.particles import settled

DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tomorrow|today|tonight|weekends?|weekdays?|(?:public |bank )?holidays?|new year'?s day|christmas(?: day| eve)?)\b"
    r"|[월화수목금토일]요일|평일|주말|공휴일|휴일|명절|설날|추석|내일|모레|오늘",
    re.IGNORECASE,
)
ASKED_OF = frozenset(
    """
    price prices cost costs fee fees rate rates charge discount discounts refund hours hour time times schedule address
    phone number email contact deadline limit limits
    open opens opened close closes closed start starts begin begins end ends last take takes need needs bring come comes go goes
    get gets find use uses used work works happen happens mean means make makes made pay pays paid book books order orders
    reserve sell sells buy serve serves include includes offer offers visit stay eat drink rent hire borrow return cancel change
    apply apply contain contains weigh know tell show see look live lives left write wrote written publish published
    born die died invent invented build built found founded locate located keep keeps kept put set wear send deliver
    cheapest expensive biggest smallest best allowed possible available included required needed free
    much many long far often old big tall heavy soon early late
    """.split()
)
"""What is asked of a thing, or what is done with it: never what the question is about, if it names anything else."""
_ASKED_OF_KO = frozenset(
    """
    가격 값 요금 비용 얼마 시간 영업 영업시간 날짜 기간 주소 위치 전화 전화번호 번호 연락처 할인 환불 예약 방법
    열 여 닫 시작 끝 하 되 가능 먹 마시 사 팔 주문 결제 데리고 가지고 가져 가 오 타 쓰 보 알 살 걸리 들어가 들 나오 받 내 입 신 찾
    만들 지었 태어났 죽었 언제까지 까지 며칠 몇 어디 누구 무엇 어떻게 왜 제일 가장 비싼 싼 있 없 필요 다음 그다음 이후 나중
    """.split()
)
_WORD = re.compile(r"[^\s?!.,;:()“”\"]+")
_PLACE_KO = re.compile(r"^(?:에서는?|에는|에도|에|까지|부터|으로|로|께|에게|한테)$")
_VERB_KO = re.compile(
    r"(?:요|니까|니다|는지|려면|[아어해가]도|[하되으]면|[하되리지]고|[해어아라]서|[는은인]데|[는은인]가|줘|돼|되|[하되있없려]는|하려|할|될|[해져어아]야|었던|한|된|있게|없이)$"
)
_PARTICLE_KO = re.compile(
    r"(?<=[가-힣])(?:에서는|에서도|에서|에는|에도|엔|에게|에|까지|부터|으로|로|한테|은|는|를|의)$|(?<=[가-힣]{2})(?:이랑|이나|하고|이|가|을|도|만|와|과|랑|나)$"
)
_OPEN = {
    "은": "은(는)", "는": "은(는)", "이": "이(가)", "가": "이(가)", "을": "을(를)", "를": "을(를)",
    "와": "와(과)", "과": "와(과)", "으로": "(으)로", "로": "(으)로",
}  # fmt: skip
_JOINT = re.compile(r"(?:으?로|[은는이가을를과와])(?=[\s?!.,]|$)")
_MAY_KO = re.compile(r"\s수(?:가|는|도)?\s?[있없]")
"""Behind what one does ("빌릴 수 있어요?")."""
_ENDS_LIKE_ONE = frozenset(
    """
    고양이 어린이 떡볶이 놀이 길이 높이 깊이 넓이 종이 호랑이 원숭이 목걸이 귀걸이 손잡이 먹이 거북이 강아지 온도 속도 포도 인도 지도
    제주도 고도 밀도 휴가 물가 국가 작가 화가 평가 추가 음악 학과 결과 효과 치과 내과 사과 회의 강의 주의 동의 최만리 이용자 마을 유엔 사우나 바나나 마리나 아레나
    """.split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text[start:end]` of a question."""

    start: int
    end: int
    text: str
    where: bool = False
    """Whether it says where, when or to whom (a Korean noun with 에, 에서 …)."""


def korean(text: str) -> bool:
    return language_of(text) == "ko"


def bare_day(text: str) -> tuple[str, ...]:
    """The days a text names, as they stand there."""
    return tuple(match[0] for match in DAY.finditer(text))


def phrases(question: str) -> list[Phrase]:
    """Things that the question names, in order."""
    return _korean(question) if korean(question) else _english(question)


def topic(question: str) -> str:
    """What a question is about, in its own words: the name it holds, or the things it names, or what it asks for."""
    if (quoted := re.search(r"[\"“「『《]([^\"”」』》]{2,60})[\"”」』》]", question)) is not None:
        return quoted[1]
    found = phrases(question)
    if found and not korean(question):
        proper = [phrase for phrase in found if re.search(r"[A-Z]", phrase.text) and phrase.start > 0]
        return (proper[-1] if proper else found[-1] if len(found) < 3 else found[0]).text
    if found:
        return next((phrase for phrase in found if not phrase.where), found[0]).text
    words = [word for word in _WORD.findall(DAY.sub(" ", question)) if not _empty(word)]
    if korean(question):
        words = [stemmed(word) for word in words if not is_stop(word)]
        words = [word for word in words if len(word) > 1 and word not in _ASKED_OF_KO]
    return " ".join(word for word in words if word)[:80]


def _empty(word: str) -> bool:
    plain = word.lower().replace("’", "'")
    return plain in FUNCTION or is_stop(plain)


def _english(question: str) -> list[Phrase]:
    found: list[Phrase] = []
    days = {place for match in DAY.finditer(question) for place in range(*match.span())}
    start = end = -1
    for match in _WORD.finditer(question):
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        named = word.isdigit() or (
            word[0].isalnum() and match.start() not in days and not _no_thing(word, match)
        )
        apart = end >= 0 and question[end : match.start()].strip() != ""
        if named and start >= 0 and not apart:
            end = match.end()
            continue
        if start >= 0:
            found.append(Phrase(start, end, question[start:end]))
        start, end = (match.start(), match.end()) if named else (-1, -1)
    if start >= 0:
        found.append(Phrase(start, end, question[start:end]))
    return [phrase for phrase in found if not phrase.text.isdigit()]


def _no_thing(word: str, match: re.Match[str]) -> bool:
    if match[0][0].isupper() and match.start() > 0:
        return word in FUNCTION
    return _empty(word) or word in ASKED_OF or stem(word) in ASKED_OF


def _korean(question: str) -> list[Phrase]:
    """Nouns; those that follow one another without a particle are one phrase."""
    found: list[Phrase] = []
    open_ = False
    for match in _WORD.finditer(question):
        bare = "" if _MAY_KO.match(question, match.end()) else _bare(match[0])
        if not bare:
            open_ = False
            continue
        where = bool(_PLACE_KO.search(match[0][len(bare) :]))
        end = match.start() + len(bare)
        last = found[-1] if found else None
        if last and open_ and match.start() - last.end == 1:
            found[-1] = Phrase(last.start, end, question[last.start : end], where)
        else:
            found.append(Phrase(match.start(), end, bare, where))
        open_ = len(bare) == len(match[0])
    return found


def _bare(word: str) -> str:
    """A Korean noun without its particle; empty for a word that names no thing."""
    if DAY.search(word) or is_stop(word) or re.fullmatch(r"\d+\S{0,2}", word):
        return ""
    ending = _PARTICLE_KO.search(word)
    bare = word[: ending.start()] if ending else word
    if word in _ENDS_LIKE_ONE or (ending and not bare):
        bare, ending = word, None
    if bare in _ASKED_OF_KO or is_stop(bare) or not bare or (not ending and _VERB_KO.search(word)):
        return ""
    return bare if len(bare) > 1 or ending else ""


def with_particle(before: str, after: str) -> str:
    """Both together, the Korean particle at the joint as the syllable before it wants it."""
    last = before[-1:]
    match = _JOINT.match(after) if "가" <= last <= "힣" else None
    if match is None:
        return before + after
    return before[:-1] + settled(last + _OPEN[match[0]]) + after[match.end() :]
