"""Whether what was found can be the answer at all, however much of the question it holds: a question for a
name, a time, a day or a price is answered only by a text that shows one."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from madang.kernel.language import language_of
from madang.knowledge.asking import Asking
from madang.knowledge.days import days_in
from madang.knowledge.measures import names_a_time
from madang.knowledge.people import asks_for_a_name, names_somebody
from madang.knowledge.questions import shows
from madang.knowledge.ranges import beyond
from madang.knowledge.types import Span

_OF_KIND = frozenset({"time", "hour", "hours", "price", "cost", "시간", "가격"})
"""Words that say what kind of answer is asked for, which the answer shows without them."""
ABROAD = 0.4
"""Share of a question that a span in another language must hold, or it is as good as untouched."""
SURELY = 2.0
"""A logit of the reader from which a span answers without a word of the question."""
_SELLS = re.compile(
    r"\b(?:do|does|can|could) (?:you|they|we|i) (?:also |guys )?(?:sell|buy|purchase)\b|\bfor sale\b"
    r"|(?:파나요|파시나요|팔아요|파세요|파는지|판매하|판매도|살 수|구매할 수|구입할 수)",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"\b(?:s[eo]ll(?:s|ing)?|sold|buy|bought|shop|store|sale|stock|available|price|cost)s?\b|[₩$€£]\s?\d|\d\s?원"
    r"|판매|팔|파는|구매|구입|살 수|사실 수|매점|매장|가격",
    re.IGNORECASE,
)
_NEEDS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(says, re.IGNORECASE))
    for asks, says in (
        # whether anything is left on a day is nothing that a price list says
        (
            r"^(?=.*(?:오늘|내일|모레|이번|다음|주말|[월화수목금토일](?:요일|욜)|\d ?[일시]|아침|점심|저녁)).*(?:자리|방|객실|좌석) ?(?:가 |이 |는 |은 )?(?:아직 )?(?:있|남|비[었어])\S*\W*$"
            r"|남은 ?(?:자리|방|객실|좌석)|빈 ?(?:자리|방|객실|좌석)|예약 ?(?:이 )?(?:다 ?찼|꽉|비[었어]|남)"
            r"|\b(?:any|got|have|are there|is there)\b.{0,30}\b(?:slots?|spaces?|spots?|tables?|rooms?|places?|seats?|vacanc(?:y|ies)|availability)\b.{0,12}\b(?:left|free|available|open|on|for|this|next|tomorrow|tonight|today)\b|\b(?:fully booked|booked up|sold out)\b",
            r"자리|예약|만석|매진|마감|잔여|선착순|현장|당일|\bavailab|\bbook|\breserv|\bfull\b|\bsold out\b|first[- ]come|walk[- ]?ins?|\bspaces?\b|\bplaces?\b",
        ),
        (
            r"\bminimum\b|최소 ?(?:몇|이용|인원|시간|주문|얼마)",
            r"\bminimum\b|\bmin\b|\bat least\b|\bfrom \d|\d ?\+|\bor (?:more|over)\b|최소|이상|부터",
        ),
        (
            r"\b(?:are|r) (?:you|u) (?:hiring|recruiting|taking on)\b|\btaking on (?:\w+ )?(?:staff|people)\b|\b(?:job|work) (?:vacanc|opening)|\bany (?:jobs|vacancies)\b|(?:알바|직원|아르바이트|사람) ?(?:을 )?(?:구하|뽑|모집)|채용",
            r"\bjobs?\b|\bhir(?:e|ing)\b|\brecruit|\bvacanc|\bcareers?\b|\bstaff\b|\bjoin (?:us|our)\b|\bteam\b|채용|구인|알바|아르바이트|모집|직원",
        ),
        (
            r"\bor\b.*\b(?:cheaper|dearer|better value|more expensive|bigger|larger|longer)\b|(?:중에서?|중) ?(?:뭐|어느|어떤|누가)\S* ?\S* ?더 |(?:뭐|어느 ?쪽|어느 ?게)\S* 더 ",
            r"\bthan\b|\b\w+est\b|\bcompared\b|\b(?:more|less)\b|\bboth\b|\bsame\b|보다|더|가장|제일|같",
        ),
    )
)
"""What a question asks for, with what its answer says of that at least."""
_COUNTER = re.compile(r"몇 ?(대|명|인|개|장|마리|층|살|세|박|병|곡|권|자리)(?![가-힣]*실)")
_AS_WELL = {"명": "명인분", "인": "명인분", "살": "살세", "세": "살세"}
_CLOSED = re.compile(r"\bclosed?\b|쉽니다|쉬는|휴무|휴관|닫", re.IGNORECASE)
_ASKS_WHEN = re.compile(r"\b(?:what|which) time\b|몇 ?시(?!간)", re.IGNORECASE)
_ASKS_DAYS = re.compile(r"\b(?:what|which) days?\b|(?:무슨|어느|어떤) ?요일", re.IGNORECASE)
_SUM = re.compile(
    r"\b(?:how much|price|cost|pay|what(?:'?s| is| would))\b.*\b(?:total|altogether|all together|in all)\b(?! (?:number|area|of)\b)"
    r"|\b(?:how much|price|cost|pay)\b.*\b(?:\d|two|three|four) adults?\b.*\b(?:kids?|child|children)\b"
    r"|\b(?:\d|two|three|four) adults?\b.*\b(?:kids?|child|children|seniors?|students?)\b.*\b(?:how much|price|cost)s?\b"
    r"|\b(?:one|two|three|four|\d)\b.*\b(?:one|two|three|four|\d|and)\b.*\btotal\W*$"
    r"|[가-힣]{2,}(?:하고|이랑|랑|과|와) [가-힣]{2,}(?:까지|도)? ?(?:다 ?|같이 ?|둘 ?다 ?)?(?:하면|해서|받으면|사면|시키면).*얼마"
    r"|총 ?얼마|총액|(?:전부|모두) ?얼마|(?:다|모두|합|합쳐) ?(?:해서|하면|치면).*얼마"
    r"|(?:어른|성인|대인) ?(?:하나|둘|셋|넷|[한두세네\d] ?명).*(?:아이|애|어린이|초등학생|중학생|청소년|소인|아기).*얼마",
    re.IGNORECASE,
)
"""What asks for the price of several things together."""
_TOGETHER = re.compile(
    r"\b(?:set|bundle|package|combo|family|together|total)\b|세트|묶음|패키지|가족|합계|총", re.IGNORECASE
)
"""What says a price for several things at once."""
_AMOUNT = re.compile(
    r"\d|\bfree\b|\bincluded\b|\bno (?:extra )?(?:charge|fee|cost)s?\b|무료|공짜|포함|없(?:습니다|어요)",
    re.IGNORECASE,
)
"""What a sentence about a price holds at least."""


def may_answer(asking: Asking, spans: Sequence[Span], reading: float | None = None) -> bool:
    """Whether the best span speaks of what is asked, and shows a name, a time, … where one is asked for.

    `reading` is what the reader says of it: one that surely answers may do so in other words.
    """
    if asks_for_a_name(asking.question) and not any(
        names_somebody("\n".join([*span.passage.headings, span.text])) for span in spans
    ):
        return False
    if _SELLS.search(asking.question) and not any(_offers(asking, span) for span in spans):
        return False
    when = names_a_time(asking.question) or _ASKS_WHEN.search(asking.question)
    if when and not any(_says_when(span.text) for span in spans):
        return False
    if _ASKS_DAYS.search(asking.question) and not any(days_in(span.text) for span in spans):
        return False
    if any(asks.search(asking.question) and not _any(says, spans) for asks, says in _NEEDS):
        return False
    counter = _COUNTER.search(asking.question)
    korean = [span for span in spans if language_of(span.text) == "ko"]
    if counter is not None and korean == list(spans) and not _any(_count_of(counter[1]), spans):
        return False  # in another language other words count
    if asking.kind == "price" and not any(_AMOUNT.search(span.text) for span in spans):
        return False
    if _SUM.search(asking.question) and not any(_TOGETHER.search(span.text) for span in spans):
        return False  # none of the prices that make up a sum is the sum
    if asking.kind == "price" and all(beyond(asking.question, span.text) for span in spans):
        return False
    if _only_half_known(asking):
        return False
    return (reading is not None and reading >= SURELY) or _touches(asking, spans[0])


def _any(says: re.Pattern[str], spans: Sequence[Span]) -> bool:
    return any(says.search("\n".join([*span.passage.headings, span.text])) for span in spans)


@cache
def _count_of(counter: str) -> re.Pattern[str]:
    """A number with a counter, or that there is no limit."""
    return re.compile(
        rf"(?:\d|[한두세네]|다섯|열) ?[{_AS_WELL.get(counter, '')}{counter[0]}]|제한|상관|무제한|: ?\d"
    )


def _says_when(text: str) -> bool:
    """Whether a text can say something of a time of day: it tells a time or a day, or that it is closed."""
    return bool(shows("time", text)) or bool(_CLOSED.search(text))


def _only_half_known(asking: Asking) -> bool:
    """Whether the one word that is asked about begins with what no source has ("붙임머리", where there
    is only 머리): half of a name is another thing."""
    words = set(asking.words.values())
    return len(words) == 1 and any(
        word.startswith(term) and len(word) > len(term) and not word.isascii()
        for term, word in asking.words.items()
        if term in asking.unknown
    )


def _offers(asking: Asking, span: Span) -> bool:
    """Whether a span says that the thing itself is sold: a row by its first cell, not by a note ("shampoo
    included")."""
    if " · " in span.text:
        return bool(asking.present(span.text.split(" · ")[0]))
    return bool(_SOLD.search(span.text))


def _touches(asking: Asking, span: Span) -> bool:
    """Whether the span, with its headings, holds a word of the question; in another language enough of them:
    there the rest does not show by other words."""
    found = asking.present(" ".join([span.text, *span.passage.headings]))
    if language_of(span.text) == asking.language:
        return bool(found)
    rest = asking.weights.keys() - _OF_KIND
    return asking.weight(found & rest) >= ABROAD * asking.weight(frozenset(rest)) and bool(found)
