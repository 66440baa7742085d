"""Whether a message leaves open what it means, in a large English source: an estimate decides."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from madang.chat.followup import standing
from madang.chat.unclear import Unclear, rules, unclear
from madang.chat.unclear.estimate import INSTEAD, Kept
from madang.chat.unclear.signs import FROM_FEATURES, SIGNS, signs
from madang.chat.unclear.taken import definites, taken_for_known
from madang.knowledge.answerable import estimated
from madang.knowledge.types import Evidence, Found, Passage, Span
from madang.models.types import Message

USUAL = {
    "cosine_above": 0.08, "cosine_z": 0.6, "missing": 0.1, "unknown": 0.0, "words_best": 0.6,
    "words_margin": 0.1,
}  # fmt: skip
"""Half of the turns have more, half have less."""


def found(*texts: str, by: str = "many_en") -> Evidence:
    """Texts of as many sources, found about equally."""
    return Evidence(
        question="",
        answerable=0.5,
        features=USUAL,
        by=by,  # type: ignore[arg-type]  one of its names
        found=[
            Found(
                passage=Passage(
                    id=f"p{n}",
                    source_id=f"s{n}",
                    character_id="c",
                    ordinal=0,
                    title=text.split()[0],
                    text=text,
                ),
                score=3 - n / 10,
                vector=0.86,
            )
            for n, text in enumerate(texts)
        ],
    )


HUNTED = found(
    "Hunting deer needs a tag.",
    "Elk are hunted in autumn.",
    "The bear is hunted in October.",
    "Quail: ten a day.",
)


def said(*messages: str) -> list[Message]:
    return [Message("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(messages)]


def asked_back(message: str, history: Sequence[Message] = (), evidence: Evidence = HUNTED) -> Unclear | None:
    return unclear(message, standing(message, history), history, evidence, enough=0.5, own=False)


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("Is there a daily limit to hunt the animal during the season?", "animal"),
        ("How many may I take of this particular species?", "species"),
        ("When do they come out of it?", ""),
    ],
)
def test_a_thing_that_nobody_named_is_asked_back(message: str, thing: str) -> None:
    back = asked_back(message)
    assert back is not None and back.thing == thing


@pytest.mark.parametrize(
    "message",
    [
        "Is there a daily limit to hunt Mule Deer in California?",
        "What kinds of licences are there for hunters?",
        "Why do people hunt in autumn?",
    ],
)
def test_what_says_what_it_means_is_not(message: str) -> None:
    assert asked_back(message) is None


def test_what_answers_what_was_asked_back_is_not_asked_back_again() -> None:
    history = said("Is there a daily limit to hunt the animal?", "Which animal do you mean?")
    assert asked_back("the bear", history) is None


def test_more_is_wanted_to_ask_instead_of_answering(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "Is there a daily limit to hunt the animal during the season?"
    values = signs(message, standing(message), (), HUNTED)
    weights = Kept.load().weights
    just = Kept(weights, estimated(weights, values) - INSTEAD / 2)
    monkeypatch.setattr(Kept, "load", lambda: just)
    for enough, wanted in ((0.4, False), (0.6, True)):
        back = unclear(message, standing(message), (), HUNTED, enough=enough, own=False)
        assert (back is not None) is wanted


def test_a_place_that_speaks_for_itself_is_asked_by_rules() -> None:
    message = "How many may I take of this particular species?"
    assert asked_back(message) is not None
    for by in ("many_en", "read"):
        told = HUNTED.model_copy(update={"by": by})
        ruled = unclear(message, standing(message), (), told, enough=0.5, own=True)
        assert ruled == Unclear("species")


def test_what_could_be_meant_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "left_open", lambda signs, *, answered: True)
    spans = [Span(passage=one.passage, start=0, end=4, score=1.0) for one in HUNTED.found[:2]]
    told = HUNTED.model_copy(update={"spans": spans})
    back = asked_back("How long does hunting last?", (), told)
    assert back is not None and back.thing == ""
    assert [name for name, _ in back.candidates] == ["Hunting", "Elk"]
    courts = found("Superior Court sits in Main Street.", "County Court sits in the north.")
    back = asked_back("Does this court publish a roster?", (), courts)
    assert back is not None and back.thing == "court"
    assert [name for name, _ in back.candidates] == ["Superior Court", "County Court"]
    assert asked_back("Does this Superior Court publish a roster?", (), courts) == Unclear("Court")


@pytest.mark.parametrize("by", ["read", "many_ko", "vectors"])
def test_elsewhere_rules_decide(by: str) -> None:
    told = HUNTED.model_copy(update={"by": by})
    assert asked_back("Is there a daily limit to hunt the bear?", (), told) is None


def test_every_sign_is_a_small_number() -> None:
    for message in (
        "",
        "?",
        "it",
        "the " * 2_000,
        "Does this court publish its roster?",
        "그 배는 얼마예요?",
    ):
        for history in ((), said("hello", "Hi."), said("The court?", "It is in Lyon.", "And?", "No.")):
            for evidence in (HUNTED, Evidence(question="", answerable=0.0)):
                values = signs(message, standing(message, history), history, evidence)
                assert set(values) == {*SIGNS, *FROM_FEATURES}
                assert all(-1 <= value <= 1.5 for value in values.values()), values


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("what if I'm late for it?", 0),
        ("is it open on Sundays in May?", 0),
        ("when does the museum in Mayfair open?", 1),
        ("how old is the Augusta mill?", 1),
    ],
)
def test_what_names_something(message: str, named: int) -> None:
    assert signs(message, standing(message), (), HUNTED)["named"] == named


@pytest.mark.parametrize("noun", ["price", "time", "name", "address", "difference", "weather"])
def test_what_everybody_knows_is_not_taken_for_known(noun: str) -> None:
    message = f"what is the {noun}?"
    assert signs(message, standing(message), (), HUNTED)["taken"] == 0


@pytest.mark.parametrize("day", ["sunday", "thursday", "weekend", "christmas"])
def test_which_day_this_is_everybody_knows(day: str) -> None:
    assert taken_for_known(f"group lesson for two this {day}, total please", (), frozenset()) is None


def test_long_messages_are_read_in_part() -> None:
    message = "What about the loan and the court and this animal? " * 200
    history = said(*["the bear and the deer " * 400] * 60)
    assert signs(message, standing(message[:100]), history, HUNTED)["taken"] == 1


def test_definite_things() -> None:
    things = definites("Can the court in this state fine the owner of that dog that barks?", {"dog"})
    assert [(one.noun, one.shown, one.told, one.spoken) for one in things] == [
        ("court", False, False, False),
        ("state", True, False, False),
        ("owner", False, True, False),
        ("dog", True, True, True),
    ]
