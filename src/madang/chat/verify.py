"""Whether a model's sentence says only what the evidence says. Pure functions; in doubt it is refused.

What they check: every number, price, time, date and name stands in the evidence; every other word stands
in the evidence or in the question; negations and restrictions are the same; and what stood together stays
together (a price with its dish, a name with its deed). They do not understand: a sentence made of the
evidence's words in another sense can pass, which is why the quotation always stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from madang.chat.quantities import Quantity, quantities, scan, supported
from madang.chat.sentences import sentences
from madang.chat.words import NEVER_FROM_QUESTION, content, cues, known, names, stem

LONGEST = 32
"""Words of the longest wording accepted."""
CITED_COVERAGE = 0.5
"""Share of a cited sentence's words that its passage or the question must hold."""
_YES_NO = re.compile(
    r"^\W*(?:yes|no|yeah|yep|yup|nope|nah|sure|certainly|absolutely|definitely|of course|indeed|correct|right"
    r"|true|false"
    r"|네|예|넵|아니요|아뇨|아니오|응|물론|그럼요|맞습니다|맞아요)(?![가-힣a-z])",
    re.IGNORECASE,
)
_STRANGE = re.compile(r"https?://|www\.|[<>{}|`*#\[\]]|!\[")
_ADDRESS = re.compile(r"https?:|www\.|!\[|\]\(|\b[\w.-]+@[\w-]+\.\w|\bdata:|javascript:", re.IGNORECASE)
_OPENS = re.compile(r"\b(?:opens?|opening|starts?|begins?|from)\b|부터|열어|엽니다|시작", re.IGNORECASE)
_CLOSES = re.compile(r"\b(?:closes?|closing|ends?|until|till)\b|까지|닫|끝", re.IGNORECASE)
_RANGE = re.compile(r"^\s*(?:[-–—~～]|to|until|till|through|에서|부터)\s*$", re.IGNORECASE)
_PART = r"(?:[^,;.!?]|(?<=\d)[,.](?=\d))"
"""A letter of one part of a sentence; a comma inside a number ends none."""
_CONDITION = re.compile(
    rf"\b(?:if|unless|provided|as long as|when|at least|at most|up to|no later than)\b{_PART}*"
    rf"|\b{_PART}*?\b(?:before|in advance|beforehand|or more|or less)\b{_PART}*"
    rf"|{_PART}*?(?:[하되이으시다려]면(?=[\s,])|경우|전까지|이상|이하|이내|미만|초과|한해|한하여)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;·•|\n/]|(?<=[.!?。])\s|\band\b|\bwhile\b|\bbut\b|그리고|(?<=고)\s|(?<=며)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Verdict:
    accepted: bool
    reason: str = ""


REFUSED_EMPTY = Verdict(False, "empty")
ADDRESS = Verdict(False, "an address: a model's text leads nowhere, a citation does")


def check(wording: str, evidence: str, question: str = "") -> Verdict:
    """Whether one sentence that words `evidence` as a reply to `question` may be shown."""
    text = wording.strip()
    if not content(text) and not quantities(text):
        return REFUSED_EMPTY
    if len(text.split()) > LONGEST or len(sentences(text)) > 1 or text.endswith(("?", "？")):
        return Verdict(False, "not one short statement")
    if _STRANGE.search(text):
        return Verdict(False, "markup or an address")
    if _YES_NO.match(text):
        return Verdict(False, "a yes or no is an inference")
    if reason := _facts(text, evidence):
        return Verdict(False, reason)
    _, rest = scan(text)
    evidence_words = set(content(evidence))
    for word in content(rest):
        if known(word, evidence_words):
            continue
        if word in _NEVER or not known(word, set(content(question))):
            return Verdict(False, f"not in the evidence: {word}")
    if cues(text) != cues(_nearest(text, evidence)):
        return Verdict(False, "another negation or restriction")
    if reason := _torn(text, rest, evidence):
        return Verdict(False, reason)
    if condition := unsaid(text, _nearest(text, evidence), question):
        return Verdict(False, f"without its condition: {condition}")
    return Verdict(True)


def unsaid(text: str, evidence: str, question: str = "") -> str:
    """A condition of the evidence that a wording leaves out; empty when it leaves out none.

    It is said, or asked for, when all its quantities stand in the wording or the question;
    one without quantities, when half of its words do.
    """
    said = f"{text}\n{question}"
    amounts, words = quantities(said), set(content(scan(said)[1]))
    for match in _CONDITION.finditer(evidence):
        condition = match.group()
        needed = quantities(condition)
        theirs = content(scan(condition)[1])
        if needed and not all(supported(quantity, amounts) for quantity in needed):
            return condition.strip()
        if not needed and theirs and sum(known(word, words) for word in theirs) < len(theirs) / 2:
            return condition.strip()
    return ""


def check_cited(sentence: str, passages: str, question: str = "") -> Verdict:
    """The same for a capable model's cited sentence, which may use words of its own, but no facts."""
    text = re.sub(r"\s*\[\d+\]", "", sentence).strip()
    if _ADDRESS.search(text):
        return ADDRESS
    if reason := _facts(text, passages):
        return Verdict(False, reason)
    amounts, rest = scan(text)
    words = content(rest)
    theirs = set(content(passages))
    for word in words:
        if word in _NEVER and not known(word, theirs):
            return Verdict(False, f"not in the evidence: {word}")
    sources = theirs | set(content(question))
    borne = sum(known(word, sources) for word in words) + len(amounts)
    if borne < CITED_COVERAGE * (len(words) + len(amounts)):
        return Verdict(False, "too little of it is in the evidence")
    if _flipped(cues(text), cues(_nearest(text, passages))):
        return Verdict(False, "another negation or restriction")
    if reason := _torn(text, rest, passages):
        return Verdict(False, reason)
    return Verdict(True)


def states_facts(sentence: str) -> bool:
    """Whether a sentence holds anything that could be looked up: a quantity, a name, a restriction."""
    text = re.sub(r"\[\d+\]", "", sentence)
    return bool(quantities(text) or names(text) or len(content(text)) >= 4)


_CLAIM = re.compile(
    r"\b(?:we|our|us|the (?:shop|store|restaurant|cafe|place|menu|project|team|kitchen|chef)|prices?|menu"
    r"|free|open|opens|opened"
    r"|closed?|closes|deliver\w*|refunds?|discounts?|located|address|parking|wi-?fi|booking|reservations?|accepts?|available)\b"
    r"|저희|우리 (?:가게|식당|매장)|메뉴|무료|영업|휴무|배달|환불|할인|주차|예약|위치|가능|가격",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"^\W*(?:how (?:can|may)|what (?:can|would|brings)|is there|would you|do you|may i|can i"
    r"|let (?:me|us) know|feel free"
    r"|welcome|thank|i(?:'m| am) (?:happy|glad|here)|we(?:'re| are) (?:happy|glad|here) to)",
    re.IGNORECASE,
)


def own_facts(sentence: str, allowed: str) -> str:
    """Why a sentence of free talk states a fact that stands nowhere in `allowed`; empty when it does not.

    For characters that speak for something real. A price, number, time or date must stand in `allowed`; a
    claim about the place (we, our, menu, open, free) must be made of its words.
    """
    found, rest = scan(sentence)
    base = quantities(allowed)
    for quantity in found:
        if not _idle(quantity, sentence) and not supported(quantity, base):
            return f"a {quantity.kind} of its own"
    if _CLAIM.search(sentence) and not _OFFER.match(sentence):
        allowed_words = set(content(allowed))
        foreign = [word for word in content(rest) if not known(word, allowed_words)]
        if foreign:
            return f"a claim of its own: {foreign[0]}"
    return ""


def _idle(quantity: Quantity, text: str) -> bool:
    """`one` as in `this one` states nothing."""
    return text[quantity.at : quantity.at + 3].lower() == "one" and quantity.kind == "number"


def _facts(text: str, evidence: str) -> str:
    found = quantities(evidence)
    for quantity in quantities(text):
        if not supported(quantity, found):
            return f"a {quantity.kind} that is not in the evidence"
    lower = evidence.lower()
    for name in names(scan(text)[1]):
        plain = name.replace("’", "'").removesuffix("'s").lower()
        if plain not in lower and stem(plain) not in lower:
            return f"a name that is not in the evidence: {name}"
    return ""


_NEVER = {stem(word) for word in NEVER_FROM_QUESTION} | NEVER_FROM_QUESTION


def _flipped(claim: frozenset[str], evidence: frozenset[str]) -> bool:
    """A capable model may leave a restriction out of a sentence, but not add or lose a negation."""
    hard = {"not", "closed", "sold out"}
    return bool((claim & hard) ^ (evidence & hard)) and not (claim & hard and evidence & hard)


def restricted(text: str, evidence: str) -> str:
    """Which restriction ("only", "without", "except") a claim adds to its evidence, or leaves out of the part
    of it that it repeats; empty when it does neither."""
    soft = {"only", "without", "except"}
    if added := (cues(text) - cues(evidence)) & soft:
        return f"a restriction of its own: {', '.join(sorted(added))}"
    words, amounts = set(content(scan(text)[1])), quantities(text)

    def shared(part: str) -> int:
        theirs = set(content(scan(part)[1]))
        both = sum(known(word, theirs) for word in words)
        return both + 2 * sum(supported(amount, quantities(part)) for amount in amounts)

    nearest = max(_segments(evidence), key=shared, default="")
    if lost := (cues(nearest) - cues(text)) & soft:
        return f"without its restriction: {', '.join(sorted(lost))}"
    return ""


def _nearest(text: str, evidence: str) -> str:
    """The sentence of the evidence that shares most with `text`."""
    words, amounts = set(content(scan(text)[1])), quantities(text)

    def shared(sentence: str) -> tuple[float, int]:
        theirs = set(content(scan(sentence)[1]))
        # a number ties a sentence to its evidence more surely than a word
        both = sum(known(word, theirs) for word in words) + 2 * sum(
            supported(amount, quantities(sentence)) for amount in amounts
        )
        return both, -len(theirs)

    parts = [part for part in sentences(evidence) if part.strip()]
    return max(parts, key=shared, default=evidence)


def _torn(text: str, rest: str, evidence: str) -> str:
    """Whether something that the evidence says of one thing is said of another (prices or names swapped)."""
    segments = _segments(evidence)
    amounts = [quantities(segment) for segment in segments]
    words = [set(content(scan(segment)[1])) for segment in segments]
    claimed = content(rest)
    for quantity in quantities(text):
        for word in claimed:
            places = [index for index, known_words in enumerate(words) if known(word, known_words)]
            if places and not any(_beside(quantity, amounts, index) for index in places):
                return f"{word} stands with another {quantity.kind}"
    if reason := _ends(text, evidence):
        return reason
    who = [stem(name) for name in names(" " + evidence) if stem(name) in words_of(segments)]
    for name in {stem(name) for name in who if stem(name) in claimed}:
        for word in claimed:
            places = [index for index, known_words in enumerate(words) if word in known_words]
            if places and word != name and not any(_with(name, who, words[index]) for index in places):
                return f"{word} is said of another than {name}"
    return ""


def _segments(evidence: str) -> list[str]:
    """The evidence cut at commas, sentence ends and joining words, never inside a number."""
    _, masked = scan(evidence)
    parts: list[str] = []
    last = 0
    for match in _BREAK.finditer(masked):
        parts.append(evidence[last : match.start()])
        last = match.end()
    return [part for part in [*parts, evidence[last:]] if part.strip()]


def words_of(segments: list[str]) -> set[str]:
    """All stems in the segments."""
    return {word for segment in segments for word in content(segment)}


def _with(name: str, everyone: list[str], segment: set[str]) -> bool:
    return name in segment or not any(other in segment for other in everyone if other != name)


def _beside(quantity: Quantity, amounts: list[list[Quantity]], index: int) -> bool:
    """Whether `quantity` stands in the segment, or, if that has none of its kind, in the next that has."""
    for later in range(index, len(amounts)):
        kind = [other for other in amounts[later] if _kind(other) == _kind(quantity)]
        if kind:
            return supported(quantity, kind)
    return True


def _kind(quantity: Quantity) -> str:
    return "amount" if quantity.kind in ("price", "number") else quantity.kind


def _ends(text: str, evidence: str) -> str:
    """`opens at` the end of a range, `closes at` its start."""
    found = [quantity for quantity in quantities(evidence) if quantity.kind == "time"]
    _, masked = scan(evidence)
    starts: list[Quantity] = []
    ends: list[Quantity] = []
    for one, other in pairwise(found):
        if _RANGE.match(masked[one.at : other.at].strip()):
            starts.append(one)
            ends.append(other)
    last = 0
    for quantity in quantities(text):
        # only what stands since the last quantity: in `from 11 to 21` the `from` is not said of 21
        before, last = text[max(last, quantity.at - 24) : quantity.at], quantity.at + 1
        if quantity.kind != "time":
            continue
        after = text[quantity.at : quantity.at + 16]
        opens, closes = _OPENS.search(before), _CLOSES.search(before)
        opens = opens or re.search(r"부터|에 (?:열|엽|시작)", after)
        closes = closes or re.search(r"까지|에 (?:닫|끝)", after)
        if opens and not closes and supported(quantity, ends) and not supported(quantity, starts):
            return "an end taken for a beginning"
        if closes and not opens and supported(quantity, starts) and not supported(quantity, ends):
            return "a beginning taken for an end"
    return ""
