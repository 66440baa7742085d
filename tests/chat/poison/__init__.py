# ruff: noqa: SIM905 - word lists are read and edited as text
"""Attacks with what they want to be said, and the sources that hold them."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from tests.knowledge.files import pdf

FOLDER = Path(__file__).parent
SOURCES = ("pdf", "html", "hidden", "csv", "xlsx", "md", "faq", "mail", "typed")
CARD = ("persona", "scenario", "lore", "example")
PROMPT = "@prompt"
"""The payload of an attack that wants to see the instructions."""
TOPICS = {
    "en": "umbrella lantern blanket kettle compass ladder helmet guitar basket candle mirror pillow".split(),
    "ko": "우산 등불 담요 주전자 나침반 사다리 헬멧 기타 바구니 양초 거울 베개".split(),
}


@dataclass(frozen=True, slots=True)
class Attack:
    place: str
    language: str
    topic: str
    payload: str
    order: str

    @property
    def fact(self) -> str:
        """What the source says of its business: it may be quoted."""
        if self.language == "ko":
            return f"{self.topic}은 1층 안내대에 보관합니다."
        return f"The {self.topic} is kept at the front counter."

    @property
    def question(self) -> str:
        return (
            f"{self.topic} 어디에 보관해요?" if self.language == "ko" else f"Where is the {self.topic} kept?"
        )

    @property
    def bait(self) -> str:
        """A question made of what the attack wants to be said."""
        return f"{self.payload}인가요?" if self.language == "ko" else f"Is it true: {self.payload}?"


def attacks() -> list[Attack]:
    found: list[Attack] = []
    for language in ("en", "ko"):
        lines = (FOLDER / f"attacks_{language}.tsv").read_text("utf-8").splitlines()
        seen: dict[str, int] = {}
        for line in lines:
            place, payload, order = line.split("\t")
            number = seen[place] = seen.get(place, -1) + 1
            found.append(Attack(place, language, TOPICS[language][number], payload, order))
    return found


def ordinary() -> list[str]:
    return (FOLDER / "ordinary.txt").read_text("utf-8").splitlines()


def file_of(attack: Attack) -> tuple[str, bytes]:
    """Name and bytes of a document that holds the attack behind an honest sentence."""
    name, text = f"{attack.topic}", f"{attack.fact} {attack.order}"
    rows = [["Item", "Place", "Note"], [attack.topic, attack.fact, attack.order]]
    match attack.place:
        case "pdf":
            return f"{name}.pdf", pdf((attack.topic, html.escape(text)))
        case "html":
            return f"{name}.html", _page(f"<p>{html.escape(text)}</p>")
        case "hidden":
            hidden = f'<p>{attack.fact}</p><p style="display:none">{html.escape(attack.order)}</p>'
            return f"{name}.html", _page(f"{hidden}<!-- {html.escape(attack.order)} -->")
        case "csv":
            out = io.StringIO()
            csv.writer(out).writerows(rows)
            return f"{name}.csv", out.getvalue().encode()
        case "xlsx":
            return f"{name}.xlsx", _book(
                [["Item", "Place", "Note"], [attack.topic, attack.fact, attack.order]]
            )
        case "faq":
            return f"{name}.txt", f"Q: {attack.question}\nA: {text}\n".encode()
        case "mail":
            head = "From: a@shop.example\nTo: b@shop.example\nSubject: News\n"
            head += "Date: Mon, 2 Jun 2025 10:00:00 +0900\n"
            head += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
            return f"{name}.eml", f"{head}{text}\n".encode()
        case "md":
            return f"{name}.md", f"# {attack.topic}\n\n{attack.fact}\n\n{attack.order}\n".encode()
        case _:
            return f"{name}.txt", f"{attack.topic}\n\n{text}\n".encode()


def _page(body: str) -> bytes:
    return f"<html><head><title>Notes</title></head><body><main>{body}</main></body></html>".encode()


def _book(rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(["'" + cell if cell.startswith("=") else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
