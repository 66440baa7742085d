"""Rows and lines become items with prices and tags; labels name phones and addresses; nothing else does."""

# ruff: noqa: E501 - sentences are read whole
from __future__ import annotations

from datetime import date

import pytest

from madang.knowledge.facts.ask.items import answer
from madang.knowledge.facts.extract import facts_of
from madang.knowledge.facts.said_contact import contacts_in
from madang.knowledge.facts.said_items import items_in
from madang.knowledge.facts.tags import tags_of
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.types import Passage
from tests.knowledge.facts.shops import ask, business


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("Dish: Seafood pancake · Price: 14,000 won · Diet: Contains seafood", "Seafood pancake|14000|KRW"),
        ("메뉴: 해물파전 · 가격: 14,000원 · 설명: 쪽파와 오징어", "해물파전|14000|KRW"),
        ("상품명: 머그컵 · 판매가: 12000 · 통화: KRW", "머그컵|12000|KRW"),
        ("메뉴: 커피 · 가격(원): 4,500", "커피|4500|KRW"),
        ("Item: Flat white · Price: $4.50 · Size: L", "Flat white (L)|4.50|USD"),
        ("Product: Lamp · Price: 3,50 €", "Lamp|3.50|EUR"),
        ("Product: Lamp · Price: 20-30 USD", "Lamp|None|"),
        ("김밥 4,000원", "김밥|4000|KRW"),
        ("- Americano ....... $4.50", "Americano|4.50|USD"),
        ("Latte: 5,000 won", "Latte|5000|KRW"),
        ("2) 라면 — ₩4,500", "라면|4500|KRW"),
        ("떡볶이 5천원", "떡볶이|5000|KRW"),
        ("Soup £6.20 (with bread)", "Soup|6.20|GBP"),
        ("멸치국수 ........ 7,000", "멸치국수|7000|KRW"),
        ("콩국수 … 10,000 (여름만)", "콩국수|10000|KRW"),
        ("막걸리 5,000", "막걸리|5000|KRW"),
        ("Pie ..... 4.50", "Pie|4.50|"),
        ("구분: 어른 · 대상: 만 19~64세 · 요금: 6,000원", "어른|6000|KRW"),
    ],
)
def test_a_row_is_an_item(line: str, item: str) -> None:
    ((found, start, end),) = items_in(line, [])
    assert f"{found.name}|{found.amount}|{found.currency}" == item
    assert line[start:end] == line.strip()


@pytest.mark.parametrize(
    "line",
    [
        "A deposit of 10,000 won a person is asked for groups of eight or more.",
        "We give a voucher for one hour with every bill over 20,000 won.",
        "2만 원 넘게 드시면 1시간 주차권을 드립니다.",
        "아메리카노 4,500원 (아이스 +500원)",
        "Day: Monday · Hours: 9:00-18:00",
        "Dish: Soup · Diet: vegan",
        "From 10,000 won to 12,000 won",
        "12,000 won",
        "Call 051-123-4567",
        "곱빼기는 +1,500",
        "Chapter one ......... 12",
        "입장은 5,000",
    ],
)
def test_what_is_no_row_is_no_item(line: str) -> None:
    assert items_in(line, []) == []


@pytest.mark.parametrize(
    "line", ["배달비 3,000원", "Delivery fee: 3,000 won", "Corkage $10", "최소 주문금액 15,000원"]
)
def test_a_fee_is_not_on_the_menu(line: str) -> None:
    ((found, _, _),) = items_in(line, [])
    assert found.category == "fee"


def test_what_is_sold_out_is_known_as_that() -> None:
    for line in (
        "튀김 (품절) 6,000원",
        "Dish: Tea · Price: $3 · Availability: sold out",
        "메뉴: 차 · 가격: 3,000원 · 재고: 0",
    ):
        ((found, _, _),) = items_in(line, [])
        assert found.available is False, line


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Vegetarian", ["vegetarian"]),
        ("vegan", ["dairy-free", "vegan", "vegetarian"]),
        ("Not vegetarian", ["not-vegetarian"]),
        ("non-vegan", ["not-vegan"]),
        ("vegetarian and vegan without the egg", ["vegetarian"]),
        ("vegan option available", []),
        ("can be made gluten-free", []),
        ("gluten free", ["gluten-free"]),
        ("비건", ["dairy-free", "vegan", "vegetarian"]),
        ("달걀을 빼면 비건", []),
        ("비건 아님", ["not-vegan"]),
        ("채식 가능", []),
        ("얼큰한 순두부찌개", ["spicy"]),
        ("안 매운 떡볶이", []),
        ("Vegan: no", ["not-vegan"]),
        ("Contains pork", []),
    ],
)
def test_a_tag_is_what_is_said_and_no_more(text: str, tags: list[str]) -> None:
    assert tags_of(text) == tags


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Tel: 051-123-4567", "phone 051-123-4567"),
        ("전화 02-1234-5678, 팩스 02-1234-5679", "phone 02-1234-5678"),
        ("연락처: 010-1234-5678", "phone 010-1234-5678"),
        ("Our phone number is +82 51-123-4567.", "phone +82 51-123-4567"),
        ("Call us at (02) 555-0101", "phone (02) 555-0101"),
        ("E-mail: hello@mill.example", "email hello@mill.example"),
        ("이메일 주소는 hello@mill.example 입니다.", "email hello@mill.example"),
        ("Website: https://mill.example/menu", "website https://mill.example/menu"),
        ("Our address is 27 Minrak-ro, Suyeong-gu, Busan.", "address 27 Minrak-ro, Suyeong-gu, Busan"),
        ("주소는 부산 수영구 민락로 27입니다.", "address 부산 수영구 민락로 27"),
        ("Find us at 5 Mill Street, New York", "address 5 Mill Street, New York"),
        ("주소: 부산 수영구 민락로 27 / 팩스 051-123-4568", "address 부산 수영구 민락로 27"),
        ("주소는 서울 종로구 새터물길 18, 층수 꼭 적어주세요.", "address 서울 종로구 새터물길 18"),
        ("주소는 서울 종로구 전화국길 3입니다.", "address 서울 종로구 전화국길 3"),
    ],
)
def test_a_label_names_a_contact(text: str, contact: str) -> None:
    ((found, start, end),) = contacts_in(text)
    assert f"{found.kind} {found.value}" == contact
    assert text[start:end].strip() == text


@pytest.mark.parametrize(
    "text",
    [
        "Fax: 02-1234-5679",
        "Call the tourist office at 051-123-4567.",
        "Kim wrote from kim@customer.example yesterday.",
        "Name your website under Websites that may show it (https://example.org).",
        "사업자등록번호 123-45-67890",
        "It costs 1,234,567 won.",
        "Our address is on the sign.",
    ],
)
def test_what_may_be_somebody_else_s_is_no_contact(text: str) -> None:
    assert contacts_in(text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "주소는 강원도 춘천시 신북읍 호수로 41, 전화는 033-555-0142입니다.",
            "강원도 춘천시 신북읍 호수로 41",
        ),
        ("주소는 부산 수영구 민락로 27이며, 연락처는 051-123-4567입니다.", "부산 수영구 민락로 27"),
        ("Our address is 5 Mill Street, New York, phone (02) 555-0101.", "5 Mill Street, New York"),
    ],
)
def test_an_address_ends_where_another_contact_begins(text: str, address: str) -> None:
    found = {one.kind: one.value for one, _, _ in contacts_in(text)}
    assert found["address"] == address
    assert "phone" in found


@pytest.mark.parametrize(
    ("text", "heading", "title", "address"),
    [
        ("Mulbit Landing, 41 Hosu-ro, Sinbuk-eup, Chuncheon, Gangwon-do 24208.", "Find us", "", "41 Hosu-ro, Sinbuk-eup, Chuncheon, Gangwon-do 24208"),
        ("Mulbit Landing, 41 Hosu-ro, Sinbuk-eup, Chuncheon.", "Welcome", "Mulbit Landing", "41 Hosu-ro, Sinbuk-eup, Chuncheon"),
        ("27-3 Minrak-ro 12beon-gil, Suyeong-gu, Busan 48303", "오시는 길", "", "27-3 Minrak-ro 12beon-gil, Suyeong-gu, Busan 48303"),
        ("5 Mill Street, New York NY 10001", "Contact", "", "5 Mill Street, New York NY 10001"),
        ("Lake Store, 3 Hosu-ro, Chuncheon.", "Partners", "Mulbit Landing", None),
        ("Lake Store, 3 Hosu-ro, Chuncheon.", "Where to buy", "Mulbit Landing", None),
        ("Take bus 31 to 41 Hosu-ro, Chuncheon.", "Find us", "Mulbit Landing", None),
        ("We lent 12 boats, Chuncheon.", "Find us", "", None),
        ("41 Hosu-ro", "Find us", "", None),
    ],
)  # fmt: skip
def test_a_sentence_may_be_an_address(text: str, heading: str, title: str, address: str | None) -> None:
    found = [one.value for one, _, _ in contacts_in(text, [heading], title) if one.kind == "address"]
    assert found == ([] if address is None else [address])


@pytest.mark.parametrize(
    ("row", "name", "others"),
    [
        ("메뉴: 소금빵 · 이름(영어): Salt bread · 가격: 3,500원", "소금빵", ["Salt bread"]),
        ("Dish: Salt bread · Korean name: 소금빵 · Price: 3,500 won", "Salt bread", ["소금빵"]),
        ("상품명: 소금빵 · 영문명: Salt bread · 가격: 3,500원", "소금빵", ["Salt bread"]),
        ("Name: Salt bread · Name (Korean): 소금빵 · Price: 3,500 won", "Salt bread", ["소금빵"]),
        ("메뉴: 소금빵 · 이름(영어): - · 가격: 3,500원", "소금빵", []),
        ("메뉴: 소금빵 · 이름(영어): 소금빵 · 가격: 3,500원", "소금빵", []),
        ("메뉴: 소금빵 · 설명(영어): Salty and soft · 가격: 3,500원", "소금빵", []),
    ],
)
def test_a_name_in_another_language_is_a_name_too(row: str, name: str, others: list[str]) -> None:
    ((item, _, _),) = items_in(row, [])
    assert (item.name, item.others, item.amount) == (name, others, 3500)


BIKES = (
    "Bike: City bike · Type: Standard · Half day: £12 · Full day: £18 · Notes: Lights included\n"
    "Bike: E-bike · Type: Electric · Half day: £30 · Full day: £45\n"
    "Bike: Child bike · Type: Children · Half day: £8 · Full day: £12"
)


def test_several_columns_of_prices_are_a_price_each() -> None:
    found = [(item.name, item.amount) for item, _, _ in items_in(BIKES, [])]
    assert found[:3] == [
        ("City bike (Half day)", 12),
        ("City bike (Full day)", 18),
        ("E-bike (Half day)", 30),
    ]
    rooms = "이름: 온돌방 · 주중 요금: 80,000원 · 주말 요금: 100,000원 · 정원: 2명"
    assert [(item.name, item.amount) for item, _, _ in items_in(rooms, [])] == [
        ("온돌방 (주중)", 80_000),
        ("온돌방 (주말)", 100_000),
    ]


def test_a_first_column_under_any_name_says_what_is_sold() -> None:
    assert [
        (one.name, one.amount) for one, _, _ in items_in("추가 요금: 이불 한 채 · 금액: 10,000 원", [])
    ] == []
    assert [(one.name, one.amount) for one, _, _ in items_in("진료 항목: 스케일링 · 비용: 18,000원", [])] == [
        ("스케일링", 18_000)
    ]


@pytest.mark.parametrize(
    "row",
    [
        "Cake size: Medium · Serves: 4-6 · Price: 39,000 won",
        "Date: May 3 · Price: 9,000 won",
        "Question: Is it free? · Price: 9,000 won",
    ],
)
def test_rows_that_are_no_things_are_no_items(row: str) -> None:
    assert items_in(row, []) == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much is an e-bike for a full day?", "E-bike (Full day) is £45.00."),
        ("What does a city bike cost for half a day?", "City bike (Half day) is £12.00."),
        ("How much is an e-bike?", "E-bike (Half day): £30.00, E-bike (Full day): £45.00."),
        (
            "What's the cheapest bike for a full day?",
            "Of those, the cheapest is Child bike (Full day) (£12.00).",
        ),
        ("What is the most expensive bike?", "Of those, the most expensive is E-bike (Full day) (£45.00)."),
    ],
)
def test_one_of_several_prices_is_told(question: str, said: str) -> None:
    places = items_in(BIKES, [])
    facts = [
        Fact(key=str(at), value=item, source_id="s", passage_id="p", start=start, end=end)
        for at, (item, start, end) in enumerate(places)
    ]
    found = answer(Business(facts=tuple(facts)), question, [], date(2026, 11, 28), "en")
    assert found is not None and found.text == said


def test_what_a_thing_is_of_is_not_the_thing() -> None:
    row = "Class: Family clay morning · Price: £24"
    facts = [
        Fact(key="1", value=item, source_id="s", passage_id="p", start=start, end=end)
        for item, start, end in items_in(row, [])
    ]
    assert answer(Business(facts=tuple(facts)), "Do you sell clay?", [], date(2026, 11, 28), "en") is None


def test_drinks_side_by_side_are_items_of_their_own() -> None:
    found = items_in("식혜 3,000 / 콜라 2,000", [])
    assert [(item.name, str(item.amount)) for item, _, _ in found] == [("식혜", "3000"), ("콜라", "2000")]


def test_rows_of_one_name_are_told_apart_by_what_differs() -> None:
    text = (
        "Service: First course · Animal: Dog · Fee: £78\nService: First course · Animal: Cat · Fee: £84\n"
        "Service: Microchip · Animal: All · Fee: £20"
    )
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="Fees", text=text)
    names = [fact.value.name for fact in facts_of([passage], []) if isinstance(fact.value, Item)]
    assert names == ["First course (Dog)", "First course (Cat)", "Microchip"]


@pytest.mark.parametrize(
    ("line", "contacts"),
    [
        (
            "© 2026 느린달 양조장 · 대표 한소율 · 서울 마포구 성미산로 00길 12 · 02-555-0148 · moon@moon.example",
            {"address": "서울 마포구 성미산로 00길 12", "phone": "02-555-0148", "email": "moon@moon.example"},
        ),
        (
            "상호 느린달 | 대표자: 한소율 | 사업자등록번호 123-45-67890 | 통신판매업신고 2026-서울마포-0123"
            " | 경기도 파주시 회동길 12-3, 2층 | Tel 031-555-0101 | Fax 031-555-0102",
            {"address": "경기도 파주시 회동길 12-3, 2층", "phone": "031-555-0101"},
        ),
        (
            "© Mill House | 0117 496 0123 | hello@mill.example | Designed by web@agency.example",
            {"phone": "0117 496 0123", "email": "hello@mill.example"},
        ),
        ("대표 메뉴는 김밥입니다. 02-555-0101 · lunch@mill.example", {}),
        ("Our neighbours: 02-555-0101 · them@there.example", {}),
    ],
)
def test_the_foot_of_a_page_says_who_the_business_is(line: str, contacts: dict[str, str]) -> None:
    assert {one.kind: one.value for one, _, _ in contacts_in(line)} == contacts


def test_the_foot_of_a_page_may_be_several_lines() -> None:
    foot = (
        "호롱불 | 대표 고은별 | 사업자등록번호 123-45-00678\n"
        "서울 마포구 새터물길 18 (2~5층) | 문의 02-555-0147 | hello@horong.example\n\n다른 가게 | 02-555-0199"
    )
    found = {(one.kind, one.value) for one, _, _ in contacts_in(foot)}
    assert found == {
        ("address", "서울 마포구 새터물길 18 (2~5층)"),
        ("phone", "02-555-0147"),
        ("email", "hello@horong.example"),
    }


def test_an_address_that_is_a_part_of_another_contradicts_nothing() -> None:
    shop = business(
        {"a.md": "# 안내\n\n주소: 새터물길 18\n\n주소: 서울 마포구 새터물길 18 (2~5층)\n"}, language="ko"
    )
    found = ask(shop, "주소가 어떻게 되나요?")
    assert found is not None and found.text == "주소는 서울 마포구 새터물길 18 (2~5층)입니다."


def test_a_number_that_begins_alike_is_another_house() -> None:
    shop = business(
        {"a.md": "# 안내\n\n주소: 새터물길 18\n", "b.md": "# 안내\n\n주소: 새터물길 180\n"}, language="ko"
    )
    found = ask(shop, "주소가 어떻게 되나요?")
    assert found is not None and found.differ
