"""What a question about opening hours asks for: the words that ask for a last order, a break, a closing time, …"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.knowledge.facts.ask.text import Left, english

_END = (
    r"(?:으?세요|으?시나요|으?신가요|으?십니까|아요|어요|여요|나요|나|니|는지요?|는가요|는가|은가요|ㄴ가요|을까요|ㄹ까요|습니까|죠|지요|어|아|는|도|고|네요|었어요|었나요|았어요|았나요|혔나요|혔어요"
    r"|려\s?있(?:어요|나요|을까요|습니까|는지)|려요|리나요)"
)
_HADA = r"(?:하(?:나요|세요|시나요|십니까|니|는지요?|죠|는가요|는|고|지)|해요|해|합니까|할까요|했나요|했어요|하는\s?(?:건가요|거예요|날인가요))"
_LAST = re.compile(
    r"\blast orders?\b|\blast call\b|라스트\s?오더|마지막\s?주문|주문\s?마감|몇\s?시까지\s?주문(?:\s?(?:가능|되|받|할\s?수)\S*)?",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"\b(?:last|final|latest) (?:entry|entries|entrance|admissions?)(?: times?)?\b|\b(?:how late|(?:un)?till? (?:what time|when)|what['’]?s the latest) (?:can|could) (?:i|we|you|u) (?:get in|come in|enter|be let in)\b|\b(?:what['’]?s the )?latest (?:that )?(?:i|we|you|u) can (?:get in|come in|enter)\b"
    r"|(?:마지막|최종)\s?입장(?:\s?(?:시간|마감))?|입장\s?마감(?:\s?시간)?|몇\s?시까지\s?(?:입장|들어가)\S*(?:\s?(?:가능|되|돼|하|해)\S*)?|몇\s?시까지\s?들어갈\s?수\s?있\S*",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"\b(?:an? )?(?:afternoon )?break(?:\s?times?)?\b|브레이크\s?타임|휴게\s?시간|쉬는\s?시간",
    re.IGNORECASE,
)
_DAYS_OFF = re.compile(
    r"\b(?:what|which) days? (?:are you|do you|is it)\s?(?=.*\bclos)|\bdays? off\b|\bclosing days?\b|\bclosed days?\b|\bwhen are you closed\b"
    r"|쉬는\s?날|정기\s?휴무(?:일)?|휴무일|(?<!공)휴일|(?:무슨|어느|어떤)\s?요일에?\s?(?:쉬|휴무|닫)\S*|언제\s?쉬\S*|휴무(?:가|는)?\s?언제\S*",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\b(?:opening|business|operating|store|shop|office|working|regular|normal|your)?\s*hours\b|\bopening times?\b"
    r"|(?:영업|운영|오픈|이용|진료|업무|근무|관람|여는)\s?(?:시간|일)(?:대)?|몇\s?시부터\s?몇\s?시까지(?:\s?(?:영업|운영|진료)?\s?(?:하|해|합|여|열)?\S{0,4})?|언제부터\s?언제까지",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:what time|when|how late|until what time|until when|till when|till what time)\b(?=.*\b(?:clos|open (?:un)?til|stay open|open (?:today|tomorrow|tonight|on)|are you open|shut))(?=.*(?:\bclos|\bshut|how late|until|till))"
    r"|몇\s?시에\s?(?:문을?\s?)?닫\S*|언제\s?(?:문을?\s?)?닫\S*|몇\s?시까지(?:\s?(?:영업|운영|오픈|장사|진료|문을?\s?(?:열|여))?\s?(?:하|해|합|여|열)?\S{0,5})?|언제까지\s?(?:영업|운영|하|해|열)\S*|(?:문\s?닫는|마감|폐점|닫는|끝나는)\s?시간|몇\s?시에\s?(?:마감|끝나|문\s?닫)\S*|(?:영업\s?)?마감(?:은|이)?\s?(?:몇\s?시|언제)\S*",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\b(?:what time|when|how early)\b(?=.*\bopen)|몇\s?시에\s?(?:문을?\s?)?(?:열|여|오픈|시작|영업)\S*(?:\s?(?:시작)?하\S*)?|몇\s?시부터(?:\s?(?:영업|운영|오픈|장사|진료|문을?\s?(?:열|여))?\s?(?:하|해|합|여|열)?\S{0,5})?|언제\s?(?:문을?\s?)?(?:열|여나|여세|오픈)\S*|언제부터\s?(?:영업|운영|하|해|열)\S*|(?:문\s?여는|오픈|여는|시작)\s?시간",
    re.IGNORECASE,
)
_CLOSE_WORD = re.compile(r"\b(?:clos(?:e|es|ed|ing)|shut)\b", re.IGNORECASE)
_OPEN_WORD = re.compile(r"\b(?:stay(?:ing)? )?open(?:s|ed|ing)?\b|\bin business\b", re.IGNORECASE)
_ASK_EN = re.compile(
    r"\b(?:what time|when|how late|how early|until what time|until when|till when|until|till|usually|normally|up to)\b",
    re.IGNORECASE,
)
_IS_CLOSED = re.compile(
    rf"(?:쉬|닫)(?:시)?{_END}|쉽니까|쉬는\s?날\S*|휴무(?:인가요|예요|이에요|입니까|죠|인지요?|일까요|신가요)?|문을?\s?닫(?:{_END})|닫혀\s?있\S*|영업\s?안\s?{_HADA}|안\s?(?:열|여){_END}",
    re.IGNORECASE,
)
_IS_OPEN = re.compile(
    rf"(?:정상\s?)?(?:영업|운영|장사|진료|오픈)(?:을|은|도)?\s?(?:중)?(?:이세요|이신가요|이에요|인가요|이죠|인지요?|일까요)?(?:\s?{_HADA})?(?:날)?|문을?\s?(?:열|여){_END}|(?<![가-힣])(?:열|여){_END}|(?<![가-힣]){_HADA}(?![가-힣])",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"\b(?:(?:can|could|may|should) (?:i|we)|(?:is it|would it be) (?:ok|okay|fine|all ?right|possible) (?:if (?:i|we)|(?:for (?:me|us) )?to)) (?:just |still )?(?:come(?: (?:by|in|over|round|around|along|there))?|get (?:in|there)|enter|arrive|turn up|visit(?: you)?|drop (?:by|in)|stop by|pop in|swing by)\b"
    r"|(?:가도|와도|들러도|방문해도|찾아가도|찾아와도)\s?(?:되|돼|될|괜찮|좋)\S*|입장(?:이|은)?\s?(?:가능|되|돼)\S*|(?:갈|들를|방문할|찾아갈|들어갈|입장할)\s?수\s?(?:있|가\s?있)\S*|방문\s?(?:가능|되|돼)\S*|가면\s?(?:되|돼|될)\S*",
    re.IGNORECASE,
)
"""Going there: a question of whether it is open, where a day or a time is named."""
SCHOOL = re.compile(
    r"(?:\b(?:it['’]?s|in|during|at|the)\s+)*\b(?:term[- ]?time|(?:\w+ )?half[- ]term|school (?:hols?|holidays?))\b|학기\s?중|방학(?:\s?(?:중|기간|때))?(?:이|인데|에|에는)?",
    re.IGNORECASE,
)
"""When schools are on or not, as tables of hours say."""
MORE = english(
    "usually normally still actually today's business place store shop restaurant cafe bakery guys people everyone every days day hour regular schedule today tomorrow"
)
KOREAN_MORE = re.compile(
    r"(?:보통|평소|평소에|아직|아직도|계속|원래|정확히|정확하게|시간|시간이|언제|언제예요|언제인가요|언제죠|언제인지|몇|몇시|시|시예요|시인가요|시죠|시까지|문|날|날은|날이|요일|때|중|오늘도|매주|밥|식사|먹을|먹으러)(?:은|는|이|가|을|를|에|도|요|에도|예요|인가요|이에요|죠)?"
)
WITHIN = ("last_order", "last_entry", "break")
"""What lies inside the hours of a day."""
WORDS = (_ASK_EN, _OPEN_WORD, _CLOSE_WORD, _HOURS, _IS_OPEN, _IS_CLOSED)
"""What such a question may hold beside what it asks for."""


def asks_for(left: Left) -> str | None:
    """What kind of question it is, the words of it taken out."""
    text = left.text
    if left.took(_ENTRY):
        return "last_entry"
    if re.search(
        r"입장(?!\s?(?:가능|되|돼|할))|접수|\b(?:was|were|did|since|founded|ever)\b|\bopen to\b|\bclose (?:to|by|from)\b|\bhow close\b|\bclosest\b|\bopening (?:for|position)|\bopen (?:an?|the|my|up)\b",
        text,
        re.IGNORECASE,
    ):
        return None
    for kind, pattern in (
        ("last_order", _LAST),
        ("break", _BREAK),
        ("days_off", _DAYS_OFF),
        ("closes", _CLOSES),
        ("opens", _OPENS),
        ("hours", _HOURS),
    ):
        if left.took(pattern):
            if kind == "closes" and _OPENS.search(left.left):
                return "hours"
            return kind
    if _CLOSE_WORD.search(text) or _IS_CLOSED.search(text):
        return "is_closed"
    if _OPEN_WORD.search(text) or _IS_OPEN.search(text):
        return "is_open"
    return "visit" if left.took(_VISIT) else None
