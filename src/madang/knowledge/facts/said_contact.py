"""Phones, e-mail and web addresses, and where a business is, in lines and sentences that say so."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.networks import profiles_in
from madang.knowledge.facts.types import Contact
from madang.knowledge.sentences import sentences

_PHONE = re.compile(
    r"(?<![\d.,-])(?:\+\d{1,3}[\s.-]?)?(?:\(0?\d{1,5}\)|0\d{1,4}|1[5-9]\d\d|\d{2,4})[\s.-](?:\d{3,4}[\s.-]\d{3,4}|\d{5,6}|\d{3,4})(?!\d|,\d|\s?원)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SITE = re.compile(
    r"https?://[^\s<>\"'()]{4,200}|(?<![\w@.])www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,3}(?:/[^\s<>\"'()]{0,100})?"
)
_CALLED = re.compile(
    r"(?:\b(?:tel|telephone|phone(?: number)?|mobile|hotline|call us|contact us|reach us|ring us)\b|[☎📞]|전화(?:\s?번호)?|연락처|대표\s?번호|휴대폰|문의(?:처|\s?전화)?)"
    r"[\s:：.)(는은이가]{0,6}(?:(?:is|are|at|on)\s+)?$",
    re.IGNORECASE,
)
_MAIL_LABEL = re.compile(
    r"(?:\be-?mail(?: address)?\b|\b(?:write|contact|reach)(?: to)? us\b|이메일|메일|문의)[\s:：.)(는은이가]{0,6}(?:주소[\s:：는은]{0,3})?(?:(?:is|are|at|on|to)\s+)?$",
    re.IGNORECASE,
)
_SITE_LABEL = re.compile(
    r"(?:^|[\s·|(])(?:(?:our|the) )?(?:website|web ?site|homepage|web|홈페이지|웹\s?사이트|누리집)\s*(?:(?:is|at)\s+|[:：]\s*|는\s+|은\s+)$",
    re.IGNORECASE,
)
_FOR_SOME = re.compile(
    r"\s*[(（][^()（）]*(?:\bonly\b|만(?![가-힣])|\bfrom\b|부터)[^()（）]*[)）]|\s*[(（][^()（）\d]{2,30}[)）]\s*(?:[,;/·|]|\band\b)\s*\S+\s*[(（]",
    re.IGNORECASE,
)
"""What says behind a contact that it is for some: "(bins only)", "(문자만)", "(rooms), …"."""
_OF_PARTNERS = re.compile(r"(?:제휴|광고|협찬|채용|입점|납품|언론|대관)\s?$")
"""Before a word for inquiries: those of who wants something else than customers do."""
_ADDRESS = re.compile(
    r"^(?:[-*•]\s*)?(?:our |the )?(?:street |postal )?address(?:\s*(?:is|:)\s*)(?P<en>.{6,200})$"
    r"|^(?:[-*•]\s*)?(?:저희\s?)?(?:가게\s?|매장\s?|식당\s?)?(?:도로명\s?)?(?:주소|위치|오시는\s?길)(?:\s*[:：]\s*|는\s+|은\s+)(?P<ko>.{4,200})$"
    r"|^(?:we are|you(?: can|['’]ll)? find us|find us|located) (?:at|in|on)\s+(?P<at>(?=.*\d).{6,200})$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:^|[\s,/·|])(?:주소|address)\s*[:：]\s*(?P<label>.{6,200}?)(?=\s+(?:전화|연락처|팩스|이메일|홈페이지|tel|phone|fax|e-?mail)\b|\s+(?:전화|연락처|팩스|이메일|홈페이지)|$)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\d|(?:시|도|군|구|동|읍|면|로|길|역)(?:\s|$|[,.])|\b(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|square|floor|building)\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"[\s,;/|·.]+(?:and\s+)?(?:our\s+)?(?:(?:tel|telephone|phone|mobile|fax|e-?mail|web ?site|homepage)\b|(?:전화(?:\s?번호)?|연락처|팩스|휴대폰|이메일|홈페이지|문의)(?=[\s:：.)\d는은이가]|$))",
    re.IGNORECASE,
)
"""Where another contact begins in the sentence."""
_WHERE = re.compile(
    r"\b(?:(?:find|reach|visit|contact)(?: us)?|where (?:we are|to find us)|(?:our )?(?:location|address)|directions|getting here|how to (?:get here|find us|reach us))\s*$"
    r"|오시는\s?길|찾아\s?오(?:시는|는)|^(?:저희\s?)?(?:위치|주소|연락처)$",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\d+[A-Za-z]?(?:-\d+)?\s+(?:[A-Z][\w'’.-]*\s+){0,4}?(?:[A-Z][\w'’.]*(?:-?\d+)?-(?:ro|gil|daero)(?:\s?\d+(?:beon)?-gil)?|(?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Boulevard|Blvd|Drive|Way|Terrace|Quay|Court))\.?"
)
_ASKING = re.compile(
    r"\s*[,，][^,，]*(?:주세요|하세요|십시오|바랍니다)[.!\s]*$|\s*[,;] please .*$", re.IGNORECASE
)
"""What is asked of whoever writes the address."""
_AREA = re.compile(r"[A-Z][\w'’.-]*(?:\s[A-Z][\w'’.-]*){0,3}(?:\s\d[\dA-Z -]{2,9})?|\d{4,6}")

_IMPRINT = re.compile(
    r"©|ⓒ|\bcopyright\b|사업자(?:\s?등록)?\s?번호|(?<![가-힣])대표(?:자|이사)?\s?[:：]?\s[가-힣]{2,4}(?=\s*(?:[·|ㅣ•│/,]|$))",
    re.IGNORECASE,
)
"""What a line has in which a business says who it is: the foot of its pages."""
_OF_OTHERS = re.compile(
    r"사업자|통신판매|신고|등록|팩스|계좌|호스팅|개인정보|\b(?:fax|vat|reg(?:istration)?|hosting|licen[cs]e|designed|powered)\b",
    re.IGNORECASE,
)
"""Cells of such a line whose numbers, or whose addressees, are something else."""
_PARTED = re.compile(r"\s*[·|ㅣ•│]\s*|\s+/\s+|\s{3,}")
_KOREAN_STREET = re.compile(
    r"(?:주소\s?[:：]?\s?)?(?P<street>(?=(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충[북남]|전[북남]|경[북남]|제주|[가-힣]+[시도군구])[가-힣]*\s)(?:[가-힣]+\s){1,4}[가-힣\d]+(?:로|길)\s?(?:[\d가-힣]+길\s)?\d+(?:-\d+)?(?:[\s,(].{0,60})?)"
)


def contacts_in(text: str, headings: Sequence[str] = (), title: str = "") -> list[tuple[Contact, int, int]]:
    """(contact, start, end); the place is the sentence. `title`: of the page, which may hold the name of the
    business."""
    found: list[tuple[Contact, int, int]] = []
    lines = list(lines_of(text))
    says_who = [bool(_IMPRINT.search(line)) for _, _, line in lines]
    for number, (at, until, line) in enumerate(lines):
        # the foot of a page is often two or three lines
        beside = any(says_who[max(0, number - 1) : number + 2]) and bool(_PARTED.search(line))
        if imprint := _of_imprint(line) if says_who[number] or beside else []:
            found.extend((contact, at, until) for contact in imprint)
            continue
        for start, end in sentences(line) if line.strip() else []:
            said = line[start:end]
            if len(said) <= 400:
                found.extend((contact, at + start, at + end) for contact in _contacts(said))
                if address := _unlabelled(said, headings, title):
                    found.append((address, at + start, at + end))
    return found


def _led(label: re.Pattern[str], said: str, contact: re.Match[str]) -> bool:
    """Whether a label names a contact, and nothing says that it is for some matters alone."""
    named = label.search(said[: contact.start()])
    if named is None or _FOR_SOME.match(said, contact.end()):
        return False
    return not _OF_PARTNERS.search(said[: named.start()])


def _contacts(said: str) -> list[Contact]:
    """Those that a label right before them names: any other number or address may be somebody else's."""
    found = [
        Contact(kind="email", value=match.group()[:300])
        for match in _EMAIL.finditer(said)
        if _led(_MAIL_LABEL, said, match)
    ]
    found += [
        Contact(kind="phone", value=match.group().strip())
        for match in _PHONE.finditer(said)
        if _led(_CALLED, said, match) and 7 <= len(re.sub(r"\D", "", match.group())) <= 15
    ]
    found += [
        Contact(kind="website", value=match.group().rstrip(".,"))
        for match in _SITE.finditer(said)
        if _SITE_LABEL.search(said[: match.start()])
    ]
    found += [Contact(kind="social", value=profile) for profile in profiles_in(said)]
    place = _ADDRESS.match(said.strip()) or _LABELLED.search(said.strip())
    if place is not None:
        value = _NEXT.split(next(part for part in place.groups() if part), maxsplit=1)[0]
        value = re.sub(
            r"(?:입니다|이에요|예요|에 있습니다|에 있어요|이며|이고)?[.。]?\s*$", "", value
        ).strip()
        value = _ASKING.sub("", value)
        if value and _PLACE.search(value):
            found.append(Contact(kind="address", value=value[:300]))
    return found


def _of_imprint(line: str) -> list[Contact]:
    """Those of a line in which a business says who it is, with or without labels."""
    if len(line) > 600:
        return []
    found: list[Contact] = []
    for cell in _PARTED.split(line):
        if _OF_OTHERS.search(cell):
            continue
        found += [Contact(kind="social", value=profile) for profile in profiles_in(cell)]
        found += [Contact(kind="email", value=match[0][:300]) for match in _EMAIL.finditer(cell)]
        if (street := _KOREAN_STREET.fullmatch(cell.strip())) is not None:
            found.append(Contact(kind="address", value=street["street"].strip()[:300]))
            continue
        found += [
            Contact(kind="phone", value=match[0].strip())
            for match in _PHONE.finditer(cell)
            if 7 <= len(re.sub(r"\D", "", match[0])) <= 15
        ]
    return found


def _unlabelled(said: str, headings: Sequence[str], title: str) -> Contact | None:
    """A sentence that is an address and nothing else, after the name of the business or where a section says
    where that is; any other may be somebody else's."""
    parts = said.strip().rstrip(".").split(", ")
    at = next((at for at, part in enumerate(parts[:2]) if _STREET.fullmatch(part)), None)
    if at is None or len(parts) < at + 2 or not all(_AREA.fullmatch(part) for part in parts[at + 1 :]):
        return None
    name = parts[0] if at else ""
    if re.search(r"\d", name) or not (name[:1].isupper() or not name):
        return None
    named = len(name) > 3 and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title, re.IGNORECASE))
    if not named and not (headings and _WHERE.search(headings[-1])):
        return None
    return Contact(kind="address", value=", ".join(parts[at:])[:300])


def wholes(addresses: Mapping[str, str]) -> list[str]:
    """The keys of those addresses that are no part of another one: "18 Mill Road" is where "18 Mill Road, Seoul" is,
    and is not 180 Mill Road."""
    plain = {key: " ".join(value.split()) for key, value in addresses.items()}

    def within(part: str, whole: str) -> bool:
        return bool(re.search(rf"(?<!\d){re.escape(part)}(?!\d|-\d)", whole))

    return [
        key
        for key, part in plain.items()
        if not any(part != whole and within(part, whole) for whole in plain.values())
    ]


def same(kind: str, value: str) -> str:
    """What two spellings of one contact share."""
    if kind == "phone":
        digits = re.sub(r"\D", "", value)
        return "0" + digits[2:] if digits.startswith("82") and len(digits) > 9 else digits
    if kind == "website":
        return re.sub(r"^(?:https?://)?(?:www\.)?|/+$", "", value.lower())
    return re.sub(r"[\s,.()]", "", value.lower())
