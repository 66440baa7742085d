"""Where a business is found in social networks: read from lines, links and data; asked by name."""

from __future__ import annotations

import pytest

from madang.knowledge.document import Limits
from madang.knowledge.facts import json_ld
from madang.knowledge.facts.networks import profile_of, profiles_in
from madang.knowledge.readers import read
from tests.knowledge.facts.shops import ask, business


@pytest.mark.parametrize(
    ("said", "profiles"),
    [
        ("Instagram @hollow.farm", ["Instagram @hollow.farm"]),
        ("인스타그램: @madang_room", ["Instagram @madang_room"]),
        ("인스타 madang_room 으로 DM 주세요", []),
        ("인스타: madang_room", ["Instagram @madang_room"]),
        ("Follow us on Instagram @hollow.farm.", ["Instagram @hollow.farm"]),
        ("Facebook & Instagram: @hollowfarm", ["Instagram @hollowfarm", "Facebook @hollowfarm"]),
        ("@hollowfarm on Facebook", ["Facebook @hollowfarm"]),
        ("카카오톡 채널: 마당공간", ["KakaoTalk 마당공간"]),
        ("카톡 채널 '마당 공간' 으로 문의해 주세요.", ["KakaoTalk 마당 공간"]),
        ("카카오톡채널 달래네찬방 · 인스타 @dallae", ["KakaoTalk 달래네찬방", "Instagram @dallae"]),
        ("카카오톡채널 추가하면 1,000원 쿠폰", []),
        ("카카오톡 채널 @마당공간", ["KakaoTalk @마당공간"]),
        ("https://www.instagram.com/hollow.farm/", ["Instagram @hollow.farm"]),
        ("예약은 인스타그램 @madang_room으로 DM 주세요.", ["Instagram @madang_room"]),
        ("Instagram: follow us for news", []),
        ("Write to hello@mill.example or on Instagram.", []),
        ("카카오톡 채널 '마당' 과 인스타그램 '마당'", ["KakaoTalk 마당"]),
        ("Call us on 01632 960123, fb messages are not read.", []),
    ],
)
def test_a_profile_stands_beside_its_network(said: str, profiles: list[str]) -> None:
    assert profiles_in(said) == profiles


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        ("https://www.instagram.com/mill.seoul/?hl=ko", "Instagram @mill.seoul"),
        ("https://facebook.com/millseoul", "Facebook @millseoul"),
        ("http://pf.kakao.com/_abcXY", "KakaoTalk pf.kakao.com/_abcXY"),
        ("https://www.youtube.com/@mill", "YouTube @mill"),
        ("https://blog.naver.com/mill_seoul", "Naver Blog @mill_seoul"),
        ("https://www.facebook.com/sharer/sharer.php?u=x", None),
        ("https://twitter.com/intent/tweet?text=x", None),
        ("https://www.instagram.com/p/C0abc/", None),
        ("https://instagram.com", None),
        ("https://instagram.example/mill", None),
        ("javascript:alert(1)//instagram.com/mill", None),
        ("https://[", None),
    ],
)
def test_an_address_is_a_profile_or_nothing(address: str, profile: str | None) -> None:
    assert profile_of(address) == profile


PAGE = """<html><head><title>Mill bakery</title></head><body><h1>Mill</h1><p>We bake.</p>
<p>Our friends: <a href="https://instagram.com/otherbakery">Other bakery</a></p>
<footer><a href="https://instagram.com/mill.seoul"><i></i></a>
<a href="https://www.facebook.com/sharer.php?u=https://mill.example">Share</a></footer></body></html>"""


def test_the_foot_of_a_page_links_to_its_profiles() -> None:
    document = read(PAGE.encode(), "page.html", media_type="text/html", limits=Limits())
    said = [value.value for value, _ in json_ld.facts(document.data) if value.what == "contact"]
    assert said == ["Instagram @mill.seoul"]
    assert "Social media: Instagram @mill.seoul" in [block.text for block in document.blocks]


SOURCE = "Instagram @mill.seoul\n카카오톡 채널: 물레방아\nTel: 02-555-0101"


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("인스타 있어요?", "여기에서 만나실 수 있습니다: 인스타그램 @mill.seoul."),
        ("인스타 아이디가 뭐예요", "여기에서 만나실 수 있습니다: 인스타그램 @mill.seoul."),
        ("카톡 채널 있나요", "여기에서 만나실 수 있습니다: 카카오톡 채널 물레방아."),
        ("whats ur insta", "You find us here: Instagram @mill.seoul."),
        ("are you on instagram", "You find us here: Instagram @mill.seoul."),
        ("Do you have any social media?", "You find us here: Instagram @mill.seoul and KakaoTalk 물레방아."),
        ("do u have facebook", None),
        ("instagram or facebook?", None),
        ("카카오페이 되나요?", None),
        ("카톡으로 예약 변경 가능해요?", None),
        ("Can I post my photos on Instagram?", None),
    ],
)
def test_a_network_is_asked_by_its_name(question: str, reply: str | None) -> None:
    found = ask(business({"about.txt": SOURCE}), question)
    assert (found and found.text) == reply
