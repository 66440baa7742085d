"""A greeting in the character's own voice, by a model that can write one. A small model is never asked."""

from __future__ import annotations

import asyncio
import logging
import re

from madang.authoring import phrases
from madang.authoring.doors import ModelsDoor
from madang.characters.types import Profile
from madang.kernel.errors import MadangError
from madang.kernel.language import language_of
from madang.models.types import ChatRequest, Message

log = logging.getLogger(__name__)

LONGEST = 400
SECONDS = 20.0


async def greeting(models: ModelsDoor, profile: Profile) -> str | None:
    """One or two sentences, or None: no capable model, or it said something that may not be put in unseen.

    Its maker sees the greeting in the editor before anybody else does.
    """
    try:
        runtime = await models.chat()
        if runtime.card.strategy != "cite" or profile.language not in runtime.card.languages:
            return None
        given = f"{profile.called}\n{profile.persona}".replace("{{char}}", profile.called)
        request = ChatRequest(
            [Message("system", phrases.POLISH[profile.language]), Message("user", given[:4_000])],
            max_tokens=160,
            temperature=0.6,
            background=True,
        )
        async with asyncio.timeout(SECONDS):
            text = "".join([piece.text async for piece in runtime.stream(request)])
    except (MadangError, TimeoutError) as error:
        # the draft is whole without it: the template's greeting stays, and the log says why
        log.info("no polished greeting: %s", error)
        return None
    return fit(text, profile, given)


def fit(text: str, profile: Profile, given: str) -> str | None:
    """The text when it is short, in the right language, and has no number or address that was not given."""
    text = " ".join(text.split()).strip("\"“”'‘’ ")
    if not 8 <= len(text) <= LONGEST or language_of(text) != profile.language:
        return None
    if re.search(r"https?://|www\.|[<>{}\[\]]|\S@\S", text):
        return None
    if set(re.findall(r"\d+", text)) - set(re.findall(r"\d+", given)):
        return None
    return text
