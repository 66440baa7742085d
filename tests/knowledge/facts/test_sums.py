"""Things are added up only where a question lists them; other words together name one row, or nothing."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business


def _prices(*lines: str) -> dict[str, str | bytes]:
    return {"page.md": "# House\n\n## Prices\n\n" + "\n".join(f"- {line}" for line in lines) + "\n"}


HAIR = _prices("Haircut £18", "Haircut OAP £14", "Haircut child £10")
CASTLE = _prices("Castle £9", "Garden £6", "Castle and garden £12", "Child castle £4", "Castle family £22")
BURGERS = _prices("Burger £9", "Cheese burger £10", "Kids burger £6", "Burger meal £12", "Veggie burger £9")
DOGS = _prices("Adult £10", "Child £5", "Adult with dog £12", "Adult + guidebook £15")
CAFE = _prices("Latte £3", "Mocha £3.50", "Scone £2", "Cheese scone £2.50")
VET = _prices("Consultation £45", "Cat vaccination £48", "Puppy class £70", "Adult dog class £75")
SOFAS: dict[str, str | bytes] = {"list.csv": "Item,Price\nSofa,£800\nDelivery,£40\nOld sofa removal,£30\n"}
DANCE: dict[str, str | bytes] = {"list.csv": "Class,Age,Fee per term\nTap,5-8,£65\nAdult tap,18+,£80\n"}
SALON: dict[str, str | bytes] = {
    "list.csv": "Service,Short,Long\nCut,£20,£30\nColour,£40,£60\nCut and colour,£55,£80\n"
}
HAIR_KO = _prices("커트 18,000원", "어린이 커트 10,000원", "클리닉 30,000원", "두피 관리 40,000원")
ZOO_KO = _prices("성인 10,000원", "어린이 5,000원", "성인+강아지 12,000원")
SNACKS = _prices("김밥 3,000원", "라면 4,500원", "치즈라면 5,000원", "떡볶이 4,000원")


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (HAIR, "how much is a haircut for an oap", "Haircut OAP is £14.00"),
        (HAIR, "how much is a child haircut", "Haircut child is £10.00"),
        (HAIR, "haircut for 2 children price", "2 × Haircut child (£10.00) = £20.00"),
        (CASTLE, "castle for a child price", "Child castle is £4.00"),
        (CASTLE, "castle for a family price", "Castle family is £22.00"),
        (CASTLE, "garden and castle price", "Castle and garden is £12.00"),
        (CASTLE, "castle with garden price", "Castle and garden is £12.00"),
        (CASTLE, "castle & garden price", "Castle and garden is £12.00"),
        (BURGERS, "how much is a burger for kids", "Kids burger is £6.00"),
        (BURGERS, "burger with cheese price", "Cheese burger is £10.00"),
        (DOGS, "adult and a dog price", "Adult with dog is £12.00"),
        (DOGS, "adult with a guidebook price", "Adult + guidebook is £15.00"),
        (DANCE, "how much is tap for an adult", "Adult tap is £80.00"),
        (SOFAS, "sofa removal price", "Old sofa removal is £30.00"),
        (SALON, "colour and cut price", "Cut and colour (Short): £55.00, Cut and colour (Long): £80.00"),
        (HAIR_KO, "커트 어린이 얼마", "어린이 커트 가격은 10,000원"),
        (ZOO_KO, "성인이랑 강아지 얼마", "성인+강아지 가격은 12,000원"),
    ],
)  # fmt: skip
def test_words_together_name_one_row(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text and "+ 1 ×" not in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        (BURGERS, "veggie burger meal price"),
        (VET, "consultation for 2 cats price"),
        (VET, "puppy class for 2 dogs price"),
        (SOFAS, "how much to deliver a sofa"),
        (DOGS, "2 adults and a dog price"),
        (CAFE, "how much is a latte or a mocha"),
        (HAIR_KO, "커트 클리닉 얼마"),
        (ZOO_KO, "성인 어린이 얼마"),
    ],
)
def test_words_that_are_no_list_are_not_added(files: dict[str, str | bytes], question: str) -> None:
    assert ask(business(files), question) is None


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (CAFE, "latte and scone price", "= £5.00"),
        (CAFE, "latte, mocha and a scone price", "= £8.50"),
        (CAFE, "2 lattes 1 scone price", "= £8.00"),
        (CAFE, "latte with a scone price", "= £5.00"),
        (CAFE, "2 lattes and a cheese scone price", "= £8.50"),
        (CAFE, "latte plus 2 scones price", "= £7.00"),
        (DOGS, "2 adults 1 child price", "= £25.00"),
        (CASTLE, "2 castles and a garden price", "= £24.00"),
        (SALON, "short cut and long colour price", "= £80.00"),
        (HAIR_KO, "커트하고 클리닉 얼마", "= 48,000원"),
        (ZOO_KO, "성인 2명과 어린이 3명이면 얼마예요", "= 35,000원"),
        (SNACKS, "김밥 2줄 라면 1개 얼마", "= 10,500원"),
        (SNACKS, "김밥 라면 떡볶이 다 합치면 얼마", "= 11,500원"),
        (SNACKS, "김밥하고 치즈라면 2개 얼마", "= 13,000원"),
    ],
)
def test_what_is_listed_is_added(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


ROOMS: dict[str, str | bytes] = {
    "list.csv": "Room,Price\nStandard,£100\nSuite,£140\nSea view supplement,£20\nDog supplement,£10\nSingle occupancy discount,£15\n"
}
PIZZA: dict[str, str | bytes] = {
    "page.md": "# Menu\n\n| Pizza | 10 inch | 12 inch |\n|---|---|---|\n| Margherita | £8 | £10 |\n| Extra hot | £9 | £11 |\n| Extra topping | £1 | £1.50 |\n"
}
COURSES: dict[str, str | bytes] = {
    "list.csv": "Course,Day,Price\nWatercolour,Tuesday,£120\nPottery taster,Saturday,£35\nAll prices include materials except pottery firing,,£15\n"
}
COTTAGES: dict[str, str | bytes] = {
    "list.csv": "Room,Sleeps,Dogs,Price per night\nRose,2,No,£90\nFern,2,Yes (£10),£75\n"
}
CINEMA: dict[str, str | bytes] = {
    "p.md": "# Cinema\n\n## Prices\n\n| Ticket | Mon-Thu | Fri-Sun |\n|---|---|---|\n| Standard (adult) | £9 | £11 |\n| Child | £6 | £7 |\n| Off each standard ticket (Under 26) | £1.50 | £1.50 |\n"
}
BEDS: dict[str, str | bytes] = {
    "p.md": "# Inn\n\n## Prices\n\n| Room | Per night | Extra bed |\n|---|---|---|\n| Double | £95 | £20 |\n| Family | £130 | £25 |\n"
}
RAMEN = _prices("라면 4,000원", "면 추가 1,000원", "김밥 3,500원")


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (ROOMS, "cheapest room", "the cheapest is Standard (£100.00)"),
        (ROOMS, "how much is the sea view supplement", "Sea view supplement is £20.00"),
        (PIZZA, "cheapest pizza", "Margherita (10 inch) (£8.00)"),
        (PIZZA, "extra hot price", "Extra hot (10 inch): £9.00"),
        (COURSES, "what's the cheapest course", "Pottery taster (£35.00)"),
        (COURSES, "which courses are under £100", "One fits: Pottery taster"),
        (COTTAGES, "rooms under £100", "2 fit: Fern (£75.00 per night) and Rose (£90.00 per night)"),
        (CINEMA, "an adult ticket on saturday price", "Standard (adult) (Fri-Sun) is £11.00"),
        (CINEMA, "child ticket tuesday price", "Child (Mon-Thu) is £6.00"),
        (BEDS, "cheapest room", "Double (£95.00 per night)"),
        (BEDS, "2 double rooms price", "2 × Double (£95.00 per night) = £190.00"),
        (RAMEN, "제일 싼 메뉴", "김밥 (3,500원)"),
        (RAMEN, "면 추가 얼마", "1,000원"),
        (RAMEN, "라면이랑 면 추가 얼마", "= 5,000원"),
    ],
)
def test_what_comes_to_a_price_is_no_thing(files: dict[str, str | bytes], question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        (ROOMS, "sea view room price"),
        (ROOMS, "standard for single occupancy price"),
        (ROOMS, "standard and single occupancy discount price"),
        (COTTAGES, "how much is fern with a dog"),
        (_prices("Vaccination £48", "Microchip £15 (free with vaccination)"), "vaccination and microchip price"),
    ],
)  # fmt: skip
def test_what_comes_off_is_not_added(files: dict[str, str | bytes], question: str) -> None:
    assert ask(business(files), question) is None


@pytest.mark.parametrize(
    ("note", "question"),
    [
        ("Second adult half price", "2 adults price"),
        ("3 for 2 on all tickets", "3 adults price"),
        ("두 번째 어른은 반값", "2 adults price"),
    ],
)
def test_what_is_less_for_several_is_told_beside_the_sum(note: str, question: str) -> None:
    found = ask(business(_prices("Adult £10", note)), question)
    assert found is not None and "No discount is counted in" in found.text
    assert any(note in fact.said for fact in found.facts)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("fringe trim price", "£5.00 (free for regulars)"),
        ("2 punctures price", "2 × Puncture repair (£12.00, tube extra) = £24.00"),
        ("worming price", "£10.00 (members half price)"),
        ("latte price", "Latte is £3.00."),
    ],
)
def test_a_condition_behind_a_price_is_told(question: str, said: str) -> None:
    lines = ("Fringe trim £5 (free for regulars)", "Puncture repair £12 (tube extra)", "Worming £10 (members half price)", "Latte £3 (hot)")  # fmt: skip
    found = ask(business(_prices(*lines)), question)
    assert found is not None and said in found.text, found


PONIES = "Item,Price,Notes\nPony party (up to 8 children),£195,1.5 hrs\nExtra child at a party,£18,\n"


def test_a_price_for_up_to_so_many_is_not_multiplied_by_them() -> None:
    shop = business({"prices.csv": PONIES})
    found = ask(shop, "pony party for 8 kids how much")
    assert found is not None and "£195.00" in found.text and found.kind == "price"
    for question in (
        "pony party for 10 kids how much",
        "pony party for 6 children price",
        "2 pony parties price",
    ):
        found = ask(shop, question)
        assert found is None or "×" not in found.text, question
