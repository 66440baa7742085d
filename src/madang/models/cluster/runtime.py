"""The chat model of a cluster, as the studio uses it: a reply that loses its replica goes on at another.

What was streamed is never said twice and never taken back: the other replica gets it as the beginning of its
own reply, and goes on from there. A reply held by a grammar is told whole, so that it can begin anew.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from madang.kernel.errors import BadInput, Busy, ModelFailed, TooLarge
from madang.kernel.lazy import lazy
from madang.models.cluster import protocol
from madang.models.cluster.link import Link
from madang.models.cluster.protocol import Lost
from madang.models.cluster.routing import Tag, key_of
from madang.models.cluster.vllm import Vllm
from madang.models.engines.types import ClusterNow
from madang.models.remote import estimate_tokens
from madang.models.types import ChatRequest, Counts, Delta, Message, ModelCard, Usage

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

log = logging.getLogger(__name__)

MOST_LOST = 6
"""Replicas that one reply may lose without a word in between."""
GIVE_UP_SECONDS = 150.0
"""A reply that got no word for so long although it was begun again and again has failed."""
SILENT_SECONDS = 3.0
"""A replica says every second that it lives (`replica.BEAT_SECONDS`). With every try three times longer: a
machine may only be slow."""
AVOID_SECONDS = 15.0
"""So long a replica that was lost is asked last: until the cluster itself knows that it is gone."""
CONNECT_SECONDS = 2.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0
BATCH = 64


class ClusterRuntime:
    """A `ChatRuntime`, and a `Keeping`. Made by `connect`."""

    def __init__(self, link: Link, client: httpx.AsyncClient, card: ModelCard, grammars: bool) -> None:
        self.card = card
        self.grammars = grammars
        self._link = link
        self._client = client
        self._door = 0
        self._running = 0
        self._lost: dict[str, float] = {}
        self._vllm = Vllm(link.plan.model, link.plan.context) if link.state.kind == "vllm" else None
        self._tokens: dict[str, int] = {}
        self._used = Usage(0, 0, 0)

    @classmethod
    async def connect(cls, link: Link) -> ClusterRuntime:
        """Waits for the first replica. Raises ModelFailed."""
        await link.ready()
        client = httpx.AsyncClient(
            headers={"authorization": f"Bearer {link.plan.key}"},
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            trust_env=False,
            follow_redirects=False,
        )
        made = cls(link, client, ModelCard(link.plan.model, "chat"), False)
        try:
            if made._vllm is not None:
                made.card = await made._vllm.card(made._next_door())
            else:
                said = await made._ask("GET", "card", None, "card")
                made.card, made.grammars = protocol.card_of(said), said.get("grammars") is True
        except Lost:
            await made.close()
            raise ModelFailed("The cluster does not answer.") from None
        except BaseException:
            await made.close()
            raise
        return made

    def __repr__(self) -> str:
        return f"ClusterRuntime({self._link.address!r})"

    @property
    def busy(self) -> int:
        return self._running

    @property
    def waiting(self) -> int:
        """Of those under way, how many wait in a replica's queue."""
        return self._link.tally.waiting

    @property
    def served(self) -> Counter[str]:
        """Replies by the seat that ended them."""
        return self._link.tally.served

    @property
    def lost_replicas(self) -> int:
        """Replies that went on at another replica, counted each time."""
        return self._link.tally.lost.total()

    @property
    def cluster(self) -> ClusterNow:
        """For the owner."""
        link = self._link
        return ClusterNow(link.state.replicas if link.heard else 0, link.state.wanted, link.tally.states())

    @property
    def slots(self) -> int | None:
        slots = self._link.plan.slots
        return slots * max(self._link.state.replicas, 1) if slots else None

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See `ChatRuntime.stream`."""
        if request.adapter is not None:
            raise BadInput("A model server takes no adapters from this studio.")
        key, loop = key_of(request), asyncio.get_running_loop()
        said, written, lost, progress = "", 0, 0, loop.time()
        self._running += 1
        try:
            while True:
                try:
                    begun = written
                    going_on = _going_on(request, said, begun)
                    async with aclosing(self._once(going_on, key, lost)) as deltas:
                        async for delta in deltas:
                            if delta.text and not request.grammar:
                                said += delta.text
                                written += 1  # runtimes send a token at a time
                                lost, progress = 0, loop.time()
                            yield _whole(delta, begun)
                    return
                except Lost as failure:
                    lost += 1
                    log.warning("a reply lost its replica (%s)", failure)
                    if lost > MOST_LOST or loop.time() - progress > GIVE_UP_SECONDS:
                        raise ModelFailed("The cluster does not answer.") from None
                    await asyncio.sleep(min(FIRST_PAUSE * 2.0 ** (lost - 1), LONGEST_PAUSE))
        finally:
            self._running -= 1

    async def _once(self, request: ChatRequest, key: str, attempt: int) -> AsyncGenerator[Delta, None]:
        """One replica's deltas. Raises Lost when it goes before its end."""
        held: list[str] = []
        with self._link.tally.part() as part:
            async with aclosing(self._answered(request, key, attempt)) as lines:
                async for line in lines:
                    part.by = line.by or part.by
                    delta = line.delta
                    if delta is None:
                        continue
                    part.waits = delta.waiting is not None
                    if request.grammar and delta.text:
                        held.append(delta.text)
                        delta = replace(delta, text="")
                    if delta.usage is not None:
                        self._count(delta.usage)
                    if delta.finish:
                        self._link.tally.ended(part)
                        yield replace(delta, text="".join(held) + delta.text)
                    elif delta.text or delta.waiting is not None or delta.served:
                        yield delta
            if not part.ended:
                raise Lost("no end")

    def _tagged(self, key: str, attempt: int) -> dict[str, str]:
        now = asyncio.get_running_loop().time()
        self._lost = {seat: until for seat, until in self._lost.items() if until > now}
        return {"x-session-id": str(Tag(key, attempt, tuple(self._lost)))}

    def _avoid(self, seat: str) -> None:
        if seat:
            self._lost[seat] = asyncio.get_running_loop().time() + AVOID_SECONDS

    async def _answered(
        self, request: ChatRequest, key: str, attempt: int
    ) -> AsyncGenerator[protocol.Line, None]:
        """What one replica says to a request, whichever kind it is."""
        if self._vllm is None:
            body = protocol.document(request)
            async with aclosing(self._lines("chat", body, key, attempt)) as lines:
                async for line in lines:
                    yield line
            return
        door = self._next_door()
        async with aclosing(self._vllm.deltas(door, request)) as deltas:
            async for delta in deltas:
                yield protocol.Line(delta, door)

    async def _lines(
        self, path: str, body: bytes, key: str, attempt: int = 0
    ) -> AsyncGenerator[protocol.Line, None]:
        """An answer's lines, checked. Raises Lost, and what the replica tells."""
        by, ended = "", False
        try:
            async with self._client.stream(
                "POST",
                f"{self._next_door()}/{path}",
                content=body,
                headers=self._tagged(key, attempt),
                timeout=_patience(attempt),
            ) as response:
                _check(response.status_code)
                rest = b""
                async for part in response.aiter_raw():
                    *whole, rest = (rest + part).split(b"\n")
                    if len(rest) > protocol.MOST_LINE:
                        raise Lost("a line without an end")
                    for raw in whole:
                        line = protocol.read_line(raw)
                        by = line.by or by
                        ended = ended or (line.delta is not None and line.delta.finish is not None)
                        yield line
            if not ended:
                raise Lost("no end")
            self._lost.pop(by, None)
        except Lost:
            self._avoid(by)
            raise
        except httpx.HTTPError as error:
            self._avoid(by)
            raise Lost(type(error).__name__) from None

    async def _ask(self, method: str, path: str, said: Any, key: str) -> Any:
        """One short question. Raises ModelFailed when nobody answers."""
        for attempt in range(MOST_LOST):
            try:
                response = await self._client.request(
                    method,
                    f"{self._next_door()}/{path}",
                    content=json.dumps(said).encode() if said is not None else None,
                    headers=self._tagged(key, attempt),
                    timeout=_patience(attempt),
                )
                _check(response.status_code)
                return response.json()
            except (httpx.HTTPError, Lost, ValueError) as error:
                log.info("the cluster: %s", type(error).__name__)
                await asyncio.sleep(min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE))
        raise ModelFailed("The cluster does not answer.")

    def _next_door(self) -> str:
        """Where to ask: another machine's door each time. Raises Lost when there is none."""
        doors = self._link.state.doors
        if not doors:
            raise Lost("no door")
        self._door += 1
        return doors[self._door % len(doors)]

    def _count(self, usage: Usage) -> None:
        was = self._used
        self._used = Usage(
            was.prompt_tokens + usage.prompt_tokens,
            was.completion_tokens + usage.completion_tokens,
            was.cached_tokens + usage.cached_tokens,
        )

    async def count_tokens(self, text: str) -> int:
        """Tokens of `text`, as a replica counts them. Raises ModelFailed."""
        if not text or self._vllm is not None:
            return estimate_tokens(text)
        known = self._tokens.get(text)
        if known is None:
            said = await self._ask("POST", "count", {"texts": [text]}, "count")
            try:
                known = int(said["counts"][0])
            except (KeyError, IndexError, TypeError, ValueError):
                raise ModelFailed("The cluster does not answer.") from None
            if len(self._tokens) > 4096:
                self._tokens.clear()
            if len(text) < 20_000:
                self._tokens[text] = known
        return known

    async def keep(self, name: str, beginning: Sequence[Message], adapter: str | None = None) -> None:
        """See `Keeping.keep`: at the replica that will serve the character. It has no adapters."""
        if adapter is not None:
            raise BadInput("A model server takes no adapters from this studio.")
        if self._vllm is not None:
            return  # it keeps what it computed by itself, as long as there is room
        request = ChatRequest(list(beginning), beginning=len(beginning), keep=name, background=True)
        try:
            async with aclosing(self._lines("keep", protocol.document(request), key_of(request))) as lines:
                async for _ in lines:
                    pass
        except Lost as failure:
            raise ModelFailed("The cluster does not answer.") from failure

    async def forget(self, name: str) -> None:
        """See `Keeping.forget`: on every machine."""
        await self._link.forget(name)

    async def counts(self) -> Counts:
        """What this studio saw of the cluster; what its replicas keep is not known here."""
        used = self._used
        return Counts(
            slots=self.slots or 0,
            busy=self._running - self.waiting,
            waiting=self.waiting,
            refused=0,
            prompt_tokens=used.prompt_tokens,
            cached_tokens=used.cached_tokens,
            completion_tokens=used.completion_tokens,
            restored=0,
            built=0,
            rejected=0,
            evicted=0,
            kept=0,
            kept_bytes=0,
        )

    async def close(self) -> None:
        if self._vllm is not None:
            await self._vllm.close()
        await self._client.aclose()


def _going_on(request: ChatRequest, said: str, written: int) -> ChatRequest:
    """The request with what was said already as the beginning of the reply: `written` tokens of it."""
    if not said:
        return request
    messages = [*request.messages, Message("assistant", said)]
    return replace(request, messages=messages, max_tokens=max(request.max_tokens - written, 1))


def _whole(delta: Delta, begun: int) -> Delta:
    """The delta with the usage of the whole reply, of which `begun` tokens were written elsewhere."""
    if not begun or delta.usage is None:
        return delta
    prompt = max(delta.usage.prompt_tokens - begun, 0)
    used = Usage(prompt, delta.usage.completion_tokens + begun, min(delta.usage.cached_tokens, prompt))
    return replace(delta, usage=used)


def _patience(attempt: int) -> httpx.Timeout:
    longer = 3.0 ** min(attempt, 3)
    return httpx.Timeout(SILENT_SECONDS * longer, connect=CONNECT_SECONDS * longer, pool=None)


def _check(status: int) -> None:
    """Raises what a status that is no answer means."""
    if status == 200:
        return
    if status == 413:
        raise TooLarge("The model server says that this conversation is too long.")
    if status == 429:
        raise Busy("The model server is busy. Please try again in a moment.", retry_after=10)
    if status == 401:
        raise ModelFailed("The model server refused the key.")
    if status == 400:
        raise ModelFailed("The model server did not accept the request ({status}).", status=status)
    raise Lost(f"status {status}")
