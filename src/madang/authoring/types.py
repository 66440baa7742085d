"""What making a draft gives."""

from __future__ import annotations

from dataclasses import dataclass

from madang.characters.types import CardReport, Character

CARD_ENDINGS = (".png", ".apng", ".json", ".charx")
"""Files with these endings are character cards; a picture without a card in it is refused with a sentence."""
DOCUMENT_ENDINGS = (".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".csv")
ACCEPT = ",".join((*DOCUMENT_ENDINGS, *CARD_ENDINGS))


@dataclass(frozen=True, slots=True)
class Draft:
    """A character just made, and for a card what the import did."""

    character: Character
    report: CardReport | None = None
