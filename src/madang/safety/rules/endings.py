"""What may follow a word so that it is still that word: Korean particles, the copula, an English plural.

Each check answers True, False, or None while the text that came so far cannot tell. `rest` is the text behind
the word, `ended` whether nothing more comes.
"""

from __future__ import annotations

from typing import Literal

Right = Literal["any", "latin", "name", "particle", "copula"]
"""How a word ends: anywhere (long Korean words, scripts without spaces); at a boundary or a plural; at a
boundary but not before `'s`; at a boundary or particles; before the copula or the end of the sentence."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CASES = _listed("""
    이 가 은 는 을 를 의 에 에서 에게 에게서 한테 한테서 께 께서 로 으로 로서 으로서 로써 으로써 와
    과 이랑 랑 하고 도 만 뿐 까지 마저 조차 부터 처럼 같이 보다 마다 밖에 이나 나 이든 든 이든지
    든지 이라도 라도 이라면 라면 대로 아 야 이여 여 씩 들 들이 들은 들을 들의 들에게 이란 란 이라는
    라는 이라고 라고 이요 요 치고 커녕 으로부터 로부터 에서부터 에다 에다가
""")
_AFTER = ("", *_listed("은 는 도 만 의 요 이 가 을 를 에 에서 로 으로 까지 부터"))
_COPULA = _listed("""
    이다 다 이야 야 입니다 이에요 예요 에요 이지 지 이지요 죠 이죠 인데 인데요 이니 니 이니까
    이었다 였다 이었어 였어 이었습니다 였습니다 이네 네 이네요 네요 이군 이구나 인가 인가요 이냐 냐
    일까 일까요 인 이라 라 이래 래 이고 고 이며 며 이면 면
""")
PARTICLES = frozenset(case + after for case in _CASES for after in _AFTER) | frozenset(_COPULA)
_PREFIXES = frozenset(particle[:length] for particle in PARTICLES for length in range(1, len(particle) + 1))
LONGEST = max(map(len, PARTICLES))
_SELF = _listed("""
    입니다 이에요 예요 에요 이야 야 이다 다 이라고 라고 이라네 라네 이란다 란다 인데 이오 이요 요
    임 이지 지 이올시다 올시다
""")
_SELF_PREFIXES = frozenset(word[:length] for word in _SELF for length in range(1, len(word) + 1))
_OPEN = ("입니다", "이라고", "라고", "이에요", "예요", "에요", "이라네", "라네", "인데")
"""Forms of the copula that anything may follow."""


def syllable(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def particle(rest: str, ended: bool) -> bool | None:
    """Whether only particles stand between the word and the next boundary."""
    length = 0
    while length < len(rest) and length <= LONGEST and syllable(rest[length]):
        length += 1
    run = rest[:length]
    if length == len(rest) and not ended:
        return None if not run or run in _PREFIXES else False
    return not run or run in PARTICLES


def copula(rest: str, ended: bool) -> bool | None:
    """Whether the word is what is said of somebody: "저는 …입니다", or the sentence ends with it."""
    rest = rest.lstrip("'\"’”」』")
    stripped = rest.lstrip(" ")
    if not stripped:
        return True if ended else None
    if stripped[0] in ".,!?~…\n":
        return True
    if len(rest) != len(stripped):
        return False
    length = 0
    while length < len(rest) and syllable(rest[length]):
        length += 1
    run = rest[:length]
    if run.startswith(_OPEN):
        return True
    if length == len(rest) and not ended:
        return None if run in _SELF_PREFIXES else False
    return run in _SELF


def latin(rest: str, ended: bool, *, name: bool = False) -> bool | None:
    """Whether the word ends here or with a plural's `s`; for a name: here, and not with `'s`."""
    undecided = False
    for suffix in ("",) if name else ("", "s", "es"):
        head = rest[: len(suffix)].lower()
        if head != suffix:
            undecided |= not ended and head == rest.lower() and suffix.startswith(head)
            continue
        following = rest[len(suffix) : len(suffix) + 1]
        if not following:
            if ended:
                return True
            undecided = True
        elif not _goes_on(following):
            if name and following in "'’":
                if len(rest) < 2 and not ended:
                    return None
                return rest[1:2] not in ("s", "S")
            return True
    return None if undecided else False


def _goes_on(character: str) -> bool:
    """Whether a Latin word goes on with it; Hangul behind one is a particle."""
    return character.isalnum() and not syllable(character) and not "\u1100" <= character <= "\u318e"
