"""Entries of a lorebook join the prompt when the conversation calls them up."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from madang.characters import decorators, keys, lorebook, macros
from madang.characters.cards import book as cards_book
from madang.characters.lorebook import match
from madang.characters.types import CardReport, Lorebook, LoreEntry


def entry(content: str = "lore", *wanted: str, **fields: Any) -> LoreEntry:
    return LoreEntry(keys=list(wanted), content=content, **fields)


def said(
    entries: list[LoreEntry], *messages: str, book: dict[str, Any] | None = None, **options: Any
) -> list[str]:
    return [hit.content for hit in match(Lorebook(entries=entries, **(book or {})), messages, **options)]


def test_no_book_no_lore() -> None:
    assert match(None, ["hello"]) == []
    assert match(Lorebook(), ["hello"]) == []


def test_plain_keys_are_found_in_any_case_and_in_korean() -> None:
    entries = [entry("forest", "Eldoria", "wood"), entry("menu", "메뉴"), entry("no", "castle")]
    assert said(entries, "Tell me of ELDORIA") == ["forest"]
    assert said(entries, "메뉴판 좀 보여주세요") == ["menu"]
    import unicodedata

    assert said(entries, unicodedata.normalize("NFD", "메뉴")) == ["menu"]
    assert said(entries, "nothing") == []
    assert said([entry("x", "", "  ")], "anything") == []


def test_case_counts_where_it_is_asked_for() -> None:
    entries = [entry("Rose", "Rose", case_sensitive=True)]
    assert said(entries, "a rose") == []
    assert said(entries, "Rose!") == ["Rose"]


def test_disabled_never_matches() -> None:
    off = {"enabled": False}
    assert (
        said([entry("a", "x", **off), entry("b", constant=True, **off), entry("@@activate\nc", **off)], "x")
        == []
    )


def test_a_constant_needs_no_key_and_content_comes_once() -> None:
    assert said([entry("always", constant=True)], "") == ["always"]
    assert said([entry("once", "a", "b")], "a b a b", "a") == ["once"]
    assert said([entry("  \n", "a"), entry("@@depth 3\n", "a")], "a") == []


def test_scan_depth_of_the_book_and_of_an_entry() -> None:
    messages = ["dragon", "two", "three"]
    assert said([entry("d", "dragon")], *messages, book={"scan_depth": 2}) == []
    assert said([entry("d", "dragon")], *messages, book={"scan_depth": 3}) == ["d"]
    assert said([entry("d", "dragon")], *messages, book={"scan_depth": 0}) == []
    assert said([entry("@@scan_depth 3\nd", "dragon")], *messages, book={"scan_depth": 1}) == ["d"]
    assert said([entry("@@scan_depth 1\nd", "dragon")], *messages, book={"scan_depth": 9}) == []
    assert said([entry("d", "old")], "old", *["x"] * lorebook.SCAN_DEPTH) == []


def test_selective_needs_a_secondary_key_and_is_nothing_without_any() -> None:
    both = entry("s", "sword", selective=True, secondary_keys=["magic", "fire"])
    assert said([both], "a sword") == []
    assert said([both], "a sword of fire") == ["s"]
    assert said([entry("s", "sword", selective=True, secondary_keys=[])], "a sword") == ["s"]
    assert said([entry("s", "sword", selective=True, secondary_keys=[" "])], "a sword") == ["s"]
    assert said([entry("s", "sword", selective=False, secondary_keys=["magic"])], "a sword") == ["s"]


@pytest.mark.parametrize(("logic", "expected"), [(0, True), (1, True), (2, False), (3, False)])
def test_the_logic_of_secondary_keys_that_sillytavern_writes(logic: int, expected: bool) -> None:
    one = entry("s", "a", selective=True, secondary_keys=["b", "c"], extensions={"selectiveLogic": logic})
    assert bool(said([one], "a b")) is expected


def test_keys_stay_plain_under_use_regex_unless_they_stand_between_slashes() -> None:
    plain = entry("p", "C++", "what?", use_regex=True)
    assert said([plain], "I write C++") == ["p"]
    assert said([plain], "wha") == []
    assert said([entry("c", constant=True, use_regex=True)], "") == ["c"]
    assert said([entry("s", "a", use_regex=True, selective=True, secondary_keys=["b"])], "a") == []
    expression = entry("r", "/dra(g|k)ons?/i", use_regex=True)
    assert said([expression], "Two DRAKONS") == ["r"]
    assert said([expression], "dra") == []
    assert said([entry("r", "/^b/m")], "a\nb") == ["r"], "slashes suffice"
    assert said([entry("r", "/a/", use_regex=True, selective=True, secondary_keys=["b"])], "a") == ["r"]
    assert said([entry("r", "/a/", use_regex=True, constant=True)], "b") == []


def test_an_invalid_expression_spoils_its_entry_and_nothing_else() -> None:
    bad = entry("bad", "/ok/", "/(/", use_regex=True)
    assert said([bad, entry("good", "ok")], "ok") == ["good"]


@pytest.mark.parametrize(
    "pattern",
    [
        "/(a+)+$/",
        "/(a|aa)+$/",
        "/(.*a){25}$/",
        "/((a{0,200}){0,200}){0,200}b/",
        "/(x{9999}){9999}{9999}/",
        "/" + "(" * 900 + ")" * 900 + "/",
    ],
)
def test_a_hostile_expression_costs_little_and_raises_nothing(pattern: str) -> None:
    entries = [entry(f"e{number}", pattern, use_regex=True) for number in range(40)]
    started = time.perf_counter()
    said([*entries, entry("calm", "aaa")], "a" * 5_000 + "!")
    assert time.perf_counter() - started < 3
    assert keys.SECONDS_ALL < 1


def test_recursion_is_only_where_it_is_asked_for() -> None:
    entries = [
        entry("The king rules Eldoria.", "king"), entry("Eldoria has a {{hidden_key:river}}wood.", "eldoria"),
        entry("The river is cold. {{// castle}}", "river"), entry("A castle.", "castle"),
    ]  # fmt: skip
    assert len(said(entries, "the king")) == 1
    assert len(said(entries, "the king", book={"recursive_scanning": True})) == 3
    loop = [entry("b", "a"), entry("a", "b")]
    assert said(loop, "a", book={"recursive_scanning": True}) == ["b", "a"]
    stopped = [entry("b", "a", extensions={"prevent_recursion": True}), entry("c", "b")]
    assert said(stopped, "a", book={"recursive_scanning": True}) == ["b"]
    excluded = [entry("b", "a"), entry("c", "b", extensions={"exclude_recursion": True})]
    assert said(excluded, "a", book={"recursive_scanning": True}) == ["b"]


def test_comments_and_hidden_keys_in_messages_call_nothing_up() -> None:
    entries = [entry("x", "secret")]
    for message in ("{{// secret}}", "{{comment: secret}}", "{{hidden_key:secret}}"):
        assert said(entries, message) == []


def test_order_and_budget() -> None:
    words = {"count_tokens": lambda text: len(text.split())}
    entries = [
        entry("late late", "k", insertion_order=9, priority=5),
        entry("early early", "k", insertion_order=1, priority=1),
        entry("mid mid", "k", insertion_order=5, priority=9),
    ]  # fmt: skip
    assert said(entries, "k", **words) == ["early early", "mid mid", "late late"]
    assert said(entries, "k", book={"token_budget": 4}, **words) == ["mid mid", "late late"]
    assert said(entries, "k", book={"token_budget": 3}, **words) == ["mid mid"]
    assert said(entries, "k", book={"token_budget": 0}, **words) == []
    plain = [entry(f"e{n} e", "k", insertion_order=n) for n in (3, 1, 2)]
    assert said(plain, "k", book={"token_budget": 4}, **words) == ["e2 e", "e3 e"]
    same = [entry("first one", "k"), entry("second one", "k")]
    assert said(same, "k", book={"token_budget": 2}, **words) == ["first one"]


def test_places() -> None:
    entries = [
        entry("@@position scenario\na", constant=True), entry("b", constant=True, position="after_char"),
        entry("c", constant=True), entry("@@depth 2\n@@role user\nd", constant=True),
        entry("@@depth 3\n@@position personality\ne", constant=True),
        entry("@@position attic\n@@depth 1\nf", constant=True),
        entry("g", constant=True, extensions={"position": 4, "depth": 5, "role": 2}),
    ]  # fmt: skip
    hits = {hit.content: (hit.position, hit.depth, hit.role) for hit in match(Lorebook(entries=entries), [])}
    assert hits == {
        "a": ("scenario", None, "system"), "b": ("after_desc", None, "system"),
        "c": ("before_desc", None, "system"), "d": ("depth", 2, "user"),
        "e": ("personality", None, "system"), "f": ("depth", 1, "system"), "g": ("depth", 5, "assistant"),
    }  # fmt: skip


def test_activation_decorators() -> None:
    assert said([entry("@@activate\nx", "never")], "hi") == ["x"]
    assert said([entry("@@dont_activate\nx", "hi", constant=True)], "hi") == []
    assert said([entry("@@dont_activate\n@@activate\nx")], "hi") == ["x"]
    after, every = entry("@@activate_only_after 3\nx", "hi"), entry("@@activate_only_every 2\nx", "hi")
    assert [bool(said([after], "hi", turn=turn)) for turn in (0, 2, 3, 4)] == [False, False, True, True]
    assert [bool(said([every], "hi", turn=turn)) for turn in (1, 2, 3, 4)] == [False, True, False, True]
    assert said([entry("@@activate_only_every 0\nx", "hi")], "hi", turn=3) == ["x"], "nonsense is ignored"


def test_key_decorators() -> None:
    more = entry("@@additional_keys red,blue\n@@additional_keys big\nx", "dragon")
    assert said([more], "a red dragon") == []
    assert said([more], "a big red dragon") == ["x"]
    assert said([entry("@@exclude_keys toy,plush\nx", "dragon")], "a toy dragon") == []
    assert said([entry("@@exclude_keys toy\nx", "dragon")], "a dragon") == ["x"]
    assert said([entry("@@exclude_keys toy\nx", constant=True)], "toy") == []


def test_greetings_full_contexts_and_earlier_matches() -> None:
    greeting = entry("@@is_greeting 1\n@@activate\nx")
    assert [bool(said([greeting], "", greeting_index=index)) for index in (0, 1, None)] == [False, True, True]
    droppable = entry("@@ignore_on_max_context\nx", "k")
    assert said([droppable], "k", full=True) == []
    assert match(Lorebook(entries=[droppable]), ["k"])[0].first_to_go
    assert said([entry("@@dont_activate_after_match\nx", "k")], "k", matched={0: 1}) == []
    assert said([entry("@@keep_activate_after_match\nx", "k")], "gone", matched={0: 1}) == ["x"]


def test_fallback_decorators() -> None:
    found, text = decorators.split(
        "@@risu_only 4\n@@@agn_only 4\n@@@depth 7\n\n@@role nobody\n@@@role user\nText\n@@depth 1"
    )
    assert (found.depth, found.role, text) == (7, "user", "Text\n@@depth 1")
    found, _ = decorators.split("@@depth 5\n@@@depth 9\n@@depth 6\nx")
    assert found.depth == 5
    found, _ = decorators.split("@@instruct_depth 5\n@@@depth 9\nx")
    assert found.depth == 9
    assert decorators.split("@@@depth 9\nx")[0].depth is None
    assert decorators.split("plain\n\n@@depth 2") == (decorators.Decorators(), "plain\n\n@@depth 2")


def test_macros_are_filled_before_tokens_are_counted() -> None:
    names = macros.Names(char="Sumi", user="Min")
    one = entry("{{char}} knows {{user}}.", "{{char}}")
    hits = match(
        Lorebook(entries=[one]),
        ["hello sumi"],
        expand=lambda text: macros.expand(text, names),
        count_tokens=len,
    )
    assert [(hit.content, hit.tokens) for hit in hits] == [("Sumi knows Min.", 15)]


def test_only_steady_constants_may_stand_in_the_prefix() -> None:
    hits = match(
        Lorebook(
            entries=[entry("a", constant=True), entry("b", "k"), entry("@@exclude_keys z\nc", constant=True)]
        ),
        ["k"],
    )
    assert [hit.constant for hit in hits] == [True, False, False]


anything = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=12)
    | strategies.sampled_from(["@@depth 99999999999", "@@@", "@@", "@@additional_keys ,", "/(/",
                               "/a/i", "@@depth nan", "@@depth 1e999"]),
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(strategies.sampled_from(
        ["keys", "content", "entries", "extensions", "position", "depth", "selective",
         "secondary_keys", "use_regex", "constant", "scan_depth", "token_budget", "priority",
         "insertion_order", "recursive_scanning"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    raw=strategies.dictionaries(
        strategies.sampled_from(["entries", "scan_depth", "recursive_scanning"]), anything
    ),
    messages=strategies.lists(strategies.text(max_size=20), max_size=4),
)
def test_no_book_makes_it_raise(raw: dict[str, Any], messages: list[str]) -> None:
    found = cards_book.read(raw, CardReport(spec="lorebook_v3"))
    match(found, messages, matched={0: 1}, turn=3, greeting_index=0, full=True)


def test_a_large_book_is_quick() -> None:
    entries = [entry(f"content {n}", f"key{n}", f"word{n}", "dragonfly") for n in range(3_000)]
    messages = ["some words about nothing at all, " * 30] * 10
    started = time.perf_counter()
    assert said(entries, *messages, book={"recursive_scanning": True}) == []
    assert time.perf_counter() - started < 1.5
