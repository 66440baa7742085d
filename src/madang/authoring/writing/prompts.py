"""What a capable model is asked for, in the character's language, and how examples are read from it."""

from __future__ import annotations

import re
from typing import Final

from madang.authoring.phrases import Language
from madang.authoring.types import What
from madang.characters.types import Line, Profile

MOST_EXCHANGES = 3
ASKED: Final[dict[Language, dict[What, str]]] = {
    "en": {
        "persona": "Write who this character is, for the person who makes it: two short paragraphs, in the "
        "third person. Write {{char}} where the name would stand.",
        "greeting": "Write the greeting with which this character opens a conversation: one to three "
        "sentences, in its own voice, without quotation marks.",
        "examples": "Write two short exchanges between a visitor and this character, which show how it "
        "talks. Begin each line with “Visitor:” or “Character:”, with an empty line between the exchanges.",
    },
    "ko": {
        "persona": "이 캐릭터가 누구인지 만드는 사람을 위해 한국어로 써 주세요. 짧은 두 문단으로, "
        "삼인칭으로, 이름이 들어갈 자리에는 {{char}}라고 쓰세요.",
        "greeting": "이 캐릭터가 대화를 여는 인사말을 한국어로 써 주세요. 한두 문장으로, 캐릭터의 말투로, "
        "따옴표 없이 쓰세요.",
        "examples": "방문자와 이 캐릭터가 나누는 짧은 대화 두 개를 한국어로 써 주세요. 말투가 드러나게, "
        "각 줄은 “방문자:”나 “캐릭터:”로 시작하고, 두 대화 사이에는 빈 줄을 하나 두세요.",
    },
}
RULES: Final[dict[Language, str]] = {
    "en": "Write only that, with no heading and no explanation. No numbers, names, addresses or facts that "
    "are not given.",
    "ko": "설명이나 제목 없이 그것만 쓰세요. 주어지지 않은 숫자, 이름, 주소, 사실은 쓰지 마세요.",
}
FROM_KNOWLEDGE: Final[dict[Language, str]] = {
    "en": "What it knows, word for word. Facts may only be repeated exactly as they stand here:",
    "ko": "이 캐릭터가 아는 자료입니다. 사실은 여기 적힌 그대로만 옮길 수 있습니다:",
}
_LINE = re.compile(r"^\W{0,3}(?P<who>[^:：\n]{1,80}?)\W{0,3}[:：]\s*(?P<said>.+)$")
_VISITORS = {"visitor", "user", "guest", "customer", "you", "방문자", "손님", "사용자"}


def system(what: What, language: Language) -> str:
    return f"{ASKED[language][what]} {RULES[language]}"


def described(profile: Profile, sentence: str) -> str:
    """The character as far as it is known: what the maker just said, then what the draft holds."""
    parts = [
        profile.called,
        profile.tagline,
        sentence,
        profile.persona[:3_000],
        profile.personality[:800],
    ]
    return "\n".join(part.strip() for part in parts if part.strip())


def exchanges(text: str, profile: Profile) -> list[list[Line]]:
    """Exchanges from lines such as `Visitor: Hello`. What is no such line ends the exchange."""
    found: list[list[Line]] = [[]]
    for raw in text.replace("\r", "").split("\n"):
        match = _LINE.match(raw.strip())
        if match is None:
            if not raw.strip():
                found.append([])
            continue
        who = match["who"].strip(" *_").casefold()
        visitor = who in _VISITORS
        if not visitor and who not in (profile.called.casefold(), "character", "캐릭터", "{{char}}", "char"):
            continue
        if visitor and found[-1] and found[-1][-1].speaker == "visitor":
            found.append([])
        found[-1].append(
            Line(speaker="visitor" if visitor else "character", text=match["said"].strip(" *")[:2_000])
        )
    whole = [lines for lines in found if {line.speaker for line in lines} == {"visitor", "character"}]
    return whole[:MOST_EXCHANGES]
