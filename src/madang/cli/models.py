"""`madang models`: which models there are, fetching their weights, choosing one. No database is opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from madang.cli import adapters, frame
from madang.kernel.errors import BadInput

Role = Literal["chat", "embed"]

if TYPE_CHECKING:
    from madang.models.probe.types import Measured
    from madang.models.registry import Models
    from madang.models.types import ListedModel, PulledWeights

app = typer.Typer(help="Models and their weights.", no_args_is_help=True, rich_markup_mode=None)

app.add_typer(adapters.app, name="adapters")


@app.command("list")
def show(context: typer.Context, as_json: frame.Json = False) -> None:
    """The models this studio knows, what is on this disk, and what serves now."""

    async def work() -> None:
        found = frame.models_of(context).list()
        if as_json:
            frame.show([_document(model) for model in found])
            return
        for model in found:
            typer.echo(
                f"{'*' if model.used else ' '} {model.card.role:<6}{model.card.name:<40}{_where(model)}"
            )

    frame.run(work(), as_json=as_json)


@app.command("engines")
def engines(context: typer.Context, as_json: frame.Json = False) -> None:
    """The chat engines in the order in which they are asked."""

    async def work() -> None:
        found = frame.models_of(context).engines()
        if as_json:
            frame.show([{"name": one.name, "order": one.order, "server": one.server} for one in found])
            return
        for one in found:
            typer.echo(f"{one.order + 1}. {one.name}{' (on a server)' if one.server else ''}")

    frame.run(work(), as_json=as_json)


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A model of the list, a GGUF's path, or a server's address.")],
    first: Annotated[bool, typer.Option("--first", help="Ask it before all others.")] = False,
    key_from: Annotated[
        str | None,
        typer.Option(
            "--key-from", help="Environment variable with the server's key; `-` asks for it.", metavar="NAME"
        ),
    ] = None,
    as_json: frame.Json = False,
) -> None:
    """Add a chat engine, asked when those before it cannot answer."""

    async def work() -> None:
        models = frame.models_of(context)
        added = await models.add(name, _key(key_from), first=first)
        if as_json:
            frame.show({"name": added, "engines": models.order.names()})
        else:
            typer.echo("\n".join(f"{place}. {one}" for place, one in enumerate(models.order.names(), 1)))

    frame.run(work(), as_json=as_json)


@app.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An engine of `madang models engines`.")],
    as_json: frame.Json = False,
) -> None:
    """Take a chat engine off the list. Its weights stay; the key of its server is forgotten."""

    async def work() -> None:
        models = frame.models_of(context)
        await models.remove(name)
        if as_json:
            frame.show({"engines": models.order.names()})
        else:
            typer.echo("\n".join(f"{place}. {one}" for place, one in enumerate(models.order.names(), 1)))

    frame.run(work(), as_json=as_json)


@app.command("probe")
def probe(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="A model of the list; the first engine without one.")
    ] = None,
    as_json: frame.Json = False,
) -> None:
    """Measure what a model can do on this machine. Takes some minutes; the studio uses what comes out."""

    async def work() -> None:
        models = frame.models_of(context)
        measured = await _measured(models, name or models.order.names()[0], as_json)
        if as_json:
            frame.show(measured.model_dump(mode="json"))
        else:
            typer.echo("\n".join(_card(measured)))
        await models.close()

    frame.run(work(), as_json=as_json)


@app.command("pull")
def pull(
    context: typer.Context,
    name: str = typer.Argument(
        None, help="A model of the list, or a GGUF's address; what is needed without one."
    ),
    as_json: frame.Json = False,
) -> None:
    """Fetch weights, checked by their SHA-256. A broken transfer goes on where it stopped."""

    async def work() -> None:
        models = frame.models_of(context)
        pulled = [await _pulled(models, one, as_json) for one in ([name] if name else models.needed())]
        if as_json:
            frame.show([_weights(weights) for weights in pulled])

    frame.run(work(), as_json=as_json)


@app.command("use")
def use(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="What it is for.")],
    name: Annotated[str, typer.Argument(help="A model of the list, a GGUF's path, or a server's address.")],
    as_json: frame.Json = False,
) -> None:
    """Choose the model of a role. A studio that runs takes it with its next start."""

    async def work() -> None:
        models = frame.models_of(context)
        await models.use(role, name)
        if as_json:
            frame.show({"role": role, "name": models.name_of(role)})
        else:
            typer.echo(f"{role}: {models.name_of(role)}")

    frame.run(work(), as_json=as_json)


def _key(name: str | None) -> str | None:
    """A key that stands in no command line: from an environment variable, or asked for."""
    if name is None:
        return None
    if name == "-":
        key: str = typer.prompt("Key", hide_input=True)
        return key
    if not (found := os.environ.get(name)):
        raise BadInput("The environment variable {name} is empty.", name=name)
    return found


async def _pulled(models: Models, name: str, quiet: bool) -> PulledWeights:
    """Fetch, with a bar on stderr; progress comes from a worker thread, which rich allows."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(name.rpartition("/")[2][-40:], total=None)
        weights = await models.pull(
            name, lambda done, total: progress.update(task, completed=done, total=total)
        )
        progress.update(task, completed=weights.bytes, total=weights.bytes)
    if not quiet:
        typer.echo(f"{weights.name}: {_size(weights.bytes)} (SHA-256 {weights.sha256[:12]}…)")
    return weights


async def _measured(models: Models, name: str, quiet: bool) -> Measured:
    """Measure, with a bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(name.rpartition("/")[2][-40:], total=None)

        def told(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what.replace("_", " "))

        return await models.probe(name, told)


def _card(measured: Measured) -> list[str]:
    """The card as lines of text."""
    firsts = ", ".join(f"{first.tokens} tokens {first.ms:,.0f} ms" for first in measured.firsts)
    lines = [
        f"{measured.name}, measured {measured.at:%Y-%m-%d %H:%M} in {measured.seconds:.0f} s"
        + (f" on {measured.machine}" if measured.machine else ", on a server"),
        f"writes {measured.tokens_per_second:g} tokens/s, reads {measured.read_per_second:g} tokens/s",
        f"first token after a prompt of {firsts}" if firsts else "no first token was timed",
        f"finds what stands in a text of up to {measured.works} of {measured.context} tokens",
    ]
    if measured.memory_mb:
        lines.append(f"memory {measured.memory_mb:,.0f} MB")
    return lines + [
        f"{score.skill.replace('_', ' '):<16}{score.right:>3} of {len(score.cases)}"
        for score in measured.scores
    ]


def _document(model: ListedModel) -> dict[str, Any]:
    card = model.card
    return {
        "name": card.name,
        "role": card.role,
        "used": model.used,
        "server": model.server,
        "pulled": _weights(model.pulled) if model.pulled else None,
        "bytes": model.bytes,
        "parameters": card.parameters,
        "context": card.context,
        "languages": list(card.languages),
        "strategy": card.strategy if card.role == "chat" else None,
        "licence": card.licence,
    }


def _weights(weights: PulledWeights) -> dict[str, Any]:
    return {
        "name": weights.name,
        "role": weights.role,
        "path": weights.path,
        "bytes": weights.bytes,
        "sha256": weights.sha256,
        "source": weights.source,
    }


def _where(model: ListedModel) -> str:
    if model.server:
        return "on a server"
    if model.pulled:
        return f"{_size(model.pulled.bytes)} on this disk"
    return f"{_size(model.bytes)} to fetch" if model.bytes else "not on this disk"


def _size(count: int) -> str:
    return f"{count / 1e6:.0f} MB"
