"""Numbers in a question: how many of something, or which of several; and what a row says of so many."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

Files = dict[str, str | bytes]


def _table(*rows: str) -> Files:
    head, *rest = rows
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {row} |" for row in rest)]
    return {"page.md": "# House\n\n## Prices\n\n" + "\n".join(lines) + "\n"}


def _prices(*lines: str) -> Files:
    return {"page.md": "# House\n\n## Prices\n\n" + "\n".join(f"- {line}" for line in lines) + "\n"}


PIZZA = _table("Pizza | 10 inch | 12 inch", "Margherita | £8 | £10")
PIZZA_KO = _table("피자 | 10인치 | 12인치", "마르게리타 | 15,000원 | 19,000원")
NURSERY = _table("Session | Under 1s | 1 year olds | 2 year olds", "Full day | £70 | £68 | £64")
TERMS = _table("Age | Per class | Term (12 weeks)", "Adults | £9 | £95")
YOGA = _table(
    "Class | Drop-in | Block of 5 | Monthly unlimited",
    "Yoga | £10 | £45 | £60",
    "Reformer | £18 | £80 | £120",
)
BOWLING = _table("Bowling | 1 game | 2 games | 3 games", "Adult | £7 | £12 | £16")
SWIM = _table("Swim | Adult | Child", "Single swim | £5 | £3", "10 swims | £40 | £25")
BIKES = _table("Bike | 1 hour | 2 hours | 1 day", "Tandem | £8 | £14 | £40", "E-bike | £12 | £20 | £60")
MUGS = _table("Product | 1-9 | 10-49 | 50+", "Mug | £12 | £10 | £8")
PASSES = _table("Ticket | 1-3 | 4-15 | 16+", "Day ticket | £2 | £5 | £8")
PARTY = _table("Party package | Mon-Thu | Fri-Sun", "Bronze (min 10 children) | £12 per child | £14 per child", "Silver (up to 15 children) | £180 | £220", "Extra child | £10 | £12")  # fmt: skip
CATS: Files = {"list.csv": "Animal,Price per night,Extra sharing\nCat,£12,£8\n"}
LASER = _table("Treatment | Price | Course of 6", "Laser underarm | £40 | £200")
CAKES: Files = {"list.csv": "Item,Price,Minimum order\nCupcakes,£2.20,12\nCake,£45,1\n"}


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (PIZZA, "12 inch margherita price", "Margherita (12 inch) is £10.00"),
        (PIZZA, "2 margheritas price", "- 12 inch: 2 × Margherita (£10.00) = £20.00"),
        (PIZZA_KO, "12인치 마르게리타 얼마", "(12인치) 가격은 19,000원"),
        (NURSERY, "2 year old full day price", "Full day (2 year olds) is £64.00"),
        (TERMS, "how much for 12 weeks adults", "Adults (Term 12 weeks) is £95.00"),
        (YOGA, "block of 5 yoga price", "Yoga (Block of 5) is £45.00"),
        (YOGA, "drop-in yoga for 2 price", ""),
        (BOWLING, "2 games adult price", "Adult (2 games) is £12.00"),
        (SWIM, "10 adult swims price", "= £40.00"),
        (SWIM, "2 adults single swim price", "= £10.00"),
        (BIKES, "2 tandems for 2 hours price", "2 × Tandem (2 hours) (£14.00) = £28.00"),
        (MUGS, "how much for 12 mugs", "12 × Mug (10-49) (£10.00) = £120.00"),
        (MUGS, "50 mugs how much", "= £400.00"),
        (MUGS, "mug price", "Mug (1-9): £12.00"),
        (PARTY, "silver for 15 children tuesday price", "Silver (up to 15 children) (Mon-Thu) is £180.00"),
        (CAKES, "12 cupcakes price", "= £26.40"),
        (CATS, "cat price", "Cat is £12.00 per night"),
        (_table("볼링 | 1게임", "어른 | 4,000원"), "어른 2명 얼마", "= 8,000원"),
    ],
)  # fmt: skip
def test_a_number_says_which_where_names_have_one(files: Files, question: str, said: str) -> None:
    found = ask(business(files), question)
    assert (found is None and not said) or (found is not None and said in found.text), found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        (NURSERY, "3 year old full day price"),
        (_table("Ticket | Price", "2 year old | £3", "3-12 years | £6", "13+ | £9"), "10 year old price"),
        (_prices("Single £3", "10 trip £25"), "20 trips price"),
        (BOWLING, "4 games adult price"),
        (SWIM, "20 adult swims price"),
        (PASSES, "2 day tickets price"),
        (PARTY, "bronze for 12 children saturday price"),
        (PARTY, "how much for 10 children"),
        (CATS, "2 cats price"),
        (LASER, "how much for 6 laser underarm"),
        (CAKES, "6 cupcakes price"),
        ({"l.csv": "Tour,Adult,Child,Minimum people\nCity walk,£15,£8,4\n"}, "2 adults city walk price"),
        ({"l.csv": "Item,Unit,Price\nApples,per kg,£2.40\nMilk,2 pints,£1.30\n"}, "3 apples price"),
        ({"l.csv": "Item,Unit,Price\nApples,per kg,£2.40\nMilk,2 pints,£1.30\n"}, "4 pints of milk price"),
        ({"l.csv": "Product,Price per kg\nSausages,£8.50\n"}, "6 sausages price"),
        ({"l.csv": "Service,Price,Per\nRug,£4,sq m\nCleaner,£16,hour\n"}, "2 rugs price"),
        ({"l.csv": "Service,Price,Per\nRug,£4,sq m\nCleaner,£16,hour\n"}, "3 cleaners price"),
        ({"l.csv": "품목,가격(kg당)\n돼지고기,12000\n소고기,30000\n"}, "돼지고기 3개 얼마"),
    ],
)  # fmt: skip
def test_what_has_no_price_for_so_many_is_not_computed(files: Files, question: str) -> None:
    found = ask(business(files), question)
    assert found is None, found


def test_classes_with_a_block_are_asked_about() -> None:
    found = ask(business(YOGA), "5 yoga classes price")
    assert found is None or found.asks


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        ({"l.csv": "Product,Price per kg\nChicken breast,£11\n"}, "how much is a chicken breast", "£11.00 per kg"),
        ({"l.csv": "Service,Price,Per\nCarpet cleaning,£3,sq m\n"}, "carpet cleaning price", "£3.00 per sq m"),
        (_table("Item | Standard", "Curtains | £8 per kg", "Shirt | £3"), "curtains price", "£8.00 per kg"),
        (_table("Item | Standard", "Curtains | £8 per kg", "Shirt | £3"), "2 shirts price", "= £6.00"),
    ],
)  # fmt: skip
def test_a_price_is_told_with_its_unit(files: Files, question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question", "row"),
    [
        (_prices("Adult £12", "2 adults £20", "Child £5"), "how much for two adults and two children", "2 adults"),
        (_prices("Adult £12", "2 adults £20", "Child £5"), "4 adults price", "2 adults"),
        (_table("Ticket | Price", "Adult | £11.50", "Group of 10+ | £8 per person"), "how much for 12 adults", "Group"),
        (_table("Item | Standard", "Shirt | £3.50", "5 shirts | £15"), "how much for 10 shirts", "5 shirts"),
    ],
)  # fmt: skip
def test_a_price_for_several_is_told_beside_the_sum(files: Files, question: str, row: str) -> None:
    found = ask(business(files), question)
    assert found is not None and "A price for several may cost less" in found.text
    assert any(row in fact.said for fact in found.facts)


def test_a_group_s_price_is_not_the_cheapest() -> None:
    files = _table("Ticket | Price", "Adult | £11.50", "Child | £9", "Group of 10+ | £8 per person")
    found = ask(business(files), "what's the cheapest ticket")
    assert found is not None and "Child (£9.00)" in found.text
