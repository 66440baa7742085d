"""The measured card: tasks judged by rules, kept by what was measured, and what the studio makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.kernel.errors import Conflict, MadangError
from madang.kernel.settings import Settings
from madang.models.probe.choose import LEAST_CONTEXT, by_card, by_size, tools_of
from madang.models.probe.judge import abstaining, citing, english, korean, only, parsed, verbatim
from madang.models.probe.kept import Probes, key_of_server
from madang.models.probe.run import Prober, works
from madang.models.probe.tasks import BAKERY, TASKS
from madang.models.probe.types import Case, Measured, Needle, Score
from madang.models.registry import Models
from madang.models.types import ChatRequest, ModelCard
from tests.fakes.models import FakeChat
from tests.models.hostile import hostile

RIGHT = {
    "rain": "The rain falls softly on the roofs.",
    "cat that sleeps": "A cat sleeps in the warm sun.",
    "bread is made": "Bread is made of flour and water.",
    "opposite of hot": "Cold.",
    "colour is the sky": "It is blue.",
    "비에 대해": "오늘은 비가 많이 내립니다.",
    "자는 고양이": "고양이가 햇볕에서 자고 있습니다.",
    "빵은 무엇": "빵은 밀가루와 물로 만듭니다.",
    "반대말": "차갑다",
    "무슨 색": "파란색이에요.",
    "Is ice cold": "Yes.",
    "days has a week": "7",
    "three fruits": "apple\npear\nplum",
    "word lamp": "lamp, lamp, lamp",
    "Repeat exactly": "The boat is green",
    "Dear guest": "Dear guest, we are glad that you are here.",
    "What does rye bread cost": "A loaf of rye bread costs four pounds.",
    "my dog stay": "Dogs may wait in the yard behind the shop.",
    "first keeper": "Its lamp was lit by Agnes Moor, the first keeper.",
    "small children": "Children under six come in free.",
    "언제 쉬": "월요일에는 쉽니다.",
    "대추차는 얼마": "대추차는 칠천 원이고 유자차는 육천 원입니다.",
    "loaf of rye bread cost": "It costs four pounds [1].",
    "How many steps": "The tower has 112 steps [2].",
    "birthday cake be ordered": "They need three days' notice [1].",
    "Until when": "Tickets are sold until half past four [2].",
    "Mina": '{"name": "Mina", "age": 31}',
    "Paul": '```json\n{"age": 58, "name": "Paul"}\n```',
    "Ida": '{"name": "Ida", "age": 7}',
    "open on Friday": '{"tool": "opening_hours", "day": "Friday"}',
    "table on Sunday": '{"tool": "book_table", "day": "Sunday"}',
    "open on Tuesday": '{"tool": "opening_hours", "day": "Tuesday"}',
}


def able(request: ChatRequest) -> str:
    """Does every task right, and finds every needle."""
    asked = request.messages[-1].content
    if "boat house" in asked:
        return next(word for word in ("marigold", "cardamom", "juniper") if word in asked)
    question = asked.rpartition("Question: ")[2]
    found = next((answer for part, answer in RIGHT.items() if part in question), None)
    return found or ("모르겠습니다." if "글에" in request.messages[0].content else "I don't know.")


def big(script: object = able) -> FakeChat:
    card = ModelCard("able", "chat", parameters=135_000_000, context=4096, languages=("en",))
    return FakeChat(script, card=card)  # type: ignore[arg-type]


async def test_an_able_model_writes_and_cites() -> None:
    steps: list[tuple[int, int]] = []
    measured = await Prober(big(), lambda done, total, _: steps.append((done, total))).measure(
        "0" * 64, server=False
    )
    wrong = [case.task for score in measured.scores for case in score.cases if not case.right]
    assert wrong == [] and sum(len(score.cases) for score in measured.scores) == len(TASKS)
    assert measured.works == 4096 and len(measured.firsts) == 4 and measured.tokens_per_second > 0
    assert steps[-1][0] < steps[-1][1] and len(steps) == steps[-1][1]
    card = by_card(big().card, measured)
    assert (card.strategy, card.languages, card.tools) == ("cite", ("en", "ko"), "native")
    assert "cited rightly" in card.why[0][0] and dict(card.why[0][1]) == {"right": 4, "asked": 4}


@pytest.mark.parametrize(
    "answer", ["", "yes yes yes yes", "비 비 비 비", "x" * 5000, "{}", "[1] [2] [3]", "I don't know 42"]
)
async def test_a_model_that_cannot_is_trusted_with_nothing(answer: str) -> None:
    measured = await Prober(big(answer)).measure("0" * 64, server=True)
    card = by_card(ModelCard("m", "chat", languages=("en", "fr")), measured)
    assert card.strategy == "quote" and card.tools == "none" and "ko" not in card.languages
    assert "fr" in card.languages and measured.works == 0 and measured.memory_mb is None


async def test_one_that_never_abstains_quotes() -> None:
    def bold(request: ChatRequest) -> str:
        answer = able(request)
        return "It costs 5 pounds." if "know" in answer or "모르" in answer else answer

    card = by_card(big().card, await Prober(big(bold)).measure("0" * 64, server=False))
    assert card.strategy == "quote" and "where nothing is known" in card.why[0][0]


async def test_without_grammars_those_tasks_are_not_asked() -> None:
    chat = big()
    chat.grammars = False
    measured = await Prober(chat).measure("0" * 64, server=True)
    assert measured.counted("json_grammar") == (0, 0) and tools_of(measured) == "native"
    assert not any(request.grammar for request in chat.requests)
    assert all(request.temperature == 0 and not request.reroute for request in chat.requests)


def test_judges() -> None:
    assert english("rain")("Rain makes the garden green.") and not english("rain")("rain rain rain rain rain")
    assert not english("rain")("Regen macht den Garten grün und naß") and not english("rain")("비가 옵니다")
    assert korean("비")("비가 조용히 내립니다.") and not korean("비")("비 비 비 비 비.")
    assert not korean("비")("비가 rain 내리 and 합니다 the") and not korean("비")("비가 내리는 그런 것")
    assert only("yes")(" “Yes.” ") and not only("yes")("yes, it is")
    copied = verbatim(BAKERY, "four pounds")
    assert copied("“A loaf of rye bread costs four pounds.”")
    assert not copied("Rye costs four pounds") and not copied(BAKERY)
    assert (
        citing(1, "four")("Four pounds [1].") and not citing(1, "four")("Four [1][2]") and not citing(1)("x")
    )
    assert (
        abstaining("I don't know.")
        and abstaining("모르겠습니다.")
        and not abstaining("I don't know, maybe 5.")
    )
    assert not abstaining("I know it well.")
    assert parsed({"a": 1})('```\n{"a": 1}\n```') and not parsed({"a": 1})("[" * 100_000)


def test_the_context_that_works() -> None:
    def needles(*found: tuple[int, int]) -> list[Needle]:
        return [
            Needle(tokens=tokens, depth=depth / 3, found=depth < right)
            for tokens, right in found
            for depth in range(3)
        ]

    assert works(needles((512, 3), (1024, 2), (2048, 1))) == 1024
    assert works(needles((512, 1), (1024, 3))) == 0 and works([]) == 0


def score(skill: str, right: int, asked: int) -> Score:
    return Score(skill=skill, cases=[Case(task="t", answer="a", right=n < right) for n in range(asked)])  # type: ignore[arg-type]


def measured_with(**right: int) -> Measured:
    from madang.kernel.clock import now

    scores = [score(skill, count, 4) for skill, count in right.items()]
    return Measured(key="0" * 64, name="m", server=False, at=now(), scores=scores, works=512)


def test_tools_and_context() -> None:
    assert (
        tools_of(measured_with(tools_native=1, json_native=4, tools_grammar=4, json_grammar=3)) == "grammar"
    )
    assert tools_of(measured_with(tools_native=4, json_native=4, tools_grammar=4, json_grammar=4)) == "native"
    assert tools_of(measured_with(tools_native=1, json_native=1)) == "none"
    card = ModelCard("m", "chat", context=32768)
    assert by_card(card, measured_with(cites=4, abstains=4, follows=4)).context == LEAST_CONTEXT
    assert by_card(card, measured_with(cites=1)).context == 32768
    assert "size" in by_size(ModelCard("m", "chat", strategy="cite")).why[0][0]
    assert dict(by_size(ModelCard("m", "chat", parameters=135_000_000)).why[0][1]) == {"millions": 135}


def test_cards_are_kept_by_what_was_measured(tmp_path: Path) -> None:
    probes = Probes(tmp_path / "probes")
    assert probes.of("0" * 64) is None and list(probes.all()) == [] and not probes.any()
    card = measured_with(cites=4)
    probes.keep(card)
    assert probes.of(card.key) == card and list(probes.all()) == [card]
    probes.keep(card.model_copy(update={"key": "1" * 64, "version": 0}))
    assert probes.of("1" * 64) is None, "other tasks"
    (tmp_path / "probes" / f"{'2' * 64}.json").write_text("{broken")
    assert probes.of("2" * 64) is None and probes.of("../../etc/passwd") is None
    assert len(list(probes.all())) == 1
    weights = tmp_path / "w.gguf"
    weights.write_bytes(b"one")
    first = probes.key_of_file(weights)
    assert probes.key_of_file(weights) == first and len(first) == 64
    weights.write_bytes(b"other")
    assert probes.key_of_file(weights) != first
    assert key_of_server("http://h/v1", "a") != key_of_server("http://h/v1", "b")


async def test_a_server_is_measured_and_used_for_what_it_can(settings: Settings) -> None:
    async with hostile() as server:
        server.models = ["bold-70b"]
        models = Models(settings.model_copy(update={"chat_model": server.url}))
        runtime = await models.chat()
        assert runtime.card.strategy == "cite", "by its size"
        measured = await models.probe(server.url)
        assert measured.server and measured.name == "bold-70b" and measured.share("follows") == 0
        assert (await models.chat()).card.strategy == "quote", "at once"
        assert (
            models.engines()[0].card is not None
            and "cited rightly in only" in models.engines()[0].card.why[0][0]
        )
        await models.close()
        again = Models(settings.model_copy(update={"chat_model": server.url}))
        assert (await again.chat()).card.strategy == "quote" and again.cards() == [measured]
        told = Models(settings.model_copy(update={"chat_model": server.url, "chat_strategy": "cite"}))
        card = (await told.chat()).card
        assert card.strategy == "cite" and "MADANG_CHAT_STRATEGY" in card.why[0][0]
        server.mode = "500"
        with pytest.raises(MadangError):
            await again.probe(server.url)
        async with again._probing:
            with pytest.raises(Conflict):
                await again.probe(server.url)
        await again.close()
        await told.close()
