"""Runs the studio: opens it, seeds the demos, listens, and says where."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import uvicorn

from madang.app.application import create_app
from madang.app.demos import seed
from madang.app.studio import Studio, open_studio
from madang.kernel.errors import Conflict
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings


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


async def serve(settings: Settings, *, announce: bool = True) -> None:
    """Serve until interrupted. The address is printed once pages are being served."""
    sock = listen(settings.host, settings.port)
    host, port = sock.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    async with open_studio(settings) as studio:
        owner = await studio.accounts.owner()
        config = uvicorn.Config(
            create_app(studio),
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=3,
            lifespan="off",
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[sock]))
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        if announce and not running.done():
            print(f"\n  Madang is open at {address}")
            print(f"  You own it: {address}/owner/{await studio.accounts.one_time_link()}")
            print("  (one-time link; Ctrl-C stops the studio)\n", flush=True)
        behind = asyncio.create_task(_prepare(studio, owner))
        try:
            await running
        finally:
            behind.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await behind


async def _prepare(studio: Studio, owner: Identity) -> None:
    """What need not delay the first page: demos on the first start, models loaded ahead of the first message."""
    await seed(studio, owner)
    studio.models.warm()
