"""Two processes of one studio: whichever a browser reaches, it is the same studio; and one of them dies."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from madang.share.embed.passes import HEADER
from tests.app.two import TALE, Listener, Started, page_token, until, up

POSTGRES = os.environ.get("MADANG_TEST_POSTGRES")
SHOP = "https://shop.example"
AT_ONCE = 1.5
"""Seconds within which a person at one process hears what was done at the other."""
pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@dataclass
class Two:
    a: Started
    b: Started
    database: str

    def publish(self, at: httpx.Client, name: str) -> str:
        """A published character; its address."""
        made = at.post("/api/characters", json={"profile": {"name": name, "greeting": "Hello."}})
        assert made.status_code == 201, made.text
        slug = str(made.json()["slug"])
        assert at.post(f"/api/characters/{slug}/publish").status_code == 200
        return slug

    def visitor(self, at: Started) -> httpx.Client:
        """A browser that has looked at a page."""
        client = at.browser()
        page_token(client)
        client.post("/language", data={"language": "en"})
        return client

    def asks(self, sql: str) -> int:
        with psycopg.connect(self.database) as connection:
            row = connection.execute(sql).fetchone()  # type: ignore[call-overload]
            return int(row[0])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Both, with the owner signed in at the first by the link that the second printed."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    name = f"madang_two_{uuid.uuid4().hex[:12]}"
    data, url = tmp_path_factory.mktemp("studio") / "data", f"{POSTGRES.rpartition('/')[0]}/{name}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            with up(data, url) as a, up(data, url) as b:
                page_token(a.http)
                assert a.http.post(f"/owner/{b.token}").status_code == 303
                page_token(a.http)
                b.http = b.browser(a.http)
                yield Two(a, b, url)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def said(client: httpx.Client, conversation: str, message: str) -> str:
    """The text of the whole reply."""
    answer = client.post(f"/api/conversations/{conversation}/turns", json={"message": message})
    assert answer.status_code == 200, answer.text
    done = re.search(r"event: done\ndata: (.*)", answer.text)
    assert done, answer.text[-500:]
    return str(json.loads(done[1])["reply"]["text"])


def begun(client: httpx.Client, slug: str) -> str:
    answer = client.post(f"/api/characters/{slug}/conversations")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def telling(client: httpx.Client, conversation: str) -> Listener:
    """A reply of forty seconds that is being made."""
    path = f"/api/conversations/{conversation}/turns"
    stream = Listener(client, path, "POST", {"json": {"message": "Tell me a tale of the sea."}})
    until(lambda: stream.data("delta"))
    return stream


def test_who_signed_in_at_one_is_signed_in_at_the_other(two: Two) -> None:
    assert two.a.http.get("/api/me").json()["kind"] == two.b.http.get("/api/me").json()["kind"] == "owner"
    made = two.b.http.post("/api/keys", json={"name": "a program", "scopes": ["chat"]}).json()
    for at in (two.a, two.b):
        with at.browser() as program:
            program.headers["authorization"] = f"Bearer {made['key']}"
            assert program.get("/v1/models").status_code == 200
    with two.a.browser() as stranger:
        assert stranger.get("/api/me").json()["kind"] == "visitor"


def test_a_character_made_at_one_talks_at_the_other(two: Two) -> None:
    slug = two.publish(two.a.http, "Haru")
    visitor = two.visitor(two.b)
    conversation = begun(visitor, slug)
    assert said(visitor, conversation, "Hello there!")
    there = two.a.browser(visitor)
    assert len(there.get(f"/api/conversations/{conversation}").json()["turns"]) == 1
    assert said(there, conversation, "Good morning!")
    assert len(visitor.get(f"/api/conversations/{conversation}").json()["turns"]) == 2
    stranger = two.visitor(two.a)
    assert stranger.get(f"/api/conversations/{conversation}").status_code == 404


def test_a_panel_at_one_hears_that_it_is_switched_off_at_the_other(two: Two) -> None:
    slug = two.publish(two.a.http, "Sumi")
    share = f"/edit/{slug}/share"
    assert two.a.http.post(f"{share}/embed", data={"origins": SHOP}).status_code == 303
    assert two.a.http.post(f"{share}/embed/switch", data={"on": "1"}).status_code == 303
    with two.b.browser() as frame:
        headers = {"accept": "text/html", "sec-fetch-site": "cross-site", "referer": f"{SHOP}/"}
        page = frame.get(f"/embed/{slug}", params={"origin": SHOP}, headers=headers)
        found = re.search(r'data-token="([^"]+)"', page.text)
        assert found, page.text
        live = Listener(frame, f"/embed/{slug}/live", more={"headers": {HEADER: found[1]}})
        until(lambda: live.data("on"))
        time.sleep(0.7)
        assert live.data("off") is None
        began = time.monotonic()
        assert two.a.http.post(f"{share}/embed/switch", data={"on": "0"}).status_code == 303
        until(lambda: live.data("off"))
        assert live.at("off") - began < AT_ONCE


def test_a_person_takes_over_at_one_and_is_heard_at_the_other(two: Two) -> None:
    slug = two.publish(two.b.http, "Dori")
    visitor = two.visitor(two.b)
    conversation = begun(visitor, slug)
    reply = telling(visitor, conversation)
    with two.b.browser(visitor) as page:
        news = Listener(page, f"/api/conversations/{conversation}/events")
        until(lambda: news.data("here"))
        desk = f"/api/inbox/conversations/{conversation}"
        began = time.monotonic()
        assert two.a.http.post(f"{desk}/take").status_code == 200
        until(lambda: news.data("joined"))
        assert news.at("joined") - began < AT_ONCE
        until(lambda: reply.ended, 5)
        assert TALE.split()[-1] not in "".join(data for name, data, _ in reply.heard if name == "delta")
        began = time.monotonic()
        assert two.a.http.post(f"{desk}/say", json={"text": "This is Minji."}).status_code == 200
        until(lambda: news.data("said"))
        assert news.at("said") - began < AT_ONCE and "This is Minji." in str(news.data("said"))
        assert said(visitor, conversation, "Is anybody there?") == "", "the AI is silent here too"
        assert two.a.http.post(f"{desk}/hand-back").status_code == 200
        until(lambda: news.data("back"))


def test_a_reply_made_at_one_is_stopped_at_the_other(two: Two) -> None:
    slug = two.publish(two.a.http, "Nari")
    visitor = two.visitor(two.a)
    conversation = begun(visitor, slug)
    reply = telling(visitor, conversation)
    turn = json.loads(str(reply.data("accepted")))["turn"]["id"]
    with two.b.browser(visitor) as other:
        refused = other.post(f"/api/conversations/{conversation}/turns", json={"message": "And the moon?"})
        assert refused.status_code == 409
        time.sleep(0.7)
        began = time.monotonic()
        stopped = other.post(f"/api/turns/{turn}/stop")
        assert stopped.status_code == 200, stopped.text
        until(lambda: reply.data("done"))
        assert reply.at("done") - began < AT_ONCE
        kept = other.get(f"/api/turns/{turn}").json()["replies"][0]
        assert kept["state"] == "stopped" and 0 < len(kept["text"]) < len(TALE)


def test_what_is_learned_at_one_is_known_at_the_other(two: Two) -> None:
    slug = two.publish(two.a.http, "Bakery")
    visitor = two.visitor(two.b)
    conversation = begun(visitor, slug)

    def learn(text: str) -> None:
        files = {"file": ("prices.md", text.encode())}
        source = two.a.http.post(f"/api/characters/{slug}/sources", files=files).json()
        address = f"/api/characters/{slug}/sources/{source['id']}"
        until(lambda: two.a.http.get(address).json()["state"] == "ready")

    learn("# Prices\n\nA rye bread costs 6,500 won.\n")
    assert "6,500" in said(visitor, conversation, "How much is a rye bread?")
    learn("# Prices\n\nA rye bread costs 7,100 won.\n")
    answer = said(visitor, conversation, "How much is a rye bread?")
    assert "7,100" in answer and "6,500" not in answer
    approved = {"question": "Do you deliver?", "answer": "Yes, on Fridays."}
    assert two.a.http.post(f"/api/characters/{slug}/answers", json=approved).status_code == 201
    assert "on Fridays" in said(visitor, conversation, "Do you deliver?")
    assert two.a.http.patch(
        f"/api/characters/{slug}", json={"name": "Bakery", "greeting": "Welcome!"}
    ).is_success
    assert two.a.http.post(f"/api/characters/{slug}/publish").is_success
    again = visitor.post(f"/api/characters/{slug}/conversations").json()
    assert again["greeting"] == "Welcome!"


def test_one_is_killed_and_the_other_goes_on(two: Two) -> None:
    """The last one of this file: the first process is gone afterwards."""
    slug = two.publish(two.a.http, "Archive")
    visitor = two.visitor(two.a)
    conversation = begun(visitor, slug)
    reply = telling(visitor, conversation)
    address = f"/api/characters/{slug}/sources"
    for name in range(6):
        parts = (f"# Part {one}\n\nTopic{one} of {name} is in drawer {one}. " * 3 for one in range(60))
        assert two.a.http.post(
            address, files={"file": (f"{name}.md", "\n\n".join(parts).encode())}
        ).is_success
    both = "SELECT count(DISTINCT executor_id) FROM dbos.workflow_status WHERE status = 'PENDING'"
    until(lambda: two.asks(both) == 2)
    two.a.kill()
    began = time.monotonic()
    until(lambda: reply.ended)
    with two.b.browser(visitor) as other:

        def left() -> str:
            return str(
                other.get(f"/api/conversations/{conversation}").json()["turns"][0]["replies"][0]["state"]
            )

        until(lambda: left() == "stopped", 10)
        assert time.monotonic() - began < 10
        assert said(other, conversation, "Hello again!")

    def read() -> bool:
        return {one["state"] for one in two.b.http.get(address).json()} == {"ready"}

    until(read, 60)
    sources = two.b.http.get(address).json()
    assert len(sources) == 6 and all(one["embedded"] == one["passages"] >= 60 for one in sources)
