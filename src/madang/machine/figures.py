"""Pictures of the last minutes and of a measured card, in the reader's language, each with its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from madang.machine.minutes import Minutes
from madang.models.probe.types import Measured, Skill
from madang.web.pictures import Series, bars, top

Say = Callable[..., str]
SKILLS: dict[Skill, str] = {
    "english": "Writes English",
    "korean": "Writes Korean",
    "follows": "Follows instructions",
    "quotes": "Quotes word for word",
    "cites": "Writes and cites",
    "abstains": "Says when it does not know",
    "json_grammar": "JSON by a grammar",
    "json_native": "JSON by itself",
    "tools_grammar": "Tools by a grammar",
    "tools_native": "Tools by itself",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what stands around it, and the rows of the table behind it."""

    name: str
    title: str
    note: str
    drawing: Markup | None
    top: str
    ends: tuple[str, str]
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


def last_minutes(found: Minutes, say: Say) -> Picture:
    """The time to the first token, minute by minute."""
    count = len(found.firsts)
    labels = [say("{count} min ago", count=count - 1 - place) for place in range(count)]
    labels[-1:] = [say("now")] if labels else []
    series = [Series(say("Milliseconds"), "plum", found.firsts)]
    title = say("Time to the first token")
    about = say("Bars by minute, the last {count} minutes.", count=count)
    return Picture(
        "minutes",
        title,
        say("The middle one of each of the last {count} minutes, in milliseconds.", count=count),
        bars("minutes", title, about, labels, series) if any(found.firsts) else None,
        f"{top(series):,.0f}",
        (labels[0], labels[-1]) if labels else ("", ""),
        (say("When"), say("Milliseconds")),
        [
            (label, f"{value:,.0f}")
            for label, value in zip(reversed(labels), reversed(found.firsts), strict=True)
            if value
        ],
    )


def of_card(card: Measured, say: Say) -> list[Picture]:
    """The pictures of a card."""
    return [_firsts(card, say), _skills(card, say), _needles(card, say)]


def _firsts(card: Measured, say: Say) -> Picture:
    labels = [say("{count} tokens", count=f"{first.tokens:,}") for first in card.firsts]
    series = [Series(say("Milliseconds"), "plum", [first.ms for first in card.firsts])]
    title = say("Time to the first token")
    about = say("Bars by length of the prompt.")
    return Picture(
        "firsts",
        title,
        say("By the length of a prompt of which nothing was known before, in milliseconds."),
        bars("firsts", title, about, labels, series) if labels else None,
        f"{top(series):,.0f}" if labels else "",
        (labels[0], labels[-1]) if labels else ("", ""),
        (say("Prompt"), say("Milliseconds")),
        [(label, f"{first.ms:,.0f}") for label, first in zip(labels, card.firsts, strict=True)],
    )


def _skills(card: Measured, say: Say) -> Picture:
    labels = [say(SKILLS[score.skill]) for score in card.scores]
    right = Series(say("Right"), "teal", [score.share * 100 for score in card.scores])
    wrong = Series(say("Wrong"), "faint", [100 - score.share * 100 for score in card.scores])
    title = say("What it can do")
    about = say("A bar for each skill: the share of tasks that were done right.")
    return Picture(
        "skills",
        title,
        say("Tasks done right, in percent; each is judged by a rule."),
        bars("skills", title, about, labels, [right, wrong]) if labels else None,
        "100",
        (labels[0], labels[-1]) if labels else ("", ""),
        (say("Skill"), say("Right"), say("Tasks")),
        [
            (label, str(score.right), str(len(score.cases)))
            for label, score in zip(labels, card.scores, strict=True)
        ],
    )


def _needles(card: Measured, say: Say) -> Picture:
    lengths = sorted({needle.tokens for needle in card.needles})
    labels = [say("{count} tokens", count=f"{length:,}") for length in lengths]
    found = [[needle.found for needle in card.needles if needle.tokens == length] for length in lengths]
    shares = [100 * sum(one) / len(one) for one in found]
    series = [
        Series(say("Found"), "teal", shares),
        Series(say("Lost"), "faint", [100 - share for share in shares]),
    ]
    title = say("The context that works")
    about = say("A bar for each length: how often a sentence was found again.")
    return Picture(
        "context",
        title,
        say("A sentence is hidden near the beginning, middle and end of longer and longer texts."),
        bars("context", title, about, labels, series) if labels else None,
        "100",
        (labels[0], labels[-1]) if labels else ("", ""),
        (say("Text"), say("Found")),
        [
            (label, say("{right} of {asked}", right=sum(one), asked=len(one)))
            for label, one in zip(labels, found, strict=True)
        ],
    )
