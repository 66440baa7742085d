"""Tools for a model that has none of its own: a grammar lets it write one call, or that it needs none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from madang.models.types import ToolSpec

NONE = "none"
"""The name of no tool."""
_STRING = r'"\"" [^"\\\x00-\x1F]{1,80} "\""'


def grammar_of(tools: Sequence[ToolSpec]) -> str:
    """GBNF of `{"tool": "none"}` or one call, `{"tool": NAME, ARGUMENT: …}`, of tools whose parameters are
    strings, whole numbers, and lists of objects of those."""
    choices, rules = [_literal(json.dumps({"tool": NONE}))], list[str]()
    for tool in tools:
        properties: Mapping[str, Any] = tool.parameters["properties"]
        parts = [_literal(f'{{"tool": {json.dumps(tool.name)}')]
        for name, schema in properties.items():
            parts += [_literal(f", {json.dumps(name)}: "), _value(schema, rules)]
        choices.append(" ".join([*parts, _literal("}")]))
    return "\n".join(["root ::= " + " | ".join(f"( {choice} )" for choice in choices), *rules])


def told(tools: Sequence[ToolSpec]) -> str:
    """The tools in words, for a prompt."""
    lines = []
    for tool in tools:
        arguments = ", ".join(_about(*one) for one in tool.parameters["properties"].items())
        lines.append(f"{tool.name}({arguments}): {tool.about}")
    return "\n".join(lines)


def _about(name: str, schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"{name}: {' | '.join(map(str, schema['enum']))}"
    if schema["type"] == "array":
        inner = ", ".join(_about(*one) for one in schema["items"]["properties"].items())
        return f"{name}: list of {{{inner}}}"
    return f"{name}: {schema['type']}"


def _value(schema: Mapping[str, Any], rules: list[str]) -> str:
    """What matches a value; longer parts of it join `rules`."""
    if "enum" in schema:
        return (
            "( " + " | ".join(_literal(json.dumps(one, ensure_ascii=False)) for one in schema["enum"]) + " )"
        )
    kind = schema["type"]
    if kind == "integer":
        return '( "0" | [1-9] [0-9]{0,9} )'
    if kind == "string":
        return _STRING
    if kind == "array":
        one = f"one-{len(rules)}"  # a rule of its own: written out eight times it would be too long
        rules.append("")
        rules[-1] = f"{one} ::= {_object(schema['items'], rules)}"
        return f'"[" {one} ( ", " {one} ){{0,{int(schema["maxItems"]) - 1}}} "]"'
    raise ValueError(f"no grammar for {kind}")


def _object(schema: Mapping[str, Any], rules: list[str]) -> str:
    parts: list[str] = []
    for place, (name, inner) in enumerate(schema["properties"].items()):
        parts += [_literal(("{" if place == 0 else ", ") + f"{json.dumps(name)}: "), _value(inner, rules)]
    return " ".join([*parts, '"}"'])


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
