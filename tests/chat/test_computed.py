"""What typed facts answer is said as it was computed, with what it was computed from; and nothing else is."""

from __future__ import annotations

from dataclasses import replace

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.knowledge.facts.ask import Computed
from madang.knowledge.types import Evidence, Span
from madang.models.types import Message
from tests.chat.conftest import VISITOR, replied
from tests.fakes.rooms import FakeKnowledge

ASKED = "Are you open on Monday at nine?"


def computed(knowledge: FakeKnowledge, shop: Character, **more: object) -> Computed:
    passage = knowledge.passages[shop.id][0]
    span = Span(passage=passage, start=passage.text.index("We are closed"), end=len(passage.text), score=1.0)
    return replace(Computed("open_at", "No, we are closed on Monday.", spans=(span,)), **more)  # type: ignore[arg-type]


async def test_the_result_stands_beside_its_quotation(
    chat: Chat, knowledge: FakeKnowledge, shop: Character
) -> None:
    knowledge.facts[ASKED] = computed(knowledge, shop)
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", ASKED)]))
    assert reply.text == "No, we are closed on Monday.\n\n> We are closed on Mondays. [1]"
    assert (reply.basis, reply.strategy) == ("sources", "facts")
    (citation,) = reply.citations
    passage = knowledge.passages[shop.id][0]
    assert passage.text[citation.start : citation.end] == citation.quote == "We are closed on Mondays."
    assert f"/passages/{passage.id}?from={citation.start}" in citation.url


async def test_a_question_back_claims_nothing(chat: Chat, knowledge: FakeKnowledge, shop: Character) -> None:
    knowledge.answerable = 0.1
    knowledge.facts["How much?"] = Computed("which", "Which one do you mean?", asks=True)
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", "How much?")]))
    assert (reply.text, reply.basis, reply.citations) == ("Which one do you mean?", "clarify", [])


async def test_it_does_not_ask_back_what_the_sources_answer(
    chat: Chat, knowledge: FakeKnowledge, shop: Character
) -> None:
    knowledge.answerable = 0.9
    asked = "How much is milmyeon?"
    knowledge.facts[asked] = Computed("which", "Which one do you mean?", asks=True)
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", asked)]))
    assert reply.strategy == "quote" and "9,000 won" in reply.text


async def test_an_approved_answer_stands_before_it(
    chat: Chat, knowledge: FakeKnowledge, shop: Character
) -> None:
    approved = knowledge.add(shop.id, "Answers", "This Monday we open for you alone.")
    span = Span(passage=approved, start=0, end=len(approved.text), score=1.0)

    async def evidence(*_: object, **__: object) -> Evidence:
        return Evidence(question=ASKED, answerable=0.99, spans=[span], curated=True)

    knowledge.evidence = evidence  # type: ignore[method-assign]
    knowledge.facts[ASKED] = computed(knowledge, shop)
    reply = await replied(chat.answer(VISITOR, shop.slug, [Message("user", ASKED)]))
    assert "we open for you alone" in reply.text and reply.strategy == "quote"


async def test_a_character_that_knows_nothing_computes_nothing(
    chat: Chat, knowledge: FakeKnowledge, friend: Character
) -> None:
    knowledge.facts[ASKED] = Computed("open_at", "Yes.")
    reply = await replied(chat.answer(VISITOR, friend.slug, [Message("user", ASKED)]))
    assert reply.strategy != "facts"


async def test_a_follow_up_is_computed_as_it_stands_alone(
    chat: Chat, knowledge: FakeKnowledge, shop: Character
) -> None:
    knowledge.facts["How much does gukbap cost?"] = computed(knowledge, shop)
    said = [
        Message("user", "How much does milmyeon cost?"),
        Message("assistant", "> Milmyeon costs 9,000 won. [1]"),
    ]
    reply = await replied(chat.answer(VISITOR, shop.slug, [*said, Message("user", "And gukbap?")]))
    assert reply.strategy == "facts"


async def test_what_a_message_says_alone_is_no_sum_with_what_was_spoken_of(
    chat: Chat, knowledge: FakeKnowledge, shop: Character
) -> None:
    whole = computed(knowledge, shop)
    asked, carried = "보름달 12 얼마예요?", "밀면 보름달 12 얼마예요?"
    said = [Message("user", "밀면 얼마예요?"), Message("assistant", "밀면 가격은 9,000원입니다.")]
    knowledge.facts |= {carried: replace(whole, text="28,000원"), asked: replace(whole, text="19,000원")}
    reply = await replied(chat.answer(VISITOR, shop.slug, [*said, Message("user", asked)]))
    assert reply.text.startswith("19,000원")
    knowledge.facts[asked] = Computed("which", "어느 것을 말씀하시나요?", asks=True)
    reply = await replied(chat.answer(VISITOR, shop.slug, [*said, Message("user", asked)]))
    assert reply.text.startswith("28,000원")
