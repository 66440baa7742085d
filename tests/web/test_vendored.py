"""What comes from others is what they published, and every sentence on a page is there in Korean."""

from __future__ import annotations

import hashlib
import json
import re
import string
from pathlib import Path

import pytest
from jinja2 import Environment

from madang.web.assets import assets
from madang.web.localise import catalogue
from madang.web.rooms import rooms

VENDOR = rooms("static")["web"] / "vendor"
OWN = ("web", "discover", "chat")
TEMPLATES = sorted(path for folder in rooms("templates").values() for path in folder.glob("*.html"))


def test_vendored_files_match_their_hashes() -> None:
    listed = {entry["file"]: entry for entry in json.loads((VENDOR / "vendor.json").read_text("utf-8"))}
    here = {path.name for path in VENDOR.iterdir()} - {"vendor.json"}
    assert here == set(listed)
    for name, entry in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["package"] and entry["version"] and entry["licence"], name


def test_every_icon_on_a_page_is_in_the_sprite() -> None:
    icons = set(re.findall(r'<symbol id="([\w-]+)"', assets().text("web/vendor/icons.svg")))
    used = {name for path in TEMPLATES for name in re.findall(r'icon\("([\w-]+)"', path.read_text("utf-8"))}
    assert used <= icons, used - icons


def test_every_static_file_on_a_page_exists() -> None:
    for path in TEMPLATES:
        for name in re.findall(r"""static\(['"]([\w./-]+)['"]\)""", path.read_text("utf-8")):
            assert assets().url(name), f"{path.name} names {name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_every_sentence_on_a_page_is_there_in_korean(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    korean = catalogue("ko")
    for _, _, found in environment.extract_translations(path.read_text("utf-8"), gettext_functions=("_",)):
        sentence = found[0] if isinstance(found, tuple) else found  # with parameters
        # a value is translated where it is made: errors, phrases
        assert sentence is None or sentence in korean, f"no Korean for {sentence!r}"


def test_every_error_of_these_rooms_is_there_in_korean() -> None:
    raised = re.compile(r"(?:raise \w+|respond)\(\s*(?:[^\"()]*,\s*)?\"([A-Z][^\"]+[.!?])\"")
    said = re.compile(r"(?:sentence = |get\(error\.status_code, |\d{3}: )\"([A-Z][^\"]+\.)\"")
    for room in OWN[:2]:
        for path in (rooms("templates")[room].parent).glob("*.py"):
            text = path.read_text("utf-8")
            for sentence in {*raised.findall(text), *said.findall(text)}:
                if not path.name.startswith(("sse", "context")) or not sentence.startswith("no identity"):
                    assert sentence in catalogue("ko"), f"{path.name}: {sentence!r}"


def test_translations_keep_their_parameters() -> None:
    for sentence, korean in catalogue("ko").items():
        named = {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
        kept = {field for _, field, _, _ in string.Formatter().parse(korean) if field}
        assert kept <= named, sentence


def test_the_style_sheets_use_the_tokens() -> None:
    """Colours stand in tokens.css alone, so that light and dark stay whole."""
    for folder in rooms("static").values():
        for path in folder.glob("*.css"):
            if path.name not in ("tokens.css", "website.css"):  # the second plays somebody else's website
                # in a value, not in the name of an element (#feed)
                values = " ".join(re.findall(r":([^;{}]*)[;}]", path.read_text("utf-8")))
                colours = re.findall(r"(?<![\w&])#[0-9a-fA-F]{3,8}\b", values)
                assert not colours, f"{path.name}: {colours}"
