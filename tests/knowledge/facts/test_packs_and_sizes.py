"""Prices of several pieces, of several sizes, that are only partly read, and to which VAT comes."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

SNACKS = """# 분식

## 메뉴
- 튀김(5개) 3,000원
- 만두 6개 5,000원
- 붕어빵 3개 2,000원
- 닭강정 소(10조각) 8,000원
- 떡볶이 4,000원
"""
EGGS = "품목,규격,단가\n달걀,30개,8500\n호빵,5입,4000\n"
DELI = "Product,Pack size,Price\nSausage rolls,6,£4.50\nScones,box of 4,£5\nEggs,dozen,£3.20\nBrownies,per tray of 12,£18\nQuiche,1,£9\n"
LAUNDRY = "Service,Price,Unit\nShirts,£12,5 shirts\nDuvet,£15,each\n"
BAKERY = "# Bakery\n\n## Prices\n- Bagels (6) £4\n- Sourdough £3.80\n"


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        ({"a.md": SNACKS}, "튀김 10개 얼마", "2 × 튀김(5개) (3,000원) = 6,000원"),
        ({"a.md": SNACKS}, "튀김 두 접시 얼마", "= 6,000원"),
        ({"a.md": SNACKS}, "만두 12개 얼마", "= 10,000원"),
        ({"a.md": SNACKS}, "붕어빵 세개 얼마", "= 2,000원"),
        ({"a.md": SNACKS}, "닭강정 20조각 얼마", "= 16,000원"),
        ({"a.md": SNACKS}, "떡볶이 2인분이랑 튀김 5개 얼마", "= 11,000원"),
        ({"p.csv": EGGS}, "달걀 60개 얼마", "= 17,000원"),
        ({"p.csv": DELI}, "how much are 12 sausage rolls", "= £9.00"),
        ({"p.csv": DELI}, "8 scones price", "= £10.00"),
        ({"p.csv": DELI}, "how much are 24 eggs", "= £6.40"),
        ({"p.csv": DELI}, "12 brownies price", "= £18.00"),
        ({"p.csv": DELI}, "price of 2 quiches", "= £18.00"),
        ({"p.csv": LAUNDRY}, "how much for 10 shirts", "= £24.00"),
        ({"p.csv": LAUNDRY}, "2 duvets price", "= £30.00"),
        ({"a.md": BAKERY}, "how much for 12 bagels", "= £8.00"),
        ({"p.csv": "Item,Adult,Child\nCandles (6),£9,\n"}, "how much are 12 candles", "= £18.00"),
        ({"a.md": "# Zoo\n\n## Prices\n- Kids (5) £4\n- Grown-ups £8\n"}, "how much are 5 kids", "= £20.00"),
    ],
)  # fmt: skip
def test_pieces_are_counted_by_the_pack(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        ({"a.md": SNACKS}, "튀김 7개 얼마"),
        ({"a.md": SNACKS}, "붕어빵 1개 얼마"),
        ({"p.csv": LAUNDRY}, "how much for 2 shirts"),
        ({"a.md": "# 마사지\n\n## 요금\n- 마사지 60분 60,000원\n"}, "마사지 90분 얼마"),
        ({"a.md": "# 대여\n\n## 요금\n- 자전거 1시간 3,000원\n"}, "자전거 120분 얼마"),
        ({"a.md": "# Spa\n\n## Prices\n- Massage 60 min £60\n- Facial 30 min £35\n"}, "massage 90 min price"),
        ({"a.md": "# Spa\n\n## Prices\n- Massage 60 min £60\n- Facial 30 min £35\n"}, "how much is a 90 minute massage"),
    ],
)  # fmt: skip
def test_what_makes_no_whole_pack_and_minutes_are_no_count(
    files: dict[str, str | bytes], question: str
) -> None:
    assert ask(business(files), question) is None


SIZES = """# Bar

## Menu
- House wine 125ml £4.50 / 175ml £6 / bottle £22
- Lager pint £5.20 half £2.70
- Chips £3, large £4.50
- Dips 60p
"""
SOUP = "# 식당\n\n## 메뉴\n- 수육 소 25,000 / 중 35,000 / 대 45,000\n- 돼지국밥 9,000원 (특 11,000원)\n- 공기밥 1,000 / 사이다 2,000\n"


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (SIZES, "how much is house wine", "(125ml): £4.50, House wine (175ml): £6.00, House wine (bottle): £22.00"),
        (SIZES, "2 pints of lager price", "= £10.40"),
        (SIZES, "large chips price", "£4.50"),
        (SIZES, "what is the cheapest thing", "Dips (£0.60)"),
        (SOUP, "수육 얼마예요", "수육 (소): 25,000원, 수육 (중): 35,000원, 수육 (대): 45,000원"),
        (SOUP, "수육 대 얼마", "45,000원"),
        (SOUP, "제일 비싼 메뉴", "수육 (대) (45,000원)"),
        (SOUP, "돼지국밥 특 2개 얼마", "= 22,000원"),
        (SOUP, "사이다 얼마", "2,000원"),
    ],
)  # fmt: skip
def test_each_size_of_a_line_has_its_price(text: str, question: str, said: str) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        ({"p.csv": "Service,Junior,Director\nLadies cut,from £38,£60\n"}, "how much is a ladies cut"),
        ({"p.csv": "Service,Junior,Director\nLadies cut,from £38,£60\nMens cut,£25,£30\n"}, "cheapest cut"),
        ({"a.md": "# Butcher\n\n- Chicken £3.50 per kilo\n- Mince 500g £4.50\n"}, "what is under £4"),
        ({"a.md": "# Butcher\n\n- Chicken £3.50 per kilo\n- Mince 500g £4.50\n"}, "what is the cheapest"),
        ({"a.md": "# Tea room\n\n- Tea 1.80\n- Cake slice £3.50\n- Scone £2.50\n"}, "what is the cheapest"),
        ({"a.md": "# Tea room\n\n- Cake slice £3.50\n"}, "what is the cheapest"),
    ],
)
def test_nothing_is_the_cheapest_of_a_list_that_is_partly_read(
    files: dict[str, str | bytes], question: str
) -> None:
    assert ask(business(files), question) is None


def test_a_column_without_a_heading_names_the_rows() -> None:
    text = "<h1>Ferry</h1><table><tr><th></th><th>Single</th><th>Return</th></tr><tr><td>Adult</td><td>£9</td><td>£15</td></tr><tr><td>Dog</td><td>£1</td><td>£2</td></tr></table>"
    found = ask(business({"p.html": text}), "how much for 2 adults return")
    assert found is not None and "= £30.00" in found.text


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        ({"p.csv": "진료,금액\n크라운,\"450,000 (VAT 별도)\"\n"}, "크라운 얼마", "부가세는 별도입니다"),
        ({"a.md": "# Desks\n\nAll prices exclude VAT.\n\n- Desk £20\n- Room £50\n"}, "2 desks price", "VAT is not included"),
    ],
)  # fmt: skip
def test_vat_that_comes_to_a_price_is_said(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text


def test_sold_out_is_no_cheapest() -> None:
    shop = business({"p.csv": "품목,단가,재고\n감귤,18000,품절\n사과,35000,있음\n"})
    found = ask(shop, "2만원 이하 뭐 있어요")
    assert found is None or "감귤" not in found.text


CLASSES = "분류,프로그램,English name,소요시간,성인 요금,어린이 요금\n원데이 클래스,물레 체험,Wheel throwing,90분,55000,40000\n원데이 클래스,핸드빌딩 체험,Hand building,90분,45000,35000\n"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("물레 체험 성인 얼마예요?", "물레 체험 (성인) 가격은 55,000원"),
        ("성인 2명 아이 1명 핸드빌딩 체험하면 총 얼마예요?", "= 125,000원"),
        ("2 adults wheel throwing price", "= 110,000 won"),
    ],
)
def test_a_column_of_groups_leads_to_the_names_beside_it(question: str, said: str) -> None:
    found = ask(business({"p.csv": CLASSES}), question)
    assert found is not None and said in found.text, found


def test_what_groups_tell_apart_is_told_apart_once() -> None:
    found = ask(
        business({"p.csv": "구분,대상,요금\n입장권,어른,8000\n체험권,어른,12000\n"}), "어른 2명 입장권 얼마"
    )
    assert found is not None and "2 × 입장권 어른 (8,000원)" in found.text


TYPED = "# 식당\n\n## 메뉴\n- 닭갈비 2인분 24,000원 3인분 34,000원\n- 치킨 한마리 18,000원 / 반마리 10,000원\n- 냉면 9,000 곱빼기 11,000\n- 족발 35,000 / 40,000\n- 볼링 1게임 4,000원\n"
DISHES = "# Menu\n\n- Sharing platter (2) £25\n- Margherita pizza (12) £9\n- Bagels (6) £4\n"
HELD = "상품,단위,가격\n계란,1판,7000\n귤,박스,20000\n"


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        ({"a.md": DISHES}, "2 sharing platters price", "= £50.00"),
        ({"a.md": DISHES}, "12 margherita pizzas price", "= £108.00"),
        ({"p.csv": "상품,수량,단가\n의자,20,30000\n"}, "의자 20개 얼마", "= 600,000원"),
        ({"p.csv": "Product,Pack size,Price\nPlates,box of 6,£30\n"}, "price of 6 plates", "= £30.00"),
        ({"p.csv": HELD}, "계란 2판 얼마", "= 14,000원"),
        ({"a.md": TYPED}, "닭갈비 3인분 얼마", "34,000원"),
        ({"a.md": TYPED}, "치킨 두마리 얼마", "= 36,000원"),
        ({"a.md": TYPED}, "냉면 얼마", "냉면 가격은 9,000원"),
        ({"a.md": TYPED}, "볼링 2게임 얼마", "= 8,000원"),
        ({"p.csv": "Product,Size,Price\nPot,12,£8\n"}, "price of 12 pots", "= £96.00"),
    ],
)
def test_other_numbers_are_no_packs(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        ({"p.csv": HELD}, "계란 30개 얼마"),
        ({"p.csv": HELD}, "귤 10개 얼마"),
        ({"a.md": TYPED}, "닭갈비 4인분 얼마"),
        ({"a.md": TYPED}, "족발 얼마"),
    ],
)
def test_a_container_and_one_of_two_prices_are_not_counted(
    files: dict[str, str | bytes], question: str
) -> None:
    assert ask(business(files), question) is None


@pytest.mark.parametrize(
    ("columns", "row", "question", "never"),
    [
        ("Online|You save", "Adult|£18|£2", "2 adults price", "4.00"),
        ("Per day|Late fee", "Kayak|£30|£5", "2 kayaks price", "10.00"),
        ("Was|Now", "Sofa|£800|£600", "how much is the sofa", "800"),
    ],
)
def test_columns_of_other_amounts_are_no_prices(columns: str, row: str, question: str, never: str) -> None:
    found = ask(business({"a.md": f"# Prices\n\n||{columns}|\n|---|---|---|\n|{row}|\n"}), question)
    assert found is not None and never not in found.text


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["- Desk £20", "- Catering £10 + VAT"], False),
        (["Prices include VAT unless stated.", "- Desk £20"], False),
        (["Delivery is charged at £5 plus VAT.", "- Desk £20"], False),
        (["All prices exclude VAT.", "- Desk £20"], True),
        (["Prices do not include VAT.", "- Desk £20"], True),
    ],
)
def test_vat_is_said_of_what_it_comes_to(lines: list[str], said: bool) -> None:
    text = "# Hire\n\n" + "\n\n".join(lines) + "\n- Room £50\n"
    found = ask(business({"a.md": text}), "how much is a desk")
    assert found is not None and ("VAT" in found.text) is said
