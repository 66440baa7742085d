"""What every command stands in: settings, an open studio, and one sentence when something fails.

With `--json`, stdout holds one JSON document and nothing else, also when the command fails.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.kernel.errors import MadangError
    from madang.kernel.fetch import Fetcher
    from madang.kernel.settings import Settings
    from madang.models.registry import Models

_SIGPIPE = 128 + 13
"""What a shell gives for a program that wrote to a closed pipe."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@dataclass(frozen=True)
class Given:
    """What a test gives instead of the real thing, as the context's `obj`."""

    settings: Settings | None = None
    models: Models | None = None
    fetcher: Fetcher | None = None


def given(context: typer.Context) -> Given:
    return context.obj if isinstance(context.obj, Given) else Given()


def settings_of(context: typer.Context, **changes: object) -> Settings:
    """The studio's settings; leaves with one sentence when one of them is wrong."""
    from pydantic import ValidationError

    from madang.kernel.errors import BadInput
    from madang.kernel.settings import Settings

    changes = {name: value for name, value in changes.items() if value is not None}
    base = given(context).settings
    if base is not None:
        return base.model_copy(update=changes)
    try:
        return Settings(**changes)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "MADANG_" + "_".join(str(part) for part in first["loc"]).upper()
        refuse(BadInput("The setting {name} is not valid: {reason}.", name=name, reason=first["msg"]))


def models_of(context: typer.Context) -> Models:
    """The models without a studio around them: no database is opened."""
    from madang.models.registry import Models

    return given(context).models or Models(settings_of(context))


def with_studio(
    context: typer.Context,
    work: Callable[[Studio], Awaitable[int | None]],
    *,
    jobs: bool = False,
    as_json: bool = False,
) -> None:
    """Open the studio in this process (one that runs already is not disturbed), do `work`, close it.

    `work` gives an exit code, None for 0. `jobs` for commands that read sources.
    """

    async def opened() -> int | None:
        from madang.app import open_studio

        extra = given(context)
        async with open_studio(
            settings_of(context), models=extra.models, fetcher=extra.fetcher, jobs=jobs
        ) as studio:
            return await work(studio)

    run(opened(), as_json=as_json)


def run(work: Coroutine[Any, Any, int | None], *, as_json: bool = False, interrupted: int = 130) -> None:
    """Run a command's work; every failure becomes one sentence and an exit code.

    `interrupted` is the code after Ctrl-C: 0 for a command that is meant to be ended by it.
    """
    from madang.kernel.errors import MadangError

    logging.getLogger().setLevel(logging.ERROR)
    try:
        code = asyncio.run(work)
    except MadangError as error:
        refuse(error, as_json=as_json)
    except KeyboardInterrupt:
        raise typer.Exit(interrupted) from None
    except typer.Exit:
        raise
    except BrokenPipeError:
        _nobody_reads()
        raise typer.Exit(_SIGPIPE) from None
    except Exception as error:
        if os.environ.get("MADANG_TRACE"):
            raise
        sentence = f"Something unexpected went wrong ({type(error).__name__}: {_first_line(error)})."
        _say(sentence, "unexpected", as_json)
        raise typer.Exit(1) from None
    if code:
        raise typer.Exit(code)


def _nobody_reads() -> None:
    """Whatever read this program's output has closed (`madang ask … | head -1`): write the rest nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refuse(error: MadangError, *, as_json: bool = False) -> NoReturn:
    """Say what is wrong and leave with 1."""
    _say(in_words(error), error.code, as_json)
    raise typer.Exit(1)


def show(document: object) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def warn(sentence: str) -> None:
    """A line beside the result, on stderr."""
    typer.echo(sentence, err=True)


def address(settings: Settings) -> str:
    """The studio's own address, without a slash at its end, as a person on this machine types it."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _say(sentence: str, code: str, as_json: bool) -> None:
    if as_json:
        show({"error": {"code": code, "message": sentence}})
    typer.echo(sentence, err=True)


def in_words(error: MadangError) -> str:
    """The error's sentence, in Korean where the terminal is."""
    if not os.environ.get("MADANG_LANGUAGE", os.environ.get("LANG", "")).startswith("ko"):
        return str(error)
    from madang.web.localise import translate

    return translate("ko", error.sentence, **error.params)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no details"])[0][:300]
