"""Reads a reply while it is made and lets out only what cannot become a forbidden word any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.safety.types import Verdict

if TYPE_CHECKING:
    from madang.safety.rules.compiled import Compiled

CONTEXT = 64
"""Characters already shown that are looked at again, so that a word's beginning is known."""


class Reading:
    """One reply (`types.Outgoing`). What it gave back was a beginning of the reply that breaks no rule."""

    def __init__(self, rules: Compiled, language: str) -> None:
        self._rules = rules
        self._language = language
        self._shown = ""
        self._held = ""
        self._verdict: Verdict | None = None

    @property
    def verdict(self) -> Verdict | None:
        return self._verdict

    def feed(self, text: str) -> str:
        """What may be shown now: everything but a tail that could still become something forbidden."""
        return self._read(text, ended=False)

    def end(self) -> str:
        return self._read("", ended=True)

    def _read(self, text: str, *, ended: bool) -> str:
        if self._verdict is not None:
            return ""
        matcher = self._rules.spoken
        if matcher.empty:
            return text
        self._held += text
        whole, begin = self._shown + self._held, len(self._shown)
        matches, release = matcher.find(whole, ended=ended, begin=begin)
        if matches:
            first = min(matches, key=lambda match: (match.start, -match.end))
            if first.start <= release:
                release = first.start
                self._verdict = self._rules.said(first.key, self._language)
        # what is let out may itself end in a word that only the letters behind it made harmless
        while release > begin:
            cut, _ = matcher.find(whole[:release], begin=begin)
            if not cut:
                break
            release = min(match.start for match in cut)
        out = whole[begin:release]
        self._shown = whole[max(0, release - CONTEXT) : release]
        self._held = whole[release:]
        return out
