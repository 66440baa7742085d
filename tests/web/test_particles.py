"""Korean particles that a catalogue leaves open."""

from __future__ import annotations

import pytest

from madang.web.localise import translate
from madang.web.particles import settled


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("어느 체험을(를) 말씀하시나요?", "어느 체험을 말씀하시나요?"),
        ("어느 보트을(를) 말씀하시나요?", "어느 보트를 말씀하시나요?"),
        ("“하루”이(가) 없습니다.", "“하루”가 없습니다."),
        ("1은(는) 안 됩니다. 2은(는) 됩니다.", "1은 안 됩니다. 2는 됩니다."),
        ("서울(으)로, 부산(으)로, 제주(으)로", "서울로, 부산으로, 제주로"),
        ("하늘(이)라는 이름, 나비(이)라는 이름", "하늘이라는 이름, 나비라는 이름"),
        ("빵와(과) 차와(과) 함께", "빵과 차와 함께"),
        ("README을(를) 찾을 수 없습니다.", "README을(를) 찾을 수 없습니다."),
        ("{name}을(를)", "{name}을(를)"),
    ],
)
def test_a_particle_follows_the_sound_before_it(text: str, wanted: str) -> None:
    assert settled(text) == wanted


def test_a_translation_settles_its_own() -> None:
    assert translate("ko", "Which {thing} do you mean?", thing="보트") == "어느 보트를 말씀하시나요?"
    assert translate("en", "Which {thing} do you mean?", thing="은(는)") == "Which 은(는) do you mean?"
