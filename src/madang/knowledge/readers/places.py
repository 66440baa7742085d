"""Where a quotation stands among letters that each have a place: by letters and digits alone, in order.

What a reader joined, cleaned and named (wrapped lines, hyphens, `column: value · column: value`) differs from
what stands on the page in everything else. The signs at its ends (`70%`, `₩9,000`) are its own where they
stand there too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; top is less than bottom."""
_BEFORE = (60, 25, 8, 0)
_SHORTEST = 2


def squeezed(letters: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The letters and digits of `letters` in one form (NFC), and the range that each came from."""
    text: list[str] = []
    places: list[tuple[int, int]] = []
    begun = 0
    for place in range(1, len(letters) + 1):
        if place < len(letters) and _goes_on(letters[place]):
            continue
        for letter in unicodedata.normalize("NFC", "".join(letters[begun:place])):
            if letter.isalnum():
                text.append(letter)
                places.append((begun, place))
        begun = place
    return "".join(text), places


def _goes_on(letter: str) -> bool:
    """Whether it is the rest of the letter before it: an accent, or a vowel or final of decomposed Hangul."""
    return bool(unicodedata.combining(letter)) or "\u1160" <= letter <= "\u11ff"


def found(letters: Sequence[str], quote: str, before: str = "") -> list[tuple[int, int]]:
    """Ranges `[start, end)` of `letters` that hold `quote`, in order; none when it does not stand there.

    `before` is what stands in front of it, for a quotation that stands there several times. A row is found
    cell by cell, its values where the names of its columns are not repeated.
    """
    page, places = squeezed(letters)
    wanted, _ = squeezed(list(quote))
    ahead, _ = squeezed(list(before))
    if len(wanted) < _SHORTEST:
        return []
    for length in _BEFORE:
        tail = ahead[-length:] if length else ""
        at = page.find(tail + wanted)
        if at >= 0:
            first = at + len(tail)
            return [_whole(letters, places[first][0], places[first + len(wanted) - 1][1], quote)]
    return _parts(letters, page, places, quote)


def _whole(letters: Sequence[str], start: int, end: int, quote: str) -> tuple[int, int]:
    """The range with the signs that `quote` begins and ends with, as far as they stand there."""
    at = [place for place, letter in enumerate(quote) if letter.isalnum()] or [len(quote)]
    for sign in reversed(quote[: at[0]]):
        if sign.isspace() or not start or not _same(letters[start - 1], sign):
            break
        start -= 1
    for sign in quote[at[-1] + 1 :]:
        if sign.isspace() or end >= len(letters) or not _same(letters[end], sign):
            break
        end += 1
    return start, end


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


def _parts(
    letters: Sequence[str], page: str, places: Sequence[tuple[int, int]], quote: str
) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    after, wished, got = 0, 0, 0
    for part in (part for line in quote.split("\n") for part in line.split(" · ")):
        told = part.partition(": ")[2]
        whole, value = squeezed(list(part))[0], squeezed(list(told))[0]
        wished += len(value or whole)
        for text, said in ((whole, part), (value, told)):
            if len(text) < _SHORTEST and not (text and got and page.startswith(text, after)):
                continue  # alone it stands anywhere; right behind the cell before it, it is the next cell
            at = page.find(text, after)
            if at < 0 and len(text) > 5:
                at = page.find(text)
            if at >= 0:
                ranges.append(_whole(letters, places[at][0], places[at + len(text) - 1][1], said))
                after, got = at + len(text), got + len(text)
                break
    return sorted(ranges) if 2 * got >= wished else []


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of letters that follow one another on a line, across or down, as one box a line."""
    lines: list[Box] = []
    last: Box | None = None
    for box in boxes:
        if box[2] - box[0] <= 0 or box[3] - box[1] <= 0:
            continue
        if last is not None and (_beside(last, box) or _beside(_turned(last), _turned(box))):
            one = lines[-1]
            lines[-1] = (min(one[0], box[0]), min(one[1], box[1]), max(one[2], box[2]), max(one[3], box[3]))
        else:
            lines.append(box)
        last = box
    return lines


def _beside(one: Box, other: Box) -> bool:
    """Whether `other` stands right of `one` on its line, a space or two away at most."""
    height = max(one[3] - one[1], other[3] - other[1])
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    near = -0.5 * height <= other[0] - one[2] <= 1.5 * height
    return overlap >= 0.25 * min(one[3] - one[1], other[3] - other[1]) and near


def _turned(box: Box) -> Box:
    return box[1], box[0], box[3], box[2]
