"""Runs the studio: opens it, listens, says where, seeds the demos, loads the models."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from datetime import timedelta

import uvicorn

from madang.app.application import create_app
from madang.app.demos import seed
from madang.app.studio import Studio, open_studio
from madang.kernel.clock import now
from madang.kernel.errors import Conflict, MadangError
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings

log = logging.getLogger("madang.app.serve")

FIRST_PAGE = 0.3
"""Seconds that a browser waiting for the start has to itself."""
CRAWL_EVERY = 300.0
"""Seconds between looks for sites whose time to be read again has come."""
LIMITS_KEPT = timedelta(hours=1)
"""The longest time within which something is counted (a report)."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Conflict with one sentence when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise Conflict(
            "Port {port} on {host} is not free ({reason}). Is the studio already running? "
            "MADANG_PORT chooses another.",
            port=port,
            host=host,
            reason=error.strerror or error,
        ) from error
    sock.listen(128)
    return sock


def address_of(sock: socket.socket) -> str:
    """The studio's address as a person types it."""
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def serve(settings: Settings) -> None:
    """Serve until interrupted. The address is printed once pages are being served."""
    with listen(settings.host, settings.port) as sock:
        # jobs and models wait until pages are served: both would take those seconds from the processor
        async with open_studio(settings, jobs=False) as studio:
            config = uvicorn.Config(
                create_app(studio),
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=3,
                lifespan="off",
            )
            await studio.chat.recover()
            owner = await studio.accounts.owner()
            server = _Server(config, address_of(sock), await studio.accounts.one_time_link())
            behind = asyncio.create_task(_prepare(studio, owner, server.open))
            behind.add_done_callback(_report)
            try:
                await server.serve(sockets=[sock])
            finally:
                behind.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await behind


class _Server(uvicorn.Server):
    """Announces itself when pages are being served, not before."""

    def __init__(self, config: uvicorn.Config, address: str, token: str) -> None:
        super().__init__(config)
        self._address = address
        self._token = token
        self.open = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"\n  Madang is open at {self._address}")
            print(f"  You own it: {self._address}/owner/{self._token}")
            print("  (one-time link, good for an hour; Ctrl-C stops the studio)\n", flush=True)
            self.open.set()


async def _prepare(studio: Studio, owner: Identity, is_open: asyncio.Event) -> None:
    """What need not delay the first page: jobs, models, and the demos on the first start."""
    await is_open.wait()
    await asyncio.sleep(FIRST_PAGE)
    studio.models.warm()
    await studio.jobs.open()
    studio.processes.watch()
    async with studio.processes.turn("reading"):  # two that look at once would begin the same twice
        await studio.knowledge.recover()
    try:
        await seed(studio, owner)
    except MadangError as error:
        print(f"  The demo characters could not be made: {error}", flush=True)
    while True:  # sites that are to be read again by now
        async with studio.processes.turn("reading"):
            await studio.knowledge.crawl_due()
        await studio.limits.forget(now() - LIMITS_KEPT)
        await asyncio.sleep(CRAWL_EVERY)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("preparing the studio failed", exc_info=error)
