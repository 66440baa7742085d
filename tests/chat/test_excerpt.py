"""How much is quoted: the sentence that shows what is asked, the restriction beside it, or the paragraph."""

from __future__ import annotations

import pytest

from madang.chat.excerpt import excerpts
from madang.knowledge.answerable import Model
from madang.knowledge.asks import explains, lists, whether
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Evidence, Passage, Span

MUSEUM = (
    "The museum tells how the town lived from herring. It is open daily from 10:00 to 17:00. "
    "Admission is 9 pounds. Photography is allowed without flash. Dogs are not admitted."
)


def quoted(text: str, best: str, question: str, focus: str = "") -> list[str]:
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="T", text=text)
    start = text.index(best)
    span = Span(passage=passage, start=start, end=start + len(best), score=1.0)
    lines = [
        Span(passage=passage, start=left, end=right, score=0.2 + 0.8 * (left == start))
        for left, right in sentences(text)
    ]
    evidence = Evidence(question=question, answerable=0.9, spans=[span], lines=lines)
    found = excerpts(evidence, question, focus)
    assert all(one.text in text for one in found)
    return [one.text for one in found]


def test_a_price_is_quoted_where_a_price_is_asked_for() -> None:
    (text,) = quoted(MUSEUM, "The museum tells how the town lived from herring.", "How much is the museum?")
    assert "9 pounds" in text


def test_a_sentence_that_shows_it_already_stays() -> None:
    best = "Admission is 9 pounds."
    assert quoted(MUSEUM, best, "How much is the admission?") == [best]


def test_the_restriction_beside_it_is_quoted_too() -> None:
    text = "Delivery is free for orders over 40 pounds. We do not deliver on Sundays. The kitchen is small."
    (found,) = quoted(text, "Delivery is free for orders over 40 pounds.", "Is delivery free for 60 pounds?")
    assert found.endswith("We do not deliver on Sundays.")
    korean = "배달은 3,000원입니다. 일요일에는 배달하지 않습니다. 주방은 작습니다."
    (found,) = quoted(korean, "배달은 3,000원입니다.", "배달 얼마예요?")
    assert found.endswith("배달하지 않습니다.")


def test_a_restriction_before_the_last_sentence_is_quoted_too() -> None:
    allowed = "보호자와 함께라면 미성년자도 입장할 수 있습니다."
    text = f"탭룸은 만 19세 이상만 입장합니다. 신분증을 확인합니다. {allowed}"
    assert quoted(text, allowed, "미성년자도 들어갈 수 있어요?") == [text]


SHOWS = """Time: 11.15am · What: Goat feeding · Days: Every day
Time: 12.30pm · What: Pig breakfast · Days: Every day
Time: 1.15pm · What: Owl show · Days: Wednesday
Time: 3pm · What: Second owl show · Days: Sunday
Time: 4pm · What: Lamb feeding · Days: Every day"""


def test_rows_that_say_as_much_of_it_answer_together() -> None:
    best = "Time: 1.15pm · What: Owl show · Days: Wednesday"
    other = "Time: 3pm · What: Second owl show · Days: Sunday"
    assert quoted(SHOWS, best, "When is the owl show?") == [best, other]
    assert quoted(SHOWS, best, "When is the owl show on Wednesday?") == [best]
    goats = "Time: 11.15am · What: Goat feeding · Days: Every day"
    assert quoted(SHOWS, goats, "When is the goat feeding?") == [goats]


def test_what_is_new_in_a_follow_up_is_quoted() -> None:
    first = "In much of Europe otters were lost by 1980."
    text = f"{first} In the Netherlands thirty were set free from 2002 on."
    (found,) = quoted(text, first, "When did otters come back in the Netherlands?", "in the Netherlands")
    assert found.startswith("In the Netherlands")


def test_a_word_of_the_same_family_is_quoted() -> None:
    (text,) = quoted(MUSEUM, "It is open daily from 10:00 to 17:00.", "Can I take photos?")
    assert text == "Photography is allowed without flash."


def test_the_quotation_is_chosen_for_the_question_in_plain_words() -> None:
    text = "차는 골목에 댈 수 없습니다. 강변 공영 주차장을 쓰시면 됩니다."
    best = "강변 공영 주차장을 쓰시면 됩니다."
    found = quoted(text, best, "차 몰고 가면 어디에 대요?")
    assert any(best in one for one in found), found


def test_whether_something_is_so_is_answered_by_what_decides_it() -> None:
    best = "Dogs are not admitted."
    assert quoted(MUSEUM, best, "Are dogs admitted?") == [best]
    text = "Cards are taken. The car park is free. Cards are not taken at the bar."
    assert quoted(text, "Cards are taken.", "Do you take cards?") == ["Cards are taken."]


def test_what_decides_goes_on_while_it_is_about_the_same() -> None:
    text = "Dogs are admitted to the garden. They stay on a lead. The café closes at five."
    assert quoted(text, "Dogs are admitted to the garden.", "Are dogs admitted?") == [
        "Dogs are admitted to the garden. They stay on a lead."
    ]


def test_what_stands_under_the_very_name_leads() -> None:
    texts = {
        "Food": "Sea otters crack shells with stones.",
        "Sea otter": "It has the thickest fur of all animals.",
    }
    spans = [
        Span(
            passage=Passage(
                id=name,
                source_id="s",
                character_id="c",
                ordinal=2 * at,
                title="Otters",
                headings=[name],
                text=text,
            ),
            start=0,
            end=len(text),
            score=1.0 - at / 4,
        )
        for at, (name, text) in enumerate(texts.items())
    ]
    evidence = Evidence(question="", answerable=0.9, spans=spans[:1], lines=spans)
    assert excerpts(evidence, "Tell me about the sea otter")[0].text == texts["Sea otter"]
    assert excerpts(evidence, "Tell me about otters")[0].text == texts["Food"]


def test_an_explanation_goes_on() -> None:
    text = (
        "The cause was dieldrin. It gathered in eels. Banks without trees made it worse. " + "Filler. " * 200
    )
    found = quoted(text, "The cause was dieldrin.", "Why did otters disappear?")
    assert found[:3] == [
        "The cause was dieldrin.",
        "It gathered in eels.",
        "Banks without trees made it worse.",
    ]
    assert len(" ".join(found)) <= 900


@pytest.mark.parametrize(
    ("question", "sure", "by", "own", "whole"),
    [
        ("Do tools help otters?", 0.9, "many_en", False, True),
        ("Do tools help otters?", 0.9, "many_en", True, False),
        ("Do tools help otters?", 0.9, "many_ko", False, False),
        ("When were tools seen first?", 0.9, "many_en", False, False),
        ("When were tools seen first?", 0.6, "many_en", False, True),
        ("When were tools seen first?", 0.6, "many_en", True, False),
    ],
)
def test_among_much_that_is_alike_more_is_quoted_of_what_is_no_sure_fact(
    question: str, sure: float, by: Model, own: bool, whole: bool
) -> None:
    text = "Otters use tools since 1939. A stone lies on the belly. Shells are struck on it until they open."
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="Otters", text=text)
    lines = [
        Span(passage=passage, start=start, end=end, score=1.0 / (1 + 9 * at))
        for at, (start, end) in enumerate(sentences(text))
    ]
    evidence = Evidence(question=question, answerable=sure, spans=lines[:1], lines=lines, by=by)
    found = " ".join(one.text for one in excerpts(evidence, question, own=own))
    assert found == text if whole else found == lines[0].text


def test_a_further_line_says_something_new() -> None:
    texts = (
        "Visitors may use the law library on weekdays.",
        "Visitors may also use the law library on weekdays.",
        "Weekdays end at five for visitors.",
    )
    lines = [
        Span(
            passage=Passage(id=str(at), source_id=str(at), character_id="c", ordinal=0, title="T", text=text),
            start=0,
            end=len(text),
            score=1.0 - at / 10,
        )
        for at, text in enumerate(texts)
    ]
    question = "When may visitors use the law library?"
    evidence = Evidence(question=question, answerable=0.9, spans=lines[:1], lines=lines, by="many_en")
    assert [one.text for one in excerpts(evidence, question)] == [texts[0], texts[2]]


@pytest.mark.parametrize(
    "question",
    [
        "Why do otters eat so much?",
        "How do I restore a folder?",
        "Describe the course",
        "예약은 어떻게 하나요?",
        "What differentiates the two?",
        "Could I have a summary of the safety rules?",
        "Any recommendations for a walk?",
        "Who were the founders?",
        "Which rooms are there?",
        "왜 문을 닫았어요?",
        "거북선에 대해 알려 주세요",
        "어떤 체험이 있나요?",
        "환불 규정이 뭐예요?",
    ],
)
def test_what_asks_for_an_explanation(question: str) -> None:
    assert explains(question)


@pytest.mark.parametrize(
    "question",
    [
        "How much is it?",
        "When do you open?",
        "Who founded it?",
        "What does the ticket cost?",
        "누가 만들었어요?",
        "사건에 대해 책임을 진 사람은?",
        "이 일을 설명한 학자는?",
        "Do you have parking?",
    ],
)
def test_what_asks_for_one_fact(question: str) -> None:
    assert not explains(question)


def test_what_asks_whether_something_is_so() -> None:
    assert whether("Do you have parking?")
    assert whether("I like swimming. Is diving allowed?")
    assert not whether("When do you open?")
    assert not whether("How much is it?")


def test_what_asks_for_all_of_a_kind() -> None:
    for question in (
        "Which loans are there?",
        "What is an otter?",
        "Tell me about otters",
        "어떤 강좌가 있어요?",
    ):
        assert lists(question), question
    for question in (
        "Which loan do I need?",
        "What is the admission?",
        "Tell me about the loan",
        "강좌 얼마예요?",
    ):
        assert not lists(question), question
