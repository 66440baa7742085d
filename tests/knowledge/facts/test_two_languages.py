"""Lists that say each thing in two languages: both names are names, and columns are known by either side."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import pytest

from madang.knowledge.facts.bilingual import sides
from madang.knowledge.facts.said_items import items_in
from tests.knowledge.facts.shops import ask, business

BOATS = """# Mulbit 물빛 · Prices 가격표

## Boats 보트 대여

| Boat | 보트 | Seats 정원 | 30 min 30분 | 60 min 60분 |
|---|---|---|---|---|
| Rowing boat | 노 젓는 배 | 3 | ₩15,000 | ₩25,000 |
| Swan pedal boat | 백조 페달보트 | 4 | ₩20,000 | ₩32,000 |
| Electric family boat | 전동 패밀리보트 | 6 | ₩40,000 | ₩65,000 |
| Paddle board | 패들보드 | 1 | ₩12,000 | ₩18,000 |

## Dock Café 나루 카페

| Item | 메뉴 | Price 가격 |
|---|---|---|
| Americano | 아메리카노 | ₩4,500 |
| Café latte | 카페라떼 | ₩5,200 |
| Potato bread | 감자빵 | ₩3,800 |
| Cup noodles | 컵라면 | ₩3,000 |
"""
LISTED = business({"prices.md": BOATS})


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("30 min 30분", ("30 min", "30분")),
        ("30분 / 30 min", ("30 min", "30분")),
        ("1 hour 1 시간", ("1 hour", "1 시간")),
        ("주중 (Weekday)", ("Weekday", "주중")),
        ("Dock Café 나루 카페", ("Dock Café", "나루 카페")),
        ("Price", None),
        ("가격", None),
        ("A 라떼 B", None),
    ],
)
def test_a_text_in_two_languages_has_two_sides(text: str, both: tuple[str, str] | None) -> None:
    assert sides(text) == both


@pytest.mark.parametrize(
    ("row", "name", "others"),
    [
        ("Item: Café latte · 메뉴: 카페라떼 · Price 가격: ₩5,200", "Café latte", ["카페라떼"]),
        ("Item: Café latte · 메뉴: 카페라떼 · Price 가격: 5,200", "Café latte", ["카페라떼"]),
        ("보트: 노 젓는 배 · Boat: Rowing boat · 요금: 5,200원", "노 젓는 배", ["Rowing boat"]),
        ("Item: Latte · Beans: Ethiopia · Price: ₩5,200", "Latte", []),
        ("Item: Latte · 원산지 2026: 국산 100% · Price: ₩5,200", "Latte", []),
        ("메뉴: 라떼 · 설명: Milk and coffee · 가격: 5,200원", "라떼", []),
        ("메뉴: 라떼 · 가격: 5,200원 · Note: Iced", "라떼", []),
    ],
)
def test_the_second_name_is_a_name(row: str, name: str, others: list[str]) -> None:
    ((item, _, _),) = items_in(row, [])
    assert (item.name, item.others, item.amount) == (name, others, 5200)


def test_what_several_rows_share_is_no_name() -> None:
    rows = (
        "Dish: Beef soup · 원산지: 국내산 · Price: ₩9,000\nDish: Pork soup · 원산지: 국내산 · Price: ₩8,000"
    )
    assert [item.others for item, _, _ in items_in(rows, [])] == [[], []]


def test_each_price_has_its_name_in_both_languages() -> None:
    row = "Boat: Rowing boat · 보트: 노 젓는 배 · Seats 정원: 3 · 30 min 30분: ₩15,000 · 60 min 60분: ₩25,000"
    assert [(item.name, item.others, item.amount) for item, _, _ in items_in(row, [])] == [
        ("Rowing boat (30 min)", ["노 젓는 배 (30분)"], 15_000),
        ("Rowing boat (60 min)", ["노 젓는 배 (60분)"], 25_000),
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("카페라떼 두 잔이랑 감자빵 하나 하면 얼마예요?", "14,200원"),
        ("How much is a café latte and two potato breads?", "12,800 won"),
        ("How much is a cafe latte?", "Café latte is 5,200 won."),
        ("How much is the swan boat for an hour?", "Swan pedal boat (60 min) is 32,000 won."),
        ("How much is a paddle board for 30 minutes?", "Paddle board (30 min) is 12,000 won."),
        ("노 젓는 배 반 시간에 얼마예요?", "노 젓는 배 (30분) 가격은 15,000원"),
        ("백조 페달보트 한 시간 얼마예요?", "32,000원"),
        ("노 젓는 배 얼마예요?", "노 젓는 배 (30분): 15,000원, 노 젓는 배 (60분): 25,000원."),
    ],
)
def test_items_are_asked_for_in_either(question: str, said: str) -> None:
    found = ask(LISTED, question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("Which is cheaper for an hour, the rowing boat or the paddle board?", "the cheapest is Paddle board (60 min) (18,000 won)", "(30 min)"),
        ("Is the paddle board cheaper than the rowing boat?", "the cheapest is Paddle board (30 min)", "cheapest is Rowing"),
        ("Which is more expensive, the rowing boat or the swan pedal boat?", "the most expensive is Swan", "expensive is Rowing"),
        ("노 젓는 배랑 패들보드 중에 한 시간 기준으로 뭐가 더 싸요?", "가장 싼 것은 패들보드 (60분) (18,000원)", "(30분)"),
        ("노 젓는 배하고 패들보드 중에 어느 게 더 비싸요?", "가장 비싼 것은 노 젓는 배", "비싼 것은 패들보드"),
        ("Which boat is the cheapest for half an hour?", "Paddle board (30 min) (12,000 won)", "Rowing"),
        ("What is the most expensive boat for an hour?", "Electric family boat (60 min) (65,000 won)", "30 min"),
        ("제일 싼 배는 뭐예요?", "패들보드 (30분) (12,000원)", "컵라면"),
        ("한 시간에 제일 싼 보트는 뭐예요?", "패들보드 (60분) (18,000원)", "30분"),
        ("What boats do you have under 20,000 won?", "Rowing boat (30 min)", "Americano"),
        ("What is the cheapest item at the Dock Café?", "Cup noodles (3,000 won)", "board"),
    ],
)  # fmt: skip
def test_things_of_one_kind_are_compared(question: str, said: str, never: str) -> None:
    found = ask(LISTED, question)
    assert found is not None and said in found.text and never not in found.text, found
    for fact in found.facts:
        span = LISTED.span(fact)
        assert span is not None and span.text == fact.said


@pytest.mark.parametrize(
    "question",
    [
        "How much is a rowing boat for two hours?",  # not twice the price of one
        "Which is cheaper, the rowing boat or the kayak?",
        "Which is cheaper, the rowing boat?",
        "Which is safer, the rowing boat or the paddle board?",
        "How much is a potato bread for an hour?",
        "메뉴에서 5천원 이하인 음료 뭐 있어요?",  # nothing says what is a drink
        "What drinks do you have under 5000 won?",
        "제일 싼 빵은 뭐예요?",
        "제일 안전한 배는 뭐예요?",
    ],
)
def test_what_no_list_says_is_not_computed(question: str) -> None:
    assert ask(LISTED, question) is None


def test_equal_prices_and_prices_of_other_times_have_no_winner() -> None:
    rows = "Bike,Half day,Full day\nCity bike,£12,£18\nTandem,£12,£18\nE-bike,£10,£30\n"
    shop = business({"bikes.csv": rows})
    same = ask(shop, "Which is cheaper, the city bike or the tandem?")
    assert same is not None and same.text.endswith("They cost the same.")
    either = ask(shop, "Which is cheaper, the city bike or the e-bike?")
    assert either is not None and "cheapest" not in either.text and "£10.00" in either.text


@pytest.mark.parametrize(
    ("head", "question"),
    [("Drink", "What drinks do you have under $5?"), ("음료", "5달러 이하인 음료 뭐 있어요?")],
)
def test_a_column_says_what_its_names_are(head: str, question: str) -> None:
    shop = business(
        {"a.csv": f"{head},Price\nAmericano,$4.50\nLatte,$5.50\n", "b.csv": "Bread,Price\nBun,$2.00\n"}
    )
    found = ask(shop, question)
    assert found is not None and "Americano" in found.text and "Bun" not in found.text
