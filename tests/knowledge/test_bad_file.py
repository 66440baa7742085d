"""Broken, lying, locked, empty and huge files give one clear sentence; nothing else comes out of a reader."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel.child import run
from madang.kernel.errors import MadangError, TooLarge, Unreadable
from madang.knowledge.access import Knowledge
from madang.knowledge.document import Limits
from madang.knowledge.readers import pack, read
from madang.knowledge.split import split
from tests.knowledge import files

NAMES = [
    "a.txt",
    "a.md",
    "a.html",
    "a.pdf",
    "a.docx",
    "a.csv",
    "a",
    "../../a.txt",
    "a\0.md",
    "메뉴.pdf",
    "." * 300,
]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
REAL = {
    "a.pdf": files.pdf(("Visiting", files.ENGLISH * 3)),
    "a.docx": files.docx(),
    "a.html": b"<!doctype html><html><body><h1>A</h1>"
    b"<table><tr><th>x<th>y<tr><td>1<td>2</table><ul><li>b</ul></body>",
    "a.md": b"# A\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n> 1. one\n>    - two\n\n```\ncode\n```\n",
    "a.csv": 'a,b\n"1,0",2\n'.encode("utf-16"),
}


def check(data: bytes, name: str) -> None:
    """Either a document that can be split, or a MadangError."""
    try:
        document = read(data, name)
    except MadangError as error:
        assert str(error) and "\n" not in str(error)[:50]
        return
    for piece in split(document):
        assert 0 < len(piece.text) <= 900


@QUICK
@given(st.binary(max_size=3000), st.sampled_from(NAMES))
def test_any_bytes(data: bytes, name: str) -> None:
    check(data, name)


@QUICK
@given(st.text(max_size=2000), st.sampled_from(NAMES), st.sampled_from(["utf-8", "utf-16", "cp949"]))
def test_any_text(text: str, name: str, encoding: str) -> None:
    check(text.encode(encoding, "replace"), name)


@QUICK
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2**32), st.integers(1, 30))
def test_damaged_files(name: str, seed: int, changes: int) -> None:
    data = bytearray(REAL[name])
    chance = random.Random(seed)
    for _ in range(changes):
        place = chance.randrange(len(data))
        if chance.random() < 0.7:
            data[place] = chance.randrange(256)
        else:
            del data[place : place + chance.randrange(1, 200)]
            data = data or bytearray(b"x")
    check(bytes(data), name)


def test_a_lying_name_is_read_as_what_it_is() -> None:
    assert read(REAL["a.pdf"], "page.html").blocks[0].page == 1
    assert read(b"<!doctype html><html><body><p>Hello there", "guide.pdf").blocks[0].text == "Hello there"
    for data, what in ((b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"), (b"MZ\x90\0" + bytes(99), "program")):
        with pytest.raises(Unreadable, match=what):
            read(data, "menu.txt")
    with pytest.raises(Unreadable, match="archive"):
        read(files.packed({"photo.png": b"x"}), "menu.docx")


def test_empty_files() -> None:
    for name in NAMES:
        for data in (b"", b"\0\0\0", b" \r\n\t "):
            with pytest.raises(Unreadable, match="empty"):
                read(data, name)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = files.packed({"word/document.xml": bytes(50_000_000)})
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge):
        read(bomb, "menu.docx")
    many = files.packed({f"word/{number}.xml": b"" for number in range(6000)})
    with pytest.raises(TooLarge):
        read(many, "menu.docx")


def test_limits_of_pages_and_text() -> None:
    document = files.pdf(("A", files.ENGLISH), ("B", files.ENGLISH), ("C", files.ENGLISH))
    with pytest.raises(TooLarge, match="3 pages; at most 2"):
        read(document, "a.pdf", limits=Limits(pages=2))
    with pytest.raises(TooLarge):
        read(document, "a.pdf", limits=Limits(characters=100))


async def test_a_child_that_takes_too_long_or_too_much_is_stopped() -> None:
    deep = b"<!doctype html><html><body>" + b"<div>" * 100_000 + b"text"
    with pytest.raises(MadangError):
        await run(
            "madang.knowledge.readers:read_packed", pack(deep * 40, name="a.html"), seconds=1, memory_mb=300
        )


async def test_a_failed_reading_keeps_what_was_there(knowledge: Knowledge) -> None:
    first = await knowledge.add_file("chr_a", "guide.pdf", files.pdf(("Visiting", files.ENGLISH)))
    await knowledge.wait(first.id, "ready", seconds=60)
    again = await knowledge.add_file("chr_a", "guide.pdf", files.pdf(("V", "x"), encrypt="secret"))
    assert again.id == first.id
    source = await knowledge.wait(first.id, "ready", seconds=60)
    assert source.error is not None and "password" in source.error
    assert source.state == "ready" and source.passages == 1 and source.blob == first.blob
    assert (await knowledge.retrieve("chr_a", "When does the museum open?"))[0].passage.page == 1


async def test_a_first_reading_that_fails_says_so(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "scan.pdf", files.scanned_pdf())
    source = await knowledge.wait(source.id, "ready", seconds=60)
    assert source.state == "failed" and source.error is not None and "no text" in source.error


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\menu.md", "a\0b.md", "/abs.txt", "." * 400, ""])
async def test_names_never_leave_the_folder(knowledge: Knowledge, name: str) -> None:
    source = await knowledge.add_file("chr_a", name, b"The harbour is open.")
    source = await knowledge.wait(source.id, "words", seconds=60)
    assert "/" not in source.origin and ".." not in source.origin and "\0" not in source.origin
    assert source.state in ("words", "ready")
