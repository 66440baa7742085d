"""What a character could not answer comes to its maker, who answers it once for all."""

from __future__ import annotations

import pytest

from madang.characters.types import Profile
from madang.inbox.pages.frame import plain
from tests.inbox.stage import Room

PARKING = "Yes, 2 spaces behind the house; ask Sumi for the code."


async def test_what_it_could_not_answer_waits_grouped(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    conversation, turns = await inbox.talk(
        visitor,
        inbox.shop.slug,
        "Do you have parking?",
        "Is parking available?",
        "Are dogs welcome on the terrace inside?",
    )
    other = await inbox.stage.visitor("other")
    await inbox.talk(other, inbox.shop.slug, "Do you have parking?", "Is there a sauna?")
    assert [turn["replies"][0]["basis"] for turn in turns] == ["abstained", "abstained", "sources"]
    first, second = await inbox.questions(inbox.owner)
    assert first["question"] == "Do you have parking?"
    assert len(first["asked"]) == 3
    assert {one["message"] for one in first["asked"]} == {"Do you have parking?", "Is parking available?"}
    assert first["unanswered"] is True
    assert first["disliked"] is False
    assert first["character"]["slug"] == inbox.shop.slug
    assert second["question"] == "Is there a sauna?"
    assert await inbox.questions(inbox.owner) == [first, second]  # the same again
    count = await inbox.owner.ask("GET", "/api/inbox/count")
    assert count.json() == {"open": 2}
    page = (await inbox.owner.ask("GET", "/inbox")).text
    assert "Do you have parking?" in page
    assert "asked 3 times" in page
    assert f"/inbox/conversations/{conversation}" in page or "Read the conversation" in page


async def test_an_approved_answer_becomes_knowledge_and_a_check(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    conversation, _ = await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?", "Is there parking?")
    [group] = await inbox.questions(inbox.owner)
    page = await inbox.owner.ask("GET", f"/inbox/questions/{group['id']}")
    assert page.status_code == 200
    answer = await inbox.owner.ask(
        "POST",
        f"/inbox/questions/{group['id']}/approve",
        data={"question": "Do you have parking?", "answer": PARKING, "check": "1"},
    )
    assert answer.status_code == 303, answer.text
    assert await inbox.questions(inbox.owner) == []
    assert (await inbox.owner.ask("GET", "/api/inbox/count")).json() == {"open": 0}
    assert len(await inbox.questions(inbox.owner, state="answered")) == 1

    done = await inbox.say(visitor, conversation, "is parking available??")
    reply = done["reply"]
    assert reply["basis"] == "sources"
    assert [citation["quote"] for citation in reply["citations"]] == [PARKING]
    assert reply["citations"][0]["source"] == "Answers"
    opened = await visitor.ask("GET", reply["citations"][0]["url"])
    assert opened.status_code == 200
    assert "2 spaces behind the house" in opened.text
    assert "Do you have parking?" in opened.text

    [check] = await inbox.checks.of(inbox.me, inbox.shop.slug)
    assert check.question == "Do you have parking?"
    assert (check.cites, check.origin, check.declines) == ("Answers", "inbox", False)
    assert check.holds
    assert check.holds[0] == "2"
    assert all(text in PARKING for text in check.holds)
    look_alike = await inbox.say(visitor, conversation, "How much is parking for buses?")
    assert look_alike["reply"]["basis"] != "sources" or PARKING not in str(look_alike["reply"]["citations"])


async def test_a_capable_model_does_not_reword_what_was_approved(inbox: Room) -> None:
    card = inbox.stage.chat_model.card
    inbox.stage.chat_model.card = type(card)("big", "chat", parameters=70_000_000_000, strategy="cite")
    inbox.stage.chat_model.script = "There are 900 parking spaces [1]."
    await inbox.owner.ask(
        "POST",
        f"/api/characters/{inbox.shop.slug}/answers",
        json={"question": "Is there parking?", "answer": PARKING},
    )
    visitor = await inbox.stage.visitor()
    _, [turn] = await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?")
    assert PARKING in turn["replies"][0]["text"]
    assert "900" not in turn["replies"][0]["text"]


async def test_a_disliked_reply_comes_too_with_the_visitors_words(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    _, [turn] = await inbox.talk(visitor, inbox.shop.slug, "Are dogs welcome on the terrace inside?")
    who = await inbox.identity_of(visitor)
    await inbox.studio.chat.rate(who, turn["replies"][0]["id"], -1, "<b>wrong</b> on holidays")
    [group] = await inbox.questions(inbox.owner, kind="disliked")
    assert group["disliked"] is True
    assert group["asked"][0]["why"] == "<b>wrong</b> on holidays"
    page = (await inbox.owner.ask("GET", "/inbox?kind=disliked")).text
    assert "&lt;b&gt;wrong&lt;/b&gt; on holidays" in page
    opened = (await inbox.owner.ask("GET", f"/api/inbox/questions/{group['id']}")).json()
    assert "terrace" in opened["draft"]  # begun with what the sources say
    assert opened["sources"] == ["Harbour Cafe"]
    assert await inbox.questions(inbox.owner, kind="unanswered") == []


async def test_put_away_and_back(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?", "Is there parking?")
    [group] = await inbox.questions(inbox.owner)
    gone = await inbox.owner.ask("POST", f"/inbox/questions/{group['id']}/dismiss", data={"note": "spam"})
    assert gone.status_code == 303
    assert await inbox.questions(inbox.owner) == []
    after = await inbox.owner.ask("GET", gone.headers["location"])
    assert "Undo" in after.text
    assert f"/inbox/questions/{group['id']}/reopen" in after.text
    assert len(await inbox.questions(inbox.owner, state="dismissed")) == 1
    await inbox.owner.ask("POST", f"/inbox/questions/{group['id']}/reopen", data={})
    assert [one["id"] for one in await inbox.questions(inbox.owner)] == [group["id"]]


async def test_an_answer_without_words_is_refused_and_what_was_written_stays(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?")
    [group] = await inbox.questions(inbox.owner)
    answer = await inbox.owner.ask(
        "POST",
        f"/inbox/questions/{group['id']}/approve",
        data={"question": "Is <there> parking?", "answer": "  "},
    )
    assert answer.status_code == 400
    assert "There is no answer to keep." in answer.text
    assert "Is &lt;there&gt; parking?" in answer.text
    assert await inbox.questions(inbox.owner) != []
    korean = await inbox.owner.ask(
        "POST",
        f"/inbox/questions/{group['id']}/approve",
        data={"answer": " "},
        headers={"accept-language": "ko"},
        cookies={"madang_language": "ko"},
    )
    assert "남겨 둘 답변이 없습니다." in korean.text


async def test_answers_are_added_changed_and_taken_back_with_their_checks(inbox: Room) -> None:
    slug, ask = inbox.shop.slug, inbox.owner.ask
    added = await ask(
        "POST", f"/inbox/answers/{slug}", data={"question": "Is there wifi?", "answer": "Yes, 5G."}
    )
    assert added.status_code == 303
    [answer] = (await ask("GET", f"/api/characters/{slug}/answers")).json()
    [check] = await inbox.checks.of(inbox.me, slug)
    changed = await ask(
        "POST",
        f"/inbox/answers/{slug}/{answer['id']}",
        data={"question": "Is there fast wifi?", "answer": "Yes, 300 Mbit."},
    )
    assert changed.status_code == 303, changed.text
    [after] = (await ask("GET", f"/api/characters/{slug}/answers")).json()
    assert (after["question"], after["answer"]) == ("Is there fast wifi?", "Yes, 300 Mbit.")
    [again] = await inbox.checks.of(inbox.me, slug)
    assert again.question == "Is there fast wifi?"
    assert "300" in again.holds
    assert check.question == "Is there wifi?"
    page = (await ask("GET", f"/inbox/answers?character={slug}")).text
    assert "Is there fast wifi?" in page
    removed = await ask("POST", f"/inbox/answers/{slug}/{after['id']}/remove")
    assert removed.status_code == 303
    assert (await ask("GET", f"/api/characters/{slug}/answers")).json() == []
    assert await inbox.checks.of(inbox.me, slug) == []
    assert await inbox.studio.knowledge.answers(inbox.shop.id) == []


async def test_the_page_of_answers_opens_on_a_character_that_has_some(inbox: Room) -> None:
    await inbox.owner.ask(
        "POST", f"/inbox/answers/{inbox.shop.slug}", data={"question": "Is there wifi?", "answer": "Yes, 5G."}
    )
    draft = await inbox.studio.characters.create(inbox.me, Profile(name="Newest"))
    assert "Yes, 5G." in (await inbox.owner.ask("GET", "/inbox/answers")).text
    chosen = (await inbox.owner.ask("GET", f"/inbox/answers?character={draft.slug}")).text
    assert "No approved answers yet" in chosen
    assert "No approved answers yet" in (await inbox.creator.ask("GET", "/inbox/answers")).text


@pytest.mark.parametrize("path", ["/inbox", "/inbox/conversations", "/inbox/answers", "/dashboard"])
async def test_without_an_account_one_is_led_to_the_sign_in(inbox: Room, path: str) -> None:
    answer = await inbox.stage.caller("nobody").ask("GET", path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("From “Menu”:\n\n> Tea: 4,500 [1]\n> Milk: 500 [2]", "From “Menu”: Tea: 4,500 Milk: 500"),
        ("From “Menu”: > Tea: 4,500 [1] > Milk: 500 [2]", "From “Menu”: Tea: 4,500 Milk: 500"),
        ("It is 2 + 2 = 4. > Tea", "It is 2 + 2 = 4. Tea"),
        ("Three > two", "Three > two"),
        ("Choose Menu > Settings", "Choose Menu > Settings"),
    ],
)
def test_a_reply_on_one_line_has_no_marks(reply: str, said: str) -> None:
    assert plain(reply) == said
