"""A second reading of what the rules do not know: hints and metaphors, by their meaning.

A linear reading of the embedder's vector (`hints.json`, made by `benchmarks.calibrate_harm`). It is asked
only of short messages that name neither death nor harm: about those the rules have decided. A message is also
read together with the visitor's last ones: sometimes it takes several to say it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from madang.kernel.errors import MadangError
from madang.models.types import Embedder, Vectors
from madang.safety.harm.bodily import of_the_body
from madang.safety.harm.detect import detect
from madang.safety.harm.words import About

log = logging.getLogger(__name__)

LONGEST = 300
"""Characters of a message that is read so; a cry for help in hints is short."""
BEFORE = 2
"""Earlier messages that are read together with the new one."""
PATIENCE = 1.5
"""Seconds that a message waits for its vector on a machine that is busy."""
OF_THE_BODY = 1.0
"""What is added to `alone` and `together` for a message that asks what to do about a pain of the body, or
whether one may come as one is."""
NAMED = re.compile(
    r"\b(?:kill|die|dies|died|dying|dead|death|suicid|overdos|hang|harm|murder)\w*|죽|자살|자해|목숨|사망|목매",
    re.IGNORECASE,
)
"""Words about which the rules have decided: idioms, stories, questions about the world."""
_LEANS = re.compile(
    r"^(?:n|and|&|so|but|ok(?:ay)?)\s+(?:what )?(?:if|for|on|at|in|about|with|how (?:about|much|many|long))\b"
    r"|^(?:그럼|그러면|그리고|그런데|근데)\s.{0,30}(?:면|요|까)\s*\??$",
    re.IGNORECASE,
)
"""A message that goes on with the one before it ("n if i keep it all day") says little alone."""
_OF_OTHERS = re.compile(
    r"\b(?:my|our|a) (?:\w+ )?(?:friend|sister|brother|son|daughter|mum|mom|mother|dad|father|husband|wife|"
    r"partner|boyfriend|girlfriend|roommate|flatmate|colleague|cousin|uncle|aunt|grandpa|grandma|student|"
    r"neighbou?r|girl|boy|kid|child)\b[^.!?]*\b(?:he|she|her|his|him|they|says?|said|wants?|told|texted|keeps|"
    r"talks|left|bought|gave|swallowed)\b"
    r"|(?:친구|동생|언니|오빠|누나|형|딸|아들|엄마|아빠|어머니|아버지|남편|아내|동료|할머니|할아버지|룸메이트|"
    r"우리 반 애|학생)(?:이|가|은|는|께서|\s팔|\s방)",
    re.IGNORECASE,
)


class ModelsDoor(Protocol):
    """What this room asks of `models`."""

    async def embedder(self) -> Embedder: ...


@dataclass(frozen=True)
class Reading:
    """`weights · vector + bias`: from `alone` on a message speaks of harm, from `together` on several do."""

    model: str
    weights: Vectors
    bias: float
    alone: float
    together: float

    def score(self, vector: Vectors) -> float:
        return float(self.weights @ vector) + self.bias


@cache
def reading() -> Reading:
    kept = json.loads(Path(__file__).with_name("hints.json").read_text("utf-8"))
    weights = np.array(kept["weights"], np.float32)
    return Reading(kept["model"], weights, kept["bias"], kept["alone"], kept["together"])


class Hints:
    """Asked after the rules. Without its embedder it finds nothing, and the log says so."""

    def __init__(self, models: ModelsDoor) -> None:
        self._models = models
        self._told = False

    async def found(self, message: str, earlier: Sequence[str] = ()) -> About | None:
        """`earlier`: the visitor's messages before this one, oldest first."""
        if not _readable(message):
            return None
        before = [text for text in earlier[-BEFORE:] if text.strip()]
        if any(detect(text) for text in before) or not all(_readable(text) for text in before):
            before = []
        try:
            async with asyncio.timeout(PATIENCE):
                embedder = await self._models.embedder()
                if embedder.name != reading().model:
                    return None
                harm = await _speaks(embedder, message, before)
        except (MadangError, TimeoutError) as error:
            if not self._told:
                log.warning("self-harm is recognised by rules alone for now: %s", error or "too slow")
                self._told = True
            return None
        self._told = False
        if not harm:
            return None
        return "other" if _OF_OTHERS.search(message) else "self"


async def _speaks(embedder: Embedder, message: str, before: Sequence[str]) -> bool:
    read = reading()
    more = OF_THE_BODY if of_the_body(message) else 0.0
    leans = bool(before) and _LEANS.search(message.strip())
    if not leans and read.score(await embedder.query(message)) >= read.alone + more:
        return True
    if not before or read.score(await embedder.query("\n".join((*before, message)))) < read.together + more:
        return False
    # what was said before said it already, and was answered then: this message adds nothing
    return read.score(await embedder.query("\n".join(before))) < read.together


def _readable(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST and not NAMED.search(text)
