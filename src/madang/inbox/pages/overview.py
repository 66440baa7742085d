"""The dashboard as a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from madang.chat.desk.types import Figures
from madang.inbox.dashboard.access import DAYS, Dashboard
from madang.inbox.pages import frame
from madang.web.context import language_of
from madang.web.localise import translate
from madang.web.pictures import Series, bars, top
from madang.web.view import View

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what stands around it, and its numbers for the table behind it."""

    name: str
    title: str
    note: str
    drawing: Markup
    top: str
    days: list[str]
    series: list[Series]
    unit: str = ""

    @property
    def empty(self) -> bool:
        return not any(one.total for one in self.series)


def router(view: View, dashboard: Dashboard) -> APIRouter:
    routes = APIRouter()

    @routes.get("/dashboard")
    async def page(
        request: Request, days: int = Query(30), character: str = Query("", max_length=200)
    ) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        overview = await dashboard.overview(frame.maker(request), days=days, slug=character or None)
        language = language_of(request)

        def say(sentence: str, **params: object) -> str:
            return translate(language, sentence, **params)

        return view.page(
            request,
            "inbox/dashboard.html",
            overview=overview,
            figures=overview.figures,
            pictures=pictures(overview.figures, say),
            days=overview.figures.days,
            choices=DAYS,
            character=character,
            bytes_of=bytes_of,
            milliseconds=milliseconds,
        )

    return routes


def pictures(figures: Figures, say: Say) -> list[Picture]:
    """The pictures of a page, in the reader's language."""
    by_day = figures.by_day
    days = [one.day.isoformat() for one in by_day]

    def made(name: str, title: str, note: str, unit: str, *series: Series) -> Picture:
        total = ", ".join(f"{one.name} {sum(one.values):,.0f}" for one in series)
        about = say("Bars by day from {first} to {last}: {total}.", first=days[0], last=days[-1], total=total)
        if unit == "ms":
            about = say("Bars by day from {first} to {last}.", first=days[0], last=days[-1])
        drawing = bars(name, title, about, days, series)
        most = top(series)
        return Picture(
            name, title, note, drawing, f"{most:,.0f}" if most >= 1 else f"{most:g}", days, list(series), unit
        )

    other = [max(0, one.replies - one.cited - one.abstained - one.asked_back) for one in by_day]
    return [
        made(
            "conversations",
            say("Conversations"),
            say("Begun on each day."),
            "",
            Series(say("Conversations"), "teal", [one.conversations for one in by_day]),
        ),
        made(
            "replies",
            say("Replies"),
            say("What they rested on."),
            "",
            Series(say("Cited"), "teal", [one.cited for one in by_day]),
            Series(say("Other"), "faint", other),
            Series(say("Asked back"), "plum", [one.asked_back for one in by_day]),
            Series(say("Did not know"), "ochre", [one.abstained for one in by_day]),
        ),
        made(
            "thumbs",
            say("Thumbs"),
            say("What visitors thought of replies."),
            "",
            Series(say("Liked"), "teal", [one.up for one in by_day]),
            Series(say("Disliked"), "vermilion", [one.down for one in by_day]),
        ),
        made(
            "first-word",
            say("Time to the first word"),
            say("The middle one of each day, in milliseconds."),
            "ms",
            Series(say("Milliseconds"), "plum", [one.first_ms_p50 for one in by_day]),
        ),
        made(
            "tokens",
            say("Tokens"),
            say("Read and written by the chat model."),
            "",
            Series(say("Tokens"), "faint", [one.tokens for one in by_day]),
        ),
    ]


def bytes_of(number: int) -> str:
    """`1.5 MB`, in thousands as disks are sold and as file managers say."""
    size = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1_000
    return f"{size:.1f} TB"


def milliseconds(value: float) -> str:
    return f"{value / 1_000:.1f} s" if value >= 1_000 else f"{value:.0f} ms"
