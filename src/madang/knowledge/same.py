# ruff: noqa: SIM905 - word lists are read and edited as text
"""Whether two questions ask the same. Strict on purpose: an answer given to one is said to the other.

Words are compared by their stems alone, never by meaning: "Can I bring my dog?" and "Can I bring my cat?" lie
as near to each other as two wordings of one question do. What is not the same here is still found as any
passage is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from madang.kernel.language import language_of
from madang.knowledge import lexicon
from madang.knowledge.questions import Asked, asked, is_stop, shows, stemmed

_KEPT = frozenset(
    """
    in out off up down over under before after between during until without not no never only except else
    other another from about why first last next early late more most less least long often many very same own
    each every all any some too again still
    """.split()
)
"""Words that retrieval passes over and that nevertheless make another question of one."""
_NOTHING = frozenset("in any some all very about every each again still more too same own".split())
"""Of those, the ones that do not."""
_BRINGS = re.compile(r"\b(?:bring|bringing|come|coming|allow(?:s|ed)?|permitted|welcome|let)\b", re.I)
_BRINGS_KO = re.compile(r"데리|데려|동반|함께|같이|가져가|가지고|입장|출입")
_KO_MARKS = frozenset(
    "안 못 왜 전 후 이전 이후 전에 후에 밖 밖에 안에 만 말고 빼고 제외 없이 아닌 아니면".split()
)
_ASKS = frozenset(
    "time hour price cost 시 시에 시까지 시부터 몇시 몇시에 가격 가격은 가능 가능할까 가능하".split()
)
"""What the kind of the question says already, and what every question says."""
_SHORT = re.compile(r"(?<=^[가-힣])[은는이가을를도]$")
"""A particle after a noun of one syllable."""
_POSSIBLE = re.compile(r"(?<=[가-힣]{2})(?:가능|되|돼|할수|있|합니|됩니|해도|하려).*$")
_DASH_OUT = re.compile(r"\b(check|sign|log|opt|drop|pick)[-\s]?(in|out|off|up)\b", re.I)
_IDLE = frozenset(
    "place plac shop stor cafe restaur hotel today pleas know tell".split()
    + "가게 매장 식당 카페 여기 거기 혹시 문 받 분 명 원".split()
)
"""What a question about a business may hold or not."""
_OTHER_DAY = frozenset("tomorrow tonight yesterdai 내일 모레 어제 전날".split())
"""Days, as stems, that another answer belongs to; to retrieval they are near to one another."""
_DEEDS = tuple(
    frozenset(line.split())
    for line in (
        "buy sel purchas",
        "accept pay",
        "book reserv",
        "닫아 닫 닫혀",
        "열어 열 여",
        "걸려 걸리",
        "파 팔 살 사",
    )
)
"""What the one who asks does and the one who is asked does: the same deed."""
EXTRA = 2
"""Words of a question that the answer may hold where the question it was given to does not."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A question taken to the parts that make it this one."""

    plain: str
    """Letters and digits alone, in lower case."""
    words: frozenset[str]
    kind: Asked
    language: str

    @property
    def key(self) -> str:
        """The same for questions that ask the same."""
        if not self.words:
            return f"{self.language}={self.plain}"
        return f"{self.language}:{self.kind}:{' '.join(sorted(self.words))}"


@lru_cache(4_000)
def meant(question: str) -> Meant:
    text = lexicon.spelled(unicodedata.normalize("NFKC", question).lower().replace("’", "'"))
    plain = "".join(re.findall(r"[^\W_]+", text))
    return Meant(plain, frozenset(_words(text)), asked(text), language_of(text))


def same(one: Meant, other: Meant) -> bool:
    """Whether they ask the same."""
    return one.plain == other.plain or one.key == other.key


def meets(question: Meant, given: Meant, answer: str) -> float:
    """How well `answer`, given to `given`, answers `question`: 0 not at all, 1 it is the very question."""
    if not question.plain:
        return 0.0
    if question.plain == given.plain:
        return 1.0
    if question.language != given.language or not given.words or not given.words <= question.words:
        return 0.0
    if question.kind != given.kind and not (given.kind == "other" and shows(question.kind, answer)):
        return 0.0
    extra = question.words - given.words
    if len(extra) > EXTRA or any(word.startswith("~") for word in extra):
        return 0.0
    if extra and not extra <= meant(answer).words:
        return 0.0
    return 0.9 - 0.1 * len(extra) - (0.05 if question.kind != given.kind else 0.0)


def alike(one: Meant, other: Meant) -> bool:
    """Whether their words allow that they ask the same: everything that one is about, the other is about too,
    as the same word or another for it, and nothing turns one of them."""
    return one.language == other.language and _turns(one) == _turns(other) and word_for_word(one, other)


def word_for_word(one: Meant, other: Meant) -> bool:
    """Whether everything that one is about, the other is about too, be it in another language; what turns
    them ("not", "before") is not looked at."""
    if one.kind != other.kind or not one.words or not other.words:
        return False
    return _within(one.words, other.words) and _within(other.words, one.words)


def about_the_same(one: Meant, other: Meant) -> bool:
    """Whether they share what they are about, though they may ask different things of it: half of the words
    of the one that has fewer."""
    left, right = sorted((_things(one.words), _things(other.words)), key=len)
    shared = sum(any(_one_thing(word, theirs) for theirs in right) for word in left)
    return bool(left) and shared >= max(1, len(left) / 2)


def _within(words: frozenset[str], others: frozenset[str]) -> bool:
    theirs = _things(others)
    return all(any(_one_thing(word, other) for other in theirs) for word in _things(words))


def _things(words: frozenset[str]) -> list[str]:
    return [word for word in words if not word.startswith("~") and word not in _IDLE]


def _turns(asks: Meant) -> frozenset[str]:
    marks = (word for word in asks.words if word.startswith("~") or word[0].isdigit())
    return frozenset(marks) | (asks.words & _OTHER_DAY)


def _one_thing(word: str, other: str) -> bool:
    if word == other:
        return True
    if any(word in deed and other in deed for deed in _DEEDS):
        return True
    others = {lexicon.stem(one) for one in lexicon.others(word)} | lexicon.others(word)
    theirs = {lexicon.stem(one) for one in lexicon.others(other)} | lexicon.others(other)
    return other in others or word in theirs


def _words(text: str) -> set[str]:
    """Stems of what the question is about, and marks ("~out") of what turns it."""
    text = _DASH_OUT.sub(lambda found: f"{found[1]}{found[2]}", text)
    found: set[str] = set()
    if _BRINGS.search(text) or _BRINGS_KO.search(text):
        found.add("~with")
        text = _BRINGS.sub(" ", text)
    if re.search(r"n't\b|\bnot\b|\bnever\b|\bno\b", text):
        found.add("~not")
    for word in re.findall(r"\d[\d.,:]*\d|\d|[가-힣]+|[^\W\d_가-힣]+(?:'[^\W\d_]+)?", text):
        if re.match("[가-힣]", word):
            found |= _korean(word)
        elif word[0].isdigit():
            found.add(word.replace(",", ""))
        elif word in _KEPT:
            found |= set() if word in _NOTHING or word in ("no", "not", "never") else {f"~{word}"}
        elif not is_stop(word) and word not in _ASKS and not re.search(r"n't$", word):
            found.add(lexicon.stem(re.sub(r"'\w*$", "", word)))
    return found - {""}


def _korean(word: str) -> set[str]:
    if word in _KO_MARKS:
        return {f"~{word}"}
    if is_stop(word) or _BRINGS_KO.search(word):
        rest = _BRINGS_KO.split(word)[0] if not is_stop(word) else ""
        return {stemmed(rest)} if len(rest) > 1 else set()
    stem = _SHORT.sub("", stemmed(_POSSIBLE.sub("", word)))
    return set() if is_stop(stem) or stem in _ASKS or word in _ASKS else {stem}
