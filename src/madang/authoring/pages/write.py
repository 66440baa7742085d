"""Help me write, as server-sent events: what comes is shown beside the field, never put in unasked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import get_args

from fastapi import APIRouter, Request, Response

from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.types import Start, What, Written
from madang.kernel.errors import BadInput
from madang.web import sse
from madang.web.context import language_of, maker_of
from madang.web.localise import translate


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.post("/edit/{slug}/write")
    async def write(request: Request, slug: str) -> Response:
        """Fields `what`, `start` and `sentence`. Events: `note` {text}, `begun`, `words` {text}, `suggestion`
        {text, lines, by}, `refused` {text}, `end`."""
        identity = maker_of(request)
        await authoring.own(identity, slug)
        found = await upload.form(request, 1, files=0)
        what, start = _what(upload.text_of(found, "what")), _start(upload.text_of(found, "start"))
        sentence = upload.text_of(found, "sentence")
        events = authoring.writing.suggest(identity, slug, what, start=start, sentence=sentence)
        try:
            first = await anext(events, None)  # what is refused before has a status of its own
        except BaseException:
            await events.aclose()
            raise
        return sse.stream(request, _items(first, events, language_of(request)))

    return routes


async def _items(
    first: Written | None, events: AsyncGenerator[Written, None], language: str
) -> AsyncIterator[sse.Item]:
    try:
        event = first
        while event is not None:
            yield _item(event, language)
            event = await anext(events, None)
        yield "end", {}
    finally:
        await events.aclose()


def _item(event: Written, language: str) -> sse.Item:
    if event.suggestion is not None:
        return "suggestion", event.suggestion
    said = translate(language, event.sentence, **event.params) if event.sentence else event.text
    return event.kind, {"text": said}


def _what(text: str) -> What:
    for what in get_args(What):
        if what == text:
            return what  # type: ignore[no-any-return]
    raise BadInput("The field {field} is missing or wrong.", field="what")


def _start(text: str) -> Start:
    for start in get_args(Start):
        if start == text:
            return start  # type: ignore[no-any-return]
    raise BadInput("The field {field} is missing or wrong.", field="start")
