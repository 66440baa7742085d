"""Fixed phrases a character says itself, in English and Korean. Korean is in `locale/ko.po`."""

from __future__ import annotations

from collections.abc import Sequence

from madang.web.localise import translate

FROM_SOURCE = "From “{source}”:"
FROM_TABLE = "“{source}” lists:"
FROM_PAGE = "The page “{source}” says:"
FROM_UNDER = "“{source}” says under “{heading}”:"
CHANGED = "The price has changed since:"
FROM_SOURCES = "This is what I found:"
NOT_FOUND = "I could not find that in what I know from."
NEAREST = "I am not sure that I have an answer to that. The nearest that I found:"
STILL_READING = "I am still reading my documents. Please ask me again in a moment."
KNOWS = "I could not find that in what I know from. I can answer from: {sources}."
THANKS = (
    "You are very welcome. Is there anything else you would like to know?",
    "With pleasure. Ask me anything else, any time.",
    "Happy to help. I am here if another question comes up.",
)
MORE = (
    "Good. Is there anything else you would like to know?",
    "Glad that helps. What else would you like to know?",
)
GOODBYE = (
    "Goodbye, and thank you for coming by.",
    "Thank you, and have a lovely day.",
    "Take care. We hope to see you again.",
)
HELLO = (
    "Hello, and welcome!",
    "Hello! It is good to see you.",
)
THANKS_FRIEND = (
    "You are welcome!",
    "Any time. I liked that.",
    "Oh, gladly.",
)
GLAD = ("Good!", "I am glad.")
GOODBYE_FRIEND = (
    "Goodbye! Come again soon.",
    "See you. Take good care of yourself.",
    "Until next time!",
)
HELLO_FRIEND = (
    "Hello! How nice that you are here.",
    "Hello! What is on your mind?",
)
WELL = (
    "I am well, thank you for asking!",
    "Very well, thank you!",
)
BEYOND = (
    "I would rather keep to what I know.",
    "That is outside of what I know.",
)
I_AM = "I am {name}."
I_AM_AI = "I am {name}, an AI, not a person."
ASK_LIKE = "You could ask me: “{one}” or “{other}”"
ASK_ONE = "You could ask me: “{one}”"
ASK_ABOUT = "I can answer from: {sources}."
AND_MORE = "{names} and more"
ASK_ANYTHING = "What would you like to know?"
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
WHICH_OF = "Which {thing} do you mean: {names}?"
WHICH_ONE_OF = "Which do you mean: {names}?"
WHICH = "Which {thing} do you mean?"
WHAT = "What do you mean? Please name it, and I will look it up. What is it about?"
OR = "{names} or {last}"
MISSING = "I found nothing about this: {questions}"
TELEPHONE = "You can also ask here: {contact}"
KEPT = "I have kept your question for the people here."
TITLES_NAMED = 3


def say(language: str, sentence: str, **params: object) -> str:
    """`sentence` in the language of the reply."""
    return translate(language, sentence, **params)


def not_found(language: str, titles: Sequence[str]) -> str:
    """An abstention that says so, and names what is known."""
    if not titles:
        return say(language, NOT_FOUND)
    return say(language, KNOWS, sources=named(language, titles))


def either(language: str, names: Sequence[str]) -> str:
    """`A, B or C`, as the language says it."""
    return say(language, OR, names=", ".join(names[:-1]), last=names[-1])


def missing(language: str, questions: Sequence[str]) -> str:
    """What was asked and is not answered, in the visitor's own words."""
    return say(language, MISSING, questions=" ".join(f"“{question.strip()}”" for question in questions))


def offer(language: str, starters: Sequence[str], titles: Sequence[str], turn: int = 0) -> str:
    """What can be asked: two of the maker's questions, others in the next turn, or what is known."""
    if len(starters) > 1:
        one, other = starters[2 * turn % len(starters)], starters[(2 * turn + 1) % len(starters)]
        return say(language, ASK_LIKE, one=one, other=other)
    if starters:
        return say(language, ASK_ONE, one=starters[0])
    if titles:
        return say(language, ASK_ABOUT, sources=named(language, titles))
    return say(language, ASK_ANYTHING)


def cannot_write(language: str, titles: Sequence[str]) -> str:
    """Says honestly that the attached model does not write this language."""
    if language == "ko":
        sentence = CANNOT_WRITE_KOREAN if titles else CANNOT_WRITE_KOREAN_ALONE
    else:
        sentence = CANNOT_WRITE if titles else CANNOT_WRITE_ALONE
    return say(language, sentence, sources=named(language, titles)) if titles else say(language, sentence)


def named(language: str, titles: Sequence[str]) -> str:
    """The first few titles as a list in words, with a word for the others."""
    shown = ", ".join(title.strip() for title in titles[:TITLES_NAMED])
    return say(language, AND_MORE, names=shown) if len(titles) > TITLES_NAMED else shown
