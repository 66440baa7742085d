"""Marks of a menu: what a legend explains, what is computed of it, and what is not concluded."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import pytest

from madang.knowledge.facts.legends import legends_in, marks_in
from tests.knowledge.facts.shops import ask, business

MENU = """# Menu

(V) vegan 비건  (N) contains nuts 견과류  (M) contains milk 우유

- Carrot cake (M)(N) $6.90
- Scone (M) $4.20
- Banana bread (V) $4.80
- Walnut pie (M)(N) $6.40
- Oat cookie (V) (N) $3.00
"""
LISTED = business({"menu.md": MENU})


def test_a_legend_explains_two_marks_or_more() -> None:
    found = {policy.key: policy.text for policy, _, _ in legends_in(MENU)}
    assert found == {"(V)": "vegan 비건", "(N)": "contains nuts 견과류", "(M)": "contains milk 우유"}
    assert {policy.key for policy, _, _ in legends_in("V = vegan, GF = gluten free")} == {"(V)", "(GF)"}
    assert list(legends_in("The Republic of Korea (ROK) is open.")) == []
    assert list(legends_in("Sizes: (S) 30 cm (M) 40 cm (L) 50 cm")) == []


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        ("Cake (M)(N) $5", {"M", "N"}),
        ("Cake (V, GF) $5", {"V", "GF"}),
        ("Cake (XL) $5", set()),
        ("Vitamin M drink $5", set()),
    ],
)
def test_marks_are_read_in_brackets_alone(row: str, marks: set[str]) -> None:
    assert marks_in(row, ["M", "N", "V", "GF"]) == marks


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Are there nuts in the carrot cake?", "Carrot cake is marked (N): “contains nuts”."),
        ("does the scone contain nuts?", "is not marked (N) “contains nuts”. If you have an allergy, please ask to be sure."),
        ("What vegan options do you have?", "Banana bread"),
        ("what is the cheapest vegan item?", "Oat cookie"),
    ],
)  # fmt: skip
def test_what_the_marks_say_is_computed(question: str, said: str) -> None:
    found = ask(LISTED, question)
    assert found is not None and said in found.text, found
    assert "Scone" not in found.text or "scone" in question


@pytest.mark.parametrize(
    "question",
    [
        "Is there gluten in the scone?",  # no mark for it
        "Is the scone without nuts?",
        "Are there nuts in the scone or the cake?",
        "Do you have nuts?",
    ],
)
def test_nothing_is_concluded_from_what_no_mark_says(question: str) -> None:
    found = ask(LISTED, question)
    assert found is None or found.kind != "contains", found


def test_a_mark_that_hardly_any_row_has_says_nothing_of_the_others() -> None:
    few = (
        MENU.replace("(M)(N)", "(M)").replace("(V) (N)", "(V)").replace("Walnut pie (M)", "Walnut pie (M)(N)")
    )
    assert ask(business({"menu.md": few}), "Are there nuts in the scone?") is None


def test_marks_that_say_free_of_are_no_marks_of_what_is_in_it() -> None:
    menu = "(V) vegan (GF) gluten free\n\n- Scone (GF) $4.20\n- Bun (V) $3.00\n- Roll (GF) $2.00\n"
    shop = business({"menu.md": menu})
    assert ask(shop, "Is there gluten in the bun?") is None
    free = ask(shop, "What gluten-free items do you have?")
    assert free is not None and "Scone" in free.text and "Roll" in free.text and "Bun" not in free.text


@pytest.mark.parametrize("text", ["(V) vegan " * 3_000, "(A" * 9_000, "V=" * 9_000])
def test_a_long_line_is_read_in_time(text: str) -> None:
    assert len({policy.key for policy, _, _ in legends_in(text)}) < 2
