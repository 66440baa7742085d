"""Checks a grammar (GBNF) before the engine sees it.

llama.cpp answers a grammar it cannot parse with an error, and then its whole loop hangs: every later request
of every conversation waits for ever. So only what is surely right is passed on. The check is stricter than
llama.cpp: it takes no token references, and bounds depth and repetition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from madang.kernel.errors import BadInput

MAX_LENGTH = 64_000
MAX_DEPTH = 32
MAX_WEIGHT = 20_000
"""Elements after repetitions are written out."""

_ESCAPE = r"\\(?:[trn\\\"\[\]]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U000[0-9A-Fa-f]{5})"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t]+|\#[^\r\n]*)|(?P<line>\r?\n)|(?P<is>::=)
    |(?P<literal>"(?:{_ESCAPE}|[^"\\\r\n])*")
    |(?P<set>\[\^?(?:{_ESCAPE}|[^\]\[\\\r\n])+\])
    |(?P<name>[A-Za-z][A-Za-z0-9-]*)
    |(?P<repeat>[*+?]|\{{\d{{1,4}}(?:,(?:\d{{1,4}})?)?\}})
    |(?P<any>\.)|(?P<open>\()|(?P<close>\))|(?P<or>\|)""",
    re.VERBOSE,
)


@dataclass
class _Rule:
    """What is known of a rule: whether it may match nothing, and which rules it may begin with."""

    empty: bool = False
    first: set[str] = field(default_factory=set)


class _Wrong(Exception):
    pass


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            hit = _TOKEN.match(text, at)
            if hit is None:
                raise _Wrong
            at = hit.end()
            if hit.lastgroup and hit.lastgroup != "space":
                self.tokens.append((hit.lastgroup, hit[0]))
        self.at = 0
        self.bodies: dict[str, list[list[tuple[str, object, bool]]]] = {}
        self.used: set[str] = set()

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else "end"

    def take(self, kind: str) -> str:
        if self.kind() != kind:
            raise _Wrong
        self.at += 1
        return self.tokens[self.at - 1][1]

    def lines(self) -> None:
        while self.kind() == "line":
            self.at += 1

    def grammar(self) -> None:
        self.lines()
        while self.kind() != "end":
            name = self.take("name")
            self.take("is")
            self.lines()
            if name in self.bodies:
                raise _Wrong
            body, weight = self.choices(0)
            if weight > MAX_WEIGHT or self.kind() not in ("line", "end"):
                raise _Wrong
            self.bodies[name] = body
            self.lines()
        if "root" not in self.bodies or self.used - self.bodies.keys():
            raise _Wrong

    def choices(self, depth: int) -> tuple[list[list[tuple[str, object, bool]]], int]:
        """Alternatives of (kind, value, may be left out), and their weight."""
        if depth > MAX_DEPTH:
            raise _Wrong
        sequences: list[list[tuple[str, object, bool]]] = [[]]
        weight = 1
        while True:
            kind = self.kind()
            if kind == "or":
                self.at += 1
                self.lines()
                sequences.append([])
            elif kind == "line" and depth:
                self.at += 1
            elif kind in ("literal", "set", "any", "name", "open"):
                item, heavy = self.item(depth)
                sequences[-1].append(item)
                weight += heavy
                if weight > MAX_WEIGHT:
                    raise _Wrong
            else:
                return sequences, weight

    def item(self, depth: int) -> tuple[tuple[str, object, bool], int]:
        kind = self.kind()
        value: object = self.take(kind)
        heavy = len(str(value))
        if kind == "set" and not _ordered(str(value)):
            raise _Wrong
        if kind == "name":
            self.used.add(str(value))
        if kind == "open":
            value, heavy = self.choices(depth + 1)
            self.take("close")
        optional = kind == "literal" and value == '""'
        if self.kind() == "repeat":
            sign = self.take("repeat")
            low, high = _bounds(sign)
            if high < low or (kind == "open" and _may_be_empty(value)) or optional:
                raise _Wrong  # what may match nothing, repeated, can loop for ever
            heavy *= max(high, 1)
            optional = low == 0
        return (kind, value, optional), heavy

    def left_recursion(self) -> bool:
        rules = {name: _Rule() for name in self.bodies}
        changed = True
        while changed:
            before = [(rule.empty, len(rule.first)) for rule in rules.values()]
            for name, body in self.bodies.items():
                rules[name].empty |= _scan(body, rules, rules[name].first)
            for rule in rules.values():
                rule.first |= {deep for name in rule.first for deep in rules[name].first}
            changed = before != [(rule.empty, len(rule.first)) for rule in rules.values()]
        return any(name in rule.first for name, rule in rules.items())


def _ordered(text: str) -> bool:
    """Whether a set of characters has plain ranges only, in order: escapes may not end a range."""
    inner = text[1:-1].removeprefix("^")
    return all(low <= high for low, high in re.findall(r"([^\\])-(.)", inner)) and not inner.endswith("-")


def _bounds(sign: str) -> tuple[int, int]:
    if not sign.startswith("{"):
        return {"*": (0, 1), "+": (1, 2), "?": (0, 1)}[sign]
    low, comma, high = sign[1:-1].partition(",")
    return int(low), int(high) if high else int(low) + bool(comma)


def _may_be_empty(body: object) -> bool:
    return isinstance(body, list) and any(all(left_out for _, _, left_out in sequence) for sequence in body)


def _scan(body: list[list[tuple[str, object, bool]]], rules: dict[str, _Rule], first: set[str]) -> bool:
    """Adds the rules that `body` may begin with to `first`; returns whether it may match nothing."""
    may_be_empty = False
    for sequence in body:
        for kind, value, optional in sequence:
            empty = optional
            if kind == "name":
                first.add(str(value))
                empty |= rules[str(value)].empty
            elif kind == "open":
                empty |= _scan(value, rules, first)  # type: ignore[arg-type]
            if not empty:
                break
        else:
            may_be_empty = True
    return may_be_empty


def check_grammar(text: str) -> None:
    """Raises BadInput for a grammar that the engine might not take."""
    try:
        if len(text) > MAX_LENGTH or "\0" in text:
            raise _Wrong
        parser = _Parser(text)
        parser.grammar()
        if parser.left_recursion():
            raise _Wrong
    except _Wrong:
        raise BadInput("This grammar is not valid GBNF.") from None
