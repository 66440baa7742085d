"""Whether a reply is what a check demands. Pure: the same check and reply, the same result."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from madang.characters.types import Check, CheckResult
from madang.chat.types import Citation, Reply
from madang.kernel.errors import MadangError

LACKS = "The reply does not hold “{text}”."
HOLDS = "The reply holds “{text}”, which it must not."
NOT_CITED = "It does not cite “{text}”."
ANSWERED = "It answers, and should say that it does not know."
DECLINED = "It says that it is not sure, or does not know."
NOTHING = "It said nothing."
STOPPED = "The reply was not finished."
LONGEST_REPLY = 4_000
"""Characters of a reply that are kept with a result."""
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-"})
_MARK = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")


def judge(
    check: Check, reply: Reply, *, milliseconds: float = 0.0, asks_for: str | None = None
) -> CheckResult:
    """Each failed demand is one reason. A check that demands nothing holds when there is a finished reply.

    A reply that declines gives nothing that is demanded, whatever it shows beside. With `asks_for` another
    source counts as cited when this stands in what is quoted of it.
    """
    said = plain(_MARK.sub(" ", reply.text))
    quoted = [plain(citation.quote) for citation in reply.citations]
    reasons: list[tuple[str, dict[str, str]]] = []
    if reply.state != "done":
        reasons.append((STOPPED, {}))
    elif not said:
        reasons.append((NOTHING, {}))
    declined = reply.basis == "abstained" and bool(check.holds or check.cites) and not check.declines
    if declined:
        reasons.append((DECLINED, {}))
    for text in check.holds:
        if not declined and not any(occurs(text, where) for where in (said, *quoted)):
            reasons.append((LACKS, {"text": text}))
    for text in check.holds_not:
        if occurs(text, said):
            reasons.append((HOLDS, {"text": text}))
    same = bool(asks_for) and any(occurs(str(asks_for), text) for text in quoted)
    if check.cites and not declined and not same and not cites(check.cites, reply.citations):
        reasons.append((NOT_CITED, {"text": check.cites}))
    if check.declines and reply.basis != "abstained":
        reasons.append((ANSWERED, {}))
    return CheckResult(
        check_id=check.id,
        question=check.question,
        passed=not reasons,
        reasons=[sentence for sentence, _ in reasons],
        params=[params for _, params in reasons],
        reply=reply.text[:LONGEST_REPLY],
        basis=reply.basis,
        milliseconds=round(milliseconds, 1),
        cited=[
            {"number": str(one.number), "source": one.source, "quote": one.quote[:600], "url": one.url}
            for one in reply.citations
        ],
    )


def failed(check: Check, error: MadangError, *, milliseconds: float = 0.0) -> CheckResult:
    """The result when no reply could be made."""
    return CheckResult(
        check_id=check.id,
        question=check.question,
        passed=False,
        reasons=[error.sentence],
        params=[{name: str(value) for name, value in error.params.items()}],
        milliseconds=round(milliseconds, 1),
    )


def cites(wanted: str, citations: Sequence[Citation]) -> bool:
    """Whether one of them is of the source with this title, or quotes this text."""
    text = plain(wanted)
    return any(plain(one.source) == text or occurs(wanted, plain(one.quote)) for one in citations)


def occurs(text: str, where: str) -> bool:
    """Whether `text` is in `where` (made `plain`): whatever the case, the spaces and the kind of quotation
    mark; a number only as a whole (9,000 is not in 19,000)."""
    wanted = plain(text)
    if not wanted:
        return True
    before = r"(?<!\d)(?<!\d[.,:])" if wanted[0].isdigit() else ""
    after = r"(?!\d)(?![.,:]\d)" if wanted[-1].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, where))


def plain(text: str) -> str:
    """Texts as they are compared: `12,000 Won` is `12000 won`."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", " ".join(text.split()))
