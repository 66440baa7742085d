"""A grammar the engine cannot parse would hang it: only what is surely right is passed on."""

from __future__ import annotations

import pytest

from madang.kernel.errors import BadInput
from madang.models.gbnf import check_grammar


@pytest.mark.parametrize(
    "grammar",
    [
        'root ::= "yes" | "no"',
        'root ::= item+\nitem ::= [a-z]{1,20} " " # a word\n',
        'root ::= (\n "a" |\n "b"\n)* ws\nws ::= [ \\t\\n]*',
        'root ::= "\\x41\\u00e9\\"" [^"\\\\] .',
        "root ::= pair\npair ::= [0-9] pair | [0-9]",
        "root ::= [가-힣]+",
    ],
)
def test_takes_what_is_right(grammar: str) -> None:
    check_grammar(grammar)


@pytest.mark.parametrize(
    "grammar",
    [
        "",
        "root ::= (((",
        "root ::= )",
        'root ::= "open',
        "root ::= [a-z",
        "root ::= [z-a]",
        "root ::= missing",
        'other ::= "a"',
        'root ::= "a"\nroot ::= "b"',
        'root ::= root "a" | "a"',
        'root ::= a "x"\na ::= b?  root\nb ::= "y"',
        'root ::= ("a"?)*',
        'root ::= "a"{5,2}',
        'root ::= (("a"{9999}){9999}){9999}',
        'root ::= "\\q"',
        "root ::= <[5]>",
        "root ::= " + "(" * 100 + '"a"' + ")" * 100,
        "root = nonsense",
        'root ::= "a"\0',
        "* root",
    ],
)
def test_refuses_what_is_not(grammar: str) -> None:
    with pytest.raises(BadInput):
        check_grammar(grammar)
