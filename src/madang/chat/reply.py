"""A reply while it is made: it collects the pieces of a strategy, keeps the time, and tells the reader."""

from __future__ import annotations

import time
from collections.abc import Callable

from madang.chat.reasons import said
from madang.chat.strategies import Piece
from madang.chat.types import Event, Reply
from madang.kernel.errors import Busy, MadangError
from madang.kernel.traces import NONE, Trace


class Making:
    """Takes pieces, gives events to `send`. Times are milliseconds since it was made."""

    def __init__(self, reply: Reply, send: Callable[[Event], None], trace: Trace = NONE) -> None:
        self.reply = reply
        self.trace = trace
        self.finish = "stop"
        self._send = send
        self._parts: list[str] = []
        self._began = time.perf_counter()
        self._first: float | None = None
        self._retrieve_ms = 0.0

    def elapsed(self) -> float:
        return (time.perf_counter() - self._began) * 1000

    def retrieved(self, milliseconds: float) -> None:
        self._retrieve_ms = milliseconds

    def accepted(self) -> None:
        """The message is acknowledged: `first_ms` and `total_ms` count from here."""
        self._began = time.perf_counter()

    def take(self, piece: Piece) -> None:
        """Adds a piece, and sends `found` and `delta` for what a reader can see of it."""
        reply = self.reply
        if piece.basis is not None:
            reply.basis = piece.basis
        if piece.strategy is not None:
            reply.strategy = piece.strategy
        if piece.why is not None:
            reply.why = said(piece.why)
        if piece.dropped is not None:
            reply.dropped = list(piece.dropped)
        if piece.usage is not None:
            reply.prompt_tokens += piece.usage.prompt_tokens
            reply.completion_tokens += piece.usage.completion_tokens
        if piece.finish is not None:
            self.finish = piece.finish
        if piece.citations is not None and list(piece.citations) != reply.citations:
            reply.citations = list(piece.citations)
            self._send(Event(kind="found", citations=reply.citations))
        if piece.text:
            if self._first is None:
                self._first = self.elapsed()
            self._parts.append(piece.text)
            self._send(Event(kind="delta", text=piece.text))

    def waits(self, ahead: int | None) -> None:
        """The model serves so many requests before this one; None: this one now. Not told after a word."""
        if self._first is None:
            self._send(Event(kind="waiting", data={"ahead": ahead}))

    def stand_aside(self) -> None:
        """A person holds the conversation: nothing is made, and the reader is told so."""
        self.finish = "held"
        self._send(Event(kind="done", reply=self.reply, data={"finish": self.finish}))

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def end(self, state: str, error: MadangError | None = None) -> Reply:
        """The reply as it will be kept. `state` is done, stopped or failed."""
        timings = self.reply.timings.model_copy(
            update={
                "retrieve_ms": round(self._retrieve_ms, 2),
                "first_ms": round(self._first or 0.0, 2),
                "total_ms": round(self.elapsed(), 2),
            }
        )
        self.reply = self.reply.model_copy(
            update={
                "text": self.text.rstrip(),
                "state": state,
                "error": str(error) if error else None,
                "timings": timings,
            }
        )
        return self.reply

    def tell(self, error: MadangError | None = None) -> None:
        """The last event: `done`, or `failed` with the error."""
        if error is None:
            self._send(Event(kind="done", reply=self.reply, data={"finish": self.finish}))
            return
        params = {name: str(value) for name, value in error.params.items()}
        data: dict[str, object] = {
            "code": error.code,
            "status": error.status,
            "sentence": error.sentence,
            "params": params,
        }
        if isinstance(error, Busy):
            data["retry_after"] = error.retry_after
        self._send(Event(kind="failed", text=str(error), reply=self.reply, data=data))
