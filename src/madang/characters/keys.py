"""Finding an entry's keys in a text: plain text, or a regular expression written `/pattern/flags`.

`use_regex` alone makes no key an expression: SillyTavern writes it on every entry, and its keys are plain
unless they stand between slashes. A card's author is a stranger, so an expression runs with a time limit,
and one that is invalid or too slow finds nothing.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import regex

MAX_PATTERN: Final = 2_000
"""Longest expression, in characters."""
SECONDS: Final = 0.05
"""Longest search for one expression, in seconds."""
SECONDS_ALL: Final = 0.25
"""Longest time for all expressions of one match, in seconds."""
_WRITTEN: Final = re.compile(r"/(.+)/([dgimsuvy]*)", re.DOTALL)
_FLAGS: Final = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}


def is_expression(key: str) -> bool:
    """Whether a key is written as an expression, `/…/flags`."""
    return _WRITTEN.fullmatch(key.strip()) is not None


class Finder:
    """Looks keys up in texts during one match, with the time that expressions may take in all."""

    def __init__(self) -> None:
        self._left = SECONDS_ALL
        self._folded: dict[tuple[bool, str], str] = {}

    def any(self, keys: Iterable[str], text: str, *, case_sensitive: bool, whole_words: bool = False) -> bool:
        """Whether one of `keys` is in `text`."""
        return any(self.one(key, text, case_sensitive, whole_words) for key in keys)

    def one(self, key: str, text: str, case_sensitive: bool, whole_words: bool = False) -> bool:
        key = key.strip()
        written = _WRITTEN.fullmatch(key)
        if written is not None:
            return self._search(written.group(1), written.group(2), text, case_sensitive)
        if not key or not text:
            return False
        needle, hay = self._form(key, case_sensitive), self._form(text, case_sensitive)
        if not whole_words:
            return needle in hay
        return re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", hay) is not None

    def _form(self, text: str, case_sensitive: bool) -> str:
        """Composed, so that Hangul from macOS is found; folded where case does not count."""
        mark = (case_sensitive, text)
        if mark not in self._folded:
            composed = unicodedata.normalize("NFC", text)
            self._folded[mark] = composed if case_sensitive else composed.casefold()
        return self._folded[mark]

    def _search(self, pattern: str, flags: str, text: str, case_sensitive: bool) -> bool:
        # an expression says itself whether case counts, by `i`; an entry that is told so outright is obeyed
        compiled = compiled_pattern(pattern, flags.replace("i", "") if case_sensitive else flags)
        if compiled is None or self._left <= 0:
            return False
        started = time.perf_counter()
        try:
            return compiled.search(text, timeout=min(SECONDS, self._left)) is not None
        except Exception:  # noqa: BLE001  a timeout, or memory or recursion spent by a hostile expression
            return False
        finally:
            self._left -= time.perf_counter() - started


@lru_cache(maxsize=2048)
def compiled_pattern(pattern: str, flags: str) -> Any:
    """The compiled expression, or None when it is invalid or too long."""
    if len(pattern) > MAX_PATTERN or _explodes(pattern):
        return None
    options = 0
    for flag in flags:
        options |= _FLAGS.get(flag, 0)
    try:
        return regex.compile(pattern.replace("\\/", "/"), options)
    except Exception:  # noqa: BLE001  every error of the compiler means the same: not an expression
        return None


def valid(key: str) -> bool:
    """Whether a key written as an expression is one."""
    written = _WRITTEN.fullmatch(key.strip())
    return written is not None and compiled_pattern(written.group(1), written.group(2)) is not None


def _explodes(pattern: str) -> bool:
    """Whether counted repeats could unroll into more nodes than memory holds: the compiler has no limit."""
    product = 1
    for low, high in re.findall(r"\{(\d{1,9})(?:,(\d{0,9}))?\}", pattern):
        product *= max(int(low), int(high or 0), 1)
    return product > 100_000
