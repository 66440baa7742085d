"""Finds many words at once in a folded text, and says how much of a text that still comes may be shown.

The words form one trie of letters. It is entered where a word may begin, so most places cost one look-up. A
text may spell a word with signs or spaces between letters, with long runs ("baaad") and with digits ("b4d").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from madang.safety.rules import endings
from madang.safety.rules.endings import Right
from madang.safety.rules.letters import BREAK, NONE, SPACE, Letters, hangul, joined, letters_of

Node = dict[str, Any]
"""Letter to node; " " to the node behind a space; `_ENDS` to the words that end here."""
_ENDS = "ends"
_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
_APART, _TOGETHER = 2, 1
LONG = 3
"""Syllables from which on a Korean word is found inside another, as in 온라인카지노."""


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` is the word with this key."""

    start: int
    end: int
    key: int


class Matcher:
    """Add words, then find them. `key` is the caller's own number."""

    def __init__(self) -> None:
        self.bounded: Node = {}
        self.anywhere: Node = {}

    def add(
        self, word: str, key: int, *, right: Right | None = None, under: Node | None = None
    ) -> Node | None:
        """Learn `word`; the node behind it, None when it has no letters. `right` says how it must end, by
        default as its script asks. `under` continues a node instead of the root."""
        letters = letters_of(word)
        if not letters.code:
            return None
        syllables = sum(letters.first)
        long = all(map(hangul, letters.code)) and syllables >= LONG
        if right is None:
            right = (
                "any"
                if long or joined(letters.code[-1])
                else "particle"
                if hangul(letters.code[-1])
                else "latin"
            )
        free = under is None and ((long and right == "any") or joined(letters.code[0]))
        node = self.path(letters, under if under is not None else self.anywhere if free else self.bounded)
        node.setdefault(_ENDS, []).append((key, right))
        return node

    def path(self, letters: Letters, node: Node) -> Node:
        """The node behind these letters."""
        for number, letter in enumerate(letters.code):
            if number and letters.gap[number] >= SPACE:
                node = node.setdefault(" ", {})
            for _ in range(letters.run[number]):
                node = node.setdefault(letter, {})
        return node

    def lead(self, phrase: str, names: Node) -> None:
        """Have `phrase` lead to the shared node `names`, with or without a space between."""
        self.path(letters_of(phrase), self.bounded)[" "] = names

    @property
    def empty(self) -> bool:
        return not self.bounded and not self.anywhere

    def find(self, text: str, *, ended: bool = True, begin: int = 0) -> tuple[list[Match], int]:
        """All matches that begin at or after `begin`, and the index from which on the text may still become
        one (its length when it cannot, and always when it has `ended`)."""
        if self.empty:
            return [], len(text)
        letters = letters_of(text)
        search = _Search(letters, ended)
        code, gap = letters.code, letters.gap
        for index, letter in enumerate(code):
            if letters.start[index] < begin or not letters.first[index]:
                continue
            if self.anywhere and search.enters(self.anywhere, letter):
                search.walk(self.anywhere, index)
            if not search.enters(self.bounded, letter):
                continue
            if index and gap[index] == NONE and _same_word(code[index - 1], letter):
                continue
            search.walk(self.bounded, index)
        return search.matches, search.open


def _same_word(before: str, letter: str) -> bool:
    if before in "@$":
        return False
    return hangul(before) == hangul(letter)


class _Search:
    """One pass over one text."""

    def __init__(self, letters: Letters, ended: bool) -> None:
        self.letters = letters
        self.ended = ended
        self.matches: list[Match] = []
        self.open = len(letters.text)

    @staticmethod
    def enters(root: Node, letter: str) -> bool:
        return letter in root or letter in _LEET

    def walk(self, root: Node, begin: int) -> None:
        """Follow every word that may begin at letter `begin`."""
        letters, count = self.letters, len(self.letters.code)
        states: list[tuple[Node, int]] = [(root, 0)]
        index = begin
        while states and index < count:
            states = self._step(states, index, begin)
            for node, _ in states:
                if _ENDS in node and letters.last[index]:
                    self._end(node, begin, index)
            index += 1
        if states and not self.ended and any(self._alive(node, mode) for node, mode in states):
            self.open = min(self.open, letters.start[begin])

    def _step(self, states: list[tuple[Node, int]], index: int, begin: int) -> list[tuple[Node, int]]:
        letters = self.letters
        letter, gap, run = letters.code[index], letters.gap[index], letters.run[index]
        found: list[tuple[Node, int]] = []
        for node, mode in states:
            for here, now in self._across(node, mode, index) if index > begin else [(node, mode)]:
                for option in (letter, *_LEET.get(letter, "")):
                    following = here.get(option)
                    taken = 0
                    while following is not None and taken < run:
                        found.append((following, now))
                        taken += 1
                        following = following.get(letter) if run > 1 else None
            if index > begin and gap == NONE and self._thrown_in(index):
                found.append((node, mode))
        if found and run == 1 and self._doubled(index):
            # a double letter at the very end may yet become a run, which stands for a single one too
            self.open = min(self.open, letters.start[begin])
        return found

    def _doubled(self, index: int) -> bool:
        letters = self.letters
        if self.ended or index + 2 != len(letters.code) or letters.after != NONE:
            return False
        return letters.code[index] == letters.code[index + 1].lower() and letters.gap[index + 1] == NONE

    def _across(self, node: Node, mode: int, index: int) -> list[tuple[Node, int]]:
        """The nodes from which the letter `index` may be read, given what stands before it."""
        gap, code = self.letters.gap[index], self.letters.code
        if gap == BREAK:
            return []
        spaced = node.get(" ")
        there = [(spaced, mode)] if spaced is not None else []
        if hangul(code[index]) and hangul(code[index - 1]):
            return [*there, (node, mode)]
        if gap == NONE:
            return there if mode == _APART else [*there, (node, _TOGETHER)]
        if gap == SPACE:
            return there if mode == _TOGETHER else [*there, (node, _APART)]
        return [*there, (node, mode)]

    def _thrown_in(self, index: int) -> bool:
        """A sign or one digit between two syllables (자1살), or a sign that may stand for a letter."""
        letter, letters = self.letters.code[index], self.letters
        if letter in "@$":
            return True
        return letter.isdecimal() and hangul(letters.code[index - 1]) and letters.run[index] == 1

    def _alive(self, node: Node, mode: int) -> bool:
        """Whether a word may go on behind the last letter."""
        gap = self.letters.after
        if gap == BREAK or not any(key != _ENDS for key in node):
            return False
        if gap == SPACE and mode == _TOGETHER and not hangul(self.letters.code[-1]):
            return " " in node
        return True

    def _end(self, node: Node, begin: int, index: int) -> None:
        letters = self.letters
        start, end = letters.start[begin], letters.end[index]
        rest = letters.text[end : end + endings.LONGEST + 4]
        ended = self.ended or end + len(rest) < len(letters.text)
        for key, right in node[_ENDS]:
            fits: bool | None
            if right == "any":
                fits = True
            elif right == "particle":
                fits = endings.particle(rest, ended)
            elif right == "copula":
                fits = endings.copula(rest, ended)
            else:
                fits = endings.latin(rest, ended, name=right == "name")
            if fits is None or (fits and not ended and self._may_grow(index)):
                self.open = min(self.open, start)
            elif fits:
                self.matches.append(Match(start, end, key))

    def _may_grow(self, index: int) -> bool:
        """Whether the letter at the very end of an open text may still belong to something else."""
        letters = self.letters
        return index + 1 == len(letters.code) and letters.end[index] == len(letters.text)


def keys(matches: Iterable[Match]) -> list[int]:
    """The keys of the matches, in the order of the text."""
    return [match.key for match in sorted(matches, key=lambda match: (match.start, -match.end))]
