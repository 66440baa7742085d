"""From a sentence, a file and an address to a draft; what cannot be read leaves no draft behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from madang.authoring.access import Authoring
from madang.characters.access import Characters
from madang.kernel.errors import Forbidden, NotFound, Offline, SignInNeeded, Unreadable
from madang.kernel.language import language_of
from madang.models.types import ModelCard
from tests.authoring.conftest import CHAT_KEY, MAKER, VISITOR
from tests.authoring.fakes import FakeFetcher, FakeKnowledge
from tests.fakes.models import FakeChat

MENU = """# 해운대 국밥
# 메뉴
돼지국밥 9,000원
# 영업시간
매일 09:00~21:00, 월요일 휴무
# 예약
전화로 예약하세요. 주차는 가능한가요?
"""
HANDBOOK = (
    "# Holidays\nEveryone has 25 days.\n# 2. Sick leave\nHow do I report an illness?\nCall your lead.\n"
)


async def test_a_small_model_is_never_asked(authoring: Authoring, chat_model: FakeChat) -> None:
    made = await authoring.from_text(MAKER, "A grumpy lighthouse keeper named Bora")
    assert (made.slug, made.published, chat_model.requests) == ("bora", None, [])
    assert made.draft.alternate_greetings == [], "a person speaks their own language"


async def test_a_capable_model_words_the_greeting(authoring: Authoring, chat_model: FakeChat) -> None:
    chat_model.card = ModelCard("big", "chat", strategy="cite", languages=("en",))
    chat_model.script = "“Mind the rocks. I'm Bora.”"
    made = await authoring.from_text(MAKER, "A grumpy lighthouse keeper named Bora")
    assert made.draft.greeting == "Mind the rocks. I'm Bora."


@pytest.mark.parametrize(
    "said", ["", "Come at 9!", "See https://evil.example", "안녕하세요 여러분", "x" * 500]
)
async def test_what_it_may_not_say_is_not_put_in(
    authoring: Authoring, chat_model: FakeChat, said: str
) -> None:
    chat_model.card = ModelCard("big", "chat", strategy="cite", languages=("en",))
    chat_model.script = said
    made = await authoring.from_text(MAKER, "A grumpy lighthouse keeper named Bora")
    assert made.draft.greeting.startswith("Hello, I'm {{char}}")


async def test_a_file_makes_a_business_that_answers(authoring: Authoring, knowledge: FakeKnowledge) -> None:
    made = await authoring.from_file(MAKER, "해운대_국밥.md", MENU.encode())
    assert (made.draft.name, made.draft.kind, made.draft.language) == ("해운대 국밥", "business", "ko")
    assert (
        made.draft.starters[0] == "주차는 가능한가요?" and "메뉴에 대해 알려 주세요." in made.draft.starters
    )
    assert [source.origin for source in await knowledge.sources(made.id)] == ["해운대_국밥.md"]


async def test_a_file_makes_a_guide(authoring: Authoring) -> None:
    made = await authoring.from_file(MAKER, "../../employee-handbook_2026.txt", HANDBOOK.encode())
    assert made.draft.name == "Employee handbook 2026" and made.draft.kind == "guide"
    assert [language_of(text) for text in (made.draft.greeting, *made.draft.alternate_greetings)] == [
        "en",
        "ko",
    ]
    assert made.draft.starters == [
        "How do I report an illness?",
        "What should I know about Holidays?",
        "What should I know about Sick leave?",
    ]


async def test_a_file_that_cannot_be_read_leaves_nothing(
    authoring: Authoring, knowledge: FakeKnowledge, characters: Characters
) -> None:
    with pytest.raises(Unreadable):
        await authoring.from_file(MAKER, "lie.pdf", b"\0\0\0")
    assert await characters.mine(MAKER) == [] and knowledge.all == {}


async def test_a_long_file_is_read_behind_the_editor(authoring: Authoring, knowledge: FakeKnowledge) -> None:
    knowledge.slow = True
    made = await authoring.from_file(MAKER, "atlas.txt", HANDBOOK.encode())
    assert made.draft.name == "Atlas" and made.draft.starters == []
    assert len(await authoring.sources(MAKER, made.slug)) == 1


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="Haeundae  Inn"><title>Rooms</title>', "Haeundae Inn"),
        ("<title>Rooms | Sea Inn</title>", "Sea Inn"),
        ("<title>Welcome - to us</title>", "Welcome"),
        ("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>", "<script>alert(1)</script>"),
        ("", "seainn.example"),
    ],
)
async def test_an_address_is_named_after_its_site(
    authoring: Authoring, fetcher: FakeFetcher, head: str, name: str
) -> None:
    fetcher.pages["https://www.seainn.example/rooms"] = f"<html><head>{head}</head><body>x</body></html>"
    made = await authoring.from_url(MAKER, " https://www.seainn.example/rooms ")
    assert made.draft.name == name and made.draft.starters == ["What should I know about Rooms?"]


async def test_an_address_that_does_not_answer(authoring: Authoring, characters: Characters) -> None:
    with pytest.raises(Offline):
        await authoring.from_url(MAKER, "https://nowhere.example/")
    assert await characters.mine(MAKER) == []


async def test_new_tells_an_address_a_file_and_a_sentence_apart(
    authoring: Authoring, fetcher: FakeFetcher, tmp_path: Path
) -> None:
    fetcher.pages["https://inn.example/"] = "<title>Inn</title>"
    (tmp_path / "rules.txt").write_text(HANDBOOK)
    assert (await authoring.new(MAKER, "https://inn.example/")).character.draft.name == "Inn"
    assert (await authoring.new(MAKER, str(tmp_path / "rules.txt"))).character.draft.name == "Rules"
    assert (await authoring.new(MAKER, "A cat named Tom", "Felix")).character.draft.name == "Felix"
    for missing in ("missing.pdf", "folder/rules", "./x.md"):
        with pytest.raises(NotFound):
            await authoring.new(MAKER, missing)


async def test_only_makers_make(authoring: Authoring, knowledge: FakeKnowledge) -> None:
    for who, error in ((VISITOR, SignInNeeded), (CHAT_KEY, Forbidden)):
        for call in (
            authoring.from_text(who, "A cat"),
            authoring.from_file(who, "a.txt", b"x"),
            authoring.from_url(who, "https://a.example"),
            authoring.from_card(who, "a.png", b"x"),
            authoring.new(who, "A cat"),
        ):
            with pytest.raises(error):
                await call
    assert knowledge.all == {}


async def test_a_draft_from_a_file_has_the_address_of_what_it_is(
    authoring: Authoring, knowledge: FakeKnowledge
) -> None:
    knowledge.title = "Quiet Inn"
    made = await authoring.from_file(MAKER, "scan_0001 final.md", b"# Quiet Inn\nRooms from 60,000 won.")
    assert (made.profile.name, made.slug) == ("Quiet Inn", "quiet-inn")
    assert (await authoring.own(MAKER, made.slug)).id == made.id


async def test_a_picture_without_a_card_is_read_where_pictures_are(
    authoring: Authoring, knowledge: FakeKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "white").save(out, "PNG")
    monkeypatch.setattr("madang.authoring.access.reads_pictures", lambda: False)
    with pytest.raises(Unreadable, match="card"):
        await authoring.from_upload(MAKER, "menu.png", out.getvalue())
    monkeypatch.setattr("madang.authoring.access.reads_pictures", lambda: True)
    with pytest.raises(Unreadable, match="This file cannot be read"):  # as a document, by the fake reader
        await authoring.from_upload(MAKER, "menu.png", out.getvalue())
    assert await authoring.mine(MAKER) == [] and knowledge.all == {}
