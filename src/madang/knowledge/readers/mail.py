"""E-mail (.eml and .mbox): who wrote what and when as headings, without quoted history and signatures.

Attachments that can be read are read with the message, one letter deep; others are named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from madang.kernel.errors import MadangError, TooLarge
from madang.kernel.paths import safe_name
from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers.decode import clean, decode, line
from madang.knowledge.readers.mailhead import BEGINS
from madang.knowledge.readers.text import paragraphs

_QUOTED = re.compile(
    r"^\s*(?:(?:On\b.{5,200}\bwrote|.{0,20}\d{4}.{5,200}(?:작성|썼습니다|쓴 글)|Am .{5,200} schrieb)\s*:?\s*$"
    r"|-{2,}\s*(?:Original Message|Forwarded message|원본 메시지|원본 메일|전달된 메시지)"
    r"|_{10,}\s*$|(?:From|보낸 ?사람|보낸사람)\s*:.*(?:@|\]).*$)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^(?:-- ?|—|Sent from my .{1,40}|나의 .{1,30}에서 보냄\.?|.{1,30}에서 보냄)\s*$", re.IGNORECASE
)
_MESSAGES = 20_000
_ATTACHED = 50

Read = Callable[[bytes, str, str | None], Document]
"""Bytes, name and media type of an attachment to its document; raises a MadangError, also for a message."""


def read(data: bytes, name: str, limits: Limits, attached: Read) -> Document:
    blocks: list[Block] = []
    characters, first = 0, ""
    for number, raw in enumerate(_messages(data), start=1):
        if number > _MESSAGES:
            raise TooLarge("“{name}” holds too many parts.", name=name)
        message = BytesParser(policy=policy.default).parsebytes(raw)
        found = _blocks(message, f"mail:{number}", limits, attached)
        characters += sum(len(block.text) for block in found)
        if characters > limits.characters or len(blocks) + len(found) > limits.blocks:
            raise TooLarge("“{name}” holds too much text.", name=name)
        blocks.extend(found)
        first = first or (_header(message, "subject") if number == 1 else "")
    one = not BEGINS.match(data)
    return Document(((first if one else "") or PurePosixPath(name).stem)[:200], blocks)


def _messages(data: bytes) -> Iterator[bytes]:
    starts = [(match.start(), match.end()) for match in BEGINS.finditer(data)]
    if not starts:
        yield data
        return
    ends = [start for start, _ in starts[1:]] + [len(data)]
    for (_, begin), end in zip(starts, ends, strict=True):
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", data[begin:end])


def _blocks(message: EmailMessage, place: str, limits: Limits, attached: Read) -> list[Block]:
    headings = tuple(part for part in (_header(message, "subject"), _written(message)) if part)
    blocks = [replace(block, headings=headings, place=place) for block in _body(message, limits)]
    names = 0
    for part in _attachments(message):
        names += 1
        if names > _ATTACHED:
            break
        name = safe_name(line(part.get_filename() or "") or "attachment")
        try:
            content = part.get_content() if part.get_content_maintype() != "multipart" else b""
            if isinstance(content, EmailMessage):
                content = content.as_bytes()
            data = content.encode() if isinstance(content, str) else bytes(content)
            document = attached(data, name, part.get_content_type())
        except (MadangError, LookupError, ValueError, TypeError, AssertionError):
            blocks.append(Block(f"[{name}]", headings, row=True, place=place))
            continue
        for block in document.blocks:
            path = (*headings, document.title, *block.headings)
            blocks.append(replace(block, headings=path, place=place))
    return blocks


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.iter_attachments() if message.is_multipart() else ():
        if isinstance(part, EmailMessage):
            yield part


def _header(message: EmailMessage, name: str) -> str:
    try:
        return line(str(message.get(name, "")))[:200]
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""  # what is written there is no header of this kind


def _written(message: EmailMessage) -> str:
    """`Name · 2026-03-02`: the name, or the address where there is none."""
    sender = _header(message, "from")
    name, _, address = sender.partition("<")
    shown = name.strip(" \"'") or address.strip("> ")
    try:
        day = parsedate_to_datetime(_header(message, "date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        day = ""
    return " · ".join(part for part in (shown, day) if part)


def _body(message: EmailMessage, limits: Limits) -> list[Block]:
    plain = message.get_body(("plain",))
    if plain is not None and (text := _text(plain)).strip():
        return paragraphs(_own(text)[: limits.characters])
    rich = message.get_body(("html",))
    if rich is None or not (text := _text(rich)).strip():
        return []
    from madang.knowledge.readers import html

    tree = LexborHTMLParser(text)
    for quoted in tree.css("blockquote,.gmail_quote,.moz-cite-prefix,.yahoo_quoted,.gmail_signature"):
        quoted.decompose()
    try:
        return _own_blocks(html.read((tree.html or "").encode(), "mail.html", limits, "utf-8").blocks)
    except MadangError:
        return []


def _text(part: Any) -> str:
    try:
        return clean(str(part.get_content()))
    except (LookupError, ValueError, AssertionError, TypeError):
        data = part.get_payload(decode=True)
        try:
            return decode(data, "mail") if isinstance(data, bytes) and data else ""
        except MadangError:
            return ""


def _own(text: str) -> str:
    """What the writer wrote, without what was answered to and without the signature."""
    kept: list[str] = []
    lines = text.split("\n")
    for number, raw in enumerate(lines):
        # "On Monday … <a@b>" may be wrapped before its "wrote:"
        wrapped = raw + " " + lines[number + 1] if number + 1 < len(lines) else raw
        if (
            _SIGNED.match(raw)
            or _QUOTED.match(raw)
            or (raw.lstrip().startswith("On ") and _QUOTED.match(wrapped))
        ):
            break
        if not raw.lstrip().startswith(">"):
            kept.append(raw)
    return "\n".join(kept)


def _own_blocks(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in blocks:
        if _QUOTED.match(block.text) or _SIGNED.match(block.text):
            break
        kept.append(block)
    return kept
