from __future__ import annotations

import pytest

from madang.authoring.access import Authoring
from madang.characters.access import Characters
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from tests.authoring.fakes import FakeFetcher, FakeKnowledge
from tests.fakes.models import FakeModels

OWNER = Identity("owner", "usr_owner")
MAKER = Identity("creator", "usr_maker")
OTHER = Identity("creator", "usr_other")
VISITOR = Identity("visitor", "vis_someone")
CHAT_KEY = Identity("creator", "usr_maker", frozenset({"chat"}))


@pytest.fixture
def characters(database: Database, settings: Settings) -> Characters:
    return Characters(database, Blobs(settings.data / "blobs"))


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def fetcher() -> FakeFetcher:
    return FakeFetcher()


@pytest.fixture
def authoring(
    characters: Characters, knowledge: FakeKnowledge, models: FakeModels, fetcher: FakeFetcher
) -> Authoring:
    return Authoring(characters, knowledge, models, fetcher, patience=0.3)
