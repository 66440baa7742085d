"""Facts computed: a short sentence with the result, and beside it, verbatim, what it was computed from.

No model is asked. What typed facts do not cover is not answered here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat.citations import cited, quoted
from madang.chat.strategies import Piece, Scene


class Compute:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        computed = scene.computed
        assert computed is not None  # noqa: S101  the route has seen it
        if computed.asks:
            yield Piece(computed.text, basis="clarify", strategy="facts", citations=())
            return
        citations = tuple(cited(scene, number, span) for number, span in enumerate(computed.spans, 1))
        yield Piece(basis="sources", strategy="facts", citations=citations)
        if computed.text:
            yield Piece(computed.text + "\n\n")
        yield Piece("\n\n".join(quoted(citation) for citation in citations))
