"""Pain of the body, about which somebody asks what to do, and bodies that need room or care at a place: their
words are those of despair too."""

from __future__ import annotations

import re

_PART = (
    r"(?:tooth|teeth|gums?|jaw|mouth|throat|ears?|eyes?|neck|shoulders?|back|arms?|elbows?|wrists?|hands?"
    r"|fingers?|hips?|legs?|knees?|ankles?|foot|feet|toes?|belly|stomach|tummy|chest|muscles?|joints?|stitches"
    r"|wound|filling|crown|implant)"
)
_AFTER = r"(?:treatment|extraction|surgery|operation|massage|lesson|fall|accident)"
_PART_KO = (
    "(?:이|잇몸|이빨|치아|어금니|사랑니|턱|목|귀|눈|어깨|허리|등|팔|팔꿈치|손목|손|손가락|골반|다리|무릎|발목|발|배"
    "|가슴|머리|관절)"
)
_BODILY = re.compile(
    rf"\b{_PART}[\s-]?(?:pains?|aches?)\b|\b(?:head|tooth|ear|stomach|back)aches?\b|\bcramps?\b"
    rf"|\b(?:my|his|her|their|the|our) (?:\w+ )?{_PART} "
    r"(?:hurts?|aches?|(?:is|are) (?:sore|swollen|bleeding))\b"
    rf"|\b(?:pains?|aches?|hurts?|swelling|bleeding) (?:in|around|from|after) (?:my|the|a|an|his|her) "
    rf"(?:\w+ )?(?:{_PART}|{_AFTER})\b"
    r"|\b(?:severe|sharp|sudden|strong|acute|throbbing|dull|chronic|bad) (?:pain|ache)s?\b"
    rf"|{_PART_KO}(?:가|이|도|를|는|은)? (?:\S+ )?(?:아프|아파|아픈|쑤시|쑤셔|저리|저려|부었|붓)"
    rf"|{_PART_KO} 통증|(?:심하게|많이|갑자기|밤에) (?:아프면|아픈데|아플 때|다치면|다쳤)"
    r"|치통|두통|복통|요통|생리통",
    re.IGNORECASE,
)
_CARE = re.compile(
    r"\b(?:what|where|who|which|how) (?:\w+ )?(?:should|do|can|could|must|would) (?:i|we)\b"
    r"|\bwhat (?:helps|to do)\b|\b(?:can|could|may|should) (?:i|we) (?:come|call|ring|see|get|book|take)\b"
    r"|\b(?:do|can|could) you\b|\b(?:are you|is there|is it|have you)\b"
    r"|\b(?:appointment|emergency|dentist|doctor|clinic|nurse|pharmacy)\b"
    r"|어떻게 (?:해|하)|어떡|어디(?:로|에)? |무슨 약|예약|응급|진료|치료|병원|의사|약국|가도|봐 주|봐야"
    r"|있나요|있어요|여나요",
    re.IGNORECASE,
)
_AID = re.compile(
    r"\b(?:wheel ?chairs?|crutches|walking (?:stick|frame)|walker|mobility scooter|pram|push ?chair|stroller"
    r"|allerg\w+|intoleran\w+|pregnan\w+)\b|휠체어|목발|유모차|보행기|알레르기|임신",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"\b(?:is|would|will) (?:that|it|this|there)\b"
    r"|\b(?:can|could|may|do|does|should|will) (?:i|we|he|she|they|you|my)\b"
    r"|\b(?:ok|okay|all ?right|fine|allowed|possible)\s*\??$"
    r"|(?:나요|까요|가요|돼요|되요|되죠|해요)\s*\??$",
    re.IGNORECASE,
)
_GIVING_UP = re.compile(
    r"\b(?:any ?more|forever|for good|deserve|\w+self|end it|stop it all|go on|living|life|existence|burden"
    r"|goodbye|overdose|cut|cuts|cutting)\b"
    r"|그만|더는|더 이상|영원|살기|살아|사는|삶|인생|버틸|버티|나를|나 자신|내 손으로|자격|짐이|떠나|사라지",
    re.IGNORECASE,
)


def of_the_body(message: str) -> bool:
    """Whether somebody asks what to do about a pain of the body (where or how bad it is, a question for
    care), or whether one may come or eat as one is; and no word of giving up."""
    pain = _BODILY.search(message) and _CARE.search(message)
    aid = _AID.search(message) and _MAY.search(message)
    return bool(pain or aid) and not _GIVING_UP.search(message)
