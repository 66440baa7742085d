"""Weights on this disk: `<data>/weights/<file>`, and how they get there.

Sources in order: what is there already, the hub, the package index. The hash decides: a source with other
bytes is passed over. A file is renamed into place only when it is whole and right.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from madang.kernel.errors import BadInput, ModelFailed, NotFound, Unreadable
from madang.kernel.lazy import lazy
from madang.models.catalogue import CATALOGUE, HubFile, InstalledFile, Known
from madang.models.download import (
    Progress,
    SourceFailed,
    client,
    disk_errors,
    download,
    hash_file,
    offline,
    where,
)
from madang.models.e5.embedder import prepare
from madang.models.gguf import inspect
from madang.models.index import pull_from_index
from madang.models.types import PulledWeights

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

log = logging.getLogger(__name__)

HUB = "https://huggingface.co"
MAX_BYTES = 200 << 30
"""Of weights from an address whose size is not known beforehand."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The folder of weights. `hub` is another hub's address, `off`, or None for the public one."""

    folder: Path
    hub: str | None = None

    def path_of(self, known: Known) -> Path:
        """Where these weights lie, or would."""
        return installed(known.installed) if known.installed else self.folder / known.file

    def have(self, known: Known) -> bool:
        """Whether they are there, by size; the hash was checked when they came."""
        with contextlib.suppress(OSError, ModelFailed):
            return self.path_of(known).stat().st_size == known.bytes
        return False

    def pull(self, name: str, progress: Progress) -> PulledWeights:
        """Makes the weights of `name` ready: a name of the catalogue, a GGUF file or the address of one.

        Blocks; `progress` is called in this thread and may raise to stop.
        Raises Offline, StorageFull, NotFound, Unreadable, BadInput.
        """
        if known := CATALOGUE.get(name):
            return self._pull_known(known, progress)
        if is_gguf_url(name):
            return self._pull_url(name, progress)
        path = gguf_path(name)
        inspect(path)
        return PulledWeights(name, "chat", str(path), path.stat().st_size, hash_file(path), "path")

    def _pull_known(self, known: Known, progress: Progress) -> PulledWeights:
        target = self.path_of(known)
        if known.installed:
            if not self.have(known) or hash_file(target) != known.sha256:
                raise ModelFailed(
                    "The weights in the package “{package}” are broken: install it again.",
                    package=known.installed.package,
                )
            prepare(target, self.folder)
            progress(known.bytes, known.bytes)
            return _pulled(known, target, "index")
        self._make_folder()
        with _one_at_a_time(self.folder / f"{known.file}.lock"):
            if self.have(known) and hash_file(target) == known.sha256:
                progress(known.bytes, known.bytes)
                return _pulled(known, target, _source(target))
            source = self._from_anywhere(known, target, progress)
        _note(target, known.name, known.sha256, source)
        return _pulled(known, target, source)

    def _make_folder(self) -> None:
        # `make up` fetches weights first: the data folder they are in is this user's alone from the start
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.mkdir(exist_ok=True)

    def _from_anywhere(self, known: Known, target: Path, progress: Progress) -> str:
        tried: list[str] = []
        with client() as http:
            if known.hub and self.hub != "off":
                try:
                    self._from_hub(http, known, known.hub, target, progress)
                    return "hub"
                except SourceFailed as failed:
                    tried.append(f"the hub {failed}")
            try:
                pull_from_index(http, known, target, progress)
                return "index"
            except SourceFailed as failed:
                tried.append(f"the package index {failed}")
        log.warning("no source for %s: %s", known.name, "; ".join(tried))
        raise offline(known.name, tried)

    def _from_hub(
        self, http: httpx.Client, known: Known, file: HubFile, target: Path, progress: Progress
    ) -> None:
        base = (self.hub or HUB).rstrip("/")
        url = f"{base}/{file.repository}/resolve/{quote(file.revision)}/{quote(file.file)}"
        if not url.startswith(("http://", "https://")):
            raise SourceFailed("has no usable address")
        try:  # the hub names the hash before it sends the file: other bytes are not even fetched
            head = http.head(url, follow_redirects=False)
        except httpx.HTTPError:
            raise SourceFailed("cannot be reached") from None
        said = head.headers.get("x-linked-etag", "").strip('"')
        if re.fullmatch(r"[0-9a-f]{64}", said) and said != known.sha256:
            raise SourceFailed("has other bytes than expected")
        download(
            http, url, target, size=known.bytes, sha256=known.sha256, limit=known.bytes, progress=progress
        )

    def _pull_url(self, url: str, progress: Progress) -> PulledWeights:
        """A GGUF at an address: the owner answers for it; its header is checked before it is taken."""
        target = self.path_of_url(url)
        self._make_folder()
        with _one_at_a_time(target.with_name(target.name + ".lock")):
            if target.exists():
                return PulledWeights(
                    url, "chat", str(target), target.stat().st_size, hash_file(target), _source(target)
                )
            with client() as http:
                try:
                    digest = download(
                        http, url, target, size=None, sha256=None, limit=MAX_BYTES, progress=progress
                    )
                except SourceFailed as failed:
                    raise offline(target.name, [f"{where(url)} {failed}"]) from None
            try:
                inspect(target)
            except Unreadable:
                target.unlink()
                raise
        _note(target, url, digest, "url")
        return PulledWeights(url, "chat", str(target), target.stat().st_size, digest, "url")

    def path_of_url(self, url: str) -> Path:
        """Where the weights of an address lie: a safe name, unlike for every address."""
        import hashlib

        stem = re.sub(r"[^\w.-]+", "-", unquote(urlsplit(url).path).rpartition("/")[2])[-80:].lstrip(".-")
        return self.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{stem or 'model.gguf'}"

    def find(self, name: str) -> Path:
        """The file of a chat model by name, address or path. Raises NotFound with the way to get it."""
        if known := CATALOGUE.get(name):
            path = self.path_of(known)
            if not self.have(known):
                raise NotFound(
                    "The weights of “{name}” are not on this machine yet: run “madang models pull {name}”.",
                    name=name,
                )
            return path
        if is_gguf_url(name):
            path = self.path_of_url(name)
            if not path.exists():
                raise NotFound(
                    "The weights of “{name}” are not on this machine yet: run “madang models pull {name}”.",
                    name=name,
                )
            return path
        return gguf_path(name)

    def list_pulled(self) -> list[PulledWeights]:
        """What is on this disk: the catalogue's, and what came from addresses."""
        pulled = [_pulled(known, self.path_of(known), "") for known in CATALOGUE.values() if self.have(known)]
        for note in sorted(self.folder.glob("*.json")):
            path = note.with_suffix("")
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                said = json.loads(note.read_text("utf-8"))
                if path.is_file() and said["name"] not in CATALOGUE:
                    pulled.append(
                        PulledWeights(
                            said["name"],
                            "chat",
                            str(path),
                            path.stat().st_size,
                            said["sha256"],
                            said["source"],
                        )
                    )
        return pulled


def hub_url(name: str, hub: str | None) -> str:
    """The address of `hub:owner/repository/file.gguf`, with `@revision` where one is meant; any other name as
    it is. Raises BadInput."""
    if not name.startswith("hub:"):
        return name
    found = re.fullmatch(r"hub:([\w.-]+/[\w.-]+)/([\w.-]+(?:/[\w.-]+)*\.gguf)(?:@([\w.-]+))?", name)
    if found is None or ".." in name:
        raise BadInput("“{name}” is no file of a hub: write hub:owner/repository/file.gguf.", name=name[:120])
    base = HUB if hub in (None, "off") else str(hub).rstrip("/")
    return f"{base}/{found[1]}/resolve/{found[3] or 'main'}/{found[2]}"


def is_gguf_url(name: str) -> bool:
    """Whether a name is the http(s) address of a GGUF file."""
    parts = urlsplit(name)
    return parts.scheme in ("http", "https") and parts.path.lower().endswith(".gguf")


def gguf_path(name: str) -> Path:
    """The file a name stands for. Raises BadInput for what is no file's name, NotFound where none is."""
    path = Path(name).expanduser()
    if path.suffix.lower() != ".gguf" or "://" in name:
        raise BadInput(
            "“{name}” is no model that this studio knows: name one of the list, a .gguf file or its address.",
            name=name,
        )
    if not path.is_file():
        raise NotFound("There is no model file “{name}”.", name=path.name)
    return path.resolve()


def installed(file: InstalledFile) -> Path:
    """The file of an installed package, found without importing it."""
    spec = importlib.util.find_spec(file.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelFailed("The package “{package}” is not installed.", package=file.package)
    return Path(spec.submodule_search_locations[0]) / file.file


def _pulled(known: Known, path: Path, source: str) -> PulledWeights:
    source = source or ("index" if known.installed else _source(path))
    return PulledWeights(known.name, known.role, str(path), known.bytes, known.sha256, source)


def _note(path: Path, name: str, sha256: str, source: str) -> None:
    """Writes down where a file came from, beside it."""
    note = path.with_name(path.name + ".json")
    with disk_errors():
        note.write_text(json.dumps({"name": name, "sha256": sha256, "source": source}), "utf-8")


def _source(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads(path.with_name(path.name + ".json").read_text("utf-8"))["source"])
    return "path"


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Two pulls of one file (two processes, or a double click) wait for each other."""
    with path.open("w") as file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
