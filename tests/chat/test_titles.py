"""What a character says it knows from is named without the name of its site."""

from __future__ import annotations

from madang.chat.titles import page_of, pages_of


def test_the_site_that_several_pages_share_is_left_out() -> None:
    titles = ("Menu", "Around us 주변 안내 | Solgae House", "Rooms | solgae  house", "Fees – 2026")
    assert pages_of(titles) == ("Menu", "Around us 주변 안내", "Rooms", "Fees – 2026")


def test_the_characters_own_name_is_left_out() -> None:
    assert pages_of(("Rooms · A – Solgae House",), ("Solgae House", "")) == ("Rooms · A",)
    assert pages_of(("Rooms | Harbour",), ("Solgae House",)) == ("Rooms | Harbour",)


def test_pages_of_one_name_are_named_once() -> None:
    assert pages_of(("Rooms | House", "Rooms – House")) == ("Rooms",)


def test_a_page_without_its_site() -> None:
    assert page_of("Fees – County Court") == "Fees"
    assert page_of("Check-in") == "Check-in"
