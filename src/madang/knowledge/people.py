"""Names of persons, by rules: whether a question asks for one, and whether a text seems to hold one."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ROLE_KO = (
    "사장|대표|원장|부원장|점장|주인|매니저|실장|팀장|강사|선생|교수|박사|의사|작가|셰프|주방장|관장|담당자"
    "|직원|기사|감독|장군"
)
_ROLE_EN = (
    "owner|boss|manager|chef|cook|baker|barista|teacher|instructor|tutor|guide|doctor|dr|dentist|nurse"
    "|director|founder|host|potter|artist|president|captain|head|professor|author|receptionist|mechanic"
)
_TRADE_KO = "디자이너|트레이너|간호사|약사|변호사"
"""Counted behind a name only."""
_ROLE = re.compile(rf"(?:{_ROLE_KO}|{_TRADE_KO})|\b(?i:{_ROLE_EN}|mr|mrs|ms|designer|stylist|vet)\b")
_NAME_OF = re.compile(
    rf"(?:{_ROLE_KO})(?:님|분)?(?:의|들)? ?(?:이름|성함|존함)"
    rf"|(?:이름|성함)[이은을]? ?(?:뭐|무엇|어떻게).*(?:{_ROLE_KO})"
    rf"|\b(?:{_ROLE_EN})(?:['’]?s)? (?:full |first |last )?names?\b"
    rf"|\bnames? of (?:the|your|this) (?:\w+ )?(?:{_ROLE_EN})s?\b"
    rf"|\b(?:{_ROLE_EN})s? (?:called|named)\b",
    re.IGNORECASE,
)
_SURNAME = (
    "(?!전화|주소|문의|이메)"
    "[김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민나엄채원천방공현함변]"
)
_ENDING_KO = "(?:입니다|이에요|예요|이고|이며|[이가은는의])?(?![가-힣])"
_NAMED = re.compile(
    rf"(?<![가-힣]){_SURNAME}[가-힣]{{1,2}} (?:{_ROLE_KO}|{_TRADE_KO}|님|씨)"
    rf"|(?<![가-힣]){_SURNAME}[가-힣]{{2}}(?:{_ROLE_KO}|님|씨)"
    rf"|(?:{_ROLE_KO}|이름|성함|저)(?:님|분)?[은는이]?[ :·]+{_SURNAME}[가-힣]{{2}}{_ENDING_KO}"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+\b"
    rf"|\b(?i:{_ROLE_EN}|name is|i am|i['’]m|called)[,:]? [A-Z][a-z]+\b"
    rf"|\b[A-Z][a-z]+(?:,| is) (?:our|the|your) (?:\w+ )?(?i:{_ROLE_EN})\b"
)


def asks_for_a_name(question: str) -> bool:
    """Whether the name of a person is asked for: a role and the word for a name."""
    return bool(_NAME_OF.search(question))


def names_somebody(text: str) -> bool:
    """Whether `text` seems to hold a person's name.

    A Korean one has a surname and stands beside a role, a title or what introduces it; an English one is two
    words, or one beside a role.
    """
    return bool(_NAMED.search(text))


def speaks_of_one(headings: Sequence[str]) -> bool:
    """Whether what stands under the last heading is of one person ("윤아름 원장", "Dr Mei Okafor"): the days
    when that person does not work are not the business's."""
    heading = headings[-1] if headings else ""
    return names_somebody(heading) and bool(_ROLE.search(heading))
