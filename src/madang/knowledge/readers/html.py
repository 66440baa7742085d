"""HTML: what a person sees of a page, without its navigation. Hidden text does not become knowledge.

Pages of small businesses keep hours and prices in tables, lists and footers, where extractors of articles do
not look; so the whole visible body is read and only what is navigation is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits, Outline, record
from madang.knowledge.facts import json_ld
from madang.knowledge.readers import grid, structured
from madang.knowledge.readers.decode import decode, line
from madang.knowledge.readers.faq import is_question

_NEVER = (
    "script,style,template,noscript,svg,canvas,iframe,object,embed,video,audio,form,select,button,input,textarea,"
    "datalist,dialog,nav,[role=navigation],[role=dialog],[role=search],[role=menu],[hidden],[aria-hidden=true],"
    ".sr-only,.visually-hidden,.screen-reader-text"
)
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display:none|visibility:(?:hidden|collapse)|opacity:0*(?:\.0+)?(?![\d.])|color:transparent"
    r"|font-size:0+(?:\.0+)?(?:px|pt|em|rem|%)?(?![\d.a-z%])|font-size:[01](?:\.\d+)?(?:px|pt)(?![a-z])"
    r"|(?:max-)?(?:width|height):0(?:px|em|rem|%)?(?![\d.a-z%])|content-visibility:hidden"
    r"|text-indent:-\d{3,}|(?:left|top|right|bottom|margin-left|margin-top):-\d{4,}|clip:rect\(0"
    r"|clip-path:(?:inset\((?:50|100)%|circle\(0)|transform:scale\(0\)|font:0)",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}@]{1,500})\{([^{}]{0,5000})\}")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.I)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "ul",
    ]
)
_DEEPEST = 200
_PAIR = 7
"""Level of a question that is no heading: below all that are."""
_INLINE_ITEMS = frozenset(("li", "dd", "dt", "summary", "figcaption"))


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    declared = _CHARSET.search(data[:4096])
    text = decode(data, name, charset or (declared.group(1).decode("ascii") if declared else None))
    if len(text) > limits.characters * 3:
        raise TooLarge("“{name}” holds too much text.", name=name)
    tree = LexborHTMLParser(text)
    title = _title(tree)
    about = structured.typed(tree)
    whole = _squeezed(tree.body.text()) if about and tree.body is not None else ""
    _drop_hidden(tree)
    if tree.body is None:
        raise Unreadable("“{name}” holds no text that a visitor could see.", name=name)
    about += structured.profiles(tree, title)
    walk = _Walk(limits, name)
    walk.node(tree.body, 0)
    walk.flush()
    blocks = _with_pairs(walk.blocks, structured.pairs(about), whole) + json_ld.blocks(about)
    if not blocks:
        raise Unreadable("“{name}” holds no text that a visitor could see.", name=name)
    return Document((title or walk.title or PurePosixPath(name).stem)[:200], blocks, about)


def _with_pairs(blocks: list[Block], pairs: list[tuple[str, str]], whole: str) -> list[Block]:
    """The blocks, and the questions that stand in the page's data and are on the page too, though folded."""
    known = {heading for block in blocks for heading in block.headings}
    new = [
        (question, answer)
        for question, answer in pairs
        if question not in known and _squeezed(question) in whole and _squeezed(answer)[:40] in whole
    ]
    said = {text for pair in new for text in pair}
    return [block for block in blocks if block.text not in said] + [
        Block(answer, (question[:200],), row=True) for question, answer in new
    ]


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title")
    shown = line(node.text()) if node is not None else ""
    if not shown:
        meta = tree.css_first("meta[property='og:title']")
        shown = line(meta.attributes.get("content") or "") if meta is not None else ""
    return shown


def _drop_hidden(tree: LexborHTMLParser) -> None:
    """Take away what a visitor does not see: by tag, by attribute, by its own style, by style sheets."""
    selectors: list[str] = []
    for sheet in tree.css("style"):
        css = re.sub(r"/\*.*?\*/", "", sheet.text()[:500_000], flags=re.S)
        for rule in _RULE.finditer(css):
            if _hides(rule.group(2)):
                selectors.extend(part.strip() for part in rule.group(1).split(",") if ":" not in part)
    for button in tree.css(
        "h1 button,h2 button,h3 button,h4 button,h5 button,h6 button,summary button,dt button"
    ):
        button.unwrap()  # the heading of what it unfolds
    for selector in [*_NEVER.split(","), *selectors[:2_000]]:
        try:
            nodes = tree.css(selector)
        except SelectolaxError:
            continue  # a selector that the parser does not know hides nothing here
        for node in nodes:
            if node.tag not in ("html", "body"):
                node.decompose()
    for node in tree.css("[style]"):
        if node.tag not in ("html", "body") and _hides(node.attributes.get("style") or ""):
            node.decompose()


def _hides(declarations: str) -> bool:
    return bool(_HIDING.search(re.sub(r"\s*:\s*", ":", declarations.lower())))


class _Walk:
    """Visible nodes to blocks, in order."""

    def __init__(self, limits: Limits, name: str) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self._limits, self._name = limits, name
        self._outline = Outline()
        self._text: list[str] = []
        self._item: str | None = None
        self._term = ""

    def node(self, parent: LexborNode, depth: int) -> None:
        if depth > _DEEPEST:
            return
        child = parent.child
        while child is not None:
            tag = child.tag or ""
            if tag == "-text":
                self._text.append(child.text_content or "")
            elif tag == "br":
                self.flush()
            elif tag == "img":
                pass  # a picture's description is not always seen
            elif re.fullmatch("h[1-6]", tag):
                self._heading(child, int(tag[1]))
            elif tag == "details" and (folded := child.css_first("summary")) is not None:
                self._folded(child, folded, depth)
            elif tag == "table" and not child.css("table table"):
                self.flush()
                self._table(child)
            elif tag in ("ul", "ol", "menu") and _is_menu(child):
                self.flush()
            elif tag in _BLOCKS:
                self._block(child, tag, depth)
            elif not tag.startswith(("-", "_", "!")):
                self.node(child, depth + 1)
            child = child.next

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        self.flush()
        outer = self._item
        if tag in _INLINE_ITEMS:
            self._item = "- " if tag == "li" else ""
        if tag == "dt":
            self._term = line(node.text(separator=" "))
            self._item = outer
            return
        path = self._outline.levels
        if tag == "footer":  # it is the site's, whatever heading stands above it
            self._outline.levels = []
        if tag == "dd" and is_question(self._term):
            self._outline.enter(_PAIR, self._term)
        elif tag == "dd" and self._term:
            self._text.append(self._term + ": ")
            self._term = ""
        self.node(node, depth + 1)
        self.flush()
        if tag in ("dd", "footer"):
            self._outline.levels = path
        self._item = outer

    def _folded(self, node: LexborNode, summary: LexborNode, depth: int) -> None:
        """`details`: what it unfolds stands under its summary."""
        self.flush()
        path, heading = self._outline.levels, line(summary.text(separator=" "))
        summary.decompose()
        self._outline.enter(_PAIR, heading)
        before = len(self.blocks)
        self.node(node, depth + 1)
        self.flush()
        self._outline.levels = path
        if len(self.blocks) == before:
            self._add(heading)

    def _heading(self, node: LexborNode, level: int) -> None:
        self.flush()
        text = line(node.text(separator=" "))
        if level == 1 and not self.title:
            self.title = text
        self._outline.enter(level, text)

    def _table(self, table: LexborNode) -> None:
        rows = [row for row in grid.placed(_cells(table)) if any(one.cell.text for one in row)]
        width = max((one.columns.stop for row in rows for one in row), default=0)
        outside = self._outline.levels
        caption = table.css_first("caption")
        if caption is not None and (said := line(caption.text(separator=" "))):
            # of two tables with the same rows it says which is which
            self._outline.enter(_PAIR, said)
            self._add(said, row=True)
        path, heads, columns = self._outline.levels, list[grid.Row](), list[str]()
        for row in rows:
            if heading := grid.section(row, width):
                self._outline.levels = path
                self._outline.enter(_PAIR + 1, heading)
            elif len(row) > 1 and all(one.cell.head for one in row):
                # a second row of names belongs to the first where that has a cell over several
                over = heads and any(one.cell.across > 1 or one.cell.down > 1 for one in heads[-1])
                heads = [*heads, row] if over else [row]
                columns = grid.names(heads)
            elif columns:
                self._add(grid.as_record(columns, row))
            else:
                texts = [one.cell.text for one in row]
                named = _pair(texts)
                self._add(record(named, texts[1:] if named else texts))
        self._outline.levels = outside

    def flush(self) -> None:
        text = line(" ".join("".join(self._text).split()))
        self._text.clear()
        if text:
            self._add((self._item or "") + text, row=self._item is not None)

    def _add(self, text: str, row: bool = True) -> None:
        if not text:
            return
        if len(self.blocks) >= self._limits.blocks:
            raise TooLarge("“{name}” holds too much text.", name=self._name)
        self.blocks.append(Block(text, self._outline.path, row=row))


def _cells(table: LexborNode) -> Iterator[list[grid.Cell]]:
    for row in table.css("tr"):
        yield [
            grid.Cell(
                line(cell.text(separator=" ")),
                _reach(cell, "colspan") or 1,
                _reach(cell, "rowspan"),
                cell.tag == "th",
            )
            for cell in row.iter()
            if cell.tag in ("td", "th")
        ]


def _reach(cell: LexborNode, name: str) -> int:
    said = (cell.attributes.get(name) or "1").strip()
    return min(int(said), 65_534) if said.isdecimal() and len(said) < 9 else 1


def _pair(texts: list[str]) -> list[str]:
    """A table of two columns without a header is a list of names and values."""
    return [texts[0]] if len(texts) == 2 and texts[0] and texts[1] and len(texts[0]) <= 60 else []


def _is_menu(node: LexborNode) -> bool:
    """A list that is nearly all links leads elsewhere; a list of dishes does not."""
    text = len("".join(node.text().split()))
    linked = sum(len("".join(link.text().split())) for link in node.css("a"))
    return bool(text) and linked >= 0.9 * text and len(node.css("a")) >= 3
