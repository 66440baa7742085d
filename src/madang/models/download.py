"""Downloads one file: resumed after a break, hashed while it streams, renamed only when it is right."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from madang.kernel.errors import Offline, StorageFull
from madang.kernel.lazy import lazy
from madang.models.pip_settings import certificates

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

Progress = Callable[[int, int], None]
"""Bytes so far and bytes in all."""
CHUNK = 1 << 18
ATTEMPTS = 4
PATIENCE = 30.0
"""Seconds without a byte after which a source is given up."""


class SourceFailed(Exception):
    """This source did not give the file; the next one is tried. The text says why, in a few words."""


class Stopped(Exception):
    """The person who asked for the file does not want it any more. What came so far is kept."""


def client() -> httpx.Client:
    """An HTTP client that trusts what the system (and pip, where it is told so) trusts."""
    context = ssl.create_default_context()
    for path in certificates():
        with contextlib.suppress(OSError, ssl.SSLError):
            context.load_verify_locations(path)
    return httpx.Client(
        verify=context, follow_redirects=True, timeout=httpx.Timeout(PATIENCE, connect=10.0), max_redirects=5
    )


def hash_file(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """A full disk becomes StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk is full: the model's weights could not be stored.") from error
        raise


def need_space(folder: Path, size: int) -> None:
    """Raises StorageFull where `size` bytes will not fit."""
    free = shutil.disk_usage(folder).free
    if free < size + (16 << 20):
        raise StorageFull(
            "The weights need {need} MB, and the disk has {free} MB left.", need=size >> 20, free=free >> 20
        )


def where(url: str) -> str:
    """The host of an address, without what may be a password in it."""
    return urlsplit(url).hostname or "this machine"


def download(
    http: httpx.Client,
    url: str,
    target: Path,
    *,
    size: int | None,
    sha256: str | None,
    limit: int,
    progress: Progress,
) -> str:
    """Fetches `url` to `target`; returns the SHA-256. What a broken transfer left behind is continued.

    `size` and `sha256` are None where they are not known; `limit` bounds the bytes then.
    Raises SourceFailed, StorageFull, or what `progress` raises.
    """
    part = target.with_name(target.name + ".part")
    failure: SourceFailed | None = None
    for _ in range(ATTEMPTS):
        try:
            found = _attempt(http, url, part, size=size, limit=limit, progress=progress)
        except SourceFailed:
            raise
        except httpx.TooManyRedirects:
            raise SourceFailed("redirects without end") from None
        except httpx.HTTPError as error:
            failure = SourceFailed(_reason(error))
            if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
                break
            continue
        if sha256 is not None and found != sha256:
            part.unlink(missing_ok=True)
            raise SourceFailed("has other bytes than expected")
        part.replace(target)
        return found
    raise failure or SourceFailed("cannot be reached")


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "is too slow"
    if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol):
        return "cannot be reached"
    return "broke off"


def _attempt(
    http: httpx.Client, url: str, part: Path, *, size: int | None, limit: int, progress: Progress
) -> str:
    digest = hashlib.sha256()
    done = 0
    if part.exists():
        if size is not None and part.stat().st_size > size:
            part.unlink()
        else:
            with part.open("rb") as file:
                while piece := file.read(CHUNK):
                    digest.update(piece)
                    done += len(piece)
    if size is not None and done == size:
        progress(done, size)
        return digest.hexdigest()
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={done}-"} if done else {})}
    with http.stream("GET", url, headers=headers) as response:
        if response.status_code == 416:  # what is here is more than what is there
            part.unlink(missing_ok=True)
            raise httpx.RemoteProtocolError("the part does not fit")
        if response.status_code not in (200, 206):
            raise SourceFailed(f"answers {response.status_code}")
        if done and response.status_code == 200:  # it does not resume: from the start
            digest, done = hashlib.sha256(), 0
        expected = size or done + int(response.headers.get("content-length", 0)) or None
        if (expected or 0) > limit:
            raise SourceFailed("is larger than allowed")
        with disk_errors():
            need_space(part.parent, (expected or 0) - done)
            with part.open("ab" if done else "wb") as file:
                for piece in response.iter_bytes(CHUNK):
                    done += len(piece)
                    if done > (size or limit):
                        file.close()
                        part.unlink()
                        raise SourceFailed("has other bytes than expected")
                    file.write(piece)
                    digest.update(piece)
                    progress(done, expected or done)
                file.flush()
                os.fsync(file.fileno())
    if expected is not None and done < expected:
        raise httpx.RemoteProtocolError("cut short")
    return digest.hexdigest()


def offline(name: str, tried: list[str]) -> Offline:
    """The one sentence for when no source gave the weights."""
    return Offline(
        "“{name}” could not be fetched ({tried}). Check the connection, or name a file on this disk instead: "
        "madang models use chat /path/to/model.gguf",
        name=name,
        tried="; ".join(tried) or "every source is switched off",
    )
