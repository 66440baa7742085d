"""How soon does a long PDF answer, and does the studio stay responsive meanwhile?

Hypothesis: a 300-page PDF answers from the word index within 15 s of its upload while its vectors are filled
in behind, and p95 of `/healthz` stays within 50 ms all the while.

A studio is started as a person starts it (`python -m madang up`) on a data folder of its own, or the one at
`--url` is used (with `--key`). The file goes in and progress is read through the HTTP API.

    python -m benchmarks.ingest [--pages 300] [--watch 45] [--url http://127.0.0.1:8600 --key KEY]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.processes import ROOT, first_page, free_port, started
from benchmarks.report import percentile, report

BARS = {"words_seconds": "<= 15", "healthz_p95_ms": "<= 50"}
WORDS = """
    harbour museum lantern ferry tide chart keeper winter market bread river bridge
    garden stone letter captain night school window paper copper silver north south
    island light storm engine signal water rope sail morning
"""
KOREAN = """
    등대 항구 박물관 배 표 아침 저녁 시장 다리 정원 편지 선장
    학교 창문 종이 구리 섬 빛 폭풍 물 밧줄 돛
"""


def pdf(pages: int, seed: int = 0) -> bytes:
    """A PDF with a heading and about 2,000 characters a page, every fourth page in Korean."""
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    styles = getSampleStyleSheet()
    korean = ParagraphStyle("k", parent=styles["BodyText"], fontName="HYSMyeongJo-Medium", wordWrap="CJK")
    chance = random.Random(seed)
    flow: list[Any] = []
    english, hangul_words = WORDS.split(), KOREAN.split()
    for page in range(1, pages + 1):
        hangul = page % 4 == 0
        flow.append(Paragraph(f"Chapter {page}", styles["Heading1"]))
        for _ in range(4):
            if hangul:
                lines = [f"{' '.join(chance.choices(hangul_words, k=8))} 있습니다." for _ in range(9)]
            else:
                lines = [f"The {' '.join(chance.choices(english, k=11))}." for _ in range(7)]
            flow.append(Paragraph(" ".join(lines), korean if hangul else styles["BodyText"]))
        flow.append(PageBreak())
    out = io.BytesIO()
    SimpleDocTemplate(out).build(flow)
    return out.getvalue()


@contextmanager
def studio() -> Iterator[tuple[str, str]]:
    """A studio of its own: its address and a key that manages it."""
    with tempfile.TemporaryDirectory(prefix="madang-benchmark-") as folder:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "MADANG_DATA": folder, "MADANG_PORT": str(port)}
        log = Path(folder) / "up.log"
        subprocess.run(
            [sys.executable, "-m", "madang", "models", "pull"], cwd=ROOT, env=environment, check=True
        )
        with started([sys.executable, "-m", "madang", "up"], ROOT, environment, log) as process:
            first_page(f"{address}/", process, log, 120)
            yield address, asyncio.run(_key(Path(folder)))


async def _key(folder: Path) -> str:
    from madang.accounts.access import Accounts
    from madang.kernel.settings import Settings
    from madang.storage.database import Database

    settings = Settings(data=folder)
    database = Database(settings.database_url)
    try:
        accounts = Accounts(database, settings)
        key, _ = await accounts.create_key(await accounts.owner(), "benchmark", ["manage"])
        return key
    finally:
        await database.close()


class Pulse(threading.Thread):
    """Asks `/healthz` twenty times a second and keeps how long each answer took."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.took: list[float] = []
        self._address = address
        self._over = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self._address, trust_env=False, timeout=30) as client:
            while not self._over.wait(0.05):
                began = time.perf_counter()
                client.get("/healthz").raise_for_status()
                self.took.append((time.perf_counter() - began) * 1000)

    def end(self) -> list[float]:
        self._over.set()
        self.join(30)
        return self.took


def measure(address: str, key: str, data: bytes, watch: float) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60) as client:
        _wait_quiet(client)
        made = client.post("/api/characters", json={"profile": {"name": "Reader", "language": "en"}})
        slug = made.raise_for_status().json()["slug"]
        pulse = Pulse(address)
        pulse.start()
        began = time.perf_counter()
        sent = client.post(
            f"/api/characters/{slug}/sources", files={"file": ("book.pdf", data, "application/pdf")}
        )
        source = sent.raise_for_status().json()
        where = f"/api/characters/{slug}/sources/{source['id']}"
        while source["state"] not in ("words", "ready", "failed"):
            time.sleep(0.1)
            source = client.get(where).raise_for_status().json()
        words_seconds = time.perf_counter() - began
        if source["state"] == "failed":
            raise RuntimeError(source["error"])
        first, at = source["embedded"], time.perf_counter()
        while time.perf_counter() - at < watch and source["state"] != "ready":
            time.sleep(0.5)
            source = client.get(where).raise_for_status().json()
        rate = (source["embedded"] - first) / (time.perf_counter() - at)
        took = pulse.end()
        client.delete(f"/api/characters/{slug}")
    return {
        "words_seconds": words_seconds,
        "passages": source["passages"],
        "embedded_while_watched": source["embedded"] - first,
        "passages_per_second": rate,
        "healthz_p50_ms": percentile(took, 0.5),
        "healthz_p95_ms": percentile(took, 0.95),
        "healthz_asked": len(took),
        "megabytes": len(data) / 1e6,
    }


def _wait_quiet(client: httpx.Client, seconds: float = 180) -> None:
    """The demo characters read their own sources first; they are not what is measured."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        waiting = False
        for character in client.get("/api/characters").raise_for_status().json():
            sources = client.get(f"/api/characters/{character['slug']}/sources").json()
            waiting |= any(source["state"] not in ("ready", "failed") for source in sources)
        if not waiting:
            return
        time.sleep(1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument(
        "--watch", type=float, default=45, help="seconds to watch the vectors being filled in"
    )
    parser.add_argument("--url", help="a running studio")
    parser.add_argument("--key", help="its API key, with the scope `manage`")
    options = parser.parse_args()
    data = pdf(options.pages)
    if options.url:
        results = measure(options.url, options.key or "", data, options.watch)
    else:
        with studio() as (address, key):
            results = measure(address, key, data, options.watch)
    return 0 if report("ingest", {"pages": options.pages, **results}, BARS)["passed"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
