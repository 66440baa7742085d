"""What is calibrated on: questions that people wrote, and questions that rules made from texts at large.

Written ones lie in `benchmarks/answerable`: each document has questions that it answers
(`+ question | words of the answer`) and questions on its subject that it does not (`-`), in both languages.
Every document is asked alone; those of ARTICLES also among those of their language, and among all. A shop is
not: "When do you close?" has an answer in every other shop, too.

Exercises are the documents of `benchmarks.reader` that its network learnt nothing from, each asked alone:
half of their questions are near misses. Those for explanations (`wide_…`) are left out. `typed` are questions
of the same documents as people type them on a phone.

A large source is what pages of folders of documentation make with the documents of their language. It is
asked what was written on the documents (`joint`; a shop's question counts as answered by its own shop alone),
what was written on the pages (`manual`, in the folder `manuals`; those whose answer is on no page that was
drawn are left out), and what rules make from them (`made`; a question belongs to the one passage that holds
its sentence).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zlib import crc32

from benchmarks.made.asked import made
from benchmarks.made.pages import Page, pages
from benchmarks.reader import material as exercises
from madang.knowledge.access import Knowledge
from madang.knowledge.sentences import sentences
from madang.knowledge.split import context
from madang.knowledge.types import Passage
from madang.storage.segment import terms

FOLDER = Path(__file__).parents[1] / "answerable"
ARTICLES = frozenset({"garden_en", "jeju_ko", "sejong_ko", "software_en", "telescope_en"})
"""Documents whose questions say what they are about."""
PAGES = 40
"""Pages of each language that questions are made from."""
EACH = {"ko": 2, "en": 1}
"""Questions made from a passage: Korean pages are shorter."""
PARTS = 5
"""Parts of the made questions of a language, by whole pages, of which one is left out at a time."""
Kind = Literal["written", "exercise", "typed", "joint", "manual", "made", "talk", "talk_explained"]


@dataclass(frozen=True, slots=True)
class Question:
    character: str
    document: str
    """What is left out together when a model is tested on what it has not seen."""
    text: str
    holding: frozenset[str]
    """Ids of the passages that hold the answer; empty when none does."""
    kind: Kind
    pieces: tuple[str, ...] = ()
    """Words of the answer, each of which tells that a quotation holds it."""


@dataclass
class Material:
    questions: list[Question] = field(default_factory=list)
    passages: dict[str, dict[str, Passage]] = field(default_factory=dict)
    """A character's passages by their ids."""
    _terms: dict[str, frozenset[str]] = field(default_factory=dict)
    _often: dict[str, Counter[str]] = field(default_factory=dict)

    def only_in(self, character: str, ids: frozenset[str]) -> frozenset[str]:
        """Terms that no other passage of the character has."""
        if character not in self._often:
            own = self.passages[character]
            self._terms |= {
                id_: frozenset(terms(context(passage.title, passage.headings, passage.text)))
                for id_, passage in own.items()
            }
            self._often[character] = Counter(term for id_ in own for term in self._terms[id_])
        inside = Counter(term for id_ in ids for term in self._terms[id_])
        return frozenset(term for term, count in inside.items() if self._often[character][term] == count)


async def learnt(knowledge: Knowledge, folders: Sequence[Path]) -> Material:
    """Every character with its sources, ready to be asked; nothing is made when there are no `folders`."""
    material = Material()
    await _written(knowledge, material)
    await _exercises(knowledge, material)
    every = pages(folders, PAGES)
    for language in sorted({page.language for page in every}):
        await _large(knowledge, material, language, [page for page in every if page.language == language])
    return material


async def _written(knowledge: Knowledge, material: Material) -> None:
    for name, members in _characters(sorted(FOLDER.glob("*.md"))).items():
        sources = [await knowledge.add_file(name, path.name, path.read_bytes()) for path in members]
        passages = await _passages(knowledge, name, [source.id for source in sources])
        material.passages[name] = {passage.id: passage for passage in passages}
        for path in members:
            if len(members) > 1 and path.stem not in ARTICLES:
                continue
            for text, gold in questions(path.with_suffix(".questions")):
                holding = _holding(passages, gold)
                assert holding or gold is None, f"{path.stem}: no passage holds “{gold}”"
                material.questions.append(Question(name, path.stem, text, holding, "written", _all(gold)))


async def _exercises(knowledge: Knowledge, material: Material) -> None:
    """The documents that were kept apart from the reader, each asked alone."""
    for path in sorted(exercises.APART.glob("*/*.md")):
        if path.parent.name.startswith("wide"):
            continue
        name = f"chr_{path.parent.name}_{path.stem}"
        source = await knowledge.add_file(name, path.name, path.read_bytes())
        passages = await _passages(knowledge, name, [source.id])
        material.passages[name] = {passage.id: passage for passage in passages}
        asked: list[tuple[Kind, str, tuple[str, ...]]] = [
            *(("exercise", *one) for one in exercises.questions(path.with_suffix(".questions"))),
            *(("typed", *one) for one in exercises.typed(path)),
        ]
        for kind, text, pieces in asked:
            holding = frozenset[str]().union(*(_holding(passages, piece) for piece in pieces))
            assert bool(holding) == bool(pieces), f"{path}: no passage holds “{pieces}”"
            material.questions.append(Question(name, name, text, holding, kind, tuple(pieces)))


async def _large(knowledge: Knowledge, material: Material, language: str, every: Sequence[Page]) -> None:
    name = f"chr_large_{language}"
    documents = sorted(FOLDER.glob(f"*_{language}.md"))
    files = [await knowledge.add_file(name, path.name, path.read_bytes()) for path in documents]
    texts = [
        await knowledge.add_text(name, page.title, "\n\n".join(page.paragraphs), origin=str(place))
        for place, page in enumerate(every)
    ]
    of_files = await _passages(knowledge, name, [source.id for source in files])
    of_texts = await _passages(knowledge, name, [source.id for source in texts])
    material.passages[name] = {passage.id: passage for passage in (*of_files, *of_texts)}
    for path in documents:
        for text, gold in questions(path.with_suffix(".questions")):
            holding = _holding(of_files, gold)
            material.questions.append(Question(name, path.stem, text, holding, "joint", _all(gold)))
    for number, (text, gold) in enumerate(questions(FOLDER / "manuals" / f"{language}.questions")):
        holding = _holding(of_texts, gold)
        if holding or gold is None:
            part = f"manuals {language} {number % PARTS}"
            material.questions.append(Question(name, part, text, holding, "manual", _all(gold)))
    material.questions.extend(_made(name, language, of_texts))


def _made(name: str, language: str, passages: Sequence[Passage]) -> Iterator[Question]:
    chance = random.Random(11)
    strange = [word for passage in passages for word in passage.text.split() if 2 <= len(word) < 8]
    often = Counter(sentence for passage in passages for sentence in set(_sentences(passage.text)))
    for passage in passages:
        told = _sentences(passage.text)
        places = [place for place, sentence in enumerate(told) if often[sentence] == 1]
        chance.shuffle(places)
        tried = (
            (
                made(told[place], told[place - 1] if place else "", passage.title, strange, chance, language),
                told[place],
            )
            for place in places
        )
        for question, sentence in _first(tried, EACH[language]):
            part = f"{language} {crc32(passage.title.encode()) % PARTS}"
            yield Question(name, part, question, frozenset([passage.id]), "made", (sentence.strip(),))


def _all(gold: str | None) -> tuple[str, ...]:
    return () if gold is None else (gold,)


def _holding(passages: Sequence[Passage], gold: str | None) -> frozenset[str]:
    return frozenset(passage.id for passage in passages if gold is not None and gold in passage.text)


def questions(path: Path) -> list[tuple[str, str | None]]:
    """Questions of a document with words of the answer, None for those that it does not answer; none where
    there is no file."""
    found: list[tuple[str, str | None]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        question, _, gold = line[2:].rpartition(" | ") if line.startswith("+") else (line[2:], "", None)
        if line.strip():
            found.append((question, gold))
    return found


def _characters(documents: list[Path]) -> dict[str, list[Path]]:
    alone = {f"chr_{path.stem}": [path] for path in documents}
    korean = [path for path in documents if path.stem.endswith("_ko")]
    english = [path for path in documents if path.stem.endswith("_en")]
    return {**alone, "chr_ko": korean, "chr_en": english, "chr_all": documents}


async def _passages(knowledge: Knowledge, name: str, sources: Sequence[str]) -> list[Passage]:
    found: list[Passage] = []
    for id_ in sources:
        await knowledge.wait(id_, "ready", seconds=600)
        found.extend(await knowledge.passages(name, id_))
    return found


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _first(tried: Iterable[tuple[str | None, str]], most: int) -> list[tuple[str, str]]:
    """Questions that could be made, with their sentences."""
    found: list[tuple[str, str]] = []
    for question, sentence in tried:
        if question is not None and len(found) < most:
            found.append((question, sentence))
        if len(found) == most:
            break
    return found
