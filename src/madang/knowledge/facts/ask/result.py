"""What asking facts gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from madang.kernel.language import language_of
from madang.knowledge.facts.types import Business, Fact
from madang.knowledge.types import Span

QUOTES = 8


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed sentence, in the language of the reply, and the facts it was computed from.

    `asks`: it is a question back to the visitor, and rests on nothing.
    """

    kind: str
    text: str
    facts: tuple[Fact, ...] = ()
    asks: bool = False
    differ: bool = False
    """Sources contradict each other: both are told."""
    spans: tuple[Span, ...] = ()
    """The places that are quoted: those of the facts, in the language of the reply where it says them."""


def unique(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each place once, the first fact of it."""
    found: dict[tuple[str, int], Fact] = {}
    for fact in facts:
        found.setdefault(fact.place, fact)
    return tuple(found.values())


def _in_language(facts: Sequence[Fact], kind: str, language: str) -> list[Fact]:
    """The facts of a kind that are said in a language; all of them where none is."""
    those = [fact for fact in facts if fact.value.what == kind]
    return [fact for fact in those if language_of(fact.said) == language] or those


def quoted(business: Business, found: Computed, language: str) -> Computed | None:
    """The result with the places to quote, None where they have gone: where sources agree, those in the
    reply's language are enough."""
    facts = list(found.facts)
    if not found.differ:
        # a price is the same in every language, a sentence about a day is not: all or nothing of a source
        kinds = dict.fromkeys(fact.value.what for fact in facts)
        facts = [fact for kind in kinds for fact in _in_language(facts, kind, language)]
    spans = [span for fact in facts if (span := business.span(fact)) is not None]
    places = tuple({(span.passage.id, span.start): span for span in spans}.values())[:QUOTES]
    return replace(found, spans=places) if places else None
