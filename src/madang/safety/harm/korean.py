"""Korean: does somebody speak of harming themselves, or of another person who does? Patterns: `korean.txt`.

Most patterns read the sentence without its spaces, since spacing is what Korean writers vary most.
"""

from __future__ import annotations

import re

from madang.safety.harm.patterns import patterns
from madang.safety.harm.plain import without_quotations
from madang.safety.harm.words import About

_ME = re.compile(r"(?<![가-힣])(?:나|난|나는|나도|내가|저|저는|저도|제가|전)(?=\s)")
_APART = re.compile(r"(?<![가-힣])자[^가-힣\n]{1,2}살(?=\s*(?:하|할|해|했|각|충동|생각|시도|방법|법|$))")
_LAUGHED = re.compile(r"[,~'\"“”‘’ㅋㅎㅠㅜ^;]+")
_BEFORE_ME = re.compile(r"(?:내가|제가|나는|저는|난|나)[^.!?\n]{0,6}(?:죽|없어|사라|자살)")


def korean(text: str) -> About | None:
    """Of a message as `plain.plain` gives it."""
    found = patterns("korean")
    told = bool(found["told"].search(text))
    text = _APART.sub("자살", text)
    read = without_quotations(text) if told else text
    tight = _LAUGHED.sub("", re.sub(r"[^\S\n]+", "", read))
    for section in ("titles", "never", "idiom"):
        tight = found[section].sub("…", tight)
    if found["help"].search(tight):
        return "other"
    mine = any(found["strong"].search(part) for part in re.split(r"[.!?\n…]+", tight) if part)
    if told and not (mine and _ME.search(read)):
        near = found["near"].search(tight)
        return "other" if near and found["theirs"].search(tight) else None
    person = found["PERSON"].search(tight)
    if person and found["theirs"].search(tight) and not _BEFORE_ME.search(tight[: person.start()]):
        behind = found["theirs"].search(tight[person.start() :]) or found["lost"].search(tight)
        if behind:
            return "other"
    return "self" if mine else None
