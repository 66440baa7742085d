"""20,000 characters that nobody made: deterministic, varied, Korean and English, as Character Card files."""

# ruff: noqa: SIM905, E501  lists of names are read better as text

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FIRST_EN = (
    "Ada Bram Cleo Dara Edwin Fern Gwen Hugo Iris Jonas Kira Leo Mabel Nico Opal Piers Quinn Rosa Silas Thea Uma "
    "Viktor Wren Xavi Yara Zane Aster Birch Clover Dune Ember Flint Grove Hazel Indigo Juniper Kestrel Lark Moss"
).split()
LAST_EN = (
    "Ashdown Bellweather Cask Dovetail Evergreen Fairley Gant Hollow Inkwell Jarrow Kettle Larkspur Marrow Nettle "
    "Oakes Pebble Quill Rook Sable Thorne Underhill Vale Wick Yarrow Zephyr Bright Coldwater Drummer Fenn Grey"
).split()
FAMILY_KO = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍".split()
GIVEN_KO = (
    "가온 나래 다온 라온 마루 바다 사랑 아라 자람 차오름 하늘 겨울 노을 도담 로운 미르 별하 새봄 여울 은솔 지안 "
    "초롱 태양 푸름 해솔 하람 서윤 도현 예준 민서 지호 수아 윤슬 가람 다솜 한결 이든 소담 누리 보라"
).split()
PLACES_EN = (
    "Busan,Seoul,Jeju,Gyeongju,a harbour town,the old quarter,a mountain village,the night market,a quiet suburb,"
    "the riverside,the station square,an island,the university street,a small bakery,the tower,the garden"
).split(",")
PLACES_KO = "부산,서울,제주,경주,항구 마을,구시가지,산골 마을,야시장,조용한 동네,강변,역 앞,섬마을,대학로,골목 끝,탑,정원".split(
    ","
)
TRAITS_EN = (
    "patient,cheerful,blunt,dreamy,precise,shy,bold,sleepy,curious,stern,gentle,witty,stubborn,calm".split(
        ","
    )
)
TRAITS_KO = "느긋한,명랑한,솔직한,꿈 많은,꼼꼼한,수줍은,당찬,졸린,호기심 많은,엄격한,다정한,재치 있는,고집 센,차분한".split(
    ","
)
EXTRA_EN = (
    "slice of life,original,drama,wholesome,modern,historical,night,winter,family,roleplay,quiet,busy".split(
        ","
    )
)
EXTRA_KO = "일상,창작,드라마,힐링,현대,시대극,밤,겨울,가족,역할극,조용함,동네".split(",")


def themes() -> list[dict[str, str]]:
    """The characters of the relevance set: what the others are variations of."""
    with (FOLDER / "characters.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def profiles(count: int, seed: int = 3) -> Iterator[dict[str, Any]]:
    """`name`, `tagline`, `persona`, `greeting`, `tags`, `kind`, `language`, `rating`, `creator`."""
    chance = random.Random(seed)
    given = themes()
    for number in range(count):
        theme = given[chance.randrange(len(given))]
        korean = theme["language"] == "ko"
        place = chance.choice(PLACES_KO if korean else PLACES_EN)
        trait = chance.choice(TRAITS_KO if korean else TRAITS_EN)
        if korean:
            name = (
                chance.choice(FAMILY_KO) + chance.choice(GIVEN_KO) if chance.random() < 0.6 else theme["name"]
            )
            name += f" {chance.choice(GIVEN_KO)}" if name == theme["name"] else ""
            tagline = chance.choice(
                (theme["tagline"], f"{theme['tagline']}, {place}에서", f"{trait} {theme['tagline']}")
            )
            persona = f"{{{{char}}}}는 {place}에 있다. {trait} 성격이다. {theme['persona']}"
            greeting = f"어서 오세요, {{{{user}}}}님. {place}의 {{{{char}}}}입니다. 무엇이 궁금하세요?"
        else:
            name = f"{chance.choice(FIRST_EN)} {chance.choice(LAST_EN)}"
            name = name if chance.random() < 0.6 else f"{theme['name']} of {chance.choice(LAST_EN)}"
            tagline = chance.choice(
                (theme["tagline"], f"{theme['tagline']}, in {place}", f"{trait.title()}. {theme['tagline']}")
            )
            persona = f"{{{{char}}}} lives in {place} and is {trait}. {theme['persona']}"
            greeting = f"Hello {{{{user}}}}, I am {{{{char}}}}. What brings you to {place}?"
        tags = theme["tags"].split(", ")
        extra = EXTRA_KO if korean else EXTRA_EN
        tags = chance.sample(tags, chance.randint(1, len(tags))) + chance.sample(extra, chance.randint(0, 2))
        yield {
            "name": name,
            "tagline": tagline,
            "persona": persona + f" No. {number}.",
            "greeting": greeting,
            "tags": tags,
            "kind": theme["kind"],
            "language": theme["language"],
            "rating": chance.choices(("everyone", "teen", "adult"), (90, 7, 3))[0],
            "creator": f"maker{chance.randrange(900)}",
        }


def card(profile: dict[str, Any]) -> bytes:
    """A profile as a V2 card in JSON."""
    ours = {key: profile[key] for key in ("tagline", "kind", "language", "rating")}
    data = {
        "name": profile["name"],
        "description": profile["persona"],
        "personality": "",
        "scenario": "",
        "first_mes": profile["greeting"],
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": profile["tags"],
        "creator": profile["creator"],
        "character_version": "1",
        "extensions": {"madang": ours},
    }
    return json.dumps(
        {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}, ensure_ascii=False
    ).encode()


def queries(count: int, seed: int = 5) -> list[str]:
    """What people type: the queries of the relevance set, unfinished words, names, two words of a tagline."""
    with (FOLDER / "queries.tsv").open(encoding="utf-8", newline="") as file:
        written = [row["query"] for row in csv.DictReader(file, delimiter="\t")]
    chance = random.Random(seed)
    people = list(profiles(count, seed=3))
    made: dict[str, None] = {}
    while len(made) < count:
        person = chance.choice(people)
        words = person["tagline"].split()
        whole = chance.choice(
            (
                chance.choice(written),
                f"{chance.choice(written)} {chance.choice(PLACES_KO if person['language'] == 'ko' else PLACES_EN)}",
                person["name"],
                " ".join(chance.sample(words, min(2, len(words)))),
                f"{chance.choice(person['tags'])} {chance.choice(words)}",
            )
        )
        typed = whole if chance.random() < 0.5 else whole[: chance.randint(min(2, len(whole)), len(whole))]
        made[" ".join(typed.split())[:60]] = None
    return list(made)
