"""The files a card declares: finding them, and carrying them into a container that holds them differently.

CHARX holds files and calls them `embeded://path` (spelt so; `embedded://` is read too). A PNG from elsewhere
may hold them in chunks, `__asset:path`. PNG and JSON can hold a small one as a `data:` address. An address on
the web is kept as it is and never fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from madang.characters.cards.parts import Document, File, Kind
from madang.characters.types import Unmapped
from madang.kernel.paths import safe_name

MAX_INLINE: Final = 4 * 2**20
"""Largest file written as a `data:` address, in bytes."""
MAX_INLINE_TOTAL: Final = 10 * 2**20
MAX_DATA: Final = 16 * 2**20
"""Largest file read from a `data:` address, in bytes."""
DEFAULT: Final = "ccdefault:"
TOO_LARGE: Final = "This format cannot hold a file of this size; export it as CHARX."
NO_PLACE: Final = "This format holds no extra files; export it as CHARX."
MISSING: Final = "The card names a file that is not in it."
_EMBEDDED: Final = re.compile(r"^(?:embedd?ed://|__asset:)(.+)$", re.DOTALL)
_DATA: Final = re.compile(r"^data:([\w.+-]+/[\w.+-]+)?((?:;[^,;]{0,80}){0,8}),", re.IGNORECASE)
_FOLDERS: Final = {
    "images": ("png", "jpg", "jpeg", "webp", "gif", "avif", "bmp", "svg", "apng"),
    "audio": ("mp3", "wav", "ogg", "flac", "m4a", "opus"),
    "video": ("mp4", "webm", "mkv", "mov"),
    "l2d": ("moc3", "model3"),
    "3d": ("obj", "mmd", "pmx", "vrm", "glb", "gltf", "fbx"),
    "ai": ("safetensors", "ckpt", "onnx", "gguf"),
    "fonts": ("ttf", "otf", "woff", "woff2"),
    "code": ("lua", "js", "css", "html", "py"),
}
_HEADS: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"\x1aE\xdf\xa3", "webm"),
)
_MEDIA: Final = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def listed(card: Document) -> list[Document]:
    """The declared assets that are objects with a text as `uri`; the card's own dictionaries."""
    data = card.get("data")
    assets = data.get("assets") if isinstance(data, dict) else None
    found = assets if isinstance(assets, list) else []
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("uri"), str)]


def path_of(uri: str) -> str | None:
    """The path inside the container that `uri` names, if it names one."""
    found = _EMBEDDED.match(uri)
    return found.group(1) if found else None


def content(asset: Document, files: Mapping[str, bytes]) -> bytes | None:
    """The bytes of an asset that is in the card; None for web addresses, `ccdefault:` and what is missing."""
    uri = asset["uri"]
    path = path_of(uri)
    if path is not None:
        return files.get(path)
    return decode(uri) if uri[:5].lower() == "data:" else None


def decode(uri: str) -> bytes | None:
    """What a `data:` address holds; None when it is broken or too large."""
    head = _DATA.match(uri[:1_000])
    if head is None or len(uri) > MAX_DATA * 4 // 3 + 1_000:
        return None
    body = uri[head.end() :]
    try:
        if head.group(2).lower().endswith(";base64"):
            return base64.b64decode(unquote_to_bytes(body) if "%" in body else body.encode())
        return unquote_to_bytes(body)
    except (binascii.Error, UnicodeEncodeError):
        return None


def encode(data: bytes) -> str:
    """`data` as a `data:` address."""
    media = _MEDIA.get(sniff(data), "application/octet-stream")
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def sniff(data: bytes) -> str:
    """The file ending that the bytes themselves speak for, or `unknown`: what a card says is often wrong."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12], "unknown")
    if data[4:8] == b"ftyp":
        return "avif" if data[8:12] in (b"avif", b"avis") else "mp4"
    return next((ending for head, ending in _HEADS if data.startswith(head)), "unknown")


def main_icon(card: Document) -> Document | None:
    """The asset that is the character's face: the icon called `main`, else the first icon."""
    icons = [one for one in listed(card) if one.get("type") == "icon"]
    return next((one for one in icons if one.get("name") == "main"), icons[0] if icons else None)


def set_icon(card: Document, uri: str, ending: str) -> None:
    """Points the main icon at `uri`, adding one where the card has none."""
    icon = main_icon(card)
    if icon is None:
        icon = {"type": "icon", "uri": uri, "name": "main", "ext": ending}
        assets = card["data"].get("assets")
        card["data"]["assets"] = [icon, *(assets if isinstance(assets, list) else [])]
    icon["uri"], icon["ext"] = uri, ending


def carry(
    card: Document, files: Mapping[str, bytes], kind: Kind, lost: list[Unmapped]
) -> tuple[list[File], list[File]]:
    """Rewrites the addresses of `card`'s assets for a container of `kind`, and reports what it cannot hold.

    Returns the files for the container: those under the paths of CHARX, and those for PNG chunks.
    """
    chunks: dict[str, bytes] = {}
    inside: dict[str, bytes] = {}
    declared: set[str] = set()
    inline = 0
    for asset in listed(card):
        uri = asset["uri"]
        path = path_of(uri)
        if path is None:
            continue
        declared.add(path)
        data = files.get(path)
        if data is None:
            lost.append(Unmapped(field=uri[:200], reason=MISSING, kept=True))
        elif kind == "png" and uri.startswith("__asset:"):
            chunks[path] = data
        elif kind == "charx":
            place = path if not uri.startswith("__asset:") else _place(asset, data, inside, files)
            asset["uri"] = uri if place == path else f"embeded://{place}"
            inside[place] = data
        elif len(data) <= MAX_INLINE and inline + len(data) <= MAX_INLINE_TOTAL:
            inline += len(data)
            asset["uri"] = encode(data)
        else:
            lost.append(Unmapped(field=uri[:200], reason=TOO_LARGE, kept=False))
    for path, data in files.items():
        if path in declared:
            continue
        if kind == "charx":
            inside.setdefault(path, data)
        else:
            lost.append(Unmapped(field=path[:200], reason=NO_PLACE, kept=False))
    return [File(*pair) for pair in inside.items()], [File(*pair) for pair in chunks.items()]


def _place(asset: Document, data: bytes, inside: Mapping[str, Any], files: Mapping[str, Any]) -> str:
    """A free path for a file that had none in an archive, by the specification's folders."""
    said = asset.get("ext")
    known = isinstance(said, str) and re.fullmatch(r"[a-z0-9]{1,8}", said)
    ending = sniff(data)
    if ending == "unknown" and known:
        ending = str(said)
    kind = asset.get("type")
    kind = kind if isinstance(kind, str) and re.fullmatch(r"[a-z_0-9]{1,32}", kind) else "other"
    folder = next((name for name, endings in _FOLDERS.items() if ending in endings), "other")
    name = asset.get("name")
    stem = safe_name(str(name)).encode("ascii", "ignore").decode().replace(" ", "_")[:60] or "file"
    path, number = f"assets/{kind}/{folder}/{stem}.{ending}", 1
    while path in inside or path in files:
        number += 1
        path = f"assets/{kind}/{folder}/{stem}-{number}.{ending}"
    return path
