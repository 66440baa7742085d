"""Where a visitor talks with a character, and sees the passage behind a citation."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from madang.characters.access import Characters
from madang.characters.types import Character, Profile
from madang.chat import heads
from madang.chat.access import Chat
from madang.chat.conversation import greetings
from madang.chat.doors import BadgesDoor
from madang.chat.mine import pages as mine
from madang.chat.passages import pages as passages
from madang.chat.prompt import fill
from madang.chat.types import Conversation
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import normal_slug
from madang.kernel.language import language_of
from madang.knowledge.access import Knowledge
from madang.safety import age
from madang.web import context, localise
from madang.web.view import View

PAST = 40
"""Conversations listed beside a character; the others are on `/conversations`."""


def router(
    view: View,
    chat: Chat,
    characters: Characters,
    knowledge: Knowledge,
    badges: BadgesDoor | None = None,
) -> APIRouter:
    """`/c/{slug}`, its thread as a piece of HTML, its passages and its picture."""
    pages = APIRouter(include_in_schema=False)
    mine.add(pages, view, chat, characters, chat.time_zone)
    passages.add(pages, view, characters, knowledge)

    @pages.get("/c/{slug}", response_class=HTMLResponse)
    async def talk(request: Request, slug: str, conversation: str = "", new: bool = False) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        if moved := new_address(request, slug, character):
            return moved
        if years := age.needed(identity, character.profile.rating, character.owner_id):
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(age.gate_address(years, path), 303)
        own = [one for one in await chat.conversations(identity, slug) if not one.test]
        open_id = conversation or (own[0].id if own and not new else "")
        current = await _of(chat, identity, character, open_id) if open_id else None
        values = talk_values(request, character, current, test=current is not None and current.test)
        shown = heads.shown_of(str(request.base_url), character)
        badge = (await badges.badges([character])).get(character.id) if badges is not None else None
        head: dict[str, Any] = {"shown": shown, "disclosure": heads.DISCLOSURE, "badge": badge}
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
        "greetings": [(0, conversation.greeting)] if conversation else greetings_of(request, profile),
        "face": face_of(character),
        "channel": "page",
    }


def new_address(request: Request, slug: str, character: Character) -> Response | None:
    """The way to a character's page from an address that it had before."""
    if normal_slug(slug) == character.slug or slug == character.id:
        return None
    asked = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/c/{quote(character.slug)}{asked}", 308)


def face_of(character: Character) -> str:
    """Address of its picture; for a mask, an expression may be added as `&expression=smiling`."""
    if character.avatar is None:
        return f"/mask/{character.id}.svg?v=1"
    return f"/c/{character.slug}/avatar?{urlencode({'v': character.avatar[:12]})}"


def greetings_of(request: Request, profile: Profile) -> list[tuple[int, str]]:
    """The greetings before a conversation exists, with the names filled in, and their places for
    `Chat.start`.

    A business, and a guide, greets in the visitor's language alone where it can: that is no choice to make.
    """
    language = context.language_of(request)
    every = list(enumerate(greetings(profile)))
    own = [one for one in every if language_of(one[1]) == language]
    offered = own if own and profile.kind != "character" else every
    you = localise.translate(language, "you")
    return [(place, fill(text, profile, you)) for place, text in offered]


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
