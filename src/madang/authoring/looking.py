"""What a question finds, made ready to be looked at: marked passages, and the estimate in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field

from madang.chat.types import Reply
from madang.knowledge.types import Explained, Found, Span

Reason = tuple[str, dict[str, str | int], bool | None]
"""A sentence (a msgid), its parameters, and whether it speaks for an answer; None when for neither."""
CLEAR = 0.15
"""Share of the score by words by which the best passage must be above the next to stand out."""
MUCH, LITTLE = 0.7, 0.4
"""Shares of the question that are much and little of it."""
_SHOWS = {
    "time": "It shows a time or a day, as the question asks.",
    "price": "It shows a price, as the question asks.",
    "number": "It shows a number, as the question asks.",
    "person": "It shows a name, as the question asks.",
    "place": "It shows a place, as the question asks.",
    "contact": "It shows a number or an address to reach somebody, as the question asks.",
}
_SHOWS_NOT = {
    "time": "No sentence shows a time or a day, which the question asks for.",
    "price": "No sentence shows a price, which the question asks for.",
    "number": "No sentence shows a number, which the question asks for.",
    "person": "No sentence shows a name, which the question asks for.",
    "place": "No sentence shows a place, which the question asks for.",
    "contact": "No sentence shows a number or an address to reach somebody, which the question asks for.",
}


@dataclass(frozen=True, slots=True)
class Looked:
    explained: Explained
    threshold: float
    """The estimate from which this character answers."""
    reply: Reply
    """What the draft says to it, made as in a conversation."""
    reasons: list[Reason]
    found: list[Shown] = field(default_factory=list)

    @property
    def sure(self) -> bool:
        """Whether the estimate reaches the threshold."""
        evidence = self.explained.evidence
        return bool(evidence.spans) and (evidence.curated or evidence.answerable >= self.threshold)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage found: its text in pieces, each marked or not, and the words of the question that it has."""

    item: Found
    pieces: list[tuple[str, bool]]
    words: list[str]


def looked(explained: Explained, threshold: float, reply: Reply) -> Looked:
    spans = explained.evidence.spans
    found = [
        Shown(item, pieces(item, spans), explained.matched.get(item.passage.id, []))
        for item in explained.evidence.found
    ]
    return Looked(explained, threshold, reply, reasons(explained), found)


def pieces(item: Found, spans: list[Span]) -> list[tuple[str, bool]]:
    """The whole text of a passage, in order, with the chosen spans marked."""
    cuts: list[tuple[str, bool]] = []
    at, text = 0, item.passage.text
    for span in sorted((span for span in spans if span.passage.id == item.passage.id), key=lambda s: s.start):
        start = max(at, span.start)
        if start >= span.end:
            continue
        cuts += [(text[at:start], False), (text[start : span.end], True)]
        at = span.end
    return [piece for piece in [*cuts, (text[at:], False)] if piece[0]]


def reasons(explained: Explained) -> list[Reason]:
    """What the estimate rests on, most telling first."""
    values = explained.evidence.features
    if explained.evidence.curated:
        return [("A person approved an answer to this very question.", {}, True)]
    if not values:
        return [("Nothing was looked for: the question has no word that says what it is about.", {}, None)]
    found: list[Reason] = []
    for name, sentence in (
        ("span_covered", "The best sentence, with its heading, holds {share} % of what the question asks."),
        ("passage_covered", "The best passage as a whole holds {share} % of it."),
    ):
        share = values[name]
        found.append((sentence, {"share": round(share * 100)}, _side(share)))
    clear = values["words_margin"] >= CLEAR
    stands = "It stands out clearly from the next passage." if clear else "Other passages say nearly as much."
    found.append((stands, {}, clear))
    if explained.unknown:
        words = ", ".join(explained.unknown)
        found.append(("The sources have no word for: {words}.", {"words": words}, False))
    if values["numbers_missing"]:
        found.append(("A number of the question stands nowhere in what was found.", {}, False))
    if values["names_missing"]:
        found.append(("A name of the question stands nowhere in what was found.", {}, False))
    if explained.kind in _SHOWS and values["fits"]:
        found.append((_SHOWS[explained.kind], {}, True))
    if explained.kind in _SHOWS_NOT and values["fits_not"]:
        found.append((_SHOWS_NOT[explained.kind], {}, False))
    if "reading" in values:
        read = values["reading"] > 0
        says = "Read with the question, the best sentence says what is asked."
        found.insert(
            0, (says if read else "Read with the question, it does not say what is asked.", {}, read)
        )
    if "agree" in values:
        agree = bool(values["agree"])
        same = "Words and meaning find the same passage first."
        found.append((same if agree else "Words and meaning find different passages first.", {}, agree))
    else:
        found.append(("Meanings are not ready yet: it was found by words alone.", {}, None))
    return found


def _side(share: float) -> bool | None:
    return True if share >= MUCH else False if share < LITTLE else None
