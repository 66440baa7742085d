"""Whether an answer is right, by rules alone: the same answer is always judged the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

Judge = Callable[[str], bool]
_UNKNOWN = re.compile(
    r"\b(?:do(?:es)?n['’]?t|do(?:es)? not|cannot|can['’]t|not)\s+"
    r"(?:know|say|mention|state|contain|tell|answer|provide|have|given|specified|stated)"
    r"|no information|모르|모릅|알 수 없|나와 있지 않|없습니다|없어요"
)
_ENDING = re.compile(r"(다|요|까|죠|네|음|함)[.!?。]?[\"'”’)]*$")


def bare(text: str) -> str:
    """An answer without what stands around it: spaces, quotation marks, a full stop at the end."""
    return text.strip().strip("\"'“”‘’`*").strip().rstrip(".!").strip()


def holds(*words: str) -> Judge:
    """One of the words stands in it, as a word of its own where letters are Latin."""

    def judge(text: str) -> bool:
        low = text.lower()
        return any(
            re.search(rf"\b{re.escape(word)}\b", low) if word.isascii() else word in low for word in words
        )

    return judge


def only(pattern: str) -> Judge:
    """The whole answer is this."""
    return lambda text: re.fullmatch(pattern, bare(text), re.I | re.S) is not None


def lines(count: int) -> Judge:
    return lambda text: len([line for line in text.strip().splitlines() if line.strip()]) == count


def verbatim(source: str, *must: str) -> Judge:
    """A piece of the source, word for word, that holds all of `must` and is not all of the source."""
    flat = " ".join(source.split())

    def judge(text: str) -> bool:
        said = " ".join(bare(text).split())
        return said in flat and all(word in said for word in must) and len(said) < 0.8 * len(flat)

    return judge


def citing(number: int, *must: str) -> Judge:
    """Says what is asked, and names source `number` and no other."""

    def judge(text: str) -> bool:
        marks = set(re.findall(r"\[(\d+)\]", text))
        return marks == {str(number)} and all(word.lower() in text.lower() for word in must)

    return judge


def abstaining(text: str) -> bool:
    """Says that it does not know, and makes up no number."""
    return _UNKNOWN.search(text.lower()) is not None and not re.search(r"\d", text)


def english(*about: str) -> Judge:
    """A sentence of English about something."""

    def judge(text: str) -> bool:
        words = re.findall(r"[a-z']+", text.lower())
        letters = [letter for letter in text if letter.isalpha()]
        latin = sum(letter.isascii() for letter in letters) / max(len(letters), 1)
        varied = len(set(words)) / max(len(words), 1)
        return (
            len(words) >= 4 and latin > 0.95 and varied > 0.4 and any(word in text.lower() for word in about)
        )

    return judge


def korean(*about: str) -> Judge:
    """A sentence of Korean about something: Hangul, varied, and ended as sentences are."""

    def judge(text: str) -> bool:
        letters = [letter for letter in text if letter.isalpha()]
        hangul = sum("가" <= letter <= "힣" for letter in letters) / max(len(letters), 1)
        words = text.split()
        varied = len(set(words)) / max(len(words), 1)
        first = re.split(r"(?<=[.!?])\s", text.strip())[0].strip()
        ended = _ENDING.search(first) is not None
        return (
            len(words) >= 3
            and hangul > 0.9
            and varied > 0.5
            and ended
            and any(word in text for word in about)
        )

    return judge


def parsed(expected: object) -> Judge:
    """JSON that means exactly this, alone or in a fence."""

    def judge(text: str) -> bool:
        fenced = re.fullmatch(r"\s*```(?:json)?\s*(.*?)```\s*", text, re.S)
        try:
            return bool(json.loads(fenced[1] if fenced else text) == expected)
        except (ValueError, RecursionError):
            return False

    return judge
