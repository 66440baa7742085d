"""Prices of everyday Korean lists: terms for so many, steps of time, groups, sheets, and names of fees."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

PARKING = "- 기본요금(1시간): 3,000원\n- 추가요금(30분): 1,000원\n"
EXTRA_TIME = "- 촬영: 200,000원 (1시간)\n- 추가 시간: 30분 80,000원\n"
FIRST_FREE = "# 주차장\n- 주차 1시간: 2,000원 (1시간 무료)\n- 주차 초과 1시간당: 1,000원\n"
BABIES = "- 성인: 10,000원\n- 소인(36개월~초등): 7,000원\n- 36개월 미만: 무료\n"
GROUP = "- 성인: 10,000원\n- 단체(10인 이상): 1인당 8,000원\n"
COLUMNS = "| 구분 | 개인 | 단체(20인 이상) |\n|---|---|---|\n| 어른 | 5,000원 | 4,000원 |\n| 어린이 | 2,000원 | 1,600원 |\n"
COURSES = "| 코스 | 가격 |\n|---|---|\n| A | 30,000원 |\n| 와인 | 8,000원 |\n"
TERMS = (
    "- 물회: 15,000원 (2인 이상)\n- 답례떡: 개당 2,500원 (50개 이상)\n- 한우국밥: 10,000원 (1일 30그릇)\n"
    "- 성인(만 13세 이상): 9,000원\n- 어린이(만 3세 이상): 5,000원\n- 여권사진: 25,000원 (6장)\n"
    "- 치즈볼(5개): 4,000원\n- 콜키지: 20,000원 (1병 무료)\n- 머핀: 3,500원 (2개 6,000원)\n"
)
BUNDLES = "- 쿠키 1+1: 3,000원\n- 도넛: 2,000원\n- 도넛 6개 세트: 10,000원\n- 삼겹살 100g: 2,980원\n"
WEEKEND = "- 성인: 10,000원\n- 어린이: 7,000원\n\n※ 주말·공휴일은 2,000원씩 추가됩니다.\n"
RISE = "## 메뉴\n- 도토리묵: 10,000원\n\n12월 1일부터 전 메뉴 1,000원 인상합니다.\n"
DELIVERY_RISE = "## 메뉴\n- 도토리묵: 10,000원\n\n12월 1일부터 배달비가 1,000원 인상됩니다.\n"
SEASONS = (
    "| 객실 | 비수기(9~6월) | 성수기(7~8월) | 극성수기(7/25~8/10) |\n|---|---|---|---|\n"
    "| 산방 | 80,000원 | 120,000원 | 160,000원 |\n"
)
FEES = "- 배달비: 3,000원\n- 보증금: 50,000원\n- 주차요금: 30분 1,000원\n- 갈비: 30,000원\n- 답례떡: 개당 2,500원\n"
GLUED = "# 메뉴\n짜장면 7,000 짬뽕 8,500 볶음밥 8,000\n"


def _said(files: dict[str, str] | str, question: str, *earlier: str) -> str:
    shop = business({"안내.md": files} if isinstance(files, str) else files, language="ko")
    found = ask(shop, question, earlier=earlier)
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    ("document", "question"),
    [
        (PARKING, "3시간 얼마"),
        (EXTRA_TIME, "추가 시간 1시간 얼마"),
        (FIRST_FREE, "주차 2시간 얼마"),
        (BABIES, "어른2 애기1 얼마"),
        (GROUP, "성인 12명 얼마"),
        (COURSES, "A 와인 얼마"),
        (TERMS, "물회 1개 얼마"),
        (TERMS, "답례떡 30개 얼마"),
        (TERMS, "한우국밥 40그릇 얼마"),
        (TERMS, "여권사진 2장 얼마"),
        (TERMS, "콜키지 2병 얼마"),
        (TERMS, "머핀 4개 얼마"),
        (BUNDLES, "쿠키 2개 얼마"),
        (BUNDLES, "도넛 6개 얼마"),
        (BUNDLES, "삼겹살 2인분 얼마"),
        ("- 대게: 1kg 80,000원\n- 새우(10마리): 20,000원\n", "대게 2마리 얼마"),
        (WEEKEND, "오늘 성인 2명 얼마"),
        (RISE, "도토리묵 2개 얼마"),
        ("- 어린이 풀장: 5,000원\n- 파라솔: 20,000원\n", "어린이 2 파라솔 1 얼마"),
        ("- 최소주문: 15,000원\n- 김밥: 3,000원\n", "최소주문 2개 얼마"),
    ],
)
def test_nothing_is_computed_where_the_list_has_terms_for_so_many(document: str, question: str) -> None:
    assert _said(document, question) == ""


@pytest.mark.parametrize(
    ("document", "question", "told"),
    [
        (BABIES, "어른 2 소인 1 얼마", "27,000원"),
        (GROUP, "성인 3명 얼마", "30,000원"),
        (COLUMNS, "어른 2 어린이 1 얼마", "12,000원"),
        (COLUMNS, "어른 30명 얼마", "120,000원"),
        (COURSES, "와인 2 얼마", "16,000원"),
        (TERMS, "물회 2개 얼마", "30,000원"),
        (TERMS, "답례떡 60개 얼마", "150,000원"),
        (TERMS, "한우국밥 3그릇 얼마", "30,000원"),
        (TERMS, "성인 2명 어린이 1명 얼마", "23,000원"),
        (TERMS, "치즈볼 10개 얼마", "8,000원"),
        (BUNDLES, "도넛 3개 얼마", "6,000원"),
        ("- 어린이 풀장: 5,000원\n- 파라솔: 20,000원\n", "어린이 풀장 2 파라솔 1 얼마", "30,000원"),
        ("- 스튜디오: 시간당 10,000원\n- 주차: 2시간 무료\n", "스튜디오 3시간 얼마", "30,000원"),
        (DELIVERY_RISE, "도토리묵 2개 얼마", "20,000원"),
        (GLUED, "짜장면 얼마", "짜장면 가격은 7,000원"),
        (GLUED, "짬뽕 2개 얼마", "17,000원"),
        (
            "- 파스타: 정가 18,000원 할인가 15,000원\n- 어린이 파스타: 9,000원\n",
            "파스타 2개 얼마",
            "30,000원",
        ),
    ],
)
def test_sums_go_on_where_the_terms_hold(document: str, question: str, told: str) -> None:
    assert told in _said(document, question)


def test_a_single_person_pays_no_price_of_groups() -> None:
    assert "단체" not in _said(COLUMNS, "어른 2 어린이 1 얼마")


def test_the_highest_season_has_its_days() -> None:
    assert "160,000원" in _said(SEASONS, "산방 8월 1일 얼마")


@pytest.mark.parametrize(
    ("document", "question", "told"),
    [
        ("- 학생커트: 15,000원 (평일만)\n", "학생커트 오늘 얼마", "15,000원 (평일만)"),
        ("- 라면: 5,000원 (현재 판매중지)\n", "라면 얼마", "품절로 표시"),
        (TERMS, "물회 얼마", "15,000원 (2인 이상)"),
        (FEES, "배달비 얼마", "배달비는 3,000원입니다."),
        (FEES, "보증금 얼마", "보증금은 50,000원입니다."),
        (FEES, "주차요금 얼마", "주차요금은 30분 1,000원입니다."),
        (FEES, "답례떡 얼마", "답례떡은 개당 2,500원입니다."),
        (FEES, "갈비 얼마", "갈비 가격은 30,000원입니다."),
    ],
)
def test_a_price_is_told_as_its_row_says_it(document: str, question: str, told: str) -> None:
    assert told in _said(document, question)


@pytest.mark.parametrize(
    ("sheet", "question", "told"),
    [
        ("품목,가격\n김치전,12000\n수육,30000\n합계,42000\n", "제일 비싼거 뭐에요", "수육 (30,000원)"),
        ("품목,단가(천원),비고\n원목의자,45,\n원목테이블,230,배송비 별도\n", "원목의자 2개 얼마", "90,000원"),
        ("품명,규격,가격(만원),재고\n사과,10kg,4.5,10\n배,3kg,3.2,4\n", "사과 2개 얼마", "90,000원"),
        ("품목,원가,판매가,할인가\n셔츠,12000,39000,29000\n바지,15000,49000,\n", "셔츠 얼마", "29,000원"),
        (
            "구분,품명,규격,금액\n채소,무,1개,2000\n,배추,3포기,9000\n",
            "배추 6포기 얼마",
            "2 × 배추 (3포기) (9,000원) = 18,000원",
        ),
        ("상품명,수량,단가\n의자,3,20000\n책상,1,50000\n", "의자 2개 얼마", "40,000원"),
    ],
)
def test_sheets_are_read_as_they_are_meant(sheet: str, question: str, told: str) -> None:
    assert told in _said({"표.csv": sheet}, question)


@pytest.mark.parametrize(
    ("sheet", "question"),
    [
        (
            "날짜,품목,수량,금액\n2026-11-27,아메리카노,120,540000\n2026-11-27,라떼,60,300000\n",
            "아메리카노 얼마",
        ),
        ("항목,수량,단가,금액\n도배,30평,20000,600000\n부가세,,,150000\n", "부가세 얼마"),
        ("품명,단위,단가,비고\n볼펜,12자루,6000,\n복사,장,50,100장 이상 40원\n", "복사 200장 얼마"),
        ("품명,단위,단가,비고\n볼펜,12자루,6000,\n복사,장,50,100장 이상 40원\n", "볼펜 2개 얼마"),
        ("품목,재고,가격\n운동화 230,3,59000\n가방,5,89000\n", "운동화 230 5개 살수 있나요"),
    ],
)
def test_sheets_say_no_price_of_so_many(sheet: str, question: str) -> None:
    assert _said({"표.csv": sheet}, question) == ""


def test_what_is_asked_again_keeps_its_number() -> None:
    assert "18,000원" in _said("- 냉면: 9,000원\n- 소주: 5,000원\n", "총 얼마에요", "냉면 2개 얼마")
