"""The real default model as replicas: one is killed in the middle of a reply, and the words stay the same."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from madang.models.catalogue import SMOLLM2
from madang.models.cluster.link import Link
from madang.models.cluster.plan import LLAMA, Plan
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.cluster.seats import seats_folder
from madang.models.types import ChatRequest, Message, Usage
from tests.models.machines import Machines

pytestmark = [
    pytest.mark.slow,
    pytest.mark.weights,
    pytest.mark.timeout(400),
    pytest.mark.asyncio(loop_scope="module"),
]
PATIENCE = 170.0
BEGINNING = Message("system", "You are Mina, a baker of Busan. You are kind and brief. " * 12)
ASK = ChatRequest(
    [BEGINNING, Message("user", "What do you bake, and why do people like it?")],
    max_tokens=60,
    temperature=0.0,
    beginning=1,
    keep="mina",
)


def planned(machines: Machines) -> Plan:
    real = {"name": "madang-real", "model": SMOLLM2.name, "opens": LLAMA, "context": 1024, "slots": 2}
    return machines.plan(**real, threads=1, hub="off", replicas=2)


async def until(held: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not held():
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def link(machines: Machines, real_weights: Path) -> AsyncIterator[Link]:
    weights = machines.folder / "weights"
    weights.mkdir(exist_ok=True)
    (weights / real_weights.name).symlink_to(real_weights)
    made = Link(machines.address, planned(machines))
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runtime(link: Link) -> AsyncIterator[ClusterRuntime]:
    made = await ClusterRuntime.connect(link)
    await until(lambda: link.state.replicas == 2)
    yield made
    await made.close()


async def told(
    runtime: ClusterRuntime, after: int = 0, then: Callable[[str], None] | None = None
) -> tuple[str, Usage]:
    """The reply to `ASK`. `then` is called once, with the seat that makes it, after so many letters."""
    text, usage, met = "", Usage(0, 0), not then
    async for delta in runtime.stream(ASK):
        text += delta.text
        usage = delta.usage or usage
        if then is not None and not met and len(text) > after:
            met = True
            then(next(one.seat for one in runtime.cluster.replicas if one.running))
    assert met
    return text, usage


def holder(lock: Path) -> int:
    """The process that holds a seat."""
    inode = f":{lock.stat().st_ino} "
    found = [line for line in Path("/proc/locks").read_text().splitlines() if inode in line]
    return int(found[0].split()[4]) if found else 0


async def test_a_killed_replica_changes_no_word_and_the_next_one_finds_its_beginnings(
    runtime: ClusterRuntime, link: Link, machines: Machines
) -> None:
    plan = planned(machines)
    await runtime.keep("mina", [BEGINNING])
    whole, usage = await told(runtime)
    assert usage.cached_tokens > usage.prompt_tokens / 2 and usage.completion_tokens > 20
    killed: list[tuple[Path, int]] = []

    def kill(seat: str) -> None:
        lock = seats_folder(plan.folder, plan.name) / seat.rpartition("/")[2] / "seat"
        killed.append((lock, holder(lock)))
        os.kill(killed[0][1], signal.SIGKILL)

    text, usage = await told(runtime, 40, kill)
    print(f"real model: {whole!r}")
    assert text == whole and usage.completion_tokens > 20
    assert runtime.lost_replicas >= 1, "nobody was lost"
    ((lock, before),) = killed
    served = runtime.served.copy()
    await until(lambda: holder(lock) not in (0, before) and link.state.replicas == 2)
    async with asyncio.timeout(PATIENCE):
        while True:  # until the new one in that seat is known to the doors
            again, usage = await told(runtime)
            assert again == whole
            if (runtime.served - served)[f"127.0.0.1/{lock.parent.name}"]:
                break
    assert usage.cached_tokens > usage.prompt_tokens / 2, "it had to compute the beginning anew"
