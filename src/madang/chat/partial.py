"""Keeps what was made of a reply while it is being made, so that a crash loses seconds of it and not all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from madang.chat.live import to_the_end
from madang.chat.reply import Making
from madang.chat.types import Reply
from madang.kernel.errors import MadangError

log = logging.getLogger(__name__)
SECONDS = 2.0
"""A reply is saved this often at most: one small transaction."""


@asynccontextmanager
async def kept_meanwhile(
    making: Making, save: Callable[[Reply], Awaitable[None]], seconds: float = SECONDS
) -> AsyncIterator[None]:
    """While the block runs, `save` gets the reply as it is so far whenever it has grown.

    A save that fails is no news: the end of the reply is saved too, and tells.
    """

    async def run() -> None:
        kept = ""
        while True:
            await asyncio.sleep(seconds)
            if (text := making.text) == kept:
                continue
            try:
                # a commit is never cut off in the middle
                await to_the_end(save(making.reply.model_copy(update={"text": text.rstrip()})))
            except MadangError as error:
                log.warning("a reply in the making could not be saved: %s", error)
            kept = text

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
