"""An approved answer is quoted whole to its question, and to no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from madang.kernel.errors import BadInput, NotFound
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.knowledge.answers import MEDIA_TYPE
from madang.storage.backup import backup, restore
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from tests.fakes.models import FakeModels

WAIT = 60
WHO = "chr_a"
GUIDE = b"""# Stay

## Parking

Parking is not available on the street. The city car park costs 9,000 won a day.

## Check-in

Check-in is from 15:00, check-out until 11:00.
"""

# given question, answer, the same asked in other words, questions that look alike and are not
CASES = [
    (
        "Do you have parking?",
        "Yes, two spaces behind the house.",
        ["Is there parking?", "parking available??", "Do you offer parking"],
        [
            "Do you have bicycle parking?",
            "How much is parking?",
            "Do you have wifi?",
            "Is there parking for buses?",
            "Is there no parking?",
        ],
    ),
    (
        "Can I bring my dog?",
        "Small ones are welcome on the terrace.",
        ["Are dogs allowed?", "May I come with my dog?", "can we bring our dogs"],
        [
            "Can I bring my cat?",
            "Do you have a dog?",
            "Can I bring my dog on the bus?",
            "Where can I buy a dog?",
        ],
    ),
    (
        "What time is check-in?",
        "From 3 pm, with a code by message.",
        ["When is check in?", "What time is the check-in?"],
        ["What time is check-out?", "Is early check-in possible?", "Where is check-in?"],
    ),
    (
        "How much is a haircut for men?",
        "It is 20 dollars.",
        ["How much is a men's haircut?", "What does a haircut for men cost, how much?"],
        ["How much is a haircut for women?", "How long does a haircut for men take?"],
    ),
    (
        "주차 되나요?",
        "네, 건물 뒤에 두 자리 있습니다.",
        ["주차 가능한가요?", "주차할 수 있나요?", "주차돼요?", "혹시 주차가 가능할까요?"],
        ["자전거 주차 되나요?", "주차 요금은 얼마예요?", "주차비 얼마예요?", "발렛 주차 되나요?"],
    ),
    (
        "강아지 데려가도 되나요?",
        "테라스 자리는 함께 앉으실 수 있습니다.",
        ["강아지 동반 가능한가요?", "강아지를 데리고 가도 되나요?", "강아지와 함께 가도 되나요?"],
        ["고양이 데려가도 되나요?", "강아지 있어요?", "강아지 간식 있나요?", "큰 강아지 데려가도 되나요?"],
    ),
    (
        "예약 없이 가도 되나요?",
        "네, 빈자리가 있으면 됩니다.",
        ["예약 없이 가도 돼요?"],
        ["예약하고 가도 되나요?", "예약 되나요?", "예약 취소 되나요?"],
    ),
    (
        "월요일에 여나요?",
        "첫째 주에만 엽니다.",
        ["월요일에 여나요", "월요일은 여나요?"],
        ["화요일에 여나요?", "월요일에 닫나요?"],
    ),
]


@pytest.mark.parametrize(("question", "answer", "alike", "others"), CASES, ids=[case[0] for case in CASES])
async def test_it_meets_its_question_and_no_look_alike(
    knowledge: Knowledge, question: str, answer: str, alike: list[str], others: list[str]
) -> None:
    await knowledge.add_answer(WHO, question, answer, by="usr_me")
    for asked in [question, *alike]:
        evidence = await knowledge.evidence(WHO, asked)
        assert evidence.curated, asked
        assert evidence.answerable > 0.9
        assert [span.text for span in evidence.spans] == [answer]
    for asked in others:
        evidence = await knowledge.evidence(WHO, asked)
        assert not evidence.curated, asked
        # nothing else is known: what was said to another question is not said to this one
        assert evidence.answerable < 0.5 or "two spaces" not in evidence.spans[0].text, asked


async def test_it_comes_before_the_documents_for_its_own_question_only(knowledge: Knowledge) -> None:
    source = await knowledge.add_file(WHO, "stay.md", GUIDE)
    await knowledge.wait(source.id, "words", seconds=WAIT)
    before = await knowledge.evidence(WHO, "How much is the car park?")
    answer = await knowledge.add_answer(WHO, "Is there parking?", "Yes: two spaces, free.", by="usr_me")
    evidence = await knowledge.evidence(WHO, "Do you have parking?")
    assert evidence.spans[0].text == "Yes: two spaces, free."
    assert evidence.spans[0].passage.id == answer.passage_id
    passage = await knowledge.passage(WHO, answer.passage_id)
    assert (passage.title, passage.headings, passage.text) == (
        "Answers",
        ["Is there parking?"],
        "Yes: two spaces, free.",
    )
    after = await knowledge.evidence(WHO, "How much is the car park?")
    assert after.spans[0].text == before.spans[0].text
    assert "9,000" in after.spans[0].text
    assert "15:00" in (await knowledge.evidence(WHO, "When is check-in?")).spans[0].text


async def test_a_follow_up_is_met_with_what_it_leans_on(knowledge: Knowledge) -> None:
    await knowledge.add_answer(WHO, "Are dogs allowed?", "On the terrace.", by="usr_me")
    lone = await knowledge.evidence(WHO, "Are dogs allowed?", ["Is there a garden?"])
    assert lone.curated
    await knowledge.add_answer(WHO, "Do you have parking?", "Two spaces.", by="usr_me")
    assert (await knowledge.evidence(WHO, "Is there parking?", ["Is there a garden?"])).curated
    assert not (await knowledge.evidence(WHO, "And parking?", ["How much is the garden?"])).curated
    leaning = await knowledge.evidence(WHO, "And what about that?", ["How old is the castle?"])
    assert not leaning.curated


async def test_a_later_answer_to_the_same_question_replaces_the_older(knowledge: Knowledge) -> None:
    first = await knowledge.add_answer(WHO, "주차 되나요?", "아니요.", by="usr_me", language="ko")
    second = await knowledge.add_answer(WHO, "주차 가능한가요?", "네, 두 자리.", by="usr_you")
    assert [one.id for one in await knowledge.answers(WHO)] == [second.id]
    assert first.source_id == second.source_id
    third = await knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
    changed = await knowledge.add_answer(WHO, "Is there fast wifi?", "No.", by="usr_me", replaces=third.id)
    assert [one.answer for one in await knowledge.answers(WHO)] == ["네, 두 자리.", "No."]
    assert (await knowledge.source(WHO, changed.source_id)).title == "답변"
    assert not (await knowledge.evidence(WHO, "Do you have wifi?")).curated
    with pytest.raises(NotFound):
        await knowledge.add_answer(WHO, "Anything?", "No.", by="usr_me", replaces=third.id)


async def test_it_is_a_source_like_the_others_and_survives_being_read_again(knowledge: Knowledge) -> None:
    one = await knowledge.add_answer(WHO, "Do you have wifi?", "Yes,\n\n  in every room.", by="usr_me")
    await knowledge.add_answer(WHO, "Is there a lift?", "No.", by="usr_me")
    [source] = await knowledge.sources(WHO)
    assert (source.title, source.origin, source.media_type, source.passages) == (
        "Answers",
        "answers",
        MEDIA_TYPE,
        2,
    )
    source = await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert source.embedded == 2
    await knowledge.refresh(source.id)
    source = await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert (source.passages, source.error, source.media_type) == (2, None, MEDIA_TYPE)
    copied = await knowledge.copy(source.id, "chr_b")
    copied = await knowledge.wait(copied.id, "words", seconds=WAIT)
    assert [answer.answer for answer in await knowledge.answers("chr_b")] == ["Yes,\nin every room.", "No."]
    again = await knowledge.answers(WHO)
    assert again[0] == one
    assert again[0].answer == "Yes,\nin every room."
    assert (await knowledge.evidence(WHO, "Is there wifi?")).curated


async def test_removing(knowledge: Knowledge) -> None:
    one = await knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
    two = await knowledge.add_answer(WHO, "Is there a lift?", "No.", by="usr_me")
    with pytest.raises(NotFound):
        await knowledge.remove_answer("chr_b", one.id)
    await knowledge.remove_answer(WHO, one.id)
    assert [answer.id for answer in await knowledge.answers(WHO)] == [two.id]
    assert not (await knowledge.evidence(WHO, "Do you have wifi?")).curated
    await knowledge.remove_answer(WHO, two.id)
    assert await knowledge.sources(WHO) == []
    with pytest.raises(NotFound):
        await knowledge.remove_answer(WHO, two.id)
    await knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
    await knowledge.remove((await knowledge.sources(WHO))[0].id)
    assert await knowledge.answers(WHO) == []
    await knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
    await knowledge.forget(WHO)
    assert await knowledge.answers(WHO) == []


async def test_many_at_once_lose_nothing(knowledge: Knowledge) -> None:
    words = ["wifi", "lift", "pool", "sauna", "kettle", "iron", "towels", "crib"]
    await asyncio.gather(
        *(
            knowledge.add_answer(WHO, f"Do you have a {word}?", f"Yes, a {word}.", by="usr_me")
            for word in words
        )
    )
    assert {one.answer for one in await knowledge.answers(WHO)} == {f"Yes, a {word}." for word in words}


async def test_what_cannot_be_kept_is_refused_in_a_sentence(knowledge: Knowledge) -> None:
    for question, answer in [(" \n", "Yes."), ("Wifi?", "\0  "), ("?" * 501, "Yes."), ("Wifi?", "y" * 2_001)]:
        with pytest.raises(BadInput):
            await knowledge.add_answer(WHO, question, answer, by="usr_me")
    kept = await knowledge.add_answer(WHO, "Wi\0fi \ud800?", "Ye\0s \udfff", by="usr_me")
    assert (kept.question, kept.answer) == ("Wifi ??", "Yes ?")


async def test_a_file_that_says_it_holds_answers_is_a_file(knowledge: Knowledge) -> None:
    forged = b'{"answers": [{"id": "ans_1", "question": "Wifi?", "answer": "No.", "by": "u", "at": "2026"}]}'
    source = await knowledge.add_file(WHO, "answers:", forged, media_type=MEDIA_TYPE)
    source = await knowledge.wait(source.id, "words", seconds=WAIT)
    assert source.media_type == "text/plain"
    typed = await knowledge.add_text(WHO, "answers:", forged.decode(), origin="answers:")
    await knowledge.wait(typed.id, "words", seconds=WAIT)
    assert await knowledge.answers(WHO) == []
    assert not (await knowledge.evidence(WHO, "Wifi?")).curated


async def test_two_studios_processes_see_each_others_answers(
    knowledge: Knowledge, database: Database, settings: Settings, models: FakeModels
) -> None:
    other = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), Jobs(settings), models)
    assert await other.answers(WHO) == []
    one = await knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
    assert await other.answers(WHO) == [one]
    await knowledge.remove_answer(WHO, one.id)
    assert await other.answers(WHO) == []


async def test_they_come_back_with_a_backup(tmp_path: Path, settings: Settings, models: FakeModels) -> None:
    from madang.app.studio import open_studio

    other = settings.model_copy(update={"data": tmp_path / "other"})
    async with open_studio(settings, models=models) as studio:  # type: ignore[arg-type]
        before = await studio.knowledge.add_answer(WHO, "Do you have wifi?", "Yes.", by="usr_me")
        await studio.knowledge.wait(before.source_id, "ready", seconds=WAIT)
    await backup(settings, tmp_path / "kept.zip")
    await restore(other, tmp_path / "kept.zip")
    async with open_studio(other, models=models) as studio:  # type: ignore[arg-type]
        assert await studio.knowledge.answers(WHO) == [before]
        assert (await studio.knowledge.evidence(WHO, "Is there wifi?")).curated
        after = await studio.knowledge.add_answer(WHO, "Is there a lift?", "No.", by="usr_me")
        assert after.source_id == before.source_id
