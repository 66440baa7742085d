"""What a character says in its own name, word by word."""

from __future__ import annotations

import pytest

from madang.chat.phrases import TITLES_NAMED, named, not_found

TITLES = ["Menu", "Hours ", "Policies", "Parking", "Bookings"]


@pytest.mark.parametrize(("language", "more"), [("en", " and more"), ("ko", " 등")])
def test_titles_are_a_list_that_says_when_there_are_more(language: str, more: str) -> None:
    few = ", ".join(title.strip() for title in TITLES[:TITLES_NAMED])
    assert named(language, TITLES[:TITLES_NAMED]) == few
    assert named(language, TITLES) == few + more
    assert not_found(language, TITLES).endswith(f"{few}{more}.")
