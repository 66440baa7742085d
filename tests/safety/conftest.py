"""A door of safety over an empty database, and its owner."""

from __future__ import annotations

import pytest

from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.safety.access import Safety
from madang.storage.database import Database

OWNER = Identity("owner", "usr_owner")


@pytest.fixture
def safety(database: Database, settings: Settings) -> Safety:
    return Safety(database, settings)
