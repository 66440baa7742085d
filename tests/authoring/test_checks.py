"""Checks on their page, over REST and behind it: added, asked of the draft, followed, kept, gated."""

from __future__ import annotations

import asyncio
import json

import pytest

from madang.authoring.access import Authoring
from madang.authoring.checking import judge
from madang.characters.types import Check, CheckResult, Profile
from madang.kernel.errors import BadInput, Conflict, Forbidden, ModelFailed, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, OWNER, VISITOR, Browse
from tests.authoring.fakes import FakeConversations, FakeKnowledge, reply

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
KEY = Identity("creator", MAKER.id, frozenset({"manage", "chat"}))
MANAGE_ONLY = Identity("creator", MAKER.id, frozenset({"manage"}))


@pytest.fixture
async def slug(authoring: Authoring) -> str:
    return (await authoring.from_text(MAKER, "A guide called Ada")).slug


async def run_all(authoring: Authoring, slug: str, who: Identity = MAKER) -> list[CheckResult]:
    return [result async for result in authoring.checking.run(who, slug)]


async def test_checks_are_asked_of_the_draft_and_the_run_is_kept(
    authoring: Authoring, conversations: FakeConversations, slug: str
) -> None:
    checking = authoring.checking
    good = await checking.put(MAKER, slug, Check(question="Hours?", holds=["nine"], cites="Note"))
    bad = await checking.put(MAKER, slug, Check(question="Price?", holds=["9,000 won"]))
    broken = await checking.put(MAKER, slug, Check(question="Broken?", declines=True))
    conversations.replies = {
        "Hours?": reply("From nine. [1]", basis="sources", cites=[("Note", "From nine.")]),
        "Price?": reply("19,000 won."),
        "Broken?": ModelFailed("The model stopped."),
    }
    results = await run_all(authoring, slug)
    assert [(one.check_id, one.passed) for one in results] == [
        (good.id, True),
        (bad.id, False),
        (broken.id, False),
    ]
    assert results[1].reasons == [judge.LACKS] and results[2].reasons == ["The model stopped."]
    assert all(options.draft for _, _, options in conversations.asked)
    summary = await checking.summary(MAKER, slug)
    assert summary.current and summary.failing == 2
    await authoring.save(MAKER, slug, Profile(name="Ada", persona="another"))
    assert not (await checking.summary(MAKER, slug)).current
    await checking.remove(MAKER, slug, bad.id)
    assert len((await checking.summary(MAKER, slug)).results) == 2


async def test_a_run_that_is_left_keeps_nothing(authoring: Authoring, slug: str) -> None:
    for number in range(3):
        await authoring.checking.put(MAKER, slug, Check(question=f"{number}?", declines=True))
    events = authoring.checking.run(MAKER, slug)
    await anext(events)
    await events.aclose()
    assert await authoring.checking.last(MAKER, slug) is None


async def test_a_reply_that_never_comes_fails_its_check(
    authoring: Authoring, conversations: FakeConversations, slug: str
) -> None:
    authoring.checking._patience = 0.05
    conversations.pause = 5
    await authoring.checking.put(MAKER, slug, Check(question="?", declines=True))
    (late,) = await run_all(authoring, slug)
    assert not late.passed and "There was no reply within" in late.reasons[0]


async def test_the_page_follows_a_run_and_can_be_left(
    browse: Browse, authoring: Authoring, conversations: FakeConversations, slug: str
) -> None:
    client = browse(MAKER)
    page = f"/edit/{slug}/checks"
    none = await client.post(f"{page}/run")
    assert none.status_code == 400 and "There are no checks yet." in none.text
    for question in ("One?", "Two?"):
        added = await client.post(page, data={"question": question, "holds": "nine\nten", "cites": " "})
        assert added.status_code == 303
    first, _ = await authoring.checking.of(MAKER, slug)
    assert first.holds == ["nine", "ten"] and first.origin == "maker"
    conversations.go_on = asyncio.Event()
    conversations.replies = {"Two?": reply("From nine to ten.", cites=[("Note", EVIL)])}
    assert (await client.post(f"{page}/run")).status_code == 303
    assert (await client.post(f"{page}/run")).status_code == 303  # the same run goes on
    running = await client.get(f"{page}/list", headers={"hx-request": "true"})
    assert "Asking 1 of 2" in running.text and "hx-trigger" in running.text
    behind = await authoring.checking.progress(MAKER, slug)
    assert behind is not None and behind.task is not None
    conversations.go_on.set()
    await behind.task
    done = (await client.get(page)).text
    assert "Asking" not in done and "1 of 2 checks fail." in done and "does not hold “nine”" in done
    assert len(conversations.asked) == 2
    assert "<script>alert" not in done and "<img src=x" not in done and "/c/x/passages/psg_1" in done
    changed = {"id": first.id, "question": "One more?", "declines": "1", "origin": "suggested"}
    assert (await client.post(page, data=changed)).status_code == 303
    now = (await authoring.checking.of(MAKER, slug))[0]
    assert now.declines and now.holds == [] and now.origin == "suggested"
    assert (await client.post(f"{page}/{first.id}/remove")).status_code == 303
    refused = await client.post(page, data={"question": EVIL})
    assert refused.status_code == 400 and "Say what the reply must hold" in refused.text
    assert "<script>alert" not in refused.text and "&lt;script&gt;" in refused.text


async def test_a_run_is_stopped_and_closing_ends_it(
    authoring: Authoring, conversations: FakeConversations, slug: str, browse: Browse
) -> None:
    conversations.pause = 30
    await authoring.checking.put(MAKER, slug, Check(question="?", declines=True))
    running = await authoring.checking.start(MAKER, slug)
    assert (await browse(MAKER).post(f"/edit/{slug}/checks/stop")).status_code == 303
    assert running.task is not None and running.task.done()
    again = await authoring.checking.start(MAKER, slug)
    await authoring.close()
    assert again.task is not None and again.task.done()


async def test_suggestions_come_from_the_knowledge_and_are_taken_one_by_one(
    browse: Browse, authoring: Authoring, slug: str
) -> None:
    await authoring.add_text(MAKER, slug, "Menu", "Dish: Soup · Price: 9,000 won")
    client = browse(MAKER)
    page = (await client.get(f"/edit/{slug}/checks")).text
    assert "How much is the Soup?" in page and "Suggested from what it knows" in page
    found = (await browse(KEY).get(f"/api/characters/{slug}/checks/suggestions")).json()
    taken = await browse(KEY).post(f"/api/characters/{slug}/checks", json=found[0])
    assert taken.status_code == 201 and taken.json()["origin"] == "suggested"
    left = (await browse(KEY).get(f"/api/characters/{slug}/checks/suggestions")).json()
    assert len(left) == len(found) - 1


async def test_the_gate_closes_and_opens(
    browse: Browse, authoring: Authoring, conversations: FakeConversations, slug: str
) -> None:
    client = browse(MAKER)
    await authoring.checking.put(MAKER, slug, Check(question="Hours?", holds=["nine"]))
    await client.post(f"/edit/{slug}/checks/gate", data={"on": "1"})
    await run_all(authoring, slug)
    with pytest.raises(Conflict):
        await authoring.publish(MAKER, slug)
    assert "Publishing waits for them." in (await client.get(f"/edit/{slug}")).text
    conversations.replies = {"Hours?": reply("From nine.")}
    await run_all(authoring, slug)
    assert (await authoring.publish(MAKER, slug, note="Now")).version == 1
    await client.post(f"/edit/{slug}/checks/gate")
    assert not (await authoring.own(MAKER, slug)).gated


async def test_checks_over_rest(
    browse: Browse, authoring: Authoring, conversations: FakeConversations, slug: str
) -> None:
    client, checks = browse(KEY), f"/api/characters/{slug}/checks"
    assert (await client.post(f"{checks}/run")).status_code == 400
    made = (await client.post(checks, json={"question": "Hours?", "holds": ["nine"]})).json()
    conversations.replies = {"Hours?": reply("From nine.")}
    ran = await client.post(f"{checks}/run")
    events = [block.split("\n") for block in ran.text.strip().split("\n\n")]
    assert [lines[0] for lines in events] == ["event: result", "event: done"]
    assert json.loads(events[0][1].removeprefix("data: "))["passed"] is True
    standing = (await client.get(checks)).json()
    assert standing["current"] and standing["last"]["results"][0]["check_id"] == made["id"]
    assert (await client.put(f"/api/characters/{slug}/gate", json={"gated": True})).json()["gated"]
    for body in ({}, {"question": ""}, {"question": "x" * 2_001, "declines": True}, {"question": "?"}):
        assert (await client.post(checks, json=body)).status_code in (400, 422)
    assert (await client.delete(f"{checks}/{made['id']}")).status_code == 204
    assert (await client.delete(f"{checks}/{made['id']}")).status_code == 404
    assert (await browse(MANAGE_ONLY).post(f"{checks}/run")).status_code in (400, 403)


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("who", [VISITOR, OTHER, CHAT_KEY, OWNER])
async def test_nobody_else_reaches_the_checks(
    authoring: Authoring, knowledge: FakeKnowledge, who: Identity, published: bool, slug: str
) -> None:
    kept = await authoring.checking.put(MAKER, slug, Check(question="secret?", holds=["secret"]))
    if published:
        await authoring.publish(MAKER, slug)
    checking = authoring.checking
    for call in (
        checking.of(who, slug),
        checking.put(who, slug, Check(question="mine?", declines=True)),
        checking.remove(who, slug, kept.id),
        checking.last(who, slug),
        checking.summary(who, slug),
        checking.start(who, slug),
        checking.stop(who, slug),
        checking.progress(who, slug),
        checking.suggest(who, slug),
        run_all(authoring, slug, who),
        authoring.set_gate(who, slug, True),
        authoring.versions(who, slug),
        authoring.compared(who, slug, 0, "before"),
        authoring.restore(who, slug, 1),
        authoring.duplicate(who, slug),
        authoring.archive(who, slug),
        authoring.set_visibility(who, slug, "public"),
        authoring.put_report_away(who, slug),
        authoring.import_lorebook(who, slug, b"{}"),
    ):
        with pytest.raises((NotFound, Forbidden, SignInNeeded)):
            await call
    assert len(await checking.of(MAKER, slug)) == 1


async def test_a_check_of_another_character_is_not_reached(authoring: Authoring, slug: str) -> None:
    other = await authoring.from_text(MAKER, "A guide called Bee")
    kept = await authoring.checking.put(MAKER, slug, Check(question="?", declines=True))
    with pytest.raises(NotFound):
        await authoring.checking.remove(MAKER, other.slug, kept.id)
    with pytest.raises(NotFound):
        await authoring.checking.put(MAKER, other.slug, kept)
    with pytest.raises(BadInput):
        await authoring.checking.start(MAKER, other.slug)
