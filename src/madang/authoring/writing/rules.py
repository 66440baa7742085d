"""Suggestions without a model: plain rules and the knowledge's own words. The same input, the same drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from madang.authoring import drafts, naming, phrases
from madang.authoring.checking import suggest
from madang.authoring.phrases import Language
from madang.authoring.types import Suggestion, What
from madang.characters.types import Line, Profile
from madang.knowledge.orders import telling
from madang.knowledge.types import Passage

MOST_EXCHANGES = 3
GREETINGS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "known": "Hello, I'm {{{{char}}}}. You can ask me about {topics}.",
        "tagline": "Hello. {tagline} That is me, {{{{char}}}}.",
    },
    "ko": {
        "known": "안녕하세요, {{{{char}}}}입니다. 이런 것을 물어보실 수 있어요: {topics}.",
        "tagline": "안녕하세요, {{{{char}}}}입니다. {tagline}",
    },
}
WHO: Final[dict[Language, tuple[str, str]]] = {
    "en": ("Who are you?", "I'm {{{{char}}}}. {tagline}"),
    "ko": ("누구세요?", "{{{{char}}}}입니다. {tagline}"),
}
UNKNOWN: Final[dict[Language, tuple[str, str]]] = {
    "en": (
        "Are you sure about that?",
        "What I know, I show you where it is written. The rest I do not claim.",
    ),
    "ko": ("확실해요?", "아는 것은 어디에 적혀 있는지 보여 드려요. 모르는 것은 모른다고 말해요."),
}


def suggestions(what: What, profile: Profile, sentence: str, passages: Sequence[Passage]) -> list[Suggestion]:
    """Drafts from `passages` where there are some, else from `sentence`."""
    if what == "persona":
        made = _persona(profile, sentence, passages)
        return [Suggestion(what="persona", text=made, by="rules")] if made else []
    if what == "greeting":
        return [
            Suggestion(what="greeting", text=text, by="rules")
            for text in dict.fromkeys(_greetings(profile, sentence, passages))
            if text.strip() != profile.greeting.strip()
        ]
    return [
        Suggestion(what="examples", lines=lines, by="rules")
        for lines in _exchanges(profile, sentence, passages)
        if lines not in profile.examples
    ]


def _persona(profile: Profile, sentence: str, passages: Sequence[Passage]) -> str:
    if passages:
        kind = "guide" if profile.kind == "character" else profile.kind
        titles = ", ".join(dict.fromkeys(passage.title for passage in passages))
        return phrases.DOCUMENT_PERSONA[profile.language][kind].format(title=naming.cut(titles, 160))
    return drafts.from_description(sentence, profile.name).persona


def _greetings(profile: Profile, sentence: str, passages: Sequence[Passage]) -> list[str]:
    language = profile.language
    made = []
    if passages and (topics := _topics(passages)):
        made.append(GREETINGS[language]["known"].format(topics=", ".join(topics)))
    elif tagline := _sentence(sentence or profile.tagline):
        made.append(GREETINGS[language]["tagline"].format(tagline=tagline))
    made.append(phrases.GREETINGS[language][profile.kind])
    return made


def _exchanges(profile: Profile, sentence: str, passages: Sequence[Passage]) -> list[list[Line]]:
    language = profile.language
    if passages:
        asked = suggest.asked(telling(passages), language)[:MOST_EXCHANGES]
        return [_exchange(one.question, one.quote) for one in asked if one.quote]
    question, reply = WHO[language]
    made = [_exchange(question, reply.format(tagline=_sentence(sentence or profile.tagline)).strip())]
    if profile.kind != "character":
        made.append(_exchange(*UNKNOWN[language]))
    return made


def _exchange(question: str, reply: str) -> list[Line]:
    return [Line(speaker="visitor", text=question), Line(speaker="character", text=reply[:2_000])]


def _topics(passages: Sequence[Passage]) -> list[str]:
    """Up to three headings, else titles, as they are written."""
    headings = [passage.headings[-1].strip(" :#*?") for passage in passages if passage.headings]
    return (
        list(dict.fromkeys(heading for heading in headings if 2 <= len(heading) <= 40))[:3]
        or list(dict.fromkeys(passage.title for passage in passages))[:3]
    )


def _sentence(text: str) -> str:
    line = naming.tagline_of(text) if text.strip() else ""
    return line if not line or line.endswith((".", "!", "?", "…")) else f"{line}."
