"""Tables with a price a column: what each price is for, which of them holds on a day, and what they are in."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

from decimal import Decimal

import pytest

from madang.knowledge.facts.columns import several, single
from madang.knowledge.facts.said_items import items_in
from madang.knowledge.facts.said_rates import peak_of, rates_in, weekend_of
from madang.knowledge.facts.types import Dates, Item, OwnFacts, Policy
from tests.knowledge.facts.shops import ask, business

ROOMS = """# Rooms and prices 객실과 요금

Prices are per room and night.

| Room 객실 | Guests 기준/최대 | Beds 침대 | Weekday 주중 | Weekend 주말 | Peak 성수기 |
|---|---|---|---|---|---|
| Pine Room 솔방 | 2 / 2 | 1 double | 70,000 | 90,000 | 120,000 |
| Attic Room 다락방 | 2 / 3 | floor mattresses (온돌) | 95,000 | 120,000 | 160,000 |

- Weekend means Friday night, Saturday night and the night before a public holiday.
- 주말은 금요일, 토요일, 공휴일 전날입니다.
- Peak season is 15 July to 20 August, every day of the week.
- 성수기는 7월 15일부터 8월 20일까지이며 요일과 상관없습니다.
"""
PINE = business({"rooms.md": ROOMS})


def amounts(text: str, headings: list[str] | None = None) -> list[tuple[str, int | None]]:
    return [
        (item.name, None if item.amount is None else int(item.amount))
        for item, _, _ in items_in(text, headings or [])
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("메뉴: 아메리카노 · HOT: 4,000 · ICE: 4,500", [("아메리카노 (HOT)", 4_000), ("아메리카노 (ICE)", 4_500)]),
        ("메뉴: 떡볶이 · 소: 9,000 · 중: 12,000 · 대: 15,000", [("떡볶이 (소)", 9_000), ("떡볶이 (중)", 12_000), ("떡볶이 (대)", 15_000)]),
        ("Ticket: Day ticket · Adults: 12.00 · Children: 8.50", [("Day ticket (Adults)", 12), ("Day ticket (Children)", 8)]),
        ("코스: 요가 · 1개월: 120,000 · 3개월: 330,000", [("요가 (1개월)", 120_000), ("요가 (3개월)", 330_000)]),
        ("Pass: Swim · Members: 4.00 · Non-members: 6.00 · Seats: 12", [("Swim (Members)", 4), ("Swim (Non-members)", 6)]),
        ("Service: Bicycle · Price: half day 10,000; full day 15,000", [("Bicycle (half day)", 10_000), ("Bicycle (full day)", 15_000)]),
        ("Service: Washing machine · Price: 5,000 per load 1회", [("Washing machine", 5_000)]),
        ("Service: Grill · Price: 20,000; each further person 5,000", [("Grill", None)]),
        ("Service: Taxi · Price: about 24,000", [("Taxi", None)]),
    ],
)  # fmt: skip
def test_each_column_or_part_has_its_price(row: str, expected: list[tuple[str, int | None]]) -> None:
    assert amounts(row, ["Price list"]) == expected


@pytest.mark.parametrize(
    "row",
    [
        "City: Daegu · Population: 2,385,412 · Area: 884.00",
        "Dish: Ramen · kcal: 1,250 · Sodium (mg): 1,900",
        "Room: Hall A · Capacity: 1,200 · Max: 1,500",
        "Walk: Coast trail · Steps: 12,000",
        "Model: X1 · Mileage: 24,000 · Year: 2,019",
        "Year: Spring · Adults: 12,000 · Children: 3,000",
    ],
)
def test_numbers_that_are_no_prices_are_none(row: str) -> None:
    assert amounts(row) == []


def test_a_column_of_counts_is_a_price_only_where_the_table_speaks_of_prices() -> None:
    row = "Class: Wheel · Block A: 120,000 · Drop in, 1 day: 30,000"
    assert amounts(row) == []
    assert amounts(row, ["Fees"]) == [("Wheel (Block A)", 120_000), ("Wheel (Drop in, 1 day)", 30_000)]


def test_names_in_two_languages_are_two_names_where_a_table_writes_them_so() -> None:
    found = [(one.name, one.others, one.description) for one, _, _ in items_in(
        "Set 세트: Solgae breakfast 솔개 조식 (bread, egg, fruit) · House guests 숙박객: 9,000 · Other guests 비숙박객: 12,000", ["Prices"]
    )]  # fmt: skip
    assert found == [
        ("Solgae breakfast (House guests)", ["솔개 조식 (숙박객)"], "bread, egg, fruit"),
        ("Solgae breakfast (Other guests)", ["솔개 조식 (비숙박객)"], "bread, egg, fruit"),
    ]
    alone = items_in("메뉴: LA 갈비 · 가격: 15,000원", [])
    assert [(one.name, one.others) for one, _, _ in alone] == [("LA 갈비", [])]
    item, _, _ = items_in("당근케이크: 6,900 · Carrot cake (M)(E)(N)", [])[0]
    assert (item.name, item.others) == ("당근케이크", ["Carrot cake"])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much is the Pine Room?", "Pine Room (Weekday): 70,000 won, Pine Room (Weekend): 90,000 won, Pine Room (Peak): 120,000 won."),
        ("How much is the pine room on a Saturday in October?", "Pine Room (Weekend) is 90,000 won."),
        ("How much is the pine room on Wednesday?", "Pine Room (Weekday) is 70,000 won."),
        ("How much is the pine room next friday?", "Pine Room (Weekend) is 90,000 won."),
        ("How much is the attic room for one night on 1 August?", "Attic Room (Peak) is 160,000 won."),
        ("다락방 8월 1일 1박 얼마예요", "다락방 (성수기) 가격은 160,000원입니다."),
        ("솔방 12월 24일 얼마예요", "솔방 (주말) 가격은 90,000원입니다."),  # the night before Christmas Day
        ("솔방 12월 16일 얼마예요", "솔방 (주중) 가격은 70,000원입니다."),
        ("바다방 얼마예요?", None),
        ("Which is cheaper on a weekday, the pine room or the attic room, and by how much?", "Of those, the cheapest is Pine Room (Weekday) (70,000 won). The difference is 25,000 won."),
        ("솔방이랑 다락방 중에 주말에 뭐가 더 싸요?", "가장 싼 것은 솔방 (주말) (90,000원)입니다."),
        ("How much is the pine room on 3 days?", None),
        ("cheapest room on a saturday in october", "Of those, the cheapest is Pine Room (Weekend) (90,000 won)."),
        ("What's the cheapest room?", "Of those, the cheapest is Pine Room (Weekday) (70,000 won)."),
        ("Which room is the most expensive on 1 August?", "Of those, the most expensive is Attic Room (Peak) (160,000 won)."),
        ("12월 12일에 제일 싼 방은 뭐예요?", "가장 싼 것은 솔방 (주말) (90,000원)입니다."),
        # perhaps in the peak season
        ("What is the cheapest room on a Saturday?", "Of those, the cheapest is Pine Room (Weekend) (90,000 won) and Pine Room (Peak) (120,000 won)."),
        ("cheapest room for 3 people on a Saturday", None),
    ],
)  # fmt: skip
def test_a_day_has_its_price(question: str, said: str | None) -> None:
    found = ask(PINE, question)
    assert (found and said and said in found.text) or (found is None and said is None), found


def test_what_says_which_price_holds_is_quoted_too() -> None:
    found = ask(PINE, "How much is the pine room on Wednesday?")
    assert found is not None
    assert [fact.value.what for fact in found.facts] == ["item"] + ["policy"] * 4


def test_without_a_word_of_what_a_weekend_is_only_what_is_sure_is_left_out() -> None:
    plain = ROOMS.split("- Weekend means", maxsplit=1)[0]
    shop = business({"rooms.md": plain})
    for question, said, never in (
        ("How much is the pine room on Friday?", "(Weekend): 90,000", "nothing"),
        ("How much is the pine room on Saturday?", "(Weekend): 90,000", "Weekday"),
        ("How much is the pine room on 16 December?", "(Weekday): 70,000", "Weekend"),
    ):
        found = ask(shop, question)
        assert found is not None and said in found.text and never not in found.text, (question, found)
        assert "(Peak): 120,000" in found.text  # nobody says when it is


def test_a_season_of_another_year_says_nothing() -> None:
    old = ROOMS.replace("15 July to 20 August", "15 July 2026 to 20 August 2026").replace(
        "- 성수기는", "- 그 기간은"
    )
    found = ask(business({"rooms.md": old}), "How much is the pine room on 2 August 2028?")
    assert found is not None and "Peak" in found.text and "Weekday" in found.text


def test_sources_that_differ_about_the_season_leave_every_price() -> None:
    other = "# News\n\nPeak season is 1 July to 31 August.\n"
    shop = business({"rooms.md": ROOMS.replace("- 성수기는", "- 그 기간은"), "news.md": other})
    found = ask(shop, "How much is the pine room on 5 July?")
    assert found is not None and "Peak" in found.text and "Weekday" in found.text


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Weekend means Friday night, Saturday night and the night before a public holiday.", {4, 5}),
        ("주말은 금요일, 토요일, 공휴일 전날입니다.", {4, 5}),
        ("주말 요금: 금·토·일", {4, 5, 6}),
        ("Weekend is 10:00 to 18:00.", None),
        ("주말은 토요일, 일요일 10시부터 운영합니다.", None),
        ("Weekend workshops are on Saturday and Sunday.", None),
        ("We are closed at the weekend, Saturday and Sunday.", None),
    ],
)
def test_what_a_weekend_is(sentence: str, days: set[int] | None) -> None:
    found = weekend_of(sentence)
    assert (found and set(found.days)) == days


@pytest.mark.parametrize(
    ("sentence", "season"),
    [
        ("Peak season is 15 July to 20 August, every day.", (Dates(month=7, day=15, to_month=8, to_day=20),)),
        ("성수기(7/15~8/20)", (Dates(month=7, day=15, to_month=8, to_day=20),)),
        ("성수기: 7월 15일 ~ 8월 20일", (Dates(month=7, day=15, to_month=8, to_day=20),)),
        ("Off-peak season is 1 March to 30 April.", ()),
        ("비수기는 3월 1일부터 4월 30일까지입니다.", ()),
        ("Peak season is mid July to the end of August.", ()),
        ("In peak season we are closed from 15 July to 20 August.", ()),
        ("성수기(13/45~8/20)", ()),
    ],
)
def test_what_a_peak_season_is(sentence: str, season: tuple[Dates, ...]) -> None:
    assert peak_of(sentence) == season


def test_such_sentences_are_policies_with_their_places() -> None:
    text = "Prices per night.\n- Peak season is 15 July to 20 August. Breakfast is extra."
    ((policy, start, end),) = rates_in(text)
    assert isinstance(policy, Policy)
    assert (policy.key, text[start:end]) == ("Peak season", "Peak season is 15 July to 20 August.")


@pytest.mark.parametrize("text", ["weekend" * 5_000, "주말은 " * 4_000, "성수기(" * 4_000, "7/15-" * 5_000])
def test_long_text_without_an_end_is_read_in_time(text: str) -> None:
    assert list(rates_in(text)) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": "메뉴,가격\n라떼,5500\n"}, "5,500원"),
        ({"a.csv": "Item,Price\nLatte,4.50\nTea,£3.00\n"}, "£4.50"),
        ({"a.csv": "Item,Price\nLatte,4.50\n"}, "4.50."),
        ({"a.csv": "Item,Price\nLatte,4.50\n", "b.md": "Tea $3.00\nRoom €4.00\n"}, "4.50."),
        ({"a.csv": "메뉴,가격\n라떼,5500\n", "b.csv": "Item,Price\nTea,$3.00\n"}, "5,500입니다"),
    ],
)
def test_a_price_is_in_the_only_currency_that_is_named(files: dict[str, str], said: str) -> None:
    question = "라떼 얼마예요?" if "메뉴" in files["a.csv"] else "How much is a latte?"
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


def test_cells_are_read_strictly() -> None:
    assert several("half day 10,000; full day 15,000") == [("half day", "10,000"), ("full day", "15,000")]
    assert several("반일 10,000원 / 종일 15,000원") == [("반일", "10,000원"), ("종일", "15,000원")]
    assert several("20,000; each further person 5,000") == []
    assert several("10,000") == []
    assert single("5,000~7,000", "") is None
    assert single("5,000 per load", "") is not None
    assert single("5,000 and 3,000", "") is None


def test_what_the_owner_writes_of_a_price_keeps_what_it_is_for() -> None:
    own = OwnFacts(items=[Item(name="Pine Room (Weekend)", amount=Decimal(99_000), currency="KRW")])
    shop = business({"rooms.md": ROOMS}, own)
    found = ask(shop, "How much is the pine room on Saturday?")
    assert found is not None and "(Weekend)" in found.text and "99,000 won" in found.text, found
    assert "Weekday" not in found.text
