"""Durable jobs: steps are done once, errors keep their sentence, the next process finishes a killed one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from madang.kernel.errors import NotFound, Unreadable
from madang.kernel.settings import Settings
from madang.storage.jobs import JobContext, Jobs


async def _value(value: Any) -> Any:
    return value


async def test_steps_progress_and_result(settings: Settings) -> None:
    async def add(context: JobContext, argument: dict[str, Any]) -> dict[str, Any]:
        one = await context.step("one", lambda: _value([argument["n"], {"한": None}]))
        await context.progress(1, 2)
        return {"seen": one}

    async with Jobs(settings) as jobs:
        jobs.register("add", add)
        job = await jobs.start("add", "a", {"n": 1})
        status = await jobs.wait(job, 10)
        assert (status.state, status.done, status.total) == ("done", 1, 2)
        assert status.result == {"seen": [1, {"한": None}]}
        with pytest.raises(NotFound):
            await jobs.status("add:other")
        with pytest.raises(ValueError, match="no job named"):
            await jobs.start("other", "a", {})


async def test_one_key_is_one_job_until_it_fails(settings: Settings) -> None:
    runs: list[str] = []

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        runs.append(argument["key"])
        if argument.get("fail") and runs.count(argument["key"]) == 1:
            raise Unreadable("The file {name} is empty.", name="a.txt")

    async with Jobs(settings) as jobs:
        jobs.register("work", work)
        started = await asyncio.gather(*(jobs.start("work", "k", {"key": "k"}) for _ in range(5)))
        assert set(started) == {"work:k"}
        await jobs.wait("work:k", 10)
        await jobs.start("work", "k", {"key": "k"})
        assert (await jobs.status("work:k")).state == "done"

        job = await jobs.start("work", "f", {"key": "f", "fail": True})
        status = await jobs.wait(job, 10)
        assert status.state == "failed"
        assert isinstance(status.error, Unreadable)
        assert (status.error.sentence, status.error.params) == (
            "The file {name} is empty.",
            {"name": "a.txt"},
        )
        await jobs.start("work", "f", {"key": "f", "fail": True})
        assert (await jobs.wait(job, 10)).state == "done"
    assert runs == ["k", "f", "f"]


async def test_a_step_raises_its_error_and_a_bug_is_not_shown(settings: Settings) -> None:
    async def fails() -> None:
        raise Unreadable("No {x}.", x=1)

    async def caught(context: JobContext, argument: dict[str, Any]) -> dict[str, Any]:
        try:
            await context.step("fails", fails)
        except Unreadable as error:
            return {"said": str(error)}
        return {}

    async def bug(context: JobContext, argument: dict[str, Any]) -> None:
        raise ZeroDivisionError("secret detail")

    async with Jobs(settings) as jobs:
        jobs.register("caught", caught)
        jobs.register("bug", bug)
        assert (await jobs.wait(await jobs.start("caught", "1", {}), 10)).result == {"said": "No 1."}
        status = await jobs.wait(await jobs.start("bug", "1", {}), 10)
        assert status.state == "failed"
        assert "secret" not in str(status.error)


async def test_no_more_at_once_than_told(settings: Settings) -> None:
    running, most = 0, 0

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.1)
        running -= 1

    async with Jobs(settings, concurrency=2) as jobs:
        jobs.register("work", work)
        ids = [await jobs.start("work", str(n), {}) for n in range(6)]
        for job in ids:
            assert (await jobs.wait(job, 20)).state == "done"
    assert most == 2


async def test_closing_stops_a_job_and_opening_resumes_it(settings: Settings) -> None:
    steps: list[str] = []
    hold = asyncio.Event()

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        async def step(name: str) -> None:
            steps.append(name)

        await context.step("first", lambda: step("first"))
        await hold.wait()
        await context.step("second", lambda: step("second"))

    threads = set(threading.enumerate())
    async with Jobs(settings) as jobs:
        jobs.register("work", work)
        job = await jobs.start("work", "k", {})
        while not steps:
            await asyncio.sleep(0.02)
    left = {thread.name for thread in set(threading.enumerate()) - threads}
    assert {name for name in left if not name.startswith("asyncio")} == set()
    hold.set()
    async with Jobs(settings) as jobs:
        jobs.register("work", work)
        assert (await jobs.wait(job, 15)).state == "done"
    assert steps == ["first", "second"]


async def test_the_second_opener_only_enqueues_and_takes_over(settings: Settings) -> None:
    ran: list[str] = []

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        ran.append(argument["by"])

    first, second = Jobs(settings), Jobs(settings)
    for jobs in (first, second):
        jobs.register("work", work)
        await jobs.open()
    assert (first.runs, second.runs) == (True, False)
    job = await second.start("work", "1", {"by": "second"})
    assert (await second.wait(job, 10)).state == "done"
    await first.close()
    job = await second.start("work", "2", {"by": "second"})
    assert (await second.wait(job, 15)).state == "done"
    assert second.runs
    await second.close()
    assert len(ran) == 2


async def test_nothing_is_printed(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        await context.step("s", lambda: _value(1))

    async with Jobs(settings) as jobs:
        jobs.register("work", work)
        await jobs.wait(await jobs.start("work", "1", {}), 10)
    assert capfd.readouterr() == ("", "")


PROGRAM = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from madang.kernel.settings import Settings
    from madang.storage.jobs import Jobs

    data, mode = Path(sys.argv[1]), sys.argv[2]

    async def work(context, argument):
        for number in range(6):
            async def step(number=number):
                with (data / "done").open("a") as file:
                    file.write(f"{number}\\n")
                return number
            assert await context.step(f"step {number}", step) == number
            await context.progress(number + 1, 6)
            if number == 2 and mode == "die":
                print("half", flush=True)
                await asyncio.sleep(60)
        return {"all": 6}

    async def main():
        jobs = Jobs(Settings(data=data))
        jobs.register("work", work)
        await jobs.open()
        job = await jobs.start("work", "k", {})
        status = await jobs.wait(job, 30)
        print(status.state, status.done, status.result, flush=True)
        await jobs.close()

    asyncio.run(main())
""")


@pytest.mark.slow
def test_kill_9_and_another_process_finishes(settings: Settings, tmp_path: Path) -> None:
    settings.data.mkdir()
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program), str(settings.data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MADANG_")}
    with subprocess.Popen([*command, "die"], stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "half\n"
        first.send_signal(signal.SIGKILL)
    began = time.monotonic()
    second = subprocess.run(
        [*command, "live"], capture_output=True, text=True, timeout=60, env=environment, check=True
    )
    assert second.stdout == "done 6 {'all': 6}\n"
    assert (settings.data / "done").read_text().split() == list("012345")
    assert time.monotonic() - began < 30
