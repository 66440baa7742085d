"""Text to terms: what is written in different ways is found in each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.storage.segment import MAX_TERM, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9,000원", ["9000", "원"]),
        ("9000 원", ["9000", "원"]),
        ("1,234,567.5", ["1234567.5"]),
        ("1,2,3", ["1", "2", "3"]),
        ("11:30", ["11", "30"]),
        ("영업시간", ["영업", "업시", "시간"]),
        ("값은", ["값은", "값"]),
        ("Café’s menu", ["cafe", "menu"]),
        ("KBS가", ["kbs", "가"]),
        ("3D프린터 10am", ["3d", "프린", "린터", "10am"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー"]),
        ("ＡＢＣ ①", ["abc", "1"]),
        ("한".encode().decode() + "글", ["한글"]),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", ["한글"]),
        ("", []),
        ("?! …\x00", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    found = terms(text)
    assert all(0 < len(term) <= MAX_TERM and not set(term) & set(" \x00\n") for term in found)
    assert terms(text.upper().lower()) == terms(text.upper().lower().lower())
    "".join(found).encode()  # raises for half characters
