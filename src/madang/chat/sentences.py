"""Sentences out of a stream: held until complete, given back with the space that follows them."""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|a\.m|p\.m|inc|co|approx|ext|tel)|\b[A-Za-z])\.$", re.I
)
# an end: a mark, closing quotes and citation marks after it, and then space; or a line break
_END = re.compile(r"(?:[.!?…。！？]+[\"'”’)\]]*(?:\s*\[\d+\])*(?=\s)|\n)\s*")


class Sentences:
    """Feed it text; it gives back complete sentences."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> list[str]:
        self._held += text
        done, self._held = split(self._held)
        return done

    def rest(self) -> str:
        """What is left at the end, a sentence without its end."""
        rest, self._held = self._held, ""
        return rest if rest.strip() else ""


def sentences(text: str) -> list[str]:
    """All sentences of a complete text, with the space after them."""
    done, rest = split(text)
    return [*done, rest] if rest.strip() else done


def split(text: str) -> tuple[list[str], str]:
    """Complete sentences with the space after them, and what is not complete yet."""
    done: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if match.end() == len(text) and "\n" not in match.group():
            break  # `[1]` may still follow: it belongs to this sentence
        before = text[start : match.start() + 1]
        if text[match.start()] == "." and _ABBREVIATION.search(before):
            continue
        if re.fullmatch(r"\s*\d+\.\s*", text[start : match.end()]):
            continue  # the number of a list item
        done.append(text[start : match.end()])
        start = match.end()
    return done, text[start:]
