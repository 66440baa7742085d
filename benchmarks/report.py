"""What every benchmark ends with: one JSON object as the last line, and the same in `results/NAME.json`."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def report(name: str, results: dict[str, Any], bars: dict[str, str] | None = None) -> dict[str, Any]:
    """Print and write `results` with machine, date and commit.

    `bars` says what is demanded of a key (`{"recall_at_1": ">= .92"}`); `passed` tells whether all hold.
    """
    bars = bars or {}
    failed = [key for key, bar in bars.items() if key in results and not holds(results[key], bar)]
    whole = {
        "name": name,
        **{key: _round(value) for key, value in results.items()},
        "bars": bars,
        "failed": failed,
        "passed": not failed,
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(whole, ensure_ascii=False), flush=True)
    return whole


def holds(value: Any, bar: str) -> bool:
    """Whether `value` meets a bar such as `>= .92` or `<= 40`."""
    sign, _, limit = bar.partition(" ")
    if value is None:
        return False
    return value >= float(limit) if sign == ">=" else value <= float(limit)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def auroc(positive: list[float], negative: list[float]) -> float:
    """Chance that a positive scores above a negative; ties count half."""
    import numpy as np

    below = np.searchsorted(np.sort(negative), positive, side="left")
    up_to = np.searchsorted(np.sort(negative), positive, side="right")
    return float((below + up_to).mean() / 2 / len(negative))


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(memory, 1),
        "python": platform.python_version(),
    }


def commit() -> str | None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _round(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
