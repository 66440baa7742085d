"""Sums of many: discounts that a list says are quoted beside them, people are multiplied only where a price is one
person's, and a plain name means the plain thing."""

# ruff: noqa: E501 - a row is read whole
from __future__ import annotations

from decimal import Decimal

import pytest

from madang.knowledge.facts.said_discounts import discounts_in, least_of
from tests.knowledge.facts.shops import ask, business

LIST = """# 느린달 가격표

## 술 Bottles

| 품명 | Name | 용량 | 가격(원) | 알레르기 / Allergens | 비고 |
|---|---|---|---|---|---|
| 느린달 오리지널 | Slow Moon Original | 750ml | 12000 | 밀(누룩) / wheat (nuruk) | |
| 느린달 오리지널 미니 | Slow Moon Original Mini | 375ml | 7000 | 밀(누룩) / wheat (nuruk) | |
| 보름달 12 | Full Moon 12 | 500ml | 19,000원 | 없음 / none | |
| 밤막걸리 | Chestnut Makgeolli | 750ml | 14000 | 밀, 밤 / wheat, chestnut | |
| 잣막걸리 | Pine Nut Makgeolli | 750ml | 16000 | 밀, 잣 / wheat, pine nut | 품절 / sold out |

※ 6병 이상 사시면 10% 할인 (미니 제외) / 10% off six bottles or more, Mini not included

## 안주 Plates

| 메뉴 | Menu | 가격 |
|---|---|---|
| 해물파전 | Seafood pancake | 18000 |

## 체험 Classes

| 체험 | Programme | 1인 가격 |
|---|---|---|
| 양조장 투어 | Brewery tour | 15,000원 |

## 빌리기

| 품명 | Name | 하루 |
|---|---|---|
| 오리배 | Swan boat | 20,000원 |
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("보름달 12 6병 사면 얼마예요?", "114,000원"),
        ("how much are 8 full moon 12?", "152,000 won"),
        ("how much is 6 bottles of original with the discount", "72,000 won"),
        ("오리지널 4병이랑 밤막걸리 2병 얼마예요?", "76,000원"),
    ],
)
def test_a_discount_is_quoted_beside_the_sum_and_never_counted(question: str, said: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is not None and found.kind == "total" and said in found.text, found
    assert found.facts[-1].said.startswith("※ 6병 이상")
    assert "할인은 넣지 않은" in found.text or "No discount is counted in" in found.text


@pytest.mark.parametrize(
    "question", ["보름달 12 5병 사면 얼마예요?", "해물파전 6개 얼마예요?", "how much are 3 full moon 12?"]
)
def test_no_discount_is_quoted_of_fewer_or_of_another_list(question: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is not None and found.kind == "total" and len(found.facts) == 1
    assert "할인" not in found.text and "discount" not in found.text


def test_with_a_discount_that_nobody_says_nothing_is_computed() -> None:
    assert ask(business({"a.md": LIST}), "how much is the brewery tour with the discount") is None


@pytest.mark.parametrize(
    ("line", "least"),
    [
        ("※ 6병 이상 사시면 10% 할인", (6, None)),
        ("10% off six bottles or more, Mini not included", (6, None)),
        ("5만 원 이상 구매 시 5% 할인", (0, Decimal(50_000))),
        ("Spend over £40 and get 5% off", (0, Decimal(40))),
        ("단체 10명 이상 2,000원 할인", (10, None)),
    ],
)
def test_lines_that_say_from_how_many_it_is_less(line: str, least: tuple[int, Decimal | None]) -> None:
    assert [policy.text for policy, _, _ in discounts_in(line)] == [line]
    assert least_of(line) == least


@pytest.mark.parametrize(
    "line",
    [
        "만 65세 이상 10% 할인",
        "10% off for students",
        "6명 이상 예약 필수",
        "8명 이상 단체는 예약금 50,000원을 받으며 이용 금액에서 뺍니다.",
        "Delivery from 10 am, 20% off on Mondays",
        "Lesson: Clinic · Tue-Fri: from £45 · Club member: 10% off",
    ],
)
def test_other_lines_are_no_discounts_for_many(line: str) -> None:
    assert not list(discounts_in(line))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "오리지널 2병이랑 밤막걸리 1병 사면 얼마에요?",
            "2 × 느린달 오리지널 (750ml) (12,000원) + 1 × 밤막걸리",
        ),
        ("how much are 2 originals and a full moon 12", "43,000 won"),
        ("양조장 투어 3명이면 얼마예요?", "45,000원"),
        ("how much is the brewery tour for 3?", "45,000 won"),
        ("how much is the brewery tour for two people", "30,000 won"),
        ("seafod pancake and a full moon 12 how much", "37,000 won"),
        ("how much is the chesnut makgeolli", "Chestnut Makgeolli is 14,000 won"),
    ],
)
def test_how_much_many_cost(question: str, said: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize("question", ["오리배 3명이면 얼마예요?", "how much is the swan boat for 3?"])
def test_people_are_not_multiplied_where_the_price_is_that_of_a_thing(question: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is None or "60,000" not in found.text


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("any nuts in the chestnut makgeolli?", "“wheat, chestnut”", "pine"),
        ("i have a nut allergy, is the original ok?", "Slow Moon Original: under “Allergens” the list says “wheat (nuruk)”", "pine"),
        ("밤막걸리에 견과류 들어가나요?", "‘밀, 밤’", "잣"),
        ("does the full moon 12 contain wheat?", "“none”", "chestnut"),
    ],
)  # fmt: skip
def test_a_column_of_allergens_is_told_as_it_stands(question: str, said: str, never: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is not None and found.kind == "contains" and said in found.text, found
    assert never not in found.text and len(found.facts) == 1


@pytest.mark.parametrize("question", ["any shrimp in the seafood pancake?", "해물파전에 새우 들어가나요?"])
def test_a_row_without_such_a_column_is_left_to_the_sources(question: str) -> None:
    assert ask(business({"a.md": LIST}), question) is None


@pytest.mark.parametrize("question", ["잣막걸리 지금 살 수 있나요?", "can i buy the pine nut makgeolli"])
def test_what_is_sold_out_is_said_so(question: str) -> None:
    found = ask(business({"a.md": LIST}), question)
    assert found is not None and ("품절" in found.text or "sold out" in found.text)


STABLES = """# Prices

## Lessons

| Lesson | Length | Tue-Fri | Sat & Sun | Club member |
|---|---|---|---|---|
| Private lesson | 60 min | £58 | £64 | £53 |
| Group lesson | 60 min | £29 | £32 | £26 |

## Hacks

| Ride | Time | Price per rider | Weekend |
|---|---|---|---|
| Woodland hack | 1 hr | £38 | £42 |
"""


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("how much is a private lesson on a saturday", "(Sat & Sun): £64", "58"),
        ("how much is a private lesson on wednesday", "(Tue-Fri): £58", "64"),
        ("how much is the woodland hack on sunday", "£42", "38"),
        ("how much is the woodland hack on friday", "£38", "42"),
        ("how much woodland hack sunday for 2 ppl", "£84", "76"),
    ],
)
def test_columns_of_days_hold_on_their_days(question: str, said: str, never: str) -> None:
    found = ask(business({"a.md": STABLES}), question)
    assert found is not None and said in found.text and never not in found.text, found
