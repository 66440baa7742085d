"""Phones, e-mail and web addresses, and where a business is, in lines and sentences that say so."""

from __future__ import annotations

import re

from madang.knowledge.facts.types import Contact
from madang.knowledge.sentences import sentences

_PHONE = re.compile(
    r"(?<![\d.,-])(?:\+\d{1,3}[\s.-]?)?(?:\(0?\d{1,4}\)|0\d{1,3}|1[5-9]\d\d|\d{2,4})[\s.-]\d{3,4}(?:[\s.-]\d{3,4})?(?![\d,]|\s?원)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SITE = re.compile(
    r"https?://[^\s<>\"'()]{4,200}|(?<![\w@.])www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,3}(?:/[^\s<>\"'()]{0,100})?"
)
_ABOUT_PHONE = re.compile(
    r"\b(?:tel|telephone|phone|call|mobile|contact)\b|☎|📞|전화|연락처|문의|대표\s?번호|휴대폰", re.IGNORECASE
)
_NOT_PHONE = re.compile(
    r"\bfax\b|팩스|사업자|등록\s?번호|계좌|account|registration|vat\b|bank", re.IGNORECASE
)
_ABOUT_SITE = re.compile(r"\b(?:website|web ?site|homepage|web)\b|홈페이지|웹\s?사이트|누리집", re.IGNORECASE)
_ADDRESS = re.compile(
    r"^(?:[-*•]\s*)?(?:our |the )?(?:street |postal )?address(?:\s*(?:is|:)\s*)(?P<en>.{6,200})$"
    r"|^(?:[-*•]\s*)?(?:저희\s?)?(?:가게\s?|매장\s?|식당\s?)?(?:도로명\s?)?(?:주소|위치|오시는\s?길)(?:\s*[:：]\s*|는\s+|은\s+)(?P<ko>.{4,200})$"
    r"|^(?:we are|you(?: can|['’]ll)? find us|find us|located) (?:at|in|on)\s+(?P<at>(?=.*\d).{6,200})$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\d|(?:시|도|군|구|동|읍|면|로|길|역)(?:\s|$|[,.])|\b(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|square|floor|building)\b",
    re.IGNORECASE,
)


def contacts_in(text: str) -> list[tuple[Contact, int, int]]:
    """(contact, start, end); the place is the sentence."""
    found: list[tuple[Contact, int, int]] = []
    at = 0
    for line in text.split("\n"):
        for start, end in sentences(line) if line.strip() else []:
            said = line[start:end]
            if len(said) <= 400:
                found.extend((contact, at + start, at + end) for contact in _contacts(said))
        at += len(line) + 1
    return found


def _contacts(said: str) -> list[Contact]:
    found = [Contact(kind="email", value=match.group()[:300]) for match in _EMAIL.finditer(said)]
    if _ABOUT_PHONE.search(said):
        plain = _EMAIL.sub(" ", _SITE.sub(" ", said))
        plain = ", ".join(part for part in re.split(r"[,;/·|]\s", plain) if not _NOT_PHONE.search(part))
        found += [
            Contact(kind="phone", value=match.group().strip())
            for match in _PHONE.finditer(plain)
            if 7 <= len(re.sub(r"\D", "", match.group())) <= 15
        ]
    if _ABOUT_SITE.search(said):
        found += [Contact(kind="website", value=match.group().rstrip(".,")) for match in _SITE.finditer(said)]
    place = _ADDRESS.match(said.strip())
    if place is not None:
        value = next(part for part in place.groups() if part)
        value = re.sub(r"(?:입니다|이에요|예요|에 있습니다|에 있어요)?[.。]?\s*$", "", value).strip()
        if value and _PLACE.search(value):
            found.append(Contact(kind="address", value=value[:300]))
    return found


def same(kind: str, value: str) -> str:
    """What two spellings of one contact share."""
    if kind == "phone":
        digits = re.sub(r"\D", "", value)
        return "0" + digits[2:] if digits.startswith("82") and len(digits) > 9 else digits
    if kind == "website":
        return re.sub(r"^(?:https?://)?(?:www\.)?|/+$", "", value.lower())
    return re.sub(r"[\s,.()]", "", value.lower())
