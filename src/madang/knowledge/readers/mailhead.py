"""How e-mail begins: known from its headers, before any of it is parsed."""

from __future__ import annotations

import re

BEGINS = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,300}\d{4}[^\r\n]{0,20}\r?\n(?=[!-9;-~]{1,70}:)"
)
"""The line before each message of a mailbox."""
_HEADERS = frozenset(
    b"from to subject date message-id mime-version received return-path delivered-to reply-to cc "
    b"content-type x-mailer".split()
)


def is_mail(data: bytes) -> bool:
    """Whether `data` begins as a message or a mailbox does: with at least three of the usual headers."""
    match = BEGINS.match(data)
    head = data[match.end() if match else 0 :][:16_384].replace(b"\r\n", b"\n")
    names = set()
    for raw in head.partition(b"\n\n")[0].split(b"\n"):
        if raw[:1] in (b" ", b"\t"):
            continue
        name, colon, _ = raw.partition(b":")
        if not colon or not re.fullmatch(rb"[!-9;-~]{1,70}", name):
            return False
        names.add(name.lower())
    return len(names & _HEADERS) >= (2 if match else 3) and b"from" in names
