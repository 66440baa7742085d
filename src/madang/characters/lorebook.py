"""Which entries of a lorebook join a prompt, with the semantics of Character Card V3.

Where the specification leaves a choice: without `scan_depth` the last `SCAN_DEPTH` messages are searched;
plain keys are found anywhere, whatever their case unless `case_sensitive`; entries without `priority` leave
by `insertion_order`. SillyTavern's fields in `extensions` count where the specification has no word for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from madang.characters import decorators, keys, macros
from madang.characters.decorators import Decorators, Place, Role
from madang.characters.types import Lorebook, LoreEntry

SCAN_DEPTH: Final = 10
"""Messages searched when the book does not say."""
MAX_ROUNDS: Final = 16
"""Most rounds of entries calling up entries."""
MAX_TEXT: Final = 100_000
"""Most characters searched, the newest."""
_ST_ROLES: Final[tuple[Role, ...]] = ("system", "user", "assistant")


@dataclass(frozen=True, slots=True)
class LoreHit:
    """An entry that joins the prompt.

    `content` has no decorators any more. `position` is a place around the persona, or `depth`: then it goes
    into the history, `depth` messages before its end (below 1: after the newest), as a message of `role`.
    `index` is the entry's place in the book, `tokens` what `count_tokens` said. A `constant` hit does not
    depend on the messages, so it may stand in the unchanging beginning of a prompt. One that is
    `first_to_go` leaves first when the whole context is full.
    """

    entry: LoreEntry
    content: str
    position: Place | Literal["depth"]
    depth: int | None
    role: Role
    index: int
    tokens: int
    constant: bool = False
    first_to_go: bool = False


def estimate(text: str) -> int:
    """Tokens of `text`, rather too many: four letters of ASCII a token, one of everything else."""
    ascii_letters = len(re.findall(r"[\x00-\x7f]", text))
    return -(-ascii_letters // 4) + len(text) - ascii_letters


def match(
    book: Lorebook | None,
    messages: Sequence[str],
    *,
    count_tokens: Callable[[str], int] = estimate,
    turn: int = 0,
    greeting_index: int | None = None,
    full: bool = False,
    matched: Mapping[int, int] | None = None,
    expand: Callable[[str], str] | None = None,
) -> list[LoreHit]:
    """Entries for the next reply, by insertion order. Never raises on what a card holds.

    `messages` is the history, oldest first, the newest message included. `turn` is how many messages the
    character has written, `greeting_index` which greeting opened the conversation (0: the first; None: not
    known). `full`: the context has no room left. `matched` counts earlier matches by `LoreHit.index`, where
    the caller remembers them. `expand` fills macros in keys and contents.
    """
    if book is None:
        return []
    search = _Search(
        book,
        messages,
        turn=turn,
        greeting_index=greeting_index,
        full=full,
        matched=matched or {},
        expand=expand,
    )
    found = search.run()
    hits = [search.hit(index, count_tokens) for index in found]
    return _within_budget([hit for hit in hits if hit.content.strip()], book.token_budget)


def _within_budget(hits: list[LoreHit], budget: int | None) -> list[LoreHit]:
    total = sum(hit.tokens for hit in hits)
    if budget is not None:
        # the least important first; of equals the later entry
        for hit in sorted(hits, key=lambda hit: (_priority(hit.entry), -hit.index)):
            if total <= budget:
                break
            hits.remove(hit)
            total -= hit.tokens
    return sorted(hits, key=lambda hit: (hit.entry.insertion_order, hit.index))


def _priority(entry: LoreEntry) -> float:
    return entry.priority if entry.priority is not None else entry.insertion_order


class _Search:
    def __init__(
        self,
        book: Lorebook,
        messages: Sequence[str],
        *,
        turn: int,
        greeting_index: int | None,
        full: bool,
        matched: Mapping[int, int],
        expand: Callable[[str], str] | None,
    ) -> None:
        self._book = book
        self._messages = [macros.scannable(message) for message in messages]
        self._turn, self._greeting, self._full, self._matched = turn, greeting_index, full, matched
        self._expand = expand or (lambda text: text)
        self._parsed = [decorators.split(entry.content) for entry in book.entries]
        self._finder = keys.Finder()
        self._texts: dict[tuple[int, int], str] = {}
        self._round = 0
        self._called = ""
        """What entries found so far say, for recursive scanning."""

    def run(self) -> list[int]:
        """Indices of entries that match, each once."""
        open_entries = {index: entry for index, entry in enumerate(self._book.entries) if entry.enabled}
        found: list[int] = []
        for round_number in range(MAX_ROUNDS if self._book.recursive_scanning else 1):
            self._round = round_number
            fresh = [
                index
                for index, entry in open_entries.items()
                if not (self._round and _extra(entry, "exclude_recursion") is True)
                and self._matches(index, entry)
            ]
            if not fresh:
                break
            found += fresh
            for index in fresh:
                entry = open_entries.pop(index)
                if _extra(entry, "prevent_recursion") is not True:
                    self._called += "\n" + macros.scannable(self._parsed[index][1], recursive=True)
            self._called = self._called[-MAX_TEXT:]
        return found

    def hit(self, index: int, count_tokens: Callable[[str], int]) -> LoreHit:
        entry, (said, text) = self._book.entries[index], self._parsed[index]
        content = self._expand(text)
        depth, role, position = _place(entry, said)
        return LoreHit(
            entry=entry,
            content=content,
            position=position,
            depth=depth,
            role=role,
            index=index,
            tokens=count_tokens(content) if content.strip() else 0,
            constant=entry.constant and not _expression(entry) and _steady(said),
            first_to_go=said.ignore_on_max_context,
        )

    def _matches(self, index: int, entry: LoreEntry) -> bool:
        said = self._parsed[index][0]
        verdict = self._outright(index, said)
        if verdict is not None:
            return verdict
        scan_depth = said.scan_depth
        if scan_depth is None:
            scan_depth = _count(_extra(entry, "scan_depth"))
        text = self._text(self._book.scan_depth if scan_depth is None else scan_depth)
        sensitive = bool(entry.case_sensitive)
        expression = _expression(entry)
        for group in said.additional_keys:
            if not self._any(group, text, sensitive):
                return False
        if said.exclude_keys and not expression and self._any(said.exclude_keys, text, sensitive):
            return False
        if expression:
            # one broken expression spoils the entry, as the specification asks; the other fields do not count
            return all(keys.valid(key) for key in entry.keys) and self._any(entry.keys, text, sensitive)
        if entry.constant:
            return True
        words = _extra(entry, "match_whole_words") is True
        return self._any(entry.keys, text, sensitive, words) and self._selected(entry, text, words)

    def _outright(self, index: int, said: Decorators) -> bool | None:
        """What decorators decide without looking at a key; None when the keys decide."""
        before = self._matched.get(index, 0)
        if said.is_greeting is not None and self._greeting not in (None, said.is_greeting):
            return False
        if said.ignore_on_max_context and self._full:
            return False
        if said.activate:
            return True
        if said.dont_activate or (said.dont_activate_after_match and before):
            return False
        if said.keep_activate_after_match and before:
            return True
        if said.activate_only_after is not None and self._turn < said.activate_only_after:
            return False
        if said.activate_only_every is not None and self._turn % said.activate_only_every:
            return False
        return None

    def _selected(self, entry: LoreEntry, text: str, words: bool) -> bool:
        """Secondary keys; an entry marked `selective` that has none is not selective."""
        second = [key for key in entry.secondary_keys if key.strip()]
        if not entry.selective or not second:
            return True
        sensitive = bool(entry.case_sensitive)
        there = [self._any([key], text, sensitive, words) for key in second]
        # SillyTavern's logic: any of them, not all of them, none of them, all of them
        return {1: not all(there), 2: not any(there), 3: all(there)}.get(
            _count(_extra(entry, "selectiveLogic")) or 0, any(there)
        )

    def _any(self, wanted: Sequence[str], text: str, sensitive: bool, words: bool = False) -> bool:
        filled = [self._expand(key) if "{{" in key else key for key in wanted]
        return self._finder.any(filled, text, case_sensitive=sensitive, whole_words=words)

    def _text(self, depth: int | None) -> str:
        """The newest `depth` messages, and what found entries say."""
        depth = SCAN_DEPTH if depth is None else max(depth, 0)
        mark = (depth, self._round)
        if mark not in self._texts:
            newest = self._messages[-depth:] if depth else []
            self._texts[mark] = "\n".join(newest)[-MAX_TEXT:] + self._called
        return self._texts[mark]


def _expression(entry: LoreEntry) -> bool:
    """Whether the entry's keys are expressions, and not plain keys of a program that marks every entry."""
    return entry.use_regex and bool(entry.keys) and all(keys.is_expression(key) for key in entry.keys)


def _steady(said: Decorators) -> bool:
    """Whether a constant entry matches at every turn alike."""
    return not (
        said.additional_keys
        or said.exclude_keys
        or said.activate_only_after
        or said.activate_only_every
        or said.dont_activate_after_match
        or said.ignore_on_max_context
    )


def _place(entry: LoreEntry, said: Decorators) -> tuple[int | None, Role, Place | Literal["depth"]]:
    role: Role = said.role or "system"
    if said.position is not None:
        return None, role, said.position
    if said.depth is not None:
        return said.depth, role, "depth"
    depth = _count(_extra(entry, "depth"))
    if _extra(entry, "position") == 4 and depth is not None:  # SillyTavern's own way to say `@@depth`
        number = _count(_extra(entry, "role"))
        if said.role is None and number is not None and number < len(_ST_ROLES):
            role = _ST_ROLES[number]
        return depth, role, "depth"
    return None, role, "after_desc" if entry.position == "after_char" else "before_desc"


def _extra(entry: LoreEntry, key: str) -> Any:
    return entry.extensions.get(key)


def _count(value: Any) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return value if good else None
