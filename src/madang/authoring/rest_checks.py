"""REST of checks: questions of a character with what their replies must be."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from madang.authoring.access import Authoring
from madang.authoring.checking.report import Reporting, lines
from madang.characters.checks.reports.types import Report
from madang.characters.types import Character, Check, CheckResult, CheckRun
from madang.kernel.errors import BadInput, MadangError, NotFound
from madang.knowledge.answerable import declined_for
from madang.web import sse
from madang.web.context import language_of, maker_of
from madang.web.localise import translate


class Gate(BaseModel):
    gated: bool = Field(description="Whether publication waits for the checks.")


class Wrong(BaseModel):
    wrong: float | None = Field(
        None, gt=0, lt=1, description="Share of its answers that may be wrong; null leaves it to the studio."
    )
    declined: float | None = Field(
        None,
        description="Expected share of the questions that its sources answer and that are declined for it.",
    )


class Standing(BaseModel):
    """The checks, their last run, and whether that asked these checks of the draft as it is."""

    checks: list[Check]
    last: CheckRun | None
    current: bool


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events: `result` for each check, then `done` with the kept run, or `failed` "
        "{code, message}.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class Counted(BaseModel):
    """Right and asked."""

    answered: tuple[int, int]
    cited: tuple[int, int]
    declined: tuple[int, int]


class Reported(BaseModel):
    report: Report
    held: int
    fresh: bool = Field(description="Whether it is of the draft and of what is known now.")
    languages: dict[str, Counted]


def reports(authoring: Authoring, reporting: Reporting) -> APIRouter:
    """A character's checks and many questions made from what it knows, asked in a job."""
    routes = APIRouter(prefix="/api", tags=["checks"])
    address = "/characters/{slug}/check-report"

    @routes.get(address)
    async def read(request: Request, slug: str) -> Reported:
        """The newest report, as far as it is."""
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        report = await reporting.last(identity, slug)
        if report is None:
            raise NotFound("There is no such report.")
        languages = {
            name: Counted(answered=_two(line.answered), cited=_two(line.cited), declined=_two(line.declined))
            for name, line in lines(report).items()
        }
        fresh = await reporting.fresh(character, report)
        return Reported(report=report, held=report.held, fresh=fresh, languages=languages)

    @routes.post(address, status_code=202)
    async def start(request: Request, slug: str) -> Report:
        """Begin to ask; one that runs already is given."""
        return await reporting.start(maker_of(request), slug)

    @routes.delete(address, status_code=204)
    async def stop(request: Request, slug: str) -> None:
        """End one that runs; what came out so far stays."""
        await reporting.stop(maker_of(request), slug)

    return routes


def _two(cell: list[int]) -> tuple[int, int]:
    return cell[0], cell[1]


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(tags=["checks"])
    checking = authoring.checking
    address = "/characters/{slug}/checks"

    @routes.get(address)
    async def standing(request: Request, slug: str) -> Standing:
        """A character's checks and what became of them. Reasons are in English, with their `params`."""
        found = await checking.summary(maker_of(request), slug)
        return Standing(checks=found.checks, last=found.last, current=found.current)

    @routes.post(address, status_code=201)
    async def put(request: Request, slug: str, check: Check) -> Check:
        """Keep a new check, or with `id` a changed one."""
        return await checking.put(maker_of(request), slug, check)

    @routes.get(address + "/suggestions")
    async def suggestions(request: Request, slug: str) -> list[Check]:
        """Checks that what it knows suggests. Post the ones to keep."""
        return await checking.suggest(maker_of(request), slug)

    @routes.post(address + "/run", responses=_STREAM, response_class=Response)
    async def run(request: Request, slug: str) -> Response:
        """Ask all checks of the draft. Closing the stream stops the run, and nothing of it is kept."""
        identity = maker_of(request)
        results = checking.run(identity, slug)
        try:
            first = await anext(results)
        except StopAsyncIteration:
            raise BadInput("There are no checks yet.") from None
        except BaseException:
            await results.aclose()
            raise

        async def last() -> CheckRun | None:
            return await checking.last(identity, slug)

        async def items() -> AsyncIterator[sse.Item]:
            try:
                async for item in _results(first, results):
                    yield item
                yield "done", await last()
            except MadangError as error:
                said = translate(language_of(request), error.sentence, **error.params)
                yield "failed", {"code": error.code, "message": said}
            finally:
                await results.aclose()

        return sse.stream(request, items())

    @routes.put("/characters/{slug}/gate")
    async def gate(request: Request, slug: str, wanted: Gate) -> Character:
        """Whether publication waits for the checks."""
        return await authoring.set_gate(maker_of(request), slug, wanted.gated)

    @routes.get("/characters/{slug}/wrong")
    async def wrong(request: Request, slug: str) -> Wrong:
        """How often it may be wrong, and what that costs."""
        chosen = (await authoring.own(maker_of(request), slug)).wrong
        return Wrong(wrong=chosen, declined=declined_for(chosen or authoring.wrong))

    @routes.put("/characters/{slug}/wrong")
    async def set_wrong(request: Request, slug: str, wanted: Wrong) -> Wrong:
        """How often it may be wrong, of effect at once. `declined` is not read."""
        chosen = (await authoring.set_wrong(maker_of(request), slug, wanted.wrong)).wrong
        return Wrong(wrong=chosen, declined=declined_for(chosen or authoring.wrong))

    @routes.delete(address + "/{check_id}", status_code=204)
    async def remove(request: Request, slug: str, check_id: str) -> None:
        await checking.remove(maker_of(request), slug, check_id)

    return routes


async def _results(first: CheckResult, results: AsyncGenerator[CheckResult, None]) -> AsyncIterator[sse.Item]:
    yield "result", first
    async for result in results:
        yield "result", result
