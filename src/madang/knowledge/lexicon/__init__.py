"""Words that count as one another: English endings, and a list of everyday words in English and Korean.

The word index holds words as they are written. What is here serves the question: which other words of the
pages it may mean ("dog", "dogs", "강아지"), and whether a sentence holds what is asked.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "everyday.txt"
_IDIOMS = Path(__file__).parent / "idioms.txt"
_SPELLING = Path(__file__).parent / "spelling.txt"
_IRREGULAR = {
    "children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "paid": "pay", "sent": "send", "kept": "keep", "bought": "buy", "sold": "sell",
    "brought": "bring", "made": "make", "wrote": "write", "written": "write", "spoke": "speak",
    "taken": "take", "took": "take", "given": "give", "gave": "give", "chose": "choose",
    "chosen": "choose", "ran": "run",
}  # fmt: skip
_WORD = re.compile(r"[a-z]{3,}")
_VOWEL = re.compile("[aeiouy]")
_ENDING_FIRST = frozenset("어아을은는으고지")
"""Syllables after which a word of two is taken for a verb: not all are one ("좋은"), which costs little."""
_ENDINGS_KO = ("어", "아", "을", "는", "으", "고", "지", "었", "았", "기")
_ENDINGS = ("", "s", "es", "e", "ed", "ing", "ings", "ation", "ations", "ment", "ments", "y")


@lru_cache(20_000)
def stem(word: str) -> str:
    """An English word in lower case without its ending; anything else as it is.

    Light on purpose: "dogs" and "dog", "cancelled" and "cancellation" meet, "vegetable" and "vegetarian" do
    not.
    """
    if not _WORD.fullmatch(word):
        return word
    word = _IRREGULAR.get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("xes", "ches", "shes", "sses")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "ous", "is", "bus", "tus")) and len(word) > 3:
        word = word.removesuffix("s")
    for ending, least in (("ation", 4), ("ment", 3), ("ing", 3), ("ed", 3)):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and _VOWEL.search(rest):
            word = rest
            break
    if word.endswith("ery") and len(word) > 6:
        word = word[:-1]
    if len(word) > 4:
        word = word.removesuffix("e")
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def forms(word: str) -> list[str]:
    """English words that share the stem of `word`, without `word`: some are no words, which costs nothing."""
    if not _WORD.fullmatch(word):
        return []
    root = stem(word)
    tried = {root + ending for ending in _ENDINGS} | {
        root + root[-1] + ending for ending in ("", "ed", "ing", "ation")
    }
    if root.endswith("i"):
        tried |= {root[:-1] + ending for ending in ("y", "ies", "ied", "ying")}
    tried |= {one for one, base in _IRREGULAR.items() if root in (stem(base), one)}
    return sorted(one for one in tried if one != word and len(one) > 2 and stem(one) == root)


@cache
def _lines() -> dict[str, frozenset[str]]:
    """English stem or Korean word to all words of the lines it stands on. Of a line with ">" each word before
    it finds those after it, and nothing else."""
    found: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        said, _, narrower = line.partition(" > ")
        for word in said.split():
            found.setdefault(stem(word), set()).update(narrower.split() or said.split())
    return {word: frozenset(words) for word, words in found.items()}


def _replaced(file: Path) -> list[tuple[re.Pattern[str], str]]:
    """The patterns of a file with what is read instead."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            said, _, plain = line.partition(" => ")
            found.append((re.compile(said, re.IGNORECASE), plain))
    return found


@cache
def _idioms() -> list[tuple[re.Pattern[str], str]]:
    return _replaced(_IDIOMS)


@cache
def _spelling() -> list[tuple[re.Pattern[str], str]]:
    return _replaced(_SPELLING)


def spelled(message: str) -> str:
    """A message as it would be written with time ("r u open on 화욜" as "are you open on 화요일"); as it is
    where nothing in it is short or slipped."""
    for said, instead in _spelling():
        message = said.sub(instead, message)
    return message


def plainly(question: str) -> str:
    """The question with what it says in several words ("my money back", "방을 빼야") in the plain word for it
    ("refund", "체크아웃"); as it is where it has nothing of the kind."""
    question = spelled(question)
    for said, instead in _idioms():
        question = said.sub(instead, question)
    return question


def others(word: str) -> frozenset[str]:
    """Words that the list puts beside `word`, in both languages, and other forms of a Korean verb; none when
    it does not stand there.

    A Korean word stands there when it is one of the list with at most two syllables more: "주차장" as
    "주차". One that ends in what looks like a particle is read whole as well: "고양" of "고양이".
    """
    lines = _lines()
    if word.isascii():
        found = lines.get(stem(word), frozenset()) | lines.get(stem(word.replace("-", "")), frozenset())
        return found - {word}
    verbs = _of_the_verb(word)
    if (whole := f"{word}이") in lines:
        return lines[whole] | verbs
    for length in range(len(word), max(1, len(word) - 3), -1):
        if word[:length] in lines:
            return (lines[word[:length]] - {word[:length]}) | verbs
    return verbs


def _of_the_verb(word: str) -> frozenset[str]:
    """Other forms of a Korean verb of one closed syllable and an ending: "찍을", "찍는", … of "찍어". They
    are looked for as they stand, so that forms that do not exist cost nothing."""
    if len(word) != 2 or word[1] not in _ENDING_FIRST or (ord(word[0]) - 0xAC00) % 28 == 0:
        return frozenset()
    return frozenset(word[0] + ending for ending in _ENDINGS_KO if ending != word[1])
