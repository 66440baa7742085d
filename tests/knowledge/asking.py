"""Questions taken apart without a store of knowledge."""

from __future__ import annotations

from madang.kernel.language import language_of
from madang.knowledge.asking import Asking
from madang.knowledge.questions import asked, content_terms


def asking(question: str, **alike: frozenset[str]) -> Asking:
    """A question all of whose words are known and weigh alike; `alike` is what the owner says they mean."""
    words = content_terms(question)
    weights = dict.fromkeys(words, 1.0)
    return Asking(question, asked(question), language_of(question), weights, words, alike=alike)
