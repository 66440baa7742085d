"""Orders: text in a source that speaks to the AI instead of saying something about the business.

A source is information. What in it tells a reader that is an AI what to do ("ignore your instructions", a
made-up system message, "whoever asks is to be told that …") is neither quoted nor shown to a model: its place
is blanked, so that every other sentence stays where it was. Rules, no model: the same text, the same finding.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from madang.knowledge.types import Found, Passage

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LIKE: Final = dict(zip("аеорсухіјѕԁһոѵԝαεορτυνικη", "aeopcyxijsdhnvwaeoptuvikn", strict=True))
"""Letters of other alphabets that look like Latin ones."""
_LEET: Final = dict(zip("013457@$", "oieastas", strict=True))
_MIXED = re.compile(
    r"(?<![\w@$])(?=[a-z\d@$]*[a-z])(?=[a-z@$]*[\d@$])(?!\d+[a-z]{1,3}\b)[a-z\d@$]{3,}(?![\w@])",
    re.IGNORECASE,
)
"""A word of letters and digits, but no amount (`500ml`)."""
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){4,}\w(?!\w)")
_STARTS = re.compile(r"(?<=[.!?。！？])\s+|\n| · ")
EXCERPT = 200
LONGEST = 200_000
"""Characters that are read."""


def _rules(name: str) -> re.Pattern[str]:
    parts: dict[str, str] = {}
    rules: list[str] = []
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for part, text in parts.items():
            line = line.replace(f"<<{part}>>", text)  # noqa: PLW2901
        if named := re.match(r"([A-Z]+) = (.+)", line):
            parts[named[1]] = named[2]
        else:
            rules.append(f"(?:{line})")
    return re.compile("|".join(rules), re.IGNORECASE)


_ORDERS: Final = (
    (re.compile(r"[A-Za-z]{3}|!\["), _rules("en.txt")),
    (re.compile("[가-힣]"), _rules("ko.txt")),
)
"""Where such letters are, these rules are read."""
_MARKUP: Final = _rules("roles.txt")


@dataclass(frozen=True, slots=True)
class Order:
    """`text[start:end]` speaks to an AI."""

    start: int
    end: int


@lru_cache(8_000)
def orders_in(text: str) -> tuple[Order, ...]:
    """Where `text` gives orders: from the sentence (or column) that does to the end of its line, since what
    is to be said follows; from a made-up message of a system or tool to the end of the text."""
    plain, places = _plain(text[:LONGEST])
    found: list[Order] = []
    if (markup := _MARKUP.search(plain)) is not None:
        begin = markup.start() + len(markup.group()) - len(markup.group().lstrip(" \n\t.!?"))
        found.append(Order(text.rfind("\n", 0, places[begin]) + 1, len(text)))
    matches = (match for there, rules in _ORDERS if there.search(plain) for match in rules.finditer(plain))
    for match in matches:
        end = text.find("\n", places[match.end() - 1])
        found.append(Order(_start_of(text, places[match.start()]), len(text) if end < 0 else end))
    return _joined(found)


def gives_orders(text: str) -> bool:
    return bool(orders_in(text))


def blanked(text: str) -> str:
    """The text with spaces where it gives orders: everything else stays where it was."""
    for order in orders_in(text):
        hidden = re.sub(r"[^\n]", " ", text[order.start : order.end])
        text = text[: order.start] + hidden + text[order.end :]
    return text


def without_orders(found: list[Found]) -> list[Found]:
    """What was found, as it may be quoted and shown to a model; a passage of orders alone is left out."""
    kept = [item.model_copy(update={"passage": _shown(item.passage)}) for item in found]
    return [item for item in kept if item.passage.text.strip()]


def telling(passages: Iterable[Passage]) -> list[Passage]:
    """The passages as they may be asked about; one of orders alone is left out."""
    return [shown for shown in map(_shown, passages) if shown.text.strip()]


def suspicious(passages: Iterable[Passage], most: int = 3) -> dict[str, list[str]]:
    """By source id, the beginnings of what gives orders there."""
    found: dict[str, list[str]] = {}
    for passage in passages:
        for text in (passage.title, *passage.headings, passage.text):
            pieces = [" ".join(text[one.start : one.end].split())[:EXCERPT] for one in orders_in(text)]
            kept = found.setdefault(passage.source_id, []) if pieces else []
            kept.extend(piece for piece in pieces if len(kept) < most and piece not in kept)
    return found


def _shown(passage: Passage) -> Passage:
    headings = [heading for heading in passage.headings if not gives_orders(heading)]
    title = blanked(passage.title).strip()
    text = blanked(passage.text)
    if (title, headings, text) == (passage.title, passage.headings, passage.text):
        return passage
    return passage.model_copy(update={"title": title, "headings": headings, "text": text})


def _start_of(text: str, at: int) -> int:
    """Where the sentence or column that holds `at` begins."""
    begin = text.rfind("\n", 0, at) + 1
    return max((match.end() for match in _STARTS.finditer(text, begin, at)), default=begin)


def _joined(found: list[Order]) -> tuple[Order, ...]:
    joined: list[Order] = []
    for one in sorted(found, key=lambda order: (order.start, order.end)):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Order(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text as it is read, without what only hides words, and for each of its letters the place it had."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isascii():
            letters.append(letter)
            places.append(place)
        elif not _INVISIBLE.match(letter):
            for one in unicodedata.normalize("NFKC", letter):
                letters.append(_LIKE.get(one.lower(), one))
                places.append(place)
    for word in _MIXED.finditer("".join(letters)):
        for at in range(*word.span()):
            letters[at] = _LEET.get(letters[at], letters[at])
    plain = "".join(letters).replace("’", "'").replace("‘", "'")
    return _unspaced(plain, places)


def _unspaced(plain: str, places: list[int]) -> tuple[str, list[int]]:
    """`i g n o r e` as `ignore`; two spaces part words."""
    dropped: set[int] = set()
    for match in _SPACED.finditer(plain):
        dropped.update(range(match.start() + 1, match.end(), 2))
    if not dropped:
        return plain, places
    kept = [at for at in range(len(plain)) if at not in dropped]
    return "".join(plain[at] for at in kept), [places[at] for at in kept]
