"""Words that mean the same for one character, as its owner says: groups of words or short phrases.

The list of everyday words in `lexicon` serves everybody and only where a word is not in the sources; what an
owner says always counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from madang.kernel.errors import BadInput
from madang.storage.segment import terms

GROUPS, WORDS, LONGEST = 200, 12, 60
"""Groups of a character, words of a group, characters of a word."""


def cleaned(groups: Iterable[Iterable[str]]) -> list[list[str]]:
    """Groups without white space, repetitions, and words that say nothing. Raises BadInput."""
    found: list[list[str]] = []
    for group in groups:
        words: dict[str, str] = {}
        for word in group:
            plain = " ".join(unicodedata.normalize("NFC", word).replace("\0", "").split())
            if len(plain) > LONGEST:
                raise BadInput("A word may have {most} characters.", most=LONGEST)
            if terms(plain):
                words.setdefault(plain.lower(), plain)
        if not words:
            continue
        if len(words) < 2:
            raise BadInput(
                "“{word}” needs another word that means the same.", word=next(iter(words.values()))
            )
        if len(words) > WORDS:
            raise BadInput("At most {most} words can mean the same.", most=WORDS)
        found.append(list(words.values()))
    if len(found) > GROUPS:
        raise BadInput("A character has at most {most} lists of words that mean the same.", most=GROUPS)
    return found
