"""Words of help before any model: what is found, what is found by mistake, and in whose language."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.errors import BadInput, Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.safety.access import Safety
from madang.safety.harm.detect import detect
from madang.safety.harm.words import NAMES, own_words
from tests.conftest import SHARED
from tests.safety.conftest import OWNER
from tests.safety.corpus import sentences


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_was_known_while_the_rules_were_written(language: str) -> None:
    known = sentences(language)
    assert len(known) >= 150
    found = [one for one in known if one.alarm and detect(one.text)]
    mistaken = [one.text for one in known if not one.alarm and detect(one.text)]
    assert len(found) >= 0.98 * sum(one.alarm for one in known)
    assert mistaken == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_was_written_afterwards(language: str) -> None:
    """The honest figures: nothing was changed for these sentences. A floor, so that no change loses them."""
    unseen = sentences(language, "heldout")
    alarms, others = [one for one in unseen if one.alarm], [one for one in unseen if not one.alarm]
    recall = sum(detect(one.text) is not None for one in alarms) / len(alarms)
    mistaken = [one.text for one in others if detect(one.text)]
    print(f"{language}: recall {recall:.2f} of {len(alarms)}, false alarms {len(mistaken)} of {len(others)}")
    assert recall >= 0.7
    assert mistaken == []


def test_questions_about_the_world_are_not_alarms() -> None:
    path = SHARED / "korquad" / "KorQuAD_v1.0_dev.json"
    if not path.is_file():
        pytest.skip("KorQuAD is not on this machine (../shared/data/korquad)")
    read = json.loads(path.read_text("utf-8"))["data"]
    asked = [one["question"] for page in read for part in page["paragraphs"] for one in part["qas"]]
    asked = asked[::8]
    assert sum(detect(question) is not None for question in asked) <= len(asked) // 500


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("I want to kill myself", "self"),
        ("i want to k.i.l.l myself", "self"),
        ("I w@nt to kill mys3lf", "self"),
        ("su1c1dal thoughts again, I feel lost", "self"),
        ("I want to d\u200bie", "self"),
        ("ＩＷＡＮＴ ＴＯ ＤＩＥ".replace("ＩＷＡＮＴ", "Ｉ ＷＡＮＴ"), "self"),
        ("ㅈㅜㄱㄱㅗ 싶어", "self"),
        ("죽 고 싶 어 요", "self"),
        ("Hello. 나 죽고 싶어.", "self"),
        ("친구가 죽고 싶대요", "other"),
        ("my friend wants to kill herself", "other"),
        ("배고파 죽겠어", None),
        ("this homework is killing me", None),
        ("", None),
        ("?!…", None),
    ],
)
def test_tricks_of_spelling_and_idioms(message: str, about: str | None) -> None:
    assert detect(message) == about


async def test_help_comes_in_the_visitors_language_before_the_rules(safety: Safety) -> None:
    english = await safety.incoming("I want to kill myself", language="en")
    korean = await safety.incoming("죽고 싶어", language="ko")
    other = await safety.incoming("제 친구가 자해를 해요", language="ko")
    assert english and english.harm == "self_harm" and english.rule is None
    for number in ("988", "116 123", "findahelpline.com", "emergency"):
        assert number in english.sentence
    assert korean and all(number in korean.sentence for number in ("109", "1388", "119"))
    assert other and other.sentence != korean.sentence and "109" in other.sentence
    assert await safety.incoming("What time do you open?", language="en") is None


async def test_the_owner_says_it_in_their_own_words(safety: Safety) -> None:
    await safety.put_help(OWNER, "en.self", "  Call {Ann} at 5.  ")
    verdict = await safety.incoming("I want to die", language="en")
    assert verdict and verdict.sentence == "Call {Ann} at 5." and verdict.params == {}
    assert await safety.changed_helps(OWNER) == {"en.self"}
    await safety.put_help(OWNER, "en.self", "")
    assert (await safety.helps(OWNER)) == own_words() and set(own_words()) == set(NAMES)
    with pytest.raises(NotFound):
        await safety.put_help(OWNER, "fr.self", "…")
    with pytest.raises(BadInput):
        await safety.put_help(OWNER, "en.self", "x" * 4001)


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (Identity("visitor", "vis_x"), SignInNeeded),
        (Identity("visitor", "usr_x"), SignInNeeded),
        (Identity("creator", "usr_x"), Forbidden),
        (Identity("owner", "usr_x", frozenset({"chat"})), Forbidden),
    ],
)
async def test_words_and_rules_are_the_owners(
    safety: Safety, identity: Identity, error: type[Exception]
) -> None:
    for call in (
        safety.helps(identity),
        safety.put_help(identity, "en.self", "x"),
        safety.rules(identity),
        safety.remove_rule(identity, "rul_x"),
        safety.try_out(identity, "x"),
    ):
        with pytest.raises(error):
            await call


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    assert detect(text) in ("self", "other", None)


@pytest.mark.parametrize(
    "piece",
    ["I want ", "죽", "my friend ", "i ", "자 살 ", '"', "k i l l ", "no one would ", "나는 ", "a1", "ㄱㅏ"],
)
def test_a_long_message_is_read_in_bounded_time(piece: str) -> None:
    began = time.perf_counter()
    detect(piece * (40_000 // len(piece)))
    assert time.perf_counter() - began < 3
