"""Sentences as the embedder's reader takes them (`models.types.Reading`). Evidence does not ask it yet: the
estimate must be calibrated with it first (dev/LOG.md)."""

from __future__ import annotations

from madang.knowledge.spans import Unit, said_before
from madang.knowledge.split import context
from madang.models.types import Candidate


def candidate(unit: Unit) -> Candidate:
    """A unit with what it stands in."""
    passage = unit.passage
    around = context(passage.title, passage.headings, "").strip().replace("\n", " > ")
    return Candidate(unit.text, around, said_before(unit))
