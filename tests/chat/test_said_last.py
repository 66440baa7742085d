"""What was said last in a conversation: what a reply quotes, or says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from madang.chat.seek import SAID, said_last
from madang.models.types import Message


def said(*replies: str) -> list[Message]:
    return [one for reply in replies for one in (Message("user", "?"), Message("assistant", reply))]


@pytest.mark.parametrize(
    ("replies", "last"),
    [
        ((), ""),
        (("It is free.",), "It is free."),
        (("It is\n\nfree.", "Yes, on Mondays."), "Yes, on Mondays."),
        (
            ("From “Rules”:\n\n> Dogs may come in. [1]\n>\n> Cats not. [2]",),
            "Dogs may come in. [1] Cats not. [2]",
        ),
        (("> Dogs may come in. [1]", "I could not find that."), "Dogs may come in. [1]"),
        (("x" * 1_000,), "x" * SAID),
    ],
)
def test_what_was_said_last(replies: Sequence[str], last: str) -> None:
    assert said_last(said(*replies)) == last
