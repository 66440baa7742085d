"""What a message wants, by rules, in English and Korean."""

# ruff: noqa: E501 - the cases read better in rows
from __future__ import annotations

import pytest

from madang.chat.intents import intent_of, personal

CASES = {
    "greeting": ["Hi", "hello!", "Hey there", "Good morning", "Hello Sumi!", "안녕하세요", "안녕!", "반갑습니다.", "수미씨 안녕하세요~"],
    "thanks": ["Thanks!", "thank you so much", "ok", "Great, thanks", "감사합니다", "고마워요!", "네", "알겠습니다."],
    "goodbye": ["bye", "Goodbye!", "see you later", "안녕히 계세요", "다음에 또 올게요", "Thanks, bye!"],
    "small_talk": ["How are you?", "hi, how are you today?", "tell me a joke", "ㅋㅋㅋ", "잘 지내세요?", "심심해요", "👋"],
    "self": ["Who are you?", "what's your name", "Are you an AI?", "What can you do?", "누구세요?", "이름이 뭐예요?", "자기소개 해줘"],
    "question": [
        "When do you open?", "Hi, when do you open?", "how much is the milmyeon", "Is there parking",
        "Tell me about your refund policy", "Thanks! And on Monday?", "영업시간이 어떻게 되나요?", "안녕하세요, 주차 되나요?",
        "밀면 얼마예요", "메뉴 알려줘", "월요일에 하나요", "화장실은 어디에 있죠", "Do you take cards",
        "I broke my ankle can I pause my membership", "my mum is 67 how much does she pay", "마이크로칩 가격",
        "카페만 갈 수 있어요? 표 없이", "until when is the show on",
    ],
    "statement": ["I had noodles yesterday.", "My dog is called Bori.", "어제 비가 왔어요.", "parking"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "message"), [(kind, text) for kind, texts in CASES.items() for text in texts]
)
def test_intent(wanted: str, message: str) -> None:
    assert intent_of(message, "Sumi" if "Sumi" in message else "수미") == wanted


def test_what_is_about_the_two_who_talk() -> None:
    assert personal("What is your favourite colour?")
    assert personal("너는 뭘 좋아해?")
    assert not personal("When was the bridge built?")
