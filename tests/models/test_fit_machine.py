"""How many slots and how large pieces: from what was measured, within the memory, remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.settings import Settings
from madang.models.gguf import inspect
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from madang.models.tuning import Fit, Machine, chosen, measure, most_slots


def test_the_fewest_slots_that_are_nearly_best() -> None:
    totals = {"1": 50.0, "2": 115.0, "4": 132.0, "8": 167.0, "16": 170.0}
    pieces = {"16": 0.05, "32": 0.09, "64": 0.17}
    measured = {"totals": totals, "pieces": pieces}
    assert chosen(measured, 16) == Fit(8, 32)
    assert chosen(measured, 4) == Fit(4, 32), "no more than there is memory for"
    slow = {"16": 0.2, "32": 0.4}
    assert chosen({"totals": totals, "pieces": slow}, 1) == Fit(1, 16)


def test_slots_within_the_memory() -> None:
    smollm = 23_040
    assert most_slots(smollm, 4096, 24 << 30) == 4
    assert most_slots(smollm, 4096, 64 << 30) == 11
    assert most_slots(smollm, 4096, 4 << 30) == 2, "two at least"
    assert most_slots(1, 512, 64 << 30) == 64
    assert most_slots(0, 4096, 64 << 30) == 4, "an unknown model gets few"


def test_remembers(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "data" / "machine.json")
    assert machine.read("a") is None
    machine.write("a", Fit(4, 32), {"totals": {}})
    machine.write("b", Fit(2, 16), {"totals": {}})
    assert machine.read("a") == Fit(4, 32) and machine.read("b") == Fit(2, 16)


@given(
    said=st.text()
    | st.sampled_from(['{"a": 1}', '{"a": {"slots": "x"}}', "[]", '{"a": {"slots": 9e9, "piece": 1}}'])
)
def test_a_broken_file_counts_as_empty(tmp_path_factory: pytest.TempPathFactory, said: str) -> None:
    path = tmp_path_factory.mktemp("m") / "machine.json"
    path.write_text(said, "utf-8")
    assert Machine(path).read("a") is None


@pytest.mark.weights
@pytest.mark.slow
async def test_measures_in_a_child(real_weights: Path) -> None:
    fit, measured = await measure(real_weights, context=512, threads=1, most=2)
    assert fit.slots in (1, 2) and fit.piece >= 16
    assert set(measured["totals"]) == {"1", "2"} and all(rate > 1 for rate in measured["totals"].values())
    assert inspect(real_weights).kv_bytes == 23_040


@pytest.mark.weights
async def test_what_was_measured_is_used(real_models: Models, settings: Settings, real_weights: Path) -> None:
    runtime = (await real_models.chat()).inner
    assert isinstance(runtime, LlamaRuntime) and runtime.slots == min(16, most_slots(23_040, 4096))
    await real_models.close()
    from importlib.metadata import version

    key = f"{real_weights.name} {real_weights.stat().st_size} 1 4096 {version('xllamacpp')}"
    Machine(settings.data / "machine.json").write(key, Fit(2, 32), {})
    again = Models(real_models._settings)
    runtime = (await again.chat()).inner
    assert isinstance(runtime, LlamaRuntime) and runtime.slots == 2 and runtime.piece == 32
    await again.close()
    own = Models(real_models._settings.model_copy(update={"slots": 3}))
    runtime = (await own.chat()).inner
    assert isinstance(runtime, LlamaRuntime) and runtime.slots == 3, "the setting overrides"
    await own.close()
