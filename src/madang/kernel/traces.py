"""Traces of a turn for OpenTelemetry: off unless the owner names where they go, and then nothing is loaded.

A trace has names, numbers and times. No word of a message, a reply, a source or a person is in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from madang.kernel.errors import BadInput

Value = str | int | float | bool


class Trace:
    """The spans of one turn. Without a tracer it does nothing."""

    __slots__ = ("_context", "_root", "_tracer")

    def __init__(self, tracer: Any = None, name: str = "", **attributes: Value) -> None:
        self._tracer = tracer
        if tracer is not None:
            from opentelemetry.trace import set_span_in_context

            self._root = tracer.start_span(name, attributes=attributes)
            self._context = set_span_in_context(self._root)

    @contextmanager
    def span(self, name: str, **attributes: Value) -> Iterator[None]:
        """A step of the turn. It need not end in the task that it began in."""
        if self._tracer is None:
            yield
            return
        span = self._tracer.start_span(name, context=self._context, attributes=attributes)
        try:
            yield
        except BaseException as error:
            span.set_attribute("error", type(error).__name__)  # its sentence may hold a name
            raise
        finally:
            span.end()

    def end(self, **attributes: Value) -> None:
        """The turn is over."""
        if self._tracer is not None:
            self._root.set_attributes(attributes)
            self._root.end()


NONE = Trace()


class Traces:
    """Begins traces. `to` is None (off), `console`, or the address of an OTLP collector (`…/v1/traces`)."""

    def __init__(self, to: str | None = None, *, exporter: Any = None) -> None:
        self._provider: Any = None
        self._tracer: Any = None
        if to is None and exporter is None:
            return
        try:
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            exporter = exporter or _exporter(str(to))
        except ImportError:
            raise BadInput("Traces need the extra `traces`: pip install 'madang[traces]'.") from None
        self._provider = TracerProvider(resource=Resource.create({"service.name": "madang"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("madang")

    @property
    def on(self) -> bool:
        return self._tracer is not None

    def begin(self, name: str, **attributes: Value) -> Trace:
        return Trace(self._tracer, name, **attributes) if self._tracer is not None else NONE

    async def close(self) -> None:
        """Sends what is left."""
        if self._provider is not None:
            await asyncio.to_thread(self._provider.shutdown)


def _exporter(to: str) -> Any:
    if to == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    if not to.startswith(("http://", "https://")):
        raise BadInput("MADANG_TRACES is `console` or the address of an OTLP collector.")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=to, timeout=5)
