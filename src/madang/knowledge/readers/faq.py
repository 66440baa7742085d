"""Questions with their answers: each pair becomes a passage of its own, under its question as its heading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from madang.knowledge.document import Block

QUESTION_COLUMNS = frozenset(
    ("question", "questions", "q", "faq", "질문", "문의", "물음", "자주 묻는 질문", "문의 내용")
)
ANSWER_COLUMNS = frozenset(("answer", "answers", "a", "reply", "response", "답변", "답", "대답", "답변 내용"))
_LONGEST = 300
_ASKED = re.compile(
    r"^(?:[-*•]\s*)?(?:Q(?:uestion)?\s*\d{0,3}|질문\s*\d{0,3}|문의?\s*\d{0,3})\s*[.:)\]、：]\s*(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TOLD = re.compile(
    r"^(?:[-*•]\s*)?(?:A(?:nswer)?\s*\d{0,3}|답변?\s*\d{0,3})\s*[.:)\]、：]\s*(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_INSIDE = re.compile(r"\s(?=(?:A(?:nswer)?|답변?)\s*\d{0,3}\s*[.:：]\s)")
_ENDS = re.compile(r"(?:[?？]|까요|나요|인가요|은요|는요|되요|돼요)[\"'”’)\]]*$")


def begins(text: str) -> bool:
    """Whether a line is a marked question or answer, and so a line of its own."""
    return bool(_ASKED.match(text) or _TOLD.match(text))


def is_question(text: str) -> bool:
    """Whether a heading or a term asks something."""
    return bool(_ENDS.search(text.strip())) and len(text) <= _LONGEST


def pair(blocks: list[Block]) -> list[Block]:
    """The blocks, with every marked question that is answered turned into the heading of its answer."""
    lines = [part for block in blocks for part in _apart(block)]
    if not any(_ASKED.match(block.text) for block in lines):
        return blocks
    paired: list[Block] = []
    asked: tuple[Block, str] | None = None
    path: tuple[str, ...] | None = None
    under: tuple[str, ...] = ()
    for block in lines:
        question, answer = _ASKED.match(block.text), _TOLD.match(block.text)
        if question is not None:
            if asked is not None:
                paired.append(asked[0])  # nobody answered it
            asked, path = (block, question["text"].strip()), None
        elif answer is not None and asked is not None:
            under, path = block.headings, (*block.headings, asked[1][:_LONGEST])
            paired.append(replace(block, text=answer["text"].strip(), headings=path))
            asked = None
        elif asked is None and path is not None and block.headings == under:
            paired.append(replace(block, headings=path))
        else:
            if asked is not None:
                paired.append(asked[0])
            paired.append(block)
            asked = path = None
    return [*paired, asked[0]] if asked is not None else paired


def _apart(block: Block) -> Iterable[Block]:
    """A question and its answer that stand on one line, as two."""
    if not _ASKED.match(block.text):
        return (block,)
    parts = _INSIDE.split(block.text, maxsplit=1)
    return [replace(block, text=part.strip()) for part in parts if part.strip()]
