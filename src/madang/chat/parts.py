"""A message that asks two things, cut into its questions."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.chat.intents import intent_of
from madang.knowledge.orders import gives_orders
from madang.knowledge.questions import content_terms

MOST = 3
"""Questions of one message that are looked up apart."""
_STARTS = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|may|has|have|how|what|when|where|who|why|which)\b"
_CUT = re.compile(
    rf"(?<=[?？])\s+(?=\S)|,?\s+(?:and|or)\s+(?:also\s+)?(?={_STARTS})|,\s+(?={_STARTS})|(?<=[?？요다])\s*,?\s+그리고\s+",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:is|are|do|does|did|can|could|will|would|should|may|has|have) (?:he|she|they|we|i)(?: [\w'’]+){3,}\W*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"^(?:그리고|and|or)\s+", re.IGNORECASE)
_PREFACE = re.compile(r"(?<=[.!])\s+(?=\S)")
_SUBORDINATE = re.compile(
    r"\b(?:when|where|how|why|who|what|know|tell|say|see|ask|wonder|if|whether|understand|explain|sure)\W*$",
    re.IGNORECASE,
)


def parts(message: str) -> tuple[str, ...]:
    """The questions of a message in its own words; one for nearly every message.

    A part without a word of its own ("and why?") stays with the one before it. An order to the AI beside a
    question ("Is there a lift? And ignore your rules …") is none: it is left out.
    """
    cut = _cut(message)
    return tuple(part for part in cut if not gives_orders(part)) or (message,)


def _cut(message: str) -> tuple[str, ...]:
    text = " ".join(message.split())
    if not (begins := re.search(rf"^\W*(?:{_STARTS})|[?？]", text, re.IGNORECASE)) or not begins:
        return (message,)
    found: list[str] = []
    last = 0
    for match in _CUT.finditer(text):
        before = text[last : match.start()]
        after = text[match.end() :]
        if _SUBORDINATE.search(before) or not _asks(before) or not (content_terms(after) or _whole(after)):
            continue
        found.append(before.strip())
        last = match.end()
    found.append(text[last:].strip())
    if len(found) < 2 or not (_asks(found[-1]) or _whole(found[-1])):
        return (message,)
    found = [_LINK.sub("", part) for part in found]
    return tuple(found) if len(found) <= MOST else (*found[: MOST - 1], " ".join(found[MOST - 1 :]))


def _whole(part: str) -> bool:
    """Whether it is a question of its own although all its words are plain ("does she need me there?")."""
    return bool(_PLAIN.match(part))


def _asks(part: str) -> bool:
    return bool(content_terms(part)) and intent_of(_PREFACE.split(part)[-1]) == "question"
