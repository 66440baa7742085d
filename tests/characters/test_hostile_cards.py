"""Broken, lying and hostile card files: one clear error, nothing kept, only ever a MadangError."""

from __future__ import annotations

import base64
import io
import json
import random
import stat
import struct
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from PIL import Image

from madang.characters import importing, picture
from madang.characters.access import Characters
from madang.characters.cards import charx, document, png, reader
from madang.kernel.errors import MadangError, TooLarge, Unreadable
from madang.kernel.identity import Identity

CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {"name": "A", "description": "b", "first_mes": "c"},
}
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def small_png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()


def with_chunks(*chunks: bytes) -> bytes:
    picture = small_png()
    return picture[:-12] + b"".join(chunks) + picture[-12:]


def packed(card: Any = CARD) -> bytes:
    return base64.b64encode(json.dumps(card).encode())


def archive(*members: tuple[str | zipfile.ZipInfo, bytes], card: Any = CARD) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("card.json", json.dumps(card))
        for name, data in members:
            zipped.writestr(name, data)
    return out.getvalue()


def refused(data: bytes) -> MadangError:
    started = time.perf_counter()
    with pytest.raises(MadangError) as caught:
        importing.read(data)
    assert time.perf_counter() - started < 5
    assert len(str(caught.value)) < 200
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"", b" \n", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b"{", b"[]", b"{}",
        b"\xff\xfe{",
        b'{"name": 3}', b'{"spec": "chara_card_v2", "data": []}', b'{"spec": {}, "data": {"x": 1}}',
        b"{" * 100_000, b'{"name":"a","x":' + b"[" * 50_000, small_png(), b"%PDF-1.7", b"{\xff\xff}",
    ],
)  # fmt: skip
def test_what_is_no_card_is_refused(data: bytes) -> None:
    refused(data)


async def test_a_refused_card_leaves_nothing_behind(
    characters: Characters, creator: Identity, blobs: Any
) -> None:
    with pytest.raises(Unreadable):
        await characters.import_card(creator, small_png(), "x.png")
    assert await characters.mine(creator) == []
    assert blobs.kept == {}


def test_packed_text_that_inflates_is_refused() -> None:
    bomb = zlib.compress(b"A" * 200_000_000, 9)
    assert len(bomb) < 250_000
    for data in (
        with_chunks(chunk(b"zTXt", b"chara\0\0" + bomb)),
        with_chunks(chunk(b"iTXt", b"ccv3\0\1\0\0\0" + bomb)),
    ):
        assert isinstance(refused(data), TooLarge)


def test_packed_text_that_is_honest_is_read() -> None:
    value = zlib.compress(packed())
    for data in (
        with_chunks(chunk(b"zTXt", b"chara\0\0" + value)),
        with_chunks(chunk(b"iTXt", b"ccv3\0\1\0en\0x\0" + value)),
        with_chunks(chunk(b"iTXt", b"ccv3\0\0\0\0\0" + packed())),
        with_chunks(chunk(b"tEXt", b"Chara\0" + json.dumps(CARD).encode())),
    ):
        assert importing.read(data).profile.name == "A"


def test_a_picture_of_too_many_pixels_is_refused_from_its_header() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        png.SIGNATURE + chunk(b"IHDR", header) + chunk(b"tEXt", b"chara\0" + packed())
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )  # fmt: skip
    assert isinstance(refused(bomb), TooLarge)
    with pytest.raises(TooLarge):
        picture.normalise(bomb)


def test_a_wrong_checksum_a_wrong_length_and_endless_chunks_are_refused() -> None:
    good = with_chunks(chunk(b"tEXt", b"chara\0" + packed()))
    at = good.index(b"tEXt")
    refused(good[: at + 10] + b"!" + good[at + 11 :])
    refused(good[: at - 4] + b"\x7f\xff\xff\xff" + good[at:])
    refused(good[:-12])
    refused(with_chunks(*[chunk(b"tEXt", b"x\0y")] * (png.MAX_CHUNKS + 1)))


def test_a_broken_new_chunk_falls_back_to_the_old_one() -> None:
    data = with_chunks(chunk(b"tEXt", b"ccv3\0***"), chunk(b"tEXt", b"chara\0" + packed()))
    brought = importing.read(data)
    assert brought.profile.name == "A"
    assert png.FALLBACK in brought.report.warnings


def test_other_chunks_are_kept_and_an_animation_stays_one() -> None:
    other = [chunk(b"tEXt", b"Comment\0hi"), chunk(b"acTL", b"\0" * 8), chunk(b"eXIf", b"x")]
    brought = importing.read(with_chunks(*other, chunk(b"tEXt", b"chara\0" + packed())))
    assert brought.opened.carrier == with_chunks(*other)
    again = png.write(brought.opened.carrier, {"ccv3": CARD}, [])
    assert all(one in again for one in other)


def test_an_archive_that_unpacks_to_gigabytes_is_refused() -> None:
    zeros = b"\0" * 40_000_000
    assert isinstance(refused(archive(("a.bin", zeros))), TooLarge)
    assert isinstance(refused(archive(("a.txt", b""), card={"name": "A" * 30_000_000})), TooLarge)
    assert isinstance(refused(archive(*[(f"{n}", b"") for n in range(charx.MAX_ENTRIES + 1)])), TooLarge)


def test_an_archive_that_lies_about_sizes_is_refused() -> None:
    data = bytearray(archive(("a.txt", b"hello" * 100)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 5)
    refused(bytes(data))
    data[at + 8] |= 1
    refused(bytes(data))


@pytest.mark.parametrize(
    "name", ["../x.png", "/etc/passwd", "a/../../b", "C:\\x", "a\\b", "nul", "a/./../..", "x\x01y"]
)
def test_unsafe_names_in_an_archive_are_left_out_and_reported(name: str) -> None:
    brought = importing.read(archive((zipfile.ZipInfo(name), b"data"), ("ok.txt", b"ok")))
    assert [file.path for file in brought.opened.files] == ["ok.txt"]
    assert any(one.reason == charx.BAD_NAME and not one.kept for one in brought.report.unmapped)


def test_links_in_an_archive_are_left_out() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    brought = importing.read(archive((link, b"/etc/passwd")))
    assert brought.opened.files == []


def test_json_beyond_the_standard() -> None:
    card, warnings = document.read(
        b'\xef\xbb\xbf{"name":"A","name":"B","a":NaN,"b":1e999,"c":' + b"9" * 5_000 + b',"d":-Infinity}'
    )
    assert card == {"name": "B", "a": None, "b": None, "c": None, "d": None}
    assert warnings == sorted([document.NOT_A_NUMBER, document.TWICE])
    for bomb in (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", b'{"a":[' + b"[]," * 500_000 + b"[]]}"):
        with pytest.raises(TooLarge):
            document.read(bomb)
    assert document.read(b'{"a": "[[[[' + b"[" * 1000 + b'\\""}')[0]["a"].count("[") == 1004


def test_huge_texts_are_read_in_time() -> None:
    texts = {
        "name": "A" * 1_000_000, "description": "[" * 3_000_000, "first_mes": "\\" * 1_000_000,
        "mes_example": "<START>\n{{user}}: a\n" * 200_000, "creator_notes": "<" * 500_000,
    }  # fmt: skip
    started = time.process_time()
    brought = importing.read(json.dumps({**CARD, "data": texts}).encode())
    assert time.process_time() - started < 10
    assert len(brought.profile.persona) == 200_000
    assert len(brought.profile.examples) == 200


@FUZZ
@given(
    data=strategies.binary(max_size=400),
    head=strategies.sampled_from([b"", png.SIGNATURE, b"PK\x03\x04", b"{"]),
)
def test_any_bytes(data: bytes, head: bytes) -> None:
    _only_madang_errors(head + data)


@FUZZ
@given(seed=strategies.integers(0, 2**32), kind=strategies.sampled_from(["png", "json", "charx"]))
def test_mutated_cards(seed: int, kind: str) -> None:
    data = {
        "png": with_chunks(
            chunk(b"tEXt", b"chara\0" + packed()), chunk(b"zTXt", b"ccv3\0\0" + zlib.compress(packed()))
        ),
        "json": json.dumps(CARD).encode(),
        "charx": archive(("a/b.png", small_png()), ("module.risum", b"x" * 50)),
    }[kind]
    _only_madang_errors(_mutated(data, seed))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=strategies.integers(0, 2**32))
def test_mutated_real_cards(card_file: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = (card_file / "default_Seraphina.png").read_bytes()
    value = base64.b64decode(data[data.index(b"chara\0") + 6 : -16])
    _only_madang_errors(_mutated(value, seed))
    _only_madang_errors(with_chunks(chunk(b"tEXt", b"chara\0" + base64.b64encode(_mutated(value, seed)))))
    _only_madang_errors(data[: chance.randrange(len(data))])


def _mutated(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 20)]
            case 2:
                changed[at:at] = chance.randbytes(chance.randint(1, 20))
            case _:
                changed[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF, 65536]))
        changed = changed or bytearray(b"x")
    return bytes(changed)


def _only_madang_errors(data: bytes) -> None:
    try:
        reader.read(data)
        importing.read(data)
    except MadangError as error:
        assert str(error)
