"""Functions in a child process with limits: where strangers' files are read.

The child is a fresh interpreter with an almost empty environment, no more memory and processor time than it
was given, no core file, no way to make files larger than what it was given to hold in memory, and a lower
priority than the studio. What it sends back is JSON and bytes, never unpickled: a child taken over by a file
can lie, but not reach the studio.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import os
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any

from . import errors

_log = logging.getLogger("madang.child")
_FOLDER = str(Path(__file__).resolve().parents[2])
MOST_ANSWER = 512 << 20
"""Bytes of an answer that are read at all."""


async def run(
    function_path: str,
    argument: Any,
    *,
    seconds: float = 30.0,
    memory_mb: int = 1024,
    niceness: int = 10,
) -> Any:
    """Call `module:function(argument)` in a child and give what it returns.

    `argument` and the answer are made of dict (with str keys), list, str, int, float, bool, None and bytes.
    `seconds` bounds the processor time and (doubled, for a busy machine) the clock. A MadangError raised in
    the child is raised here; a crash or nonsense becomes Unreadable, a limit that was passed TooLarge.
    Cancelling kills the child.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # no PYTHON… variables, no user site, not the current folder
        "-X",
        "utf8",
        "-c",
        f"import sys; sys.path.insert(0, {_FOLDER!r}); from madang.kernel.child import _main; _main()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
        close_fds=True,
    )
    order = {"function": function_path, "seconds": seconds, "memory_mb": memory_mb, "niceness": niceness}
    try:
        async with asyncio.timeout(2 * seconds + 5):
            answer = await _talk(process, pack(order) + pack(argument))
            code = await process.wait()
    except TimeoutError:
        raise _too_long() from None
    finally:
        _kill(process)
        await process.wait()
    return _answer(answer, code)


async def _talk(process: asyncio.subprocess.Process, message: bytes) -> bytes:
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None and stdout is not None  # noqa: S101 both are pipes

    async def send() -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stdin.write(message)
            await stdin.drain()
            stdin.close()

    sending = asyncio.create_task(send())
    try:
        parts, size = [], 0
        while part := await stdout.read(1 << 20):
            size += len(part)
            if size > MOST_ANSWER:
                raise errors.TooLarge("This file unpacks to more than can be read.")
            parts.append(part)
        return b"".join(parts)
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending


def _answer(data: bytes, code: int) -> Any:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _too_long()
    if code == -signal.SIGXFSZ:
        raise errors.TooLarge("This file unpacks to more than can be read.")
    broken = errors.Unreadable("This file cannot be read: it broke the program that tried.")
    if code != 0:
        raise broken
    try:
        answer = unpack(data)
        if "value" in answer:
            return answer["value"]
        if "crash" in answer:
            _log.warning("a child failed: %s", str(answer["crash"])[:4000])
        error = answer["error"]
        kinds = {kind.code: kind for kind in errors.MadangError.__subclasses__()}
        raised = kinds[error["code"]](str(error["sentence"]), **error["params"])
    except Exception:  # noqa: BLE001 whatever a child that was taken over may send
        raise broken from None
    raise raised


def _too_long() -> errors.TooLarge:
    return errors.TooLarge("This file takes too long to read.")


def _kill(process: asyncio.subprocess.Process) -> None:
    # the whole session: also what the child started
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


# -- the child's side


def _main() -> None:
    """Read an order and an argument from stdin, answer on stdout. Only ever run as a child of `run`."""
    source = sys.stdin.buffer
    # a print in a reader must not end up in the answer
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    order = unpack(_frame(source))
    _limit(order["seconds"], order["memory_mb"], order["niceness"])
    try:
        argument = unpack(_frame(source))
        answer = {"value": _function(order["function"])(argument)}
        message = pack(answer)
    except errors.MadangError as error:
        message = pack({"error": _plain(error)})
    except (MemoryError, RecursionError):
        message = pack({"error": _plain(errors.TooLarge("This file needs more memory than it may have."))})
    except Exception:  # noqa: BLE001 a reader broken by a file; the parent logs it
        message = pack({"crash": traceback.format_exc(limit=-8)[-4000:]})
    target.write(message[4:])
    target.flush()
    os._exit(0)  # nothing of a reader's own goes on after its answer


def _limit(seconds: float, memory_mb: int, niceness: int) -> None:
    import resource

    def lower(kind: int, soft: int, hard: int) -> None:
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(kind, (soft, hard))

    lower(resource.RLIMIT_CORE, 0, 0)
    lower(resource.RLIMIT_CPU, max(1, int(seconds)), max(1, int(seconds)) + 1)
    lower(resource.RLIMIT_FSIZE, memory_mb << 20, memory_mb << 20)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses to limit address space
        lower(resource.RLIMIT_AS, memory_mb << 20, memory_mb << 20)
    with contextlib.suppress(OSError):
        os.nice(niceness)


def _function(path: str) -> Any:
    import importlib

    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _plain(error: errors.MadangError) -> dict[str, Any]:
    kept = (str, int, float, bool, type(None))
    params = {name: value if isinstance(value, kept) else str(value) for name, value in error.params.items()}
    return {"code": error.code, "sentence": error.sentence, "params": params}


# -- the frame: a length, then JSON in which bytes are base64


def pack(value: Any) -> bytes:
    """A value of plain data as a frame: four bytes of length (big-endian) and UTF-8 JSON. Raises
    TypeError."""
    data = json.dumps(_dress(value), ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    return struct.pack(">I", len(data)) + data


def unpack(data: bytes) -> Any:
    """What was packed, without the length."""
    return _undress(json.loads(data.decode("utf-8", "surrogatepass")))


def _frame(source: Any) -> bytes:
    (length,) = struct.unpack(">I", source.read(4))
    data: bytes = source.read(length)
    return data


def _dress(value: Any) -> Any:
    # {"d": …} is a dict and {"b": …} bytes, so no key of a dict can be mistaken for a mark
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {"d": {key: _dress(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return [_dress(item) for item in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    raise TypeError(f"{type(value).__name__} is not plain data")


def _undress(value: Any) -> Any:
    if isinstance(value, dict):
        if "b" in value:
            return base64.b64decode(value["b"])
        return {str(key): _undress(item) for key, item in value["d"].items()}
    if isinstance(value, list):
        return [_undress(item) for item in value]
    return value
