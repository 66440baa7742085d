"""The studio: every door, built once, in the order of the floors."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from madang.accounts.access import Accounts
from madang.app.quotas import EmbedQuotas
from madang.authoring.access import Authoring
from madang.authoring.checking.report import Reporting
from madang.authoring.store import Reports
from madang.characters.access import Characters
from madang.characters.checks.access import Checks
from madang.characters.checks.reports.access import Reports as CheckReports
from madang.characters.links.access import Links
from madang.characters.signing.access import Signing
from madang.characters.signing.studios import Studios
from madang.chat.access import Chat
from madang.chat.desk.access import Desk
from madang.discover.access import Discover
from madang.inbox.access import Inbox
from madang.inbox.dashboard.access import Dashboard
from madang.kernel.errors import Unreadable
from madang.kernel.fetch import Fetcher
from madang.kernel.meters import Meters
from madang.kernel.settings import Settings
from madang.kernel.traces import Traces
from madang.knowledge.access import Knowledge
from madang.knowledge.careful import Careful
from madang.knowledge.document import Limits as DocumentLimits
from madang.machine.access import Machine
from madang.models.registry import Models
from madang.models.types import ChatRuntime, Embedder
from madang.safety.access import Safety
from madang.safety.age import Ages
from madang.share.embed.access import Embeds
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.limits import Limits
from madang.storage.migrate import migrate
from madang.storage.processes import Processes
from madang.storage.search import SearchIndex
from madang.web.secret import studio_key


class ModelsDoor(Protocol):
    """What the studio asks of `models`; tests give a fake."""

    async def chat(self) -> ChatRuntime: ...
    async def embedder(self) -> Embedder: ...
    def warm(self) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class Ground:
    """What is there before the doors: it is opened, and asked for by most of them."""

    settings: Settings
    database: Database
    processes: Processes
    jobs: Jobs


@dataclass(frozen=True)
class Studio:
    """One running installation. Built by `open_studio`, never by hand."""

    settings: Settings
    database: Database
    processes: Processes
    blobs: Blobs
    search: SearchIndex
    jobs: Jobs
    limits: Limits
    models: Models
    accounts: Accounts
    ages: Ages
    safety: Safety
    characters: Characters
    knowledge: Knowledge
    chat: Chat
    authoring: Authoring
    inbox: Inbox
    dashboard: Dashboard
    discover: Discover
    signing: Signing
    links: Links
    studios: Studios
    embeds: Embeds
    reporting: Reporting
    meters: Meters
    traces: Traces
    machine: Machine


@asynccontextmanager
async def open_studio(
    settings: Settings,
    *,
    models: Models | None = None,
    fetcher: Fetcher | None = None,
    jobs: bool | Jobs = True,
) -> AsyncIterator[Studio]:
    """Open the data folder, bring its database up to date, start the durable jobs; close all at the end.

    Without `jobs` nothing can be ingested: for commands that only ask and show, which start faster so.
    Tests bring jobs of their own.

    The command line and the server use the same studio; several processes may open one data folder (docs:
    many-processes.md).
    """
    _own_folder(settings.data)
    database = Database(settings.database_url)
    await migrate(database)
    processes = Processes(database, settings.data)
    await processes.join()
    durable = jobs if isinstance(jobs, Jobs) else Jobs(settings, processes)
    models = models or Models(settings)
    studio = _built(Ground(settings, database, processes, durable), models, fetcher or Fetcher())
    for left in (studio.chat, studio.jobs):
        processes.when_gone(left.recover)
    if isinstance(models, Models):
        models.tell = partial(database.tell, "models", "chosen")
        database.notices.hear("models", models.chosen)
    try:
        if jobs:
            await studio.jobs.open()
            processes.watch()
        yield studio
    finally:
        await processes.rest()
        await studio.discover.close()
        await studio.authoring.close()
        await studio.chat.close()
        await studio.machine.close()
        await studio.jobs.close()
        await studio.models.close()
        await processes.close()
        await studio.database.close()
        await studio.traces.close()


def _built(ground: Ground, models: Models, fetcher: Fetcher) -> Studio:
    """Every door over those below it; none is opened yet."""
    settings, database, processes = ground.settings, ground.database, ground.processes
    meters = models.meters if isinstance(models, Models) else Meters()
    traces = Traces(settings.traces)
    blobs = Blobs(settings.data / "blobs")
    search = SearchIndex(database)
    ages = Ages(settings.data)
    limits = Limits(database, lambda: studio_key(settings.data, "limits"))
    accounts = Accounts(database, settings, limits=limits, ages=ages)
    safety = Safety(database, settings, models=models)
    signing = Signing(settings)
    characters = Characters(database, blobs, signing=signing)
    links = Links(database)
    studios = Studios(database, characters, signing, fetcher)
    size = DocumentLimits(pages=settings.source_pages)
    zone = settings.time_zone
    knowledge = Knowledge(database, blobs, search, ground.jobs, models, fetcher, size, zone=zone)
    careful = Careful(settings.data / "careful.json", settings.wrong)
    chat = Chat(
        database,
        characters,
        knowledge,
        models,
        settings,
        processes=processes,
        safety=safety,
        meters=meters,
        traces=traces,
        wrong=lambda: careful.wrong,
    )
    checks = Checks(database, characters)
    authoring = Authoring(
        characters,
        knowledge,
        models,
        fetcher,
        chat,
        checks=checks,
        reports=Reports(database),
        safety=safety,
        careful=careful,
    )
    reporting = Reporting(
        authoring.checking, characters, knowledge, CheckReports(database), ground.jobs, careful=careful
    )
    desk = Desk(database, characters, chat)
    inbox = Inbox(desk, characters, knowledge, checks, notices=database.notices)
    discover = Discover(database, characters, chat, models, knowledge=knowledge, limits=limits)
    embeds = Embeds(database, characters, links, settings)
    dashboard = Dashboard(desk, database, blobs, models, [EmbedQuotas(embeds)])
    return Studio(
        settings,
        database,
        processes,
        blobs,
        search,
        ground.jobs,
        limits,
        models,
        accounts,
        ages,
        safety,
        characters,
        knowledge,
        chat,
        authoring,
        inbox,
        dashboard,
        discover,
        signing,
        links,
        studios,
        embeds,
        reporting,
        meters=meters,
        traces=traces,
        machine=Machine(models, meters),
    )


def _own_folder(folder: Path) -> None:
    """Make the data folder, for this user only. Raises Unreadable when it cannot be written into."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise Unreadable(
            "The data folder {folder} cannot be used ({reason}). MADANG_DATA chooses another.",
            folder=folder,
            reason=error.strerror or error,
        ) from error
