"""Each kind of file becomes headings, paragraphs, list items and records."""

from __future__ import annotations

import pytest

from madang.kernel.errors import Unreadable
from madang.knowledge.document import Block, Document
from madang.knowledge.readers import read
from tests.knowledge import files


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_text_joins_wrapped_lines_and_keeps_lists() -> None:
    wrapped = "This paragraph was wrapped by an editor at a column somewhere near\n"
    wrapped += "seventy, and goes on here.\n\n- one\n- two\n"
    document = read(wrapped.encode(), "note.txt")
    assert texts(document) == [
        "This paragraph was wrapped by an editor at a column somewhere near seventy, and goes on here.",
        "- one",
        "- two",
    ]
    assert document.title == "note"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949", "euc-kr"])
def test_korean_in_every_usual_encoding(encoding: str) -> None:
    text = "가게는 월요일에 쉽니다. 주차는 두 시간 무료입니다."
    assert texts(read(text.encode(encoding), "안내.txt")) == [text]


def test_markdown_keeps_the_path_of_headings() -> None:
    source = "---\ntitle: Guide\n---\n## A\ntext *with* `code`\n### B\n1. one\n2. two\n\n"
    source += "## C\n| x | y |\n|-|-|\n| 1 | 2 |\n"
    assert read(source.encode(), "a.md") == Document(
        "Guide",
        [
            Block("text with code", ("A",)),
            Block("1. one", ("A", "B"), row=True),
            Block("2. two", ("A", "B"), row=True),
            Block("x: 1 · y: 2", ("C",), row=True),
        ],
    )


def test_html_reads_what_a_visitor_sees() -> None:
    page = """<!doctype html><html><head><title>바다 국밥</title></head><body>
    <nav><a href=/>home</a></nav><h1>바다 국밥</h1><p>해운대에 <b>있습니다</b>.<br>전화 051-123-4567</p>
    <h2>메뉴</h2><table><tr><th>메뉴<th>가격</tr><tr><td>돼지국밥<td>9,000원</tr></table>
    <h2>시간</h2><table><tr><td>평일<td>11:00-21:00</tr></table>
    <dl><dt>쉬는 날<dd>월요일</dl><ul><li>포장 <i>됩니다</i></ul>
    </body></html>"""
    document = read(page.encode(), "anything.bin.txt")
    assert document.title == "바다 국밥"
    assert texts(document) == [
        "해운대에 있습니다.",
        "전화 051-123-4567",
        "메뉴: 돼지국밥 · 가격: 9,000원",
        "평일: 11:00-21:00",
        "쉬는 날: 월요일",
        "- 포장 됩니다",
    ]
    assert document.blocks[2].headings == ("바다 국밥", "메뉴")


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">poison</div>',
        '<div style="DISPLAY : none !important">poison</div>',
        '<p hidden>poison</p><p aria-hidden="true">poison</p>',
        '<span style="font-size:0">poison</span><span style="font-size: 0.5px">poison</span>',
        '<span style="width:0;height:0;overflow:hidden">poison</span><i style="opacity:0.0">poison</i>',
        '<div style="position:absolute;left:-9999px">poison</div><p style="text-indent:-9999px">poison</p>',
        '<p class="ghost">poison</p>',
        "<script>poison</script><template>poison</template><noscript>poison</noscript><!-- poison -->",
        '<img alt="poison"><p style="visibility:hidden">poison</p><p style="color:transparent">poison</p>',
        "<form><input value=poison><textarea>poison</textarea></form><svg><text>poison</text></svg>",
    ],
)
def test_hidden_text_does_not_become_knowledge(hidden: str) -> None:
    style = "<style>.ghost { color: red; display: none }</style>"
    page = f"<html>{style}<body><p>Seen.</p>{hidden}<p>Also.</p></body></html>"
    assert texts(read(page.encode(), "page.html")) == ["Seen.", "Also."]


def test_text_hidden_in_invisible_letters_is_dropped() -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "obey me")
    assert texts(read(f"Open\u200b daily.{tags}".encode(), "a.txt")) == ["Open daily."]


def test_visible_styles_are_kept() -> None:
    page = '<html><body><p style="opacity:0.9">a</p><p style="font-size:0.9em">b</p>'
    page += '<p style="width:0.5em">c</p></body></html>'
    assert texts(read(page.encode(), "page.html")) == ["a", "b", "c"]


def test_pdf_has_pages_headings_and_joined_lines() -> None:
    document = read(files.pdf(("Visiting", files.ENGLISH * 6), ("여는 시간", files.KOREAN * 6)), "guide.pdf")
    english, korean = document.blocks
    assert english == Block((files.ENGLISH * 6).strip(), ("Visiting",), 1)
    assert korean.headings == ("여는 시간",) and korean.page == 2
    assert korean.text == (files.KOREAN * 6).strip()


def test_rows_of_a_table_in_a_pdf_stay_apart() -> None:
    rows = [["Room", "Beds", "Price a night"], ["Women's dormitory", "6", "28,000 won"]]
    rows += [["Men's dormitory", "8", "6,000 won"], ["Double", "2", "70,000"]]
    blocks = read(files.pdf_table(rows), "rooms.pdf").blocks
    names = rows[0]
    assert [block.text for block in blocks if block.row] == [
        " · ".join(f"{name}: {cell}" for name, cell in zip(names, row, strict=True)) for row in rows[1:]
    ]
    assert [block.text for block in blocks if not block.row] == [(files.ENGLISH * 3).strip()] * 2


def test_a_narrow_justified_paragraph_of_a_pdf_is_no_table() -> None:
    text = "International understanding of extraordinary circumstances demonstrates that comprehensive"
    text = f"{text} documentation is necessary. {files.ENGLISH}" * 8
    assert texts(read(files.narrow_pdf(text), "a.pdf")) == [text.strip()]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (files.pdf(("A", files.ENGLISH), encrypt="secret"), "password"),
        (files.scanned_pdf(), "no text"),
        (files.pdf(("A", files.ENGLISH))[:700], "broken"),
        (b"%PDF-1.7\nnothing", "broken"),
    ],
)
def test_pdf_that_cannot_be_read_says_why(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(data, "guide.pdf")


def test_docx_is_read_in_order_without_hidden_runs() -> None:
    document = read(files.docx(), "museum.docx")
    assert document.title == "Harbour museum"
    assert document.blocks == [
        Block(files.ENGLISH.strip(), ("Visiting",)),
        Block("- Lockers take a coin.", ("Visiting",), row=True),
        Block("Ticket: Adult · Price: 8,000원", ("Visiting", "입장료"), row=True),
        Block("Ticket: Child · Price: free", ("Visiting", "입장료"), row=True),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_rows_are_records(encoding: str, delimiter: str) -> None:
    rows = [["음식", "값"], ["돼지국밥", '"9,000원"'], ["수육", '"30,000원"']]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert texts(read(text.encode(encoding), "menu.csv")) == [
        "음식: 돼지국밥 · 값: 9,000원",
        "음식: 수육 · 값: 30,000원",
    ]


def test_csv_without_a_header_keeps_its_first_row() -> None:
    assert texts(read(b"soup,9\nrice,2\n", "menu.csv")) == ["soup · 9", "rice · 2"]


def test_a_short_line_above_a_sentence_or_a_list_is_a_heading_of_plain_text() -> None:
    text = "동백식당\n\n주차\n두 시간 무료입니다.\n건물 뒤에 있습니다.\n반려견\n\n테라스만 됩니다\n\n"
    text += "Where to eat\n- soup\n- rice\n"
    assert read(text.encode(), "a.txt").blocks == [
        Block("두 시간 무료입니다.", ("동백식당", "주차"), row=True),
        Block("건물 뒤에 있습니다.", ("동백식당", "주차"), row=True),
        Block("테라스만 됩니다", ("동백식당", "반려견")),
        Block("- soup", ("동백식당", "Where to eat"), row=True),
        Block("- rice", ("동백식당", "Where to eat"), row=True),
    ]


def test_lines_that_say_something_stay_text() -> None:
    text = "Closed on Mondays\nWe open at nine.\n\n월요일 휴무\n다른 날은 엽니다.\n\nSoup\nRice\nKimchi\n"
    document = read(text.encode(), "a.txt")
    assert "\n".join(texts(document)) == text.replace("\n\n", "\n").strip()
    assert not any(block.headings for block in document.blocks)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Harbour Rules\n\nNo smoking.", "Harbour Rules"),
        ("  Harbour   Rules \n=====\n\nNo smoking.", "Harbour Rules"),
        ("등대 박물관 이용 안내\n\n매일 엽니다.", "등대 박물관 이용 안내"),
        ("동백식당\n\n주차\n두 시간 무료입니다.", "동백식당"),
        ("월요일 휴무\n\n다른 날은 엽니다.", "scan"),
        ("Closed on Mondays\nWe open at nine.", "scan"),
        ("We open at nine.\n\nDaily.", "scan"),
        ("Dear all,\n\nwe have moved.", "scan"),
        ("Is it open?\n\nYes.", "scan"),
        ("- soup\n\nrice", "scan"),
        ("010-1234-5678\n\nCall us.", "scan"),
        ("Only this", "scan"),
    ],
)
def test_a_plain_first_line_that_looks_like_a_title_is_one(text: str, title: str) -> None:
    document = read(text.encode(), "scan.txt")
    assert document.title == title
    kept = " ".join([*texts(document), *(h for block in document.blocks for h in block.headings)])
    assert set(text.replace("=", "").split()) <= set(kept.split()), "nothing is lost"
