"""Every sentence of this room that a person may see is there in Korean."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import madang.share
from madang.web.localise import catalogue

ROOM = Path(madang.share.__file__).parent
SAYS = {"Forbidden", "NotFound", "BadInput", "Busy", "TooLarge"}


def sentences() -> set[str]:
    found = {"This chat is switched off."}
    for path in ROOM.rglob("*.html"):
        found |= set(re.findall(r'_\("((?:[^"\\]|\\.)*)"', path.read_text("utf-8")))
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {*SAYS, "localise.translate"}:
                found |= {one.value for one in node.args if isinstance(one, ast.Constant)}  # type: ignore[misc]
    return found


def test_every_sentence_has_its_korean_one() -> None:
    korean = catalogue("ko")
    wanted = sentences()
    assert len(wanted) > 80
    assert wanted - set(korean) == set()
    for english in wanted:
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", korean[english])), english
