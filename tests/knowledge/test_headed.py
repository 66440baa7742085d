"""A passage under the very question answers it; one under a question that is nearly the same does not."""

from __future__ import annotations

import pytest

from madang.knowledge.access import Knowledge
from madang.knowledge.headed import ASKED_THERE, WHOLE, under_its_question
from madang.knowledge.types import Found, Passage

FAQ = b"""# Questions and answers

### Where can I leave my bags?

There are 30 lockers beside the ticket desk. A small one costs 1,000 won.

### What happens when it rains?

Light rain does not stop us. In a thunderstorm all boats come back at once.

### Lockers

Ask at the desk.
"""


async def asked(knowledge: Knowledge, question: str) -> tuple[bool, float, str]:
    evidence = await knowledge.evidence("chr_a", question)
    return evidence.asked_there, evidence.answerable, evidence.spans[0].text if evidence.spans else ""


async def test_the_question_of_a_page_is_answered_with_what_stands_under_it(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "faq.md", FAQ)
    await knowledge.wait(source.id, "ready", seconds=60)
    for question in (
        "Where can I leave my bags?",
        "where can i leave my bags",
        "Where can I leave the bags?",
    ):
        there, answerable, text = await asked(knowledge, question)
        assert there and answerable == ASKED_THERE, question
        assert text.startswith("There are 30 lockers") and text.endswith("1,000 won.")
    assert (await asked(knowledge, "What happens when it rains?"))[2].startswith("Light rain")
    for question in (
        "Where can I not leave my bags?",
        "Where can I leave my dog?",
        "What happens when it snows?",
        "Lockers?",
    ):
        assert not (await asked(knowledge, question))[0], question


def passage(heading: str, text: str) -> Found:
    own = Passage(
        id="p", source_id="s", character_id="c", ordinal=0, title="FAQ", headings=["FAQ", heading], text=text
    )
    return Found(passage=own, score=1.0)


@pytest.mark.parametrize(
    ("question", "heading"),
    [("춘천 시민 할인이 있나요?", "춘천 시민 할인이 있나요?"), ("와이파이 되나요", "와이파이 되나요?")],
)
def test_in_korean_too(question: str, heading: str) -> None:
    assert under_its_question(question, [passage(heading, "네, 됩니다.")]) is not None
    assert under_its_question(question, [passage(heading.rstrip("?나요있되 "), "네, 됩니다.")]) is None


def test_much_text_is_quoted_in_whole_sentences() -> None:
    sentence = "We lend everything that is needed on the lake, and take it back at the end of the day. "
    span = under_its_question("What do you lend?", [passage("What do you lend?", (sentence * 12).strip())])
    assert span is not None and span.text.endswith("day.") and WHOLE - 100 < len(span.text) <= WHOLE
    longer = "We lend " + "oars, " * 100 + "and life jackets."
    span = under_its_question("What do you lend?", [passage("What do you lend?", longer)])
    assert span is not None and span.text == longer
    assert under_its_question("What do you lend?", [passage("What do you lend?", "")]) is None
