"""A wrong answer that was put right once never comes back, whatever becomes of the source it came from."""

from __future__ import annotations

import pytest

from tests.inbox.stage import GUIDE, Room

RIGHT = "Since June we open at 7:30, and close at 18:00."
QUESTION = "When do you open on Tuesday?"


async def wrong_turn(inbox: Room, question: str = QUESTION) -> tuple[str, str]:
    """A visitor's conversation and the turn whose reply quotes the old hours."""
    visitor = await inbox.stage.visitor("asks")
    conversation, turns = await inbox.talk(visitor, inbox.shop.slug, question)
    reply = turns[0]["replies"][0]
    assert reply["basis"] == "sources" and "8:00" in reply["text"], reply
    return conversation, str(turns[0]["id"])


async def put_right(inbox: Room, conversation: str, turn: str, **form: str) -> None:
    address = f"/inbox/conversations/{conversation}/correct/{turn}"
    page = await inbox.owner.ask("GET", address)
    assert page.status_code == 200 and "Put it right" in page.text and "8:00" in page.text
    done = await inbox.owner.ask("POST", address, data=form)
    assert done.status_code == 303, done.text
    after = await inbox.owner.ask("GET", done.headers["location"])
    assert "Put right." in after.text


async def said(inbox: Room, question: str) -> dict[str, object]:
    visitor = await inbox.stage.visitor(f"v{question}")
    _, [turn] = await inbox.talk(visitor, inbox.shop.slug, question)
    return dict(turn["replies"][0])


async def holds(inbox: Room) -> None:
    """The right words are said and the wrong ones are not, to the question and to ones like it."""
    for question in (QUESTION, "when do you open on tuesday", "What time do you open on Tuesday?"):
        reply = await said(inbox, question)
        assert RIGHT in str(reply["text"]) and "8:00 to" not in str(reply["text"]), (question, reply["text"])


async def test_it_stays_right_when_sources_come_go_and_change(inbox: Room) -> None:
    await put_right(inbox, *await wrong_turn(inbox), question=QUESTION, answer=RIGHT)
    await holds(inbox)
    knowledge, shop = inbox.studio.knowledge, inbox.shop
    [source] = [one for one in await knowledge.sources(shop.id) if one.title != "Answers"]
    await knowledge.refresh(source.id)  # the same document read again
    await knowledge.wait(source.id, "ready", seconds=60)
    await holds(inbox)
    more = GUIDE + b"\nAgain: Tuesday to Sunday, 8:00 to 18:00 we are open.\n"
    again = await knowledge.add_file(shop.id, "guide.md", more)  # changed
    await knowledge.wait(again.id, "ready", seconds=60)
    await holds(inbox)
    await knowledge.remove(again.id)
    await holds(inbox)
    back = await knowledge.add_file(shop.id, "old.md", GUIDE)  # uploaded again under another name
    await knowledge.wait(back.id, "ready", seconds=60)
    await holds(inbox)
    answers = next(one for one in await knowledge.sources(shop.id) if one.title == "Answers")
    await knowledge.refresh(answers.id)
    await knowledge.wait(answers.id, "ready", seconds=60)
    await holds(inbox)


async def test_it_stays_right_when_the_character_is_rolled_back(inbox: Room) -> None:
    characters, shop = inbox.studio.characters, inbox.shop
    await put_right(inbox, *await wrong_turn(inbox), question=QUESTION, answer=RIGHT)
    profile = shop.profile.model_copy(update={"persona": "another"})
    await characters.edit(inbox.me, shop.slug, profile)
    await characters.publish(inbox.me, shop.slug)
    await characters.restore(inbox.me, shop.slug, 1)
    await characters.publish(inbox.me, shop.slug)
    await holds(inbox)


async def test_a_check_pins_the_right_words_and_holds_off_the_wrong_ones(inbox: Room) -> None:
    await put_right(inbox, *await wrong_turn(inbox), question=QUESTION, answer=RIGHT)
    [check] = await inbox.checks.of(inbox.me, inbox.shop.slug)
    assert check.question == QUESTION and check.origin == "inbox" and not check.declines
    assert "7:30" in check.holds and "8:00" in check.holds_not and "18:00" not in check.holds_not
    assert await inbox.questions(inbox.owner) == []


async def test_what_is_not_to_be_answered_is_declined(inbox: Room) -> None:
    await put_right(inbox, *await wrong_turn(inbox), question=QUESTION, then="decline")
    for question in (QUESTION, "when do you open on tuesday"):
        reply = await said(inbox, question)
        assert reply["basis"] == "abstained" and "8:00" not in str(reply["text"])
    [check] = await inbox.checks.of(inbox.me, inbox.shop.slug)
    assert check.declines and check.holds == []
    page = await inbox.owner.ask("GET", f"/inbox/answers?character={inbox.shop.slug}")
    assert "It is not answered." in page.text
    [answer] = await inbox.studio.knowledge.answers(inbox.shop.id)
    await inbox.owner.ask("POST", f"/inbox/answers/{inbox.shop.slug}/{answer.id}/remove")
    assert (await said(inbox, QUESTION))["basis"] == "sources"
    assert await inbox.checks.of(inbox.me, inbox.shop.slug) == []


async def test_the_wrong_quotation_does_not_come_back_to_a_question_like_it(inbox: Room) -> None:
    await put_right(inbox, *await wrong_turn(inbox), question=QUESTION, answer=RIGHT)
    for question in (
        "So at what hour do you open your door on a Tuesday?",
        "Tuesday: open from when?",
    ):
        assert "8:00 to 18:00" not in str((await said(inbox, question))["text"]), question
    pets = await said(inbox, "Are dogs welcome on the terrace?")
    assert "Dogs are welcome" in str(pets["text"])  # and what was right stays


async def test_a_disliked_reply_is_put_right_from_the_inbox(inbox: Room) -> None:
    conversation, turn = await wrong_turn(inbox)
    visitor = await inbox.stage.visitor("asks")
    del visitor
    answer = await inbox.owner.ask("GET", f"/inbox/conversations/{conversation}")
    assert f"/inbox/conversations/{conversation}/correct/{turn}" in answer.text


async def test_without_words_nothing_is_kept_and_a_stranger_reaches_nothing(inbox: Room) -> None:
    conversation, turn = await wrong_turn(inbox)
    address = f"/inbox/conversations/{conversation}/correct/{turn}"
    refused = await inbox.owner.ask("POST", address, data={"question": "<b>?", "answer": " "})
    assert refused.status_code == 400 and "There is no answer to keep." in refused.text
    assert "&lt;b&gt;?" in refused.text
    assert (await inbox.creator.ask("GET", address)).status_code in (403, 404)
    assert (await inbox.creator.ask("POST", address, data={"answer": "mine"})).status_code in (403, 404)
    visitor = await inbox.stage.visitor("other")
    assert (await visitor.ask("GET", address)).status_code == 303
    assert (await visitor.ask("POST", address, data={"answer": "mine"})).status_code in (401, 403, 404)
    assert (await inbox.owner.ask("GET", f"{address}x")).status_code == 404
    assert await inbox.studio.knowledge.answers(inbox.shop.id) == []


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_reply_of_the_test_in_the_editor_is_put_right(inbox: Room, language: str) -> None:
    begun = await inbox.owner.ask(
        "POST", f"/api/characters/{inbox.shop.slug}/conversations", json={"test": True}
    )
    conversation = begun.json()["id"]
    done = await inbox.say(inbox.owner, conversation, QUESTION)
    turn = done["reply"]["turn_id"]
    page = await inbox.owner.ask(
        "GET",
        f"/inbox/conversations/{conversation}/correct/{turn}",
        headers={"accept-language": language},
    )
    assert ("Say this from now on" if language == "en" else "앞으로 이렇게 답하기") in page.text
    await put_right(inbox, conversation, turn, question=QUESTION, answer=RIGHT)
    await holds(inbox)
