"""Citations: from a span of a passage to a proof one can open."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from madang.chat.strategies import Scene
from madang.chat.types import Citation
from madang.knowledge.types import Span


def cited(scene: Scene, number: int, span: Span) -> Citation:
    """The citation of `span`. Its page shows the passage with `[start, end)` marked."""
    passage = span.passage
    page = f"/c/{quote(scene.character.slug, safe='')}/passages/{quote(passage.id, safe='')}"
    return Citation(
        number=number,
        passage_id=passage.id,
        source=passage.title,
        quote=span.text,
        start=span.start,
        end=span.end,
        url=f"{page}?from={span.start}&to={span.end}",
        origin_url=scene.origins.get(passage.source_id),
    )


def quoted(citation: Citation) -> str:
    """The quotation as a block: every line of it marked, its number at the end."""
    lines = citation.quote.strip().splitlines() or [""]
    lines[-1] += f" [{citation.number}]"
    return "\n".join(f"> {line}".rstrip() for line in lines)


def blocks(citations: Sequence[Citation], spans: Sequence[Span]) -> str:
    """The quotations, each with its number. Those of one passage are one block: what follows at once goes on
    in the line, what stands further on begins a new one."""
    said: list[str] = []
    for at, (citation, span) in enumerate(zip(citations, spans, strict=True)):
        before = spans[at - 1] if at else None
        if before is None or before.passage.id != span.passage.id:
            said.append(quoted(citation))
            continue
        between = span.passage.text[before.end : span.start] if span.start >= before.end else "\n"
        goes_on = not between.strip() and "\n" not in between
        lines = quoted(citation)
        said[-1] += f" {lines.removeprefix('> ')}" if goes_on else f"\n>\n{lines}"
    return "\n\n".join(said)
