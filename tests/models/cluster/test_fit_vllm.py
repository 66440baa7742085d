"""What is said to `ray.serve.llm`, read by the code of the pinned Ray itself. vLLM is not installed where
tests run: a program of its own puts empty classes in its place, and nothing is started."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest

from madang.models.cluster.plan import Plan, layout, vllm_app

pytestmark = pytest.mark.slow
PLAN = Plan("madang-x", "key", "big", context=8192, gpu_model="org/big-8b")
NODES = [{"CPU": 16.0, "GPU": 2.0}, {"CPU": 8.0, "GPU": 1.0}]
READ = """
import dataclasses, importlib.abc, importlib.machinery, inspect, json, sys, types
from pydantic import BaseModel

class Empty(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        fields = {"AsyncEngineArgs": ["enable_prefix_caching", "max_model_len"], "FrontendArgs": []}
        made = type(name, (BaseModel,), {})
        if name in fields:
            made = dataclasses.make_dataclass(name, fields[name])
        setattr(self, name, made)
        return made

class Without(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("vllm", "pyarrow"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return Empty(spec.name)
    def exec_module(self, module):
        return None

sys.meta_path.append(Without())
from ray.llm._internal.serve.engines.vllm.vllm_models import VLLMEngineConfig
from ray import serve
from ray.serve._private.config import DeploymentConfig
from ray.serve.llm import LLMServingArgs, build_openai_app
from ray.serve.llm.request_router import PrefixCacheAffinityRouter

def understood(app):
    (config,) = LLMServingArgs.model_validate(app).llm_configs
    unknown = set(config.deployment_config) - set(inspect.signature(serve.deployment).parameters)
    assert not unknown, unknown
    deployed = DeploymentConfig(**config.deployment_config)
    engine = VLLMEngineConfig.from_llm_config(config)
    return {
        "name": config.model_id,
        "weights": engine.hf_model_id,
        "context": config.max_request_context_length,
        "engine": engine.engine_kwargs,
        "replicas": deployed.num_replicas,
        "health": deployed.health_check_period_s,
        "gpus": [bundle.get("GPU") for bundle in engine.placement_bundles],
        "by prefix": deployed.request_router_config.get_request_router_class() is PrefixCacheAffinityRouter,
    }

for line in sys.stdin:
    try:
        print(json.dumps(understood(json.loads(line))))
    except Exception as error:
        print(json.dumps({"refused": str(error)}))
"""


def read(*apps: dict[str, Any]) -> list[Any]:
    """What Ray makes of each of them."""
    pytest.importorskip("ray", reason="the extra “cluster” is not installed: make dev")
    made = subprocess.run(
        [sys.executable, "-c", READ],
        input="\n".join(map(json.dumps, apps)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-2000:]
    return [json.loads(line) for line in made.stdout.splitlines()[-len(apps) :]]


def test_ray_reads_what_was_meant_and_refuses_what_it_does_not_know() -> None:
    meant = vllm_app(PLAN, layout(PLAN, NODES))
    parts = ("model_loading_config", "engine_kwargs", "deployment_config")
    wrong = [deepcopy(meant) for _ in parts]
    for part, app in zip(parts, wrong, strict=True):
        app["llm_configs"][0][part]["no_such_name"] = 1
    understood, *refused = read(meant, *wrong)
    assert understood == {
        "name": "big",
        "weights": "org/big-8b",
        "context": 8192,
        "engine": {"enable_prefix_caching": True, "max_model_len": 8192},
        "replicas": 3,
        "health": 2.0,
        "gpus": [1],
        "by prefix": True,
    }
    assert ["no_such_name" in one.get("refused", "") for one in refused] == [True] * 3
