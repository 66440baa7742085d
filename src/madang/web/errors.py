"""A refusal or a failure becomes one clear sentence: a page for a person, JSON for a program, no details."""

from __future__ import annotations

import logging
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madang.kernel.errors import Busy, MadangError
from madang.web import context
from madang.web.localise import translate
from madang.web.view import View

log = logging.getLogger("madang.web")

_SENTENCES = {
    404: "There is nothing here.",
    405: "This cannot be done here.",
    413: "This is too large.",
}
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def respond(request: Request, status: int, code: str, sentence: str, **params: object) -> Response:
    """The answer for an error: `sentence` is an English msgid with `{named}` params."""
    said = translate(context.language_of(request), sentence, **params)
    if context.wants_json(request):
        error: dict[str, Any] = {"code": code, "message": said}
        if request.url.path.startswith("/v1/"):  # the OpenAI API's shape
            kind = _OPENAI_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
            error |= {"type": kind, "param": None}
        return JSONResponse({"error": error}, status)
    view: View = request.app.state.view
    if request.headers.get("hx-request"):
        return view.page(request, "web/error_part.html", status=status, said=said)
    return view.page(request, "web/error.html", status=status, code=code, said=said)


async def _madang_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MadangError)  # noqa: S101 - Starlette's handler type is wider
    response = respond(request, error.status, error.code, error.sentence, **error.params)
    if isinstance(error, Busy):
        response.headers["retry-after"] = str(error.retry_after)
    return response


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = _SENTENCES.get(error.status_code, "This request could not be understood.")
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(
        error.status_code, "bad_request"
    )
    response = respond(request, error.status_code, code, sentence)
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0] if error.errors() else {}
    where = ".".join(str(part) for part in first.get("loc", ())[1:])
    if not where:
        return respond(request, 422, "bad_input", "This request could not be understood.")
    return respond(request, 422, "bad_input", "The field {field} is missing or wrong.", field=where)


class UnhandledMiddleware:
    """Turns an unexpected exception into a 500 page, inside the security headers; the log has the details."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            # no name here has a NUL, and PostgreSQL refuses to be asked for one
            await respond(Request(scope), 404, "not_found", _SENTENCES[404])(scope, receive, send)
            return
        try:
            await self.app(scope, receive, watch)
        except Exception:
            log.exception("unexpected error at %s %s", scope["method"], scope["path"])
            if started:
                raise
            sentence = "Something went wrong here. It has been written to the log."
            await respond(Request(scope), 500, "internal", sentence)(scope, receive, send)


def install(app: Starlette) -> None:
    app.add_exception_handler(MadangError, _madang_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
