"""Every room's static files under one address that changes when any of them does.

`/static/<hash of all files>/<room>/<path>` never changes its meaning, so browsers keep it for a year, and
scripts and style sheets may name each other by relative paths.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from madang.kernel.errors import NotFound
from madang.web.rooms import rooms

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
SHEETS = ("web/tokens.css", "web/base.css", "web/parts.css")
"""Joined as `web/all.css`: every page needs them, and asks once."""
_PACKED = (".js", ".css", ".svg", ".json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory. `packed` is its gzip form where that is smaller."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class Assets:
    """The static files of all rooms, read once. `version` is the hash of their names and contents."""

    def __init__(self, folders: dict[str, Path] | None = None) -> None:
        self._files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for room, folder in sorted((rooms("static") if folders is None else folders).items()):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    name = f"{room}/{path.relative_to(folder).as_posix()}"
                    self._files[name] = _asset(path.read_bytes(), path.suffix)
                    digest.update(f"{name}\n{self._files[name].etag}\n".encode())
        if sheets := [self._files[name].body for name in SHEETS if name in self._files]:
            self._files["web/all.css"] = _asset(b"\n".join(sheets), ".css")
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Address of `room/path`. Raises KeyError for a file that is not there: the page is wrong."""
        self._files[name]
        return f"/static/{self.version}/{name}"

    def text(self, name: str) -> str:
        return self._files[name].body.decode()

    def serve(self, request: Request) -> Response:
        """Answers `/static/{version}/{name}`. An older version gets the newest file, uncached."""
        asset = self._files.get(request.path_params["name"])
        if asset is None:
            raise NotFound("There is no such file.")
        current = request.path_params["version"] == self.version
        headers = {
            "etag": f'"{asset.etag}"',
            "cache-control": "public, max-age=31536000, immutable" if current else "no-cache",
            "vary": "accept-encoding",
        }
        if f'"{asset.etag}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = asset.packed, "gzip"
        return Response(body, headers=headers, media_type=asset.media_type)


def _asset(body: bytes, suffix: str) -> Asset:
    packed = gzip.compress(body, 9, mtime=0) if suffix in _PACKED and len(body) > 500 else None
    media_type = _TYPES.get(suffix) or mimetypes.types_map.get(suffix) or "application/octet-stream"
    return Asset(
        body,
        packed if packed is not None and len(packed) < len(body) else None,
        media_type,
        hashlib.sha256(body).hexdigest()[:20],
    )


@cache
def assets() -> Assets:
    """The house's static files."""
    return Assets()
