"""Questions that do not say what they ask about: several things fit equally, and none is named.

Three kinds: a pointing word without anything that was named before ("How much is it?"); a thing that is taken for
known and is not ("this loan", "the loan", "그 체험"); and a question that several things of one kind answer alike
("How much is the admission?" of two museums). The candidates are named as they stand in the sources.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.chat.followup import Standing
from madang.chat.phrase import korean, phrases
from madang.chat.words import FUNCTION, content, known, stem
from madang.knowledge.asks import lists
from madang.knowledge.questions import asked, content_terms, shows
from madang.knowledge.types import Evidence, Passage
from madang.models.types import Message
from madang.storage.segment import terms

OFFERED = 3
"""Candidates that are named."""
SPOKEN = 3
"""Passages that are looked into for a thing that is taken for known."""
MOST_OF = 0.6
"""Share of a question's words that a thing must hold for the question to be about such things."""
_NOUN = r"([A-Za-z][a-z-]*[a-z])(?![\w-])"
_DEFINITE = re.compile(
    rf"\b(?P<word>this|that|these|those|the)\s+(?:particular\s+|specific\s+|same\s+)?{_NOUN}(?P<owner>['’]s)?(?P<after>\s+[A-Za-z][\w’'-]*)?",
)
_POINTED_NAME = re.compile(r"\b[Tt](?:his|hat) ((?:[A-Z][\w’'-]+ ?){1,4}\b)")
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|he|she|him|her|his|hers|this|that|these|those)\b", re.IGNORECASE
)
_DOES = re.compile(r"\b(?:i|we|you|they|to|please)\s+$", re.IGNORECASE)
"""Before a verb: what follows names nothing."""
_HEAD = re.compile(r"\s(?:of|for|in|at|with|on|from|and)\s|\s*[,:(|–—]|\s-\s")
"""Where a name goes on behind what it is a name of: "Studio rules" is no studio, "Museum of Clocks" a museum."""
_PARTICULAR = re.compile(
    r"\b[Tt](?:his|hat) (?:particular|specific) (?:[a-z-]+ )*?([a-z-]+)\b(?= (?:[a-z]+s|is|was|has|can|will|compare|work|offer|have|do|did|in|on|for|to|at)\b|[?.,])"
)
_CHOOSES = re.compile(
    r"\b(?:which|what)\b.*\b(?:[a-z]{3,}est|most|least|best|better|(?:cheap|larg|small|long|short|fast|quick|clos|near|bigg|strong|light|heavi|old|young|high|low|hott|mild)er)\b"
    r"|(?:제일|가장|더)\s?(?:[가-힣]+\s)?(?:싼|비싼|좋|큰|작은|많|적|빠른|가까운|먼|매운|오래|인기)",
    re.IGNORECASE,
)
"""Asks for the one of several that is cheapest, best, …: all of them are meant."""
_CALENDAR = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter|christmas|easter",
    re.IGNORECASE,
)
_DEFINITE_KO = re.compile(r"(?<![가-힣])(그|이|저|해당)\s([가-힣]{2,})")
_TELLS = re.compile(
    r"\s+(?:of|that|which|who|whose|where|to|for|between|behind|with|called|named|from|used|needed|at|by|available|offered|required)$",
    re.IGNORECASE,
)
_UNIQUE = frozenset(
    [
        "sun",
        "moon",
        "earth",
        "world",
        "sky",
        "sea",
        "weather",
        "internet",
        "web",
        "government",
        "public",
        "law",
        "market",
        "economy",
        "environment",
        "future",
        "past",
        "present",
        "same",
        "rest",
        "other",
        "others",
        "way",
        "ways",
        "difference",
        "reason",
        "reasons",
        "purpose",
        "name",
        "first",
        "second",
        "last",
        "next",
        "best",
        "most",
        "only",
        "following",
        "fact",
        "idea",
        "case",
        "point",
        "number",
        "amount",
        "end",
        "beginning",
        "top",
        "bottom",
        "middle",
        "time",
        "day",
        "week",
        "month",
        "year",
        "morning",
        "afternoon",
        "evening",
        "night",
        "weekend",
        "moment",
        "usa",
        "us",
        "uk",
        "eu",
        "police",
        "army",
        "news",
        "truth",
        "question",
        "answer",
        "information",
        "place",
        "site",
        "website",
        "page",
        "menu",
        "bill",
        "address",
        "phone",
        "price",
        "cost",
        "kitchen",
        "door",
        "front",
        "back",
        "right",
        "left",
        "one",
        "ones",
        "kind",
        "kinds",
        "sort",
        "type",
        "people",
        "details",
        "process",
        "rules",
        "above",
        "below",
        "country's",
    ]
)
"""Nouns that are known without having been named."""
_NO_THING = frozenset(
    [
        "seems",
        "seem",
        "looks",
        "sounds",
        "means",
        "makes",
        "works",
        "rather",
        "whole",
        "very",
        "actual",
        "wrong",
        "weird",
        "exact",
        "new",
        "old",
        "big",
        "small",
        "default",
        "maximum",
        "minimum",
        "average",
        "usual",
        "normal",
        "current",
        "final",
        "main",
        "basic",
        "basics",
    ]
)
"""What stands behind "the" or "that" and names nothing."""
_QUALITY = re.compile(r"(?:[aeu]al|[^r]ic|ive|ous|ful|less|[ai]ble|ary|ern|ish|act|ted)$", re.IGNORECASE)
"""Ends words that say how a thing is."""
_OWN = frozenset(
    [
        "shop",
        "store",
        "restaurant",
        "cafe",
        "inn",
        "hotel",
        "bar",
        "business",
        "company",
        "team",
        "staff",
        "owner",
        "chef",
        "house",
        "building",
        "church",
        "king",
        "queen",
        "president",
        "city",
        "town",
        "state",
        "states",
    ]
)
"""Nouns that are known where a character speaks for one place; elsewhere there are many, and where the sources do
not answer either it may be one of them that is meant."""
_UNIQUE_KO = frozenset(
    [
        "가게",
        "식당",
        "매장",
        "카페",
        "병원",
        "도서관",
        "집",
        "곳",
        "사람",
        "분",
        "때",
        "날",
        "정도",
        "외",
        "밖",
        "후",
        "전",
        "뒤",
        "중",
        "다음",
        "가격",
        "시간",
        "번호",
        "이유",
        "방법",
        "경우",
        "근처",
        "주변",
        "지역",
        "건물",
        "제품",
    ]
)


@dataclass(frozen=True, slots=True)
class Unclear:
    """What has to be asked back."""

    thing: str = ""
    """The kind of thing that is meant, in the visitor's own word; empty when not even that was said."""
    candidates: tuple[tuple[str, Passage], ...] = ()
    """Names that fit, as they stand in the sources, and where: none, or two and three."""


def unclear(
    standing: Standing, history: Sequence[Message], evidence: Evidence, *, enough: float, own: bool
) -> Unclear | None:
    """Why `standing` cannot be answered as it is asked; None when it can, or when nothing would become clear.

    `own`: the character speaks for one place, so that "the terrace" is its terrace.
    """
    question = standing.question
    passages = list({found.passage.id: found.passage for found in evidence.found}.values())
    if standing.how == "lost":
        if _named_before(question):
            return None
        rivals = _siblings(question, passages, 0.0) or (() if own else _sources(evidence))
        if rivals or not own or not phrases(question) or not content_terms(question):
            return Unclear(candidates=rivals)
        return None
    if standing.how == "answering" or lists(question) or _CHOOSES.search(question):
        return None
    unanswered = evidence.answerable < enough
    there = _UNIQUE if unanswered and not own else _UNIQUE | _OWN
    if (taken := _taken_for_known(question, history, there)) is not None:
        thing, pointed = taken
        if _heads(thing, passages) or (own and not pointed and _all_its(thing)):
            return None
        # what the question says itself ("this Superior Court") tells it from nothing
        named = tuple(
            one for one in _named_like(thing, passages) if not pointed or _key(one[0]) not in question.lower()
        )
        if len(named) > 1:
            return Unclear(thing, named)
        if pointed and not named:
            return Unclear(thing)
        speaking = _speaking_of(thing, passages)
        if not own and not named and (not speaking or (unanswered and len(speaking) > 1)):
            return Unclear(thing)
    if standing.moved or (
        evidence.spans and evidence.spans[0].passage.id not in {p.id for p in passages[:3]}
    ):
        return None
    rivals = _siblings(question, passages)
    return Unclear(_thing(question, rivals), rivals) if len(rivals) > 1 else None


def _named_before(question: str) -> bool:
    """Whether a thing is named before the word that points at it ("How should iron tablets be taken so that they
    work?")."""
    if korean(question):
        return False
    points = _POINTS.search(question)
    return points is not None and any(
        phrase.end <= points.start()
        and not (" " not in phrase.text and _DOES.search(question[: phrase.start]))
        for phrase in phrases(question)
    )


def _heads(thing: str, passages: Sequence[Passage]) -> bool:
    """Whether there is one such thing: a passage stands under its bare name ("Lighthouse")."""
    return any(stem(one.lower()) == stem(thing) for passage in passages for one in passage.headings)


def _speaking_of(thing: str, passages: Sequence[Passage]) -> set[str]:
    """The sources among what was found first that speak of such a thing at all: it is that of the one, where there
    is one."""
    return {one.source_id for one in passages[:SPOKEN] if known(stem(thing), set(content(one.text)))}


def _sources(evidence: Evidence) -> tuple[tuple[str, Passage], ...]:
    """The different sources that spans come from."""
    found = {span.passage.source_id: (span.passage.title, span.passage) for span in evidence.spans}
    return tuple(found.values())[:OFFERED] if len(found) > 1 else ()


def _taken_for_known(
    question: str, history: Sequence[Message], unique: frozenset[str]
) -> tuple[str, bool] | None:
    """A noun that the question takes for known although nobody has named it, and whether it is pointed at.
    `unique`: nouns that need no naming."""
    before = " ".join(message.content for message in history)
    if korean(question):
        for match in _DEFINITE_KO.finditer(question):
            noun = next((p.text for p in phrases(match[2])), "")
            if noun and noun not in _UNIQUE_KO and noun not in before:
                return noun, True
        return None
    court = _POINTED_NAME.search(question)
    if court is not None and court[1].lower() not in before.lower() and not _CALENDAR.match(court[1]):
        return court[1].split()[-1], True
    if (one := _PARTICULAR.search(question)) is not None:
        return one[1], True
    there = set(content(before))
    for match in _DEFINITE.finditer(question):
        noun = match[2]
        root = stem(noun)
        if noun[0].isupper() or noun.lower() in unique or root in unique or root in there or len(noun) < 3:
            continue
        after = match["after"] or ""
        if not match["owner"] and (_TELLS.match(after) or _compound(question, match)):
            continue
        if noun.endswith(("est", "ly", "ing", "ed")) or noun.lower() in _NO_THING:
            continue
        if match["word"] == "that" and _clause(question, match):
            continue
        if re.match(r"['’]t", question[match.end(2) :]) or _describes(noun, after):
            continue
        return noun, match["word"] != "the"
    return None


def _all_its(noun: str) -> bool:
    """Whether a noun means all things of a kind ("the boats")."""
    return noun.endswith("s") and stem(noun) != noun.lower()


def _describes(noun: str, after: str) -> bool:
    """Whether a word goes on with the thing that it describes ("the annual fee", "these abstract ones")."""
    word = after.strip().lower()
    return bool(_QUALITY.search(noun)) and bool(word) and word not in FUNCTION


def _compound(question: str, match: re.Match[str]) -> bool:
    """Whether the noun goes on ("the loan office", "the Repair loan"): then it is more than its kind."""
    after = (match["after"] or "").strip()
    if not after or match["word"] != "the":
        return False
    run = next((p for p in phrases(question) if p.start <= match.start(2) < p.end), None)
    return run is None or run.end > match.end(2)


def _clause(question: str, match: re.Match[str]) -> bool:
    """Whether `that` begins a clause ("the bank that lends")."""
    return match.start() > 0 and question[: match.start()].rstrip()[-1:].isalnum()


def _named_like(thing: str, passages: Sequence[Passage]) -> tuple[tuple[str, Passage], ...]:
    """Names of things of that kind ("Repair Loan", "도자기 체험"): headings and titles, then names in the text."""
    found: dict[str, tuple[str, Passage]] = {}
    root = stem(thing)
    for passage in passages:
        for name in (*reversed(passage.headings), passage.title):
            words = name.split()
            head = _HEAD.split(name)[0].split()[-1:] or [""]
            if 2 <= len(words) <= 8 and (stem(head[0].strip(",.:|")) == root or head[0] == thing):
                found.setdefault(_key(name), (name, passage))
                break
    if len(found) < 2 and not korean(thing):
        pattern = re.compile(rf"\b(?:[A-Z][\w’'-]+\s+){{1,4}}{re.escape(thing[:1])}\w*", re.IGNORECASE)
        # "Traumatic Brain Injury" is no brain
        compound = re.compile(
            rf"\b(?:[A-Z][\w’'-]+[ -]){{1,4}}(?:{re.escape(thing.capitalize())})\b(?! [A-Z])"
        )
        for passage in passages:
            for match in compound.finditer(passage.text):
                name = re.sub(r"^(?:The|A|An|This|Your|Our|What|Which|How|If|In|For)\s+", "", match[0])
                if " " in name and pattern.search(name):
                    found.setdefault(_key(name), (name, passage))
    return tuple(found.values())[:OFFERED] if len(found) > 1 else tuple(found.values())


def _siblings(
    question: str, passages: Sequence[Passage], least: float = MOST_OF
) -> tuple[tuple[str, Passage], ...]:
    """Things of one kind that answer the question alike and that it does not name: two or three, or none.

    Of one kind are headings that end in the same word ("Harbour Museum", "Clock Museum"). Alike is: their
    passages hold as many words of the question as the best one (at least the share `least` of them), and show
    what it asks for.
    """
    wanted = set(content_terms(question))
    kind = asked(question)
    groups: dict[str, dict[str, tuple[str, Passage, int]]] = {}
    best = 0
    for passage in passages:
        name = passage.headings[-1] if passage.headings else _page(passage.title)
        words = name.split()
        held = wanted & _terms(f"{name} {passage.text}", wanted)
        if shows(kind, passage.text) is False:
            continue
        best = max(best, len(held))
        if not 2 <= len(words) <= 6:
            continue
        group = groups.setdefault(stem(words[-1].lower()), {})
        if _key(name) not in group or group[_key(name)][2] < len(held):
            group[_key(name)] = (name, passage, len(held))
    asks = set(content(question))
    for head, group in groups.items():
        fits = [one for one in group.values() if one[2] == best]
        if len(fits) < 2 or best < least * len(wanted):
            continue
        if any(_says(question, asks, word, head) for one in group.values() for word in one[0].split()):
            continue
        return tuple((name, passage) for name, passage, _ in fits[:OFFERED])
    return ()


def _page(title: str) -> str:
    """The title of a page without that of its site ("Fees – County Court"): pages of one site are not of one kind."""
    return re.split(r"\s[–—|·•]\s|\s-\s", title)[0]


def _says(question: str, asks: set[str], word: str, head: str) -> bool:
    """Whether the question says the word of a name that tells it from the others of its kind."""
    root = stem(word.lower())
    if root == head:
        return False
    return word in question if korean(word) else bool(content(word)) and known(root, asks)


def _terms(text: str, wanted: set[str]) -> set[str]:
    there = {stem(term) for term in terms(text)}
    return {term for term in wanted if stem(term) in there}


def _thing(question: str, rivals: Sequence[tuple[str, Passage]]) -> str:
    """The word that all candidates share, where the question says it."""
    if not rivals:
        return ""
    last = rivals[0][0].split()[-1]
    return (
        last.lower()
        if not korean(last) and known(stem(last), set(content(question)))
        else last
        if korean(last) and last in question
        else ""
    )


def _key(name: str) -> str:
    return " ".join(name.lower().split())
