"""Which language a visitor writes."""

from __future__ import annotations

import pytest

from madang.kernel.language import language_of


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요",
        "몇 시에 열어요?",
        "iPhone 15 Pro Max 가격",
        "BTS의 Dynamite 알려줘",
        "ㅋㅋㅋ",
        "ㅇㅋ",
        "Wi-Fi password 뭐예요?",
        "\u1112\u1161\u11ab",
    ],
)
def test_korean(text: str) -> None:
    assert language_of(text) == "ko"


@pytest.mark.parametrize(
    "text",
    [
        "When do you open?",
        "",
        "12:30",
        "🍚",
        "What does 안녕하세요 mean in the song?",
        "How do I say 김치 to a waiter, please?",
        "日本語",
    ],
)
def test_english_and_the_rest(text: str) -> None:
    assert language_of(text) == "en"
