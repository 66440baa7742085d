"""Fixed phrases a character says itself, in English and Korean. Korean is in `locale/ko.po`."""

from __future__ import annotations

from collections.abc import Sequence

from madang.web.localise import translate

FROM_SOURCE = "Here is what “{source}” says:"
FROM_SOURCES = "Here is what my sources say:"
NOT_FOUND = "I could not find that in what I know from."
KNOWS = "I could not find that in what I know from. I can answer from: {sources}."
THANKS = "You are welcome. Ask me anything else you would like to know."
GOODBYE = "Goodbye, and thank you for coming by."
HELLO = "Hello! I am {name}. Ask me anything."
I_AM = "I am {name}. {tagline}"
CANNOT_WRITE = (
    "The model attached to me does not write English well, so I will not talk freely in it. "
    "I can quote from my sources: {sources}."
)
CANNOT_WRITE_ALONE = (
    "The model attached to me does not write English well, so I would rather not talk freely in it."
)
CANNOT_WRITE_KOREAN = (
    "The model attached to me does not write Korean well, so I will not talk freely in it. "
    "I can quote from my sources: {sources}."
)
CANNOT_WRITE_KOREAN_ALONE = (
    "The model attached to me does not write Korean well, so I would rather not talk freely in it. "
    "Write to me in English, or attach a model that writes Korean."
)
NO_OWN_FACTS = "I would rather not guess. Ask me about something that I know from my sources."
NOTHING_SAID = "I have no words for that just now. Try saying it differently."
TITLES_NAMED = 3


def say(language: str, sentence: str, **params: object) -> str:
    """`sentence` in the language of the reply."""
    return translate(language, sentence, **params)


def not_found(language: str, titles: Sequence[str]) -> str:
    """An abstention that says so, and names what is known."""
    if not titles:
        return say(language, NOT_FOUND)
    return say(language, KNOWS, sources=named(titles))


def cannot_write(language: str, titles: Sequence[str]) -> str:
    """Says honestly that the attached model does not write this language."""
    if language == "ko":
        sentence = CANNOT_WRITE_KOREAN if titles else CANNOT_WRITE_KOREAN_ALONE
    else:
        sentence = CANNOT_WRITE if titles else CANNOT_WRITE_ALONE
    return say(language, sentence, sources=named(titles)) if titles else say(language, sentence)


def named(titles: Sequence[str]) -> str:
    """The first few titles as a list in words."""
    shown = [title.strip() for title in titles[:TITLES_NAMED]]
    return ", ".join(shown) + (" …" if len(titles) > TITLES_NAMED else "")
