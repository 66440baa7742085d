"""Lines that hold each for a range: the one for the amount that is asked about is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.knowledge.access import Knowledge
from madang.knowledge.ranges import amounts, chosen, in_its_words

CLASSES = (
    "7 days or more: Full refund",
    "3 to 6 days: Credit",
    "Less than 3 days: Nothing",
    "Bring a friend.",
)
CATS = (
    "Notice: More than 14 days · What you pay: Nothing",
    "Notice: 7 to 14 days · What you pay: The deposit",
    "Notice: Less than 7 days · What you pay: 50% of the stay",
)
HANBOK = ("3일 전까지: 전액 환불", "2일 전과 전날: 절반 환불", "당일 또는 오지 않으심: 환불 없음")
PARTY = ("10일 전까지: 모두", "9일 전부터 4일 전: 절반", "3일 전부터 당일: 돌려드리지 않음")
STAY = (
    "숙박 7일 전까지 취소하시면 전액 돌려 드립니다.",
    "3일 전까지는 50%를 돌려 드리고, 그 뒤에는 환불되지 않습니다.",
)
BIKES = ("Cancel up to 48 hours before and we refund everything.", "Nothing is refunded on the day itself.")


@pytest.mark.parametrize(
    ("question", "lines", "place"),
    [
        ("Can I get a refund if I cancel five days before?", CLASSES, 1),
        ("cancel a week before, do i get my money back", CLASSES, 0),
        ("i need to cancel, it's in 2 days", CLASSES, 2),
        ("class 5일전에 취소하면 환불돼요?", CLASSES, 1),
        ("if i cancel 5 days before do i lose money", CATS, 2),
        ("I have to cancel 14 days before", CATS, 1),
        ("cancelled 20 days ahead, what do i pay", CATS, 0),
        ("what if I cancel on the day", CATS, 2),
        ("예약했는데 당일취소 환불되죠?", HANBOK, 2),
        ("전날 취소하면 얼마 돌려받아요", HANBOK, 1),
        ("이틀 전에 취소하면요", HANBOK, 1),
        ("일주일 전에 취소하면 다 돌려받나요", HANBOK, 0),
        ("5일 전에 취소하면요", PARTY, 1),
        ("3일 전 취소는요", PARTY, 2),
        ("5일 전에 취소하면 얼마나 돌려받아요?", STAY, 1),
        ("하루 전에 취소하면 환불되나요", STAY, 1),
        ("refund if i cancel 3 days before?", BIKES, 0),
        ("cancel the same day, any refund?", BIKES, 1),
        ("12층 사다리차 얼마예요", ("사다리차 6~10층 · 180,000", "사다리차 11~15층 · 210,000"), 1),
        ("배달 4km인데 배달비 얼마", ("3km까지 · 3,000원", "5km까지 · 4,500원"), 1),
        ("2km 배달비 얼마예요", ("3km까지 · 3,000원", "5km까지 · 4,500원"), 0),
        ("how much for a 12 kg dog", ("Dogs up to 10 kg · £30", "10-20 kg · £40", "over 20 kg · £50"), 1),
    ],
)
def test_the_line_for_the_amount(question: str, lines: Sequence[str], place: int) -> None:
    made = chosen(question, lines)
    assert made[place] is True
    assert all(one is not True for at, one in enumerate(made) if at != place)


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Do you cancel classes?", CLASSES),
        ("How do I get there in 5 days?", CLASSES),
        ("cancel 5 days before", ("7 days or more: Full refund", "Bring a friend.")),
        ("how much for a 5 kg dog", ("10-20 kg · £40", "over 20 kg · £50")),
        ("Is there room for 3 people and 20 people?", ("Up to 4 people · £30", "5-9 people · £50")),
        ("", CLASSES),
    ],
)
def test_where_there_is_no_choice(question: str, lines: Sequence[str]) -> None:
    assert chosen(question, lines) == [None] * len(lines)


def test_the_question_in_the_words_of_its_line() -> None:
    assert in_its_words("refund if i cancel 5 days before?", CLASSES[1]) == (
        "refund if i cancel 3 to 6 days before?"
    )
    assert (
        in_its_words("refund if i cancel 5 days before?", CLASSES[0]) == "refund if i cancel 5 days before?"
    )


@given(
    st.text(alphabet="0123456789 일전까지부터~-–.,day s취소cancelbefor kg층", max_size=80),
    st.text(max_size=40),
)
def test_any_text(text: str, other: str) -> None:
    question = f"cancel {other} {text}"
    assert len(amounts(question)) <= 8
    assert len(chosen(question, [text, other, text])) == 3
    assert isinstance(in_its_words(question, text), str)


async def test_a_reply_quotes_its_line(knowledge: Knowledge) -> None:
    table = "| Notice | What you get |\n|---|---|\n" + "".join(
        f"| {line.replace(': ', ' | ')} |\n" for line in CLASSES[:3]
    )
    source = await knowledge.add_file(
        "chr_a", "terms.md", f"# Terms\n\n## Cancelling a class\n\n{table}".encode()
    )
    await knowledge.wait(source.id, "ready")
    for question, said in (
        ("Do I get a refund if I cancel a class 5 days before?", "Credit"),
        ("Do I get a refund if I cancel a class 9 days before?", "Full refund"),
        ("Do I get a refund if I cancel a class tomorrow?", "Nothing"),
    ):
        evidence = await knowledge.evidence("chr_a", question)
        assert [said in span.text for span in evidence.spans] == [True]
