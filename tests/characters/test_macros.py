"""Macros in a character's texts are filled in, the same way every time."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from madang.characters.macros import Names, expand, scannable

NAMES = Names(char="Sumi", user="Min", original="Be kind.", seed="c1", turn="t1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{char}} and {{USER}}, {{ Char }}", "Sumi and Min, Sumi"),
        ("<USER> <BOT> <char> <b>", "Min Sumi Sumi <b>"),
        ("{{original}} Be brief.", "Be kind. Be brief."),
        ("a{{// a note}}b{{comment: seen}}c{{hidden_key:k}}d", "abcd"),
        ("{{reverse:Hello}} {{reverse:{{char}}}}", "olleH imuS"),
        ("{{time}} {{setvar::a::b}} {{}} {{random}}", "{{time}} {{setvar::a::b}} {{}} {{random}}"),
        ("open {{char", "open {{char"),
        ("close }} {{char}}", "close }} Sumi"),
        ("{{random:only}} {{pick::same::same}}", "only same"),
        (r"{{random:a\,b}}", "a,b"),
        ("{{roll:1}} {{roll:d1}} {{roll:3d1}} {{roll:x}} {{roll:0}}", "1 1 3 {{roll:x}} {{roll:0}}"),
    ],
)
def test_macros(text: str, expected: str) -> None:
    assert expand(text, NAMES) == expected


def test_chance_is_the_same_for_the_same_seeds() -> None:
    text = "{{random:a,b,c,d,e,f}}{{roll:1000}}{{pick:a,b,c,d,e,f}}"
    assert expand(text, NAMES) == expand(text, NAMES)
    turns = {expand(text, Names("S", seed="c", turn=str(n))) for n in range(30)}
    assert len(turns) > 20
    assert len({expand("{{pick:a,b,c,d,e}}", Names("S", seed="c", turn=str(n))) for n in range(30)}) == 1
    assert len({expand("{{pick:a,b,c,d,e}}", Names("S", seed=str(n))) for n in range(60)}) == 5
    assert {expand("{{roll:d6}}", Names("S", turn=str(n))) for n in range(200)} == set("123456")


def test_two_of_the_same_differ() -> None:
    drawn = expand(" ".join(["{{random:a,b,c,d,e,f,g,h}}"] * 30), NAMES).split()
    assert len(set(drawn)) > 3


def test_what_a_visitor_calls_himself_is_never_read_for_macros() -> None:
    names = Names(char="Sumi", user="{{original}}{{random:a,b}}<BOT>", original="secret")
    assert expand("Hi {{user}} <USER>", names) == f"Hi {names.user} {names.user}"


def test_what_is_searched_for_keys() -> None:
    text = "a{{// b}}c{{hidden_key:d}}e{{char}}{{comment:f}}"
    assert scannable(text) == "ace{{char}}"
    assert scannable(text, recursive=True) == "acde{{char}}"


@given(strategies.text(alphabet="{}:/ ,\\cahrdompickl<USER>0123456789", max_size=200))
def test_any_text(text: str) -> None:
    expand(text, NAMES)
    scannable(text, recursive=True)


def test_deep_and_long_texts_are_read_in_one_pass() -> None:
    for text in ("{{" * 50_000, "}}" * 50_000, "{{random:" * 5_000 + "}}" * 5_000, "{{char}}" * 20_000):
        expand(text, NAMES)
