"""How much two prices differ is computed where the question names exactly two, and quoted or declined otherwise."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import pytest

from madang.knowledge.possible import _SUM
from tests.knowledge.facts.shops import ask, business
from tests.knowledge.facts.test_admission_prices import SPA
from tests.knowledge.facts.test_price_columns import PINE


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("가족 독방 두시간 평일이랑 주말이랑 얼마 차이나나요", "차이는 10,000원입니다."),
        ("기본 세신 일반이랑 회원이랑 얼마 차이나요?", "차이는 3,000원입니다."),
        ("기본 세신이랑 회원 가격 차이 얼마예요?", "차이는 3,000원입니다."),
    ],
)
def test_in_korean(question: str, said: str) -> None:
    found = ask(SPA, question)
    assert found is not None and said in found.text, found
    assert len(found.facts) == 1  # one row holds both


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What's the price difference between the pine room on weekdays and weekends?", "The difference is 20,000 won."),
        ("What is the difference between the attic room and the pine room on a weekday?", "The difference is 25,000 won."),
    ],
)  # fmt: skip
def test_in_english(question: str, said: str) -> None:
    found = ask(PINE, question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between the pine room and the sky room?",
        "What is the difference between the pine room and the attic room?",  # three prices each
        "What is the difference between a queen and a double bed?",
        "How much more is the pine room for two nights than for three?",
        "What's the difference?",
    ],
)
def test_what_names_no_two_prices_is_not_computed(question: str) -> None:
    found = ask(PINE, question)
    assert found is None or "difference" not in found.text, found


def test_equal_prices_cost_the_same_and_other_currencies_are_not_compared() -> None:
    shop = business({"a.md": "# Menu\n\n- Tea $3.00\n- Milk $3.00\n- Wine €5.00\n"})
    same = ask(shop, "What is the price difference between tea and milk?")
    assert same is not None and same.text.endswith("They cost the same.")
    assert ask(shop, "What is the price difference between tea and wine?") is None


@pytest.mark.parametrize(
    ("question", "of_several"),
    [
        ("세탁하고 건조까지 하면 얼마야", True),
        ("아메리카노랑 라떼랑 다 하면 얼마예요", True),
        ("breakfast for 2 adults, one solgae one korean, total?", True),
        ("세탁하면 얼마예요", False),
        ("how much is one americano", False),
    ],
)
def test_what_asks_for_several_things_together(question: str, of_several: bool) -> None:
    assert bool(_SUM.search(question)) is of_several
