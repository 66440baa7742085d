"""The network to a model server: its address checked and pinned for every request, its answers bounded."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator

import httpx2

from madang.kernel.errors import Forbidden, ModelFailed
from madang.kernel.fetch import Resolver, resolve
from madang.models.engines.address import may_serve, refused

MAX_LINE = 16 << 20
"""Bytes without a line break: a list of vectors is one line, a piece of a reply is far less."""
MAX_ANSWER = 64 << 20


class TooMuch(ModelFailed):
    """The server sends more than a reply can be."""


class ServerTransport(httpx2.AsyncHTTPTransport):
    """The network for one model server: checked, pinned, bounded, and nothing of the environment."""

    def __init__(self, resolver: Resolver = resolve) -> None:
        super().__init__(trust_env=False)
        self._resolver = resolver

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        addresses = await self._addresses(host, request.url.port or 443)
        request.headers["accept-encoding"] = "identity"  # a small answer unpacks to nothing larger
        request.extensions = {**request.extensions, "sni_hostname": host}
        url, error = request.url, httpx2.ConnectError("no address")
        for address in addresses:
            request.url = url.copy_with(host=address)
            try:
                response = await super().handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as failed:
                error = httpx2.ConnectError(str(failed))
                continue
            if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
                await response.aclose()
                raise httpx2.RemoteProtocolError("a packed answer that nobody asked for")
            assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101
            response.stream = _Bounded(response.stream)
            return response
        raise error

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = [str(ipaddress.ip_address(host))]
        except ValueError:
            try:
                found = list(await self._resolver(host, port))
            except (OSError, UnicodeError):
                raise httpx2.ConnectError("the name cannot be found") from None
        if not found or not all(may_serve(address) for address in found):
            raise refused(host)
        return found[:3]


class _Bounded(httpx2.AsyncByteStream):
    """The answer as it comes, until it is longer than an answer can be."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        line = total = 0
        async for part in self._stream:
            total += len(part)
            end = max(part.rfind(b"\n"), part.rfind(b"\r"))
            line = len(part) - end - 1 if end >= 0 else line + len(part)
            if line > MAX_LINE or total > MAX_ANSWER:
                raise TooMuch("The model server answered something that is not a reply.")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def answers(url: str, key: str | None, seconds: float, resolver: Resolver = resolve) -> bool:
    """Whether a server answers its list of models, in time: a look that costs it nothing."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(
                transport=ServerTransport(resolver), trust_env=False, timeout=seconds, follow_redirects=False
            ) as client,
            client.stream("GET", f"{url}/models", headers=headers) as response,
        ):
            # a server without such a list (404, 405) is there all the same
            return response.status_code < 400 or response.status_code in (404, 405)
    except (httpx2.HTTPError, TimeoutError, Forbidden, ModelFailed):
        return False
