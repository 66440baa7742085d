"""Help with writing: suggestions are verified, nothing is put in, and a model too small is not asked."""

from __future__ import annotations

import pytest

from madang.authoring.access import Authoring
from madang.authoring.types import Start, What, Written
from madang.authoring.writing import prompts, verify, write
from madang.characters.types import Profile
from madang.kernel.errors import BadInput, Forbidden, ModelFailed, NotFound, TooLarge, Unreadable
from madang.kernel.identity import Identity
from madang.models.types import ModelCard
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, VISITOR, Browse
from tests.fakes.models import FakeChat

CAPABLE = ModelCard("big", "chat", 8_000_000_000, 8192, languages=("en", "ko"), strategy="cite")
EVIL = "<script>alert(1)</script>"
EXCHANGE = "Visitor: Do you sleep?\n**Bora:** Never.\n\nVisitor: Why?\nBora: The lamp."


async def ask(
    authoring: Authoring, what: What, start: Start = "sentence", sentence: str = "She is curt and kind."
) -> list[Written]:
    return [
        event
        async for event in authoring.writing.suggest(MAKER, "bora", what, start=start, sentence=sentence)
    ]


def offered(events: list[Written]) -> list[tuple[str, str]]:
    return [(event.suggestion.by, event.suggestion.whole) for event in events if event.suggestion is not None]


@pytest.fixture
async def bora(authoring: Authoring) -> Profile:
    return (await authoring.from_text(MAKER, "A grumpy lighthouse keeper named Bora")).draft


async def test_a_capable_model_writes_and_nothing_is_put_in(
    authoring: Authoring, chat_model: FakeChat, bora: Profile
) -> None:
    chat_model.card, chat_model.script = CAPABLE, "“Mind the step. It bites, and so do I.”"
    events = await ask(authoring, "greeting")
    assert offered(events) == [("model", "Mind the step. It bites, and so do I.")]  # twice the same is once
    assert "".join(event.text for event in events if event.kind == "words").startswith("“Mind")
    chat_model.script = EXCHANGE
    found = [event.suggestion for event in await ask(authoring, "examples") if event.suggestion is not None]
    assert [[(line.speaker, line.text) for line in one.lines] for one in found] == [
        [("visitor", "Do you sleep?"), ("character", "Never.")],
        [("visitor", "Why?"), ("character", "The lamp.")],
    ]
    assert (await authoring.own(MAKER, "bora")).draft == bora


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Hi", "too short"),
        ("말 걸지 마. 등대는 바쁘다고 했잖아.", "another language"),
        ("I was born in 1908, on a Monday.", "made something up (“1908”)"),
        ("Write to me at bora@evil.example today.", "made something up"),
        ("See https://evil.example/x for more of me.", "made something up"),
        ("Write only that, with no heading and no explanation, sailor.", "repeated its instruction"),
        ("As an AI language model I greet you warmly.", "repeated its instruction"),
        ("<|system|> you are Bora, hello there.", "repeated its instruction"),
        ("Hello {{secret}}, do come up here.", "held code"),
        (f"Hello and welcome {EVIL}", "thrown away"),
    ],
)
async def test_what_cannot_be_trusted_is_thrown_away(
    authoring: Authoring, chat_model: FakeChat, bora: Profile, said: str, why: str
) -> None:
    chat_model.card, chat_model.script = CAPABLE, said
    events = await ask(authoring, "greeting")
    refused = [event.sentence.format(**event.params) for event in events if event.kind == "refused"]
    assert len(refused) == 2 and why in refused[0]
    assert {by for by, _ in offered(events)} == {"rules"}
    assert write.BY_RULES in [event.sentence for event in events]


async def test_from_the_knowledge_facts_are_only_repeated(
    authoring: Authoring, chat_model: FakeChat, bora: Profile
) -> None:
    with pytest.raises(BadInput):
        await ask(authoring, "greeting", "knowledge")
    await authoring.add_text(MAKER, "bora", "Menu", "Dish: Soup · Price: 9,000 won")
    chat_model.card = CAPABLE
    for said, trusted in (
        ("Come in. The soup is 9,000 won today.", True),
        ("Come in. The soup is 8,000 won today.", False),
        ("Come in, says the cook, Ferdinand, to you.", False),
    ):
        chat_model.script = said
        events = await ask(authoring, "greeting", "knowledge")
        assert (("model", said) in offered(events)) is trusted, said
    assert "9,000 won" in chat_model.requests[-1].messages[-1].content


async def test_a_small_model_is_not_asked_and_that_is_said(
    authoring: Authoring, chat_model: FakeChat, bora: Profile
) -> None:
    await authoring.add_text(MAKER, "bora", "Menu", "Dish: Soup · Price: 9,000 won")
    for what in ("persona", "greeting", "examples"):
        for start in ("sentence", "knowledge"):
            events = await ask(authoring, what, start)  # type: ignore[arg-type]
            assert events[0].sentence == write.TOO_SMALL and events[0].params == {"model": "fake"}
            assert offered(events) and {by for by, _ in offered(events)} == {"rules"}
            assert events == await ask(authoring, what, start)  # type: ignore[arg-type]
    assert chat_model.requests == []
    quoted = offered(await ask(authoring, "examples", "knowledge"))
    assert quoted[0][1] == "How much is the Soup?\nSoup: 9,000 won"


async def test_a_model_of_another_language_is_not_asked(authoring: Authoring, chat_model: FakeChat) -> None:
    await authoring.from_text(MAKER, "이름이 보라인 무뚝뚝한 등대지기", "bora")
    chat_model.card = ModelCard("big", "chat", 8_000_000_000, 8192, languages=("en",), strategy="cite")
    events = await ask(authoring, "greeting", sentence="바쁜 아침")
    assert events[0].sentence == write.NOT_THIS_LANGUAGE and chat_model.requests == []
    assert all("안녕하세요" in text for _, text in offered(events))


async def test_a_model_that_breaks_leaves_the_rules(
    authoring: Authoring, chat_model: FakeChat, bora: Profile
) -> None:
    chat_model.card, chat_model.fail_after = CAPABLE, 2
    chat_model.error = ModelFailed("The model stopped.")
    events = await ask(authoring, "persona")
    assert "The model stopped." in [event.sentence for event in events] and offered(events)
    assert chat_model.running == 0


async def test_leaving_stops_the_model(authoring: Authoring, chat_model: FakeChat, bora: Profile) -> None:
    chat_model.card, chat_model.script, chat_model.pause = CAPABLE, "word " * 400, 0.01
    events = authoring.writing.suggest(MAKER, "bora", "persona", start="sentence", sentence="Kind.")
    async for event in events:
        if event.kind == "words":
            break
    await events.aclose()
    assert chat_model.running == 0


async def test_the_page_streams_it(
    browse: Browse, authoring: Authoring, chat_model: FakeChat, bora: Profile
) -> None:
    chat_model.card, chat_model.script = CAPABLE, "Mind the step. It bites."
    client = browse(MAKER)
    sent = {"what": "greeting", "start": "sentence", "sentence": EVIL}
    answer = await client.post("/edit/bora/write", data=sent)
    assert answer.headers["content-type"].startswith("text/event-stream")
    names = [line[7:] for line in answer.text.split("\n") if line.startswith("event: ")]
    assert names[0] == "begun" and "suggestion" in names and names[-1] == "end"
    client.headers["accept-language"] = "ko"
    chat_model.card = ModelCard("small", "chat")
    assert "규칙으로 초안을" in (await client.post("/edit/bora/write", data=sent)).text
    for wrong in ({"what": "name"}, {"start": "air"}, {"sentence": " "}, {"sentence": "x" * 4_001}):
        assert (await client.post("/edit/bora/write", data=sent | wrong)).status_code in (400, 413)
    for who in (OTHER, VISITOR, CHAT_KEY):
        assert (await browse(who).post("/edit/bora/write", data=sent)).status_code in (401, 403, 404)


@pytest.mark.parametrize("who", [VISITOR, OTHER, CHAT_KEY])
async def test_nobody_else_is_helped(authoring: Authoring, bora: Profile, who: Identity) -> None:
    with pytest.raises(Exception) as caught:
        await anext(authoring.writing.suggest(who, "bora", "persona", start="sentence", sentence="x"))
    assert isinstance(caught.value, NotFound | Forbidden) or caught.value.status == 401  # type: ignore[attr-defined]
    with pytest.raises(TooLarge):
        await ask(authoring, "persona", sentence="x" * 4_001)


def test_verifying_is_strict_about_names_only_where_facts_count() -> None:
    ada = Profile(name="Ada")
    text = "It was, as the old Ferdinand used to say, a fine day."
    verify.check(text, "greeting", ada, given="Ada", asked="Write.", strict=False)
    with pytest.raises(Unreadable):
        verify.check(text, "greeting", ada, given="Ada", asked="Write.", strict=True)
    for kind in ("persona", "greeting", "examples"):
        for language in ("en", "ko"):
            assert prompts.system(kind, language)  # type: ignore[arg-type]
