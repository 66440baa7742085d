"""`madang up`: the studio, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from madang.cli import frame

if TYPE_CHECKING:
    from madang.kernel.settings import Settings


def up(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (MADANG_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (MADANG_PORT).")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Run the chat model on a Ray cluster: ray://host:port, auto or local (MADANG_CLUSTER)."
        ),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the studio in the browser.")] = False,
) -> None:
    """Start the studio. Prints its address and a one-time link for its owner."""
    settings = frame.settings_of(context, host=host, port=port, cluster=cluster)
    frame.run(_serve(settings, open_page), interrupted=0)


async def _serve(settings: Settings, open_page: bool) -> None:
    from madang.app.serve import serve

    if settings.cluster is not None:
        from madang.models.cluster.address import reachable

        await reachable(settings.cluster)
    if open_page:
        import asyncio

        showing = asyncio.create_task(_show(frame.address(settings)))
        try:
            await serve(settings)
        finally:
            showing.cancel()
    else:
        await serve(settings)


async def _show(address: str) -> None:
    """Open the page as soon as it is served; a minute is enough for any machine."""
    import asyncio
    import webbrowser

    import httpx

    async with httpx.AsyncClient(trust_env=False, timeout=1) as client:
        for _ in range(240):
            await asyncio.sleep(0.25)
            try:
                await client.get(f"{address}/healthz")
            except httpx.HTTPError:
                continue
            await asyncio.to_thread(webbrowser.open, address)
            return
