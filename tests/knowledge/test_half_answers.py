"""What belongs to an answer is quoted with it: a sentence that takes back, the second thing asked."""

from __future__ import annotations

import pytest

from madang.knowledge.access import Knowledge

WHO = "chr_a"
SHOP = """# Petal and Stem

## Delivery

Delivery costs 5 dollars and is free for orders over 50 dollars. We deliver within 10 miles of the shop. We do not deliver on Sundays.

## Refunds

If flowers arrive damaged, we refund the order or send new ones. We do not give cash refunds.

## Orders

Wedding bouquets need two days' notice. The shop closes at 6 pm.

## Dogs

Dogs are welcome in the shop. Tulips come from Jeju every Friday.
"""  # noqa: E501


@pytest.fixture
async def shop(knowledge: Knowledge) -> Knowledge:
    source = await knowledge.add_text(WHO, "Petal and Stem", SHOP)
    await knowledge.wait(source.id, "ready", seconds=60)
    return knowledge


async def quoted(shop: Knowledge, question: str) -> str:
    return " | ".join(span.text for span in (await shop.evidence(WHO, question)).spans)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (
            "Do you deliver on Sunday, and is delivery free for 60?",
            ("over 50 dollars", "not deliver on Sundays"),
        ),
        ("Do you refund damaged flowers?", ("we refund the order", "do not give cash refunds")),
        ("When do you shut?", ("closes at 6 pm",)),
        ("Do you deliver 15 miles away?", ("within 10 miles",)),
        ("Can I get a wedding bouquet tomorrow?", ("two days' notice",)),
    ],
)
async def test_nothing_that_belongs_to_it_is_left_out(
    shop: Knowledge, question: str, words: tuple[str, ...]
) -> None:
    found = await quoted(shop, question)
    assert all(word in found for word in words), found


async def test_what_does_not_belong_to_it_is_left_out(shop: Knowledge) -> None:
    found = await quoted(shop, "Are dogs welcome in the shop?")
    assert "Dogs are welcome" in found
    assert "Tulips" not in found


@pytest.mark.parametrize(
    ("text", "question", "words", "never"),
    [
        (
            "You cannot leave bicycles in the yard. The stand is behind the mill, by the bridge.",
            "Where can I leave bicycles?",
            "behind the mill",
            "",
        ),
        (
            "마당에는 자전거를 둘 수 없습니다. 방앗간 뒤 거치대를 쓰시면 됩니다.",
            "자전거는 어디에 두나요?",
            "방앗간 뒤",
            "",
        ),
        (
            "You cannot leave bicycles in the yard. Breakfast is served by the river.",
            "Can I leave bicycles in the yard?",
            "cannot leave",
            "Breakfast",
        ),
    ],
)
async def test_where_it_is_comes_after_where_it_is_not(
    knowledge: Knowledge, text: str, question: str, words: str, never: str
) -> None:
    source = await knowledge.add_text(WHO, "Bicycles", text)
    await knowledge.wait(source.id, "ready", seconds=60)
    found = await quoted(knowledge, question)
    assert words in found
    assert not never or never not in found


BAKERY = """# Policies

## Delivery

We deliver within 5 km of the shop on weekdays. Delivery costs 3,000 won and is free for orders above 40,000 won. We do not deliver on weekends.

## Refunds

Bread is not refunded once it has left the shop. We do not give refunds in cash.

## Cake orders

Whole cakes must be ordered two days before pick-up. We take a deposit of 10,000 won.
"""  # noqa: E501


async def test_a_day_of_the_weekend_and_an_amount_above_a_limit_are_both_answered(
    knowledge: Knowledge,
) -> None:
    source = await knowledge.add_text(WHO, "Policies", BAKERY)
    await knowledge.wait(source.id, "ready", seconds=60)
    question = "Do you deliver on Sunday, and is delivery free for 60,000 won?"
    evidence = await knowledge.weigher.measured(WHO, question)
    known = evidence.features
    found = " | ".join(span.text for span in evidence.spans)
    assert "We do not deliver on weekends." in found and "free for orders above 40,000 won" in found
    assert not known["numbers_missing"] and not known["names_missing"], known


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Is delivery free for 60,000원?", 0.0),
        ("Is delivery free for 60,000 dollars?", 1.0),
        ("Is delivery free for 60,000 people?", 1.0),
    ],
)
async def test_a_limit_of_money_speaks_of_amounts_in_that_money(
    knowledge: Knowledge, question: str, missing: float
) -> None:
    source = await knowledge.add_text(WHO, "Policies", BAKERY)
    await knowledge.wait(source.id, "ready", seconds=60)
    known = (await knowledge.weigher.measured(WHO, question)).features
    assert known["numbers_missing"] == missing


async def test_how_long_it_lasts_does_not_say_when_it_is(knowledge: Knowledge) -> None:
    text = "# Beginners\nEvery Wednesday at 19:00. It takes 90 minutes and costs £28. No experience needed."
    source = await knowledge.add_file("chr_w", "courses.md", text.encode())
    await knowledge.wait(source.id, "ready", seconds=60)
    for question in ("When is the class for beginners, and how much?", "초보자 수업 언제 해요? 얼마예요?"):
        (span, *_) = (await knowledge.evidence("chr_w", question)).spans
        assert "Wednesday" in span.text and "£28" in span.text
