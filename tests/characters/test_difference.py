"""What a maker reads of the way from one version to another."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.characters.types import Line, Lorebook, LoreEntry, Profile
from madang.characters.versions.difference import CHOICES, LABELS, OTHER_LABELS, Change, changes
from madang.characters.versions.words import Piece, pieces
from madang.web.localise import translate

OLD = Profile(name="Sumi", greeting="Hello.", persona="She repairs old clocks in the village.")


def only(found: list[Change]) -> Change:
    assert len(found) == 1, found
    return found[0]


def marked(found: list[Piece]) -> str:
    """`[-removed-]` and `{+added+}`."""
    shown = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(shown[one.op].format(one.text) for one in found)


def test_equal_profiles_have_no_changes() -> None:
    assert changes(OLD, OLD.model_copy(deep=True)) == []


def test_a_changed_text_word_by_word() -> None:
    new = OLD.model_copy(update={"persona": "She repairs very old watches in the village."})
    change = only(changes(OLD, new))
    assert (change.field, change.label, change.shape) == ("persona", "Persona", "text")
    assert marked(change.pieces) == "She repairs {+very +}old [-clocks-]{+watches+} in the village."
    assert (change.before, change.after) == (OLD.persona, new.persona)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "a", "{+a+}"),
        ("a", "", "[-a-]"),
        ("one two three", "one 2 3", "one [-two three-]{+2 3+}"),
        ("오래된 시계를 고친다.", "아주 오래된 시계를 고친다.", "{+아주 +}오래된 시계를 고친다."),
        ("古い時計を直す", "新しい時計を直す", "[-古-]{+新し+}い時計を直す"),
        ("a\nb\nc", "a\nc", "a\n[-b\n-]c"),
        ("{{char}} waits.", "{{user}} waits.", "{{[-char-]{+user+}}} waits."),
        ("<b>x</b>", "<i>x</i>", "<[-b-]{+i+}>x</[-b-]{+i+}>"),
    ],
)
def test_pieces(old: str, new: str, expected: str) -> None:
    assert marked(pieces(old, new)) == expected


words = st.lists(st.sampled_from(["a", "b", " ", "\n", "가", "시계", ".", "古"]), max_size=60).map("".join)


@settings(max_examples=300, deadline=None)
@given(old=st.one_of(words, st.text(max_size=80)), new=st.one_of(words, st.text(max_size=80)))
def test_pieces_make_both_texts_and_alternate(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(one.text for one in found if one.op != "added") == old
    assert "".join(one.text for one in found if one.op != "removed") == new
    assert all(one.text for one in found)
    assert all(left.op != right.op for left, right in itertools.pairwise(found))


def test_the_longest_texts_that_share_little_are_compared_in_time() -> None:
    chance = random.Random(3)
    began = time.process_time()
    for word in (lambda: chance.choice("xy"), lambda: str(chance.randrange(99)), lambda: "가"):
        for end in (" ", "\n", ""):
            old, new = ("".join(word() + end for _ in range(60_000)) for _ in range(2))
            found = pieces(old, new)
            assert "".join(one.text for one in found if one.op != "removed") == new
    assert time.process_time() - began < 20


def test_lists_are_added_and_removed() -> None:
    old = OLD.model_copy(update={"tags": ["a", "b", "b"], "starters": ["x", "y"]})
    new = OLD.model_copy(update={"tags": ["b", "c"], "starters": ["y", "x"]})
    starters, tags = changes(old, new)
    assert (tags.label, tags.added, tags.removed) == ("Tags", ["c"], ["a", "b"])
    assert (starters.shape, starters.added, starters.removed) == ("list", [], []), "only their order"


def test_choices_have_names() -> None:
    new = OLD.model_copy(update={"kind": "business", "rating": "adult", "remixable": False, "language": "ko"})
    assert [(one.label, one.before, one.after) for one in changes(OLD, new)] == [
        ("Kind", "Character", "Business"),
        ("Language", "English", "Korean"),
        ("Content rating", "Everyone", "From 18"),
        ("Others may begin from it", "Yes", "No"),
    ]


def test_one_of_several_greetings_and_exchanges() -> None:
    def exchange(text: str) -> list[Line]:
        return [Line(speaker="visitor", text="Hi"), Line(speaker="character", text=text)]

    old = OLD.model_copy(
        update={"alternate_greetings": ["One", "Two words", "Three"], "examples": [exchange("Yes")]}
    )
    new = OLD.model_copy(update={"alternate_greetings": ["One", "Two signs", "Three", "Four"],
                                 "examples": [exchange("No")]})  # fmt: skip
    second, more, example = changes(old, new)
    assert (second.name, marked(second.pieces)) == ("2", "Two [-words-]{+signs+}")
    assert (more.shape, more.added) == ("list", ["Four"])
    assert marked(example.pieces) == "{{user}}: Hi\n{{char}}: [-Yes-]{+No+}"


def test_lorebook_entries_by_name() -> None:
    def entry(name: str, content: str, **more: object) -> LoreEntry:
        return LoreEntry(name=name, keys=["k"], content=content, **more)

    old = OLD.model_copy(update={"lorebook": Lorebook(entries=[
        entry("Castle", "It is grey."), entry("Gate", "Shut."), entry("", "by keys"), entry("Twin", "1"),
        entry("Twin", "2"),
    ])})  # fmt: skip
    new = OLD.model_copy(update={"lorebook": Lorebook(token_budget=5, entries=[
        entry("Twin", "1"), entry("Twin", "2"), entry("", "by keys"), entry("Well", "Deep."),
        entry("Castle", "It is white.").model_copy(update={"keys": ["tower"], "enabled": False}),
    ])})  # fmt: skip
    book, entries, castle = changes(old, new)
    assert (book.label, book.before, book.after) == ("Lorebook", "token_budget: None", "token_budget: 5")
    assert (entries.label, entries.added, entries.removed) == ("Lorebook entries", ["Well"], ["Gate"])
    assert (castle.shape, castle.name, castle.added, castle.removed) == ("entry", "Castle", ["tower"], ["k"])
    assert marked(castle.pieces) == "It is [-grey-]{+white+}."
    assert (castle.before, castle.after) == ("enabled: True", "enabled: False")
    gone = only(changes(old, OLD))
    assert gone.removed == ["Castle", "Gate", "k", "Twin", "Twin (2)"]


def test_the_order_of_entries_alone() -> None:
    entries = [LoreEntry(name=name) for name in "ab"]
    old = OLD.model_copy(update={"lorebook": Lorebook(entries=entries)})
    new = OLD.model_copy(update={"lorebook": Lorebook(entries=entries[::-1])})
    change = only(changes(old, new))
    assert (change.shape, change.added, change.removed) == ("list", [], [])


def test_every_field_has_a_label_and_every_label_its_korean_one() -> None:
    assert set(LABELS) == set(Profile.model_fields)
    for msgid in (*LABELS.values(), *CHOICES.values(), *OTHER_LABELS):
        assert translate("ko", msgid) != msgid, msgid
