"""What stands behind hours and limits them: "(December only)", "(4.30pm Fri)", "(except bank holidays)"."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.facts.hours_clauses import ELSE, ONLY, Clause, left_of
from madang.knowledge.facts.types import Rule

_LIMITS = re.compile(
    r"\b(?:only|except\w*|excluding|not|unless|if|when|until|till|from|by|pre-?book\w*|appointments?|arrangement|members?|subject|weather|school|term|summer|winter|spring|autumn|easter|christmas|occasional\w*|alternate|every other)\b"
    r"|제외|예약|회원|경우|우천|한정|격주|비정기|없음|마지막|무휴|방학|시즌|당일",
    re.IGNORECASE,
)
_FEW_WORDS = 8
"""Most words of a clause that says something of the hours before it."""


def limited(rules: Sequence[Rule], clause: Clause) -> list[Rule]:
    """The rules that were read last, with what a clause behind them that tells no hours leaves in doubt: the days
    that it names, or all of theirs; as they are where it does not speak of them."""
    if len(clause.text.split()) > _FEW_WORDS or all(rule.state == "unclear" for rule in rules):
        return list(rules)
    if ELSE.search(clause.text):
        return _doubted(rules) if ONLY.search(clause.text) else list(rules)
    if clause.seasonal or clause.nth or clause.undated:
        return _doubted(rules)
    if clause.dates and all(rule.state == "closed" and not rule.weekly for rule in rules):
        state = "unclear" if left_of(clause) else "closed"  # "Closed 24-26 December, 31 December & 1 January"
        return [*rules, Rule(state=state, dates=clause.dates, holidays=clause.holidays)]
    if clause.dates:
        return [*rules, Rule(state="unclear", dates=clause.dates)]
    if clause.holidays and not clause.days:
        return [*rules, Rule(state="unclear", holidays=clause.holidays)]
    if "falls on" in clause.text:
        return list(rules)
    if clause.days and (clause.clocks or _LIMITS.search(clause.text)):
        return [*rules, Rule(state="unclear", days=clause.days)]
    return _doubted(rules) if _LIMITS.search(clause.text) else list(rules)


def _doubted(rules: Sequence[Rule]) -> list[Rule]:
    """The same days, of which it is not clear what holds."""
    return [
        Rule(state="unclear", days=rule.days, dates=rule.dates, holidays=rule.holidays, of=rule.of)
        for rule in rules
    ]
