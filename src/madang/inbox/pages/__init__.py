"""The pages of this room, one file a place."""

from __future__ import annotations

from fastapi import APIRouter

from madang.inbox.access import Inbox
from madang.inbox.dashboard.access import Dashboard
from madang.inbox.pages import answers, conversations, correct, overview, questions
from madang.web.view import View


def router(view: View, inbox: Inbox, dashboard: Dashboard, *, time_zone: str = "UTC") -> APIRouter:
    """`/inbox` and what is under it, and `/dashboard`. `time_zone`: in which moments are told."""
    pages = APIRouter(include_in_schema=False)
    pages.include_router(questions.router(view, inbox, time_zone))
    pages.include_router(answers.router(view, inbox, time_zone))
    pages.include_router(correct.router(view, inbox, time_zone))
    pages.include_router(conversations.router(view, inbox, time_zone))
    pages.include_router(overview.router(view, dashboard))
    return pages
