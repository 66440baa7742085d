"""What makers see of conversations: lists, questions without a good reply, and figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.desk.access import Desk
from madang.chat.desk.figures.store import rank
from madang.chat.store import ReplyRow
from madang.kernel.errors import BadInput, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.storage.database import Database
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect, replied
from tests.fakes.rooms import FakeCharacters

MAKER = Identity("creator", "usr_maker")
UNKNOWN = "Do you sell boats?"


@pytest.fixture
def desk(database: Database, characters: FakeCharacters, chat: Chat) -> Desk:
    return Desk(database, characters, chat)


async def talked(chat: Chat, who: Identity, character: Character, *messages: str, test: bool = False) -> str:
    conversation = await chat.start(who, character.slug, test=test)
    for message in messages:
        await replied(chat.say(who, conversation.id, message))
    return conversation.id


async def test_conversations_are_listed_searched_and_paged(
    chat: Chat, desk: Desk, shop: Character, friend: Character
) -> None:
    one = await talked(chat, VISITOR, shop, "When are you open?")
    other = await talked(chat, STRANGER, friend, "<script>alert(1)</script>")
    await chat.start(VISITOR, shop.slug)
    found = await desk.conversations(OWNER)
    assert [entry.conversation.id for entry in found] == [other, one], "where nothing was said is none"
    assert "> We are open from 11:00" in found[1].last
    assert [entry.conversation.id for entry in await desk.conversations(OWNER, slug=shop.slug)] == [one]
    assert [entry.conversation.id for entry in await desk.conversations(OWNER, query="11:00")] == [one]
    after = await desk.conversations(OWNER, before=found[0].conversation.updated_at)
    assert [entry.conversation.id for entry in after] == [one]
    await desk.take(OWNER, one)
    await collect(chat.say(VISITOR, one, "Anybody?"))
    held = await desk.conversations(OWNER, held=True)
    assert [(entry.conversation.id, entry.waiting, entry.last) for entry in held] == [(one, True, "Anybody?")]
    assert [entry.conversation.id for entry in await desk.conversations(OWNER, held=False)] == [other]


async def test_questions_without_a_good_reply(
    chat: Chat, desk: Desk, shop: Character, friend: Character
) -> None:
    said = await talked(chat, VISITOR, shop, UNKNOWN, "When are you open?")
    await talked(chat, OWNER, shop, "Do you sell cars?", test=True)
    turns = (await chat.conversation(VISITOR, said)).turns
    await chat.rate(VISITOR, turns[1].replies[0].id, -1, "And on holidays?")
    (unanswered,) = await desk.questions(OWNER)
    assert (unanswered.turn.message, unanswered.kind, unanswered.state) == (UNKNOWN, "unanswered", "open")
    assert (unanswered.conversation_id, unanswered.character.id) == (said, shop.id)
    (disliked,) = await desk.questions(OWNER, kind="disliked")
    assert disliked.turn.message == "When are you open?"
    assert disliked.reply.thumb_why == "And on holidays?"
    assert await desk.questions(OWNER, before=unanswered.when) == []
    assert await desk.questions(OWNER, slug=friend.slug) == []
    await chat.rate(VISITOR, turns[1].replies[0].id, 0)
    assert await desk.questions(OWNER, kind="disliked") == []


async def test_a_question_is_settled_and_opened_again(chat: Chat, desk: Desk, shop: Character) -> None:
    said = await talked(chat, VISITOR, shop, UNKNOWN)
    turn = (await chat.conversation(VISITOR, said)).turns[0].id
    await desk.settle(OWNER, turn, "answered", "Boats are on the page now.")
    assert await desk.questions(OWNER) == []
    (done,) = await desk.questions(OWNER, state="answered")
    assert (done.state, done.note) == ("answered", "Boats are on the page now.")
    await desk.settle(OWNER, turn, "open")
    assert len(await desk.questions(OWNER)) == 1
    with pytest.raises(BadInput):
        await desk.settle(OWNER, turn, "burnt")  # type: ignore[arg-type]
    with pytest.raises(TooLarge):
        await desk.settle(OWNER, turn, "answered", "a" * 1_001)
    with pytest.raises(NotFound):
        await desk.settle(OWNER, "trn_none", "answered")


async def test_another_version_that_answers_closes_it(chat: Chat, desk: Desk, shop: Character) -> None:
    said = await talked(chat, VISITOR, shop, UNKNOWN)
    turn = (await chat.conversation(VISITOR, said)).turns[0].id
    await replied(chat.edit(VISITOR, turn, "When are you open?"))
    assert [one.turn.message for one in await desk.questions(OWNER)] == [UNKNOWN], "it was asked all the same"
    await replied(chat.regenerate(VISITOR, turn))
    (still,) = await desk.questions(OWNER)
    assert still.reply.version == 1, "the version that is shown"


async def test_a_maker_sees_their_own(
    chat: Chat, desk: Desk, characters: FakeCharacters, shop: Character, friend: Character
) -> None:
    characters.put(shop.model_copy(update={"owner_id": MAKER.id}))
    theirs = await talked(chat, VISITOR, shop, UNKNOWN)
    await talked(chat, VISITOR, friend, "Tell me of the masks")
    assert [entry.conversation.id for entry in await desk.conversations(MAKER)] == [theirs]
    assert len(await desk.questions(MAKER)) == 1
    assert [(await desk.figures(who)).replies for who in (MAKER, OWNER)] == [1, 2]
    with pytest.raises(NotFound):
        await desk.figures(MAKER, slug=friend.slug)


async def test_figures_count_what_happened(
    chat: Chat, desk: Desk, shop: Character, friend: Character
) -> None:
    one = await talked(chat, VISITOR, shop, "When are you open?", UNKNOWN)
    await talked(chat, STRANGER, friend, "Tell me of the masks")
    await talked(chat, OWNER, shop, "A test", test=True)
    turns = (await chat.conversation(VISITOR, one)).turns
    await chat.rate(VISITOR, turns[0].replies[0].id, 1)
    await chat.rate(VISITOR, turns[1].replies[0].id, -1)
    await desk.take(OWNER, one)
    await collect(chat.say(VISITOR, one, "Anybody?"))
    await desk.say(OWNER, one, "Yes")
    await collect(chat.say(VISITOR, one, "And you?"))
    figures = await desk.figures(OWNER, days=7)
    counted = (figures.conversations, figures.visitors, figures.replies, figures.abstained, figures.cited)
    assert counted == (2, 2, 3, 1, 1)
    assert (figures.up, figures.down, figures.persons, figures.safety, figures.failed) == (1, 1, 1, 0, 0)
    assert figures.cited_share == pytest.approx(1 / 3)
    assert figures.tokens > 0
    assert 0 < figures.first_ms_p50 <= figures.first_ms_p95
    assert len(figures.by_day) == 7
    today = figures.by_day[-1]
    assert (today.conversations, today.replies, today.up, today.down) == (2, 3, 1, 1)
    assert today.first_ms_p50 == figures.first_ms_p50
    assert all(day.replies == 0 for day in figures.by_day[:-1])
    assert (await desk.figures(OWNER, slug=friend.slug)).replies == 1


async def test_percentiles_and_days_are_exact(
    chat: Chat, database: Database, characters: FakeCharacters, friend: Character
) -> None:
    chat.time_zone = "Asia/Seoul"
    said = await talked(chat, VISITOR, friend, *(f"Tell me of mask {n}" for n in range(20)))
    turns = (await chat.conversation(VISITOR, said)).turns
    noon = datetime(2026, 5, 10, 3, 0, tzinfo=UTC)  # noon in Seoul
    late = datetime(2026, 5, 9, 14, 59, tzinfo=UTC)  # a minute before midnight in Seoul
    async with database.write() as session:
        for place, turn in enumerate(turns, 1):
            values = {"first_ms": float(place), "created_at": late if place <= 5 else noon}
            await session.execute(update(ReplyRow).where(ReplyRow.turn_id == turn.id).values(**values))
    desk = Desk(database, characters, chat, lambda: noon + timedelta(hours=1))
    figures = await desk.figures(OWNER, days=2)
    assert (figures.first_ms_p50, figures.first_ms_p95) == (10.0, 19.0)
    assert [(str(day.day), day.replies, day.first_ms_p50) for day in figures.by_day] == [
        ("2026-05-09", 5, 3.0),
        ("2026-05-10", 15, 13.0),
    ]
    assert (await desk.figures(OWNER, days=1)).replies == 15
    assert [rank(1, 50), rank(2, 50), rank(100, 95), rank(1, 95)] == [1, 1, 95, 1]


async def test_figures_of_nothing_are_zero(desk: Desk, friend: Character) -> None:
    figures = await desk.figures(OWNER)
    assert (figures.replies, figures.first_ms_p95, figures.cited_share, figures.abstained_share) == (
        0,
        0,
        0,
        0,
    )
    assert len(figures.by_day) == 30


async def test_replies_of_an_older_studio_are_counted(
    chat: Chat, desk: Desk, database: Database, friend: Character
) -> None:
    await talked(chat, VISITOR, friend, "Tell me of the masks")
    before = await desk.figures(OWNER, slug=friend.slug)
    async with database.write() as session:
        await session.execute(update(ReplyRow).values(character_id="", maker_id="", first_ms=0.0))
    assert (await desk.figures(OWNER, slug=friend.slug)).replies == 0
    await chat.recover()
    after = await desk.figures(OWNER, slug=friend.slug)
    assert (after.replies, after.first_ms_p50) == (1, before.first_ms_p50)
