"""Follow-ups in the inbox stand as they would be asked alone; what is long shows its beginning."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from madang.chat.types import Reply, Turn
from madang.inbox.following import followed
from madang.inbox.grouping import clustered
from madang.inbox.types import Group
from tests.inbox.stage import Room
from tests.inbox.test_clusters import group, unit

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def _turn(number: int, message: str, reply: str = "") -> Turn:
    said = Reply(id=f"rpl_{number}", turn_id=f"trn_{number}", version=0, text=reply, created_at=WHEN)
    return Turn(
        id=f"trn_{number}",
        conversation_id="cnv",
        parent_id=f"trn_{number - 1}" if number else None,
        ordinal=number,
        message=message,
        replies=[said],
        created_at=WHEN,
    )


@pytest.mark.parametrize(
    ("first", "then", "asks"),
    [
        ("막걸리 빚기 클래스 얼마예요?", "3명이면?", "막걸리 빚기 클래스 3명이면?"),
        ("느린달 오리지널 얼마예요?", "3병이면?", "느린달 오리지널 3병이면?"),
        ("How much is the Flat white?", "for 3 cups?", "How much is the Flat white for 3 cups?"),
        ("주차할 수 있나요?", "와이파이 있나요?", "와이파이 있나요?"),
    ],
)
def test_as_it_stands_alone(first: str, then: str, asks: str) -> None:
    turns = [_turn(0, first, "So."), _turn(1, then)]
    read = followed(turns, turns[1])
    assert read.asks == asks
    assert read.before == (first if asks != then else "")
    assert followed([], turns[1]).asks == then, "what cannot be read any more stands as it is"


async def test_follow_ups_of_two_topics_are_two_questions(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    for topic in ("Is there a sauna?", "Do you sell bicycles?"):
        await inbox.talk(visitor, inbox.shop.slug, topic, "And for 3 people?")
    found = [one["question"] for one in await inbox.questions(inbox.owner)]
    assert len([one for one in found if "3 people" in one]) == 2
    page = (await inbox.owner.http.get("/inbox")).text
    assert "Asked as “And for 3 people?”, after “Is there a sauna?”" in page


def test_follow_ups_lie_near_and_stay_apart_when_what_they_followed_differs() -> None:
    def asked(topic: str, at: int) -> Group:
        found = group(f"{topic} 3명이면?", at, language="ko")
        followed_it = {"message": "3명이면?", "asks": found.question, "before": f"{topic} 있나요?"}
        return found.model_copy(update={"asked": [found.asked[0].model_copy(update=followed_it)]})

    near = unit((1, 0), (1, 0))
    assert len(clustered([asked("자전거", 1), asked("사우나", 2)], near)) == 2
    assert len(clustered([asked("자전거", 1), asked("자전거", 2)], near)) == 1


async def test_a_long_question_shows_its_beginning(inbox: Room) -> None:
    visitor = await inbox.stage.visitor()
    long = "Is there a sauna? " * 400
    await inbox.talk(visitor, inbox.shop.slug, long.strip()[:7_000])
    page = (await inbox.owner.http.get("/inbox")).text
    heading = page.partition('<h2 lang="en">')[2].partition("</h2>")[0]
    assert len(heading) < 300 and heading.endswith("…")
    assert "See all of it" in page
