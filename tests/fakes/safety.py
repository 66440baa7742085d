"""A safety door that knows two words, and remembers what it was asked in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from madang.safety.types import Finding, Outgoing, Verdict

HURT = "hurt myself"
BANNED = "zebra"
HELP = "Please call somebody you trust."
RULE = "That is not talked about here."


class FakeOutgoing:
    """Holds back what could still become BANNED."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._held = ""
        self.verdict: Verdict | None = None

    def feed(self, text: str) -> str:
        if self.verdict is not None:
            return ""
        self._held += text
        if BANNED in self._held.lower():
            self.verdict = Verdict(harm="rule", sentence=RULE, language=self._language)
            before = self._held[: self._held.lower().index(BANNED)]
            self._held = ""
            return before
        longest = max(
            (n for n in range(1, len(BANNED)) if self._held.lower().endswith(BANNED[:n])), default=0
        )
        out = self._held[: len(self._held) - longest]
        self._held = self._held[len(out) :]
        return out

    def end(self) -> str:
        rest, self._held = self._held, ""
        return "" if self.verdict is not None else rest


class FakeSafety:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.earlier: list[str] = []

    async def incoming(self, message: str, *, language: str, earlier: Sequence[str] = ()) -> Verdict | None:
        self.asked.append(message)
        self.earlier = list(earlier)
        if HURT in message:
            return Verdict(harm="self_harm", sentence=HELP, language=language)
        if BANNED in message:
            return Verdict(harm="rule", sentence=RULE, language=language)
        return None

    async def outgoing(self, *, language: str) -> Outgoing:
        return FakeOutgoing(language)

    async def findings(self, texts: dict[str, Any]) -> list[Finding]:
        return []
