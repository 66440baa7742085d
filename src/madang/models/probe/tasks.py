"""The tasks of a card: a small set written for it, in English and Korean, and used nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from madang.models.probe.judge import (
    Judge,
    abstaining,
    citing,
    english,
    holds,
    korean,
    lines,
    only,
    parsed,
    verbatim,
)
from madang.models.probe.types import Skill
from madang.models.types import ToolSpec


@dataclass(frozen=True, slots=True)
class Task:
    skill: Skill
    ask: str
    judge: Judge
    system: str = "You are a helpful assistant. Answer briefly."
    grammar: str | None = None
    most: int = 64
    """Tokens of the answer."""


BAKERY = (
    "The Blue Door Bakery stands on Mill Lane. It opens at seven on weekdays and at eight on Saturdays. "
    "A loaf of rye bread costs four pounds. Orders for birthday cakes need three days' notice. "
    "Dogs may wait in the yard behind the shop."
)
MUSEUM = (
    "The lighthouse museum was built in 1871. Its lamp was lit by Agnes Moor, the first keeper. "
    "Tickets are sold at the gate until half past four. Children under six come in free. "
    "The tower has 112 steps and no lift."
)
TEAHOUSE = (
    "솔바람 찻집은 언덕길 3번지에 있습니다. 월요일에는 쉽니다. 대추차는 칠천 원이고 유자차는 육천 원입니다. "
    "주차장에는 차 네 대를 세울 수 있습니다. 찻잔은 모두 주인이 직접 구웠습니다."
)
COPY = "Copy the one sentence of the text that answers the question, word for word. Write nothing else."
COPY_KO = "질문에 답하는 문장 하나를 글에서 그대로 옮겨 적으세요. 다른 말은 쓰지 마세요."
CITE = (
    "Answer the question in one short sentence from these sources only, and put the number of the source in "
    "brackets at the end, like [1]."
)
FROM_TEXT = "Answer from the text only. When the text does not say it, write exactly: I don't know."
FROM_TEXT_KO = "글에 있는 것만으로 답하세요. 글에 없으면 정확히 이렇게 쓰세요: 모르겠습니다."
PERSON = r'root ::= "{\"name\": \"" [A-Za-z ]+ "\", \"age\": " [0-9]+ "}"'
TOOL = (
    'root ::= "{\\"tool\\": \\"" tool "\\", \\"day\\": \\"" day "\\"}"\n'
    'tool ::= "opening_hours" | "book_table" | "none"\n'
    'day ::= "Monday" | "Tuesday" | "Friday" | "Sunday" | ""'
)
TOOLS = (
    "You can call two tools: opening_hours(day) tells when the shop opens on a day, "
    "book_table(day) books a table. "
    'Answer with JSON only, such as {"tool": "opening_hours", "day": "Monday"}.'
)
_DAY = {
    "type": "object",
    "properties": {"day": {"type": "string", "enum": ["Monday", "Tuesday", "Friday", "Sunday"]}},
    "required": ["day"],
}
SPECS = (
    ToolSpec("opening_hours", "Tells when the shop opens on a day.", _DAY),
    ToolSpec("book_table", "Books a table on a day.", _DAY),
)
"""The same two tools for a server that takes tools itself."""
CALLING = "You work in a shop. Call the tool that fits what the visitor wants."
JSON = 'Answer with JSON only, such as {"name": "Tom", "age": 40}.'


def _about(text: str, question: str) -> str:
    return f"Text: {text}\n\nQuestion: {question}"


def _sources(question: str) -> str:
    return f"[1] {BAKERY}\n\n[2] {MUSEUM}\n\nQuestion: {question}"


_PEOPLE: tuple[tuple[str, object], ...] = (
    ("Mina is 31 years old.", {"name": "Mina", "age": 31}),
    ("Paul turned 58 in May.", {"name": "Paul", "age": 58}),
    ("Ida, 7, paints.", {"name": "Ida", "age": 7}),
)
_CALLS: tuple[tuple[str, object], ...] = (
    ("When do you open on Friday?", {"tool": "opening_hours", "day": "Friday"}),
    ("I would like a table on Sunday, please.", {"tool": "book_table", "day": "Sunday"}),
    ("Are you open on Tuesday?", {"tool": "opening_hours", "day": "Tuesday"}),
)


def _made(
    skill: Skill, grammar: str | None, system: str, cases: tuple[tuple[str, object], ...]
) -> list[Task]:
    return [Task(skill, text, parsed(meant), system, grammar) for text, meant in cases]


TASKS: tuple[Task, ...] = (
    Task("english", "Write one sentence about rain.", english("rain")),
    Task("english", "Write one sentence about a cat that sleeps.", english("cat", "sleep")),
    Task("english", "Say in one sentence what bread is made of.", english("flour", "wheat", "bread")),
    Task("english", "What is the opposite of hot?", holds("cold", "cool")),
    Task("english", "What colour is the sky on a clear day?", holds("blue")),
    Task("korean", "비에 대해 한 문장만 써 주세요.", korean("비")),
    Task("korean", "자는 고양이에 대해 한 문장만 써 주세요.", korean("고양이")),
    Task("korean", "빵은 무엇으로 만드나요? 한 문장으로 답해 주세요.", korean("밀", "빵")),
    Task("korean", "‘뜨겁다’의 반대말은 무엇인가요?", holds("차갑", "차다", "시원")),
    Task("korean", "맑은 날 하늘은 무슨 색인가요?", holds("파란", "파랑", "푸른", "하늘색")),
    Task("follows", "Is ice cold? Answer with one word, yes or no.", only("yes"), most=12),
    Task("follows", "How many days has a week? Answer with the number only.", only("7|seven"), most=12),
    Task("follows", "List three fruits, one on each line, and nothing else.", lines(3)),
    Task("follows", "Write the word lamp three times, with commas.", only(r"lamp,\s*lamp,\s*lamp"), most=24),
    Task("follows", "Repeat exactly: The boat is green", only("the boat is green"), most=24),
    Task("follows", "Begin with “Dear guest,” and write one sentence of welcome.", only(r"Dear guest,.{8,}")),
    Task("quotes", _about(BAKERY, "What does rye bread cost?"), verbatim(BAKERY, "four pounds"), COPY),
    Task("quotes", _about(BAKERY, "Where can my dog stay?"), verbatim(BAKERY, "Dogs may wait"), COPY),
    Task("quotes", _about(MUSEUM, "Who was the first keeper?"), verbatim(MUSEUM, "Agnes Moor"), COPY),
    Task("quotes", _about(MUSEUM, "Do small children pay?"), verbatim(MUSEUM, "under six"), COPY),
    Task("quotes", _about(TEAHOUSE, "언제 쉬나요?"), verbatim(TEAHOUSE, "월요일"), COPY_KO),
    Task("quotes", _about(TEAHOUSE, "대추차는 얼마예요?"), verbatim(TEAHOUSE, "칠천 원"), COPY_KO),
    Task("cites", _sources("What does a loaf of rye bread cost?"), citing(1, "four pounds"), CITE),
    Task("cites", _sources("How many steps has the tower?"), citing(2, "112"), CITE),
    Task("cites", _sources("How early must a birthday cake be ordered?"), citing(1, "three days"), CITE),
    Task("cites", _sources("Until when are tickets sold?"), citing(2, "half past four"), CITE),
    Task("abstains", _about(BAKERY, "What is the baker's name?"), abstaining, FROM_TEXT),
    Task("abstains", _about(BAKERY, "What does a croissant cost?"), abstaining, FROM_TEXT),
    Task("abstains", _about(MUSEUM, "How much is a ticket for adults?"), abstaining, FROM_TEXT),
    Task("abstains", _about(MUSEUM, "On which street is the museum?"), abstaining, FROM_TEXT),
    Task("abstains", _about(TEAHOUSE, "전화번호가 뭐예요?"), abstaining, FROM_TEXT_KO),
    Task("abstains", _about(TEAHOUSE, "커피는 얼마예요?"), abstaining, FROM_TEXT_KO),
    *_made("json_grammar", PERSON, JSON, _PEOPLE),
    *_made("json_native", None, JSON, _PEOPLE),
    *_made("tools_grammar", TOOL, TOOLS, _CALLS),
    *_made("tools_native", None, TOOLS, _CALLS),
)  # fmt: skip

NEEDLE = "The password of the boat house is “{word}”."
NEEDLE_QUESTION = "What is the password of the boat house? Answer with the password only."
NEEDLE_WORDS = ("marigold", "cardamom", "juniper")
HAY = (
    "The river rises in the hills and turns south. ",
    "In spring the meadows are wet, and few people cross them. ",
    "A mill stood by the bridge until the great flood. ",
    "Fishermen mend their nets along the quay in the evening. ",
    "The road to the harbour is lined with poplars. ",
    "On market days carts come from the villages around. ",
    "Old walls of grey stone keep the gardens from the wind. ",
)
"""What stands around the needle: written for this, and of no use to any question."""
LENGTHS = (512, 1024, 2048, 4096, 8192, 16384, 32768)
DEPTHS = (0.1, 0.5, 0.9)
