"""The private listener of llama.cpp closes connections that were idle."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import httpx
import pytest

from madang.models.engine import Engine


class Listening(Engine):
    """The client of an engine whose listener is at `path`."""

    def __init__(self, path: Path) -> None:
        self._key = "key"
        self._path = path

    @property
    def listening_address(self) -> str:
        return f"unix://{self._path}"


@pytest.mark.parametrize(("closed", "answered"), [(1, True), (2, False)])
async def test_asks_once_more_where_the_connection_was_closed(closed: int, answered: bool) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head + await reader.readexactly(2))
        if len(asked) > closed:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "s")
        server = await asyncio.start_unix_server(answer, path)
        async with server, Listening(path).client() as client:
            if answered:
                assert (await client.post("/slots/0?action=erase", json={})).json() == {}
            else:
                with pytest.raises(httpx.RemoteProtocolError):
                    await client.post("/slots/0?action=erase", json={})
    assert len(asked) == 2 and all(one.endswith(b"{}") for one in asked)
