"""Errors in the shape that OpenAI's clients understand, and the route that turns every error into it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message

from madang.channels.openai.shapes import ErrorBody, ErrorDetail
from madang.kernel.errors import BadInput, Busy, Forbidden, MadangError, NotFound, SignInNeeded, TooLarge

log = logging.getLogger("madang.channels.openai")

BODY_BYTES = 4 * 2**20
"""Largest request: many times the context of any model."""


class WrongField(BadInput):
    """A field that is missing, has the wrong type or a value that is not served. `param` is its path."""

    def __init__(self, sentence: str, param: str, code: str | None = None, **params: object) -> None:
        self.param = param
        self.api_code = code
        super().__init__(sentence, param=param, **params)


class ModelNotFound(NotFound):
    """No published character, and no embedding model, has this name."""


class NotJson(BadInput):
    """A body of another kind. Refused, so that a form on a foreign page cannot reach the API."""

    status = 415


def detail(error: Exception) -> tuple[int, ErrorDetail]:
    """Status and the shape for an error. What is not meant for a person becomes one plain sentence."""
    if isinstance(error, WrongField):
        return error.status, _refused(str(error), param=error.param, code=error.api_code)
    if isinstance(error, ModelNotFound):
        return 404, _refused(str(error), param="model", code="model_not_found")
    if isinstance(error, SignInNeeded):
        return 401, _refused(str(error), code="invalid_api_key")
    if isinstance(error, Forbidden):
        return 403, ErrorDetail(message=str(error), type="permission_error", code="forbidden")
    if isinstance(error, TooLarge):
        return 413, _refused(str(error), code="request_too_large")
    if isinstance(error, Busy):
        return 429, ErrorDetail(message=str(error), type="rate_limit_error", code="rate_limit_exceeded")
    if isinstance(error, MadangError):
        kind = "server_error" if error.status >= 500 else "invalid_request_error"
        return error.status, ErrorDetail(message=str(error), type=kind, code=error.code)
    if isinstance(error, RequestValidationError):
        return 400, _invalid(error)
    if isinstance(error, HTTPException):
        return error.status_code, _refused(str(error.detail))
    log.error("unexpected error in /v1", exc_info=error)
    return 500, ErrorDetail(
        message="Something went wrong in the studio.", type="server_error", code="internal"
    )


def response(error: Exception) -> JSONResponse:
    """The whole answer for an error, with Retry-After where waiting helps."""
    status, shape = detail(error)
    headers = {}
    if isinstance(error, Busy):
        headers["retry-after"] = str(error.retry_after)
    elif isinstance(error, HTTPException) and error.headers:
        headers.update(error.headers)
    return JSONResponse(ErrorBody(error=shape).model_dump(), status, headers)


def context_exceeded(error: TooLarge) -> WrongField:
    """A question that no dropping of older messages makes small enough, as OpenAI names it."""
    return WrongField(
        error.sentence,
        "messages",
        "context_length_exceeded",
        **{k: v for k, v in error.params.items() if k != "param"},
    )


class OpenAIRoute(APIRoute):
    """A route whose every error has OpenAI's shape, and which takes JSON from no other site."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                guard(request)
                return await inner(_capped(request))
            except ClientDisconnect:
                raise
            except HTTPException as error:
                # the framework wraps what our receive() raised while it read the body
                cause = error.__cause__
                return response(cause if isinstance(cause, MadangError) else error)
            except Exception as error:  # noqa: BLE001 the last door before the client; detail() logs what is unknown
                return response(error)

        return handle


def guard(request: Request) -> None:
    """Refuse what a foreign page in somebody's browser could send. Raises Forbidden, NotJson or TooLarge."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise Forbidden("The API does not answer pages of other sites.")
    if request.method in ("GET", "HEAD"):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("Please send JSON with the content type application/json.")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > BODY_BYTES:
        raise TooLarge("The request is larger than {limit} MB.", limit=BODY_BYTES // 2**20)


def _capped(request: Request) -> Request:
    """The same request; its body raises TooLarge past the limit, since chunks come without a length."""
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b"")) if message["type"] == "http.request" else 0
        if seen > BODY_BYTES:
            raise TooLarge("The request is larger than {limit} MB.", limit=BODY_BYTES // 2**20)
        return message

    return Request(request.scope, receive)


def _invalid(error: RequestValidationError) -> ErrorDetail:
    """One sentence about the first thing that is wrong, with the field's path (`messages[0].content`)."""
    # of the alternatives of a field (text, or parts) the one that was understood furthest was meant
    first = max(error.errors(), key=lambda item: len(_path(item["loc"])))
    if first["type"] == "json_invalid":
        return _refused("The body is not valid JSON.")
    param = _path(first["loc"])
    if first["type"] == "missing":
        if not param:
            return _refused("The body is missing.")
        return _refused(f"The field {param} is missing.", param=param, code="missing_required_parameter")
    message = (
        f"The field {param} is not valid: {first['msg']}."
        if param
        else f"The body is not valid: {first['msg']}."
    )
    return _refused(message, param=param or None, code="invalid_value")


def _path(location: tuple[int | str, ...]) -> str:
    """A field as a person writes it; the names of alternatives that pydantic puts in between are left out."""
    path = ""
    for part in location[1:]:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier() and part not in ("str", "constrained", "TextPart"):
            path += f".{part}" if path else part
    return path


def _refused(message: str, *, param: str | None = None, code: str | None = None) -> ErrorDetail:
    return ErrorDetail(message=message, type="invalid_request_error", param=param, code=code)
