"""No character and no conversation ever sees another's state. See `interleave.py` for the long run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.models.catalogue import SMOLLM2
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from tests.models.interleave import Interleaving

pytestmark = pytest.mark.weights
ROUNDS = int(os.environ.get("MADANG_LEAK_ROUNDS", "60"))
SEED = int(os.environ.get("MADANG_LEAK_SEED", "1"))
PARTS = 3
"""Each on an engine of its own, so that snapshots outlive the engine that made them."""


def door(settings: Settings, weights: Path, folder: str) -> Models:
    data = settings.data / folder
    (data / "weights").mkdir(parents=True, exist_ok=True)
    link = data / "weights" / SMOLLM2.file
    if not link.exists():
        link.symlink_to(weights)
    # room for half of the characters: their snapshots come and go
    return Models(
        settings.model_copy(update={"data": data, "threads": 1, "slots": 3, "context": 1024, "prefix_mb": 8})
    )


async def opened(models: Models) -> LlamaRuntime:
    runtime = (await models.chat()).inner
    assert isinstance(runtime, LlamaRuntime)
    return runtime


@pytest.mark.slow
@pytest.mark.timeout(240 + 4 * ROUNDS)
async def test_nobody_sees_anothers_state(settings: Settings, real_weights: Path) -> None:
    interleaving = Interleaving(SEED)
    models = door(settings, real_weights, "cold")
    await interleaving.compute_cold(await opened(models))
    await models.close()
    evicted = restored = 0
    for _ in range(PARTS):
        models = door(settings, real_weights, "warm")
        runtime = await opened(models)
        interleaving.restarted()
        await interleaving.one_by_one(runtime, ROUNDS // PARTS // 2)
        await interleaving.at_once(runtime, ROUNDS // PARTS - ROUNDS // PARTS // 2)
        counts = await runtime.counts()
        evicted, restored = evicted + counts.evicted, restored + counts.restored
        assert counts.rejected == counts.busy == 0
        await models.close()
    seen = interleaving.seen
    print(
        f"{seen.replies} replies, {seen.own_secrets} with their own secret, {len(seen.leaks)} leaks, "
        f"{len(seen.miscounted)} miscounted, {len(seen.different)} of {seen.compared} unlike a cold run; "
        f"{restored} restored, {evicted} evicted"
    )
    assert seen.leaks == [] and seen.miscounted == [] and seen.different == []
    assert seen.replies >= ROUNDS - 2 * PARTS and seen.compared > 0
    assert seen.own_secrets > seen.replies // 20, "canaries that nobody says would prove nothing"
    assert evicted and restored
