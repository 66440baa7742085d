"""Numbers and names that a text states: what a reply should hold of a target, and may not make up."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"\b[A-Z][\w’'-]*[a-z][\w’'-]*|\b[A-Z]{2,}\w*")
_SENTENCE = re.compile(r"(?:^|[.!?:;]\s+|\n\s*(?:[-*•\d.)]+\s*)?|[“\"(>]\s*)$")
_COMMON = frozenset(["I", "OK", "AI", "It", "Yes", "No", "The", "This", "If", "In", "For", "You", "Your"])


def stated(text: str) -> frozenset[str]:
    """Numbers without their thousands' commas, and capitalised words inside sentences, in lower case."""
    numbers = {_plain(found) for found in _NUMBER.findall(text)}
    return frozenset(numbers | names(text))


def names(text: str) -> set[str]:
    found = set()
    for match in _NAME.finditer(text):
        word = re.sub(r"['’]s?$", "", match.group())
        if word in _COMMON or _SENTENCE.search(text[: match.start()]):
            continue
        found.add(word.lower())
    return found


def holds_half(facts: frozenset[str], text: str) -> bool:
    """Whether `text` holds at least half of `facts`, numbers as numbers and names as words, in any case."""
    there = _tokens(text)
    return 2 * sum(fact in there for fact in facts) >= len(facts)


def invented(text: str, allowed: str) -> set[str]:
    """Numbers, dates and names of `text` that stand nowhere in `allowed`."""
    return {fact for fact in stated(text) if fact not in _tokens(allowed)}


def _tokens(text: str) -> set[str]:
    words = {re.sub(r"['’]s?$", "", word) for word in re.findall(r"[\w’'-]*\w", text.lower())}
    parts = {part for word in words for part in re.split(r"[-’'_]", word)}
    return words | parts | {_plain(found) for found in _NUMBER.findall(text)}


def _plain(number: str) -> str:
    return re.sub(r",(?=\d{3}(?:\D|$))", "", number)
