"""`/v1/models`: every published character is a model."""

from __future__ import annotations

from typing import Any, Protocol

from madang.channels.openai.errors import ModelNotFound
from madang.channels.openai.shapes import ModelList, ModelObject
from madang.characters.types import Character
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.safety import age


class Gallery(Protocol):
    """The part of `characters` that this room needs."""

    async def gallery(self) -> list[Character]:
        """Published characters."""
        ...

    async def get(self, identity: Identity, slug: str) -> Character:
        """Raises NotFound for what does not exist or may not be seen."""
        ...


async def listed(characters: Gallery, identity: Identity) -> ModelList:
    """All published characters that are for this caller's age, as the gallery orders them."""
    return ModelList(
        data=[
            _model(character)
            for character in await characters.gallery()
            if not age.needed(identity, character.profile.rating, character.owner_id)
        ]
    )


async def published(characters: Gallery, identity: Identity, slug: str) -> Character:
    """A published character. A draft is nobody's model, not even its maker's: raises ModelNotFound."""
    missing = ModelNotFound("There is no published character named {model}.", model=slug[:80])
    try:
        character = await characters.get(identity, slug)
    except NotFound as error:
        raise missing from error
    if character.published is None:
        raise missing
    return character


async def one(characters: Gallery, identity: Identity, slug: str) -> ModelObject:
    return _model(await published(characters, identity, slug))


def _model(character: Character) -> ModelObject:
    moment = character.published_at or character.created_at
    values: dict[str, Any] = {
        "id": character.slug,
        "created": int(moment.timestamp()),
        "name": character.profile.name,
    }
    return ModelObject(**values)
