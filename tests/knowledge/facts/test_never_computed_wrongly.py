"""Documents that invite a wrong sum, a wrong day or another thing's price: nothing wrong is computed of them."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import re

import pytest

from tests.knowledge.facts.shops import ask, business

MARKS = """# Menu

(G) contains gluten (N) contains nuts (D) contains dairy

- Bread (G)(D) $3
- Nut bread (G)(N) $3
- Pie (N, G) $3
- Milk tea (D) $3
- Carrot cake (V N) $3
- Baklava (N*) $3
- Tea $2
"""
TICKETS = """# Tickets

| Ticket | Adult | Child |
|---|---|---|
| Museum | 5,000 won | free |
| Tower | 6,000 won | 4,000 won |
"""
GROUPS = "# 요금\n\n| 구분 | 개인 | 단체 |\n|---|---|---|\n| 어른 | 5,000원 | 4,000원 |\n| 청소년 | 3,000원 | 무료 |\n"
WEEK = "# 요금\n\n| 구분 | 평일 | 토요일 | 일요일·공휴일 |\n|---|---|---|---|\n| 대인 | 9,000원 | 10,000원 | 11,000원 |\n"
ROOM = "# Room prices\n\n| Room | Weekday | Weekend | Peak |\n|---|---|---|---|\n| Pine Room | 70,000 won | 90,000 won | 120,000 won |\n\n"
BATH = (
    "# Bath\n\nPrices in won\n\n| Ticket | Weekday | Weekend |\n|---|---|---|\n| Sauna | 9,000 | 12,000 |\n"
)
HOURS = "# Shop\n\n## Opening hours\n\nMon-Sat 9:00-18:00\n\n"
LAKE = "# Lake\n\n## Opening hours\n\n| Day | Boats | Café |\n|---|---|---|\n| Wednesday | 10:00–18:00 | 9:00–17:00 |\n\nThe café is closed on 23 December.\n"
FLOORS = "# Prices\n\n## Sauna\n\n| Ticket | Price |\n|---|---|\n| Adult | 10,000 won |\n\n## Pool\n\n| Ticket | Price |\n|---|---|\n| Adult | 20,000 won |\n"

PARTY = "# Prices\n\n| Ticket | Price |\n|---|---|\n| Adult | £8 |\n| Group (10 people) | £60 |\n"


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (MARKS, "Does the nut bread contain nuts?", "Nut bread is marked (N)"),
        (MARKS, "Does the milk tea contain milk?", "Milk tea is marked (D)"),
        (TICKETS, "How much is the tower for a child?", "Tower (Child) is 4,000 won."),
        (TICKETS, "How much is the museum?", "Museum (Adult) is 5,000 won."),
        (WEEK, "크리스마스에 어른 얼마예요?", "11,000원"),
        (WEEK, "어른 토요일 얼마예요?", "10,000원"),
        (WEEK, "어른 월요일 얼마예요?", "9,000원"),
        (
            HOURS + "On 29, 30 and 31 December we close at 4 pm.\n",
            "When do you close on 29 December?",
            "at 16:00",
        ),
        (LAKE, "Are the boats open on 23 December?", "Boats: Yes"),
        (LAKE, "Is the café open on 23 December?", "Café: No"),
        (FLOORS, "How much is an adult?", "Sauna Adult: 10,000 won, Pool Adult: 20,000 won."),
        (PARTY, "How much is it for a group of 10 people?", "Group (10 people) is £60.00."),
        (PARTY, "How much for 10 adults?", "10 × Adult (£8.00) = £80.00."),
        (PARTY, "How much are 2 group tickets?", "2 × Group (10 people) (£60.00) = £120.00."),
    ],
)
def test_what_is_said_is_told(text: str, question: str, said: str) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (MARKS, "Does the carrot cake contain nuts?"),  # "(V N)"
        (MARKS, "Does the baklava contain nuts?"),  # "(N*)"
        (TICKETS, "How much is the museum for a child?"),
        (TICKETS, "How much is the museum for 2 adults and a child?"),
        (GROUPS, "청소년 단체 20명 얼마예요?"),
        (PARTY, "How much for 20 people?"),  # nor ten times the price of ten
        ("# 요금\n\n- 어른 8,000원\n- 단체 (10명) 60,000원\n", "단체 20명 얼마예요?"),
        ("# Useful numbers\n\nReception ........ 100\nHousekeeping ........ 203\n\n# Café\n\nTea $2\n", "How much is housekeeping?"),
        ("# Prices\n\n| Bike | Price |\n|---|---|\n| Tandem | weekday 50,000; weekend +10,000 |\n", "How much is the tandem on Saturday?"),
        ("# Prices\n\n| Item | Price |\n|---|---|\n| Facial | 10,000 won off |\n", "How much is the facial?"),
        ("# Prices\n\n| Item | Price |\n|---|---|\n| Sauna | 50,000 won deposit |\n", "How much is the sauna?"),
        ("# Visitors in 2025\n\n| Room | Adults | Children |\n|---|---|---|\n| Gallery | 12,400 | 3,100 |\n\n## Bar\n\nBeer $5\n", "How much is the gallery?"),
        ("# Menu\n\nPesto pasta (V) with walnuts (N) nuts on top $9.00\n\n- Soup (N) $4.00\n- Satay $5.00\n", "Does the satay contain nuts?"),
    ],
)  # fmt: skip
def test_what_is_not_said_is_not_computed(text: str, question: str) -> None:
    assert ask(business({"a.md": text}), question) is None


@pytest.mark.parametrize(
    ("text", "question", "open_"),
    [
        (ROOM + "Weekend means Friday and Saturday but not Sunday.\n", "How much is the pine room on Sunday?", ("Weekday", "Weekend")),
        (ROOM + "Weekends are usually full on Friday and Saturday.\n", "How much is the pine room on Sunday?", ("Weekday", "Weekend")),
        (ROOM + "Peak season is 15 July to 20 August and all public holidays.\n", "How much is the pine room on 25 December?", ("Peak",)),
        (ROOM + "Peak season is not 15 July to 20 August.\n", "How much is the pine room on 2 August?", ("Weekday", "Peak")),
        (ROOM + "Peak season is 15 July to 20 August except Sundays.\n", "How much is the pine room on 2 August 2026?", ("Weekend", "Peak")),
        (ROOM.replace("| Peak |", "| 극성수기 |") + "극성수기: 7월 25일~8월 5일\n", "How much is the pine room on 12 August?", ("극성수기",)),
    ],
)  # fmt: skip
def test_prices_that_may_hold_are_all_told(text: str, question: str, open_: tuple[str, ...]) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is not None and all(label in found.text for label in open_), found


def test_what_a_weekend_is_in_one_document_is_not_so_in_another() -> None:
    shop = business({"a.md": ROOM + "Weekend means Friday and Saturday.\n", "b.md": BATH})
    friday = ask(shop, "How much is the sauna on Friday?")
    sunday = ask(shop, "How much is the sauna on Sunday?")
    assert friday is not None and "9,000 won" in friday.text
    assert sunday is not None and "12,000 won" in sunday.text


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (HOURS + "We are closed on 24 and from 28 to 30 December.\n", "Are you open on 24 December?"),
        (HOURS + "12월 24일, 28일, 30일은 3시까지, 31일은 휴무\n", "12월 31일에 열어요?"),
        (HOURS + "12월 24일 15일간 쉽니다.\n", "12월 26일에 열어요?"),
        (HOURS + "On Christmas Eve lunch service closes at 3 pm.\n", "When do you close on 24 December?"),
        (HOURS + "12월 24일 점심은 오후 2시까지만 영업합니다.\n", "12월 24일 몇 시까지 해요?"),
    ],
)
def test_hours_that_are_not_wholly_understood_are_quoted(text: str, question: str) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is None or found.kind == "told", found


@pytest.mark.parametrize(
    "text",
    [
        "## Opening hours\n\nMonday " + " ".join(f"{hour}:00-{hour}:30" for hour in range(8, 22)),
        "# Prices\n\n| Item | Price |\n|---|---|\n| Yacht | 1,000,000,000,000,000 |\n",
    ],
)
def test_what_no_fact_holds_stops_no_reading(text: str) -> None:
    assert business({"a.md": text}) is not None


def test_sizes_tell_prices_apart_and_mark_nothing() -> None:
    text = "# Menu\n\n(S) small (M) medium (L) large\n\n- Latte (S) $3.00\n- Latte (M) $3.50\n"
    found = ask(business({"a.md": text}), "How much is a latte?")
    assert found is not None and not found.differ and "$3.00" in found.text and "$3.50" in found.text


def table(*rows: str) -> str:
    """A page with a table; cells are parted by bars."""
    head, *body = [row.split("|") for row in rows]
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f"<h1>Prices</h1><table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{cells}</table>"


PEAK = table("Ticket|Off-peak|Peak", "Adult|£10|£14")
SPECIAL = (
    table("객실|주중|주말|특별일", "바다방|100,000원|140,000원|200,000원")
    + "<p>특별일: 7월 20일 ~ 8월 20일, 12월 24일 ~ 1월 1일</p>"
)
BIKES = table("Bike|Per hour|Per day", "City bike|£8|£20", "Tandem|£12|£30")
CABIN = table("Cabin|Per hour", "Oak|£20") + "<p>Cabins are hired for at least two hours.</p>"
MUGS = "Category,Colour,Price\nMug,Blue,£8\nMug,Red,£9\nBowl,Blue,£12\n"
LUNCH = "Name,Description,Price\nCheese toastie,Cheddar and ham,£6.00\n,Tomato soup,£5.00\n,Lemonade,£2.50\n"
PACKS = "반찬,가격(100g),가격(한팩)\n멸치볶음,3500,9000\n"
COURSES = "Course,Level,Day,Price\nPottery,Beginner,Monday,£80\nPottery,Advanced,Wednesday,£95\nYoga,Beginner,Monday,£60\n"
HEAT = "Dish,Spiciness,Price\nKorma,mild,£9\nMadras,medium hot,£10\nVindaloo,very hot,£11\nPathia,not too spicy,£10\nJalfrezi,not spicy unless asked,£9\n"
TOURS = table("Tour|Price", "Castle tour|£10", "Castle tour 24 December|£15")
EVENING = "<h1>Opening hours</h1><p>Wednesday 5.30 - 10.30</p><p>Sunday 12-2, 6-10</p>"


@pytest.mark.parametrize(
    ("file", "text", "question", "wrong"),
    [
        ("a.html", PEAK + "<p>Peak is weekends and bank holidays from April to September.</p>", "how much is an adult today", "^(?!.*10.00)"),
        ("a.html", PEAK + "<p>Peak: weekends except in January and December.</p>", "adult on 5 december, how much", "^(?!.*10.00)"),
        ("a.html", SPECIAL, "바다방 8월 1일 얼마예요", "100,000|140,000"),
        ("a.html", BIKES, "how much is a tandem for 24 hours", "288"),
        ("a.html", BIKES, "city bike for 5 hours, how much", "40.00"),
        ("a.html", CABIN, "oak for 1 hour, how much", "^1 ×"),
        ("a.csv", MUGS, "how much is a mug", "^(?!.*8.00.*9.00)"),
        ("a.csv", MUGS, "how much is a red bowl", "21"),
        ("a.csv", LUNCH, "how much is a cheese toastie", "5.00|2.50"),
        ("a.csv", LUNCH, "how much is lemonade", "toastie"),
        ("a.csv", PACKS, "멸치볶음 두팩 얼마예요", "7,000"),
        ("a.csv", COURSES, "how much is advanced yoga", "155"),
        ("a.csv", HEAT, "what is spicy", "Pathia|Korma|Jalfrezi"),
        ("a.csv", HEAT, "anything mild?", "Jalfrezi|Vindaloo|Madras"),
        ("a.html", TOURS, "how much is the castle tour on 24 december", "370"),
        ("a.html", EVENING, "what time do you open on wednesday", "05:30"),
        ("a.html", EVENING, "when do you open on sunday", "06:00"),
    ],
)  # fmt: skip
def test_what_a_reader_found_is_not_computed_wrongly(file: str, text: str, question: str, wrong: str) -> None:
    korean = bool(re.search("[가-힣]", question))
    found = ask(business({file: text}, zone="Asia/Seoul" if korean else "Europe/London"), question)
    assert found is None or not re.search(wrong, found.text.replace("\n", " ")), found.text


@pytest.mark.parametrize(
    "text",
    [
        "<p>Our bread comes from Baker Lane (Instagram: @bakerlane).</p>",
        "<p>Follow our friend the florist on Instagram @roseflorist.</p>",
        "<p>Photo: Jane Roe, Instagram @janeroe</p>",
        "<p>Website by PixelWorks, instagram.com/pixelworks</p>",
        "<p>Complaints about the council: https://www.instagram.com/citycouncil</p>",
        "<p>We are no longer on Instagram (@millcafe_old).</p>",
        "<p>Our Instagram: closed</p>",
        "<p>작가 김하나 인스타그램 @hana.art</p>",
        "<footer><a href='https://instagram.com/stories'>x</a></footer>",
    ],
)
def test_somebody_else_s_profile_is_not_the_house_s(text: str) -> None:
    shop = business({"a.html": f"<h1>Mill</h1><p>We bake. Tel: 02-555-0101</p>{text}"})
    assert shop.contacts("social") == []
