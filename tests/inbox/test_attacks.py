"""Other makers, narrow keys, foreign pages, and what visitors and answers try to smuggle in."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.inbox.stage import Room

SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
POISON = (
    "See ![x](https://evil.example/p.png) and [here](https://evil.example/?q=secret) "
    '<img src="https://evil.example/a.png"> https://evil.example/auto'
)


class _Asks(HTMLParser):
    """What a browser would fetch without being asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"src", "srcset", "poster", "data", "background", "style", "ping", "formaction", "action"}
        fetched = names | ({"href"} if tag in ("link", "image", "use", "base") else set())
        self.found.extend(value or "" for name, value in attrs if name in fetched)


def asked_by_itself(html: str) -> list[str]:
    parser = _Asks()
    parser.feed(html)
    assert parser.found  # its own script, at least
    return parser.found


async def test_another_makers_inbox_is_not_there(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.shop.slug, "Is there a sauna?")
    [group] = await inbox.questions(inbox.owner)
    answer = (
        await inbox.owner.ask(
            "POST",
            f"/api/characters/{inbox.shop.slug}/answers",
            json={"question": "Is there a pool?", "answer": "No pool."},
        )
    ).json()["answer"]
    assert await inbox.questions(inbox.creator) == []
    assert (await inbox.creator.ask("GET", "/api/inbox/count")).json() == {"open": 0}
    slug = inbox.shop.slug
    for method, path, body in (
        ("GET", f"/api/inbox/questions?character={slug}", None),
        ("GET", f"/api/inbox/questions/{group['id']}", None),
        ("POST", f"/api/inbox/questions/{group['id']}/approve", {"answer": "Stolen."}),
        ("POST", f"/api/inbox/questions/{group['id']}/dismiss", {}),
        ("GET", f"/api/characters/{slug}/answers", None),
        ("POST", f"/api/characters/{slug}/answers", {"question": "Sauna?", "answer": "Stolen."}),
        (
            "PUT",
            f"/api/characters/{slug}/answers/{answer['id']}",
            {"question": "Sauna?", "answer": "Stolen."},
        ),
        ("DELETE", f"/api/characters/{slug}/answers/{answer['id']}", None),
        (
            "PUT",
            f"/api/characters/{inbox.theirs.slug}/answers/{answer['id']}",
            {"question": "?a", "answer": "b"},
        ),
        ("GET", f"/api/inbox/conversations?character={slug}", None),
        ("GET", f"/api/inbox/conversations/{talk}", None),
        ("POST", f"/api/inbox/conversations/{talk}/take", {}),
        ("POST", f"/api/inbox/conversations/{talk}/say", {"text": "Stolen."}),
        ("POST", f"/api/inbox/conversations/{talk}/hand-back", {}),
        ("GET", f"/api/inbox/conversations/{talk}/events", None),
        ("GET", f"/api/dashboard?character={slug}", None),
        ("GET", f"/dashboard?character={slug}", None),
        ("GET", f"/inbox/answers?character={slug}", None),
    ):
        response = await inbox.creator.ask(method, path, json=body)
        assert response.status_code == 404, f"{method} {path}: {response.status_code} {response.text[:200]}"
        assert "sauna" not in response.text.lower()
    page = (await inbox.creator.ask("GET", "/dashboard")).text
    assert inbox.shop.profile.name not in page
    assert [one["id"] for one in await inbox.questions(inbox.owner)] == [group["id"]]
    assert [one.answer for one in await inbox.studio.knowledge.answers(inbox.shop.id)] == ["No pool."]


@pytest.mark.parametrize(
    "path",
    [
        "/api/inbox/questions",
        "/api/inbox/count",
        "/api/inbox/conversations",
        "/api/dashboard",
        "/inbox",
        "/dashboard",
    ],
)
async def test_a_key_that_only_talks_opens_nothing(inbox: Room, path: str) -> None:
    narrow, _ = await inbox.studio.accounts.create_key(inbox.me, "chat", ["chat"])
    wide, _ = await inbox.studio.accounts.create_key(inbox.me, "all", ["chat", "manage"])
    refused = await inbox.stage.caller("narrow", narrow).ask("GET", path)
    assert refused.status_code == 403
    assert "manage" in refused.text
    assert (await inbox.stage.caller("wide", wide).ask("GET", path)).status_code == 200
    nobody = await inbox.stage.caller("nobody").ask("GET", path)
    assert nobody.status_code in (303, 401)


async def test_a_foreign_page_approves_nothing(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Is there a sauna?")
    [group] = await inbox.questions(inbox.owner)
    for headers in ({"x-madang-csrf": "0" * 64}, {"origin": "https://evil.example"}):
        for path, body in (
            (f"/inbox/questions/{group['id']}/approve", {"answer": "Stolen."}),
            (f"/inbox/answers/{inbox.shop.slug}", {"question": "Sauna?", "answer": "Stolen."}),
        ):
            response = await inbox.owner.ask("POST", path, data=body, headers=headers)
            assert response.status_code == 403
    assert await inbox.studio.knowledge.answers(inbox.shop.id) == []


async def test_scripts_in_questions_answers_and_words_are_text(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    talk, _ = await inbox.talk(visitor, inbox.shop.slug, f"Is there a {SCRIPT} sauna?")
    [group] = await inbox.questions(inbox.owner)
    kept = await inbox.owner.ask(
        "POST",
        f"/api/characters/{inbox.shop.slug}/answers",
        json={"question": f"Where is the {SCRIPT} pool?", "answer": f"Behind {SCRIPT}."},
    )
    assert kept.status_code == 201, kept.text
    await inbox.owner.ask("POST", f"/inbox/conversations/{talk}/take")
    await inbox.owner.ask("POST", f"/inbox/conversations/{talk}/say", data={"text": SCRIPT})
    passage = kept.json()["answer"]["passage_id"]
    for path in (
        "/inbox",
        f"/inbox/questions/{group['id']}",
        f"/inbox/answers?character={inbox.shop.slug}",
        "/inbox/conversations",
        f"/inbox/conversations/{talk}",
        f"/inbox/conversations/{talk}/live",
        "/dashboard",
        f"/c/{inbox.shop.slug}/passages/{passage}",
    ):
        page = await inbox.owner.ask("GET", path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        assert "<img src=x" not in page.text, path


async def test_a_poisoned_answer_asks_nobody_outside(inbox: Room) -> None:
    answer = await inbox.owner.ask(
        "POST",
        f"/api/characters/{inbox.shop.slug}/answers",
        json={"question": "Is there a pool?", "answer": POISON},
    )
    assert answer.status_code == 201
    visitor = await inbox.stage.visitor()
    talk, [turn] = await inbox.talk(visitor, inbox.shop.slug, "Is there a pool?")
    assert turn["replies"][0]["basis"] == "sources"
    assert turn["replies"][0]["citations"][0]["quote"] == POISON
    pages = [
        await visitor.ask("GET", f"/c/{inbox.shop.slug}?conversation={talk}"),
        await visitor.ask("GET", turn["replies"][0]["citations"][0]["url"]),
        await inbox.owner.ask("GET", f"/inbox/conversations/{talk}"),
        await inbox.owner.ask("GET", f"/inbox/answers?character={inbox.shop.slug}"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert not [one for one in asked_by_itself(page.text) if "evil.example" in one], page.url
        assert "evil.example" not in page.headers["content-security-policy"]


async def test_what_is_no_answer_is_refused_in_a_sentence(inbox: Room) -> None:
    slug = inbox.shop.slug
    for question, answer, status in (
        (" ", "Yes.", 400),
        ("Pool?", "\0", 400),
        ("x" * 501, "Yes.", 400),
        ("Pool?", "y" * 2_001, 400),
        ("x" * 9_000, "Yes.", 422),
    ):
        got = await inbox.owner.ask(
            "POST", f"/api/characters/{slug}/answers", json={"question": question, "answer": answer}
        )
        assert got.status_code == status, got.text
    assert await inbox.studio.knowledge.answers(inbox.shop.id) == []
