"""Two machines of a real Ray cluster, on this one: a replica and then a machine are killed under load."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from madang.kernel.errors import ModelFailed
from madang.models.cluster.address import reachable
from madang.models.cluster.link import Link
from madang.models.cluster.plan import Plan
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.engines.types import ReplicaState
from tests.models.cluster.visitors import LONGEST, Visitor, asked, under_load, until
from tests.models.machines import Machines, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.asyncio(loop_scope="module")]
CHARACTERS = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def link(machines: Machines) -> AsyncIterator[Link]:
    machines.back()
    made = Link(machines.address, machines.plan())
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runtime(link: Link) -> AsyncIterator[ClusterRuntime]:
    made = await ClusterRuntime.connect(link)
    yield made
    await made.close()


def told(visitors: list[Visitor], runtime: ClusterRuntime) -> str:
    longest, replies = max(one.longest for one in visitors), sum(one.replies for one in visitors)
    return f"longest pause {longest:.2f} s, {replies} replies, {runtime.lost_replicas} went on elsewhere"


async def test_a_character_returns_to_its_replica(runtime: ClusterRuntime, link: Link) -> None:
    await until(lambda: link.state.replicas == 2)
    found: list[bool] = []
    at_once = asyncio.Semaphore(4)

    async def turn(number: int, count: int) -> None:
        async with at_once:
            request = asked(f"character {number}", f"turn {count} of {number}")
            async for delta in runtime.stream(replace(request, max_tokens=3)):
                if delta.usage is not None and count:
                    found.append(delta.usage.cached_tokens > 0)

    runtime.served.clear()
    for count in range(5):
        await asyncio.gather(*(turn(number, count) for number in range(CHARACTERS)))
    print(f"prefix hits: {sum(found)} of {len(found)}; by seat {dict(runtime.served)}")
    assert len(found) == 4 * CHARACTERS and sum(found) / len(found) >= 0.95
    assert len(runtime.served) == 2 and min(runtime.served.values()) >= len(found) // 5


async def test_hanging_up_frees_the_replica(runtime: ClusterRuntime, machines: Machines) -> None:
    stream = runtime.stream(asked("somebody", "a question that is left"))
    async for delta in stream:
        if delta.text:
            break
    for folder in machines.seats(machines.plan()).values():
        (folder / "running").unlink(missing_ok=True)
    await stream.aclose()  # type: ignore[attr-defined]
    seats = list(machines.seats(machines.plan()).values())
    await until(lambda: any((folder / "running").exists() for folder in seats))


async def test_a_killed_replica_is_a_pause(runtime: ClusterRuntime, machines: Machines, link: Link) -> None:
    await until(lambda: link.state.replicas == 2)
    before = runtime.lost_replicas

    def busiest() -> ReplicaState:
        return max(runtime.cluster.replicas, key=lambda one: one.running)

    async def kill() -> None:
        await until(lambda: busiest().running > 1)
        there = set(machines.seats(machines.plan()))
        killed = machines.kill_replica(machines.plan(), busiest().seat)
        await until(lambda: len(set(machines.seats(machines.plan())) - {killed}) == 2)
        assert there - {killed} < set(machines.seats(machines.plan())), "the other one went on"

    visitors = await under_load(runtime, kill)
    assert runtime.lost_replicas > before, "nobody was served by it"
    print("replica killed:", told(visitors, runtime))
    assert max(one.longest for one in visitors) < LONGEST


async def test_a_lost_machine_is_a_pause(runtime: ClusterRuntime, machines: Machines, link: Link) -> None:
    await until(lambda: link.state.replicas == 2)
    before = runtime.lost_replicas

    async def lose() -> None:
        there = set(machines.seats(machines.plan()))
        await asyncio.to_thread(machines.remove)
        await until(lambda: link.state.wanted == 1 and link.state.replicas == 1)
        assert set(machines.seats(machines.plan())) < there, "the other one went on"

    visitors = await under_load(runtime, lose)
    assert runtime.lost_replicas > before, "nobody was served by it"
    print("machine lost:", told(visitors, runtime))
    assert max(one.longest for one in visitors) < LONGEST


async def test_a_machine_that_comes_takes_part(
    runtime: ClusterRuntime, machines: Machines, link: Link
) -> None:
    machines.other = machines.add()  # Ray sets a signal's handler: only the main thread may
    await until(lambda: link.state.replicas == 2)


async def test_what_was_kept_of_a_character_goes_everywhere(
    runtime: ClusterRuntime, machines: Machines, link: Link
) -> None:
    from madang.models.prefixes.store import PrefixStore

    folders = [folder / "prefixes" for folder in machines.seats(machines.plan()).values()]
    for folder in folders:
        store = PrefixStore(folder, 1_000)
        for name in ("gone", "stays"):
            made = folder / name
            folder.mkdir(exist_ok=True)
            made.write_bytes(b"x" * 100)
            assert store.put(name, "0" * 32, made)
    await runtime.forget("gone")
    await until(lambda: not any(PrefixStore(folder, 0).has("gone", "0" * 32) for folder in folders))
    assert all(PrefixStore(folder, 0).has("stays", "0" * 32) for folder in folders)


async def test_nobody_there_is_one_sentence(tmp_path: Path) -> None:
    address = f"ray://127.0.0.1:{free_port()}"
    with pytest.raises(ModelFailed, match="cannot be reached"):
        await reachable(address)
    link = Link(address, Plan("madang-nobody", "key", "scripted"))
    with pytest.raises(ModelFailed, match="cannot be reached"):
        await link.ready(3)
    await link.close()
