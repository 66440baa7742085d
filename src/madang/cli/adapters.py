"""`madang models adapters`: LoRA adapters of weights on this machine. No database is opened."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import frame

if TYPE_CHECKING:
    pass

app = typer.Typer(
    help="LoRA adapters: a character may name one that its model puts on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def show(context: typer.Context, as_json: frame.Json = False) -> None:
    """The adapters that are registered, each with its model."""

    async def work() -> None:
        found = frame.models_of(context).adapters()
        if as_json:
            frame.show([asdict(one) for one in found])
            return
        for one in found:
            typer.echo(f"{one.name:<24}{one.scale:<6g}{one.model:<40}{one.path}")

    frame.run(work(), as_json=as_json)


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What characters call it.")],
    path: Annotated[str, typer.Argument(help="A LoRA adapter as GGUF.")],
    model: Annotated[
        str | None, typer.Option("--model", help="The engine it is for; the first one without this.")
    ] = None,
    *,
    scale: Annotated[float, typer.Option("--scale", help="How much of it is put on.")] = 1.0,
    as_json: frame.Json = False,
) -> None:
    """Register an adapter, once it was tried in a child. A studio that runs takes it with its next start."""

    async def work() -> None:
        models = frame.models_of(context)
        added = await models.add_adapter(name, model or models.order.names()[0], path, scale)
        if as_json:
            frame.show(asdict(added))
        else:
            typer.echo(f"{added.name}: {added.path} for {added.model}, scale {added.scale:g}")
        await models.close()

    frame.run(work(), as_json=as_json)


@app.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An adapter of `madang models adapters list`.")],
    as_json: frame.Json = False,
) -> None:
    """Forget an adapter. Its file stays; characters that name it are answered without it."""

    async def work() -> None:
        models = frame.models_of(context)
        await models.remove_adapter(name)
        if as_json:
            frame.show([asdict(one) for one in models.adapters()])
        else:
            typer.echo(f"{name} is forgotten.")
        await models.close()

    frame.run(work(), as_json=as_json)
