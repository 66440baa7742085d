"""An answer of several claims: which sentences are said, in which order, and each with a span of its own."""

from __future__ import annotations

from madang.characters.types import Profile
from madang.chat.citations import blocks, cited
from madang.chat.claims import LEADS, MOST, claims
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Passage, Span
from tests.chat.test_prompt import scene

OTTERS = (
    "In much of Europe otters disappeared between 1950 and 1980. The main cause was dieldrin, a pesticide. "
    "Hunting with hounds made it worse. The museum shop sells postcards."
)


def passage(text: str, number: int = 1) -> Passage:
    return Passage(id=f"p{number}", source_id="s", character_id="c", ordinal=number, title="T", text=text)


def lines(text: str, scores: dict[str, float], number: int = 1) -> list[Span]:
    """The sentences of a passage with the score of the beginning they have in `scores`, else .1."""
    one = passage(text, number)
    return [
        Span(
            passage=one,
            start=start,
            end=end,
            score=next((score for begin, score in scores.items() if text[start:end].startswith(begin)), 0.1),
        )
        for start, end in sentences(text)
    ]


def said(every: list[Span], most: int = 900) -> list[str]:
    first = max(every, key=lambda span: span.score)
    found = claims(every, first, most)
    assert all(span.text == span.passage.text[span.start : span.end] for span in found)
    return [span.text for span in found]


def test_a_claim_is_one_sentence_and_they_stand_as_in_the_passage() -> None:
    every = lines(OTTERS, {"The main": 1.0, "Hunting": 0.9, "In much": 0.7})
    assert said(every)[:3] == [
        "In much of Europe otters disappeared between 1950 and 1980.",
        "The main cause was dieldrin, a pesticide.",
        "Hunting with hounds made it worse.",
    ]


def test_the_better_passage_comes_first() -> None:
    other = lines("Dieldrin was forbidden in 1989. Nothing else is told here.", {"Dieldrin": 1.0}, 5)
    every = [*lines(OTTERS, {"The main": 0.8}), *other]
    found = said(every)
    assert found[0] == "Dieldrin was forbidden in 1989."
    assert "The main cause was dieldrin, a pesticide." in found


def test_what_is_worth_little_is_not_said() -> None:
    far = (
        "The shop sells postcards. It opens late. There are two cats. They sleep. Otters eat fish and crabs."
    )
    found = said(lines(far, {"Otters eat": 1.0}))
    assert found[-1] == "Otters eat fish and crabs."
    assert not any("postcards" in one or "late" in one for one in found)


def test_another_passage_adds_only_what_answers_nearly_as_well() -> None:
    other = "Otters rest in holts. Otter is also the name of a river. The river is 42 km long."
    near = lines(other, {"Otters rest": 0.9, "Otter is": 0.7}, 9)
    found = said([*lines(OTTERS, {"The main": 1.0}), *near])
    assert found[-1] == "Otters rest in holts."


def test_another_passage_adds_nothing_that_holds_little_of_the_question() -> None:
    weak = lines("Otters were drawn by many painters of the time.", {"Otters": 0.95}, 9)
    every = [*lines(OTTERS, {"In much": 1.0}), *weak]
    asked = "When did otters disappear in Europe?"
    found = [span.text for span in claims(every, every[0], question=asked)]
    assert found[0].startswith("In much of Europe otters") and not any("painters" in one for one in found)
    strong = lines("In Europe they disappear again, say those who count otters.", {"In Europe": 0.95}, 9)
    assert strong[0].text in [span.text for span in claims([*every, *strong], every[0], question=asked)]


def test_a_text_that_was_cut_goes_on_in_the_next_passage() -> None:
    text = "To join, fill in the form at the desk.\nBring a photo of yourself to the desk."
    after = "Then pay the fee of the first year in cash."
    found = said([*lines(text, {"To join": 1.0}), *lines(after, {"Then": 0.0}, 2)])
    assert found == [*text.splitlines(), after]
    other = passage(after, 2).model_copy(update={"headings": ["Fees"]})
    assert after not in said([*lines(text, {"To join": 1.0}), Span(passage=other, start=0, end=len(after))])


def test_what_stands_before_a_heading_or_behind_a_question_is_of_another_matter() -> None:
    text = "By appointment only, call us.\nTransport\nThe bus stops at the door of the house."
    assert said(lines(text, {"The bus": 1.0})) == ["The bus stops at the door of the house."]
    text = "We take cards and cash.\nIs there a garden?\nThe garden is behind the house."
    assert said(lines(text, {"We take": 1.0})) == ["We take cards and cash."]


def test_steps_are_whole_with_the_lines_of_code_between_them() -> None:
    text = "Otters are fed so:\n1. Open the door of the pen.\nsudo open\n2. Throw fish into the water.\nfish!"
    assert "".join(said(lines(text, {"1.": 1.0}))).replace("\n", "") == text[:-6].replace("\n", "")


def test_a_list_without_marks_is_whole() -> None:
    text = "Partners of the museum are:\nThe Otter Trust\nThe County Library\nThe harbour is deep."
    assert said(lines(text, {"Partners": 1.0}))[0] == text[: text.index("\nThe harbour")]


def test_the_same_is_not_said_twice() -> None:
    again = lines("The main cause was a pesticide, dieldrin.", {"The main": 0.95}, 2)
    found = said([*lines(OTTERS, {"The main": 1.0}), *again])
    assert sum("pesticide" in one for one in found) == 1


def test_rows_that_differ_in_a_number_alone_are_not_the_same() -> None:
    table = "Room: A · Price: 70\nRoom: B · Price: 90"
    assert said(lines(table, {"Room": 1.0})) == table.splitlines()


def test_what_leans_on_the_sentence_before_it_comes_with_it() -> None:
    text = "The giant otter lives in the Amazon. It is endangered because gold mining poisons the rivers."
    every = lines(text, {"It is": 1.0, "The giant": 0.1})
    assert said(every) == [
        "The giant otter lives in the Amazon.",
        "It is endangered because gold mining poisons the rivers.",
    ]


def test_a_list_keeps_the_line_that_leads_to_it() -> None:
    text = "To apply you need:\n- two estimates from builders\n- the deeds of the house"
    assert said(lines(text, {"- two": 1.0})) == [text]


def test_headings_questions_and_scraps_are_no_claims() -> None:
    text = "Opening hours\nClose Search\nWhat do otters eat?\nOtters eat fish, crabs and frogs."
    assert said(lines(text, {"Otters": 1.0, "What": 0.95, "Close": 0.9})) == [
        "Otters eat fish, crabs and frogs."
    ]


def test_it_stays_within_its_length() -> None:
    text = " ".join(f"Otters number {one} swim far and like the water a lot." for one in range(40))
    every = lines(text, {"Otters": 1.0})
    assert len(said(every)) <= MOST
    assert sum(map(len, said(every))) > LEADS // 2
    assert sum(map(len, said(every, 150))) <= 150


def test_a_sentence_too_long_is_quoted_as_the_span_that_was_cut() -> None:
    one = passage("Otters " + "swim, " * 200 + "and eat.")
    whole = Span(passage=one, start=0, end=len(one.text), score=1.0)
    cut = whole.model_copy(update={"end": 100})
    assert claims([whole], cut) == [cut]


def test_each_claim_has_its_number_and_one_passage_is_one_block() -> None:
    every = [*lines(OTTERS, {"The main": 1.0}), *lines("Dieldrin was forbidden in 1989.", {"Dield": 0.9}, 2)]
    found = claims(every, every[1])
    here = scene(Profile(name="D"))
    citations = [cited(here, number, span) for number, span in enumerate(found, 1)]
    text = blocks(citations, found)
    assert all(f"{citation.quote} [{citation.number}]" in text for citation in citations)
    assert text.count("\n\n") == 1
    assert all(line.startswith(">") for line in text.splitlines() if line)


def test_what_stands_further_on_begins_a_new_paragraph_of_the_block() -> None:
    one = passage("Otters swim. Cats sleep. Otters eat fish.")
    found = [Span(passage=one, start=0, end=12), Span(passage=one, start=25, end=41)]
    here = scene(Profile(name="D"))
    citations = [cited(here, number, span) for number, span in enumerate(found, 1)]
    assert blocks(citations, found) == "> Otters swim. [1]\n>\n> Otters eat fish. [2]"


def test_korean_claims() -> None:
    text = "거북선은 조선 수군의 배이다. 이는 판자로 덮여 있었다. 뱃머리에는 용머리를 달았다."
    found = said(lines(text, {"이는": 1.0}))
    assert found[:2] == ["거북선은 조선 수군의 배이다.", "이는 판자로 덮여 있었다."]
