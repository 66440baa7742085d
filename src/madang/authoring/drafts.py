"""Profiles made from what a person gave: a sentence, a document, a page. Nothing here asks a model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from madang.authoring import naming, phrases, signs, trades
from madang.authoring.checking.templates import topic_of
from madang.characters.types import Profile
from madang.kernel.errors import BadInput
from madang.kernel.language import language_of
from madang.knowledge.types import Passage, Source

LONGEST_DESCRIPTION = 20_000
MOST_STARTERS = 4

_QUESTION = re.compile(r"(?:^|(?<=[\n.!?]))\s*(?:[-*•\d.)Q:]*\s*)?([^\n.!?]{8,90}\?)")
NUMBERING = re.compile(r"^(?:chapter|section|제)?\s*[\dIVX]+(?:\.\d+)*[.)장절]?\s+", re.IGNORECASE)
_PRINTED = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
"""What printing into a file puts before the file's name."""
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|indd|hwpx?|tex|odt|txt)$", re.IGNORECASE)
_BOTH = re.compile(r"(?P<english>[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 &'’.,·|/(–-]{3,}?)[가-힣][가-힣0-9 ·,)]*")
"""A heading that says the same in English and in Korean, English first."""
_TRANSLATED = re.compile(
    r"(?P<korean>[가-힣][가-힣0-9 ·,.&()-]*?)\s*[/|·(–-]?\s*"
    r"(?P<english>[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 &'’.,/–-]{2,})\)?"
)
"""And one that says it in Korean first: `술 Bottles`, `오시는 길 / Visit us`."""
_SLASHED = re.compile(r"(?P<english>[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 &'’.,–-]+?)\s*[/|]\s*(?P<korean>[가-힣][^/|]*)")
_BOTH_PLAIN = re.compile(
    r"(?P<english>[A-Z][a-z]{3,}(?: [A-Za-z][a-z]+)*) (?P<korean>[가-힣][가-힣0-9 ·,()]*)"
)
"""`Boats 보트 대여`, not `Wi-Fi 안내` nor `VIP 룸`, which are Korean as they stand."""
_HANGUL = re.compile(r"[가-힣]")
_DULL = re.compile(
    r"^(?:contents|table of contents|index|references|introduction|appendix.*|preface|notes?"
    r"|others?|miscellaneous"
    r"|목차|차례|그 ?밖에|기타|머리말|서문|참고\s?문헌|부록.*|[\d\W]+)$",
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
        alternate_greetings=_other_greetings(language, kind),
        persona=_persona(text, chosen, language),
    )


def _other_greetings(language: phrases.Language, kind: phrases.Kind) -> list[str]:
    """How a business or a guide greets visitors who speak another language; a person speaks their own."""
    return (
        []
        if kind == "character"
        else [every[kind] for other, every in phrases.GREETINGS.items() if other != language]
    )


def from_passages(title: str, passages: Sequence[Passage], name: str | None = None) -> Profile:
    """A draft that answers from a document. With no passages yet it is made from the title alone."""
    title = naming.cut(title, naming.LONGEST_NAME) or "Document"
    text = "\n".join(passage.text for passage in passages[:40])
    headings = dict.fromkeys(heading for passage in passages[:40] for heading in passage.headings)
    language = signs.language_of_document("\n".join((*headings, text[:20_000])), title)
    kind = signs.kind_of_document("\n".join((*headings, text)), title)
    if kind == "business":
        title = signs.house_of(title)
    return Profile(
        name=_name(name) or title,
        tagline=phrases.DOCUMENT_TAGLINE[language].format(title=title),
        kind=kind,
        language=language,
        greeting=phrases.GREETINGS[language][kind],
        alternate_greetings=_other_greetings(language, kind),
        persona=phrases.DOCUMENT_PERSONA[language][kind].format(title=title),
        tags=trades.tags_of(title, text, language) if kind == "business" else [],
    )


def spread(passages: Sequence[Passage]) -> list[Passage]:
    """Passages of several sources, the first of each source first, then the second of each, …"""
    turn: Counter[str] = Counter()
    placed: list[tuple[int, int]] = []
    for number, passage in enumerate(passages):
        placed.append((turn[passage.source_id], number))
        turn[passage.source_id] += 1
    return [passages[number] for _, number in sorted(placed)]


def questions_in(
    passages: Sequence[Passage], title: str, language: phrases.Language
) -> tuple[list[str], list[str], list[str]]:
    """(the passages' own questions, how people ask for what stands under headings, other headings)."""
    own: list[str] = []
    topics: list[str] = []
    about: list[str] = []
    read = "\n".join(passage.text for passage in passages[:400])
    for passage in passages[:400]:
        heading = NUMBERING.sub("", passage.headings[-1]).strip(" :#*") if passage.headings else ""
        asked = [match.group(1) for match in _QUESTION.finditer(passage.text)]
        if heading.endswith("?"):
            asked.insert(0, heading)
        questions = [" ".join(one.split()) for one in asked]
        own += [one for one in questions if language_of(one) == language and len(one) > 6]
        if not heading or heading.endswith("?"):
            continue
        if (topic := topic_of(heading, language)) is not None:
            topics.append(topic)
        elif len(heading) <= 60 and heading.lower() != title.lower():
            inside = _inside(heading, language, read)
            if (
                signs.house_of(inside) != title
                and not _DULL.match(inside)
                and len(inside) >= (1 if _HANGUL.search(inside) else 2)
            ):
                about.append(phrases.ABOUT[language].format(heading=inside))
    return tuple(list(dict.fromkeys(found)) for found in (own, topics, about))  # type: ignore[return-value]


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
    heading = NUMBERING.sub("", first.headings[0]).strip(" :#*") if first.headings else ""
    if 2 <= len(heading) <= 120 and not _DULL.match(heading):
        return heading
    return None


def _is_file_name(title: str, origin: str) -> bool:
    name = origin.lower()
    return title.lower() in (name, name.rpartition(".")[0])


def in_one_language(heading: str, language: phrases.Language) -> str:
    """A heading that says the same in two languages, in this one: `술 Bottles` is `술` or `Bottles`."""
    which = "korean" if language == "ko" else "english"
    for pattern in (_TRANSLATED, _SLASHED, _BOTH_PLAIN):
        if match := pattern.fullmatch(heading):
            return match[which].strip(" ·|/(-–")
    if language == "en" and (match := _BOTH.fullmatch(heading)):
        return match["english"].strip(" ·|/(-–")
    return heading


def _inside(heading: str, language: phrases.Language, text: str) -> str:
    """A heading inside a sentence of `language`. `Opening hours` loses its capital where the text writes
    `opening` without one too: otherwise it may be a name."""
    heading = in_one_language(heading, language)
    if language == "ko":
        return heading
    words = heading.split()
    if len(words) < 2 or any(word != word.lower() for word in words[1:]) or not words[0][1:].islower():
        return heading
    common = re.search(rf"\b{re.escape(words[0].lower())}\b", text)
    return words[0].lower() + heading[len(words[0]) :] if common else heading


def _name(name: str | None) -> str:
    return " ".join((name or "").split())[:120]


def _persona(text: str, name: str, language: phrases.Language) -> str:
    rest = naming.without_order(text) if "\n" not in text else text
    if language == "ko":
        return rest if name in rest else f"이름: {{{{char}}}}\n{rest}"
    if re.match(r"(?:an?|the)\s", rest, re.IGNORECASE):
        return f"{{{{char}}}} is {rest[:1].lower()}{rest[1:]}"
    return rest
