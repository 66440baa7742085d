"""A capable model that invents, flips, swaps, cites the wrong thing: each claim is held against its span."""

from __future__ import annotations

import re

import pytest

from madang.characters.types import Character, Profile
from madang.chat.access import Chat
from madang.chat.proofs import Proofs
from madang.chat.types import Reply
from madang.knowledge.types import Passage
from tests.chat.conftest import VISITOR, replied
from tests.chat.test_cite import CAPABLE
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters, FakeKnowledge

HARBOUR = (
    "The Harbour Museum tells of herring. It is open from 10:00 to 17:00. Admission is 9 pounds. "
    "Photography is allowed without flash. Dogs are not admitted. "
    "It was founded on 3 May 1931 by Edmund Pryce."
)
CLOCK = (
    "The Clock Museum shows four hundred clocks. Admission is 7 pounds. Dogs are welcome. "
    "It was founded by Agnes Thorne."
)
POTTERY = (
    "도자기 체험은 오전 10시에 시작합니다. 한 사람에 25,000원입니다. 당일에는 환불하지 않습니다. "
    "4월 3일부터 시작합니다."
)
PAPER = "한지 체험은 오후 1시에 시작합니다. 한 사람에 18,000원입니다. 당일에도 환불합니다."


def passage(text: str, heading: str) -> Passage:
    return Passage(
        id=heading, source_id="s", character_id="c", ordinal=0, title="Guide", headings=[heading], text=text
    )


MUSEUMS = [passage(HARBOUR, "Harbour Museum"), passage(CLOCK, "Clock Museum")]
WORKSHOPS = [passage(POTTERY, "도자기 체험"), passage(PAPER, "한지 체험")]
ABOUT = "Tell me about the Harbour Museum: admission, hours, dogs, photography, who founded it and when."
ABOUT_KO = "도자기 체험은 얼마이고 언제 시작하며 환불되나요?"


@pytest.mark.parametrize(
    ("claim", "span"),
    [
        ("Admission is 9 pounds.", "Admission is 9 pounds."),
        ("You can visit from 10 am to 5 pm.", "It is open from 10:00 to 17:00."),
        ("Dogs are not admitted.", "Dogs are not admitted."),
        ("Photography is allowed without flash.", "Photography is allowed without flash."),
        ("Edmund Pryce founded it in 1931.", "It was founded on 3 May 1931 by Edmund Pryce."),
        (
            "Admission is 9 pounds and photography is allowed without flash.",
            "Admission is 9 pounds. Photography is allowed without flash.",
        ),
    ],
)
def test_a_true_claim_is_tied_to_the_smallest_span(claim: str, span: str) -> None:
    found = Proofs(MUSEUMS, ABOUT).of(claim, MUSEUMS[0])
    assert found is not None
    assert found.text == span


@pytest.mark.parametrize(
    "claim",
    [
        "Admission is 8 pounds.",  # an invented price
        "Admission is 7 pounds.",  # the other museum's
        "Admission is free.",
        "Dogs are admitted.",  # a negation lost
        "Photography is not allowed.",  # a negation added
        "Photography is allowed.",  # a restriction lost
        "Photography is allowed only without flash and in the hall.",  # a restriction added
        "It was founded on 5 March 1931 by Edmund Pryce.",  # a date swapped
        "It was founded in 1913.",
        "It is open from 17:00 to 10:00.",
        "It closes at 10:00.",
        "Agnes Thorne founded it in 1931.",  # a name of another passage, at the beginning
        "It was founded by Agnes Thorne.",
        "Thorne founded it.",
        "The Clock Museum costs 9 pounds.",  # said of another
    ],
)
def test_a_false_claim_has_no_span(claim: str) -> None:
    assert Proofs(MUSEUMS, ABOUT).of(claim, MUSEUMS[0]) is None


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("한 사람에 25,000원입니다.", True),
        ("오전 10시에 시작합니다.", True),
        ("도자기 체험은 2만 5천 원입니다.", True),
        ("당일에는 환불하지 않습니다.", True),
        ("4월 3일부터 시작합니다.", True),
        ("한 사람에 20,000원입니다.", False),
        ("한 사람에 18,000원입니다.", False),
        ("당일에도 환불합니다.", False),
        ("3월 4일부터 시작합니다.", False),
        ("오후 10시에 시작합니다.", False),
        ("한지 체험은 25,000원입니다.", False),
        ("한 사람에 무료입니다.", False),
    ],
)
def test_korean_claims(claim: str, true: bool) -> None:
    assert (Proofs(WORKSHOPS, ABOUT_KO).of(claim, WORKSHOPS[0]) is not None) is true


def test_a_fact_of_another_thing_does_not_answer_a_question_that_names_one() -> None:
    question = "How much is the Harbour Museum?"
    assert Proofs(MUSEUMS, question).of("Admission is 7 pounds.", MUSEUMS[1]) is None
    assert Proofs(MUSEUMS, question).of("The Clock Museum costs 7 pounds.", MUSEUMS[1]) is not None
    assert Proofs(WORKSHOPS, "도자기 체험 얼마예요?").of("한 사람에 18,000원입니다.", WORKSHOPS[1]) is None
    assert (
        Proofs(WORKSHOPS, "도자기 체험 얼마예요?").of("한지 체험은 18,000원입니다.", WORKSHOPS[1]) is not None
    )


@pytest.fixture(autouse=True)
def capable(chat_model: FakeChat) -> None:
    chat_model.card = CAPABLE


@pytest.fixture
def guide(characters: FakeCharacters, knowledge: FakeKnowledge) -> Character:
    made = characters.add(Profile(name="Guide", kind="guide", greeting="Hello."))
    for source in (HARBOUR, CLOCK):
        heading = " ".join(source.split()[1:3])
        knowledge.add(made.id, "Guide", source, heading=heading)
    return made


@pytest.fixture
def workshops(characters: FakeCharacters, knowledge: FakeKnowledge) -> Character:
    made = characters.add(Profile(name="마당", kind="guide", language="ko", greeting="안녕하세요."))
    for source in (POTTERY, PAPER):
        knowledge.add(made.id, "안내", source, heading=" ".join(source.split()[:2]).removesuffix("은"))
    return made


async def told(chat: Chat, who: Character, model: FakeChat, script: str, question: str) -> Reply:
    model.script = script
    conversation = await chat.start(VISITOR, who.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, question))
    proven(reply)
    return reply


def proven(reply: Reply) -> None:
    """Every sentence carries the number of a citation, and every citation is used."""
    numbers = {int(number) for number in re.findall(r"\[(\d+)\]", reply.text)}
    assert numbers == {citation.number for citation in reply.citations}
    if reply.basis == "sources":
        for block in filter(None, map(str.strip, reply.text.split("\n\n"))):
            for sentence in re.split(r"(?<=[.!?])\s+(?!\[)", block.removeprefix("> ")):
                assert re.search(r"\[\d+\]", sentence) or block.startswith(">"), sentence


HOW_MUCH = "How much is the admission of the Harbour Museum?"


async def test_an_invented_price_becomes_the_quotation(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    reply = await told(chat, guide, chat_model, "Admission is 12 pounds [1].", HOW_MUCH)
    assert "12" not in reply.text
    assert reply.text.strip().startswith(">")
    assert all(citation.quote in HARBOUR for citation in reply.citations)


async def test_a_flipped_negation_becomes_the_quotation(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    question = "Are dogs admitted to the Harbour Museum?"
    reply = await told(chat, guide, chat_model, "Dogs are admitted [1].", question)
    assert "Dogs are admitted" not in reply.text
    assert "> Dogs are not admitted. [1]" in reply.text


async def test_a_swapped_date_becomes_the_quotation(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    question = "When was the Harbour Museum founded by Edmund Pryce?"
    script = "It was founded on 5 March 1931 by Edmund Pryce [1]."
    reply = await told(chat, guide, chat_model, script, question)
    assert "5 March" not in reply.text
    assert "> It was founded on 3 May 1931 by Edmund Pryce. [1]" in reply.text


async def test_a_wrong_citation_is_put_right_or_the_claim_goes(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    reply = await told(chat, guide, chat_model, "Admission is 9 pounds [2].", HOW_MUCH)
    assert reply.text == "Admission is 9 pounds [1]."
    assert reply.citations[0].quote == "Admission is 9 pounds."
    assert reply.citations[0].quote in HARBOUR
    reply = await told(chat, guide, chat_model, "Admission is 7 pounds [2].", HOW_MUCH)
    assert "Admission is 7 pounds [" not in reply.text


async def test_true_claims_stay_beside_a_false_one(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    script = "Admission is 9 pounds [1]. It is open from 10:00 to 23:00 [1]. Dogs are not admitted [1]."
    reply = await told(chat, guide, chat_model, script, HOW_MUCH)
    assert reply.text == (
        "Admission is 9 pounds [1]. \n\n> It is open from 10:00 to 17:00. [2]\n\nDogs are not admitted [3]."
    )


async def test_two_claims_in_one_sentence_have_a_span_each(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    script = "Admission is 9 pounds [1], and dogs are not admitted [1]."
    reply = await told(chat, guide, chat_model, script, HOW_MUCH)
    assert reply.text == "Admission is 9 pounds [1], and dogs are not admitted [2]."
    assert [citation.quote for citation in reply.citations] == [
        "Admission is 9 pounds.",
        "Dogs are not admitted.",
    ]
    script = "Admission is 9 pounds, and it is open from 10:00 to 17:00, and dogs are not admitted [1]."
    reply = await told(chat, guide, chat_model, script, HOW_MUCH)
    assert len(reply.citations) == 3


async def test_a_claim_that_nothing_bears_out_is_dropped(
    chat: Chat, guide: Character, chat_model: FakeChat
) -> None:
    script = "Admission is 9 pounds [1]. The director plays the violin in a band every weekend."
    reply = await told(chat, guide, chat_model, script, HOW_MUCH)
    assert reply.text == "Admission is 9 pounds [1]."


HOW_MUCH_KO = "도자기 체험은 한 사람에 얼마예요?"


async def test_a_true_korean_claim_is_shown(chat: Chat, workshops: Character, chat_model: FakeChat) -> None:
    script = "도자기 체험은 한 사람에 25,000원입니다 [1]. 당일에는 환불하지 않습니다 [1]."
    reply = await told(chat, workshops, chat_model, script, HOW_MUCH_KO)
    assert reply.text == "도자기 체험은 한 사람에 25,000원입니다 [1]. 당일에는 환불하지 않습니다 [2]."
    assert [citation.quote for citation in reply.citations] == [
        "한 사람에 25,000원입니다.",
        "당일에는 환불하지 않습니다.",
    ]


@pytest.mark.parametrize(
    ("false", "never"),
    [
        ("한 사람에 20,000원입니다 [1].", "20,000"),
        ("당일에도 환불합니다 [1].", "당일에도 환불합니다 ["),
        ("3월 4일부터 시작합니다 [1].", "3월"),
        ("한지 체험은 25,000원입니다 [1].", "한지 체험은 25,000원"),
        ("한 사람에 18,000원입니다 [2].", "18,000원입니다 ["),
    ],
)
async def test_a_false_korean_claim_is_never_shown(
    chat: Chat, workshops: Character, chat_model: FakeChat, false: str, never: str
) -> None:
    reply = await told(chat, workshops, chat_model, false, HOW_MUCH_KO)
    assert never not in reply.text
