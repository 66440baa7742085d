"""A model file from outside is checked before native code sees it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel.errors import MadangError, NotFound, TooLarge, Unreadable
from madang.models.gguf import inspect
from tests.models.conftest import make_gguf


def write(folder: Path, data: bytes) -> Path:
    path = folder / "m.gguf"
    path.write_bytes(data)
    return path


def test_reads_what_the_header_says(tmp_path: Path) -> None:
    info = inspect(write(tmp_path, make_gguf()))
    assert (info.name, info.parameters, info.context) == ("Tiny", 64, 2048)
    assert info.control_tokens == ("<|im_end|>",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GG",
        b"not a model at all, but long enough to be one",
        make_gguf(cut=1),
        make_gguf(cut=200),
        make_gguf()[:60],
        make_gguf(elements=1 << 40),
        make_gguf(offset=1 << 60),
        make_gguf(offset=3),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 1 << 60),
        b"GGUF" + struct.pack("<IQQ", 99, 1, 1),
        b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, (1 << 64) - 1),
    ],
)
def test_refuses_what_is_broken_or_absurd(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        inspect(write(tmp_path, data))
    assert "m.gguf" in str(caught.value)


def test_refuses_an_absurd_context(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        inspect(write(tmp_path, make_gguf(context=1 << 31)))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        inspect(tmp_path / "none.gguf")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 400), patch=st.binary(min_size=1, max_size=12))
def test_any_damage_is_one_sentence_or_harmless(tmp_path: Path, place: int, patch: bytes) -> None:
    whole = bytearray(make_gguf())
    whole[place : place + len(patch)] = patch
    try:
        info = inspect(write(tmp_path, bytes(whole)))
    except MadangError as error:
        assert str(error)
    else:
        assert 0 < info.parameters <= len(whole)
