"""The door of characters over an empty database, with blobs in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import pytest
from PIL import Image

from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.identity import Identity
from madang.storage.database import Database


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return digest

    async def put_many(self, blobs: Sequence[bytes], /) -> list[str]:
        return [await self.put(data) for data in blobs]

    async def get(self, digest: str, /) -> bytes:
        return self.kept[digest]


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def characters(database: Database, blobs: MemoryBlobs) -> Characters:
    return Characters(database, blobs)


@pytest.fixture
def owner() -> Identity:
    return Identity("owner", "usr_owner")


@pytest.fixture
def creator() -> Identity:
    return Identity("creator", "usr_creator")


@pytest.fixture
def stranger() -> Identity:
    return Identity("creator", "usr_stranger")


@pytest.fixture
def visitor() -> Identity:
    return Identity("visitor", "vis_anyone")


@pytest.fixture
def profile() -> Profile:
    return Profile(name="Sumi", greeting="Hello, I am {{char}}.", persona="{{char}} repairs old clocks.")


@pytest.fixture
def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 60), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()
