"""A question is read in plain words: idioms, words of two, numbers with what they measure."""

from __future__ import annotations

import pytest

from madang.knowledge import lexicon, measures
from madang.knowledge.lexicon.loan import lent
from madang.knowledge.questions import content_terms


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Can I get my money back?", "refund"),
        ("Is there somewhere to leave the car?", "park the"),
        ("몇 시까지 방을 빼야 하나요?", "체크아웃"),
        ("What time is check-out?", "when is check-out"),
        ("What happens if my bag gets wet?", "what if my bag"),
        ("Until what time can I come?", "when can I come"),
        ("차 가져가면 어디에 세워요?", "주차"),
        ("현금으로 낼 수 있나요?", "결제"),
        ("How big is the security deposit?", "how much is the security deposit"),
        ("can I bring my 7kg dog", "my 7 kg dog"),
    ],
)
def test_what_is_said_in_several_words_is_read_in_one(said: str, plain: str) -> None:
    assert plain in lexicon.plainly(said)


@pytest.mark.parametrize(
    "said",
    [
        "How much is the soup?",
        "What time slot is mine?",
        "How big is the room?",
        "차가 뜨거워요?",
        "10kg 강아지 돼요?",
        "월요일에 열어요?",
        "",
    ],
)
def test_other_questions_stay_as_they_are(said: str) -> None:
    assert lexicon.plainly(said) == said


def test_a_kind_finds_what_is_of_it_and_is_not_found_by_it() -> None:
    assert "녹차" in lexicon.others("tea")
    assert "tea" not in lexicon.others("녹차") and "홍차" not in lexicon.others("녹차")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("r u open on 화욜", "are you open on 화요일"),
        ("whats the price", "what is the price"),
        ("how much is a mens haircut", "how much is a mens' haircut"),
        ("my son is 7yo", "my son is 7 year old"),
        ("im vegan, isnt it?", "i'm vegan, isn't it?"),
        ("이거 얼마임?", "이거 얼마예요?"),
        ("주차 되나여", "주차 되나요"),
        ("가격은여?", "가격은요?"),
        ("12/8에 헬스는 하죠?", "12월 8일에 헬스는 하죠?"),
        ("12/25 영업하나요", "12월 25일 영업하나요"),
        ("빌릴수있나요", "빌릴 수 있나요"),
        ("가도 됨?", "가도 되나요?"),
        ("있나요ㅠㅠ", "있나요"),
        ("where r u", "what is your address?"),
        ("Where is the clinic?", "what is your address?"),
        ("How do I get to you by bus?", "what are the directions to you by bus?"),
        ("어떻게 가요?", "오시는 길이 어떻게 되나요?"),
        ("how much to see a vet", "how much for a consultation"),
    ],
)
def test_what_is_typed_in_a_hurry_is_read_as_it_is_written(typed: str, read: str) -> None:
    assert lexicon.spelled(typed).strip() == read


@pytest.mark.parametrize(
    "written",
    [
        "What's the U-shaped pillow?",
        "현금으로 낼 수 있나요?",
        "여행 가방",
        "1/2 사이즈 있어요?",
        "3/4까지 채워 주세요",
        "Kids eat free",
        "I cannot come",
        "전주역에서 어떻게 가요?",
        "How do I get there?",
        "Where is the toilet?",
    ],
)
def test_what_is_written_out_stays(written: str) -> None:
    assert lexicon.spelled(written) == written


def test_a_narrower_word_is_found_and_does_not_find() -> None:
    assert "초등학생" in lexicon.others("child")
    assert "child" not in lexicon.others("초등학생")


def test_a_korean_verb_is_found_in_its_other_forms() -> None:
    assert "찍을" in lexicon.others("찍어")
    assert lexicon.others("고래") == lexicon.others("whale") - {"고래"} | {"whale"}
    assert "cat" in lexicon.others("고양")  # its ending was taken for a particle


@pytest.mark.parametrize(
    ("hangul", "text"),
    [("핸드", "Hand building"), ("빌딩", "hand building"), ("마이크로칩", "a microchip"),
     ("스케일링", "scaling"), ("레슨", "two lessons"), ("초콜릿", "chocolate cake"),
     ("글레이징", "the glazing workshop")],
)  # fmt: skip
def test_an_english_word_in_hangul_is_heard(hangul: str, text: str) -> None:
    assert lent(hangul, text.lower())


@pytest.mark.parametrize(
    ("hangul", "text"),
    [("핸드", "head and horse"), ("주차", "coach and carriage"), ("고래", "a great gorilla"), ("빵", "bang"),
     ("가격", "guitar"), ("핸드", "")],
)  # fmt: skip
def test_another_word_is_not(hangul: str, text: str) -> None:
    assert not lent(hangul, text.lower())


@pytest.mark.parametrize(
    ("age", "row", "fits"),
    [(8, "어린이 · 만 7~12세", True), (8, "유아 · 만 6세 이하", False), (67, "경로 · 만 65세 이상", True),
     (8, "Junior · Under 16", True), (16, "Junior · Under 16", False), (70, "Senior · 65 and over", True),
     (30, "Adult · ages 19 to 64", True), (30, "Shoe hire · £4", False)],
)  # fmt: skip
def test_a_row_is_for_an_age(age: int, row: str, fits: bool) -> None:
    assert measures.of_age(age, row) is fits


def test_of_several_rows_the_one_for_the_age_speaks_of_it() -> None:
    assert "8" in measures.met("8살 입장료 얼마예요", "어린이 · 대상: 만 7~12세 · 요금: 3,000원")
    assert not measures.met("8살 입장료 얼마예요", "유아 · 대상: 만 6세 이하 · 요금: 무료")
    assert "67" in measures.met("my mum is 67", "경로 · 만 65세 이상 · 2,000원")
    assert not measures.met("the bill is 67 won", "경로 · 만 65세 이상 · 2,000원")


def test_a_word_of_two_is_one_word() -> None:
    assert content_terms("Can I check in early?")["check"] == "check-in"
    assert content_terms("How much is an e-bike?") == {"e": "e-bike", "bike": "e-bike"}
    assert "체크인" in lexicon.others("check-in")
    assert "체크인" not in lexicon.others("check-out")
    assert "와이파이" in lexicon.others("wi-fi")


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("Can my 12 year old ride?", "E-bikes are for riders aged 14 and over.", {"12", "year"}),
        ("Can I check in at 4 pm?", "체크인은 오후 3시부터입니다.", {"4", "pm"}),
        ("밤 11시에 가도 되나요?", "We are open until 22:00.", {"11", "시"}),
        ("Do you deliver 15 miles away?", "We deliver within 10 miles.", {"15"}),
        ("Can my 12 year old ride?", "A city bike is £12.", set()),
        ("Do you deliver 15 miles away?", "At least 3 people.", set()),
    ],
)
def test_a_limit_of_the_same_measure_speaks_of_a_number(question: str, text: str, met: set[str]) -> None:
    assert met <= measures.met(question, text)
    assert bool(met) == bool(measures.met(question, text))


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Can my 12 year old ride?", "Full day: £12", {"12"}),
        ("Can my 12 year old ride?", "20 or 12 inch wheels", {"12"}),
        ("Is there a table for 12 people?", "Serves: 12", set()),
        ("Is there a table for 12 people?", "Full day: £12 · Serves: 12", set()),
        ("Are you free tomorrow at 4?", "시청역 4번 출구에서 2분", {"4"}),
        ("Are you free at 4 pm?", "Open 10 am to 4 pm", set()),
    ],
)
def test_a_number_of_something_else_does_not_count(question: str, text: str, other: set[str]) -> None:
    assert measures.other(question, text) == other


@pytest.mark.parametrize(
    ("question", "text", "baby"),
    [
        ("Can my 6 year old go alone?", "Babies under 12 months may not go on the water.", True),
        ("Can my 6 year old go alone?", "Children under 8 must be with an adult in the same boat.", False),
        ("My son is 6 months old, is he free?", "Babies under 12 months are free.", False),
        ("우리 애 6살인데 입장료 내나요?", "36개월 미만은 무료입니다.", True),
        ("우리 애 2살인데 입장료 내나요?", "36개월 미만은 무료입니다.", False),
        ("우리 애 6살인데 입장료 내나요?", "36개월 미만은 무료, 13세까지 5,000원입니다.", False),
        ("입장료 얼마예요?", "36개월 미만은 무료입니다.", False),
    ],
)
def test_what_holds_for_babies_is_not_for_a_child(question: str, text: str, baby: bool) -> None:
    assert measures.of_a_baby(question, text) is baby
