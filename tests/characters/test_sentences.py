"""Every sentence of this room that a person may see is there in Korean, with the same parameters."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

import madang.characters
from madang.kernel import errors

ROOM = Path(madang.characters.__file__).parent
ERRORS = {name for name in dir(errors) if isinstance(getattr(errors, name), type)}


def sentences() -> set[str]:
    """First arguments of errors, `reason=` arguments, and constants that are whole sentences."""
    found: set[str] = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            texts: list[ast.expr | None] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
                texts = [*node.args[:1]]
            if isinstance(node, ast.Call):
                texts += [word.value for word in node.keywords if word.arg == "reason"]
            if isinstance(node, ast.AnnAssign | ast.Assign):
                texts = [node.value]
            found |= {
                text.value for text in texts
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value.endswith(".")
            }  # fmt: skip
    # the notice for programs that know only V2 is part of the card, in the words of the specification
    return {text for text in found if "Character Card V3 compatible" not in text}


def test_every_sentence_has_its_korean_one() -> None:
    with (ROOM / "locale" / "ko.po").open("rb") as file:
        korean = {
            str(message.id): str(message.string) for message in read_po(file, locale="ko") if message.id
        }
    wanted = sentences()
    assert len(wanted) > 40
    assert wanted - set(korean) == set()
    assert set(korean) - wanted == set(), "translations of sentences that are gone"
    for english, translated in korean.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", translated)), english
        assert re.search("[가-힣]", translated)
