"""Whether the studio lives and is ready, and what it is: for process supervisors and for programs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from typing import Any, Literal, Protocol

from fastapi import APIRouter, Response
from pydantic import BaseModel

import madang
from madang.kernel.errors import MadangError, NotFound
from madang.kernel.settings import Settings

log = logging.getLogger("madang.channels.health")

SECONDS = 5.0
"""A part that does not answer in this time is not ready."""


class Alive(BaseModel):
    """The process answers. Nothing was asked of the disk, the database or a model."""

    status: Literal["ok"] = "ok"


class Part(BaseModel):
    ready: bool
    detail: str = ""
    """One sentence when it is not ready."""


class Readiness(BaseModel):
    """`ready` when every part is; the status is 503 when one is not."""

    ready: bool
    database: Part
    weights: Part
    jobs: Part


class About(BaseModel):
    """What a program may know about this studio before it talks with it."""

    name: str = "Madang"
    version: str
    language: Literal["en", "ko"] | None
    """Language of the pages, when the studio has chosen one."""
    languages: list[str]
    time_zone: str
    openai: str = "/v1"
    """Where the OpenAI API is."""
    openapi: str = "/openapi.json"


class Doors(Protocol):
    """The part of a studio that is asked."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Any: ...
    @property
    def models(self) -> Any: ...
    @property
    def jobs(self) -> Any: ...


def router(studio: Doors) -> APIRouter:
    """`/healthz`, `/readyz` and `/api/studio`."""
    api = APIRouter(tags=["Studio"])

    @api.get("/healthz", operation_id="healthz")
    async def healthz() -> Alive:
        """Whether the process is alive. Cheap: it touches nothing."""
        return Alive()

    @api.get(
        "/readyz",
        operation_id="readyz",
        responses={503: {"model": Readiness, "description": "Some part is not ready; its detail says why."}},
    )
    async def readyz(response: Response) -> Readiness:
        """Whether a message would be answered: the database opens, the weights are here, jobs are run."""
        database, weights, jobs = await asyncio.gather(
            _part(_database(studio), "The database cannot be opened."),
            _part(_weights(studio), "The models cannot be listed."),
            _part(_jobs(studio), "The durable jobs do not run."),
        )
        ready = database.ready and weights.ready and jobs.ready
        if not ready:
            response.status_code = 503
        return Readiness(ready=ready, database=database, weights=weights, jobs=jobs)

    @api.get("/api/studio", operation_id="studio")
    async def about() -> About:
        """Version, language and where the other programs' doors are."""
        settings = studio.settings
        return About(
            version=madang.__version__,
            language=settings.language,
            languages=["en", "ko"],
            time_zone=settings.time_zone,
        )

    return api


async def _part(probe: Awaitable[str], sentence: str) -> Part:
    """Run a probe, which gives what is wrong or nothing. Exceptions are only logged: they may hold paths."""
    try:
        detail = await asyncio.wait_for(probe, SECONDS)
    except MadangError as error:
        return Part(ready=False, detail=str(error))
    except Exception:
        log.exception("not ready")
        return Part(ready=False, detail=sentence)
    return Part(ready=not detail, detail=detail)


async def _database(studio: Doors) -> str:
    async with studio.database.read() as session:
        await session.connection()  # opens the file or the server and begins a transaction
    return ""


async def _weights(studio: Doors) -> str:
    listed = await asyncio.to_thread(studio.models.list)
    missing = [one.card.name for one in listed if one.used and not one.server and one.pulled is None]
    if missing:
        raise NotFound(
            "The weights of {names} are not here: `madang models pull` fetches them.",
            names=", ".join(missing),
        )
    return ""


async def _jobs(studio: Doors) -> str:
    # asks for a job that nobody made; which process on this data runs the jobs does not matter
    with contextlib.suppress(NotFound):
        await studio.jobs.status("readiness:none")
    return ""
