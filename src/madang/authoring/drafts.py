"""Profiles made from what a person gave: a sentence, a document, a page. Nothing here asks a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from madang.authoring import naming, phrases, trades
from madang.characters.types import Profile
from madang.kernel.errors import BadInput
from madang.kernel.language import language_of
from madang.knowledge.types import Passage, Source

LONGEST_DESCRIPTION = 20_000
MOST_STARTERS = 4

_BUSINESS_WORDS = (
    r"\bmenus?\b|메뉴",
    r"\bopening hours\b|\bopen (?:daily|from)\b|\bhours\b|영업\s?시간|휴무",
    r"[$€£₩]\s?\d|\d\s?(?:USD|KRW|EUR|won)\b|\d\s?원(?![가-힣])",
    r"\breservations?\b|\bbook(?:ing)? a\b|예약",
    r"\brefunds?\b|\breturns?\b|환불|교환",
    r"\bdelivery\b|\btake-?away\b|배달|포장",
    r"\bparking\b|주차",
)
_QUESTION = re.compile(r"(?:^|(?<=[\n.!?]))\s*(?:[-*•\d.)Q:]*\s*)?([^\n.!?]{8,90}\?)")
_NUMBERING = re.compile(r"^(?:chapter|section|제)?\s*[\dIVX]+(?:\.\d+)*[.)장절]?\s+", re.IGNORECASE)
_PRINTED = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
"""What printing into a file puts before the file's name."""
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|indd|hwpx?|tex|odt|txt)$", re.IGNORECASE)
_DULL = re.compile(
    r"^(?:contents|table of contents|index|references|introduction|appendix.*|preface|notes?"
    r"|목차|차례|머리말|서문|참고\s?문헌|부록.*|[\d\W]+)$",
    re.IGNORECASE,
)


def from_description(description: str, name: str | None = None) -> Profile:
    """A draft from one sentence or several. Raises BadInput when there is none, or far too much."""
    text = description.strip()
    if not text:
        raise BadInput("Say in a sentence who the character is.")
    if len(text) > LONGEST_DESCRIPTION:
        raise BadInput("A description has at most {count} characters.", count=LONGEST_DESCRIPTION)
    language = language_of(text)
    kind = naming.kind_of(text)
    chosen = _name(name) or naming.name_of(text)
    return Profile(
        name=chosen,
        tagline=naming.tagline_of(text),
        kind=kind,
        language=language,
        greeting=phrases.GREETINGS[language][kind],
        persona=_persona(text, chosen, language),
    )


def from_passages(title: str, passages: Sequence[Passage], name: str | None = None) -> Profile:
    """A draft that answers from a document. With no passages yet it is made from the title alone."""
    title = naming.cut(title, naming.LONGEST_NAME) or "Document"
    text = "\n".join(passage.text for passage in passages[:40])
    language = language_of(text[:20_000] or title)
    kind = kind_of_document(text, title)
    return Profile(
        name=_name(name) or title,
        tagline=phrases.DOCUMENT_TAGLINE[language].format(title=title),
        kind=kind,
        language=language,
        greeting=phrases.GREETINGS[language][kind],
        persona=phrases.DOCUMENT_PERSONA[language][kind].format(title=title),
        starters=starters(passages, title, language),
        tags=trades.tags_of(title, text, language) if kind == "business" else [],
    )


def kind_of_document(text: str, title: str) -> Literal["business", "guide"]:
    """`business` when at least three different things that businesses write about occur in it."""
    seen = f"{title}\n{text[:60_000]}"
    return "business" if sum(bool(re.search(word, seen, re.I)) for word in _BUSINESS_WORDS) >= 3 else "guide"


def starters(passages: Sequence[Passage], title: str, language: phrases.Language) -> list[str]:
    """Up to four questions that the passages answer: their own questions first, else from their headings."""
    found: list[str] = []
    for passage in passages[:400]:
        for match in _QUESTION.finditer(passage.text):
            question = " ".join(match.group(1).split())
            if language_of(question) == language and len(question) > 9:
                found.append(question)
        if len(found) >= MOST_STARTERS:
            break
    for passage in passages[:400]:
        heading = _NUMBERING.sub("", passage.headings[-1]).strip(" :#*") if passage.headings else ""
        if heading.endswith("?"):
            found.append(heading)
        elif 2 <= len(heading) <= 60 and heading.lower() != title.lower() and not _DULL.match(heading):
            found.append(phrases.ABOUT[language].format(heading=_inside(heading)))
    return list(dict.fromkeys(found))[:MOST_STARTERS]


def title_of_file(filename: str) -> str:
    """A readable title from a file name: `opening_hours-2026.pdf` gives `Opening hours 2026`."""
    stem = filename.rpartition(".")[0] or filename
    text = " ".join(re.sub(r"[_\-+.]+", " ", stem).split())
    return (text[:1].upper() + text[1:])[: naming.LONGEST_NAME].strip() or "Document"


def title_of_source(source: Source, passages: Sequence[Passage]) -> str | None:
    """What a document calls itself: its title, else, of a document with pages, its first heading.

    None when there is neither, only the name of its file.
    """
    title = _PRINTED.sub("", source.title).strip()
    if title and not _is_file_name(title, source.origin) and not _FILE_NAME.search(title):
        return title
    first = passages[0] if passages else None
    if first is None or first.page is None:
        return None
    heading = _NUMBERING.sub("", first.headings[0]).strip(" :#*") if first.headings else ""
    if 2 <= len(heading) <= 120 and not _DULL.match(heading):
        return heading
    return None


def _is_file_name(title: str, origin: str) -> bool:
    name = origin.lower()
    return title.lower() in (name, name.rpartition(".")[0])


def _inside(heading: str) -> str:
    """A heading inside a sentence: `Opening hours` loses its capital, `SmolLM2` and `Busan Tower` do not."""
    words = heading.split()
    plain = len(words) > 1 and not any(word != word.lower() for word in words[1:])
    return heading[:1].lower() + heading[1:] if plain and heading[1:2].islower() else heading


def _name(name: str | None) -> str:
    return " ".join((name or "").split())[:120]


def _persona(text: str, name: str, language: phrases.Language) -> str:
    rest = naming.without_order(text) if "\n" not in text else text
    if language == "ko":
        return rest if name in rest else f"이름: {{{{char}}}}\n{rest}"
    if re.match(r"(?:an?|the)\s", rest, re.IGNORECASE):
        return f"{{{{char}}}} is {rest[:1].lower()}{rest[1:]}"
    return rest
