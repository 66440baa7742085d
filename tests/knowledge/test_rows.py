"""A row of another thing than the question names is no answer, where its table has one of that thing."""

from __future__ import annotations

import pytest

from madang.knowledge.rows import of_other_things

ROOMS = [
    ("t", "공간: 호롱룸 Horong Room · 주중: 18,000원"),
    ("t", "공간: 등불룸 Deungbul Room · 주중: 24,000원"),
    ("t", "공간: 루프탑 돔텐트 (겨울) · 주중: -"),
]
RIDES = [("t", "Ride: Zip wire · Height: 1.2 m"), ("t", "Ride: Barrel train · Height: 85 cm")]


@pytest.mark.parametrize(
    ("question", "rows", "other"),
    [
        ("호롱룸 수요일 얼마예요?", ROOMS, [False, True, True]),
        ("호롱룸이랑 등불룸 중에 뭐가 더 커요?", ROOMS, [False, False, True]),
        ("how much is the Horong room?", ROOMS, [False, True, True]),
        ("방 얼마예요?", ROOMS, [False, False, False]),
        ("can she go on the zip wire", RIDES, [False, True]),
        ("are there trains", RIDES, [False, False]),
        ("zip wire", [("t", "The zip wire is closed."), *RIDES], [False, False, True]),
        ("zip wire", [("a", RIDES[0][1]), ("b", RIDES[1][1])], [False, False]),
        ("", RIDES, [False, False]),
    ],
)
def test_rows_of_other_things(question: str, rows: list[tuple[str, str]], other: list[bool]) -> None:
    assert of_other_things(question, rows) == other
