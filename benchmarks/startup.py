"""How fast a studio starts again, and how much memory it takes.

Hypothesis: `make up` serves the first page within 4 s the second time, and with the default models loaded,
after a chat and a question to a character with knowledge, the whole process tree is within 900 MB of
resident memory.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.processes import ROOT, first_page, free_port, rss_mb, started
from benchmarks.report import report

BARS = {"seconds": "<= 4", "rss_mb": "<= 900"}
QUESTIONS = ("Hello! Who are you?", "When do you open, and what is on the menu?", "How do I start it?")


def measure(runs: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="madang-startup-") as name:
        folder = Path(name)
        port, log = free_port(), folder / "log"
        environment = os.environ | {"MADANG_DATA": str(folder / "data"), "MADANG_PORT": str(port)}
        address = f"http://127.0.0.1:{port}"
        _weights(folder / "data", environment)
        seconds: list[float] = []
        memory: dict[str, float] = {}
        for number in range(runs + 1):
            began = time.perf_counter()
            with started(["make", "--silent", "up"], ROOT, environment, log) as process:
                served = first_page(f"{address}/", process, log, 300)
                if number == 0:  # the first start makes the tables and the demo characters
                    _settle(address)
                else:
                    seconds.append(served - began)
                if number == runs:
                    memory["rss_first_page_mb"] = round(rss_mb(process.pid), 1)
                    asked = [_ask(address, model) for model in _models(address)]
                    memory["rss_mb"] = round(rss_mb(process.pid), 1)
                    memory["questions"] = sum(asked)
        return {
            "seconds": round(statistics.median(seconds), 2),
            "seconds_all": [round(s, 2) for s in seconds],
        } | memory


def _weights(data: Path, environment: dict[str, str]) -> None:
    """The weights of this machine's own studio, linked; fetched where there are none."""
    own = Path(os.environ.get("MADANG_DATA", Path.home() / ".local" / "share" / "madang")) / "weights"
    if own.is_dir():
        shutil.copytree(own, data / "weights", copy_function=_link)
    subprocess.run([str(ROOT / ".venv/bin/madang"), "models", "pull"], env=environment, cwd=ROOT, check=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _settle(address: str) -> None:
    """Wait until the demo characters are there and their material is read."""
    deadline = time.monotonic() + 240
    while len(_models(address)) < 3:
        if time.monotonic() > deadline:
            raise RuntimeError("the demo characters did not appear")
        time.sleep(0.5)
    time.sleep(5)


def _models(address: str) -> list[str]:
    with urllib.request.urlopen(f"{address}/v1/models", timeout=30) as response:
        return [str(model["id"]) for model in json.load(response)["data"]]


def _ask(address: str, model: str) -> int:
    """Every question to one character; how many were answered."""
    for question in QUESTIONS:
        body = {"model": model, "messages": [{"role": "user", "content": question}], "max_tokens": 64}
        request = urllib.request.Request(
            f"{address}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=300) as response:
            json.load(response)["choices"][0]["message"]["content"]
    return len(QUESTIONS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="starts that are timed")
    report("startup", measure(parser.parse_args().runs), BARS)


if __name__ == "__main__":
    main()
