"""What a message wants, by rules: the same message always means the same, and no model is asked."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from typing import Literal

Intent = Literal["greeting", "thanks", "goodbye", "small_talk", "self", "question", "statement"]
SOCIAL: frozenset[str] = frozenset({"greeting", "thanks", "goodbye", "small_talk", "self"})

_TAIL = r"(?:\s+(?:there|everyone|all|you|so much|very much|a lot|again|for now|then|friend|sir|madam))*"
_GREETING = (
    rf"(?:hi+|hello+|hey+|yo|hiya|howdy|greetings|good (?:morning|afternoon|evening)|nice to meet you){_TAIL}"
    r"|안녕(?:하세요|하십니까|하신가요)?|하이|헬로|반가워요?|반갑습니다|처음 뵙겠습니다|좋은 (?:아침|저녁|오후)(?:이에요|입니다)?|여보세요"
)
_THANKS = (
    rf"(?:thanks|thank you|thx|ty|cheers|much appreciated|(?:that'?s|that is|sounds|very) (?:great|good|helpful|nice)"
    rf"|great|perfect|awesome|ok(?:ay)?|got it|i see|cool|nice){_TAIL}"
    r"|(?:정말 |너무 |대단히 )?(?:감사(?:합니다|해요|드립니다|드려요)?|고마워요?|고맙습니다)|땡큐|알겠(?:습니다|어요)|네|넵|오케이|좋아요|좋네요"
)
_GOODBYE = (
    rf"(?:bye+(?: bye)?|goodbye|good night|see you(?: later| soon| tomorrow)?|farewell|take care|talk (?:to you )?later){_TAIL}"
    r"|(?:안녕히 (?:계세요|가세요|계십시오)|잘 ?가요?|잘 ?있어요?|잘 자요?|다음에 (?:봐요?|뵐게요|또 올게요)|바이(?:바이)?|또 올게요|수고하세요)"
)
_SMALL_TALK = (
    r"(?:how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what'?s up|how do you do|how have you been|are you there"
    r"|tell me a (?:joke|story|poem)|i(?:'m| am) (?:bored|tired|sad|happy|lonely|fine|good|ok(?:ay)?)(?: today)?|lol|haha+)"
    r"|잘 지내(?:세요|요|니|셨어요|고 있어)?|어떻게 지내(?:세요|요|니)?|뭐 ?해요?|심심해요?|(?:재미있는|재밌는) (?:얘기|이야기|농담) ?(?:해 ?(?:줘요?|주세요))?"
    r"|농담 ?해 ?(?:줘요?|주세요)|[ㅋㅎㅠㅜ]+|오늘 (?:기분|하루) 어때요?"
)
_SELF = (
    r"(?:who are you|what(?:'s| is) your name|what are you|are you (?:an? )?(?:ai|bot|robot|human|person|real)(?: person)?"
    r"|tell me about yourself|introduce yourself|what can you do|what do you do)"
    r"|(?:너는? |넌 |당신은 )?(?:누구(?:세요|야|니|예요|신가요|십니까)|이름이 뭐(?:예요|야|니|에요|죠)|뭐 ?하는 (?:사람|분)이(?:에요|야|세요))"
    r"|자기소개 ?(?:해 ?(?:줘요?|주세요)|부탁해요?)?|(?:사람|로봇|봇|AI|인공지능)(?:이에요|예요|이야|야|인가요|이세요|입니까)|뭘? ?할 수 있(?:어요?|니|나요|으세요)"
)
_ADDRESS = r"[\s,.!?~♡♥^;:()'\"…\-👋🙏😊😀🙂]*"
_PATTERNS: dict[Intent, str] = {
    "goodbye": _GOODBYE,
    "small_talk": _SMALL_TALK,
    "self": _SELF,
    "thanks": _THANKS,
    "greeting": _GREETING,
}
_WHOLE: dict[Intent, re.Pattern[str]] = {
    intent: re.compile(rf"{_ADDRESS}(?:{pattern}){_ADDRESS}", re.IGNORECASE)
    for intent, pattern in _PATTERNS.items()
}
_WEIGHT: tuple[Intent, ...] = ("thanks", "greeting", "goodbye", "small_talk", "self")
_QUESTION = re.compile(
    r"[?？]|^\s*(?:who|what|whats|when|where|which|why|how|is|are|was|were|do|does|did|can|could|may|will|would|should"
    r"|have|has|any|tell me|show me|explain|describe|list|give me|find|i (?:want|need|would like) to know)\b"
    r"|(?:나요|까요|까|은가요|인가요|가요|죠|지요|니|냐|는지|을까|ㄹ까|대요|던가요|어때요?|얼마예요|얼마에요|어디예요|어디에요|뭐예요|뭐야|언제예요|인지)\s*[.~!]*\s*$"
    r"|(?:뭐|무엇|무슨|언제|어디|누가|누구|어느|어떤|어떻게|왜|얼마|몇|며칠)"
    r"|\bhow (?:much|many|long|far|late|early|old|often)\b"
    r"|\b(?:(?:when|where|how do|what|who|which) (?:\w+ )?(?:is|are|do|does|did|can|could|will|would|should)"
    r"|(?:can|could|may|do|does|should|will|would|must) (?:i|we|you|he|she|they|it)) \w"
    r"|(?:가격|요금|비용|시간|위치|주소|번호|연락처|메뉴|방법|여부|기간|문의|추천|있음|가능)(?:은|는|이|가|요| 좀)*\s*[.~!]*\s*$"
    r"|(?:알려|가르쳐|설명해|말해|보여|추천해)\s?(?:줘|주세요|주실|줄래|달라|봐)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:you|your|yours|yourself|me|my|i|we|us)\b|너|넌|네가|니가|당신|그대|저는|제가|나는|내가|우리",
    re.IGNORECASE,
)
_ACKNOWLEDGED = re.compile(
    r"[\s,.!~]*(?:great|perfect|awesome|ok(?:ay)?|got it|i see|cool|nice|(?:that'?s|that is|sounds|very) (?:great|good|nice)"
    r"|알겠(?:습니다|어요)|네|넵|오케이|좋아요|좋네요)[\s,.!~]*",
    re.IGNORECASE,
)
_HOW_ARE_YOU = re.compile(
    r"\bhow(?:'s| is| are| have) (?:you|it)\b|잘 지내|어떻게 지내|기분|하루 어때", re.IGNORECASE
)
_IS_IT_AI = re.compile(r"\b(?:ai|bot|robot|human|person|real)\b|사람이|로봇|봇이|AI|인공지능", re.IGNORECASE)


def intent_of(message: str, name: str = "") -> Intent:
    """The intent of a message in English or Korean. A greeting before a question is no greeting."""
    text = message.strip()
    if name:
        # "Hello Sumi" and "수미씨 안녕하세요" greet as "Hello" does
        text = re.sub(
            rf"[\s,]*{re.escape(name)}(?:씨|님|야|아)?[\s,]*", " ", text, flags=re.IGNORECASE
        ).strip()
    text = text.replace("’", "'")
    rest = text
    found: list[Intent] = []
    for part in re.split(r"(?<=[.!?~…。！？])\s*|\s*[,;\n]\s*", text):
        kind = next((kind for kind, pattern in _WHOLE.items() if pattern.fullmatch(part)), None)
        if kind is None:
            break
        found.append(kind)
        rest = rest.replace(part, "", 1)
    if found and not re.search(r"\w", rest):
        # the weightier of "Hi, how are you?" is the second part
        return max(found, key=_WEIGHT.index)
    if not re.search(r"\w", text):
        return "small_talk"
    return "question" if _QUESTION.search(text) else "statement"


def needs_evidence(intent: str) -> bool:
    """Whether the sources are to be asked."""
    return intent not in SOCIAL


def personal(message: str) -> bool:
    """Whether it is about the two who talk: a character one talks with may answer that from its persona."""
    return bool(_PERSONAL.search(message))


def acknowledges(message: str) -> bool:
    """Whether it only says that something is well: "ok", "네". It may answer a question, so it is no thanks."""
    return bool(_ACKNOWLEDGED.fullmatch(message.replace("’", "'")))


def asks_how_one_is(message: str) -> bool:
    return bool(_HOW_ARE_YOU.search(message.replace("’", "'")))


def asks_what_one_is(message: str) -> bool:
    """Whether it asks if a person or a machine answers."""
    return bool(_IS_IT_AI.search(message))
