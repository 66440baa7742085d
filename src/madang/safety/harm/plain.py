"""A message as the patterns of this folder read it: tricks of spelling undone, quotations known.

Spaced letters, digits for letters, look-alikes, invisible characters, loose Hangul letters and long runs
become what they stand for. Apostrophes are left out: `dont`, `im`.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4_000
"""Characters of a message that are read, half from its beginning and half from its end: the longest are not
cries for help but pasted texts, and time stays bounded."""
_LEET = str.maketrans("01345@$!", "oieasasi")
_MIXED = re.compile(r"(?<![\w@$!])(?=[\w@$!]*[a-z])(?=[\w@$!]*[0-9@$!][\w@$!]*[a-z])[a-z0-9@$!]+(?![\w@$])")
_RUN = re.compile(r"([a-z])\1{2,}")
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][ .\-_*]){2,}[a-z](?![a-z])")
_LOOSE = re.compile(r"([ㄱ-ㅎ])([ㅏ-ㅣ])([ㄱ-ㅎ](?![ㅏ-ㅣ]))?")
_INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FINAL = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_SINGLE = re.compile(r"(?<![가-힣])(?:[가-힣][ .·\-_*]){2,}[가-힣](?![가-힣])")
_QUOTED = re.compile(r"[\"“”«»「『‘][^\"“”«»」』’\n]{1,200}[\"“”«»」』’]|(?<!\w)'[^'\n]{2,200}'(?!\w)")
_LOOKALIKE = str.maketrans("аеорсухіѕјкмтԁɡαορ", "aeopcyxisjkmtdgaop")


def plain(message: str) -> str:
    """Lower case, composed, tricks undone; quotation marks and sentence ends stay."""
    if len(message) > LONGEST:
        message = f"{message[: LONGEST // 2]}\n{message[-LONGEST // 2 :]}"
    # loose letters first: NFKC would join the first two and leave the third behind
    text = _LOOSE.sub(_composed, unicodedata.normalize("NFC", message))
    text = unquiet(unicodedata.normalize("NFKC", text))
    text = "".join(
        character for character in text if unicodedata.category(character) not in ("Cf", "Mn", "Me")
    )
    text = text.casefold().translate(_LOOKALIKE)
    text = _MIXED.sub(lambda found: found[0].translate(_LEET), text)
    text = _SPELLED.sub(lambda found: re.sub(r"[^a-z]", "", found[0]), text)
    text = _SINGLE.sub(lambda found: re.sub(r"[^가-힣]", "", found[0]), text)
    return _RUN.sub(r"\1\1", text)


def unquiet(text: str) -> str:
    """Compatibility letters that NFKC turned into conjoining ones, back again: those stand alone here."""
    return "".join(_BACK.get(character, character) for character in text)


def without_quotations(text: str) -> str:
    """The text with `…` for what stands in quotation marks."""
    return _QUOTED.sub(" … ", text)


def without_apostrophes(text: str) -> str:
    return re.sub(r"['’`´]", "", text)


def _composed(found: re.Match[str]) -> str:
    initial, medial, final = found[1], found[2], found[3] or " "
    if initial not in _INITIAL or final not in _FINAL:
        return found[0]
    number = (_INITIAL.index(initial) * 21 + ord(medial) - ord("ㅏ")) * 28 + _FINAL.index(final)
    return chr(0xAC00 + number)


_BACK = (
    {chr(0x1100 + number): letter for number, letter in enumerate(_INITIAL)}
    | {chr(0x1161 + number): chr(ord("ㅏ") + number) for number in range(21)}
    | {chr(0x11A8 + number): letter for number, letter in enumerate(_FINAL[1:])}
)
