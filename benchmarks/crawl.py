"""How fast is a site read, and does a second crawl touch only what changed?

Hypothesis: a site of 500 pages on this machine is read (fetched, read, and answering from the word index) at
20 pages a second at least, though each page is kept durably and read in a limited child process; a second
crawl touches the pages that changed and no other.

The site is made up and served on 127.0.0.1 by a process of its own: pages with headings, paragraphs, tables,
English and Korean, with navigation and a footer that all of them repeat. Vectors are left out: `ingest` and
`embedder` measure them. Politeness is off, as it is the site's to give; otherwise it is the door as it is.

    python -m benchmarks.crawl [--pages 500] [--changed 20]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.ingest import KOREAN, WORDS
from benchmarks.report import report
from madang.kernel.fetch import Fetcher
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.knowledge.crawl.types import Pace, Site
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.migrate import migrate
from madang.storage.search import SearchIndex

BARS = {"pages_a_second": ">= 20", "touched_too_much": "<= 0", "touched_too_little": "<= 0", "read": ">= 1"}
FOOTER = "Open daily 9:00 to 18:00 · 매일 9시부터 18시까지 · 051-123-4567"
WHO = "chr_crawl"


def page(number: int, count: int, version: int) -> str:
    """A page with about 1,500 visible characters and links to the pages around it."""
    chance = random.Random(number * 1_000 + version)
    words = (KOREAN if number % 4 == 0 else WORDS).split()
    links = [2 * number + 1, 2 * number + 2, (number + 7) % count, (number * 3) % count]
    menu = "".join(f"<li><a href='/page/{n}'>Part {n}</a></li>" for n in range(8))
    body = "".join(
        f"<h2>{' '.join(chance.choices(words, k=3))}</h2><p>{' '.join(chance.choices(words, k=90))}.</p>"
        for _ in range(3)
    )
    rows = "".join(f"<tr><td>{chance.choice(words)} {n}</td><td>{n},000원</td></tr>" for n in range(1, 6))
    anchors = "".join(f"<p><a href='/page/{n}'>More about {n}</a></p>" for n in links if n < count)
    return (
        f"<!doctype html><html><head><title>Page {number}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<div>Sea Shop at the harbour</div><h1>Page {number}</h1>{body}<table>"
        f"<tr><th>Dish</th><th>Price</th></tr>{rows}</table>{anchors}<footer><p>{FOOTER}</p></footer></body></html>"
    )


def serve(count: int) -> None:
    """The site, until stdin is closed. `POST /change` with numbers makes these pages new."""
    versions: dict[int, int] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = (
                0
                if self.path == "/"
                else int(self.path.rpartition("/page/")[2] or -1)
                if "/page/" in self.path
                else -1
            )
            body = page(number, count, versions.get(number, 0)).encode() if 0 <= number < count else b""
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            same = bool(body) and self.headers.get("If-None-Match") == etag
            self.send_response(304 if same else 200 if body else 404)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.end_headers()
            if not same:
                self.wfile.write(body)

        def do_POST(self) -> None:
            for number in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
                versions[number] = versions.get(number, 0) + 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128  # five, as it comes, drops connections that are asked for at once

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


class NoModels:
    """Vectors are not measured here: their jobs wait for a model that does not come."""

    async def embedder(self, name: str | None = None) -> Any:  # noqa: ARG002 the door's shape
        await asyncio.Event().wait()


async def crawled(knowledge: Knowledge, url: str, pages: int) -> tuple[Site, float]:
    began = time.perf_counter()
    site = await knowledge.add_site(WHO, url, pages=pages, depth=50)
    site = await knowledge.wait_site(site.id, seconds=600)
    return site, time.perf_counter() - began


async def state(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Every page's address with the ids of its passages."""
    return {
        source.origin: tuple(passage.id for passage in await knowledge.passages(WHO, source.id))
        for source in await knowledge.sources(WHO)
    }


async def measure(folder: Path, url: str, pages: int, changed: int) -> dict[str, Any]:
    settings = Settings(data=folder, hub="off")
    database, jobs = Database(settings.database_url), Jobs(settings)
    await migrate(database)
    pace = Pace(delay=0.0, at_once=8)
    fetcher = Fetcher(allow_private=True)
    blobs, search = Blobs(folder / "blobs"), SearchIndex(database)
    knowledge = Knowledge(database, blobs, search, jobs, NoModels(), fetcher, pace=pace)
    await jobs.open()
    try:
        first, seconds = await crawled(knowledge, url, pages)
        before = await state(knowledge)
        footers = 0
        for source in await knowledge.sources(WHO):
            footers += sum(FOOTER in p.text for p in await knowledge.passages(WHO, source.id))
        numbers = random.Random(1).sample(range(1, pages), changed)
        request = urllib.request.Request(f"{url}/change", json.dumps(numbers).encode(), method="POST")
        await asyncio.to_thread(urllib.request.urlopen, request)
        second, again = await crawled(knowledge, url, pages)
        after = await state(knowledge)
    finally:
        await jobs.close()
        await database.close()
    touched = {where for where in before if before[where] != after.get(where)}
    wanted = {f"{url}/page/{number}" for number in numbers}
    return {
        "pages": pages,
        "kept": first.kept,
        "read": first.kept / pages,
        "seconds": seconds,
        "pages_a_second": first.kept / seconds,
        "second_seconds": again,
        "second_changed": second.changed,
        "second_expected": changed,
        "touched_too_much": len(touched - wanted),
        "touched_too_little": len(wanted - touched),
        "passages": sum(map(len, before.values())),
        "footer_copies": footers,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Crawling a site on this machine.")
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--changed", type=int, default=20)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    command = [sys.executable, "-m", "benchmarks.crawl", "--serve", str(options.pages)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdout is not None and server.stdin is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        try:
            results = asyncio.run(measure(Path(folder), url, options.pages, options.changed))
        finally:
            server.stdin.close()
    report("crawl", results, BARS)


if __name__ == "__main__":
    main()
