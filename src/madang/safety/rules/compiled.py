"""The owner's rules, ready to be asked. Made once from a list of rules; immutable afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from madang.safety.rules import people
from madang.safety.rules.letters import hangul, letters_of
from madang.safety.rules.matcher import Match, Matcher
from madang.safety.types import Finding, Rule, Verdict

ASKED = {
    "word": "Please say that in other words: this studio leaves one of them out.",
    "topic": "“{topic}” is not talked about here. Ask me something else.",
    "person": "I do not speak as real people such as {person}. Ask me as who I am.",
}
"""What a visitor reads whose message breaks a rule."""
SPOKEN = "I left the rest of my reply out, because it would break a rule of this studio."
NAMES = ("name", "nickname", "tagline")
"""Fields of a profile in which a person's name alone says that the character plays them."""


class Compiled:
    """Rules as matchers: of words and topics, of names, and of what a reply may not say."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = list(rules)
        self.words = Matcher()
        self.names = Matcher()
        self.spoken = Matcher()
        people_named = Matcher()
        for key, rule in enumerate(self.rules):
            for spelling in (rule.text, *rule.also):
                if rule.kind == "person":
                    self.names.add(spelling, key)
                    self._person(people_named, spelling, key)
                else:
                    self.words.add(spelling, key)
                    self.spoken.add(spelling, key)
        if people_named.bounded:
            for phrase in people.SAID:
                self.spoken.lead(phrase, people_named.bounded)

    @staticmethod
    def _person(named: Matcher, spelling: str, key: int) -> None:
        code = letters_of(spelling).code
        if code:
            named.add(spelling, key, right="copula" if hangul(code[-1]) else "name", under=named.bounded)

    def broken(self, text: str) -> Iterator[Match]:
        """Every place of a whole text (a message, a field of a profile) that breaks a rule."""
        yield from self.words.find(text)[0]
        for match in self.names.find(text)[0]:
            if people.asked(text, match.start, match.end):
                yield match

    def incoming(self, message: str, language: str) -> Verdict | None:
        """The first rule that a visitor's message breaks."""
        first = min(self.broken(message), key=lambda match: (match.start, -match.end), default=None)
        if first is None:
            return None
        rule = self.rules[first.key]
        params = {"topic": rule.text} if rule.kind == "topic" else {}
        if rule.kind == "person":
            params = {"person": rule.text}
        return Verdict(harm="rule", sentence=ASKED[rule.kind], params=params, language=language, rule=rule)

    def said(self, key: int, language: str) -> Verdict:
        """What is said when a reply would have broken the rule `key`."""
        return Verdict(harm="rule", sentence=SPOKEN, language=language, rule=self.rules[key])

    def findings(self, texts: dict[str, Any]) -> list[Finding]:
        """One finding for each rule and field; fields of lists and lorebooks read `greetings.1`."""
        found: dict[tuple[str, str], Finding] = {}
        for field, text in _texts(texts):
            matches = list(self.broken(text))
            if field in NAMES:
                matches += self.names.find(text)[0]
            for match in matches:
                rule = self.rules[match.key]
                found.setdefault(
                    (field, rule.id),
                    Finding(field=field, rule=rule, found=text[match.start : match.end][:200]),
                )
        return list(found.values())


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in nested dicts and lists with its dotted name."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}.{number}")
