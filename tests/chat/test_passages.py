"""What a citation opens: the page with the sentence marked, to those who may see it and no further."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from madang.characters.types import Profile
from madang.chat.passages import around
from madang.chat.passages.original import fragment
from madang.knowledge.types import Passage, Source
from tests.app.stage import Caller, Stage, stage
from tests.knowledge import files
from tests.knowledge.test_bad_more import HOSTILE

HOURS = "The lighthouse is open on Sundays from ten to four."
SECOND = "Refunds are paid back in silver coins within nine days."


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data") as made:
        yield made


async def known(on: Stage, name: str, data: bytes) -> tuple[str, Source, list[Passage]]:
    """A published character of the owner's that knows from one file."""
    owner = await on.studio.accounts.owner()
    made = await on.studio.characters.create(owner, Profile(name="Keeper", greeting="Hello."))
    await on.studio.characters.publish(owner, made.slug)
    source = await on.studio.knowledge.add_file(made.id, name, data)
    source = await on.studio.knowledge.wait(source.id, "words", seconds=30)
    assert source.state != "failed", source.error
    return made.slug, source, await on.studio.knowledge.passages(made.id, source.id)


def cited(slug: str, passages: list[Passage], quote: str) -> tuple[str, Passage]:
    passage = next(one for one in passages if quote in one.text)
    start = passage.text.index(quote)
    return f"/c/{slug}/passages/{passage.id}?from={start}&to={start + len(quote)}", passage


def paged() -> bytes:
    return files.pdf(
        ("Prices", files.ENGLISH * 6),
        ("Hours", f"{files.ENGLISH * 4}{HOURS} {files.ENGLISH * 3}"),
        ("Refunds", f"{files.ENGLISH * 4}{SECOND} {files.ENGLISH}"),
        ("Staff only", "The safe is opened with the number 4711."),
    )


async def see(caller: Caller, path: str) -> str:
    page = await caller.ask("GET", path, headers={"accept": "text/html"})
    assert page.status_code == 200, page.text[:300]
    return page.text


def drawn(page: str) -> Image.Image:
    found = re.search(r'src="data:image/webp;base64,([^"]+)"', page)
    assert found, page
    return Image.open(io.BytesIO(base64.b64decode(found.group(1)))).convert("L")


def boxes(page: str) -> list[tuple[float, ...]]:
    pattern = r'<rect[^>]* data-quote x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"'
    return [tuple(map(float, found)) for found in re.findall(pattern, page)]


async def test_the_sentence_is_marked_on_its_page(on: Stage) -> None:
    slug, _, passages = await known(on, "shop.pdf", paged())
    path, _ = cited(slug, passages, HOURS)
    page = await see(await on.visitor(), path)
    assert "Page 2 of 4" in page and f"<mark>{HOURS}</mark>" in page
    picture, marks = drawn(page), boxes(page)
    assert 1 <= len(marks) <= 2 and picture.width * picture.height <= 2_400_000
    # ink stands in each box, and the sentence is about as wide as its boxes
    for left, top, width, height in marks:
        part = picture.crop((int(left), int(top), int(left + width), int(top + height)))
        dark = sum(value < 128 for value in part.tobytes()) / (part.width * part.height)
        assert 0.03 < dark < 0.6, "a box without letters"
    assert "Staff only" not in page and "4711" not in page


async def test_a_visitor_sees_the_cited_page_and_no_other(on: Stage) -> None:
    slug, source, passages = await known(on, "shop.pdf", paged())
    path, passage = cited(slug, passages, HOURS)
    visitor, owner = await on.visitor(), await on.owner()
    for number in (1, 4, 999):
        page = await see(visitor, f"{path}&page={number}")
        assert "Page 2 of 4" in page and "4711" not in page and "data-leaf" not in page
    original = f"/c/{slug}/passages/{passage.id}/original"
    assert (await visitor.ask("GET", original)).status_code == 404
    assert "data-leaf" in await see(owner, path) and "4711" in await see(owner, f"{path}&page=4")
    assert (await owner.ask("GET", f"{path}&page=5")).status_code == 404
    identity = await on.studio.accounts.owner()
    await on.studio.authoring.share(identity, slug, source.id, True)
    assert "4711" in await see(visitor, f"{path}&page=4")
    taken = await visitor.ask("GET", original)
    assert taken.content == paged() or taken.content.startswith(b"%PDF")
    await on.studio.authoring.share(identity, slug, source.id, False)
    assert (await visitor.ask("GET", original)).status_code == 404


async def test_an_original_is_never_shown_by_a_browser(on: Stage) -> None:
    html = (
        b"<!doctype html><html><body><h1>Hours</h1><p>Open daily.</p><script>alert(1)</script></body></html>"
    )
    slug, _, passages = await known(on, 'a"b\r\nx-evil: 1.html', html)
    owner = await on.owner()
    taken = await owner.ask("GET", f"/c/{slug}/passages/{passages[0].id}/original")
    assert taken.content == html and taken.headers["content-type"] == "application/octet-stream"
    assert taken.headers["content-disposition"].startswith("attachment")
    assert "x-evil" not in taken.headers and taken.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in taken.headers["content-security-policy"]


async def test_a_row_is_marked_within_its_neighbours(on: Stage) -> None:
    rows = "\n".join(f"Dish {n},{n * 1000} won,{'yes' if n % 2 else 'no'}" for n in range(1, 40))
    slug, _, passages = await known(on, "menu.csv", f"Dish,Price,Vegetarian\n{rows}".encode())
    path, _ = cited(slug, passages, "Dish: Dish 20 · Price: 20000 won · Vegetarian: no")
    page = await see(await on.visitor(), path)
    (row,) = re.findall(r'<tr class="marked".*?</tr>', page, re.S)
    assert "<mark>Dish 20</mark>" in row and ">21</td>" in row, "its number is that of the file's row"
    assert 'id="quote"' in row and page.count("<tr") > 10 and '<th scope="col">Price</th>' in page


async def test_a_page_that_cannot_be_drawn_still_says_its_words(on: Stage) -> None:
    slug, source, passages = await known(on, "shop.pdf", paged())
    path, _ = cited(slug, passages, HOURS)
    on.studio.blobs.path(source.blob).write_bytes(b"%PDF-1.4 broken")
    page = await see(await on.visitor(), path)
    assert "cannot be drawn" in page and f'<mark id="quote">{HOURS}</mark>' in page


@pytest.mark.parametrize("span", ["from=5&to=2", "from=0&to=99999999", "from=999999&to=9999999", ""])
async def test_a_span_that_is_none_marks_nothing(on: Stage, span: str) -> None:
    slug, _, passages = await known(on, "note.txt", b"Open daily from nine to six.")
    page = await see(await on.visitor(), f"/c/{slug}/passages/{passages[0].id}?{span}")
    assert "Open daily" in page and "<mark" not in page


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Open daily, 9-18.", "Open%20daily%2C%209%2D18."),
        ("- Dogs & cats are welcome", "Dogs%20%26%20cats%20are%20welcome"),
        ("월요일은 쉽니다.", "%EC%9B%94%EC%9A%94%EC%9D%BC%EC%9D%80%20%EC%89%BD%EB%8B%88%EB%8B%A4."),
        ("Item: Flat white · Price: $4.50", "Flat%20white"),
        (
            " ".join(f"word{n}" for n in range(30)),
            "word0%20word1%20word2%20word3%20word4,word25%20word26%20word27%20word28%20word29",
        ),
        ("", ""),
        ("\n\n", ""),
    ],
)
def test_a_sentence_is_found_on_a_web_page_by_its_words(quote: str, found: str) -> None:
    assert fragment(quote) == found


def passage(text: str, place: str) -> Passage:
    return Passage(
        id="psg_1", source_id="src_1", character_id="chr_1", ordinal=1, title="T", text=text, place=place
    )


def test_rows_that_do_not_name_their_columns_stay_words() -> None:
    for text in ("Open daily: nine to six · and more", "one\ntwo", "a: 1 · b", "a: 1"):
        assert around.table(passage(text, "row:1-2"), None, None, 0, 3) is None
    assert around.table(passage("a: 1 · b: 2", "slide:3"), None, None, 0, 3) is None
    rows = around.table(passage("a: 1 · b: 2\nb: 3", "sheet:Menu: today:7-8"), None, None, 12, 16)
    assert rows is not None and rows.columns == ["a", "b"]
    assert [(row.number, row.cells, row.marked) for row in rows.rows] == [
        (7, ["1", "2"], False),
        (8, ["", "3"], True),
    ]


def test_a_title_and_a_note_go_over_all_columns() -> None:
    text = "Prices of November\na: 1 · b: 2\nb: 3\nten off six · not minis"
    rows = around.table(passage(text, "sheet:Menu:1,4-5,9"), None, None, 19, 30)
    assert rows is not None and rows.columns == ["a", "b"] and rows.numbered
    assert [(row.number, row.cells, row.marked, row.over) for row in rows.rows] == [
        (1, ["Prices of November"], False, True),
        (4, ["1", "2"], True, False),
        (5, ["", "3"], False, False),
        (9, ["ten off six · not minis"], False, True),
    ]


def test_rows_whose_numbers_are_not_known_have_none() -> None:
    rows = around.table(passage("a: 1 · b: 2\na: 3 · b: 4", "sheet:Menu:2-7"), None, None, 0, 3)
    assert rows is not None and not rows.numbered
    assert around.whereabouts(passage("", "sheet:Menu:2-5,7")) == [("Row {number}", {"number": "2–5, 7"})]
    assert around.whereabouts(passage("", "row:7")) == [("Row {number}", {"number": "7"})]
    assert around.whereabouts(passage("", "slide:2,4")) == [("Slide {number}", {"number": "2"})]


async def test_a_sheet_with_a_title_and_an_empty_row_is_shown_as_a_table(on: Stage) -> None:
    lines = ["Prices of November,,", ",,", "Dish,Name,Price", "파전,Pancake,18000", ",,", "모둠전,Jeon,22000"]
    slug, _, passages = await known(on, "menu.csv", "\n".join(lines).encode())
    path, _ = cited(slug, passages, "Dish: 모둠전 · Name: Jeon · Price: 22000")
    page = await see(await on.visitor(), path)
    (row,) = re.findall(r'<tr class="marked".*?</tr>', page, re.S)
    assert "<mark>Jeon</mark>" in row and '<td class="quiet">6</td>' in row
    assert re.search(r'<td class="quiet">1</td><td colspan="3">Prices of November</td>', page)


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_a_file_says_stays_words_on_its_page(on: Stage, name: str) -> None:
    slug, _, passages = await known(on, name, HOSTILE[name])
    visitor = await on.visitor()
    for passage in passages[:3]:
        page = await see(visitor, f"/c/{slug}/passages/{passage.id}?from=0&to={len(passage.text)}")
        body = page.partition("<main")[2]
        assert not re.search(r"<(?:img|script|iframe|link)[^>]*127\.0\.0\.1:9", page), name
        assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", body), name
