"""Our replica as a deployment of Ray Serve. Imported in the processes of the cluster only; needs Ray."""

from __future__ import annotations

import asyncio
import logging
import math
import os
from importlib import import_module
from typing import Any

import ray
from ray import serve
from ray.serve.config import RequestRouterConfig
from ray.serve.deployment import Application

from madang.kernel.errors import ModelFailed
from madang.models.cluster.plan import Layout, Plan, llama_options, version
from madang.models.cluster.replica import Replica
from madang.models.cluster.seats import Seat, seats_folder
from madang.models.types import ChatRuntime

log = logging.getLogger(__name__)


class Chat:
    """What Serve makes of a process: it takes a seat, opens the model, and is asked whether it is well."""

    async def __init__(self, plan: str, cpus: float) -> None:  # type: ignore[misc]  # Serve awaits it
        self._plan = made = Plan.of_json(plan)
        self._seat = await asyncio.to_thread(Seat, seats_folder(made.folder, made.name))
        module, _, name = made.opens.partition(":")
        threads = max(1, math.floor(min(cpus, os.cpu_count() or 1)))
        opened = getattr(import_module(module), name)
        self._runtime: ChatRuntime = await opened(made, self._seat.folder, threads)
        seat = f"{ray.util.get_node_ip_address()}/{self._seat.number}"
        self._replica = Replica(self._runtime, made.key, seat)

    def __serve_build_asgi_app__(self) -> Replica:
        return self._replica

    def record_replica_metadata(self) -> dict[str, Any]:
        """What the routers know of it (`router.py`)."""
        return {"seat": self._replica.seat, "slots": int(getattr(self._runtime, "slots", 1))}

    def check_health(self) -> None:
        """Raises ModelFailed when the model hangs: Serve starts another."""
        if getattr(self._runtime, "lost", False):
            raise ModelFailed("The model gave no answer for {seconds} seconds.", seconds=0)


def application(plan: Plan, found: Layout) -> Application:
    """The application that `serve.run` takes."""
    router = RequestRouterConfig(
        request_router_class="madang.models.cluster.router.PrefixRouter",
        request_router_kwargs={"spread": plan.spread},
    )
    options = llama_options(plan, found)
    deployed = serve.deployment(serve.ingress()(Chat)).options(request_router_config=router, **options)
    # Serve would start every replica anew with each change of their number; it offers no other way
    deployed._version = version(plan, found)
    return deployed.bind(plan.to_json(), found.cpus)
