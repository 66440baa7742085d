"""Questions that rules make to calibrate on: about one sentence, without its answer, of one language."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from benchmarks.made.asked import made
from benchmarks.made.pages import pages

KOREAN = "이 프로그램은 설치할 때 디스크에 파티션을 세 개 만들어서 암호를 설정합니다."
ENGLISH = "The installer writes 3 partitions to the first disk and encrypts the second partition."


@pytest.mark.parametrize(("sentence", "language"), [(KOREAN, "ko"), (ENGLISH, "en")])
def test_a_question_asks_for_what_it_leaves_out(sentence: str, language: str) -> None:
    asked = {made(sentence, "", "", [], random.Random(seed), language) for seed in range(60)} - {None}
    assert len(asked) > 20
    own = sentence.rstrip(".").split()
    for question in asked:
        assert question is not None
        assert question.endswith("?")
        assert sum(word in question for word in own) < len(own)


def test_korean_verbs_take_the_form_that_asks() -> None:
    found = [made(KOREAN, "", "", [], random.Random(seed), "ko") or "" for seed in range(60)]
    assert any(question.endswith("설정하는가?") for question in found)
    assert any(question.endswith("설정하는 것은 무엇인가?") for question in found)


def test_words_of_other_texts_and_of_the_title_come_in() -> None:
    found = [made(KOREAN, "", "설치 안내", ["바다"], random.Random(seed), "ko") or "" for seed in range(80)]
    assert any("바다" in question for question in found)
    assert any(question.startswith("설치 안내에서") for question in found)


def test_nothing_is_made_of_a_fragment() -> None:
    for sentence in ("파일을 여십시오", "Yes.", "one two three four"):
        assert made(sentence, "", "", [], random.Random(1), "ko") is None
        assert made(sentence, "", "", [], random.Random(1), "en") is None


def test_pages_keep_paragraphs_of_one_language_once(tmp_path: Path) -> None:
    korean = [
        f"{number}번 안내문입니다. " + "설치 관리자는 디스크를 나누고 암호를 묻습니다. " * 4
        for number in range(16)
    ]
    half = (
        "This paragraph was never translated, and is therefore left out of a page that is Korean otherwise."
    )
    body = "".join(f"<p>{text}</p>" for text in [*korean, half, korean[0], "짧다"])
    (tmp_path / "a.html").write_text(f"<title>설치</title>{body}", "utf-8")
    (tmp_path / "b.html").write_text(f"<title>사본</title>{body}", "utf-8")
    (page,) = pages([tmp_path], 5)
    assert (page.title, page.language) == ("설치", "ko")
    assert list(page.paragraphs) == [text.strip() for text in korean]
    assert pages([tmp_path], 0) == []
