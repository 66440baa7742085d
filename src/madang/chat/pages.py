"""Where a visitor talks with a character, and sees the passage behind a citation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from madang.characters.access import Characters
from madang.characters.types import Character, Profile
from madang.chat import heads
from madang.chat.access import Chat
from madang.chat.conversation import greetings
from madang.chat.mine import pages as mine
from madang.chat.prompt import fill
from madang.chat.types import Conversation
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.knowledge.access import Knowledge
from madang.knowledge.types import Passage
from madang.safety import age
from madang.web import context, localise
from madang.web.view import View

PAST = 40
"""Conversations listed beside a character; the others are on `/conversations`."""
AROUND = 700
"""Characters of a neighbouring passage that are shown for context."""


def router(view: View, chat: Chat, characters: Characters, knowledge: Knowledge) -> APIRouter:
    """`/c/{slug}`, its thread as a piece of HTML, its passages and its picture."""
    pages = APIRouter(include_in_schema=False)
    mine.add(pages, view, chat, characters, chat.time_zone)

    @pages.get("/c/{slug}", response_class=HTMLResponse)
    async def talk(request: Request, slug: str, conversation: str = "", new: bool = False) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        if years := age.needed(identity, character.profile.rating, character.owner_id):
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(age.gate_address(years, path), 303)
        own = [one for one in await chat.conversations(identity, slug) if not one.test]
        open_id = conversation or (own[0].id if own and not new else "")
        current = await _of(chat, identity, character, open_id) if open_id else None
        values = talk_values(request, character, current, test=current is not None and current.test)
        shown = heads.shown_of(str(request.base_url), character)
        head: dict[str, Any] = {"shown": shown, "disclosure": heads.DISCLOSURE}
        return view.page(
            request, "chat/talk.html", conversations=own[:PAST], more=len(own) > PAST, **head, **values
        )

    @pages.get("/c/{slug}/thread", response_class=HTMLResponse)
    async def thread(request: Request, slug: str, conversation: str, turn: str = "") -> HTMLResponse:
        identity = context.identity_of(request)
        character = await _met(characters, identity, slug)
        current = await _of(chat, identity, character, conversation)
        values = talk_values(request, character, current, test=current.test)
        if not turn:
            return view.page(request, "chat/thread.html", **values)
        for index, one in enumerate(current.turns):
            if one.id == turn:
                last = index == len(current.turns) - 1
                return view.page(request, "chat/turn.html", turn=one, last=last, **values)
        raise NotFound("This message is not in the conversation.")

    @pages.get("/c/{slug}/past", response_class=HTMLResponse)
    async def past(request: Request, slug: str, conversation: str = "") -> HTMLResponse:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        current = await _of(chat, identity, character, conversation) if conversation else None
        own = [one for one in await chat.conversations(identity, slug) if not one.test]
        return view.page(
            request,
            "chat/past.html",
            character=character,
            conversation=current,
            conversations=own[:PAST],
            more=len(own) > PAST,
        )

    @pages.get("/c/{slug}/passages/{passage_id}", response_class=HTMLResponse)
    async def passage(
        request: Request,
        slug: str,
        passage_id: str,
        start: int = Query(0, alias="from", ge=0),
        end: int = Query(0, alias="to", ge=0),
    ) -> HTMLResponse:
        identity = context.identity_of(request)
        character = await _met(characters, identity, slug)
        shown = await knowledge.passage(character.id, passage_id)
        source = await knowledge.source(character.id, shown.source_id)
        before, after = neighbours(await knowledge.passages(character.id, shown.source_id), shown)
        template = "chat/passage_part.html" if request.headers.get("hx-request") else "chat/passage.html"
        return view.page(
            request,
            template,
            character=character,
            source=source,
            passage=shown,
            pieces=marked(shown.text, start, end),
            before=before.text[-AROUND:] if before else "",
            after=after.text[:AROUND] if after else "",
        )

    @pages.get("/c/{slug}/avatar")
    async def avatar(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        if character.avatar is None:
            return RedirectResponse(f"/mask/{character.id}.svg", 302)
        picture = await characters.avatar(identity, slug)
        lasting = request.query_params.get("v") == character.avatar[:12]
        kept = "private, max-age=31536000, immutable" if lasting else "private, no-cache"
        headers = {"cache-control": kept, "content-security-policy": "default-src 'none'; sandbox"}
        return Response(picture.data, media_type=picture.media_type, headers=headers)

    return pages


def talk_values(
    request: Request, character: Character, conversation: Conversation | None, *, test: bool = False
) -> dict[str, Any]:
    """What `chat/panel.html` needs; `test` lets a maker talk with the draft."""
    profile = character.draft if test else character.profile
    return {
        "character": character,
        "profile": profile,
        "conversation": conversation,
        "test": test,
        "greetings": [conversation.greeting] if conversation else greetings_of(request, profile),
        "face": face_of(character),
        "channel": "page",
    }


def face_of(character: Character) -> str:
    """Address of its picture; for a mask, an expression may be added as `&expression=smiling`."""
    if character.avatar is None:
        return f"/mask/{character.id}.svg?v=1"
    return f"/c/{character.slug}/avatar?{urlencode({'v': character.avatar[:12]})}"


def greetings_of(request: Request, profile: Profile) -> list[str]:
    """All greetings before a conversation exists, with the names filled in, in the order of `Chat.start`."""
    you = localise.translate(context.language_of(request), "you")
    return [fill(text, profile, you) for text in greetings(profile)]


def marked(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Before, inside and after the quote; a span that is not inside the text marks nothing."""
    if not 0 <= start < end <= len(text):
        return text, "", ""
    return text[:start], text[start:end], text[end:]


def neighbours(passages: list[Passage], passage: Passage) -> tuple[Passage | None, Passage | None]:
    """The passages right before and after it in its source."""
    by_place = {one.ordinal: one for one in passages}
    return by_place.get(passage.ordinal - 1), by_place.get(passage.ordinal + 1)


async def _met(characters: Characters, identity: Identity, slug: str) -> Character:
    """The character, for who is old enough for it. Raises NotFound, AgeNeeded."""
    character = await characters.get(identity, slug)
    age.require(identity, character.profile.rating, character.owner_id)
    return character


async def _of(chat: Chat, identity: Identity, character: Character, conversation_id: str) -> Conversation:
    """The conversation, if it is one with this character."""
    conversation = await chat.conversation(identity, conversation_id)
    if conversation.character_id != character.id:
        raise NotFound("There is no such conversation.")
    return conversation
