"""`madang chat`: a conversation in the terminal. Ctrl-C stops a reply, Ctrl-D leaves."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.characters.types import Character


def chat(
    context: typer.Context, character: Annotated[str, typer.Argument(help="The character's slug.")]
) -> None:
    """Talk with a character. Ctrl-C stops a reply, Ctrl-D leaves."""

    async def work(studio: Studio) -> None:
        owner = await studio.accounts.owner()
        found = await studio.characters.get(owner, character)
        await Talk(studio, owner, found).run()

    frame.with_studio(context, work)


class Talk:
    """One conversation. The prompt waits in a thread, so that Ctrl-C reaches the reply and not the prompt."""

    def __init__(self, studio: Studio, identity: Any, character: Character) -> None:
        self._studio = studio
        self._identity = identity
        self._character = character
        self._replying: asyncio.Task[None] | None = None

    async def run(self) -> None:
        draft = self._character.published is None
        conversation = await self._studio.chat.start(self._identity, self._character.slug, test=draft)
        name = self._character.profile.called
        if conversation.greeting:
            typer.echo(f"{name}: {conversation.greeting}\n")
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            while (message := await asyncio.to_thread(_read)) is not None:
                if not message.strip():
                    continue
                typer.echo(f"{name}: ", nl=False)
                self._replying = asyncio.create_task(self._reply(conversation.id, message))
                try:
                    await self._replying
                except asyncio.CancelledError:
                    typer.echo(" …\n")
                finally:
                    self._replying = None
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    async def _reply(self, conversation_id: str, message: str) -> None:
        """Print a reply while it is made. Cancelling it closes the events, and that stops the model."""
        address = frame.address(self._studio.settings)
        events: Any = self._studio.chat.say(self._identity, conversation_id, message)
        async with aclosing(events):
            async for event in events:
                if event.kind == "delta":
                    typer.echo(event.text, nl=False)
                elif event.kind == "failed":
                    typer.echo()
                    frame.warn(event.text)
                elif event.kind == "done" and event.reply is not None:
                    typer.echo()
                    for citation in event.reply.citations:
                        typer.echo(f"  [{citation.number}] {citation.source}  {address}{citation.url}")
        typer.echo()

    def _interrupt(self) -> None:
        if self._replying is not None:
            self._replying.cancel()
        else:
            frame.warn("\nCtrl-D leaves.")


def _read() -> str | None:
    """One line; None at the end. Without a terminal there is no prompt."""
    try:
        return input("> " if sys.stdin.isatty() else "")
    except EOFError:
        return None
