"""A reply that comes in pieces: nothing forbidden is ever shown, and nothing is held back without need."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.safety.rules.compiled import Compiled
from madang.safety.rules.outgoing import Reading
from tests.safety.test_rules import RULES

COMPILED = Compiled(RULES)
LETTERS = (
    "b a d D 4 dd . * s es 's x 카 지 노 ㅈ ㅣ 사 자 1 에서 는 마자 elon musk 홍길동 입니다 "
    "이 야 을 @ é 赌 博 slot machine"
)
PIECES = st.sampled_from([*LETTERS.split(), " ", "\n", "\u200b", "i am ", "저는 "])
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def cut(text: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[begin:end] for begin, end in pairwise(edges)]


def read(pieces: list[str]) -> tuple[str, str | None, list[str]]:
    reading = Reading(COMPILED, "en")
    shown = [reading.feed(piece) for piece in pieces]
    shown.append(reading.end())
    rule = reading.verdict.rule if reading.verdict else None
    return "".join(shown), rule.id if rule else None, shown


@settings(max_examples=600, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 200), max_size=10))
def test_nothing_forbidden_is_shown_however_it_is_cut(text: str, places: list[int]) -> None:
    whole_matches, _ = COMPILED.spoken.find(text)
    out, rule, parts = read(cut(text, places))
    assert text.startswith(out)
    assert not COMPILED.spoken.find(out)[0]
    assert (rule is None) == (not whole_matches)
    if not whole_matches:
        assert out == text
    shown = ""
    for part in parts:  # what stood on the page at any moment
        shown += part
        assert not COMPILED.spoken.find(shown)[0]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 200), max_size=10))
def test_the_same_is_shown_however_it_is_cut(text: str, places: list[int]) -> None:
    assert read(list(text))[:2] == read(cut(text, places))[:2] == read([text])[:2]


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["Hello there, ", "how are you"], ["Hello there, ", "how are you", ""]),
        (["a b", "ook"], ["a ", "book", ""]),
        (["ba", "d", "ger"], ["", "", "badger", ""]),
        (["온라인카", "드"], ["온라인", "카드", ""]),
        (["It is ba", "d."], ["It is ", "", ""]),
        (["I am Elon", " Smith"], ["", "I am Elon Smith", ""]),
        (["I love Elon Musk", "."], ["I love Elon Musk", ".", ""]),
        (["저는 홍길동", "입니다"], ["", "", ""]),
        (["저는 홍길동", "을 알아요"], ["", "저는 홍길동을 알아요", ""]),
    ],
)
def test_only_what_could_become_a_match_is_held_back(pieces: list[str], shown: list[str]) -> None:
    assert read(pieces)[2] == shown


def test_nothing_comes_after_the_verdict() -> None:
    reading = Reading(COMPILED, "ko")
    assert reading.feed("좋아요 bad ") == "좋아요 "
    assert reading.verdict and reading.verdict.language == "ko"
    assert reading.feed("and more") == "" and reading.end() == ""


def test_without_rules_everything_passes_at_once() -> None:
    reading = Reading(Compiled([]), "en")
    assert [reading.feed(piece) for piece in ("ba", "d")] == ["ba", "d"] and reading.end() == ""
