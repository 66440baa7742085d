"""`madang up --cluster`: one sentence, and no studio, where there is no cluster."""

from __future__ import annotations

import pytest

from madang.models.cluster import address
from tests.cli.conftest import Run, refused
from tests.models.machines import free_port


def test_an_address_that_is_none(run: Run) -> None:
    assert "ray://10.0.0.5:10001" in refused(run("up", "--cluster", "http://10.0.0.5:8265"))


def test_nobody_there(run: Run) -> None:
    where = f"ray://127.0.0.1:{free_port()}"
    assert refused(run("up", "--cluster", where)).startswith(f"The cluster at {where} cannot be reached")


def test_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda name: None)
    assert "pip install 'madang[cluster]'" in refused(run("up", "--cluster", "auto"))
