"""What a page says about itself in its tags (microdata, RDFa Lite), in the words of schema.org's JSON-LD.

A walk over the tree that is parsed anyway: the field's library for it brings an RDF engine of its own. It is
bounded in objects, depth and letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from madang.knowledge.readers.decode import line

_OBJECTS = 300
_NESTED = 20
_DEEPEST = 200
_LETTERS = 400_000
_VALUE = 5_000
_REFERRED = 50
_SOURCES = {
    "a": "href",
    "area": "href",
    "link": "href",
    "object": "data",
    "data": "value",
    "meter": "value",
} | dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video"), "src")


def microdata(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """The items of a page that are of schema.org's types and belong to no other item."""
    if tree.body is None:
        return []
    reading = _Microdata(tree)
    tops = tree.css("[itemscope]:not([itemprop])")[:_OBJECTS]
    return [item for node in tops if (item := reading.item(node, 0))]


def rdfa(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """The same of RDFa: `typeof` with `property`, in the vocabulary of schema.org."""
    if tree.body is None or not tree.css_matches("[typeof]"):
        return []
    reading = _Rdfa()
    tops = [node for node in tree.css("[typeof]")[:_OBJECTS] if "property" not in node.attributes]
    return [item for node in tops if (item := reading.item(node, 0))]


class _Reading:
    """What both ways of writing it down have in common: an item is a node, its properties stand below it."""

    def __init__(self) -> None:
        self._left = _LETTERS
        self._items = _OBJECTS

    def item(self, node: LexborNode, depth: int) -> dict[str, Any]:
        types = self.types(node)
        if not types or depth > _NESTED or self._items <= 0:
            return {}
        self._items -= 1
        found: dict[str, Any] = {"@type": types[0] if len(types) == 1 else types}
        if name := self.identity(node):
            found["@id"] = name
        for below in self.properties(node):
            names = self.names(below)
            value = self.item(below, depth + 1) if self.begins(below) else self.value(below)
            self._left -= len(value) if isinstance(value, str) else 0
            if self._left < 0:
                break
            for name in names if value else ():
                _add(found, name, value)
        return found if len(found) > 1 else {}

    def properties(self, node: LexborNode) -> Iterator[LexborNode]:
        yield from self._below(node, 0)

    def _below(self, node: LexborNode, depth: int) -> Iterator[LexborNode]:
        """Nodes with a property below an item, not those of items inside it."""
        child = node.child
        while child is not None and depth < _DEEPEST:
            if child.tag and not child.tag.startswith(("-", "_", "!")):
                if self.names(child):
                    yield child
                if not self.begins(child):
                    yield from self._below(child, depth + 1)
            child = child.next

    def value(self, node: LexborNode) -> str:
        attributes = node.attributes
        named = _SOURCES.get(node.tag or "")
        for key in ("content", "resource", named, "datetime"):
            if key and attributes.get(key):
                return line(str(attributes[key]))[:_VALUE]
        return line(node.text(separator=" "))[:_VALUE]

    def begins(self, node: LexborNode) -> bool:
        raise NotImplementedError

    def types(self, node: LexborNode) -> list[str]:
        raise NotImplementedError

    def names(self, node: LexborNode) -> list[str]:
        raise NotImplementedError

    def identity(self, node: LexborNode) -> str:
        raise NotImplementedError


class _Microdata(_Reading):
    def __init__(self, tree: LexborHTMLParser) -> None:
        super().__init__()
        self._tree = tree

    def properties(self, node: LexborNode) -> Iterator[LexborNode]:
        yield from self._below(node, 0)
        for reference in (node.attributes.get("itemref") or "").split()[:_REFERRED]:
            for other in (
                self._tree.css(f'[id="{reference}"]')[:1] if reference.replace("-", "").isalnum() else ()
            ):
                if self.names(other):
                    yield other
                elif not self.begins(other):
                    yield from self._below(other, 0)

    def begins(self, node: LexborNode) -> bool:
        return "itemscope" in node.attributes

    def types(self, node: LexborNode) -> list[str]:
        return [_word(one) for one in (node.attributes.get("itemtype") or "").split() if _is_schema(one)]

    def names(self, node: LexborNode) -> list[str]:
        return [_word(one) for one in (node.attributes.get("itemprop") or "").split()]

    def identity(self, node: LexborNode) -> str:
        return line(node.attributes.get("itemid") or "")[:_VALUE]


class _Rdfa(_Reading):
    def begins(self, node: LexborNode) -> bool:
        return "typeof" in node.attributes

    def types(self, node: LexborNode) -> list[str]:
        return self._words(node, "typeof")

    def names(self, node: LexborNode) -> list[str]:
        return self._words(node, "property") if "property" in node.attributes else []

    def identity(self, node: LexborNode) -> str:
        return line(node.attributes.get("resource") or node.attributes.get("about") or "")[:_VALUE]

    def _words(self, node: LexborNode, attribute: str) -> list[str]:
        """Of schema.org's words those without their prefix; plain ones count where the vocabulary is its."""
        words = (node.attributes.get(attribute) or "").split()
        known = [_word(one) for one in words if one.startswith("schema:") or _is_schema(one)]
        plain = [one for one in words if ":" not in one]
        return known + (plain if plain and _speaks_schema(node) else [])


def _speaks_schema(node: LexborNode) -> bool:
    at: LexborNode | None = node
    for _ in range(_DEEPEST):
        if at is None:
            return False
        if (vocabulary := at.attributes.get("vocab")) is not None:
            return _is_schema(vocabulary)
        at = at.parent
    return False


def _is_schema(address: str) -> bool:
    return address.lower().split("://")[-1].removeprefix("www.").startswith("schema.org")


def _word(name: str) -> str:
    return line(name.rstrip("/").rpartition("/")[2].rpartition("#")[2].rpartition(":")[2])[:200]


def _add(item: dict[str, Any], name: str, value: Any) -> None:
    if not name or name.startswith("@"):
        return
    if name not in item:
        item[name] = value
    elif isinstance(item[name], list):
        item[name].append(value)
    else:
        item[name] = [item[name], value]
