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
