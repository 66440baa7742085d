"""Follow-ups made to stand alone: "it", "and on Sunday?", "파전은요?"; what names its topic stays."""

from __future__ import annotations

import pytest

from madang.chat.followup import asks_back, second_half, standing
from madang.models.types import Message


def read(*said: str) -> str:
    """The last of what a visitor said, made to stand alone; `|` before what was replied."""
    history: list[Message] = []
    for text in said[:-1]:
        asked, _, reply = text.partition(" | ")
        history += [Message("user", asked), Message("assistant", reply or "> quoted [1]")]
    return standing(said[-1], history).question


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (("When do you open on Saturday?", "And on Sunday?"), "When do you open on Sunday?"),
        (("How much is the country sourdough?", "and the walnut rye?"), "How much is the walnut rye?"),
        (("How much is the sourdough?", "What about brioche?"), "How much is the brioche?"),
        (("Can I bring my dog?", "And a cat?"), "Can I bring my cat?"),
        (("What time do you close in August?", "and whats last entry"), "and whats last entry"),
        (("How long is the course?", "and for juniors?"), "How long is the course for juniors?"),
        (("토요일에 몇 시에 열어요?", "그럼 일요일은요?"), "일요일에 몇 시에 열어요?"),
        (("비빔밥 얼마예요?", "파전은요?"), "파전 얼마예요?"),
        (("강아지 데리고 가도 되나요?", "고양이는요?"), "고양이 데리고 가도 되나요?"),
        (("사우나 있나요?", "3명이면?"), "사우나 3명이면?"),
        (("만장굴은 길이가 얼마나 돼요?", "관음사 길은요?"), "관음사 길은 길이가 얼마나 돼요?"),
        (("회원 가입은 어떻게 해요?", "어린이도요?"), "어린이 회원 가입은 어떻게 해요?"),
    ],
)
def test_what_is_new_takes_the_place_of_its_kind(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            ("How much is the country sourdough?", "Does it contain nuts?"),
            "Does country sourdough contain nuts?",
        ),
        (("How do I restore a folder?", "Does that overwrite my files?"), "Does folder overwrite my files?"),
        (
            ("Who was the commander? | > Neil Armstrong was the commander.", "When did he land?"),
            "When did Neil Armstrong land?",
        ),
        (("성판악 길은 얼마나 걸려요?", "그건 몇 킬로미터예요?"), "성판악 길은 몇 킬로미터예요?"),
        (("성판악 길은 얼마나 걸려요?", "거기는 예약해야 하나요?"), "성판악 길은 예약해야 하나요?"),
        (
            (
                "자격루는 누가 만들었어요? | > 장영실은 1434년에 자격루를 만들었다.",
                "그 사람이 또 뭘 만들었어요?",
            ),
            "장영실이 또 뭘 만들었어요?",
        ),
    ],
)
def test_a_pointing_word_becomes_what_it_points_at(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (("체인 교체 얼마예요?", "얼마나 걸려요?"), "체인 교체 얼마나 걸려요?"),
        (("주차할 수 있어요?", "얼마예요?"), "주차 얼마예요?"),
        (("체인 교체 얼마예요?", "펑크 수리는요?", "얼마나 걸려요?"), "펑크 수리 얼마나 걸려요?"),
        (("What is the First Home Loan?", "What is the interest?"), "First Home Loan What is the interest?"),
    ],
)
def test_a_topic_is_carried_until_somebody_changes_it(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("How do I restore a folder?", "Is it possible to restore a single file?"),
        ("Is there a fee?", "When do you open?"),
        ("How much is the bread?", "Where can I park my car?"),
        ("비빔밥 얼마예요?", "주차장은 어디에 있나요?"),
        ("수영장 있어요?", "담배 피워도 돼요?"),
        ("How much is it?", "Is there a car park?"),
    ],
)
def test_a_new_topic_is_noticed(before: str, message: str) -> None:
    assert read(before, message) == message


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            ("How much is a room? | Which do you mean: Heron, Puffin or Wren?", "Puffin"),
            "How much is a room Puffin?",
        ),
        (
            (
                "How many people live in the country? | Which country do you mean?",
                "I am asking about Norway.",
            ),
            "How many people live in Norway?",
        ),
        (("cost of a root canal", "oops, correction to gingival recession"), "cost of a gingival recession"),
        (("체험은 얼마예요? | 어느 체험을 말씀하시나요?", "도자기요"), "도자기 체험은 얼마예요?"),
    ],
)
def test_what_was_asked_back_is_put_in(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize("message", ["How much is it?", "그거 얼마예요?", "얼마예요?", "Who founded it?"])
def test_what_points_at_nothing_is_lost(message: str) -> None:
    assert standing(message).how == "lost"
    assert standing(message, (Message("user", "hello"), Message("assistant", "Hello!"))).how == "lost"


def test_small_talk_carries_no_topic() -> None:
    history = (Message("user", "Can I bring my dog?"), Message("assistant", "> Dogs are welcome. [1]"))
    history += (Message("user", "Thanks!"), Message("assistant", "You are welcome. Anything else?"))
    assert standing("And a cat?", history).question == "Can I bring my cat?"


def test_asking_back_is_told_from_offering_more() -> None:
    assert asks_back("Which loan do you mean: First Home Loan or Repair Loan?")
    assert asks_back("어느 체험을 말씀하시나요?")
    assert not asks_back("You are very welcome. Is there anything else you would like to know?")
    assert not asks_back("> We are closed on Mondays. [1]")


@pytest.mark.parametrize("message", ["?", "it", "그거", "and?", "()[]*+?" * 50, "the " * 300, "은요 " * 200])
def test_hostile_words_are_read_in_no_time(message: str) -> None:
    history = tuple(Message(role, message) for _ in range(20) for role in ("user", "assistant"))
    assert isinstance(standing(message, history).question, str)


@pytest.mark.parametrize(
    ("first", "second", "question", "others"),
    [
        ("고양이 중성화 언제부터 할 수 있어요?", "암컷은 얼마예요", "고양이 중성화 암컷은 얼마예요", ()),
        (
            "고양이 중성화 얼마예요?",
            "강아지는 얼마예요?",
            "중성화 강아지는 얼마예요?",
            ("강아지는 얼마예요?",),
        ),
        ("Do you have wifi?", "Can I bring my dog?", "Can I bring my dog?", ("wifi Can I bring my dog?",)),
        (
            "How much is neutering for a cat?",
            "And how much is it for dogs?",
            "how much is it for dogs for neutering?",
            (),
        ),
    ],
)
def test_a_second_half_that_names_a_kind_keeps_the_thing(
    first: str, second: str, question: str, others: tuple[str, ...]
) -> None:
    read = second_half(second, [Message("user", first)], first)
    assert (read.question, read.others) == (question, others)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            ("What does an hour on the swan boat cost?", "and half an hour of it?"),
            "What does half an hour on the swan boat cost?",
        ),
        (("백조보트 30분 얼마예요?", "한 시간은요?"), "백조보트 한 시간 얼마예요?"),
        (("백조보트 30분 얼마예요?", "한 시간은요?", "그건 몇 명 타요?"), "백조보트는 몇 명 타요?"),
        (("이틀 전에 취소하면 환불되나요?", "그럼 하루 전에는요?"), "하루 전에 취소하면 환불되나요?"),
        (("Can my 6 year old go alone?", "and a 9 year old?"), "Can my 9 year old go alone?"),
        (("how much is parking for 2 hours", "and 3 hours?"), "how much is parking for 3 hours"),
        (("4인 테이블 예약되나요?", "6명은요?"), "6명 테이블 예약되나요?"),
        (("We are a group of 18. Any discount?", "what about 30 people?"), "We are 30 people. Any discount?"),
        (
            ("do you have a table for 4 on friday", "and for 6?"),
            "do you have a table for 6 on friday",
        ),
    ],
)
def test_an_amount_takes_the_place_of_one_of_its_kind(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (("한복 빌릴 수 있어요?", "두 시간이면 얼마예요?"), "한복 두 시간이면 얼마예요?"),
        (("백조보트 30분 얼마예요?", "두 시간이면 얼마예요?"), "백조보트 두 시간이면 얼마예요?"),
        (("주차는 몇 시간 무료예요?", "그 다음엔 한 시간에 얼마예요?"), "주차 그 다음엔 한 시간에 얼마예요?"),
        (("Do you rent kayaks?", "how much for two hours?"), "kayaks how much for two hours?"),
    ],
)
def test_an_amount_is_no_thing_of_its_own(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (
            ("How many people fit in a swan boat?", "And the electric one?"),
            "How many people fit in a electric boat?",
        ),
        (("How much is the large pizza?", "what about the small one?"), "How much is the small pizza?"),
        (("카드로 결제할 수 있나요?", "현금은요?"), "현금으로 결제할 수 있나요?"),
        (("서울로 배송되나요?", "부산은요?"), "부산으로 배송되나요?"),
    ],
)
def test_another_one_of_the_same(said: tuple[str, ...], question: str) -> None:
    assert read(*said) == question


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("체크아웃 1시에 해도 돼요?", "추가요금 있어요?", "체크아웃"),
        ("강아지 데려가도 되나요?", "추가 비용은 얼마예요?", "강아지"),
        ("Can I check out at 1pm?", "is there an extra charge?", "check"),
        ("Do you have a sauna?", "do I need to book?", "sauna"),
    ],
)
def test_a_second_half_for_what_only_something_has_is_about_the_first(
    first: str, second: str, stands: str
) -> None:
    read = second_half(second, [Message("user", first)], first)
    assert stands in read.question and not read.others, read


@pytest.mark.parametrize("second", ["주차장 있어요?", "is there a car park?", "do you charge electric cars?"])
def test_a_second_half_about_another_thing_stands_alone(second: str) -> None:
    first = "몇 시에 열어요?" if second[0] > "z" else "When do you open?"
    assert second_half(second, [Message("user", first)], first).question == second
