"""A creator imports a card and exports it again: nothing is lost, whatever the format."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from madang.characters.access import Characters
from madang.characters.cards import charx, mapping, png, reader
from madang.characters.types import Profile
from madang.kernel.errors import BadInput, Forbidden, NotFound, SignInNeeded, Unreadable
from madang.kernel.identity import Identity

REAL = ("default_CodingSensei.png", "default_FluxTheCat.png", "default_Seraphina.png")
KINDS = ("png", "json", "charx")


def within(small: Any, large: Any, place: str = "") -> None:
    """Every key and value of `small` is in `large`; lists are equal in length."""
    if isinstance(small, dict):
        assert isinstance(large, dict), place
        for key, value in small.items():
            assert key in large, f"{place}.{key} was lost"
            within(value, large[key], f"{place}.{key}")
    elif isinstance(small, list):
        assert isinstance(large, list) and len(small) == len(large), place
        for index, value in enumerate(small):
            within(value, large[index], f"{place}[{index}]")
    else:
        assert small == large, place


def text_chunk(key: bytes, value: bytes) -> bytes:
    body = key + b"\0" + value
    return len(body).to_bytes(4, "big") + b"tEXt" + body + zlib.crc32(b"tEXt" + body).to_bytes(4, "big")


def as_png(card: dict[str, Any], picture: bytes, key: bytes = b"chara") -> bytes:
    chunk = text_chunk(key, base64.b64encode(json.dumps(card).encode()))
    return picture[:-12] + chunk + picture[-12:]


def as_charx(card: dict[str, Any], files: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", json.dumps(card))
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


V3 = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "future_root": {"a": [1, None]},
    "data": {
        "name": "Sumi",
        "description": "{{char}} repairs clocks.",
        "personality": "",
        "scenario": "",
        "first_mes": "Hello.",
        "mes_example": "<START>\n{{user}}: Hi\n{{char}}: Tick.  \n  tock\n",
        "creator_notes": "A clockmaker.\nMore.",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": ["Hey."],
        "group_only_greetings": ["All of you!"],
        "tags": ["clock"],
        "creator": "someone",
        "character_version": "2",
        "extensions": {"depth_prompt": {"depth": 4, "prompt": "x"}},
        "nickname": "Su",
        "source": ["https://example.org/1"],
        "creation_date": 17,
        "future_field": 5,
        "character_book": {
            "extensions": {"b": 1},
            "future_book": [1],
            "entries": [
                {
                    "keys": ["clock"],
                    "content": "@@depth 2\n\nThe old clock.",
                    "extensions": {"e": {"f": 1}},
                    "enabled": True,
                    "insertion_order": 3,
                    "use_regex": False,
                    "id": 7,
                    "comment": "note",
                    "future_entry": "x",
                }
            ],
        },
    },
}


@pytest.mark.parametrize("name", REAL)
async def test_a_real_card_goes_round_through_every_format(
    characters: Characters, creator: Identity, card_file: Path, name: str
) -> None:
    data = (card_file / name).read_bytes()
    original = png.read(data).document
    first, report = await characters.import_card(creator, data, name)
    assert report.spec == "chara_card_v2"
    assert report.warnings == []
    assert first.avatar is not None
    assert all(one.kept for one in report.unmapped)
    assert first.draft.name == original["data"]["name"]
    assert first.draft.greeting == original["data"]["first_mes"]
    for kind in KINDS:
        exported, told = await characters.export_card(creator, first.slug, kind)  # type: ignore[arg-type]
        assert told.unmapped == []
        card = reader.read(exported).document
        assert card["spec"] == "chara_card_v3"
        within({k: v for k, v in original.items() if k not in ("spec", "spec_version")}, card)
        again, _ = await characters.import_card(creator, exported)
        assert again.draft == first.draft
        assert again.slug != first.slug
        assert again.avatar is not None
        for second in KINDS:
            twice, _ = await characters.export_card(creator, again.slug, second)  # type: ignore[arg-type]
            within(original["data"], reader.read(twice).document["data"])


async def test_the_picture_of_a_png_card_stays_as_it_is(
    characters: Characters, creator: Identity, card_file: Path
) -> None:
    data = (card_file / REAL[0]).read_bytes()
    made, _ = await characters.import_card(creator, data)
    exported, _ = await characters.export_card(creator, made.slug, "png")
    assert png.read(exported).carrier == png.read(data).carrier


async def test_the_png_has_both_versions_and_the_older_one_says_so(
    characters: Characters, creator: Identity, png: bytes
) -> None:
    made, _ = await characters.import_card(creator, as_png(V3, png, b"ccv3"))
    exported, _ = await characters.export_card(creator, made.slug, "png")
    found = {}
    at = 8
    while at < len(exported):
        length = int.from_bytes(exported[at : at + 4], "big")
        if exported[at + 4 : at + 8] == b"tEXt":
            key, _, value = exported[at + 8 : at + 8 + length].partition(b"\0")
            found[key] = json.loads(base64.b64decode(value))
        at += 12 + length
    assert set(found) == {b"chara", b"ccv3"}
    within(V3, found[b"ccv3"])
    old = found[b"chara"]
    assert (old["spec"], old["spec_version"]) == ("chara_card_v2", "2.0")
    assert old["data"]["creator_notes"].startswith("A clockmaker.")
    assert "loaded as a Character Card V2" in old["data"]["creator_notes"]
    assert "nickname" not in old["data"]
    assert old["data"]["extensions"] == V3["data"]["extensions"]  # type: ignore[index]
    assert old["data"]["character_book"]["entries"][0]["content"] == "The old clock."


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
async def test_unknown_keys_at_every_level_survive_an_edit(
    characters: Characters, creator: Identity, png: bytes, first: str, second: str
) -> None:
    made, report = await characters.import_card(creator, _file(V3, first, png))
    assert {one.field for one in report.unmapped} >= {"/future_root", "future_field", "source"}
    assert made.draft.tagline == "A clockmaker."
    assert made.draft.lorebook is not None
    edited = made.draft.model_copy(deep=True)
    edited.persona = "{{char}} repairs radios now."
    edited.starters = ["What is that?"]
    assert edited.lorebook is not None
    edited.lorebook.entries[0].content = "Gone."
    await characters.edit(creator, made.slug, edited)
    exported, _ = await characters.export_card(creator, made.slug, second)  # type: ignore[arg-type]
    card = reader.read(exported).document
    expected = json.loads(json.dumps(V3))
    expected["data"]["description"] = edited.persona
    expected["data"]["character_book"]["entries"][0]["content"] = "Gone."
    within(expected, card)
    assert card["data"]["mes_example"] == V3["data"]["mes_example"], (
        "what was not edited is as it was written"
    )
    assert card["data"]["modification_date"] > 0
    again, _ = await characters.import_card(creator, exported)
    assert again.draft == edited


def _file(card: dict[str, Any], kind: str, picture: bytes) -> bytes:
    if kind == "png":
        return as_png(card, picture, b"ccv3")
    return json.dumps(card).encode() if kind == "json" else as_charx(card)


async def test_a_character_made_here_goes_round(
    characters: Characters, creator: Identity, png: bytes
) -> None:
    profile = Profile.model_validate(
        {
            "name": "바다 식당",
            "kind": "business",
            "language": "ko",
            "tagline": "부산 앞바다의 작은 식당",
            "greeting": "어서 오세요!",
            "persona": "친절한 식당 직원",
            "starters": ["몇 시까지 하나요?"],
            "tags": ["식당"],
            "examples": [
                [
                    {"speaker": "visitor", "text": "안녕"},
                    {"speaker": "character", "text": "네!\n{{user}}: 함정"},
                ]
            ],
            "lorebook": {"entries": [{"keys": ["메뉴"], "content": "회덮밥", "insertion_order": 2}]},
        }
    )
    made = await characters.create(creator, profile, avatar=png)
    for kind in KINDS:
        exported, report = await characters.export_card(creator, made.slug, kind)  # type: ignore[arg-type]
        assert report.spec == "chara_card_v3"
        again, _ = await characters.import_card(creator, exported)
        assert again.draft == profile
        assert again.avatar is not None


async def test_a_character_without_a_picture_exports_a_drawn_one(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    one, _ = await characters.export_card(creator, made.slug, "png")
    two, _ = await characters.export_card(creator, made.slug, "png")
    assert one == two
    assert (await characters.import_card(creator, one))[0].avatar is not None


async def test_v1_becomes_v3(characters: Characters, creator: Identity) -> None:
    card = {
        "name": "Old", "description": "d", "personality": "p", "scenario": "s",
        "first_mes": "f", "mes_example": "", "create_date": "then", "extensions": {"root": 1},
    }  # fmt: skip
    made, report = await characters.import_card(creator, json.dumps(card).encode())
    assert report.spec == "chara_card_v1"
    assert (made.draft.persona, made.draft.greeting) == ("d", "f")
    exported, _ = await characters.export_card(creator, made.slug, "json")
    new = json.loads(exported)
    assert new["spec"] == "chara_card_v3"
    assert new["data"]["first_mes"] == "f"
    assert new["data"]["group_only_greetings"] == []
    assert (new["create_date"], new["extensions"]) == ("then", {"root": 1})


async def test_the_spec_decides_not_the_chunk(characters: Characters, creator: Identity, png: bytes) -> None:
    made, report = await characters.import_card(creator, as_png(V3, png, b"chara"))
    assert report.spec == "chara_card_v3"
    assert made.draft.nickname == "Su"


async def test_a_newer_version_is_read_with_a_warning(characters: Characters, creator: Identity) -> None:
    for change in ({"spec_version": "3.7"}, {"spec": "chara_card_v4"}):
        made, report = await characters.import_card(creator, json.dumps({**V3, **change}).encode())
        assert any("newer version" in warning for warning in report.warnings)
        exported, _ = await characters.export_card(creator, made.slug, "json")
        within({**V3, **change}, json.loads(exported))


async def test_fields_of_the_wrong_kind_are_read_as_empty_reported_and_given_back(
    characters: Characters, creator: Identity
) -> None:
    data = {
        **V3["data"],  # type: ignore[dict-item]
        "personality": 5, "tags": {"a": 1}, "alternate_greetings": [1, "ok"], "mes_example": ["x"],
        "extensions": "none",
        "character_book": {"entries": [3, {"keys": 7, "content": "c", "enabled": "yes"}]},
        "nickname": None, "system_prompt": "x" * 60_000,
    }  # fmt: skip
    card = {**V3, "data": data}
    made, report = await characters.import_card(creator, json.dumps(card).encode())
    assert made.draft.personality == ""
    assert made.draft.alternate_greetings == ["ok"]
    assert len(made.draft.system_prompt) == 50_000
    fields = {one.field for one in report.unmapped if one.kept}
    assert fields >= {
        "personality", "tags", "alternate_greetings", "mes_example", "extensions", "system_prompt",
        "character_book.entries[0]", "character_book.entries[1].keys", "character_book.entries[1].enabled",
    }  # fmt: skip
    exported, _ = await characters.export_card(creator, made.slug, "json")
    within(card, json.loads(exported))
    assert (await characters.import_card(creator, exported))[0].draft == made.draft


async def test_broken_texts_are_made_whole_for_reading_and_kept_for_export(
    characters: Characters, creator: Identity
) -> None:
    card = {**V3, "data": {**V3["data"], "first_mes": "half \ud83d", "extensions": {"\ud800": "\0"}}}  # type: ignore[dict-item]
    made, report = await characters.import_card(creator, json.dumps(card).encode())
    assert made.draft.greeting == "half \ufffd"
    assert any("broken character" in warning for warning in report.warnings)
    made.model_dump_json()
    for kind in KINDS:
        exported, _ = await characters.export_card(creator, made.slug, kind)  # type: ignore[arg-type]
        within(card["data"], reader.read(exported).document["data"])


async def test_a_card_without_a_name_is_called_after_its_file(
    characters: Characters, creator: Identity
) -> None:
    card = json.dumps({**V3, "data": {**V3["data"], "name": "", "nickname": ""}}).encode()  # type: ignore[dict-item]
    made, report = await characters.import_card(creator, card, "C:\\cards\\Mina.json")
    assert made.draft.name == "Mina"
    assert mapping.NO_NAME in report.warnings
    assert (await characters.import_card(creator, card))[0].draft.name == "Unnamed"


async def test_files_of_a_charx_come_back_and_other_formats_say_what_they_lose(
    characters: Characters, creator: Identity, png: bytes
) -> None:
    assets = [
        {"type": "icon", "uri": "embeded://assets/icon/images/a.png", "name": "main", "ext": "webp"},
        {"type": "emotion", "uri": "embedded://assets/emotion/images/b.png", "name": "sad", "ext": "png"},
        {"type": "background", "uri": "https://example.org/never-fetched.png", "name": "main", "ext": "png"},
        {"type": "x_sound", "uri": "embeded://gone.mp3", "name": "x", "ext": "mp3"},
    ]
    card = {**V3, "data": {**V3["data"], "assets": assets}}  # type: ignore[dict-item]
    files = {
        "assets/icon/images/a.png": png, "assets/emotion/images/b.png": b"not a picture",
        "module.risum": b"\x6f\0risu", "x_meta/a.json": b"{}",
    }  # fmt: skip
    made, report = await characters.import_card(creator, as_charx(card, files))
    assert made.avatar is not None
    assert {one.field for one in report.unmapped} >= {"embeded://gone.mp3", "module.risum", "x_meta/a.json"}
    exported, told = await characters.export_card(creator, made.slug, "charx")
    opened = charx.read(exported)
    assert {file.path: file.data for file in opened.files} == files
    within(card, opened.document)
    assert {one.field for one in told.unmapped} == {"embeded://gone.mp3"}
    for kind in ("png", "json"):
        exported, told = await characters.export_card(creator, made.slug, kind)  # type: ignore[arg-type]
        assert {one.field for one in told.unmapped if not one.kept} == {"module.risum", "x_meta/a.json"}
        uris = [one["uri"] for one in reader.read(exported).document["data"]["assets"]]
        assert (
            uris[1] == "data:application/octet-stream;base64," + base64.b64encode(b"not a picture").decode()
        )
        assert uris[2] == assets[2]["uri"]


async def test_files_in_png_chunks_move_into_a_charx(
    characters: Characters, creator: Identity, png: bytes
) -> None:
    assets = [{"type": "emotion", "uri": "__asset:0", "name": "../happy", "ext": "png"}]
    data = as_png({**V3, "data": {**V3["data"], "assets": assets}}, png, b"ccv3")  # type: ignore[dict-item]
    data = data[:-12] + text_chunk(b"chara-ext-asset_:0", base64.b64encode(png)) + data[-12:]
    made, _ = await characters.import_card(creator, data)
    kept, _ = await characters.export_card(creator, made.slug, "png")
    assert reader.read(kept).files[0].data == png
    moved, told = await characters.export_card(creator, made.slug, "charx")
    opened = reader.read(moved)
    assert told.unmapped == []
    emotion = next(one for one in opened.document["data"]["assets"] if one["type"] == "emotion")
    path = emotion["uri"].removeprefix("embeded://")
    assert path == "assets/emotion/images/happy.png"
    assert {file.path: file.data for file in opened.files}[path] == png


async def test_a_card_behind_a_jpeg(characters: Characters, creator: Identity) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 30), (1, 2, 3)).save(out, "JPEG")
    front = out.getvalue()
    made, _ = await characters.import_card(creator, front + as_charx(V3))
    assert made.avatar is not None
    exported, _ = await characters.export_card(creator, made.slug, "charx")
    assert exported.startswith(front)
    assert charx.read(exported).document == V3


async def test_a_new_face_replaces_the_old_one_in_every_format(
    characters: Characters, creator: Identity, png: bytes
) -> None:
    assets = [{"type": "icon", "uri": "embeded://a.png", "name": "main", "ext": "png"}]
    card = {**V3, "data": {**V3["data"], "assets": assets}}  # type: ignore[dict-item]
    made, _ = await characters.import_card(creator, as_charx(card, {"a.png": png}))
    out = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (10, 10), (0, 255, 0)).save(out, "PNG")
    changed = await characters.set_avatar(creator, made.slug, out.getvalue())
    assert changed.avatar != made.avatar
    for kind in KINDS:
        exported, _ = await characters.export_card(creator, made.slug, kind)  # type: ignore[arg-type]
        again, _ = await characters.import_card(creator, exported)
        face = await characters.avatar(creator, again.slug)
        with Image.open(io.BytesIO(face.data)) as image:
            red, green, _blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert green > 200 and red < 60, kind


async def test_who_may_import_and_export(
    characters: Characters, creator: Identity, owner: Identity, stranger: Identity, visitor: Identity
) -> None:
    card = json.dumps(V3).encode()
    with pytest.raises(SignInNeeded):
        await characters.import_card(visitor, card)
    with pytest.raises(Forbidden):
        await characters.import_card(Identity("owner", "usr_owner", frozenset({"chat"})), card)
    made, _ = await characters.import_card(creator, card)
    for identity in (stranger, visitor):
        with pytest.raises(NotFound):
            await characters.export_card(identity, made.slug, "json")
    await characters.publish(creator, made.slug)
    await characters.edit(creator, made.slug, made.draft.model_copy(update={"persona": "not yet shown"}))
    for identity in (stranger, visitor):
        given, _ = await characters.export_card(identity, made.slug, "json")
        assert b"repairs clocks" in given
        # what its maker never showed stays theirs: the draft, and the card it came from
        assert b"not yet shown" not in given and b"future_field" not in given
    assert b"not yet shown" in (await characters.export_card(owner, made.slug, "json"))[0]
    kept = made.draft.model_copy(update={"remixable": False})
    await characters.edit(creator, made.slug, kept)
    await characters.publish(creator, made.slug)
    for identity in (stranger, visitor):
        with pytest.raises(Forbidden):
            await characters.export_card(identity, made.slug, "json")


async def test_a_card_of_the_same_name_overwrites_nothing(characters: Characters, creator: Identity) -> None:
    card = json.dumps(V3).encode()
    one, _ = await characters.import_card(creator, card)
    two, _ = await characters.import_card(creator, card)
    assert (one.slug, two.slug) == ("sumi", "sumi-2")
    await characters.delete(creator, one.slug)
    await characters.export_card(creator, two.slug, "charx")


async def test_lorebooks_on_their_own(characters: Characters, creator: Identity, profile: Profile) -> None:
    made = await characters.create(creator, profile)
    data = json.dumps({"spec": "lorebook_v3", "data": V3["data"]["character_book"]}).encode()  # type: ignore[index]
    with pytest.raises(BadInput):
        await characters.import_card(creator, data)
    changed, _ = await characters.import_lorebook(creator, made.slug, data)
    assert changed.draft.lorebook is not None
    assert changed.draft.lorebook.entries[0].keys == ["clock"]
    with pytest.raises(Unreadable):
        await characters.import_lorebook(creator, made.slug, b'{"spec": "lorebook_v3", "data": 3}')


async def test_what_a_card_repeats_at_its_root_follows_an_edit_where_it_agreed(
    characters: Characters, creator: Identity
) -> None:
    card = {**V3, "name": "Sumi", "tags": ["clock"], "description": "an older text", "creator": "someone"}
    made, _ = await characters.import_card(creator, json.dumps(card).encode())
    await characters.edit(
        creator, made.slug, made.draft.model_copy(update={"name": "Suho", "tags": ["radio"]})
    )
    exported, _ = await characters.export_card(creator, made.slug, "json")
    new = json.loads(exported)
    assert (new["name"], new["tags"], new["creator"]) == ("Suho", ["radio"], "someone")
    assert new["description"] == "an older text"
    assert new["data"]["description"] == V3["data"]["description"]  # type: ignore[index]


async def test_the_lore_of_a_real_card_is_called_up(
    characters: Characters, creator: Identity, card_file: Path
) -> None:
    from madang.characters import lorebook

    made, _ = await characters.import_card(creator, (card_file / "default_Seraphina.png").read_bytes())
    hits = lorebook.match(made.draft.lorebook, ["Hello!", "What is this forest?"])
    assert [hit.index for hit in hits] == [0]
    assert "Eldoria" in hits[0].content
    assert lorebook.match(made.draft.lorebook, ["Hello!"]) == []
