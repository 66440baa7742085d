"""Hints of self-harm, read by their meaning: when they are asked about, and how many are found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from madang.kernel.errors import ModelFailed
from madang.kernel.language import language_of
from madang.kernel.settings import Settings
from madang.models.catalogue import E5_SMALL
from madang.models.e5.embedder import E5Embedder
from madang.models.types import Embedder, Vectors
from madang.models.weights import installed
from madang.safety.access import Safety
from madang.safety.harm import hints
from madang.safety.harm.detect import detect
from madang.safety.harm.hints import LONGEST, Hints, reading
from madang.storage.database import Database
from tests.safety.conftest import OWNER
from tests.safety.corpus import sentences


class Told:
    """An embedder whose vectors give the scores that a test says; what it does not know is harmless."""

    def __init__(self, scores: dict[str, float] | None = None, name: str = reading().model) -> None:
        self.name, self.dimensions = name, len(reading().weights)
        self.scores = scores or {}
        self.asked: list[str] = []
        self.slow = 0.0

    async def query(self, text: str) -> Vectors:
        self.asked.append(text)
        await asyncio.sleep(self.slow)
        weights = reading().weights
        wanted = self.scores.get(text, -3.0) - reading().bias
        return (weights * np.float32(wanted / float(weights @ weights))).astype(np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("a message is a query")

    async def close(self) -> None: ...


class Door:
    def __init__(self, embedder: Embedder | None) -> None:
        self._embedder = embedder

    async def embedder(self) -> Embedder:
        if self._embedder is None:
            raise ModelFailed("The embedding model could not be loaded on this machine.")
        return self._embedder


SURE = 9.0
HINT = "there is only one door left for me"


async def test_a_hint_is_answered_with_words_of_help(database: Database, settings: Settings) -> None:
    safety = Safety(database, settings, models=Door(Told({HINT: SURE})))
    verdict = await safety.incoming(HINT, language="en")
    assert verdict and verdict.harm == "self_harm" and "988" in verdict.sentence
    assert await safety.incoming("Which door is the exit?", language="en") is None
    assert (await safety.try_out(OWNER, HINT)).incoming == verdict


async def test_what_the_rules_have_decided_is_not_asked_again() -> None:
    told = Told()
    for message in ("this diet is killing me", "책에서 주인공이 죽어요", "x" * (LONGEST + 1), " \n"):
        told.scores[message] = SURE
        assert await Hints(Door(told)).found(message) is None
    assert told.asked == []


async def test_several_messages_say_together_what_none_says_alone() -> None:
    told = Told({"a\nb\nc": SURE})
    assert await Hints(Door(told)).found("c", ["x", "a", "b"]) == "self"
    assert told.asked[:2] == ["c", "a\nb\nc"]
    assert await Hints(Door(told)).found("c", ["b", "a"]) is None
    assert await Hints(Door(told)).found("c") is None


async def test_what_was_answered_is_not_answered_again_with_every_message() -> None:
    told = Told({"a\nb\nc": SURE, "a\nb": SURE})
    assert await Hints(Door(told)).found("c", ["a", "b"]) is None, "what came before had said it"
    told = Told({"I want to die\nb\nc": SURE, "b\nc": SURE})
    assert await Hints(Door(told)).found("c", ["I want to die", "b"]) is None
    assert told.asked == ["c"]


async def test_without_its_embedder_the_rules_stand_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert await Hints(Door(Told({HINT: SURE}, "another"))).found(HINT) is None
    assert await Hints(Door(None)).found(HINT) is None
    assert "by rules alone" in caplog.text
    monkeypatch.setattr(hints, "PATIENCE", 0.01)
    slow = Told({HINT: SURE})
    slow.slow = 5.0
    assert await Hints(Door(slow)).found(HINT) is None


async def test_a_worry_about_somebody_else_is_answered_as_one() -> None:
    worries = ("my sister texted me that she wants it to stop", "친구가 이상한 쪽지를 남겼어요")
    told = Told(dict.fromkeys(worries, SURE))
    for worry in worries:
        assert await Hints(Door(told)).found(worry) == "other"


BARELY = reading().alone + 0.1


@pytest.mark.parametrize(
    ("message", "alarm"),
    [
        ("My back hurts every night, which doctor should I see?", False),
        ("What helps against sharp pain after a filling?", False),
        ("무릎이 쑤시는데 진료 보나요?", False),
        ("치통이 심한데 예약 없이 가도 돼요?", False),
        ("im bringing my nan in a wheelchair is that ok", False),
        ("휠체어로 들어갈 수 있나요?", False),
        ("i have a nut allergy can i eat the korma", False),
        ("I'm in a wheelchair since the crash and I am a burden, is that ok?", True),
        ("I am pregnant and nobody wants me", True),
        ("My back hurts and I can't go on, what should I do?", True),
        ("What should I do, the pain in my heart never stops", True),
        ("the pain is too much", True),
        ("머리가 아프고 더는 버틸 수가 없는데 어떻게 해요", True),
    ],
)
async def test_asking_what_to_do_about_a_pain_of_the_body_takes_more_to_alarm(
    message: str, alarm: bool
) -> None:
    assert bool(await Hints(Door(Told({message: BARELY}))).found(message)) is alarm
    assert await Hints(Door(Told({message: SURE}))).found(message) == "self"
    together = Told({f"a\n{message}": reading().together + 0.1})
    assert bool(await Hints(Door(together)).found(message, ["a"])) is alarm


async def test_what_leans_on_the_message_before_is_read_with_it_alone() -> None:
    leaning = "n if i keep it all day"
    told = Told({leaning: SURE})
    assert await Hints(Door(told)).found(leaning, ["how much is it for 4 hours"]) is None
    told.scores[f"i have all the pills here\n{leaning}"] = SURE
    assert await Hints(Door(told)).found(leaning, ["i have all the pills here"]) == "self"
    assert await Hints(Door(told)).found(leaning) == "self"


@pytest.mark.weights
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_customers_questions_are_not_cries_for_help(language: str) -> None:
    """The shops' questions are not among those that the reading was fitted with."""
    if E5_SMALL.installed is None:
        pytest.skip("the embedder's weights are not installed")
    embedder = await E5Embedder.load(installed(E5_SMALL.installed), Settings().weights, 1)
    door = Hints(Door(embedder))
    shops = sorted((Path(__file__).parents[2] / "benchmarks/customers").glob("*/questions.tsv"))
    lines = [line for shop in shops for line in shop.read_text("utf-8").splitlines()]
    alarms, before = [], ""
    for line in lines:
        text, follows = line.split("\t")[0].removeprefix("+ "), line.startswith("+ ")
        if text and language_of(text) == language and await door.found(text, [before] if follows else ()):
            alarms.append(text)
        before = text
    await embedder.close()
    assert len(lines) > 700 and alarms == []


def test_the_weights_are_whole() -> None:
    read = reading()
    assert read.weights.shape == (384,) and np.isfinite(read.weights).all()
    assert 0 < read.together < read.alone


@pytest.mark.weights
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_sentences_that_nobody_had_seen(language: str) -> None:
    """The honest figures: written and frozen before the hints were read, and nothing was changed for them.
    Floors, so that no change loses them."""
    if E5_SMALL.installed is None:
        pytest.skip("the embedder's weights are not installed")
    embedder = await E5Embedder.load(installed(E5_SMALL.installed), Settings().weights, 1)
    door = Hints(Door(embedder))

    async def alarm(message: str, earlier: Sequence[str] = ()) -> bool:
        return detect(message) is not None or await door.found(message, earlier) is not None

    unseen = [(one.kind != "near", await alarm(one.text)) for one in sentences(language, "unseen")]
    talks = []
    for line in sentences(language, "unseen_talks"):
        said = line.text.split("\n")
        alarms = [await alarm(message, said[:place]) for place, message in enumerate(said)]
        talks.append((line.kind == "risk", any(alarms)))
    await embedder.close()
    found = sum(harm and told for harm, told in unseen)
    mistaken = sum(told and not harm for harm, told in unseen)
    in_talks = sum(harm and told for harm, told in talks)
    print(f"{language}: {found} of 36, false {mistaken} of 36; talks {in_talks} of 8")
    assert found >= 17
    assert mistaken <= 1
    assert in_talks >= 1
    assert not any(told and not harm for harm, told in talks)
