"""Schemathesis over the whole OpenAPI document, as a visitor and with the owner's key.

No request whatever may end in a 5xx, and every answer must be one that the document tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from madang.kernel.settings import Settings
from tests.channels.live import Live, live
from tests.fakes.models import FakeModels

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class ListedModels(FakeModels):
    """Fake models whose weights are all there."""

    def list(self) -> list[Any]:
        return []


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    with live(Settings(data=folder / "data", hub="off"), ListedModels()) as running:
        yield running


few = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def _attack(address: str, headers: dict[str, str]) -> list[str]:
    """Drawn requests to every operation; the operations that broke their word, and how."""
    document = schemathesis.openapi.from_url(f"{address}/openapi.json")
    broken = []
    for found in document.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @few
        def attack(case: Any) -> None:
            case.validate_response(case.call(headers=headers, timeout=20), checks=CHECKS)

        try:
            attack()
        except (FailureGroup, Failure) as error:
            broken.append(f"{operation.label}: {error}")
    return broken


@pytest.mark.slow
@pytest.mark.parametrize("as_owner", [False, True])
def test_every_operation_keeps_its_word(studio: Live, as_owner: bool) -> None:
    broken = _attack(studio.address, {"authorization": f"Bearer {studio.key}"} if as_owner else {})
    assert not broken, "\n\n".join(broken)


def test_the_document_introduces_itself(studio: Live) -> None:
    import httpx

    document = httpx.get(f"{studio.address}/openapi.json", trust_env=False).json()
    assert document["info"]["title"] == "Madang" and document["info"]["description"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("tags") and operation.get("summary"), f"{method} {path}"
            assert operation.get("description") or operation["summary"]
    assert "422" not in document["paths"]["/v1/chat/completions"]["post"]["responses"]
