"""How big or high a deposit, a fee or a discount is asks for an amount; of anything else it does not."""

from __future__ import annotations

import pytest

from madang.knowledge.questions import asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How big is the deposit for the electric boat?", "price"),
        ("How high is the deposit?", "price"),
        ("How large a deposit do you take?", "price"),
        ("How big are the late fees?", "price"),
        ("How high is the surcharge?", "price"),
        ("How steep is the cancellation penalty?", "price"),
        ("보증금은 얼마나 돼요?", "price"),
        ("보증금이 어느 정도예요?", "price"),
        ("How big is the discount for residents?", "number"),
        ("How high is the discount?", "number"),
        ("How large is the tip?", "number"),
        ("할인은 어느 정도예요?", "number"),
        ("How big is the boat?", "number"),
        ("How big is the deposit box?", "number"),
        ("How high is the tower?", "other"),
        ("How large is the car park?", "other"),
        ("배가 얼마나 커요?", "number"),
    ],
)
def test_an_amount_is_asked_for(question: str, kind: str) -> None:
    assert asked(question) == kind
