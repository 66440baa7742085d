"""What goes on beside a reply that is being made: it is kept, so that a crash loses seconds of it and not
all, and it ends when a person takes the conversation over, in whatever process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

from madang.chat.live import to_the_end
from madang.chat.news import SECONDS as LOOK
from madang.chat.news import Watch
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


@asynccontextmanager
async def silenced(
    watch: Watch, conversation_id: str, wanted: Callable[[], Awaitable[bool]], *, enabled: bool = True
) -> AsyncIterator[None]:
    """While the block runs, its task is cancelled as soon as a person holds the conversation, it is deleted,
    or the reply is not `wanted` any more: stopped, in whatever process."""
    making = asyncio.current_task()

    async def look() -> None:
        # most replies are quotations and have ended before the first look
        await asyncio.sleep(LOOK)
        async with aclosing(watch.states(conversation_id, -1)) as states:
            async for state in states:
                if making is not None and (state is None or state[1] is not None or not await wanted()):
                    making.cancel()
                    return

    if not enabled:
        yield
        return
    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
