"""How long a new user waits: `git clone`, then the first `make up` with nothing prepared, until the first
page.

Hypothesis: at most 3 minutes on a fast link and 1.2 GB on disk, both models included. Nothing is cached:
the home folder, pip's and uv's caches and the data folder are empty. The time includes making the
environment, fetching every locked package, fetching the weights and starting.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.processes import ROOT, disk_bytes, first_page, free_port, started
from benchmarks.report import report

BARS = {"minutes": "<= 3", "gb": "<= 1.2"}


def environment(home: Path, port: int) -> dict[str, str]:
    """This process's environment with an empty home. Where packages come from (an index, its certificates)
    stays."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MADANG_", "VIRTUAL_ENV"))
    }
    own = Path.home() / ".config" / "pip" / "pip.conf"
    if own.is_file():
        kept.setdefault("PIP_CONFIG_FILE", str(own))
    cache = home / ".cache"
    return kept | {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(cache),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "PIP_CACHE_DIR": str(cache / "pip"),
        "UV_CACHE_DIR": str(cache / "uv"),
        "HF_HOME": str(cache / "huggingface"),
        "MADANG_PORT": str(port),
    }


def measure(repository: str, seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="madang-setup-") as name:
        folder = Path(name)
        home, checkout, log, port = folder / "home", folder / "madang", folder / "log", free_port()
        home.mkdir()
        began = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", repository, str(checkout)], check=True)
        cloned = time.perf_counter()
        with started(["make", "up"], checkout, environment(home, port), log) as process:
            served = first_page(f"http://127.0.0.1:{port}/", process, log, seconds)
        environment_bytes = disk_bytes(checkout)
        data_bytes = disk_bytes(home / ".local") if (home / ".local").is_dir() else 0
        caches = disk_bytes(home / ".cache") if (home / ".cache").is_dir() else 0
        return {
            "minutes": round((served - cloned) / 60, 3),
            "gb": round((environment_bytes + data_bytes) / 1e9, 3),
            "clone_seconds": round(cloned - began, 2),
            "environment_gb": round(environment_bytes / 1e9, 3),
            "data_gb": round(data_bytes / 1e9, 3),
            "caches_gb": round(caches / 1e9, 3),
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repository", default=str(ROOT), help="what to clone; this repository's last commit"
    )
    parser.add_argument("--seconds", type=float, default=900, help="give up after this time")
    options = parser.parse_args()
    report("setup", measure(options.repository, options.seconds), BARS)


if __name__ == "__main__":
    main()
