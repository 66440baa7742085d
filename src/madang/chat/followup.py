"""A follow-up made to stand alone, by rules: what "it" is, and what "and on Sunday?" or "파전은요?" asks.

A message is read in the light of the question before it, which was read in the light of the one before that;
so a topic is carried as long as nobody changes it. A message that names what it asks stays as it is.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from madang.chat.amounts import in_place, without_amounts
from madang.chat.intents import intent_of, needs_evidence
from madang.chat.phrase import DAY, Phrase, bare_day, korean, phrases, topic, with_particle
from madang.chat.words import content, known, names, stem
from madang.knowledge.questions import asked, content_terms
from madang.knowledge.sides import keeps, sides, without
from madang.models.types import Message

How = Literal["alone", "answering", "ellipsis", "pointing", "short", "carried", "lost"]
REMEMBERED = 8
"""Earlier messages of the visitor that are read."""
MOST = 400
"""Characters of a message that are read for a topic."""
FEW = 6
"""Words of an ellipsis at most."""
_GOES_ON = re.compile(
    r"^\W*(?:(?:and|or|but|so|then|also|ok(?:ay)?|well)\b[\s,]*)*(?:(?:what|how) about|what of|(?:and|or)\b(?! (?:do|does|did|is|are|was|were|can|could|will|would|should|may|has|have|(?:how|what|when|where|who|why|which)(?:['’]?s)?)\b))\s*",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"^\W*(?:(?:and|or|but|so|then|also)\b[\s,]*)+|^\s*(?:그럼|그러면|그리고|그런데|근데|그래도|아)[\s,]+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|may|might|must|has|have|had|want|need|tell|show|explain|give)\b",
    re.IGNORECASE,
)
_GOES_ON_KO = re.compile(
    r"^\s*(?:(?:그럼|그러면|그리고|그런데|근데|아)[\s,]+)?(.{1,30}?)(?:에는|에선|에서는|은|는|도|만|이)?\s?요\s*[?？.!~]*\s*$"
)
_PREDICATE_KO = re.compile(
    r"(?:[어아여해돼되나까가세예에죠지]요|니다|니까|는지|나|니|까|냐|야|줘)\s*[?？.!~]*\s*$"
)
_MEANT = re.compile(
    r"^\W*(?:(?:no|oops|sorry|oh|well)\b[\s,.!]*)*(?:correction(?: to)?|i(?:'m| am| was)? (?:mean|meant|talking about|referring to|asking about|interested in(?: knowing about)?|interested to know about)|it'?s|that would be|the one (?:in|for|of|from|with))\s+",
    re.IGNORECASE,
)
_MEANT_KO = re.compile(
    r"^\s*(?:아니[요오]?[\s,]+)?(.{1,40}?)\s?(?:말이에요|말예요|말입니다|말이요|말하는 거예요|얘기예요|요|이요|이에요|예요|입니다)?[.!~]*\s*$"
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|will|would|isn'?t) it (?:be )?(?:possible|ok(?:ay)?|allowed|necessary|true|better|best|safe|worth|required|legal|easy|hard|free to|important|common|normal)\b"
    r"|\b(?:does|did|will|would) it (?:(?:take|cost)(?= (?:to|for)\b)|matter\b)|\b(?:is|are|was|were|will|isn't|aren't) there\b|\bthere(?:'s| is| are)\b"
    r"|\bthat(?= (?:is|are|was|were|has|have|can|will|the|a|an|i|you|we|they)\b)|\bthis (?:week|month|year|weekend|morning|afternoon|evening|time)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:he|she|him|her|his|hers)\b|그분|그 사람|그 남자|그 여자|(?<![가-힣])그(?:는|가|의)(?![가-힣])",
    re.IGNORECASE,
)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|theirs)\b|(?<=^does )that\b|(?<=^is )that\b|(?<=^was )that\b|(?<=^will )that\b|(?<=^can )that\b|\b(?:this|that|these|those)\b(?!['’]s ok)(?= ?(?:[?.,!]|$|one\b|ones\b|is\b|are\b|was\b|were\b|cost|work|mean|happen|include|come|take|do\b|apply|for\b|in\b|on\b|at\b|be\b|have\b|to\b))"
    r"|그거|그것|그건|그게|그걸|이거|이것|이건|이게|이걸|저거|저건|(?<![가-힣])(?:걔|얘)(?:는|도)?",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\b[Tt]he ([A-Za-z][a-z]+)(?=\s*(?:[?.,!]|$|(?:is|are|was|were|be|cost|of|last|take|have|include|need|work|start|begin|end|open|close)s?\b))"
)
_AMOUNT_KO = re.compile(r"얼마|몇|언제|어디")
_OF_SOMETHING = re.compile(
    r"^\W*(?:(?:그리고|and|or)\s+)?(?:추가\s?(?:요금|비용|금액)|별도\s?(?:요금|비용)|수수료|요금|비용|할인|예약|보증금)(?:은|는|이|가|도|을|를)?\s?(?:따로\s?)?(?:있|없|드나|들어|얼마|붙|필요|내야|받|해야|되|돼)\S{0,6}\W*$"
    r"|^\W*(?:(?:and|or)\s+)?do i (?:have to |need to )?(?:pay|book|reserve)(?: (?:for it|it|ahead|in advance|beforehand|extra|more))*\W*$"
    r"|^\W*(?:(?:and|or)\s+)?(?:is there|are there|do you charge|is|does it have)\b(?: (?:an?|any|the|it|for|ahead|in advance|beforehand|extra|additional|added|more|fee|fees|charges?|costs?|surcharge|discounts?|deposit|reservation|booking|needed|required))+\W*$",
    re.IGNORECASE,
)
"""A question for what only something else has: a charge, a discount, a deposit."""
_PLACE = re.compile(r"\bthere\b|거기|그곳|그 곳", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:the )?(?:other|another|first|second|last|cheap\w*|big\w*|small\w*) ones?\b|\bones?\b(?= (?:for|with|in|on)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A message as it would be asked without the conversation before it."""

    question: str
    how: How = "alone"
    """`lost`: it points at something that nobody has named."""
    others: tuple[str, ...] = ()
    """Other readings, to be tried when the sources do not answer the first."""
    focus: str = ""
    """What was put in place of something: what is new in the question."""

    @property
    def moved(self) -> bool:
        return self.how not in ("alone", "lost")


def standing(message: str, history: Sequence[Message] = ()) -> Standing:
    """`message` read in the light of `history` (oldest first, without it)."""
    before: Standing | None = None
    reply = ""
    asked = [place for place, one in enumerate(history) if one.role == "user"]
    for place in asked[-REMEMBERED:]:
        text = history[place].content[:MOST]
        if needs_evidence(intent_of(text)):
            before = _read(text, before, reply)
        reply = next((one.content for one in history[place + 1 :] if one.role == "assistant"), "")
    read = _read(message, before, reply)
    named = _named_last([history[place].content[:MOST] for place in asked[-REMEMBERED:]])
    if read.how != "pointing" or not named or named.lower() in read.question.lower():
        return read
    # what was spoken of last is tried first, then the last thing that had a name
    other = _pointed(message.strip(), named, "")
    return replace(read, others=(*read.others, other)) if other else read


def second_half(message: str, history: Sequence[Message], first: str) -> Standing:
    """As `standing`, for a question after another one, `first`, in one message: one that names nothing but a kind
    ("암컷은 얼마예요"), or what only something else has ("추가 요금 있어요?"), goes on about the thing of the first. It is
    not tried alone where the first named a kind too: what is said of another kind is no answer."""
    read, own = standing(message, history), phrases(message)
    if keeps(first, message):
        read = replace(read, others=()) if read.how == "short" else read
    only = len(own) == 1 and " " not in own[0].text and any(sides(own[0].text))
    kind = only and asked(message) in ("price", "time", "number")
    if read.how not in ("alone", "pointing") or not (kind or _OF_SOMETHING.match(message)):
        return read
    about = " ".join(phrase.text for phrase in phrases(without(first, message)))
    if not about:
        return read
    bare = _LINK.sub("", message.strip())
    whole = f"{about} {bare}" if korean(message) else _joined(bare, f"for {about}")
    alone = kind and read.how == "alone" and not keeps(first, message)
    return Standing(whole, "carried", (bare,) if alone else ())


def _named_last(messages: Sequence[str]) -> str:
    """The last thing with a name of its own that the visitor named ("Sportspark")."""
    for text in reversed(messages):
        if proper := [one.text for one in phrases(text) if one.start > 0 and re.search(r"[A-Z]", one.text)]:
            return proper[-1]
    return ""


def _read(message: str, before: Standing | None, reply: str) -> Standing:
    text = message.strip()
    if before is None or not content_terms(before.question):
        return Standing(text, "lost" if _lost(text) else "alone")
    whole = before.question
    if asks_back(reply) and (meant := _answer(text, reply)):
        readings = _named_in(whole, meant, reply)
        return Standing(readings[0], "answering", readings[1:], meant)
    if _MEANT.match(text) and (meant := _MEANT.sub("", text).strip()):
        readings = _put(whole, meant)
        return Standing(readings[0], "answering", readings[1:], meant)
    if (part := _rest(text)) is not None:
        readings = _put(whole, part)
        return Standing(readings[0], "ellipsis", readings[1:], part.lstrip("+"))
    if pointed := _pointed(text, whole, reply):
        return Standing(pointed, "pointing")
    if _short(text) and (about := topic(without_amounts(whole))):
        bare = _LINK.sub("", text)
        return Standing(f"{about} {bare}", "short", (bare,) if content_terms(bare) else ())
    if not names(text) and (about := topic(whole)) and about.lower() not in text.lower():
        bare = _LINK.sub("", text)
        with_topic = f"{about} {bare}"
        if taken_for_known(text, whole):
            return Standing(with_topic, "carried", (bare,))
        return Standing(text, "alone", (with_topic,))
    return Standing(text, "lost" if not topic(whole) and _lost(text) else "alone")


def _short(text: str) -> bool:
    """Whether it asks something without saying of what ("얼마나 걸려요?", "Until when?")."""
    if names(text):
        return False
    rest = without_amounts(text)
    if korean(text):
        return not phrases(rest) and len(content_terms(rest)) < FEW
    own = content_terms(rest)
    if rest != text:  # "how much for two hours?": what it costs, not what two hours are
        return asked(text) == "price" and not phrases(rest)
    return not own or (len(own) < 2 and not _CLAUSE.search(text))


def asks_back(reply: str) -> bool:
    """Whether a reply asks which of several is meant; an offer of more help does not."""
    last = reply.strip().splitlines()[-1:] or [""]
    text = re.split(r"(?<=[.!])\s+", last[0].strip())[-1]
    asks = re.search(
        r"\b(?:which|what|who|where|could you|can you|may i|do you mean|specify|clarify)\b|어느|어떤|무엇|무슨|누구|말씀",
        text,
        re.IGNORECASE,
    )
    offers = re.search(r"anything else|like to know|on your mind|help you|궁금|더 ", text, re.IGNORECASE)
    return text.endswith(("?", "？")) and bool(asks) and not offers


def _answer(text: str, reply: str) -> str:
    """What a short message names in reply to a question; empty when it is a question of its own."""
    bare = re.sub(r"(?:이요|이에요|예요|요)?[\s.!~]*$", "", text) if korean(text) else text.strip(" .!")
    if bare and len(bare.split()) <= FEW and bare.lower() in reply.lower():
        return bare
    if text.endswith(("?", "？")) or len(text.split()) > 2 * FEW:
        return ""
    meant = _MEANT.sub("", text)
    if (
        meant == text
        and (_PREDICATE_KO.search(text) or intent_of(text) == "question")
        and not re.search(r"(?:이요|말이에요|예요|이에요)\W*$", text)
    ):
        return ""
    if korean(meant) and (match := _MEANT_KO.match(meant)):
        meant = match[1]
    return meant.strip(" .!~") if content_terms(meant) else ""


def _named_in(whole: str, meant: str, reply: str) -> tuple[str, ...]:
    """A question with the name that was asked for, in place of the thing where the question holds it."""
    for match in re.finditer(r"\b(?:the|this|that|a)\s+(?:particular\s+)?([a-z-]+)\b", whole, re.IGNORECASE):
        asked_for = re.search(rf"\b{re.escape(match[1])}\b", reply, re.IGNORECASE)
        if asked_for and match[1].lower() not in meant.lower():
            return (whole[: match.start()] + meant + whole[match.end() :], _joined(whole, meant), meant)
    return (_joined(whole, meant), meant)


def _rest(text: str) -> str | None:
    """What a message without a clause of its own puts in place of something; None when it is no such message."""
    if korean(text):
        match = _GOES_ON_KO.match(text)
        if (
            match is None
            or len(match[1].split()) > 3
            or (_PREDICATE_KO.search(match[1] + "요") and len(match[1].split()) > 1)
        ):
            return None
        if re.search(r"도\s?요\s*[?？.!~]*\s*$", text):
            return f"+{match[1].strip()}"
        goes_on = re.search(r"(?:은|는|도|만)\s?요\s*[?？.!~]*\s*$", text)
        return (
            match[1].strip()
            if goes_on and content_terms(match[1]) | dict.fromkeys(bare_day(match[1]))
            else None
        )
    begun = _GOES_ON.match(text)
    part = text[begun.end() :] if begun else _LINK.sub("", text)
    part = part.strip(" ?!.,")
    if not part or _CLAUSE.search(part) or len(part.split()) > FEW:
        return None
    asks = re.match(r"(?:who|what|when|where|why|how|which|until|since)\b", part, re.IGNORECASE)
    bare = text.endswith("?") and not asks and len(part.split()) <= 4 and bool(phrases(part))
    if (
        begun
        or bare
        or (
            re.match(r"(?:for|on|at|in|with|without|to|from|after|before)\b", part, re.IGNORECASE)
            and text.endswith("?")
        )
    ):
        return part if content_terms(part) or DAY.search(part) else None
    return None


def _put(whole: str, part: str) -> tuple[str, ...]:
    """`whole` with `part` in place of what is of its kind, then with it added: readings, best first."""
    if swapped := in_place(whole, part):
        return (swapped,)
    if (day := DAY.search(part)) and (there := DAY.search(whole)) and day[0].lower() != there[0].lower():
        rest = DAY.sub(" ", part).strip(" ,")
        put = whole[: there.start()] + day[0] + whole[there.end() :]
        return (put if not content_terms(rest) else _joined(put, rest), _joined(whole, part))
    if day:
        return (_joined(whole, part),)
    if (
        begins := re.match(r"(for|on|at|in|with|without|to|from|after|before)\s+(.+)", part, re.IGNORECASE)
    ) is not None:
        same = re.search(
            rf"\b{begins[1]}\b[^?.!,]*?(?=\s(?:on|at|from|until|before|after)\b|[?.!,]|$)",
            whole,
            re.IGNORECASE,
        )
        put = whole[: same.start()] + part + whole[same.end() :] if same else _joined(whole, part)
        return tuple(dict.fromkeys((put, _joined(whole, part))))
    plain = _named_one(whole, re.sub(r"^(?:the|a|an|your|my)\s+", "", part, flags=re.IGNORECASE))
    alone = (part,) if _of_its_own(whole, plain) else ()
    if part.startswith("+"):  # "too": nothing is replaced
        return (_joined(whole, part[1:]),)
    placed = [
        with_particle(whole[: place.start] + plain, whole[place.end :]) for place in _replaced(whole, plain)
    ]
    return tuple(dict.fromkeys((*placed, *alone, _joined(whole, part))))


def _named_one(whole: str, part: str) -> str:
    """`part` with the thing itself for a bare "one" at its end: "electric one" after "a swan boat" is a boat."""
    match = re.search(r"(?<=\w )ones?$", part, re.IGNORECASE)
    things = phrases(whole)
    if match is None or not things or korean(whole):
        return part
    return part[: match.start()] + things[-1].text.split()[-1]


def _of_its_own(whole: str, part: str) -> bool:
    """Whether what is put in is a topic of its own: of several words, none of which the question has."""
    words = content(part)
    return len(words) > 1 and not any(known(word, set(content(whole))) for word in words)


def _replaced(whole: str, part: str) -> list[Phrase]:
    """The phrase of a question that a bare noun stands for: the last in English, the first in Korean. Of a Korean
    phrase of several words a shorter one stands for the first word, or for the whole."""
    every = phrases(whole)
    found = [phrase for phrase in every if not phrase.where] or every[:1]
    if not found:
        return []
    if not korean(whole):
        return [found[-1]]
    run = found[0]
    if len(run.text.split()) <= len(part.split()):
        return [run]
    first = run.text.split()[0]
    return [Phrase(run.start, run.start + len(first), first), run]


def _pointed(text: str, whole: str, reply: str) -> str:
    """`text` with what it points at in place of the pointing word; empty when it points at nothing known."""
    plain = _EXPLETIVE.sub(lambda match: "\0" * len(match[0]), text)
    if (match := _PERSON.search(plain)) is not None and (who := _person(whole, reply)):
        return _instead(text, match, who)
    about = topic(whole)
    if not about:
        return ""
    match = _THING.search(plain) or _PLACE.search(plain)
    if match is not None:
        return _instead(text, match, about)
    return f"{about} {text}" if _ONE.search(plain) else ""


def _instead(text: str, match: re.Match[str], words: str) -> str:
    word = match[0].lower()
    if korean(text):
        ending = re.search(r"(?:은|는|도|의)$", word)
        kept = {
            "그건": "은",
            "그게": "이",
            "그걸": "을",
            "이건": "은",
            "이게": "이",
            "이걸": "을",
            "저건": "은",
        }.get(word, ending[0] if ending else "")
        return with_particle(text[: match.start()] + words, kept + text[match.end() :])
    owner = word in ("its", "their", "his", "hers") or (
        word == "her" and re.match(r"\s+[a-z]", text[match.end() :])
    )
    words = f"{words}’s" if owner else f"in {words}" if word == "there" else words
    return text[: match.start()] + words + text[match.end() :]


def _person(whole: str, reply: str) -> str:
    """Who was spoken of: a name of two words in the question or the reply, else a name of one."""
    for pattern in (
        r"\b[A-Z][a-z’'-]+(?: [A-Z]\.)?(?: [A-Z][a-z’'-]+)+",
        r"(?<!^)(?<![.!?>“\n]\s)\b[A-Z][a-z’'-]+\b",
    ):
        for text in (" " + whole, " " + re.sub(r"^(?:From|The page) “[^”]*”[^:]*:", "", reply)):
            if (found := re.search(pattern, text)) is not None:
                return found[0]
    found = re.search(r"([가-힣]{2,4})(?=\s?(?:씨|님|선생|장군|대군|왕|이|가|은|는)(?:\s|$))", reply)
    return found[1] if found else topic(whole)


def _lost(text: str) -> bool:
    """Whether a first message points at something, or asks for a number of nothing ("얼마예요?")."""
    if names(text):
        return False
    plain = _EXPLETIVE.sub(" ", text)
    if _THING.search(plain) or _PERSON.search(plain):
        return True
    return korean(text) and not phrases(text) and bool(_AMOUNT_KO.search(text))


def taken_for_known(text: str, before: str) -> bool:
    """Whether a bare "the interest" stands in it that was not spoken of: it is that of what was."""
    there = set(content(before))
    return any(
        not known(stem(match[1]), there) and not match[1][0].isupper() for match in _BARE.finditer(text)
    )


def _joined(whole: str, part: str) -> str:
    """Both, as one question."""
    if korean(whole):
        return f"{part} {whole}"
    bare = whole.rstrip(" ?!.")
    return f"{bare} {part.rstrip(' ?!.')}?"
