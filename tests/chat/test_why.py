"""Each way to answer, by the model's measured card, and the reason that is kept and shown with the reply."""

# ruff: noqa: E501 - a sentence is read whole
from __future__ import annotations

from dataclasses import replace

import pytest

from madang.characters.types import Character, Profile
from madang.chat import reasons
from madang.chat.access import Chat
from madang.chat.followup import standing
from madang.chat.missing import Missing
from madang.chat.reasons import said
from madang.chat.route import RULES, choose
from madang.chat.seek import Part, Sought
from madang.chat.strategies import Scene
from madang.kernel.errors import ModelFailed
from madang.knowledge.types import Evidence, Passage, Span
from madang.models.types import ChatRuntime, Message, ModelCard
from tests.chat.conftest import VISITOR, replied
from tests.chat.test_prompt import scene
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeKnowledge

WEAK = ModelCard(
    "small",
    "chat",
    parameters=135_000_000,
    strategy="quote",
    measured=(("quotes", 0, 6), ("cites", 0, 4), ("abstains", 0, 6), ("follows", 1, 6), ("english", 5, 5)),
)
ABLE = ModelCard(
    "big",
    "chat",
    parameters=8_000_000_000,
    languages=("en", "ko"),
    strategy="cite",
    measured=(("quotes", 6, 6), ("cites", 4, 4), ("abstains", 5, 6), ("follows", 6, 6), ("korean", 5, 5)),
)
FOREIGN = replace(ABLE, languages=("en",), measured=(*ABLE.measured[:-1], ("korean", 1, 5)))
DEAF = replace(
    WEAK,
    measured=(("quotes", 6, 6), ("cites", 4, 4), ("abstains", 6, 6), ("follows", 2, 6), ("english", 5, 5)),
)
BUSINESS = Profile(name="Table", kind="business", persona="A restaurant.")
FRIEND = Profile(name="Dalia", persona="Paints masks.")


def asked(
    card: ModelCard, *, language: str = "en", runtime: ChatRuntime | None = None, **more: object
) -> Scene:
    """A question to which the sources have an answer."""
    passage = Passage(
        id="p", source_id="s", character_id="c", ordinal=0, title="Menu", headings=[], text="Soup: 5."
    )
    evidence = Evidence(
        question="?", answerable=0.99, spans=[Span(passage=passage, start=0, end=8, score=1)], found=[]
    )
    evidence = evidence.model_copy(update=more)
    message = "What is soup?"
    part = Part(message, standing(message, ()), evidence, 0.5)
    base = scene(BUSINESS, intent="question", message=message, titles=("Menu",), sought=Sought((part,)))
    return replace(base, runtime=runtime or FakeChat(card=card), language=language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "language", "wanted", "rule", "words"),
    [
        (WEAK, "en", "auto", "quotes", "quoted rightly 0 of 6, cited rightly 0 of 4 and abstained rightly 0 of 6"),
        (DEAF, "en", "auto", "quotes", "did as it was told in only 2 of 6 tasks"),
        (ABLE, "en", "auto", "cites", "cited rightly 4 of 4 and abstained rightly 5 of 6"),
        (ABLE, "ko", "auto", "cites", "cited rightly 4 of 4"),
        (FOREIGN, "ko", "auto", "quotes", "wrote Korean rightly in only 1 of 5 tasks"),
        (ModelCard("m", "chat", parameters=135_000_000), "en", "auto", "quotes", "135 million parameters is too small"),
        (ModelCard("m", "chat", parameters=8_000_000_000, strategy="cite"), "en", "auto", "cites", "8000 million"),
        (ModelCard("m", "chat", strategy="cite"), "en", "auto", "cites", "taken to be able to; it was not measured"),
        (ModelCard("m", "chat"), "en", "auto", "quotes", "nothing is known"),
        (ModelCard("m", "chat", strategy="cite"), "ko", "auto", "quotes", "not known to write this language"),
        (ABLE, "en", "quote", "quotes", "this studio's setting"),
        (WEAK, "en", "cite", "cites", "this studio's setting"),
    ],
)  # fmt: skip
def test_the_card_decides_and_its_numbers_are_said(
    card: ModelCard, language: str, wanted: str, rule: str, words: str
) -> None:
    choice = choose(asked(card, language=language), wanted)  # type: ignore[arg-type]
    assert choice.rule == rule
    told = said(choice.why)
    assert words in told["en"] and told["en"].endswith(".")
    assert told["ko"] != told["en"] and told["ko"].endswith("."), "it is said in Korean too"


def test_without_a_model_it_quotes_and_says_so() -> None:
    choice = choose(asked(WEAK, runtime=Missing(ModelFailed("Gone."))), "quote")
    assert (choice.rule, choice.why[0]) == ("quotes", reasons.ALONE)


@pytest.mark.parametrize(
    ("more", "rule", "reason"),
    [
        ({"declined": True}, "declined", reasons.DECLINED),
        ({"curated": True}, "approved", reasons.APPROVED),
        ({"answerable": 0.01}, "not found", reasons.NOT_FOUND),
    ],
)
def test_what_people_and_sources_say_stands_before_the_card(
    more: dict[str, object], rule: str, reason: str
) -> None:
    choice = choose(asked(ABLE, **more))
    assert (choice.rule, choice.why) == (rule, (reason, ()))


@pytest.mark.parametrize(
    ("card", "intent", "message", "titles", "rule", "reason"),
    [
        (ABLE, "statement", "I walked here.", (), "talks", reasons.TALKS),
        (WEAK, "statement", "I walked here.", ("Menu",), "fixed", reasons.GUARDED),
        (WEAK, "thanks", "Thank you", ("Menu",), "fixed", reasons.POLITE),
        (replace(ABLE, languages=()), "statement", "I walked.", (), "fixed", reasons.CANNOT_WRITE),
    ],
)
def test_talk(
    card: ModelCard, intent: str, message: str, titles: tuple[str, ...], rule: str, reason: str
) -> None:
    made = scene(BUSINESS if titles else FRIEND, intent=intent, message=message, titles=titles)
    choice = choose(replace(made, runtime=FakeChat(card=card)))
    assert (choice.rule, choice.why[0]) == (rule, reason)


def test_every_rule_is_reached_by_its_name_alone() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert RULES[-1].holds(scene(FRIEND), "auto"), "the last rule always holds"


async def test_the_reason_is_kept_and_shown(chat: Chat, shop: Character, chat_model: FakeChat) -> None:
    chat_model.card = WEAK
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "How much does milmyeon cost?"))
    kept = (await chat.conversation(VISITOR, conversation.id)).turns[0].replies[0]
    assert kept.why == reply.why and "0 of 6" in kept.why["en"] and "6번 중 0번" in kept.why["ko"]


async def test_what_became_of_it_is_said_not_what_was_meant(
    chat: Chat, shop: Character, chat_model: FakeChat
) -> None:
    chat_model.card = replace(ABLE, context=8192)
    chat_model.script = "The cook was born in Paris and loves football."
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", "How much does milmyeon cost?")]))
    assert reply.basis == "abstained" and reply.why == said((reasons.NOTHING_BORNE_OUT, ()))


async def test_a_computed_fact_asks_no_model(chat: Chat, shop: Character, knowledge: FakeKnowledge) -> None:
    from tests.chat.test_computed import ASKED, computed

    knowledge.facts[ASKED] = computed(knowledge, shop)
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", ASKED)]))
    assert reply.why == said((reasons.COMPUTED, ()))
