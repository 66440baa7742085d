"""Makes the coefficients of `answerable`, and the weight of vectors in `retrieve`.

The questions are those of `benchmarks.made.material`, none of a benchmark. `words` and `vectors` are fitted
on small sources without the reader (`--without-reader`), `read` on small ones with it, `many_ko` on large
ones, which need folders of HTML documentation, `many_en` and `explained_en` on conversations over a large one
(`--talks`, alone). The stored ones were made with Debian's `libreoffice-help-ko`,
`gimp-help-ko`, `installation-guide-amd64` and `debian-handbook`, in this order: `libreoffice/help/ko`,
`gimp/2.0/help/ko`, `doc/installation-guide-amd64/ko` and `doc/debian-handbook/html/ko-KR` below `/usr/share`.
The talks were written over pages of its `anarchism`, `gnucash-docs` (`gnucash-guide-en`), `debian-handbook`
(`html/en-US`), `harden-doc` (`html/en-US`), `keystone-doc` (`html/admin`), `apache2-doc` (`manual/en/howto`),
`sqlite3-doc`, `lilypond-doc-html` (`Documentation/learning`), below `/usr/share/doc`, and `gimp-help-en`
(`/usr/share/gimp/2.0/help/en`), in this order.
An answered question is asked twice: as it is, and with the passages that hold its answer taken away. What is
estimated is that the quotation holds the answer, and an answer with another quotation counts as wrong. Kinds
of questions count the same, however many there are of each. The weight is the one under which the passages
that hold an answer are likeliest to come first. What asks for an explanation is not read, and so not among
those that `read` is made of. Without the reader nothing is fitted where the best span is in another language
than the question (`abroad`).

    python -m benchmarks.calibrate_answerable [--texts FOLDER …] [--without-reader] [--store MODEL … weight]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.knowing import Forgetful, open_knowledge
from benchmarks.logistic import Numbers, left_out, logistic
from benchmarks.made import talks
from benchmarks.made.material import Kind, Material, learnt
from benchmarks.report import auroc, report
from madang.kernel.language import language_of
from madang.knowledge import answerable
from madang.knowledge.asks import explains
from madang.knowledge.evidence import Weigher
from madang.knowledge.features import READ_FEATURES, VECTOR_FEATURES, WORD_FEATURES
from madang.knowledge.retrieve import Candidates, Retriever

OUT = Path(answerable.__file__).parent / "calibration" / "answerable.json"
WEIGHT = OUT.with_name("retrieval.json")

UNANSWERED = 0.3
"""Share of visitors' questions that the sources do not answer, for which the curve is made."""
LEVELS = [level / 100 for level in range(5, 100, 2)]
"""Thresholds at which the curve is taken."""
WEIGHTS = [place / 50 for place in range(51)]
"""Weights of vectors that are tried."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one of the models is made."""

    names: tuple[str, ...]
    kinds: frozenset[Kind]
    penalty: float = 0.0
    """L2, on standardised features: many say nearly the same, and documents of other kinds come."""
    reads: bool = False
    """Whether the reader is asked."""


SMALL: frozenset[Kind] = frozenset({"written", "exercise", "typed"})
LARGE: frozenset[Kind] = frozenset({"joint", "manual", "made"})
MEANT = (*WORD_FEATURES, *VECTOR_FEATURES)
FITS = {
    "words": Fit(WORD_FEATURES, frozenset({"written"}), 50.0),
    "vectors": Fit(MEANT, frozenset({"written"}), 50.0),
    "read": Fit((*MEANT, *READ_FEATURES), SMALL, 50.0, reads=True),
    "many_ko": Fit((*MEANT, *READ_FEATURES), LARGE, 10.0, reads=True),
    "many_en": Fit((*MEANT, *READ_FEATURES), frozenset({"talk"}), 30.0, reads=True),
    "explained_en": Fit((*MEANT, *READ_FEATURES), frozenset({"talk_explained"}), 30.0, reads=True),
}


@dataclass(frozen=True, slots=True)
class Example:
    document: str
    kind: Kind
    language: str
    values: dict[str, float]
    answered: bool
    """Whether a passage holds the answer."""
    shown: bool = False
    """Whether what would be quoted holds it: this is what is estimated."""
    stored: float = 0.0
    """The estimate of the stored coefficients."""

    @property
    def abroad(self) -> bool:
        """Whether the best span is in another language than the question."""
        return bool(self.values["foreign"])


@dataclass(frozen=True, slots=True)
class Ranked:
    """What both sides say of a question's candidates, and which of them hold the answer."""

    kind: Kind
    both: Candidates
    holds: NDArray[np.bool_]


async def ranked(retriever: Retriever, material: Material) -> list[Ranked]:
    found: list[Ranked] = []
    for one in material.questions:
        if one.holding:
            both = await retriever.candidates(one.character, one.text)
            holds = np.array([id_ in one.holding for id_ in both.ids], dtype=np.bool_)
            if holds.any() and both.meaning is not None:
                found.append(Ranked(one.kind, both, holds))
    return found


def weight_of(found: Sequence[Ranked]) -> tuple[float, dict[str, float]]:
    """The weight of vectors that makes the right passages likeliest, and their share of firsts under it.

    The likelihood is a softmax over the candidates, at the sharpness that suits each weight best.
    """
    counts = Counter(one.kind for one in found)

    def loss(weight: float, sharp: float) -> float:
        return sum(
            (_logsum(scores) - _logsum(scores[one.holds])) / counts[one.kind]
            for one in found
            for scores in (sharp * one.both.scores(weight),)
        )

    losses = {(weight, sharp): loss(weight, sharp) for weight in WEIGHTS for sharp in (1.0, 2.0, 3.0, 4.5)}
    best = min(losses, key=lambda tried: losses[tried])[0]
    first = {
        kind: float(np.mean([one.holds[one.both.scores(best).argmax()] for one in found if one.kind == kind]))
        for kind in counts
    }
    return best, first


def _logsum(scores: Numbers) -> float:
    most = float(scores.max())
    return most + float(np.log(np.exp(scores - most).sum()))


def of_talks(found: list[talks.Asked]) -> list[Example]:
    """Turns that are answered or not; whoever has to be asked back is none."""
    made: list[Example] = []
    for one in found:
        kind: Kind = "talk_explained" if explains(one.evidence.question) else "talk"
        answered = one.turn.answered == "+"
        if one.turn.answered != "~":
            stored = one.evidence.answerable
            made.append(
                Example(one.talk.title, kind, "en", one.evidence.features, answered, one.shown, stored)
            )
    return made


async def examples(weigher: Weigher, search: Forgetful, material: Material) -> list[Example]:
    found: list[Example] = []
    for one in material.questions:
        language = language_of(one.text)
        evidence = await weigher.measured(one.character, one.text)
        quoted = "\n".join(span.text for span in evidence.spans)
        shown = any(piece in quoted for piece in one.pieces)
        found.append(
            Example(
                one.document,
                one.kind,
                language,
                evidence.features,
                bool(one.holding),
                shown,
                evidence.answerable,
            )
        )
        if one.holding:
            search.hidden = material.only_in(one.character, one.holding)
            evidence = await weigher.measured(one.character, one.text, without=one.holding)
            search.hidden = frozenset()
            found.append(
                Example(
                    one.document, one.kind, language, evidence.features, False, False, evidence.answerable
                )
            )
    return [example for example in found if example.values]


def fit(how: Fit, found: list[Example]) -> dict[str, float]:
    """Classes and kinds balanced."""
    rows = [example.values for example in found]
    labels = np.array([float(example.shown) for example in found])
    return logistic(how.names, rows, labels, importances(found), how.penalty)


def importances(found: list[Example]) -> Numbers:
    """What each example counts, 1 on average: answered and unanswered, each kind, all count alike."""
    counts = Counter((example.kind, example.answered) for example in found)
    return np.array([len(found) / len(counts) / counts[example.kind, example.answered] for example in found])


def score(how: Fit, found: list[Example]) -> Numbers:
    """Estimates of all examples, (n,), each document by a model that has not seen it."""
    return left_out(found, lambda some: fit(how, some))


def curve(found: list[Example], estimates: Numbers) -> list[list[float]]:
    """Rows [threshold, share of the answers that are wrong, share of the answerable that are declined].

    Never falling and never rising where they may not: no threshold promises more than a higher one keeps.
    """
    answered = np.array([example.answered for example in found])
    shown, counts = np.array([example.shown for example in found]), importances(found)
    rows: list[list[float]] = []
    worst = 0.0
    for level in reversed(LEVELS):
        over = estimates >= level
        kept = float(np.average(over[answered], weights=counts[answered]))
        right = (1 - UNANSWERED) * float(np.average((over & shown)[answered], weights=counts[answered]))
        given = (1 - UNANSWERED) * kept
        given += UNANSWERED * float(np.average(over[~answered], weights=counts[~answered]))
        worst = max(worst, 1 - right / given if given else 0.0)
        rows.append([level, round(worst, 4), round(1 - kept, 4)])
    return rows[::-1]


def _auroc(found: list[Example], values: list[float]) -> float:
    both = list(zip(found, values, strict=True))
    return auroc([v for one, v in both if one.shown], [v for one, v in both if not one.shown])


def written(coefficients: dict[str, Any]) -> str:
    """As it is kept: a row of a curve stays on one line."""
    text = json.dumps(coefficients, indent=2)
    return re.sub(r"\[\s+([^\[\]]+?)\s+\]", lambda row: f"[{' '.join(row[1].split())}]", text) + "\n"


def fitted(found: list[Example], store: Sequence[str], *, reads: bool) -> dict[str, Any]:
    """What each model gives that there are examples for; those to `store` are kept."""
    results: dict[str, Any] = {}
    coefficients: dict[str, Any] = json.loads(OUT.read_text())
    for name, how in FITS.items():
        own = [one for one in found if one.kind in how.kinds and how.reads == reads]
        if not own:
            continue
        estimates = score(how, own)
        made = curve(own, estimates)
        results |= {f"examples_{name}": len(own), f"auroc_{name}": _auroc(own, estimates.tolist())}
        results[f"stored_auroc_{name}"] = _auroc(own, [example.stored for example in own])
        results[f"curve_{name}"] = made[::4]
        for kind in sorted(how.kinds):
            places = [place for place, example in enumerate(own) if example.kind == kind]
            one = [own[place] for place in places]
            results[f"auroc_{name}_{kind}"] = _auroc(one, [float(estimates[place]) for place in places])
        if name in store:
            coefficients["curves"][name] = made
            coefficients[name] = {key: round(value, 4) for key, value in fit(how, own).items()}
    if store:
        OUT.write_text(written(coefficients))
    return results


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--store", nargs="*", default=[], choices=[*FITS, "weight"], help="what to keep; nothing by default"
    )
    parser.add_argument(
        "--texts", type=Path, nargs="*", default=[], help="folders of HTML to make questions of"
    )
    parser.add_argument(
        "--without-reader", action="store_true", help="fit what an embedder that cannot read needs"
    )
    parser.add_argument("--talks", type=Path, nargs="*", default=[], help="folders of HTML to talk about")
    options = parser.parse_args()
    reads = not options.without_reader
    if options.talks:
        async with open_knowledge() as (knowledge, embedder, _):
            embedder.keep_questions = True
            turns = await talks.asked(knowledge, Weigher(knowledge.weigher.retriever), options.talks)
        every = of_talks(turns)
        results = {"turns": len(turns)} | fitted(every, options.store, reads=True)
        report("calibrate_answerable_talks", results)
        return 0
    async with open_knowledge(reads=reads) as (knowledge, embedder, search):
        embedder.keep_questions = True
        material = await learnt(knowledge, options.texts)
        retriever = knowledge.weigher.retriever
        weight, first = weight_of(await ranked(retriever, material))
        weigher = Weigher(retriever.weighing(weight) if "weight" in options.store else retriever)
        every = await examples(weigher, search, material)
    found = [example for example in every if ("reading" in example.values if reads else not example.abroad)]
    abroad = [example for example in every if example.abroad and example.kind == "written"]
    results: dict[str, Any] = {
        "questions": Counter(question.kind for question in material.questions),
        "vector_weight": weight,
        "first": first,
        **fitted(found, options.store, reads=reads),
    }
    results |= {
        "curve_abroad": curve(abroad, np.array([example.stored for example in abroad])),
        "examples_abroad": len(abroad),
        "auroc_abroad": _auroc(abroad, [example.stored for example in abroad]),
    }
    if "weight" in options.store:
        WEIGHT.write_text(json.dumps({"vector_weight": weight}, indent=2) + "\n")
    report("calibrate_answerable", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
