"""The machine that does the bookkeeping of Ray goes, and with it the cluster. This test is the last one."""

from __future__ import annotations

import pytest

from madang.kernel.errors import ModelFailed
from madang.models.cluster.link import Link
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.types import ChatRequest, Message
from tests.models.cluster.visitors import until
from tests.models.machines import Machines
from tests.models.scripted import script

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
QUESTION = "what is left without the head"


async def told(runtime: ClusterRuntime) -> str:
    messages = [Message("system", "You are kind."), Message("user", QUESTION)]
    request = ChatRequest(messages, beginning=1, keep="somebody")
    return "".join([delta.text async for delta in runtime.stream(request)])


async def test_a_cluster_without_its_head_is_one_sentence_and_is_not_used_again(machines: Machines) -> None:
    link = Link(machines.address, machines.plan())
    runtime = await ClusterRuntime.connect(link)
    try:
        assert await told(runtime) == script(QUESTION) and await link.answers()
        machines.lose_the_head()
        if machines.other in machines.cluster.worker_nodes:
            machines.remove()  # it would end by itself, half a minute later
        with pytest.raises(ModelFailed, match="The cluster does not answer"):
            await told(runtime)
        assert not await link.answers()
        await until(lambda: not link.heard)
        assert runtime.cluster.answering == 0 and runtime.cluster.wanted > 0
    finally:
        await runtime.close()
        await link.close()
