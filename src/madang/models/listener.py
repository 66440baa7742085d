"""What the runtime's private listener is asked besides replies: templates, tokens, slots."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from madang.kernel.errors import ModelFailed

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)


async def ask(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], refused: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Its answer; `refused` in place of a refusal. Raises ModelFailed."""
    import httpx

    try:
        answer = await client.post(path, json=body)
    except httpx.HTTPError as error:
        raise ModelFailed("The model could not answer this.") from error
    if answer.status_code == 200:
        said: dict[str, Any] = answer.json()
        return said
    if refused is None:
        log.warning("llama.cpp refused %s: %s", path, answer.status_code)
        raise ModelFailed("The model could not answer this.")
    return refused


async def prompt_tokens(client: httpx.AsyncClient, messages: Sequence[dict[str, str]]) -> list[int]:
    """The tokens that a chat with these messages begins with. Raises ModelFailed."""
    rendered = await ask(client, "/apply-template", {"messages": list(messages)})
    body = {"content": rendered["prompt"], "add_special": True, "parse_special": True}
    tokens: list[int] = (await ask(client, "/tokenize", body))["tokens"]
    return tokens
