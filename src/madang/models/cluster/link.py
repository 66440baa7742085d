"""The studio's end of the control process: starts it, hears where the cluster answers, starts it again."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from madang.kernel.errors import MadangError, ModelFailed
from madang.kernel.lazy import lazy
from madang.kernel.meters import Meters
from madang.models.cluster.address import refused, unreachable
from madang.models.cluster.plan import Plan
from madang.models.cluster.tally import Tally

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

log = logging.getLogger(__name__)

FIRST_SECONDS = 180.0
"""A cluster may take so long to its first replica: weights are fetched and loaded."""
CONNECT_SECONDS = 90.0
"""Of that, to a cluster that knows this studio: Ray starts a process for it, and may have to try twice."""
LONGEST_PAUSE = 30.0
LOOK_SECONDS = 5.0
"""A door that does not answer in this time is none."""
LEAVE_SECONDS = 10.0
MOST_LINE = 1 << 20
READY = "RUNNING"


@dataclass(frozen=True, slots=True)
class ClusterState:
    """How a cluster is, as its control process told last."""

    state: str = ""
    doors: tuple[str, ...] = ()
    """Addresses where it answers, one a machine."""
    replicas: int = 0
    wanted: int = 0
    kind: str = "llama"
    why: str = ""

    @property
    def answers(self) -> bool:
        return bool(self.doors) and self.replicas > 0


class Link:
    """Belongs to one event loop. `command` is what is run; tests give another."""

    def __init__(
        self,
        address: str,
        plan: Plan,
        command: tuple[str, ...] | None = None,
        *,
        meters: Meters | None = None,
    ) -> None:
        self.address = address
        self.plan = plan
        self.tally = Tally(f"cluster {address}", meters)
        self.state = ClusterState()
        self.heard = False
        """Whether `state` is what the cluster says; else what it said before the connection was lost."""
        self._command = command or (sys.executable, "-m", "madang.models.cluster.control")
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._failed: MadangError | None = None
        self._connected = False
        self._orders: list[dict[str, Any]] = []

    async def ready(self, seconds: float = FIRST_SECONDS) -> ClusterState:
        """The state once the cluster answers. Raises ModelFailed when it does not."""
        if self._keeping is None or self._keeping.done():
            self._failed = None
            self._keeping = asyncio.create_task(self._keep(), name="look after the cluster")
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self.state.answers:
            if self._failed is not None:
                raise self._failed
            waited = loop.time() - began
            left = (seconds if self._connected else min(seconds, CONNECT_SECONDS)) - waited
            if left <= 0:
                raise unreachable(self.address)
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()
        return self.state

    async def answers(self) -> bool:
        """Whether a model answers there at this moment: what the control process told last may be old, for it
        went with the machine that it was connected to."""
        page = "v1/models" if self.state.kind == "vllm" else "card"
        headers = {"authorization": f"Bearer {self.plan.key}"}
        async with httpx.AsyncClient(headers=headers, timeout=LOOK_SECONDS, trust_env=False) as client:
            for door in self.state.doors:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{door}/{page}")).status_code == 200:
                        return True
        return False

    async def forget(self, name: str) -> None:
        """Every machine deletes what it keeps of a character, at once or when the cluster is back."""
        self._orders.append({"forget": name})
        await self._send_orders()

    async def close(self) -> None:
        """Ends the control process. What is on the cluster stays there; a local cluster ends."""
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self) -> None:
        """Runs the process, again and again."""
        pause = 1.0
        while True:
            self._connected = False
            await self._run()
            if self._connected:
                pause = 1.0
            else:
                self.heard = False
            log.warning("the connection to the cluster ended: again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run(self) -> None:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MOST_LINE,
            start_new_session=True,  # Ctrl-C is for the studio, which ends this one in order
        )
        assert process.stdin and process.stdout  # noqa: S101
        try:
            begun = {"address": self.address, "plan": dataclasses.asdict(self.plan)}
            process.stdin.write(json.dumps(begun).encode() + b"\n")
            await process.stdin.drain()
            await self._send_orders()
            while line := await process.stdout.readline():
                self._hear(line)
        except (OSError, ValueError) as error:
            log.warning("the control process of the cluster: %s", type(error).__name__)
        finally:
            await _ended(process)

    def _hear(self, line: bytes) -> None:
        try:
            said = json.loads(line)
            if "error" in said:
                log.warning("the cluster: %s %s", said["error"], said.get("text", ""))
                self._failed = refused(self.address, f"{said['error']} {said.get('text', '')}")
                return
            self._connected, self._failed = True, None
            if "doors" in said:
                replicas = said["replicas"]
                self.heard = True
                self.state = ClusterState(
                    said["state"],
                    tuple(map(str, said["doors"])),
                    int(replicas.get("RUNNING", 0)),
                    int(said["wanted"]),
                    str(said["kind"]),
                    str(said["why"]),
                )
                if said["state"] == "DEPLOY_FAILED":
                    self._failed = ModelFailed(
                        "The cluster could not load the model “{name}”.", name=self.plan.model
                    )
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("the control process of the cluster said something that is none")
        finally:
            self._changed.set()

    async def _send_orders(self) -> None:
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            return
        orders, self._orders = self._orders, []
        try:
            for order in orders:
                process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()
        except OSError:
            self._orders = [*orders, *self._orders]


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Ends it: by the end of its input; while it still connects, by a signal at which Ray takes what it began
    on this machine along; and if it hangs, at once."""
    if process.stdin is not None:
        process.stdin.close()
    for harder in (process.terminate, process.kill):
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await process.wait()
                return
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                harder()
    await process.wait()
