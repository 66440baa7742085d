"""Questions with their answers, typed by a maker: one source, a table of two columns kept as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from madang.kernel.errors import BadInput, TooLarge

Pair = tuple[str, str]
ORIGIN = "pairs:"
"""Of the one source that holds them: writing the list anew reads the same source again."""
MEDIA_TYPE = "text/csv"
MOST = 300
LONGEST_QUESTION = 200
"""A question is a heading of its answer, and headings are cut there."""
LONGEST_ANSWER = 4_000


def written(questions: Sequence[str], answers: Sequence[str]) -> list[Pair]:
    """The filled rows of a form. Raises BadInput where one side of a row is missing, and TooLarge."""
    pairs: list[Pair] = []
    for asked, told in zip(questions, answers, strict=False):
        question, answer = " ".join(asked.split()), told.replace("\0", "").strip()
        if not question and not answer:
            continue
        if not question or not answer:
            missing = "“{text}” has no answer yet." if question else "“{text}” has no question yet."
            raise BadInput(missing, text=(question or answer)[:60])
        if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
            raise TooLarge(
                "A question has at most {question} letters, an answer {answer}.",
                question=LONGEST_QUESTION,
                answer=LONGEST_ANSWER,
            )
        pairs.append((question.replace("\0", ""), answer))
    if len(pairs) > MOST:
        raise TooLarge("At most {count} questions can be typed; put more into a file.", count=MOST)
    return pairs


def packed(pairs: Sequence[Pair]) -> bytes:
    """The table as a file."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("question", "answer"), *pairs])
    return out.getvalue().encode()


def unpacked(data: bytes) -> list[Pair]:
    """The pairs of a file that `packed` made."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []
    return [(row[0], row[1]) for row in rows[1 : MOST + 1] if len(row) == 2]
