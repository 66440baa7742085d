"""What this process counts: generations, engines, replies, requests. For `/metrics` and the owner's page.

One object a studio, with a registry of its own: nothing is global. No text, name of a person, or address of a
page's visitor is ever a label; labels are engines, ways of answering, and the patterns of routes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

KEPT = 2_000
"""Generations remembered for the live page."""
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_RATES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Counted(Protocol):
    """Tokens of one generation."""

    @property
    def prompt_tokens(self) -> int: ...
    @property
    def completion_tokens(self) -> int: ...
    @property
    def cached_tokens(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Generated:
    """One generation that ended well. `at` is monotonic seconds."""

    at: float
    engine: str
    first_ms: float
    tokens: int
    tokens_per_second: float
    prompt_tokens: int
    cached_tokens: int


Gauges = Callable[[], Iterable[tuple[str, Mapping[str, str], float]]]
"""(gauge, labels, value), asked when somebody looks. Gauges: up, running, waiting, slots, replicas, and by
replica: replica_running, replica_waiting."""


class Meters:
    """Counters and histograms. Prometheus' library is loaded with the first of them, not with this module."""

    def __init__(self) -> None:
        self._made: _Made | None = None
        self._gauges: list[Gauges] = []
        self.recent: deque[Generated] = deque(maxlen=KEPT)

    @property
    def _on(self) -> _Made:
        if self._made is None:
            self._made = _Made()
        return self._made

    def watch(self, gauges: Gauges) -> None:
        """Something whose present state is shown."""
        self._gauges.append(gauges)

    def generated(self, engine: str, began: float, first: float, usage: Counted | None, letters: int) -> None:
        """A generation ended: `began` and `first` are `perf_counter` seconds."""
        on, now = self._on, time.perf_counter()
        written = usage.completion_tokens if usage else max(1, letters // 4)
        prompt, cached = (usage.prompt_tokens, usage.cached_tokens) if usage else (0, 0)
        rate = written / (now - first) if now - first > 0.001 and written > 1 else 0.0
        on.first_token.labels(engine).observe(first - began)
        if rate:
            on.rate.labels(engine).observe(rate)
        for kind, count in (("prompt", prompt), ("cached", cached), ("written", written)):
            on.tokens.labels(engine, kind).inc(count)
        self.recent.append(
            Generated(time.monotonic(), engine, (first - began) * 1000, written, rate, prompt, cached)
        )

    def engine_failed(self, engine: str, kind: str) -> None:
        self._on.failures.labels(engine, kind).inc()

    def replica_counted(self, engine: str, replica: str, kind: str) -> None:
        """A replica of a cluster ended a reply (`served`), or went in the middle of one (`lost`)."""
        self._on.replicas.labels(engine, replica or "unknown", kind).inc()

    def replied(self, basis: str, strategy: str, state: str, first_ms: float) -> None:
        """A reply ended, whoever made it."""
        self._on.replies.labels(basis, strategy or "none", state).inc()
        if first_ms:
            self._on.reply_first.labels(strategy or "none").observe(first_ms / 1000)

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """An answer to a request began; `route` is a pattern such as `/talk/{slug}`."""
        self._on.http.labels(method, route, f"{status // 100}xx").observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """All of it for Prometheus: body and content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        on = self._on
        for gauge in on.gauges.values():
            gauge.clear()
        for watched in self._gauges:
            for name, labels, value in watched():
                on.gauges[name].labels(**labels).set(value)
        return generate_latest(on.registry), CONTENT_TYPE_LATEST


class _Made:
    """The objects of Prometheus' library."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = registry = CollectorRegistry()

        def histogram(name: str, about: str, labels: list[str], buckets: tuple[float, ...]) -> Any:
            return Histogram(f"madang_{name}", about, labels, registry=registry, buckets=buckets)

        def counter(name: str, about: str, labels: list[str]) -> Any:
            return Counter(f"madang_{name}", about, labels, registry=registry)

        self.first_token = histogram(
            "first_token_seconds", "From a request to an engine to its first token.", ["engine"], _SECONDS
        )
        self.rate = histogram("tokens_per_second", "Tokens written a second.", ["engine"], _RATES)
        self.tokens = counter(
            "tokens", "Tokens, by kind: prompt, cached (of the prompt), written.", ["engine", "kind"]
        )
        self.failures = counter(
            "engine_failures", "Generations and loads that an engine failed.", ["engine", "kind"]
        )
        self.replicas = counter(
            "replica_replies",
            "Replies by replica of a cluster: served, or lost in the middle and finished by another.",
            ["engine", "replica", "kind"],
        )
        self.replies = counter("replies", "Replies, by what they rest on.", ["basis", "strategy", "state"])
        self.reply_first = histogram(
            "reply_first_seconds",
            "From a kept message to the first piece of its reply.",
            ["strategy"],
            _SECONDS,
        )
        self.http = histogram(
            "http_seconds",
            "From a request to the beginning of its answer.",
            ["method", "route", "status"],
            _SECONDS,
        )
        self.gauges: dict[str, Any] = {
            name: Gauge(f"madang_engine_{name}", about, ["engine", *more], registry=registry)
            for name, about, *more in (
                ("up", "1 when the engine answers, 0 when it is lost."),
                ("running", "Generations under way."),
                ("waiting", "Generations that wait for a slot."),
                ("slots", "Generations that the engine serves at once."),
                ("replicas", "Replicas of a cluster that answer."),
                ("replica_running", "This studio's generations under way at a replica.", "replica"),
                ("replica_waiting", "This studio's generations in the queue of a replica.", "replica"),
            )
        }
