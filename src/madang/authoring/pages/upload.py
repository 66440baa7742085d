"""Bodies of requests, cut off while they stream in: a limit that is checked afterwards is no limit."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from madang.kernel.errors import BadInput, TooLarge
from madang.kernel.paths import safe_name

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
MEGABYTE = 2**20
MOST_FILES = 50
SLACK = MEGABYTE
"""What a form may hold beside its file."""


async def form(request: Request, megabytes: int, *, files: int = 1, fields: int = 40) -> FormData:
    """The form of a request. Raises TooLarge as soon as more than the limit has arrived."""
    limited = Request(request.scope, _limited(request, megabytes))
    return await limited.form(max_files=files, max_fields=fields, max_part_size=2 * MEGABYTE)


async def body(request: Request, megabytes: int) -> bytes:
    """The whole body. Raises TooLarge like `form`."""
    return await Request(request.scope, _limited(request, megabytes)).body()


async def document(request: Request, megabytes: int) -> dict[str, Any]:
    """The body as a JSON object. Raises BadInput or TooLarge."""
    try:
        value = json.loads(await body(request, megabytes))
    except (ValueError, RecursionError) as error:
        raise BadInput("This is not JSON.") from error
    if not isinstance(value, dict):
        raise BadInput("This has to be a JSON object.")
    return value


async def files_of(found: FormData, name: str = "file") -> list[tuple[str, bytes]]:
    """Safe names and the bytes of all uploaded files. Raises BadInput when none was chosen."""
    files = [value for value in found.getlist(name) if isinstance(value, UploadFile) and value.filename]
    if not files:
        raise BadInput("Choose a file first.")
    return [(safe_name(value.filename or ""), await value.read()) for value in files]


async def file_of(found: FormData, name: str = "file") -> tuple[str, bytes]:
    """A safe name and the bytes of an uploaded file. Raises BadInput when none was chosen."""
    value = found.get(name)
    if not isinstance(value, UploadFile) or not value.filename:
        raise BadInput("Choose a file first.")
    return safe_name(value.filename), await value.read()


def text_of(found: FormData, name: str) -> str:
    """A text field, stripped of carriage returns; empty when it is missing or a file."""
    value = found.get(name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def texts_of(found: FormData, name: str) -> list[str]:
    return [value.replace("\r\n", "\n") for value in found.getlist(name) if isinstance(value, str)]


def _limited(request: Request, megabytes: int) -> Receive:
    limit = megabytes * MEGABYTE + SLACK
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > limit:
        raise TooLarge("This file is larger than {limit} MB.", limit=megabytes)
    arrived = 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal arrived
        message = await request.receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise TooLarge("This file is larger than {limit} MB.", limit=megabytes)
        return message

    return receive
