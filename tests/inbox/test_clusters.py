"""Questions that mean the same stand together in the inbox, whatever their words and their language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from madang.inbox.grouping import ask_the_same, clustered
from madang.inbox.types import About, Asked, Group
from madang.knowledge.same import meant
from tests.inbox.stage import Room

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
CAFE = About(id="chr_cafe", slug="cafe", name="Cafe")


def group(question: str, at: int, times: int = 1, language: str = "en", who: About = CAFE) -> Group:
    asked = [
        Asked(
            turn_id=f"trn_{at}_{number}",
            conversation_id="cnv",
            message=question,
            reply="",
            when=BEGAN + timedelta(minutes=at + number),
        )
        for number in range(times)
    ]
    return Group(
        id=f"qst_{at}",
        character=who,
        question=question,
        language=language,
        languages={language: times},
        asked=asked[::-1],
        unanswered=True,
    )


def unit(*rows: Sequence[float]) -> NDArray[np.float32]:
    made = np.array(rows, np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


PARKING = [
    group("Can I park my car here?", 1),
    group("Is there parking for my car nearby?", 2, times=3),
    group("주차할 곳이 있나요?", 3, times=2, language="ko"),
    group("Is there a sauna?", 4),
]
VECTORS = unit((1, 0, 0.1), (1, 0.05, 0.05), (1, 0.1, 0), (1, 0.1, 0.1))


def test_they_stand_together_with_counts_by_language_and_the_most_typical_question() -> None:
    first, second = clustered(PARKING, VECTORS)
    assert first.id == "qst_1" and first.times == 6  # the first that was asked keeps its address
    assert first.languages == {"en": 4, "ko": 2}
    assert first.question == "Is there parking for my car nearby?"
    assert first.last == max(one.last for one in PARKING[:3])
    # as near as the others, and about something else
    assert second.question == "Is there a sauna?"


def test_the_reply_shown_is_the_one_to_the_question_shown() -> None:
    """Of a group in two languages the newest asking may be in the other one."""
    one = group("Is there parking for my car nearby?", 1, times=2)
    other = group("주차할 곳이 있나요?", 5, language="ko")
    for asked, said in ((one, "I do not know."), (other, "잘 모르겠습니다.")):
        asked.asked = [each.model_copy(update={"reply": said}) for each in asked.asked]
    [both] = clustered([one, other], unit((1, 0), (1, 0.05)))
    assert both.asked[0].message == other.question and both.question == one.question
    assert both.typical.message == both.question and both.typical.reply == "I do not know."
    assert both.typical.turn_id == one.asked[0].turn_id


async def test_a_page_leads_to_where_its_question_was_asked(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    _, [_, often] = await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?", "Do you have parking?")
    _, [newest] = await inbox.talk(visitor, inbox.shop.slug, "do you have parking")
    [found] = await inbox.questions(inbox.owner)
    assert [one["language"] for one in found["asked"]] == ["en"] * 3
    page = (await inbox.owner.ask("GET", "/inbox")).text
    assert f"#{often['id']}" in page and f"#{newest['id']}" not in page


def test_a_later_question_moves_nothing_and_the_order_of_reading_does_not_matter() -> None:
    before = [one.id for one in clustered(PARKING, VECTORS)]
    more = [*PARKING, group("May I park a car overnight?", 9)]
    after = clustered(more, np.vstack([VECTORS, unit((1, 0.02, 0.05))]))
    assert [one.id for one in after] == before
    assert after[0].times == 7
    turned = clustered(PARKING[::-1], VECTORS[::-1])
    assert [(one.id, one.times, one.question) for one in turned] == [
        (one.id, one.times, one.question) for one in clustered(PARKING, VECTORS)
    ]


@pytest.mark.parametrize(
    "other",
    [
        group("How much is parking for my car?", 2),  # another kind of question
        group("Where can I park my car?", 2, who=About(id="chr_other", slug="other", name="Other")),
    ],
)
def test_what_asks_something_else_stands_alone(other: Group) -> None:
    assert len(clustered([PARKING[0], other], unit((1, 0), (1, 0.01)))) == 2


@pytest.mark.parametrize(
    ("english", "korean", "cosine", "together"),
    [
        ("Do you gift wrap?", "선물 포장 해주시나요?", 0.82, True),  # word for word
        ("Do you gift wrap?", "선물 포장 해주시나요?", 0.7, False),
        ("Will outdoor yoga go ahead if it rains?", "비 와도 야외 요가 그대로 하나요?", 0.9, True),
        ("does the brownie contain nuts?", "브라우니에 우유 들어가나요?", 0.82, False),
        ("how long does a battery replacement take", "배터리 교체 비용이 얼마예요?", 0.95, False),
    ],
)
def test_across_languages_few_are_certain_enough(
    english: str, korean: str, cosine: float, together: bool
) -> None:
    assert ask_the_same(meant(english), meant(korean), cosine) is together
    assert ask_the_same(meant(korean), meant(english), cosine) is together


def test_without_an_embedder_words_alone_decide() -> None:
    assert clustered(PARKING, None) == PARKING
    assert len(clustered(PARKING, unit((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)))) == 4


async def test_an_answer_to_a_cluster_is_said_to_each_of_its_wordings(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    await inbox.talk(visitor, inbox.shop.slug, "Do you have parking?", "Is there parking behind the house?")
    found = await inbox.questions(inbox.owner)
    assert {one["message"] for group_ in found for one in group_["asked"]} == {
        "Do you have parking?",
        "Is there parking behind the house?",
    }
    for group_ in found:
        await inbox.owner.ask(
            "POST",
            f"/inbox/questions/{group_['id']}/approve",
            data={"question": group_["question"], "answer": "Yes, two spaces.", "check": "1"},
        )
    for wording in ("Do you have parking?", "Is there parking behind the house?"):
        _, [turn] = await inbox.talk(visitor, inbox.shop.slug, wording)
        assert "two spaces" in turn["replies"][0]["text"]
