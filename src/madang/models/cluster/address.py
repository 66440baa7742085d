"""How a cluster is named: `ray://host:port`, `auto` (the one this machine belongs to), `local` (one for this
studio alone)."""

from __future__ import annotations

import asyncio
import contextlib
from importlib.util import find_spec
from urllib.parse import urlsplit

from madang.kernel.errors import BadInput, ModelFailed

CONNECT_SECONDS = 5.0


def checked(address: str) -> str:
    """The address as it is kept. Raises BadInput for what is none."""
    address = address.strip()
    if address in ("auto", "local"):
        return address
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        bare = parts.path in ("", "/") and not parts.query and not parts.fragment and parts.username is None
        if parts.scheme == "ray" and parts.hostname and parts.port and bare:
            return f"ray://{parts.netloc}"
    raise BadInput("A cluster is “auto”, “local” or an address like ray://10.0.0.5:10001.")


def installed() -> None:
    """Raises ModelFailed where Ray is not installed."""
    if find_spec("ray") is None:
        raise ModelFailed("A cluster needs the extra “cluster”: pip install 'madang[cluster]'.")


async def reachable(address: str) -> None:
    """Raises BadInput, and ModelFailed where Ray is missing or nothing listens at a `ray://` address."""
    address = checked(address)
    installed()
    if not address.startswith("ray://"):
        return
    parts = urlsplit(address)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except (OSError, TimeoutError):
        raise unreachable(address) from None
    writer.close()


def unreachable(address: str) -> ModelFailed:
    """What is said of a cluster that does not answer."""
    return ModelFailed(
        "The cluster at {address} cannot be reached: no Ray answers there.", address=address[:200]
    )


def refused(address: str, told: str) -> ModelFailed | None:
    """What is said of a cluster that is there and does not take this studio, from what Ray told; None where
    trying again may help."""
    told, address = told.casefold(), address[:200]
    if "authentication" in told or "unauthenticated" in told:
        return ModelFailed(
            "The cluster at {address} wants Ray's token: this machine needs the file ~/.ray/auth_token of "
            "its first machine.",
            address=address,
        )
    if "version mismatch" in told or "versions differ" in told:
        return ModelFailed(
            "The cluster at {address} has another version of Ray or Python than this studio.", address=address
        )
    return None
