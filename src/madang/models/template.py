"""Checks the chat template that a model file brings: it may write a prompt, and nothing else.

llama.cpp renders templates itself, in native code and not in Python; what is refused here are ways out of a
sandbox, other files, and loops without a sensible end. Nothing of a template is run to find that out.
"""

from __future__ import annotations

import re

from jinja2 import Environment, TemplateError, nodes

MAX_LENGTH = 128_000
MAX_DEPTH = 8
"""Loops inside loops."""
MAX_RANGE = 10_000
_GENERATION = re.compile(r"\{%-?\s*(?:end)?generation\s*-?%\}")
"""Marks for training that plain Jinja does not know."""
_REFUSED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Pow)
_INSIDES = frozenset({"mro", "func_globals", "gi_frame", "cr_frame", "tb_frame", "format_map"})


def harmless(template: str) -> bool:
    """Whether the template only writes a prompt. An empty one is: the runtime has its own."""
    if len(template) > MAX_LENGTH:
        return False
    try:
        tree = Environment(autoescape=True, extensions=["jinja2.ext.loopcontrols"]).parse(
            _GENERATION.sub("", template)
        )
        return _fine(tree, 0)
    except (TemplateError, RecursionError, ValueError, OverflowError, MemoryError):
        return False


def _fine(node: nodes.Node, depth: int) -> bool:
    if isinstance(node, _REFUSED) or not _names_fine(node):
        return False
    if isinstance(node, nodes.For):
        depth += 1
        if depth > MAX_DEPTH or node.recursive:
            return False
    if isinstance(node, nodes.Mul) and any(_text(side) for side in (node.left, node.right)):
        return False
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range":
        bounds = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        if any(isinstance(bound, int) and abs(bound) > MAX_RANGE for bound in bounds):
            return False
    return all(_fine(inner, depth) for inner in node.iter_child_nodes())


def _names_fine(node: nodes.Node) -> bool:
    name: object = None
    if isinstance(node, nodes.Getattr):
        name = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        name = node.arg.value
    elif isinstance(node, nodes.Filter) and node.name == "attr":
        return False
    elif isinstance(node, nodes.Name):
        name = node.name
    return not (isinstance(name, str) and (name.startswith("__") or name in _INSIDES))


def _text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.List | nodes.Tuple) or (
        isinstance(node, nodes.Const) and isinstance(node.value, str)
    )
