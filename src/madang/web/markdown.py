"""The one way from a reply's text to HTML, while it streams and after.

CommonMark without raw HTML, then an allowlist. No picture is ever loaded: an image becomes a link with its
alt text, so rendering a reply makes no outside request. `[1]` becomes a citation when that citation exists; a
block that quotes rows of a table, and nothing else, shows them as names and values, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup


class Cited(Protocol):
    """What a citation needs in order to be shown (`chat.types.Citation` is one)."""

    @property
    def number(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def cells(self) -> list[list[tuple[str, str]]] | None: ...


TAGS = frozenset(
    ("p br hr strong em s code pre blockquote ul ol li a span h3 h4 h5 h6 table thead tbody tr th td").split()  # noqa: SIM905
)
ATTRIBUTES = {
    "a": {"href", "target", "rel", "title", "class", "data-citation"},
    "ol": {"start"},
    "span": {"class"},
}
CLASSES = {"a": {"citation"}, "span": {"cells", "cell", "cell-name", "cell-value", "unseen"}}
REL = "noopener noreferrer nofollow ugc"
LONGEST = 60_000
"""Characters; what is longer is shown up to here."""

THIN = "\u202f"
"""A narrow space that does not break."""
_MARKER = re.compile(r"\[(\d{1,3})\](?!\()")
_PLAIN = ("text", "softbreak", "hardbreak")
_BETWEEN = '<span class="unseen"> · </span>'
_CELL = (
    '<span class="cell"><span class="cell-name">{name}<span class="unseen">: </span></span>'
    '<span class="cell-value">{value}</span></span>'
)
_OUTSIDE = re.compile(r"(?:https?://[^\s/]|mailto:[^\s])", re.IGNORECASE)
_INSIDE = re.compile(r"/(?![/\\])[^\s\\]*\Z")


def html(text: str, citations: Sequence[Cited] = ()) -> Markup:
    """Safe HTML of `text`, whole or cut anywhere."""
    numbered = {citation.number: citation for citation in citations if _INSIDE.match(citation.url)}
    env = {"citations": numbered}
    tokens = _RENDERER.parse(text[:LONGEST], env)
    for block in _quoted(tokens):
        _as_rows(block)
    rendered = _RENDERER.renderer.render(tokens, _RENDERER.options, env)
    return Markup(_CLEANER.clean(rendered))  # noqa: S704 - this is what made it safe


def rows(cells: Sequence[Sequence[tuple[str, str]]], number: str = "") -> Markup:
    """Rows of a table, each cell with its name; `number`: HTML that stands in the last cell. The text is the
    quotation to the letter: what divides the cells is there, unseen."""
    lines = [[(escapeHtml(name), escapeHtml(value)) for name, value in row] for row in cells]
    name, value = lines[-1][-1]
    # "70%" and the number of its source are no "70%1", to the eye and to who copies it
    lines[-1][-1] = name, f"{value}{THIN}{number}" if number else value
    shown = (_BETWEEN.join(_CELL.format(name=name, value=value) for name, value in row) for row in lines)
    return Markup('<span class="unseen">\n</span>'.join(f'<span class="cells">{row}</span>' for row in shown))  # noqa: S704 - names and values are escaped


def _quoted(tokens: Sequence[Token]) -> Iterator[Token]:
    """The lines of words in block quotations."""
    depth = 0
    for token in tokens:
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if depth and token.type == "inline":
            yield token


def _as_rows(block: Token) -> None:
    """Takes rows of a table apart, where the block is a quotation of them and its number alone."""
    *words, last = block.children or [Token("", "", 0)]
    citation = last.meta.get("citation")
    if citation is None or citation.cells is None or any(word.type not in _PLAIN for word in words):
        return
    said = "".join(word.content if word.type == "text" else "\n" for word in words)
    if said.strip() == citation.quote.strip():
        block.children = [Token("rows", "", 0, meta={"citation": citation})]


def _render_rows(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return rows(tokens[index].meta["citation"].cells, _render_citation(_, tokens, index))


def _citation_rule(state: StateInline, silent: bool) -> bool:
    match = _MARKER.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    citation = state.env["citations"].get(int(match.group(1)))
    if citation is None:
        return False
    if not silent:
        token = state.push("citation", "a", 0)
        token.meta = {"citation": citation}
    state.pos = match.end()
    return True


def _render_citation(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    citation = tokens[index].meta["citation"]
    return (
        f'<a class="citation" href="{escapeHtml(citation.url)}" data-citation="{citation.number}"'
        f' title="{escapeHtml(citation.source)}">{citation.number}</a>'
    )


def _render_link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if not _OUTSIDE.match(str(token.attrs.get("href", ""))):
        token.attrs.pop("href", None)  # a reply leads outside or to its citations, never into the studio
    else:
        token.attrs["target"] = "_blank"
    return str(self.renderToken(tokens, index, options, env))


def _render_image(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    address = str(token.attrs.get("src", ""))
    label = escapeHtml(self.renderInlineAsText(token.children or [], options, env) or address)
    if not _OUTSIDE.match(address):
        return label
    return f'<a href="{escapeHtml(address)}" target="_blank">{label}</a>'


def _lower_headings(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """The page has its own first and second headings: a reply's start at the third."""
    token = tokens[index]
    token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return str(self.renderToken(tokens, index, options, env))


def _make_renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable(["table", "strikethrough"])
    # A reference definition in a reply could give `[1]` another address than its citation's.
    markdown.disable(["reference", "html_block", "html_inline"])
    markdown.inline.ruler.before("link", "citation", _citation_rule)
    rules: dict[str, Callable[..., str]] = {
        "citation": _render_citation,
        "rows": _render_rows,
        "link_open": _render_link_open,
        "image": _render_image,
        "heading_open": _lower_headings,
        "heading_close": _lower_headings,
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _keep(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href":
        return value if _OUTSIDE.match(value) or _INSIDE.match(value) else None
    if name == "class":
        return value if value in CLASSES[tag] else None
    if name in ("data-citation", "start"):
        return value if value.isdecimal() else None
    if tag == "a" and name == "target":
        return "_blank" if value == "_blank" else None
    return value


_RENDERER = _make_renderer()
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) - {"rel"} for tag, names in ATTRIBUTES.items()},
    attribute_filter=_keep,
    link_rel=REL,
    url_schemes={"http", "https", "mailto"},
    strip_comments=True,
)
