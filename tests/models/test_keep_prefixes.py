"""What was computed of characters, on the disk: whole and right, or not there."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.models.prefixes.store import PrefixStore
from madang.models.prefixes.workspace import Workspace, open_workspace, weights_hash

KEY, OTHER = hashlib.sha256(b"1").hexdigest()[:32], hashlib.sha256(b"2").hexdigest()[:32]


@pytest.fixture
def store(tmp_path: Path) -> PrefixStore:
    return PrefixStore(tmp_path / "prefixes", 1000)


def put(store: PrefixStore, name: str, key: str, content: bytes, used: float | None = None) -> bool:
    store.folder.mkdir(exist_ok=True)
    made = store.folder / "made"
    made.write_bytes(content)
    kept = store.put(name, key, made)
    assert not made.exists()
    if used is not None:
        os.utime(only(store, name), (used, used))
    return kept


def only(store: PrefixStore, name: str) -> Path:
    (path,) = store._folder_of(name).iterdir()
    return path


def taken(store: PrefixStore, name: str, key: str) -> bytes | None:
    to = store.folder / "taken"
    if not store.take(name, key, to):
        assert not to.exists()
        return None
    content = to.read_bytes()
    to.unlink()
    return content


def test_gives_what_was_put_and_to_nobody_else(store: PrefixStore) -> None:
    assert taken(store, "mina", KEY) is None
    assert put(store, "mina", KEY, b"computed")
    assert taken(store, "mina", KEY) == b"computed"
    assert taken(store, "jun", KEY) is None and taken(store, "mina", OTHER) is None
    state = only(store, "mina").stat()
    assert stat.S_IMODE(state.st_mode) == 0o600
    assert stat.S_IMODE(only(store, "mina").parent.stat().st_mode) == 0o700
    assert "mina" not in str(only(store, "mina"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_found(store: PrefixStore, data: st.DataObject) -> None:
    content = data.draw(st.binary(min_size=1, max_size=64))
    damaged = data.draw(st.binary(max_size=80).filter(lambda other: other != content))
    put(store, "mina", KEY, content)
    before = store.rejected
    only(store, "mina").write_bytes(damaged)
    assert taken(store, "mina", KEY) is None
    assert store.rejected == before + 1 and store.snapshots() == []


def test_a_snapshot_under_another_key_is_not_used(store: PrefixStore) -> None:
    put(store, "mina", KEY, b"of other weights")
    path = only(store, "mina")
    path.rename(path.with_name(path.name.replace(KEY, OTHER)))
    assert taken(store, "mina", OTHER) is None and store.rejected == 1


def test_odd_things_in_the_folder_are_left_alone(store: PrefixStore, tmp_path: Path) -> None:
    put(store, "mina", KEY, b"computed")
    folder = store._folder_of("mina")
    (folder / "notes.txt").write_text("x")
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    digest = hashlib.sha256(OTHER.encode() + b"secret").hexdigest()
    (folder / f"{OTHER}-{digest}.kv").symlink_to(secret)
    assert taken(store, "mina", OTHER) is None and secret.exists()
    assert len(store.snapshots()) == 1


def test_the_longest_unused_go_first(store: PrefixStore) -> None:
    for number, name in enumerate(("one", "two", "three")):
        put(store, name, KEY, bytes(300), used=1000 + number)
    assert taken(store, "one", KEY) is not None, "using it makes it young"
    assert put(store, "four", KEY, bytes(300))
    assert store.evicted == 1 and taken(store, "two", KEY) is None
    assert all(taken(store, name, KEY) is not None for name in ("one", "three", "four"))
    assert sum(kept.bytes for kept in store.snapshots()) <= store.budget


def test_what_is_larger_than_the_budget_is_not_kept(store: PrefixStore) -> None:
    put(store, "mina", KEY, b"computed")
    assert not put(store, "jun", KEY, bytes(1001))
    assert taken(store, "mina", KEY) is not None, "and nothing went for it"


def test_a_full_disk_keeps_nothing(store: PrefixStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "mina", KEY, b"computed")
    usage = type("Usage", (), {"free": 100})
    monkeypatch.setattr("madang.models.prefixes.store.shutil.disk_usage", lambda _: usage)
    assert not put(store, "jun", KEY, bytes(500))


def test_a_newer_one_takes_the_place(store: PrefixStore) -> None:
    put(store, "mina", KEY, b"first")
    put(store, "mina", KEY, b"second")
    assert taken(store, "mina", KEY) == b"second" and len(store.snapshots()) == 1


def test_forgets_a_character(store: PrefixStore) -> None:
    put(store, "mina", KEY, b"1")
    put(store, "jun", KEY, b"2")
    store.forget("mina")
    store.forget("nobody")
    assert taken(store, "mina", KEY) is None and taken(store, "jun", KEY) == b"2"


def test_eviction_elsewhere_does_not_reach_what_was_taken(store: PrefixStore) -> None:
    put(store, "mina", KEY, b"computed")
    to = store.folder / "taken"
    assert store.take("mina", KEY, to)
    store.forget("mina")
    assert to.read_bytes() == b"computed"


def test_a_workspace_goes_with_its_model_and_with_its_process(tmp_path: Path) -> None:
    folder = tmp_path / "prefixes"
    mine = Workspace(folder)
    assert stat.S_IMODE(mine.path.stat().st_mode) == 0o700
    left = folder / ".run-left"
    left.mkdir()
    (left / "lock").write_text("")
    (left / "1.kv").write_text("of a process that died")
    other = Workspace(folder)
    assert not left.exists() and mine.path.exists(), "one that lives is left alone"
    mine.close()
    other.close()
    assert not list(folder.iterdir())


def test_without_a_place_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "prefixes").write_text("a file")
    assert open_workspace(tmp_path / "prefixes") is None


def test_the_hash_of_weights_is_known_while_they_stay(tmp_path: Path) -> None:
    weights = tmp_path / "w.gguf"
    weights.write_bytes(b"one")
    assert weights_hash(weights, tmp_path / "p") == hashlib.sha256(b"one").hexdigest()
    notes = tmp_path / "p" / "weights.json"
    notes.write_text(notes.read_text().replace(hashlib.sha256(b"one").hexdigest(), "known"))
    assert weights_hash(weights, tmp_path / "p") == "known"
    weights.write_bytes(b"another")
    assert weights_hash(weights, tmp_path / "p") == hashlib.sha256(b"another").hexdigest()
    notes.write_text("[broken")
    assert weights_hash(weights, tmp_path / "p") == hashlib.sha256(b"another").hexdigest()
