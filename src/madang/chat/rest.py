"""What the REST addresses of this room share: errors as they are documented, and ids as they come."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel

from madang.chat.types import Conversation
from madang.kernel.errors import NotFound


class ErrorDetail(BaseModel):
    code: str
    message: str


class ErrorBody(BaseModel):
    """One clear sentence in the reader's language, and a code for programs."""

    error: ErrorDetail


def errors(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route."""
    meaning = {
        400: "The message is empty, or a value is none that exists.",
        403: "A browser's request without its token, a key without the scope `chat`, or an age not reached.",
        404: "It does not exist, or it is somebody else's.",
        409: "A reply is being written in this conversation, or a person is answering in it.",
        413: "The message is too long.",
        422: "A field is missing or wrong.",
        507: "There is no room left; nothing was stored.",
    }
    return {code: {"model": ErrorBody, "description": meaning[code]} for code in codes}


ConversationId = Annotated[str, Path(description="Id of a conversation.", max_length=64)]
TurnId = Annotated[str, Path(description="Id of a turn.", max_length=64)]
ReplyId = Annotated[str, Path(description="Id of a reply.", max_length=64)]
Slug = Annotated[str, Path(description="Slug of a character.", max_length=200)]


def plain(key: str) -> str:
    """An id from outside. PostgreSQL refuses a NUL character, which no id has."""
    if "\0" in key:
        raise NotFound("There is no such conversation.")
    return key


def for_visitor(conversation: Conversation) -> Conversation:
    """The same without the id of the person who took it over."""
    if conversation.held_by is None:
        return conversation
    return conversation.model_copy(update={"held_by": "person"})
