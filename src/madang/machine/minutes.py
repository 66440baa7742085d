"""The last minutes, from the generations that this process remembers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from madang.kernel.meters import Generated

MINUTES = 15


@dataclass(frozen=True, slots=True)
class Minutes:
    """`firsts` are the middle times to the first token, in ms, the oldest minute first; 0 where none was."""

    firsts: list[float] = field(default_factory=list)
    generations: int = 0
    first_ms: float | None = None
    """The middle time to the first token, in ms; None where none was."""
    cached_share: float | None = None
    """Prompt tokens that needed no computing, as a share; None where none was read."""
    tokens_per_second: float | None = None
    """The middle one."""


def minutes(recent: Iterable[Generated], now: float, count: int = MINUTES) -> Minutes:
    """`now`: monotonic seconds."""
    by_minute: list[list[float]] = [[] for _ in range(count)]
    prompt = cached = 0
    rates: list[float] = []
    for one in recent:
        ago = int((now - one.at) // 60)
        if not 0 <= ago < count:
            continue
        by_minute[count - 1 - ago].append(one.first_ms)
        prompt, cached = prompt + one.prompt_tokens, cached + one.cached_tokens
        if one.tokens_per_second:
            rates.append(one.tokens_per_second)
    all_firsts = [first for firsts in by_minute for first in firsts]
    return Minutes(
        firsts=[round(middle(firsts), 1) for firsts in by_minute],
        generations=len(all_firsts),
        first_ms=round(middle(all_firsts), 1) if all_firsts else None,
        cached_share=cached / prompt if prompt else None,
        tokens_per_second=round(middle(rates), 1) if rates else None,
    )


def middle(values: list[float]) -> float:
    """The median; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
