"""A made-up shop: what its owner drops in, and what customers ask.

A folder holds `shop.toml` (name, language, zone, files), `site/` (its website), its files (an XLSX is made
from the CSV of the same name, where a row `# name` begins a sheet, a DOCX from the text), `policy.txt` (made
into a PDF: `# title`, `## heading`, paragraphs, `| a | b |` rows) and `questions.tsv`: a question, a tab, and
`decline` or what its reply must hold, regular expressions joined by ` & `, with `!` before what it must not
hold; `decline or ...` and `ask or ...` where both are honest. A question after `+ ` goes on with the
conversation of the one above.
"""

from __future__ import annotations

import csv
import io
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from docx import Document
from openpyxl import Workbook
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from madang.characters.types import Language
from madang.chat.types import Reply

Verdict = Literal["right", "declined_rightly", "declined", "asked_back", "wrong"]
FONT = "HYSMyeongJo-Medium"
DECLINE, ASK = "decline", "ask"
FOLLOWS = "+ "


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    expected: str
    follows: bool = False
    """Whether it goes on with the conversation of the question before it."""

    @classmethod
    def read(cls, line: str) -> Question:
        text, expected = line.split("\t")
        return cls(text.removeprefix(FOLLOWS), expected, follows=text.startswith(FOLLOWS))

    def verdict(self, reply: Reply) -> Verdict:
        """`right` only with a citation; a reply that asks back or declines is told apart from a wrong one.
        Half an answer that names the question it did not find is `declined`."""
        *ways, said = self.expected.split(" or ")
        if reply.basis == "abstained":
            return "declined_rightly" if DECLINE in (*ways, said) else "declined"
        if reply.basis == "clarify":
            return "right" if ASK in ways else "asked_back"
        if said == DECLINE or not reply.citations:
            return "wrong"
        held = [_holds(one, reply.text) for one in said.split(" & ")]
        if any(held) and reply.basis == "partial":
            return "right" if all(held) else "declined"
        return "right" if all(held) else "wrong"


@dataclass(frozen=True, slots=True)
class Shop:
    folder: Path
    name: str
    language: Language
    zone: str
    files: tuple[str, ...]
    policy: str | None
    """What the PDF made of `policy.txt` is called, where there is one."""

    @classmethod
    def read(cls, folder: Path) -> Shop:
        told = tomllib.loads((folder / "shop.toml").read_text(encoding="utf-8"))
        return cls(
            folder, told["name"], told["language"], told["zone"], tuple(told["files"]), told.get("policy")
        )

    def questions(self) -> list[Question]:
        lines = (self.folder / "questions.tsv").read_text(encoding="utf-8").splitlines()
        return [Question.read(line) for line in lines if line.strip()]

    def documents(self) -> dict[str, bytes]:
        """File name to bytes, the policy as a PDF among them."""
        files = {name: _file(self.folder / name) for name in self.files}
        if self.policy is None:
            return files
        return files | {self.policy: policy_pdf((self.folder / "policy.txt").read_text(encoding="utf-8"))}

    @contextmanager
    def website(self) -> Iterator[str]:
        """The site on 127.0.0.1, and its address."""
        handler = partial(_Quiet, directory=str(self.folder / "site"))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()


def _file(path: Path) -> bytes:
    if path.suffix == ".xlsx":
        return workbook(path.with_suffix(".csv").read_text(encoding="utf-8"))
    if path.suffix == ".docx":
        return document(path.with_suffix(".txt").read_text(encoding="utf-8"))
    return path.read_bytes()


def workbook(text: str) -> bytes:
    """Comma-separated rows as an XLSX; `# name` alone in a row begins a sheet."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in csv.reader(io.StringIO(text)):
        if len(row) == 1 and row[0].startswith("# "):
            sheet = book.create_sheet(row[0].removeprefix("# "))
        else:
            sheet.append(row)
    if len(book.worksheets) > 1:
        book.remove(book.worksheets[0])
    book.save(out)
    return out.getvalue()


def document(text: str) -> bytes:
    """`# title`, `## heading` and paragraphs as a DOCX."""
    made, out = Document(), io.BytesIO()
    for line in filter(None, text.splitlines()):
        mark, _, rest = line.partition(" ")
        if mark in ("#", "##"):
            made.add_heading(rest, len(mark) - 1)
        else:
            made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def policy_pdf(text: str) -> bytes:
    """The policy as a PDF; its tables have no ruling lines."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    korean = bool(re.search("[가-힣]", text))
    sheet = getSampleStyleSheet()

    def style(name: str) -> ParagraphStyle:
        return ParagraphStyle(f"{name}-k", parent=sheet[name], fontName=FONT) if korean else sheet[name]

    flow: list[object] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            flow += [
                Spacer(1, 12),
                Table(rows, style=TableStyle([("FONT", (0, 0), (-1, -1), FONT)] if korean else [])),
            ]
            rows = []
        mark, _, rest = line.partition(" ")
        if kind := {"#": "Title", "##": "Heading2"}.get(mark):
            flow.append(Paragraph(rest, style(kind)))
        elif line.strip():
            flow.append(Paragraph(line, style("BodyText")))
    out = io.BytesIO()
    SimpleDocTemplate(out, title=text.splitlines()[0].lstrip("# ")).build(flow)
    return out.getvalue()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _holds(pattern: str, text: str) -> bool:
    if pattern.startswith("!"):
        return re.search(pattern[1:], text, re.IGNORECASE) is None
    return re.search(pattern, text, re.IGNORECASE) is not None
