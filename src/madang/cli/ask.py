"""`madang ask`: one question, one answer with its proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.chat.types import Reply


def ask(
    context: typer.Context,
    character: Annotated[str, typer.Argument(help="The character's slug.")],
    question: Annotated[str, typer.Argument(help="What to ask it.")],
    as_json: frame.Json = False,
) -> None:
    """Ask a character of your own, published or not. Nothing of it is kept."""

    async def work(studio: Studio) -> None:
        reply = await _answered(studio, character, question, aloud=not as_json)
        if as_json:
            frame.show(as_document(reply, frame.address(studio.settings)))
        else:
            _show_proofs(reply, frame.address(studio.settings))

    frame.with_studio(context, work, as_json=as_json)


async def _answered(studio: Studio, slug: str, question: str, *, aloud: bool) -> Reply:
    from contextlib import aclosing

    from madang.chat.types import Options
    from madang.kernel.errors import ModelFailed
    from madang.models.types import Message

    owner = await studio.accounts.owner()
    character = await studio.characters.get(owner, slug)
    options = Options(draft=character.published is None)
    said = [Message("user", question)]
    events: Any = studio.chat.answer(owner, character.slug, said, options=options)
    async with aclosing(events):
        async for event in events:
            if event.kind == "delta" and aloud:
                typer.echo(event.text, nl=False)
            elif event.kind == "failed":
                raise ModelFailed(event.text)
            elif event.kind == "done" and event.reply is not None:
                if aloud:
                    typer.echo()
                reply: Reply = event.reply
                return reply
    raise ModelFailed("The model stopped before its reply was whole.")


def as_document(reply: Reply, address: str) -> dict[str, Any]:
    """The JSON of an answer; `url` opens the passage in the running studio."""
    return {
        "answer": reply.text,
        "citations": [
            {"source": citation.source, "quote": citation.quote, "url": address + citation.url}
            for citation in reply.citations
        ],
        "abstained": reply.basis == "abstained",
        "timings": reply.timings.model_dump(),
    }


def _show_proofs(reply: Reply, address: str) -> None:
    for citation in reply.citations:
        typer.echo(
            f"\n[{citation.number}] {citation.source}\n    “{citation.quote}”\n    {address}{citation.url}"
        )
