"""`madang models`, `madang backup`, `madang restore` and `madang tidy`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.storage.blobs import Blobs
from tests.cli.conftest import Run, document, refused


def test_the_list_says_what_serves(run: Run) -> None:
    found = {model["name"]: model for model in document(run("models", "list", "--json", real=True))}
    assert found["smollm2-135m-instruct"]["used"] and found["smollm2-135m-instruct"]["pulled"] is None
    assert found["multilingual-e5-small"]["role"] == "embed"
    shown = run("models", "list", real=True).stdout
    assert "* chat" in shown and "to fetch" in shown


def test_without_a_network_pulling_is_one_sentence(run: Run, settings: Settings) -> None:
    refused(run("models", "pull", "no-such-model", real=True))
    assert not list(settings.weights.glob("*.gguf")) if settings.weights.is_dir() else True


def test_a_server_can_be_chosen(run: Run, settings: Settings) -> None:
    url = "http://127.0.0.1:11434/v1#qwen3"
    assert document(run("models", "use", "chat", url, "--json", real=True)) == {"role": "chat", "name": url}
    assert json.loads((settings.data / "models.json").read_text())["chat"] == url
    assert run("models", "use", "draw", "x", real=True).exit_code == 2
    refused(run("models", "use", "chat", "no-such-file.gguf", real=True))


def test_adapters_are_listed_and_refused_in_a_sentence(run: Run, settings: Settings, tmp_path: Path) -> None:
    assert document(run("models", "adapters", "list", "--json", real=True)) == []
    (tmp_path / "fox.gguf").write_bytes(b"GGUF")
    refused(run("models", "adapters", "add", "fox", str(tmp_path / "fox.gguf"), real=True))
    url = "http://127.0.0.1:11434/v1#qwen3"
    refused(run("models", "adapters", "add", "fox", str(tmp_path / "fox.gguf"), "--model", url, real=True))
    refused(run("models", "adapters", "remove", "fox", real=True))
    kept = [{"name": "fox", "model": "smollm2-135m-instruct", "path": "/a/fox.gguf", "scale": 0.5}]
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "adapters.json").write_text(json.dumps(kept))
    assert "/a/fox.gguf" in run("models", "adapters", "list", real=True).stdout
    assert document(run("models", "adapters", "remove", "fox", "--json", real=True)) == []


def test_engines_are_added_and_removed(run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://127.0.0.1:11434/v1#qwen3"
    monkeypatch.setenv("SERVER_KEY", "sk-canary-1")
    added = run("models", "add", url, "--first", "--key-from", "SERVER_KEY", "--json", real=True)
    assert document(added)["engines"] == [url, "smollm2-135m-instruct"] and "canary" not in added.output
    assert "sk-canary-1" in (settings.data / "secrets" / "engines.json").read_text()
    assert run("models", "engines", real=True).stdout.startswith(f"1. {url} (on a server)\n2. smollm2")
    refused(run("models", "add", url, real=True))
    refused(run("models", "add", "http://169.254.169.254/v1", real=True))
    refused(run("models", "add", "http://127.0.0.1:1/v1", "--key-from", "NOT_SET_ANYWHERE", real=True))
    assert document(run("models", "remove", url, "--json", real=True)) == {
        "engines": ["smollm2-135m-instruct"]
    }
    refused(run("models", "remove", "smollm2-135m-instruct", real=True))


def test_a_backup_brings_everything_back(run: Run, hours: Path, tmp_path: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    file = tmp_path / "studio.madang"
    assert document(run("backup", str(file), "--json"))["bytes"] == file.stat().st_size
    run("new", "Somebody made after the backup", "--name", "Later")
    restored = run("restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert (
        "08:30"
        in document(run("ask", slug, "When do you open and close from Tuesday to Sunday?", "--json"))[
            "answer"
        ]
    )
    refused(run("ask", "later", "Hello?"))


def test_what_is_no_backup_changes_nothing(run: Run, hours: Path, tmp_path: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    refused(run("restore", str(hours)))
    refused(run("restore", str(tmp_path / "missing")))
    refused(run("backup", str(tmp_path / "none" / "file")))
    assert (
        document(run("ask", slug, "When do you open and close from Tuesday to Sunday?", "--json"))[
            "abstained"
        ]
        is False
    )


def test_an_empty_studio_has_nothing_to_back_up(run: Run, tmp_path: Path) -> None:
    refused(run("backup", str(tmp_path / "file")))
    assert not (tmp_path / "file").exists()


def test_tidy_says_what_it_did(run: Run, settings: Settings) -> None:
    refused(run("tidy"))
    run("new", "Somebody who keeps nothing")
    Blobs(settings.data / "blobs").put_now(b"nobody refers to this")
    assert document(run("tidy", "--json")) == {"removed": 0, "bytes": 0, "waiting": 1}
    assert "run this again in a day" in run("tidy").stdout
