"""A character on another website: its own conversation there, and nothing for anybody else."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from datetime import timedelta

import pytest

from madang.characters.types import Profile
from madang.kernel import clock
from madang.kernel.errors import Forbidden
from madang.kernel.identity import Identity
from madang.share.embed.passes import HEADER, Passes
from madang.share.types import origin_of
from tests.app.stage import HOST, events
from tests.share.conftest import SHOP, Share


async def test_a_visitor_talks_on_another_website(share: Share) -> None:
    await share.switch_on(label="Ask us", accent="#aa3311")
    frame = await share.frame()
    begun = await frame.begin()
    assert begun.status_code == 201, begun.text
    conversation = begun.json()
    assert (conversation["channel"], conversation["test"]) == ("embed", False)
    said = await frame.say(conversation["id"])
    assert [name for name, _ in events(said)][-1] == "done"
    path = f"/c/sumi/thread?conversation={conversation['id']}"
    drawn = await frame.ask("GET", path, headers={"accept": "text/html"})
    assert drawn.status_code == 200 and "Hi" in drawn.text
    assert "set-cookie" not in drawn.headers
    other = await share.frame()
    assert (await other.ask("GET", f"/api/conversations/{conversation['id']}")).status_code == 404


async def test_the_script_is_small_cacheable_and_loads_anywhere(share: Share) -> None:
    http = share.stage.caller("website").http
    answer = await http.get("/embed.js", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=3600" in answer.headers["cache-control"] and "set-cookie" not in answer.headers
    assert len(gzip.compress(answer.content, 9)) <= 12_000
    again = await http.get("/embed.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_the_frame_is_shown_by_its_website_alone(share: Share) -> None:
    await share.switch_on(origins=[SHOP, "https://other.example"])
    page = await share.look()
    assert f"frame-ancestors {SHOP};" in page.headers["content-security-policy"] + ";"
    assert "other.example" not in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert page.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in page.headers
    for path in ("/", "/c/sumi", "/c/sumi/about", "/sign-in", "/edit/sumi/share"):
        own = await share.maker.http.get(path, headers={"accept": "text/html"})
        assert "frame-ancestors 'none'" in own.headers["content-security-policy"], path
        assert own.headers["x-frame-options"] == "DENY", path


async def test_another_website_gets_nothing(share: Share) -> None:
    await share.switch_on()
    http = share.stage.caller("website").http
    for origin in (
        "https://evil.example",
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "null",
        "",
        "https://shop.example'; script-src *",
        "javascript://shop.example",
    ):
        page = await share.look(origin=origin, referer="")
        assert page.status_code == 403 and "data-token" not in page.text, origin
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"], origin
        ask = {"origin": origin, "sec-fetch-site": "cross-site"}
        settings = await http.get("/embed/sumi/settings", headers=ask)
        assert settings.status_code == 403, origin
        assert "access-control-allow-origin" not in settings.headers, origin


async def test_a_website_that_claims_to_be_another_is_refused(share: Share) -> None:
    await share.switch_on()
    assert (await share.look(referer="https://evil.example/page")).status_code == 403
    # a studio's own address in the claim is no way to the maker's preview
    page = await share.look(origin=HOST, referer="https://evil.example/")
    assert page.status_code == 403
    cookies = await share.maker.http.get(
        "/embed/sumi", params={"origin": HOST}, headers={"sec-fetch-site": "cross-site"}
    )
    assert cookies.status_code == 403


async def test_the_settings_are_for_the_website_and_change_with_the_maker(share: Share) -> None:
    await share.switch_on(label="Ask us")
    http = share.stage.caller("website").http
    ask = {"origin": SHOP, "sec-fetch-site": "cross-site"}
    answer = await http.get("/embed/sumi/settings?lang=ko", headers=ask)
    assert answer.headers["access-control-allow-origin"] == SHOP and answer.headers["vary"] == "origin"
    assert (answer.json()["label"], answer.json()["close"]) == ("Ask us", "닫기")
    assert "access-control-allow-credentials" not in answer.headers
    await share.embeds.switch(share.owner, "sumi", False)
    assert (await http.get("/embed/sumi/settings", headers=ask)).json() == {"off": True}


async def test_a_pass_opens_one_character_and_no_other_door(share: Share) -> None:
    studio = share.stage.studio
    other = await studio.characters.create(share.owner, Profile(name="Haru", greeting="Hi."))
    await studio.characters.publish(share.owner, other.slug)
    await share.switch_on()
    await share.switch_on("haru")
    frame = await share.frame()
    # the body names another character: the pass decides
    assert (await frame.begin("haru")).json()["character_id"] == share.sumi.id
    stolen = await share.frame("haru")
    stolen.token = frame.token
    assert (await stolen.begin()).status_code == 403
    assert (await stolen.ask("GET", "/live")).status_code == 403
    for method, path in (
        ("GET", "/api/me"),
        ("GET", "/api/characters"),
        ("POST", "/api/keys"),
        ("GET", "/api/characters/sumi/conversations"),
        ("GET", "/c/haru/thread?conversation=cnv_1"),
        ("GET", "/c/sumi/about"),
        ("GET", "/c/sumi"),
    ):
        assert (await frame.ask(method, path)).status_code == 404, path
    # elsewhere a pass is nothing, and beside a cookie the cookie is not looked at
    http = share.stage.caller("thief").http
    me = await http.get("/api/me", headers={HEADER: frame.token})
    assert me.json()["kind"] == "visitor"
    begun = await share.maker.http.post(
        "/embed/sumi/api/conversations", headers={HEADER: frame.token}, json={"character": "sumi"}
    )
    assert begun.status_code == 201 and begun.json()["identity_kind"] == "visitor"


async def test_a_pass_that_is_none_is_refused(share: Share) -> None:
    await share.switch_on()
    frame = await share.frame()
    for token in ("", "x", "vis_1", "a" * 2_000, frame.token[:-2], frame.token + "x", "W10.x", "é"):
        assert share.embeds._passes.read(token) is None, token
        frame.token = token if token.isascii() else ""
        assert (await frame.begin()).status_code == 403, token


async def test_a_pass_ends_and_can_be_exchanged(share: Share) -> None:
    await share.switch_on()
    settings = share.stage.studio.settings
    old = Passes(settings.data, lambda: clock.now() - timedelta(days=2)).make(share.sumi.id, SHOP, "vis_old")
    ancient = Passes(settings.data, lambda: clock.now() - timedelta(days=31)).make(
        share.sumi.id, SHOP, "vis_x"
    )
    elsewhere = Passes(settings.data, clock.now).make(share.sumi.id, "https://other.example", "vis_other")
    frame = await share.frame()
    first = share.embeds._passes.read(frame.token)
    for older, expected in (
        (old, "vis_old"),
        (ancient, first.visitor_id),
        (elsewhere, first.visitor_id),
        ("nonsense", first.visitor_id),
    ):
        answer = await frame.ask("POST", "/pass", content=older)
        assert answer.status_code == 200, answer.text
        assert share.embeds._passes.read(answer.json()["pass"]).visitor_id == expected
    frame.token = old
    assert (await frame.begin()).status_code == 403


async def test_quotas_hold_for_a_visitor_and_for_everybody(share: Share) -> None:
    await share.switch_on(per_visitor=2, per_day=3)
    first = await share.frame()
    talk = (await first.begin()).json()["id"]
    assert [(await first.say(talk)).status_code for _ in range(3)] == [200, 200, 429]
    # a fresh pass is a fresh visitor, but the day is everybody's
    statuses = []
    for _ in range(4):
        frame = await share.frame()
        statuses.append((await frame.say((await frame.begin()).json()["id"])).status_code)
    assert statuses == [200, 429, 429, 429]
    assert await share.embeds.used_today(share.owner, "sumi") == 3


async def test_a_message_that_is_refused_costs_nobody_anything(share: Share) -> None:
    await share.switch_on(per_day=3)
    frame = await share.frame()
    talk = (await frame.begin()).json()["id"]
    for path in (f"/api/conversations/{talk}/turns", "/api/conversations/cnv_nobody/turns"):
        for _ in range(3):
            assert (await frame.ask("POST", path, json={})).status_code >= 400
    assert await share.embeds.used_today(share.owner, "sumi") == 0
    assert (await frame.say(talk)).status_code == 200
    assert await share.embeds.used_today(share.owner, "sumi") == 1


async def test_a_makers_look_is_over_in_minutes(share: Share) -> None:
    panel = await share.embeds.preview(share.owner, "sumi")
    token = share.embeds.pass_for(panel)
    await share.embeds.check("sumi", token)
    with pytest.raises(Forbidden):
        await share.embeds.renew("sumi", token, token)
    later = share.embeds._now() + timedelta(minutes=16)
    share.embeds._now = lambda: later
    with pytest.raises(Forbidden):
        await share.embeds.check("sumi", token)


async def test_messages_at_the_same_moment_cannot_pass_the_limit_together(share: Share) -> None:
    await share.switch_on(per_day=5)
    frames = [await share.frame() for _ in range(10)]
    talks = [(await frame.begin()).json()["id"] for frame in frames]
    said = await asyncio.gather(*(frame.say(talk) for frame, talk in zip(frames, talks, strict=True)))
    assert sorted(answer.status_code for answer in said) == [200] * 5 + [429] * 5


async def test_the_switch_ends_running_replies_and_open_panels_within_a_second(share: Share) -> None:
    await share.switch_on()
    share.stage.chat_model.script = "word " * 400
    share.stage.chat_model.pause = 0.05
    frame = await share.frame()
    talk = (await frame.begin()).json()["id"]
    reply = asyncio.create_task(frame.say(talk, "Tell me a long story about the clock tower and the moon"))
    news = asyncio.create_task(frame.ask("GET", "/live"))
    while not share.stage.chat_model.running:
        await asyncio.sleep(0.01)
    began = time.monotonic()
    await share.embeds.switch(share.owner, "sumi", False)
    said, told = await asyncio.wait_for(asyncio.gather(reply, news), 5)
    assert time.monotonic() - began < 3
    assert share.stage.chat_model.running == 0
    assert [name for name, _ in events(told)] == ["on", "off"]
    name, data = events(said)[-1]
    assert name == "failed" and json.loads(data)["message"] == "This chat is switched off."
    assert (await frame.say(talk)).status_code == 403
    assert (await frame.ask("GET", f"/api/conversations/{talk}")).status_code == 403
    page = await share.look()
    assert page.status_code == 403 and "switched off" in page.text
    assert f"frame-ancestors {SHOP}" in page.headers["content-security-policy"]


async def test_another_process_throws_the_switch(share: Share) -> None:
    await share.switch_on()
    frame = await share.frame()
    news = asyncio.create_task(frame.ask("GET", "/live"))
    await asyncio.sleep(0.2)
    async with share.stage.studio.database.write() as session:
        from madang.share import store

        row = await store.embed(session, share.sumi.id)
        assert row is not None
        row.on = False
    told = await asyncio.wait_for(news, 1)
    assert [name for name, _ in events(told)] == ["on", "off"]


async def test_taking_a_website_off_the_list_ends_its_panels_only(share: Share) -> None:
    await share.switch_on(origins=[SHOP, "https://other.example"])
    shop, other = await share.frame(), await share.frame(origin="https://other.example")
    news = asyncio.create_task(shop.ask("GET", "/live"))
    await asyncio.sleep(0.1)
    await share.switch_on(origins=["https://other.example"])
    assert (await asyncio.wait_for(news, 1)).status_code == 200
    assert (await shop.begin()).status_code == 403
    assert (await other.begin()).status_code == 201


async def test_an_unlisted_character_is_met_on_its_website_and_nowhere_else(share: Share) -> None:
    await share.switch_on()
    await share.stage.studio.characters.set_visibility(share.owner, "sumi", "unlisted")
    frame = await share.frame()
    talk = (await frame.begin()).json()["id"]
    assert (await frame.say(talk)).status_code == 200
    http = share.stage.caller("nobody").http
    assert (await http.get("/c/sumi")).status_code == 404
    await share.stage.studio.characters.set_visibility(share.owner, "sumi", "private")
    assert (await share.look()).status_code == 404
    assert (await frame.say(talk)).status_code == 404


async def test_a_rated_character_sends_visitors_to_its_own_page(share: Share) -> None:
    await share.switch_on()
    studio = share.stage.studio
    await studio.characters.edit(share.owner, "sumi", share.sumi.draft.model_copy(update={"rating": "adult"}))
    await studio.characters.publish(share.owner, "sumi")
    page = await share.look()
    assert page.status_code == 200 and "data-composer" not in page.text and "18" in page.text
    assert (await (await share.frame()).begin()).status_code == 403


async def test_the_maker_looks_before_switching_on(share: Share) -> None:
    asked = {"sec-fetch-site": "same-origin", "accept": "text/html"}
    page = await share.maker.http.get("/embed/sumi", params={"origin": HOST}, headers=asked)
    assert page.status_code == 200
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    nobody = await share.stage.caller("x").http.get("/embed/sumi", params={"origin": HOST}, headers=asked)
    assert nobody.status_code == 403


async def test_only_the_maker_sets_it(share: Share) -> None:
    from madang.kernel.errors import Forbidden
    from madang.share.types import Embed

    for other in (Identity("visitor", "vis_1"), Identity("creator", "usr_x")):
        for work in (
            share.embeds.settings(other, "sumi"),
            share.embeds.save(other, "sumi", Embed()),
            share.embeds.switch(other, "sumi", True),
            share.embeds.used_today(other, "sumi"),
        ):
            with pytest.raises(Forbidden):
                await work


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("Shop.example", "https://shop.example"),
        ("https://shop.example:443/path?x", "https://shop.example"),
        ("http://localhost:5500/", "http://localhost:5500"),
        ("https://가게.example", "https://xn--o39ao21b.example"),
        ("https://*.example", None),
        ("https://a b", None),
        ("https://shop.example;script-src *", None),
        ("ftp://shop.example", None),
        ("https://user@shop.example", None),
        ("", None),
    ],
)
def test_what_is_typed_becomes_an_origin(written: str, origin: str | None) -> None:
    found = origin_of(written)
    assert found == origin or (origin is not None and origin.startswith("https://xn--") and found is not None)
