"""Trains the reader (`madang.models.e5.reader`): does a sentence answer a question?

Hypothesis: on documents that it has not seen, with near misses among the questions, the reader puts an
answering sentence first more often than words and vectors do, and tells answered questions from others.

A question is read beside the likeliest sentences that the studio finds, one that answers among them or not.
The loss is a choice among them and "none of these", and whether each one answers. Documents that
are kept apart are reported on. Needs the extra `train`; two cores take a quarter of an hour to prepare,
and as long a round.

    python -m benchmarks.reader [--epochs N] [--again] [--store]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.knowing import open_knowledge
from benchmarks.reader.material import APART, LEARNT, Exercise, exercises
from benchmarks.reader.network import Network, logits_of
from benchmarks.report import auroc, report
from madang.kernel.settings import Settings
from madang.models.e5.embedder import E5Embedder
from madang.models.e5.reader import FILE, Read
from madang.models.registry import Models
from madang.models.types import Candidate

BARS = {"reader_first_above_words": ">= 0"}
QUESTIONS, EACH = 16, 8
"""Questions of a step, and sentences of a question."""
RATE, WARM = 1e-3, 60
"""The highest learning rate; steps until it is reached. It falls to nothing at the end."""
States = dict[str | Candidate, Read]


async def computed(found: Sequence[Exercise]) -> States:
    """What the embedder makes of every question and sentence."""
    embedder = await Models(Settings()).embedder()
    assert isinstance(embedder, E5Embedder)
    states: States = {}
    for one in found:
        states.setdefault(one.question, await embedder.asked(one.question))
        missing = [candidate for candidate in one.candidates if candidate not in states]
        states |= zip(missing, await asyncio.gather(*map(embedder.said, missing)), strict=True)
    await embedder.close()
    return states


def drawn(one: Exercise, chance: random.Random) -> tuple[list[Candidate], list[float]]:
    """Sentences of a question: at most two that answer, the likeliest others, and some of the rest."""
    right = [place for place, answers in enumerate(one.answers) if answers]
    wrong = [place for place, answers in enumerate(one.answers) if not answers]
    right = chance.sample(right, min(2, len(right)))
    hard, rest = wrong[: EACH // 2], wrong[EACH // 2 :]
    places = (right + hard + chance.sample(rest, len(rest)))[:EACH]
    return [one.candidates[place] for place in places], [float(one.answers[place]) for place in places]


def loss(logits: Tensor, answers: Tensor, of: Tensor) -> Tensor:
    """A choice among the sentences of each question and "none", and whether each of them answers."""
    total = F.binary_cross_entropy_with_logits(logits, answers)
    for question in range(QUESTIONS):
        own = torch.cat([logits[of == question], torch.zeros(1)])
        right = torch.cat([answers[of == question], torch.zeros(1)])
        right[-1] = 1 - right.max()
        chosen = torch.logsumexp(own.masked_fill(right == 0, -1e4), 0) - torch.logsumexp(own, 0)
        total = total - chosen / QUESTIONS
    return total


def trained(
    found: Sequence[Exercise], states: States, epochs: float, seed: int = 0, again: bool = False
) -> Network:
    """A new network, or with `again` the stored one that learns on."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = Network(states[found[0].question].states.shape[1] // 2)
    if again:
        with np.load(FILE, allow_pickle=False) as kept:
            network.load_state_dict({name: torch.tensor(array).float() for name, array in kept.items()})
    descent = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.98))
    steps, waiting, total, since = int(len(found) * epochs / QUESTIONS), [], 0.0, time.monotonic()
    for step in range(steps):
        for group in descent.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM) * (1 - step / steps)
        if len(waiting) < QUESTIONS:
            waiting += chance.sample(list(found), len(found))
        batch = [waiting.pop() for _ in range(QUESTIONS)]
        pairs, answers, of = [], [], []
        for place, one in enumerate(batch):
            candidates, right = drawn(one, chance)
            pairs += [(states[one.question], states[candidate]) for candidate in candidates]
            answers += right
            of += [place] * len(right)
        made = loss(logits_of(network, pairs), torch.tensor(answers), torch.tensor(of))
        descent.zero_grad()
        made.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        descent.step()
        total += made.item()
        if step % 100 == 99:
            print(f"{step + 1}/{steps} loss {total / 100:.3f}, {time.monotonic() - since:.0f} s", flush=True)
            total = 0.0
    return network.eval()


def measured(network: Network, found: Sequence[Exercise], states: States) -> dict[str, Any]:
    """How often an answering sentence comes first, by words and by the reader; how answered and unanswered
    questions are told apart by the surest sentence."""
    first, read, sure, others = [], [], [], []
    for one in found:
        candidates = one.candidates[:EACH]
        with torch.no_grad():
            pairs = [(states[one.question], states[candidate]) for candidate in candidates]
            logits = logits_of(network, pairs).tolist()
        if any(one.answers[:EACH]):
            first.append(one.answers[0])
            read.append(one.answers[int(np.argmax(logits))])
        (sure if one.answered else others).append(max(logits))
    return {
        "answered": len(sure),
        "unanswered": len(others),
        "words_first": float(np.mean(first)),
        "reader_first": float(np.mean(read)),
        "auroc": auroc(sure, others),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the reader.")
    parser.add_argument("--epochs", type=float, default=6.0)
    parser.add_argument("--again", action="store_true", help=f"learn on from {FILE.name}")
    parser.add_argument("--store", action="store_true", help=f"keep the weights as {FILE.name}")
    options = parser.parse_args()

    async def ready() -> tuple[list[Exercise], list[Exercise], States]:
        async with open_knowledge() as (knowledge, _, _):
            learnt, unseen = await exercises(knowledge, LEARNT), await exercises(knowledge, APART)
        return learnt, unseen, await computed([*learnt, *unseen])

    seen, unseen, states = asyncio.run(ready())
    print(f"{len(seen)} questions, {len(unseen)} kept apart, {len(states)} texts", flush=True)
    network = trained(seen, states, options.epochs, again=options.again)
    results = {
        language: measured(network, [one for one in unseen if one.language == language], states)
        for language in ("ko", "en")
    }
    every = measured(network, unseen, states)
    if options.store:
        np.savez(FILE, **network.kept())
    report(
        "reader",
        {
            "questions": len(seen),
            **every,
            "reader_first_above_words": every["reader_first"] - every["words_first"],
            "by_language": results,
        },
        BARS,
    )


if __name__ == "__main__":
    main()
