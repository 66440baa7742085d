"""A web site on 127.0.0.1 whose pages a test writes, and which notes what it was asked for."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    pages: dict[str, str | bytes | Handler] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    make: Callable[[str], str | None] | None = None
    """Pages that are made up when they are asked for."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = lines[0].split(" ")[1]
            sent = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            self.asked.append(path)
            await self._answer(path, sent, writer)
            await writer.drain()
        writer.close()

    async def _answer(self, path: str, sent: dict[str, str], writer: asyncio.StreamWriter) -> None:
        if path in self.redirects:
            writer.write(
                f"HTTP/1.1 302 F\r\nLocation: {self.redirects[path]}\r\nContent-Length: 0\r\n\r\n".encode()
            )
            return
        page = self.pages.get(path)
        if page is None and self.make is not None:
            page = self.make(path)
        status = self.errors.get(path, 404 if page is None else 200)
        if callable(page):
            await page(writer)
            return
        body = page.encode() if isinstance(page, str) else page or b"nothing here"
        etag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if status == 200 and sent.get("if-none-match") == etag:
            self.unchanged.append(path)
            writer.write(f"HTTP/1.1 304 N\r\nETag: {etag}\r\n\r\n".encode())
            return
        kind = (
            "application/pdf"
            if body.startswith(b"%PDF")
            else "text/plain"
            if path.endswith(".txt")
            else "text/html"
        )
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}; charset=utf-8\r\nETag: {etag}\r\n{more}"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


@contextlib.asynccontextmanager
async def served(site: Site) -> AsyncIterator[Site]:
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


def page(
    title: str, text: str, *links: str, head: str = "", footer: str = "Open daily 9:00 to 18:00."
) -> str:
    anchors = "".join(f'<p><a href="{link}">to {link}</a></p>' for link in links)
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body><nav><a href=/>home</a></nav>"
        f"<div>Sea Shop, the shop at the sea</div><h1>{title}</h1><p>{text}</p>{anchors}"
        f"<footer><p>{footer}</p></footer></body></html>"
    )
