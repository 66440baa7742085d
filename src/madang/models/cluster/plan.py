"""What is put on a cluster, and how: decided from what the cluster says that it has. Needs no Ray."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import madang

Kind = Literal["llama", "vllm"]
LLAMA = "madang.models.cluster.weights:opened"
"""Who opens a replica's runtime: `module:function`, given the plan and a folder."""
MOST_ONGOING = 256
"""Requests that Serve hands to one replica: more than its own queue takes, which is fair."""
HEALTH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a cluster is told. `key` is the word that a studio and its replicas know each other by."""

    name: str
    """Of the application on the cluster; two studios have two."""
    key: str
    model: str
    """A model of the catalogue, or a path that is there on every machine."""
    context: int = 4096
    slots: int | None = None
    threads: int | None = None
    prefix_mb: int = 4096
    hub: str | None = None
    folder: str = ""
    """Where each machine keeps weights and beginnings; empty is the home of the user that runs Ray there."""
    cpus: float | None = None
    """CPUs of one replica; by default those of the smallest machine."""
    replicas: int | None = None
    """By default one on every machine that is large enough."""
    gpu_model: str | None = None
    """What vLLM serves where there are GPUs: a name on the hub, or a folder that every machine has."""
    host: str = "0.0.0.0"  # noqa: S104 - other machines' studios ask there
    port: int = 8000
    opens: str = LLAMA
    spread: bool = False

    def __repr__(self) -> str:
        return f"Plan({self.name!r}, {self.model!r})"

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def of_json(cls, text: str) -> Plan:
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Layout:
    """How many replicas, each with how many CPUs or GPUs, and why these."""

    kind: Kind
    replicas: int
    cpus: float
    gpus: int
    why: str


def layout(plan: Plan, nodes: Sequence[Mapping[str, float]]) -> Layout:
    """For a cluster of `nodes`, each as the resources it has (`CPU`, `GPU`).

    vLLM only where there are GPUs and a model for them was named; otherwise llama.cpp, one replica a machine.
    """
    gpus = sum(int(node.get("GPU", 0)) for node in nodes)
    if gpus and plan.gpu_model:
        return Layout("vllm", plan.replicas or gpus, 1, 1, f"{gpus} GPUs, and a model for them is named")
    why = "no model for its GPUs is named" if gpus else "the cluster has no GPU"
    cores = [node["CPU"] for node in nodes if node.get("CPU", 0) > 0]
    cpus = plan.cpus or min(cores, default=1.0)
    fitting = sum(int(count // cpus) >= 1 for count in cores)
    return Layout("llama", plan.replicas or max(fitting, 1), cpus, 0, why)


def vllm_app(plan: Plan, found: Layout) -> dict[str, Any]:
    """The argument of `ray.serve.llm.build_openai_app`, with its router that knows prefixes."""
    router = {"request_router_class": "ray.serve.llm.request_router.PrefixCacheAffinityRouter"}
    return {
        "llm_configs": [
            {
                "model_loading_config": {"model_id": plan.model, "model_source": plan.gpu_model},
                "engine_kwargs": {"enable_prefix_caching": True, "max_model_len": plan.context},
                "deployment_config": {
                    "num_replicas": found.replicas,
                    "request_router_config": router,
                    "health_check_period_s": HEALTH_SECONDS,
                },
            }
        ]
    }


def llama_options(plan: Plan, found: Layout) -> dict[str, Any]:
    """Options of the deployment of our own runtime."""
    return {
        "name": "chat",
        "num_replicas": found.replicas,
        "max_replicas_per_node": None if plan.replicas else 1,
        "max_ongoing_requests": MOST_ONGOING,
        "health_check_period_s": HEALTH_SECONDS,
        "health_check_timeout_s": 5 * HEALTH_SECONDS,
        "graceful_shutdown_timeout_s": 5.0,
        "ray_actor_options": {"num_cpus": found.cpus},
    }


def version(plan: Plan, found: Layout) -> str:
    """Of what a replica is made from: another one replaces the replicas that are there."""
    made_from = f"{madang.__version__} {plan.to_json()} {found.kind} {found.cpus}"
    return hashlib.sha256(made_from.encode()).hexdigest()[:16]


def route(plan: Plan) -> str:
    """Where on the cluster's HTTP ports the application answers."""
    return f"/{plan.name}"
