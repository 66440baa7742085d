"""What a message wants, decided by rules: the same message always takes the same way, and no model is asked.

Where it is not clear the careful way is taken: a weak model never gets to state a fact.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from typing import Literal

from madang.chat.strategies import Scene, Strategy
from madang.chat.strategies.abstain import Abstain
from madang.chat.strategies.cite import Cite
from madang.chat.strategies.fixed import Fixed
from madang.chat.strategies.persona import Persona
from madang.chat.strategies.quote import Quote

Intent = Literal["greeting", "thanks", "goodbye", "small_talk", "self", "question", "statement"]
SOCIAL: frozenset[str] = frozenset({"greeting", "thanks", "goodbye", "small_talk", "self"})
ANSWERABLE = 0.5
"""`Evidence.answerable` from which the sources are taken to answer the question."""

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
    r"[?？]\s*$|^\s*(?:who|what|whats|when|where|which|why|how|is|are|was|were|do|does|did|can|could|may|will|would|should"
    r"|have|has|any|tell me|show me|explain|describe|list|give me|find|i (?:want|need|would like) to know)\b"
    r"|(?:나요|까요|까|은가요|인가요|가요|죠|지요|니|냐|는지|을까|ㄹ까|대요|던가요|어때요?|얼마예요|얼마에요|어디예요|어디에요|뭐예요|뭐야|언제예요|인지)\s*[.~!]*\s*$"
    r"|(?:뭐|무엇|무슨|언제|어디|누가|누구|어느|어떤|어떻게|왜|얼마|몇)"
    r"|(?:알려|가르쳐|설명해|말해|보여|추천해)\s?(?:줘|주세요|주실|줄래|달라|봐)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:you|your|yours|yourself|me|my|i|we|us)\b|너|넌|네가|니가|당신|그대|저는|제가|나는|내가|우리",
    re.IGNORECASE,
)


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


def strategy_for(scene: Scene, wanted: Literal["auto", "quote", "cite"] = "auto") -> Strategy:
    """The way to answer. `wanted` is the studio's setting; `auto` is what the model's card says."""
    facts = wanted if wanted != "auto" else scene.runtime.card.strategy
    evidence = scene.evidence
    if evidence is not None and evidence.spans and evidence.answerable >= ANSWERABLE:
        return Cite() if facts == "cite" and scene.writes else Quote()
    talks = scene.profile.kind == "character" and personal(scene.message)
    if scene.titles and scene.intent == "question" and not talks:
        return Abstain()
    return Persona() if scene.writes else Fixed()
