"""A text as the letters that matter, each with its place: case, width, accents, look-alike letters and
invisible characters are gone, Hangul is taken apart into its letters (자 is ㅈㅏ, however it was typed).

Every character is folded for itself, so a text that comes in pieces folds as the whole does. What stands
between letters is kept as a `gap`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import chain

NONE, SYMBOL, SPACE, BREAK = 0, 1, 2, 3
"""What stands before a letter: nothing, a sign such as `.` or `*`, a space, or more than a word spans."""
WIDEST = 3
"""Signs and spaces that still may stand inside a word spelled apart."""
MOST_FOLDS = 30_000
_INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIAL = (
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗ",
    ("ㅗㅏ", "ㅗㅐ", "ㅗㅣ"),
    "ㅛㅜ",
    ("ㅜㅓ", "ㅜㅔ", "ㅜㅣ"),
    "ㅠㅡ",
    ("ㅡㅣ",),
    "ㅣ",
)
_FINAL = (
    *(
        "ㄱㄲ",
        ("ㄱㅅ",),
        "ㄴ",
        ("ㄴㅈ", "ㄴㅎ"),
        "ㄷㄹ",
        ("ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ"),
    ),
    *("ㅁㅂ", ("ㅂㅅ",), "ㅅㅆㅇㅈㅊㅋㅌㅍㅎ"),
)
_JAMO = (
    {chr(0x1100 + number): letter for number, letter in enumerate(_INITIAL)}
    | {chr(0x1161 + number): letters for number, letters in enumerate(chain(*_MEDIAL))}
    | {chr(0x11A8 + number): letters for number, letters in enumerate(chain(*_FINAL))}
)
_LOOKALIKE = dict(zip("аеорсухіѕјкмтнвԁԛԝɡӏαεορτυνκιχ", "aeopcyxisjkmthbdqwglaeoptuvkix", strict=True))
_FILLERS = "\u115f\u1160\u3164\uffa0"


class _Folds(dict[str, str]):
    """Character to its letters: "" for what is not seen, " " for a space, "." for a sign."""

    def __missing__(self, character: str) -> str:
        folded = _fold(character)
        if len(self) < MOST_FOLDS:
            self[character] = folded
        return folded


def _fold(character: str) -> str:
    if character in _FILLERS:
        return " "
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Cc") and not character.isspace():
        return ""
    letters = ""
    for part in unicodedata.normalize("NFKD", character.casefold()):
        plain = part.casefold()
        plain = _JAMO.get(plain) or _LOOKALIKE.get(plain, plain)
        letters += "".join(letter for letter in plain if letter.isalnum())
    if letters:
        return letters
    if character in "@$":
        return character
    return " " if character.isspace() else "."


FOLDS = _Folds()


def hangul(letter: str) -> bool:
    """Whether a folded letter is one of Hangul's."""
    return "\u3131" <= letter <= "\u318e"


def joined(letter: str) -> bool:
    """Whether words of this letter's script are written without spaces between them (Han, Kana, Thai)."""
    return letter > "\u0e00" and not hangul(letter)


@dataclass(slots=True)
class Letters:
    """Parallel lists, one entry a letter; a run of three or more equal Latin letters is one entry."""

    text: str
    code: list[str]
    start: list[int]
    """Index of the character the letter comes from."""
    end: list[int]
    gap: list[int]
    first: list[bool]
    """Whether it is the first letter of its character."""
    last: list[bool]
    run: list[int]
    """How many equal letters the entry stands for: 1, or 3 and more."""
    after: int
    """The gap behind the last letter."""


def letters_of(text: str) -> Letters:
    """Fold `text`."""
    code: list[str] = []
    start: list[int] = []
    end: list[int] = []
    gaps: list[int] = []
    first: list[bool] = []
    last: list[bool] = []
    run: list[int] = []
    gap = width = 0
    folds = FOLDS
    for index, character in enumerate(text):
        folded = folds[character]
        if not folded:
            continue
        if folded in " .":
            width += 1
            gap = BREAK if width > WIDEST else max(gap, SPACE if folded == " " else SYMBOL)
            continue
        final = len(folded) - 1
        for number, letter in enumerate(folded):
            if not gap and letter.isascii() and len(code) > 1 and code[-1] == letter and letter.isalpha():
                if run[-1] > 2:
                    run[-1] += 1
                    end[-1] = index + 1
                    continue
                if code[-2] == letter and not gaps[-1]:
                    for kept in (code, start, end, gaps, first, last, run):
                        kept.pop()
                    run[-1], end[-1], last[-1] = 3, index + 1, True
                    continue
            code.append(letter)
            start.append(index)
            end.append(index + 1)
            gaps.append(gap)
            first.append(number == 0)
            last.append(number == final)
            run.append(1)
            gap = 0
        width = 0
    return Letters(text, code, start, end, gaps, first, last, run, gap)
