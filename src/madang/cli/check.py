"""`madang check`: asks a character's checks of its draft, and questions made from what it knows.

Exit code 1 when one of its own checks fails, as the gate has it.
"""

from __future__ import annotations

from contextlib import aclosing
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.app import Studio
    from madang.characters.types import Check, CheckResult

LONGEST = 200
"""Characters of a reply that are shown for a failure."""


def check(
    context: typer.Context,
    character: Annotated[str, typer.Argument(help="The character's slug.")],
    *,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Say which checks its knowledge suggests, and run nothing.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="With --suggest: keep them.")] = False,
    own: Annotated[bool, typer.Option("--own", help="Ask its own checks alone, and keep the run.")] = False,
    as_json: frame.Json = False,
) -> None:
    """Ask all checks of a character and questions made from what it knows, and say what is not right."""

    async def work(studio: Studio) -> int | None:
        if suggest:
            await _suggested(studio, character, keep, as_json)
            return None
        if own:
            return await _run(studio, character, as_json)
        return await _report(studio, character, as_json)

    frame.with_studio(context, work, jobs=True, as_json=as_json)


async def _report(studio: Studio, slug: str, as_json: bool) -> int:
    """A report: made in a job, which a running studio goes on with when this program ends."""
    from madang.authoring.checking.report import lines

    owner = await studio.accounts.owner()
    await studio.reporting.start(owner, slug)
    report = await studio.reporting.wait(owner, slug)
    failing = sum(one.kind == "own" and not outcome.result.passed for one, outcome in report.pairs)
    counted = {
        language: {"answered": line.answered, "cited": line.cited, "declined": line.declined}
        for language, line in lines(report).items()
    }
    base = frame.address(studio.settings)
    failures: list[dict[str, Any]] = [
        {
            "question": one.check.question,
            "kind": one.kind,
            "language": one.language,
            "reasons": _reasons(outcome.result),
            "reply": outcome.result.reply,
            "expected": _demands(one.check),
            "links": _links(outcome.result, base) or [f"{base}/edit/{slug}/checks/report"],
            "passage": f"{base}/c/{slug}/passages/{one.at}" if one.at else None,
        }
        for one, outcome in report.failures
    ]
    if as_json:
        document = {
            "slug": slug,
            "state": report.state,
            "asked": len(report.results),
            "held": report.held,
            "failing_checks": failing,
            "languages": counted,
            "failures": failures,
        }
        frame.show(document)
        return 1 if failing or report.state != "done" else 0
    for one, outcome in report.failures:
        _show(one.check, outcome.result, base, f"{base}/c/{slug}/passages/{one.at}" if one.at else None)
    for language, line in counted.items():
        told = [f"{name} right {cell[0]} of {cell[1]}" for name, cell in line.items() if cell[1]]
        typer.echo(f"{language}: {', '.join(told)}")
    typer.echo(f"checked: {report.held} of {len(report.results)}")
    return 1 if failing or report.state != "done" else 0


async def _run(studio: Studio, slug: str, as_json: bool) -> int:
    owner = await studio.accounts.owner()
    results: list[CheckResult] = []
    checks = {one.id: one for one in await studio.authoring.checking.of(owner, slug)}
    async with aclosing(studio.authoring.checking.run(owner, slug)) as running:
        async for result in running:
            results.append(result)
            if not as_json:
                _tell(checks.get(result.check_id), result, frame.address(studio.settings))
    failing = sum(not result.passed for result in results)
    if as_json:
        rows = [result.model_dump(mode="json") | {"reasons": _reasons(result)} for result in results]
        frame.show({"slug": slug, "checks": len(results), "failing": failing, "results": rows})
    else:
        typer.echo(f"{len(results) - failing} of {len(results)} checks hold.")
    return 1 if failing else 0


async def _suggested(studio: Studio, slug: str, keep: bool, as_json: bool) -> None:
    owner = await studio.accounts.owner()
    checking = studio.authoring.checking
    found = await checking.suggest(owner, slug)
    if keep:
        found = [await checking.put(owner, slug, one) for one in found]
    if as_json:
        frame.show(
            {"slug": slug, "kept": keep, "suggestions": [one.model_dump(mode="json") for one in found]}
        )
        return
    for one in found:
        typer.echo(f"{one.question}\n  {_demands(one)}")
    if not found:
        typer.echo("Nothing to suggest: it knows nothing yet, or has these checks already.")


def _tell(check: Check | None, result: CheckResult, base: str) -> None:
    if result.passed or check is None:
        typer.echo(f"{'ok  ' if result.passed else 'FAIL'} {result.question}")
    else:
        _show(check, result, base, None)


def _show(check: Check, result: CheckResult, base: str, stands: str | None) -> None:
    """A failure for people: what was asked, replied and expected, and the places. `stands`: where the passage
    is that answers it."""
    typer.echo(f"FAIL {result.question}")
    typer.echo(f"     replied:  {_shortened(result.reply) or 'nothing'}")
    typer.echo(f"     expected: {_demands(check)}")
    for reason in _reasons(result):
        typer.echo(f"     {reason}")
    if result.basis != "abstained":  # what declining shows beside is no answer
        for cited in result.cited[:3]:
            typer.echo(f"     cited:    “{cited['source']}” {base}{cited['url']}")
    if stands:
        typer.echo(f"     stands:   {f'“{check.cites}” ' if check.cites else ''}{stands}")


def _shortened(reply: str) -> str:
    """The reply in one line, without the marks of quotations."""
    said = " ".join(line.strip("> ") for line in reply.splitlines())
    return shorten(said, LONGEST, placeholder=" …")


def _links(result: CheckResult, base: str) -> list[str]:
    return [base + cited["url"] for cited in result.cited]


def _reasons(result: CheckResult) -> list[str]:
    return [
        sentence.format(**params) if params else sentence
        for sentence, params in zip(result.reasons, result.params, strict=True)
    ]


def _demands(check: Check) -> str:
    parts: list[Any] = [f"holds “{text}”" for text in check.holds]
    parts += [f"does not hold “{text}”" for text in check.holds_not]
    parts += [f"cites “{check.cites}”"] if check.cites else []
    parts += ["says that it does not know"] if check.declines else []
    return ", ".join(parts)
