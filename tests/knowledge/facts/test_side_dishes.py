"""A shop that sells by weight: groups before names, a price a size, how spicy, what is in it."""

# ruff: noqa: E501 - tables are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

PAGE = """<html><head><title>반찬 가격</title></head><body><h1>반찬 가격</h1>
<table><tr><th>분류</th><th>반찬</th><th>가격 100g</th><th>가격 200g</th><th>가격 1팩(400g)</th><th>맵기</th></tr>
<tr><td rowspan="2">나물·무침</td><td>★시금치나물</td><td>2,800</td><td>5,300</td><td>9,900</td><td>안매움</td></tr>
<tr><td>도라지무침</td><td>4,500</td><td>8,600</td><td>16,000</td><td>🌶</td></tr>
<tr><td rowspan="2">조림</td><td>소고기장조림</td><td>6,500</td><td>12,500</td><td>23,000</td><td>안매움</td></tr>
<tr><td>콩자반</td><td>2,700</td><td>5,200</td><td>9,600</td><td>안매움</td></tr></table></body></html>"""
SHEET = """분류,품명,500g,1kg,맵기(0~3),알레르기,냉장보관(일)
김치,배추김치,7500,14000,2,새우,30
김치,백김치,8000,15000,0,없음,20
조림,연근조림,6000,11000,0,"대두, 난류",7
"""
SHOP = business({"price.html": PAGE, "반찬 가격표.csv": SHEET}, language="ko")


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("콩자반 얼마예요?", "콩자반 (100g): 2,700원, 콩자반 (200g): 5,200원, 콩자반 (1팩): 9,600원."),
        ("시금치나물 200g 얼마예요?", "시금치나물 (200g) 가격은 5,300원입니다."),
        ("소고기장조림 한팩이랑 콩자반 한팩 합치면 얼마예요", "1 × 소고기장조림 (1팩) (23,000원) + 1 × 콩자반 (1팩) (9,600원) = 32,600원입니다."),
        ("배추김치 1kg 얼마예요?", "배추김치 (1kg) 가격은 14,000원입니다."),
        ("맵지 않은 김치 있어요?", "2가지가 있습니다: 백김치 (500g) (8,000원), 백김치 (1kg) (15,000원)."),
    ],
)  # fmt: skip
def test_what_is_sold_by_weight(question: str, reply: str) -> None:
    found = ask(SHOP, question)
    assert found is not None and found.text == reply


@pytest.mark.parametrize(
    "question",
    ["우리애 계란 알레르기인데 연근조림 먹여도 될까요", "연근조림에 계란 들어가나요?", "저희 아이 계란 알러지라서요 연근조림 괜찮나요?"],
)  # fmt: skip
def test_what_is_in_it_is_told_by_the_list_that_says_so(question: str) -> None:
    found = ask(SHOP, question)
    assert found is not None and "대두, 난류" in found.text


def test_several_contacts_are_told_together() -> None:
    shop = business({"a.md": "# Us\n\nTel: 02-555-0101\n\nInstagram: @mill\n\nE-mail: hi@mill.example\n"})
    found = ask(shop, "what is your phone number and instagram?")
    assert (
        found is not None
        and found.text == "Our phone number is 02-555-0101. You find us here: Instagram @mill."
    )
    assert ask(shop, "what is your phone number and kakao channel?") is None
