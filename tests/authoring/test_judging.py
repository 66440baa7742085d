"""What a check demands of a reply, and what its result says when the reply does not give it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madang.authoring.checking import judge
from madang.characters.types import Check
from madang.kernel.errors import ModelFailed
from tests.authoring.fakes import reply


@pytest.mark.parametrize(
    ("demand", "said", "reasons"),
    [
        ({"holds": ["14,000 won"]}, "It costs 14000 Won.", []),
        ({"holds": ["9,000 won"]}, "It costs 19,000 won.", [judge.LACKS]),
        ({"holds": ["9:30"]}, "From 19:30 on.", [judge.LACKS]),
        ({"holds": ["9"]}, "At 9.", []),
        ({"holds": ["9"]}, "At 9:30.", [judge.LACKS]),
        ({"holds": ["it's open"]}, "Yes, It’s   open.", []),
        ({"holds": ["월요일"]}, "매주 월요일에 쉽니다.", []),
        ({"holds": ["a", "zz"]}, "a b", [judge.LACKS]),
        ({"holds_not": ["free"]}, "It is Free.", [judge.HOLDS]),
        ({"holds_not": ["1"]}, "Room 12 [1].", []),
        ({}, "Anything.", []),
        ({}, "  ", [judge.NOTHING]),
        ({"declines": True}, "Nine.", [judge.ANSWERED]),
    ],
)
def test_what_a_reply_holds(demand: dict[str, object], said: str, reasons: list[str]) -> None:
    result = judge.judge(Check(id="chk_1", question="?", **demand), reply(said))  # type: ignore[arg-type]
    assert result.reasons == reasons
    assert len(result.params) == len(result.reasons)
    assert result.passed == (not reasons)


def test_a_quotation_holds_and_cites_too() -> None:
    answer = reply("See the menu. [1]", basis="sources", cites=[("Menu", "Pancake: 14,000 won")])
    held = judge.judge(Check(question="?", holds=["14,000 won"], cites="menu"), answer)
    assert held.passed and held.cited[0]["url"].startswith("/c/") and held.cited[0]["number"] == "1"
    assert judge.judge(Check(question="?", cites="pancake: 14000 won"), answer).passed
    missing = judge.judge(Check(question="?", cites="House rules"), answer)
    assert missing.reasons == [judge.NOT_CITED] and missing.params == [{"text": "House rules"}]
    assert not judge.judge(Check(question="?", cites="Men"), reply("Men")).passed


def test_declining_is_said_by_the_reply_itself() -> None:
    check = Check(question="?", declines=True)
    assert judge.judge(check, reply("I could not find that.", basis="abstained")).passed
    assert not judge.judge(check, reply("I do not know, but nine.", basis="sources")).passed


def test_a_reply_that_was_cut_off_holds_nothing() -> None:
    cut = judge.judge(Check(question="?", holds=["nine"]), reply("nine", state="stopped"))
    assert cut.reasons == [judge.STOPPED]
    failed = judge.failed(Check(question="?"), ModelFailed("It {what}.", what="broke"))
    assert not failed.passed and failed.params == [{"what": "broke"}]


@given(some.text(max_size=200), some.text(max_size=200))
def test_no_text_breaks_it(wanted: str, said: str) -> None:
    result = judge.judge(Check(question="?", holds=[wanted], holds_not=[said]), reply(said))
    assert result.passed == (not result.reasons)
    for sentence, params in zip(result.reasons, result.params, strict=True):
        assert sentence.format(**params)


def test_a_reply_that_is_not_sure_is_no_answer_whatever_it_shows() -> None:
    check = Check(question="?", holds=["14,000 won"], cites="Menu")
    unsure = reply("I am not sure. The nearest:", basis="abstained", cites=[("Menu", "Pancake: 14,000 won")])
    assert judge.judge(check, unsure).reasons == [judge.DECLINED]
    assert judge.judge(Check(question="?", cites="Menu"), unsure).reasons == [judge.DECLINED]
    assert judge.judge(Check(question="?", holds=["won"], declines=True), unsure).passed
    assert judge.judge(Check(question="?", holds_not=["free"]), unsure).passed


def test_another_source_that_says_the_same_counts_where_a_source_is_only_guessed() -> None:
    check = Check(question="Paddle board?", cites="Our boats")
    answer = reply("12,000 won. [1]", basis="sources", cites=[("Prices", "Paddle board: 12,000 won")])
    assert judge.judge(check, answer).reasons == [judge.NOT_CITED]
    assert judge.judge(check, answer, asks_for="Paddle board").passed
    assert judge.judge(check, answer, asks_for="Rowing boat").reasons == [judge.NOT_CITED]
