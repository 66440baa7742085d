"""The process that holds a studio's connection to Ray: it puts the application there, looks after it, and
tells the studio where it answers. `python -m madang.models.cluster.control`.

The studio itself never imports Ray: Ray ends a process whose node goes, and unpickles what a cluster sends.
On standard input: the address and the plan as one line of JSON, then orders; its end ends this process. On
standard output: lines of JSON, one whenever something changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
from typing import Any

LOOK_SECONDS = 1.0
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")


class Control:
    """One connection. `tell` gets what changed."""

    def __init__(self, address: str, plan: Any, tell: Any) -> None:
        self._address = address
        self._plan = plan
        self._tell = tell
        self._layout: Any = None
        self._told: dict[str, Any] = {}

    def connect(self) -> None:
        """Raises what Ray raises when the cluster cannot be reached."""
        import ray

        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "WARNING"}
        if self._address == "local":
            own: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
            ray.init(address="local", namespace="madang", **own, **quiet)
        else:
            ray.init(address=self._address, namespace="madang", **quiet)

    def deploy(self) -> None:
        """Puts the application on the cluster as it is now: where a machine came or went, with more or fewer
        replicas; those that stay go on."""
        from ray import serve

        from madang.models.cluster.plan import layout, route, vllm_app

        found = layout(self._plan, [node["Resources"] for node in _alive()])
        if found == self._layout:
            return
        if self._layout is None:
            options = {"host": self._plan.host, "port": self._plan.port}
            serve.start(proxy_location="EveryNode", http_options=options)
        if found.kind == "vllm":
            from ray.serve.llm import build_openai_app

            app = build_openai_app(vllm_app(self._plan, found))
        else:
            from madang.models.cluster.deployment import application

            app = application(self._plan, found)
        target = serve.RunTarget(app, name=self._plan.name, route_prefix=route(self._plan))
        serve.run_many([target], wait_for_applications_running=False)
        self._layout = found

    def look(self) -> None:
        """Tells what changed since the last time."""
        from ray import serve

        from madang.models.cluster.plan import route

        status = serve.status()
        app = status.applications.get(self._plan.name)
        hosts = {node["NodeID"]: node["NodeManagerAddress"] for node in _alive()}
        healthy = [node for node, state in status.proxies.items() if state == "HEALTHY" and node in hosts]
        port = _port(self._plan.port)
        states: dict[str, int] = {}
        for deployment in app.deployments.values() if app else ():
            for state, count in deployment.replica_states.items():
                name = str(getattr(state, "value", state))
                states[name] = states.get(name, 0) + count
        said = {
            "state": str(getattr(app.status, "value", app.status)) if app else "GONE",
            "doors": sorted(
                {f"http://{_bracketed(hosts[node])}:{port}{route(self._plan)}" for node in healthy}
            ),
            "replicas": states,
            "kind": self._layout.kind,
            "why": self._layout.why,
            "wanted": self._layout.replicas,
        }
        if said != self._told:
            self._told = said
            self._tell(said)

    def forget(self, name: str) -> None:
        """Deletes what every machine keeps of a character."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        from madang.models.cluster.seats import forget

        task = ray.remote(num_cpus=0)(forget)
        every = [
            task.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ).remote(self._plan.folder, self._plan.name, name)
            for node in _alive()
        ]
        for one in every:
            with contextlib.suppress(ray.exceptions.RayError):  # a machine that went just now keeps nothing
                ray.get(one, timeout=30)


def _alive() -> list[dict[str, Any]]:
    import ray

    return [node for node in ray.nodes() if node["Alive"]]


def _port(planned: int) -> int:
    """Where Serve's proxies listen: who came first to a cluster decided it."""
    from ray.serve.context import _get_global_client

    with contextlib.suppress(Exception):
        details = _get_global_client().get_serve_details()
        return int(details["http_options"]["port"])
    return planned


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def main() -> None:
    """Runs until its standard input ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Ray prints is no line of ours
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()

    def tell(said: dict[str, Any]) -> None:
        out.write(json.dumps(said) + "\n")
        out.flush()

    begun = json.loads(lines.get() or "{}")
    if begun["address"] == "local":
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # then Ray is on 127.0.0.1 only
    from madang.models.cluster.plan import Plan

    control = Control(begun["address"], Plan(**begun["plan"]), tell)
    try:
        control.connect()
        tell({"state": "CONNECTED"})
        while True:
            control.deploy()
            control.look()
            try:
                order = lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if order is None:
                return
            said = json.loads(order)
            if "forget" in said:
                control.forget(said["forget"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the studio starts another
        tell({"error": type(error).__name__, "text": str(error)[:2000]})
        time.sleep(0.1)
        os._exit(1)  # Ray's own threads may hang on a cluster that is gone


def _read(lines: queue.Queue[str | None]) -> None:
    for raw in sys.stdin:
        lines.put(raw)
    lines.put(None)


if __name__ == "__main__":
    main()
