"""One Ray cluster of two machines for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from madang.models.cluster import link
from tests.models.machines import Machines, two_machines


@pytest.fixture(scope="package")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with pytest.MonkeyPatch.context() as patch, two_machines(tmp_path_factory.mktemp("cluster")) as made:
        patch.setattr(link, "CONNECT_SECONDS", 170.0)  # a busy machine starts slowly
        yield made
