"""What asking facts gives."""

from __future__ import annotations

from dataclasses import dataclass

from madang.knowledge.facts.types import Fact
from madang.knowledge.types import Span


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
