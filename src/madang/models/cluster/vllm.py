"""Replies of vLLM on a cluster, through `ray.serve.llm`'s OpenAI-compatible application: the same deltas as
our own replicas', so that a reply that loses its replica goes on at another there too."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from madang.kernel.errors import BadInput, Busy, Forbidden, MadangError, TooLarge
from madang.models.cluster.protocol import Lost
from madang.models.remote import RemoteRuntime
from madang.models.types import ChatRequest, Delta, ModelCard


class Vllm:
    """A client for every door."""

    def __init__(self, model: str, context: int) -> None:
        self._model = model
        self._context = context
        self._doors: dict[str, RemoteRuntime] = {}

    async def card(self, door: str) -> ModelCard:
        """Raises Lost when it does not answer."""
        return (await self._at(door)).card

    async def deltas(self, door: str, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Raises Lost when the replica or the door goes, and what is wrong with the request itself."""
        runtime = await self._at(door)
        try:
            async with aclosing(runtime.stream(request)) as stream:  # type: ignore[type-var]
                async for delta in stream:
                    yield delta
        except MadangError as failure:
            raise _meant(failure) from None

    async def _at(self, door: str) -> RemoteRuntime:
        if door not in self._doors:
            try:
                made = await RemoteRuntime.connect(
                    f"{door}/v1", None, self._model, context=self._context, retries=0
                )
            except MadangError as failure:
                raise _meant(failure) from None
            made.continues = True
            self._doors[door] = made
        return self._doors[door]

    async def close(self) -> None:
        for runtime in self._doors.values():
            await runtime.close()


def _meant(failure: MadangError) -> Exception:
    """What is told to the asker; anything that another replica may do better is Lost."""
    status = failure.params.get("status")
    refused = isinstance(status, int) and 400 <= status < 500
    if refused or isinstance(failure, TooLarge | Busy | BadInput | Forbidden):
        return failure
    return Lost(failure.sentence)
