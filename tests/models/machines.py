"""A Ray cluster of two machines, on this one. The test's own process never connects to it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from madang.models.cluster.plan import Plan
from madang.models.cluster.seats import seats_folder

ROOT = Path(__file__).parents[2]
MEMORY = 80_000_000
"""Bytes of a machine's object store, the least that Ray takes."""
TRIES = 3
"""Ray gives up a machine whose own agents have not started within 15 s: a busy one needs another try."""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Machines:
    """The head, which does the bookkeeping, and another machine; one CPU each, so one replica each."""

    def __init__(self, folder: Path) -> None:
        from ray.cluster_utils import Cluster

        self.folder = folder
        self.port = free_port()
        self.cluster: Any = Cluster()
        self.head = self.add(head=True)
        self.other = self.add()

    def add(self, *, head: bool = False) -> Any:
        """Ray sets a signal's handler: only the main thread may."""
        for left in reversed(range(TRIES)):
            more: dict[str, Any] = {}
            if head:
                self.client = free_port()
                self.address = f"ray://127.0.0.1:{self.client}"
                more = {"include_dashboard": False, "ray_client_server_port": self.client}
            try:
                return self.cluster.add_node(
                    num_cpus=1, node_ip_address="127.0.0.1", object_store_memory=MEMORY, **more
                )
            except Exception:
                if not left:
                    raise
        return None

    def plan(self, **more: Any) -> Plan:
        options: dict[str, Any] = {
            "name": "madang-test",
            "key": "the key of this test",
            "model": "scripted",
            "folder": str(self.folder),
            "host": "127.0.0.1",
            "port": self.port,
            "opens": "tests.models.scripted:opened",
            "slots": 4,
            "cpus": 0.3,  # two applications share the machines
            **more,
        }
        return Plan(**options)

    def seats(self, plan: Plan) -> dict[int, Path]:
        """Numbers of the replicas' processes, with their folders."""
        found = {}
        for folder in seats_folder(plan.folder, plan.name).glob("*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):  # being written
                pid = int((folder / "pid").read_text())
                os.kill(pid, 0)
                found[pid] = folder
        return found

    def kill_replica(self, plan: Plan, seat: str | None = None) -> int:
        """By default any of them."""
        seats = self.seats(plan)
        pid = next(pid for pid, folder in seats.items() if seat in (None, f"127.0.0.1/{folder.name}"))
        os.kill(pid, signal.SIGKILL)
        return pid

    def remove(self) -> None:
        """The other machine is gone at once, with all its processes."""
        self.cluster.remove_node(self.other, allow_graceful=False)

    def back(self) -> None:
        """Another machine, where one was removed. While nobody talks: Ray gives a machine 30 s to start."""
        if self.other not in self.cluster.worker_nodes:
            self.other = self.add()

    def lose_the_head(self) -> None:
        """The machine that does the bookkeeping is gone at once; the other one stays."""
        self.cluster.remove_node(self.head, allow_graceful=False)

    def close(self) -> None:
        self.cluster.shutdown()


@contextmanager
def two_machines(folder: Path) -> Iterator[Machines]:
    pytest.importorskip("ray", reason="the extra “cluster” is not installed: make dev")
    before, handler = dict(os.environ), signal.getsignal(signal.SIGTERM)
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ.update(
        PYTHONPATH=os.pathsep.join(paths),
        RAY_USAGE_STATS_ENABLED="0",
        RAY_enable_metrics_collection="0",
        RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER="0",  # everything on 127.0.0.1
        RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S="60",  # a busy machine starts slowly
        RAY_health_check_initial_delay_ms="1000",
        RAY_health_check_period_ms="1000",
        RAY_health_check_timeout_ms="2000",
    )
    try:
        machines = Machines(folder)
        try:
            yield machines
        finally:
            machines.close()
    finally:
        os.environ.clear()
        os.environ.update(before)
        signal.signal(signal.SIGTERM, handler)
