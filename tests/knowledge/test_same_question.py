"""Paraphrases meet an approved answer by words and by vectors together, and look-alikes do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.knowledge.answers import ENOUGH
from madang.knowledge.same import about_the_same, alike, meant, meets

PAIRS = Path(__file__).parents[2] / "benchmarks" / "same" / "pairs.tsv"
ALL = [line.split("\t") for line in PAIRS.read_text("utf-8").splitlines()]


def taken(one: str, other: str) -> bool:
    """With vectors that agree to everything: what words alone allow."""
    left, right = meant(one), meant(other)
    return max(meets(left, right, ""), meets(right, left, "")) >= ENOUGH or alike(left, right)


def test_the_pairs_are_of_both_languages_and_sorts() -> None:
    assert len(ALL) >= 120
    for language in ("en", "ko"):
        signs = [sign for sign, one, _ in ALL if meant(one).language == language]
        assert signs.count("+") >= 29 and signs.count("-") >= 30


@pytest.mark.parametrize(("one", "other"), [pair[1:] for pair in ALL if pair[0] == "-"])
def test_a_look_alike_is_never_taken_for_the_question(one: str, other: str) -> None:
    assert not taken(one, other)


def test_most_paraphrases_are_allowed() -> None:
    wanted = [pair[1:] for pair in ALL if pair[0] == "+"]
    assert sum(taken(*pair) for pair in wanted) >= 0.8 * len(wanted)


def test_what_is_about_the_same_need_not_ask_the_same() -> None:
    assert about_the_same(meant("How much is parking?"), meant("Is there parking?"))
    assert not about_the_same(meant("Is there parking?"), meant("Is there a sauna?"))
    assert not about_the_same(meant("?"), meant("Is there a sauna?"))
    assert not about_the_same(meant("물레 체험 20분 늦으면요?"), meant("물레체험 몇분이나 걸려요"))
