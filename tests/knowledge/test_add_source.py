"""A maker adds a source: it is kept, read, found by words at once and by meaning soon after."""

from __future__ import annotations

import asyncio

import pytest

from madang.kernel.errors import BadInput, NotFound, Unreadable
from madang.knowledge.access import Knowledge
from tests.fakes.models import FakeEmbedder, FakeModels

WAIT = 60


async def test_a_file_is_read_into_passages(knowledge: Knowledge, guide: bytes) -> None:
    source = await knowledge.add_file("chr_a", "cafe.md", guide)
    source = await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert (source.state, source.title, source.origin) == ("ready", "Harbour Cafe", "cafe.md")
    assert source.passages == source.embedded == 4
    passages = await knowledge.passages("chr_a", source.id)
    assert [passage.headings for passage in passages] == [[], ["Opening hours"], ["Menu"], ["Pets"]]
    assert passages[2].text == "Item: Flat white · Price: $4.50\nItem: Cheesecake · Price: $6.00"
    assert [passage.ordinal for passage in passages] == [0, 1, 2, 3]


async def test_a_question_finds_its_passage_and_quotes_it(knowledge: Knowledge, guide: bytes) -> None:
    source = await knowledge.add_file("chr_a", "cafe.md", guide)
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    found = await knowledge.retrieve("chr_a", "May I bring my dog inside?")
    assert found[0].passage.headings == ["Pets"]
    evidence = await knowledge.evidence("chr_a", "How much is the cheesecake?")
    span = evidence.spans[0]
    assert span.text == "Item: Cheesecake · Price: $6.00"
    assert span.passage.text[span.start : span.end] == span.text
    hours = await knowledge.evidence("chr_a", "What are your opening hours?")
    assert hours.spans[0].text == "Tuesday to Sunday, 8:00 to 18:00."


async def test_it_answers_from_words_before_vectors_are_there(
    knowledge: Knowledge, guide: bytes, models: FakeModels
) -> None:
    (await models.embedder()).pause = 30.0
    source = await knowledge.add_file("chr_a", "cafe.md", guide)
    source = await knowledge.wait(source.id, "words", seconds=WAIT)
    assert source.state == "words" and source.embedded == 0
    found = await knowledge.retrieve("chr_a", "dogs on the terrace")
    assert found[0].passage.headings == ["Pets"]
    assert found[0].vector == 0.0 and found[0].words > 0


async def test_typed_text_is_a_source(knowledge: Knowledge) -> None:
    first = await knowledge.add_text("chr_a", "주차", "주차장은 건물 뒤에 있으며 두 시간 무료입니다.")
    await knowledge.wait(first.id, "ready", seconds=WAIT)
    assert first.origin == "typed"
    evidence = await knowledge.evidence("chr_a", "주차는 어디에 하나요?")
    assert evidence.spans[0].text == "주차장은 건물 뒤에 있으며 두 시간 무료입니다."
    with pytest.raises(BadInput):
        await knowledge.add_text("chr_a", "Empty", "  \n ")


async def test_two_characters_never_see_each_others_passages(knowledge: Knowledge, guide: bytes) -> None:
    mine = await knowledge.add_file("chr_a", "cafe.md", guide)
    theirs = await knowledge.add_text("chr_b", "Secret", "The terrace password for dogs is periwinkle.")
    for source in (mine, theirs):
        await knowledge.wait(source.id, "ready", seconds=WAIT)
    for question in ("dogs terrace password periwinkle", "Are dogs welcome?", "periwinkle"):
        found = await knowledge.retrieve("chr_a", question, limit=50)
        assert {item.passage.character_id for item in found} == {"chr_a"}
        evidence = await knowledge.evidence("chr_a", question)
        assert all("periwinkle" not in span.text for span in evidence.spans)
    hidden = (await knowledge.passages("chr_b", theirs.id))[0]
    with pytest.raises(NotFound):
        await knowledge.passage("chr_a", hidden.id)
    with pytest.raises(NotFound):
        await knowledge.source("chr_a", theirs.id)
    assert await knowledge.passages("chr_a", theirs.id) == []


async def test_what_is_no_document_is_refused_at_once(knowledge: Knowledge) -> None:
    for name, data in (("menu.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50)), ("menu.txt", b""), ("x.md", b" \n ")):
        with pytest.raises(Unreadable):
            await knowledge.add_file("chr_a", name, data)
    assert await knowledge.sources("chr_a") == []


async def test_removal_leaves_nothing(knowledge: Knowledge, guide: bytes) -> None:
    source = await knowledge.add_file("chr_a", "cafe.md", guide)
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert await knowledge.retrieve("chr_a", "dogs")
    await knowledge.remove(source.id)
    assert await knowledge.sources("chr_a") == []
    assert await knowledge.retrieve("chr_a", "dogs") == []
    with pytest.raises(NotFound):
        await knowledge.remove(source.id)


async def test_a_stopped_embedder_leaves_words_and_recovers(
    knowledge: Knowledge, guide: bytes, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madang.kernel.errors import ModelFailed

    async def fail(self: FakeEmbedder, texts: object) -> None:
        raise ModelFailed("The embedding model stopped.")

    with monkeypatch.context() as patch:
        patch.setattr(FakeEmbedder, "passages", fail)
        source = await knowledge.add_file("chr_a", "cafe.md", guide)
        source = await knowledge.wait(source.id, "words", seconds=WAIT)
        with pytest.raises(TimeoutError):
            await knowledge.wait(source.id, "ready", seconds=3)
        assert (await knowledge.retrieve("chr_a", "dogs"))[0].passage.headings == ["Pets"]
    await knowledge.recover()
    assert (await knowledge.wait(source.id, "ready", seconds=WAIT)).embedded == 4


async def test_a_missing_embedder_leaves_words(
    knowledge: Knowledge,
    guide: bytes,
    models: FakeModels,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = await knowledge.add_file("chr_a", "cafe.md", guide)
    await knowledge.wait(source.id, "ready", seconds=WAIT)

    async def missing() -> FakeEmbedder:
        raise NotFound("The weights are not there.")

    monkeypatch.setattr(models, "embedder", missing)
    assert (await knowledge.retrieve("chr_a", "dogs"))[0].passage.headings == ["Pets"]
    assert (await knowledge.evidence("chr_a", "Are dogs welcome?")).spans
    assert "answering from words alone" in caplog.text


async def test_the_same_file_added_at_once_is_one_source(knowledge: Knowledge, guide: bytes) -> None:
    added = await asyncio.gather(*(knowledge.add_file("chr_a", "cafe.md", guide) for _ in range(4)))
    assert len({source.id for source in added}) == 1
    source = await knowledge.wait(added[0].id, "ready", seconds=WAIT)
    assert source.passages == len(await knowledge.passages("chr_a", source.id)) == 4
