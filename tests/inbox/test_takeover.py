"""A maker reads a conversation, takes it over, writes as a person and hands it back."""

from __future__ import annotations

import asyncio

from madang.characters.types import Profile
from tests.inbox.stage import Room


async def test_taking_over_writing_and_handing_back(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.shop.slug, "Are dogs welcome on the terrace inside?")
    place = f"/inbox/conversations/{talk}"
    listed = (await inbox.owner.ask("GET", "/inbox/conversations")).text
    assert f'href="{place}"' in listed
    page = (await inbox.owner.ask("GET", place)).text
    assert "The AI answers" in page
    assert "Take over" in page
    assert "Dogs are welcome on the terrace." in page
    refused = await inbox.owner.ask("POST", f"{place}/say", data={"text": "Too early"})
    assert refused.status_code == 409
    assert "Take the conversation over first." in refused.text
    taken = await inbox.owner.ask("POST", f"{place}/take")
    assert (taken.status_code, taken.headers["location"]) == (303, f"{place}#latest")
    asked = len(inbox.stage.chat_model.requests)
    done = await inbox.say(visitor, talk, "Is anybody there?")
    assert done["finish"] == "held"
    live = (await inbox.owner.ask("GET", f"{place}/live")).text
    assert "Is anybody there?" in live
    assert "The visitor waits for a person." in live
    waiting = (await inbox.owner.ask("GET", "/inbox/conversations?held=yes")).text
    assert "Waits for a person" in waiting
    said = await inbox.owner.ask("POST", f"{place}/say", data={"text": "Yes,\n<b>Sumi</b> here."})
    assert said.status_code == 303, said.text
    turns = (await visitor.ask("GET", f"/api/conversations/{talk}")).json()["turns"]
    assert turns[-1]["replies"][-1]["basis"] == "person"
    assert turns[-1]["replies"][-1]["text"] == "Yes,\n<b>Sumi</b> here."
    live = (await inbox.owner.ask("GET", f"{place}/live")).text
    assert "&lt;b&gt;Sumi&lt;/b&gt; here." in live
    assert "<b>Sumi" not in live
    assert "A person of this studio" in live
    back = await inbox.owner.ask("POST", f"{place}/hand-back")
    assert back.status_code == 303
    done = await inbox.say(visitor, talk, "Are dogs welcome on the terrace?")
    assert done["reply"]["basis"] == "sources"
    assert len(inbox.stage.chat_model.requests) == asked
    assert (await inbox.owner.ask("GET", "/inbox/conversations?held=yes")).text.count(place) == 0


async def test_two_makers_at_once(inbox: Room) -> None:
    """The studio's owner and the character's maker: one of them has it."""
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.theirs.slug, "Hello there, who is this?")
    place = f"/inbox/conversations/{talk}"
    both = await asyncio.gather(
        inbox.owner.ask("POST", f"{place}/take"), inbox.creator.ask("POST", f"{place}/take")
    )
    assert sorted(one.status_code for one in both) == [303, 409]
    lost = next(one for one in both if one.status_code == 409)
    assert "Somebody else has taken this conversation over." in lost.text
    has, other = (inbox.owner, inbox.creator) if both[0].status_code == 303 else (inbox.creator, inbox.owner)
    assert "Another person answers" in (await other.ask("GET", place)).text
    assert (await other.ask("POST", f"{place}/say", data={"text": "Me!"})).status_code == 409
    assert (await has.ask("POST", f"{place}/say", data={"text": "Me."})).status_code == 303
    assert (await other.ask("POST", f"{place}/hand-back")).status_code == 303
    assert "The AI answers" in (await has.ask("GET", place)).text


async def test_a_reply_being_made_stops(inbox: Room) -> None:
    inbox.stage.chat_model.pause = 0.05
    inbox.stage.chat_model.script = "word " * 400
    inbox.stage.chat_model.card = type(inbox.stage.chat_model.card)(
        "big", "chat", parameters=70_000_000_000, languages=("en", "ko")
    )
    made = await inbox.studio.characters.create(inbox.me, Profile(name="Dalia", persona="Tells stories."))
    await inbox.studio.characters.publish(inbox.me, made.slug)
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, made.slug)
    making = asyncio.create_task(inbox.say(visitor, talk, "Tell me a long story about you please"))
    while not inbox.stage.chat_model.running:
        assert not making.done(), making.result()
        await asyncio.sleep(0.02)
    taken = await inbox.owner.ask("POST", f"/api/inbox/conversations/{talk}/take")
    assert taken.status_code == 200, taken.text
    done = await asyncio.wait_for(making, 10)
    assert done["reply"]["state"] == "stopped"
    assert inbox.stage.chat_model.running == 0


async def test_what_the_visitor_writes_arrives_live(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.shop.slug, "Hello there, who is this?")
    conversation = await inbox.studio.inbox.desk.take(inbox.me, talk)
    heard: list[str] = []
    shown = asyncio.Event()

    async def listen() -> None:
        events = inbox.studio.inbox.desk.events(inbox.me, talk, since=conversation.revision)
        async for news in events:
            heard.append(news.kind)
            shown.set()
            if news.kind == "changed":
                await events.aclose()
                return

    listening = asyncio.create_task(listen())
    await shown.wait()
    await inbox.say(visitor, talk, "Are you a person now?")
    await asyncio.wait_for(listening, 5)
    assert heard[0] == "here"
    assert heard[-1] == "changed"


async def test_a_visitor_that_leaves_or_deletes_it(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.shop.slug, "Is there a sauna?")
    place = f"/inbox/conversations/{talk}"
    await inbox.owner.ask("POST", f"{place}/take")
    assert (await inbox.owner.ask("POST", f"{place}/say", data={"text": "Still there?"})).status_code == 303
    back = (await visitor.ask("GET", f"/api/conversations/{talk}")).json()
    assert back["turns"][-1]["replies"][-1]["text"] == "Still there?"  # it waited for them
    await visitor.ask("DELETE", f"/api/conversations/{talk}")
    for path in (place, f"{place}/live", f"{place}/events"):
        assert (await inbox.owner.ask("GET", path)).status_code == 404
    assert (await inbox.owner.ask("POST", f"{place}/say", data={"text": "?"})).status_code == 404
    assert await inbox.questions(inbox.owner) == []


async def test_conversations_are_searched_and_paged(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    mine, _ = await inbox.talk(visitor, inbox.shop.slug, "Is there a sauna?")
    theirs, _ = await inbox.talk(visitor, inbox.theirs.slug, "Do you sell bicycles?")
    found = (await inbox.owner.ask("GET", "/inbox/conversations", params={"q": "bicycles"})).text
    assert theirs in found
    assert mine not in found
    only = (await inbox.owner.ask("GET", f"/inbox/conversations?character={inbox.shop.slug}")).text
    assert mine in only
    assert theirs not in only
    nothing = (await inbox.owner.ask("GET", "/inbox/conversations", params={"q": "zebra"})).text
    assert "Nothing found" in nothing
    odd = await inbox.owner.ask("GET", "/inbox/conversations?before=yesterday&held=maybe&q=%25_")
    assert odd.status_code == 200
    program = (await inbox.owner.ask("GET", "/api/inbox/conversations", params={"limit": 1})).json()
    assert [one["conversation"]["id"] for one in program] == [theirs]
