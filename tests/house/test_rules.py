"""The house rules that import-linter cannot see. CONTRIBUTING.md says why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "madang"
PYTHON = sorted(path for path in HOUSE.rglob("*.py") if "versions" not in path.parts)  # not migrations
ROOMS = sorted(path for path in HOUSE.iterdir() if path.is_dir() and (path / "__init__.py").exists())
LIMITS = {".html": 120, ".js": 200, ".css": 300}
BANNED = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "v2"}


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_python_files_stay_small(path: Path) -> None:
    assert lines(path) <= 600, "over 600 lines: split it by what a newcomer would look for"


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_functions_stay_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # a router factory holds many small routes: its parts are counted, not their sum
            inner = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            length = (node.end_lineno or 0) - node.lineno + 1
            length -= sum((n.end_lineno or 0) - n.lineno + 1 + len(n.decorator_list) for n in inner)
            assert length <= 80, f"{node.name} has {length} lines"


def test_templates_scripts_and_style_sheets_stay_small() -> None:
    for path in HOUSE.rglob("*"):
        if path.suffix in LIMITS and "vendor" not in path.parts:
            assert lines(path) <= LIMITS[path.suffix], f"{named(path)} has {lines(path)} lines"


def test_no_room_for_everything() -> None:
    for path in HOUSE.rglob("*.py"):
        assert not BANNED & {part.removesuffix(".py") for part in path.relative_to(HOUSE).parts}, named(path)


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_each_room_says_what_it_is(room: Path) -> None:
    readme = room / "README.md"
    assert readme.exists(), f"{room.name} has no README.md"
    assert 3 <= lines(readme) <= 60


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_only_stores_know_sql(path: Path) -> None:
    if path.parts[-2] == "storage" or "storage" in path.parts or path.name == "store.py":
        return
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*(from|import) sqlalchemy", text, re.M), "SQL belongs to store.py"


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_every_public_function_says_what_it_returns(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            assert node.returns is not None, f"{node.name} has no return type"


def test_pages_have_no_inline_script_or_style() -> None:
    for path in HOUSE.rglob("*.html"):
        text = path.read_text("utf-8")
        # a block of data for search engines is no script: no browser runs it
        scripts = r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)'
        assert not re.search(rf"<style|\sstyle=|\son[a-z]+=|{scripts}", text), named(path)


def test_every_setting_is_documented() -> None:
    from madang.kernel.settings import Settings

    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert f"`MADANG_{name.upper()}`" in text, f"{name} is missing in docs/settings.md"
        assert field.description and field.description in text
