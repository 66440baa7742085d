"""Tables of one place that have the same rows, words for them that people use, and follow-ups that name only a day or
which price is meant."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import pytest

from madang.knowledge.document import Limits
from madang.knowledge.facts.ask.alike import otherwise
from madang.knowledge.readers import read
from madang.knowledge.split import split
from tests.knowledge.facts.shops import ask, business

BATH = """<html lang="ko"><head><title>요금</title></head><body><main><h1>요금 안내</h1>
<table><caption>찜질방 + 사우나 (찜질복 포함)</caption>
<thead><tr><th>구분</th><th>평일 주간</th><th>평일 야간</th><th>주말·공휴일 주간</th><th>주말·공휴일 야간</th></tr></thead>
<tr><th scope="row">대인 (중학생 이상) Adult</th><td>11,000</td><td>13,000</td><td>13,500</td><td>15,000</td></tr>
<tr><th scope="row">소인 (36개월~초등학생) Child</th><td>7,000</td><td>8,000</td><td>8,500</td><td>9,500</td></tr>
<tr><th scope="row">경주시민 대인 Resident</th><td>10,000</td><td>12,000</td><td>12,500</td><td>14,000</td></tr></table>
<table><caption>사우나만 (3시간)</caption>
<thead><tr><th>구분</th><th>평일</th><th>주말·공휴일</th></tr></thead>
<tr><th scope="row">대인 Adult</th><td>8,000</td><td>9,000</td></tr>
<tr><th scope="row">소인 Child</th><td>5,000</td><td>5,500</td></tr></table>
<h2>회수권</h2><table><thead><tr><th>종류</th><th>10장</th><th>30장</th></tr></thead>
<tr><td>사우나 회수권</td><td>72,000</td><td>204,000</td></tr></table>
<h2>가족 독방 Private room</h2><table><thead><tr><th>이용</th><th>평일</th><th>주말·공휴일</th></tr></thead>
<tr><td>2시간</td><td>40,000</td><td>50,000</td></tr><tr><td>4시간</td><td>70,000</td><td>88,000</td></tr></table>
<h2>세신</h2><table><thead><tr><th>코스</th><th>시간</th><th>일반</th><th>회원</th></tr></thead>
<tr><td>기본 세신</td><td>30분</td><td>25,000</td><td>22,000</td></tr>
<tr><td>전신 경락</td><td>60분</td><td>75,000</td><td>67,500</td></tr></table>
<h2>마실 것</h2><table><thead><tr><th>음료</th><th>따뜻하게</th><th>차갑게</th></tr></thead>
<tr><td>아메리카노</td><td>3,500</td><td>4,000</td></tr><tr><td>카페라테</td><td>4,500</td><td>5,000</td></tr></table>
</main></body></html>"""
SPA = business({"price.html": BATH})


def test_a_caption_is_the_heading_of_its_table_and_of_nothing_after_it() -> None:
    pieces = split(read(BATH.encode(), "price.html", limits=Limits()))
    headings = {piece.headings[-1]: piece.text for piece in pieces}
    assert headings["사우나만 (3시간)"].startswith("사우나만 (3시간)\n구분: 대인 Adult · 평일: 8,000")
    assert ("요금 안내", "회수권") in {piece.headings for piece in pieces}


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("토요일에 어른 한명 찜질방 얼마예요", "(주말·공휴일 주간): 13,500원", "9,000"),
        ("어른 두명 찜질방 평일 낮에 얼마예요?", "= 22,000원", "경주시민"),
        ("어른 평일 얼마예요?", "사우나만 대인 (평일): 8,000원", "주말"),
        ("어른 평일 얼마예요?", "찜질방 + 사우나 대인 (중학생 이상) (평일 야간): 13,000원", "경주시민"),
        ("How much is an adult on Monday?", "8,000 won", "9,000"),
        ("사우나 회수권 10장 얼마예요?", "사우나 회수권 (10장) 가격은 72,000원", "204,000"),
        ("가족 독방 두 시간 얼마예요?", "가족 독방 2시간 (평일): 40,000원", "70,000"),
        ("아이스 아메리카노 한잔 얼마예요?", "4,000원", "3,500"),
        ("따뜻한 아메리카노 두 잔이랑 차가운 카페라테 하나 얼마예요?", "= 12,000원", "4,500"),
        ("크리스마스에 어른 얼마예요?", "사우나만 대인 (주말·공휴일): 9,000원", "8,000"),
        ("다음 주 일요일에 소인 얼마예요?", "5,500원", "5,000원"),
    ],
)
def test_what_people_ask_at_the_counter(question: str, said: str, never: str) -> None:
    found = ask(SPA, question)
    assert found is not None and said in found.text and never not in found.text, found


@pytest.mark.parametrize(
    ("talk", "said", "never"),
    [
        (["기본 세신 얼마예요?", "회원이면?"], "기본 세신 (회원) 가격은 22,000원", "67,500"),
        (["기본 세신 얼마예요?", "전신 경락은요?"], "전신 경락 (일반): 75,000원", "25,000"),
        (["가족 독방 두 시간 얼마예요?", "주말은요?"], "(주말·공휴일) 가격은 50,000원", "40,000"),
        (["사우나 소인 토요일 얼마예요?", "월요일은요?"], "5,000원", "5,500"),
        (["How much is a cafe?", "what about iced?"], None, ""),
        (["가족 독방 두 시간 얼마예요?", "회원은요?"], None, ""),
        (["몇 시에 열어요?", "토요일은요?"], None, ""),
    ],
)
def test_a_follow_up_names_only_the_day_or_the_price(talk: list[str], said: str | None, never: str) -> None:
    earlier: list[str] = []
    found = None
    for question in talk:
        found = ask(SPA, question, earlier=tuple(earlier))
        earlier += [question, found.text if found is not None else "I could not find that."]
    if said is None:
        assert found is None or found.kind == "which", found
    else:
        assert found is not None and said in found.text and never not in found.text, found


def test_one_name_with_two_prices_in_one_source_is_told_as_a_contradiction() -> None:
    shop = business(
        {
            "a.md": "# Menu\n\nLatte $4.00\n\n# Specials of the week, which change without a word of notice\n\nLatte $4.50\n"
        }
    )
    found = ask(shop, "How much is a latte?")
    assert found is not None and found.differ and "$4.00" in found.text and "$4.50" in found.text


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("대인 (평일 주간)", "어른 (평일 주간)"),
        ("Latte (Iced)", "latte (cold)"),
        ("라떼 (ICED)", "라떼 (아이스)"),
        ("Child ticket", "kid ticket"),
    ],
)
def test_a_name_is_said_otherwise(name: str, other: str) -> None:
    assert other in otherwise(name)
    assert otherwise("Holiday sandwich") == []
    assert ask(SPA, "아이스크림 얼마예요?") is None


def test_prices_of_lists_that_agree_keep_their_names() -> None:
    lists = "# Drinks\n\nItem,Price\n"
    shop = business({"a.md": lists + "\n## Morning\n\n- Latte $4.00\n\n## Evening\n\n- Latte $4.00\n"})
    found = ask(shop, "How much is a latte?")
    assert found is not None and found.text == "Latte is $4.00."


def test_a_group_tells_one_of_two_lists() -> None:
    rows = "구분,품목,2시간,4시간\n여성,기본 한복,15000,20000\n남성,기본 한복,14000,18000\n아동,어린이 한복,10000,14000\n"
    shop = business({"요금표.csv": rows})
    for question, said in (
        ("여자 기본 한복 4시간 얼마예요?", "20,000원"),
        ("남자 기본 한복 2시간 얼마예요?", "14,000원"),
        ("How much is the men's 기본 한복 for 2 hours?", "14,000"),
    ):
        found = ask(shop, question)
        assert found is not None and said in found.text, (question, found)
