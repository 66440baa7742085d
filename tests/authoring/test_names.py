"""What a sentence says about a character: its name, its kind, its tagline, in English and Korean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madang.authoring import drafts, naming
from madang.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("A grumpy lighthouse keeper named Bora who loves poetry.", "Bora"),
        ("Bora, a grumpy lighthouse keeper", "Bora"),
        ("Captain Lila is the fastest pilot of the galaxy", "Captain Lila"),
        ("Create a character who is a pirate cook called old Tom", "Old Tom"),
        ('A robot named "R. Daneel"', "R. Daneel"),
        ("A dragon called The Red of Rhaetia", "The Red of Rhaetia"),
        ("I'm Ada Lovelace, mathematician", "Ada Lovelace"),
        ("A grumpy lighthouse keeper who loves poetry", "Grumpy lighthouse keeper"),
        ("make me a cat", "Cat"),
        ("named", "Named"),
        ("X", "X"),
        ("이름이 보라인 무뚝뚝한 등대지기", "보라"),
        ("이름은 민준이고 바리스타예요", "민준"),
        ("이름은 인호인 학생", "인호"),
        ("이름: 보라", "보라"),
        ("보라라는 이름의 등대지기. 시를 좋아한다.", "보라"),
        ("민준이라는 대학생", "민준"),
        ("‘달이’라는 고양이", "달이"),
        ("나는 김밥집 사장 순자야", "순자"),
        ("보라는 무뚝뚝한 등대지기다.", "보라"),
        ("노래하는 고양이", "노래하는 고양이"),
        ("부산의 작은 국밥 식당", "부산의 작은 국밥 식당"),
        ("부산 바닷가의 무뚝뚝한 등대지기입니다", "부산 바닷가의 무뚝뚝한 등대지기"),
    ],
)
def test_the_name_is_found_or_made(description: str, name: str) -> None:
    assert naming.name_of(description) == name


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("A small seafood restaurant in Busan", "business"),
        ("My cafe in Seoul", "business"),
        ("부산의 작은 국밥 식당", "business"),
        ("A bakery owner who tells stories", "character"),
        ("식당 주인 할머니", "character"),
        ("A knight who once slept in a hotel", "character"),
        ("A guide to our employee handbook", "guide"),
        ("신입 사원을 위한 안내원", "guide"),
    ],
)
def test_a_business_is_one_not_only_in_one(description: str, kind: str) -> None:
    assert naming.kind_of(description) == kind


def test_a_draft_is_in_the_language_of_its_description() -> None:
    bora = drafts.from_description("이름이 보라인 무뚝뚝한 등대지기")
    assert bora.language == "ko" and "{{char}}입니다" in bora.greeting and "등대지기" in bora.persona
    english = drafts.from_description("A grumpy lighthouse keeper named Bora")
    assert english.language == "en" and english.persona == "{{char}} is a grumpy lighthouse keeper named Bora"
    assert english.tagline == "A grumpy lighthouse keeper named Bora"


def test_a_name_that_is_given_wins() -> None:
    assert drafts.from_description("A cat named Tom", "  Felix   the Cat ").name == "Felix the Cat"


@pytest.mark.parametrize("description", ["", "  \n ", "x" * 20_001])
def test_nothing_and_too_much_are_refused(description: str) -> None:
    with pytest.raises(BadInput):
        drafts.from_description(description)


@given(some.text(min_size=1, max_size=400))
def test_any_sentence_gives_a_whole_draft(description: str) -> None:
    if not description.strip():
        return
    profile = drafts.from_description(description)
    assert 1 <= len(profile.name) <= 120 and profile.greeting and profile.persona
    assert len(profile.tagline) <= 300


@pytest.mark.parametrize(
    "description", ["이름은" + "가" * 19_000, "named " * 3_000, "A " * 9_000, "나는 " + "야 " * 5_000]
)
def test_no_sentence_takes_long(description: str) -> None:
    import time

    start = time.perf_counter()
    drafts.from_description(description)
    assert time.perf_counter() - start < 1.0
