"""What a model writes is never trusted: nothing outside the allowlist survives, whole or cut anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.web.hostile import HOSTILE

from madang.web.markdown import ATTRIBUTES, CLASSES, LONGEST, REL, TAGS, html


@dataclass(frozen=True)
class Proof:
    number: int = 1
    source: str = 'The "Menu" <b>'
    url: str = "/c/table/passages/psg_1?from=0&to=9"
    quote: str = "Dish: Pie <b> & *peas* · Price: £9"
    cells: list[list[tuple[str, str]]] | None = None


class Judge(HTMLParser):
    """Fails at the first element, attribute or address that a reply may not have."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, f"element <{tag}>"
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()), f"attribute {name} on <{tag}>"
            if name == "href":
                outside = (value or "").lower().startswith(("http://", "https://", "mailto:"))
                assert outside or value == Proof.url, f"address {value!r}"
            if name == "class":
                assert value in CLASSES[tag]
        given = dict(attrs)
        if tag == "a":
            assert given.get("rel") == REL
            if (given.get("href") or "").startswith("http"):
                assert given.get("target") == "_blank"

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")


def judge(text: str) -> None:
    Judge(convert_charrefs=True).feed(str(html(text, [Proof()])))


def test_the_corpus_is_worth_its_name() -> None:
    assert len(HOSTILE) >= 60
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize("payload", HOSTILE)
def test_every_prefix_of_a_payload_is_harmless(payload: str) -> None:
    for end in range(len(payload) + 1):
        judge(payload[:end])
        judge("Some words [1] before\n\n" + payload[:end])


@pytest.mark.parametrize(
    "opening", ["```html\n", "- ", "> ", "| a | b |\n|---|---|\n| ", "**", "`", "[", "1. "]
)
def test_a_payload_inside_an_unclosed_block_is_harmless(opening: str) -> None:
    for payload in HOSTILE:
        judge(opening + payload)


def test_an_open_fence_holds_what_follows_as_code() -> None:
    shown = str(html("Look:\n\n```html\n<script>alert(1)</script>\n**not bold**"))
    assert "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;\n**not bold**" in shown


def test_a_picture_becomes_a_link_and_is_not_loaded() -> None:
    shown = str(html("![a cat](https://evil.example/x.png?leak=secret)"))
    assert "<img" not in shown
    assert '<a href="https://evil.example/x.png?leak=secret"' in shown
    assert ">a cat</a>" in shown
    assert "<a" not in str(html("![a cat](/c/table/avatar)"))


def test_a_marker_becomes_a_citation_only_when_there_is_one() -> None:
    shown = str(html("Fourteen thousand won [1], they say [2].", [Proof()]))
    assert 'class="citation" href="/c/table/passages/psg_1?from=0&amp;to=9" data-citation="1"' in shown
    assert "[2]" in shown
    assert shown.count("<a ") == 1
    assert "&lt;b" in shown, "the source's title is text"


def test_a_reply_cannot_redirect_a_citation() -> None:
    shown = str(html("Yes [1].\n\n[1]: https://evil.example/", [Proof()]))
    assert 'href="https://evil.example' not in shown
    assert f'href="{Proof.url.replace("&", "&amp;")}"' in shown


def test_a_citation_with_an_outside_address_is_no_link() -> None:
    for url in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b"):
        assert "<a" not in str(html("[1]", [Proof(url=url)])), url


def test_no_link_leads_into_the_studio() -> None:
    assert "href" not in str(html("[delete](/api/conversations/x) [x](#y) [z](?a=1) [w](//evil.example)"))


def test_words_stay_words() -> None:
    shown = str(html("# Title\n\n*a* **b** ~~c~~\nnew line\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n3. three"))
    for piece in (
        "<h3>Title</h3>",
        "<em>a</em>",
        "<strong>b</strong>",
        "<s>c</s>",
        "<br>",
        "<td>1</td>",
        'start="3"',
    ):
        assert piece in shown


def test_length_and_nesting_are_bounded() -> None:
    assert len(str(html("a" * (LONGEST + 5000)))) < LONGEST + 100
    judge("> " * 3000 + "deep")
    judge("[" * 5000)
    judge("*a " * 5000)


ROWS = [[("Dish", "Pie <b> & *peas*"), ("Price", "£9")], [("Dish", "Tea"), ("Price", "£2")]]
QUOTE = "Dish: Pie <b> & *peas* · Price: £9\nDish: Tea · Price: £2"


def test_a_quoted_row_is_names_and_values_to_the_letter() -> None:
    proof = Proof(quote=QUOTE, cells=ROWS)
    text = "It is £9.\n\n> Dish: Pie <b> & \\*peas\\* · Price: £9\n> Dish: Tea · Price: £2 [1]"
    shown = LexborHTMLParser(str(html(text, [proof])))
    assert [cell.text() for cell in shown.css(".cell-value")] == [
        "Pie <b> & *peas*",
        "£9",
        "Tea",
        "£2\u202f1",
    ]
    assert shown.css_first("blockquote").text().strip() == f"{QUOTE}\u202f1"
    assert len(shown.css("blockquote a.citation")) == 1 and not shown.css("blockquote b, blockquote em")


@pytest.mark.parametrize(
    "text",
    [
        "> Dish: Pie · Price: £9",  # cut before its number
        "> Dish: Pie · Price: £9 [1] [1]",
        "> Dish: Cake · Price: £9 [1]",  # another row than the one that is cited
        "> As the menu says: Dish: Pie · Price: £9 [1]",
        "Dish: Pie · Price: £9 [1]",
        "> Dish: *Pie* · Price: £9 [1]",
    ],
)
def test_what_is_not_the_row_alone_stays_words(text: str) -> None:
    proof = Proof(quote="Dish: Pie · Price: £9", cells=[[("Dish", "Pie"), ("Price", "£9")]])
    assert 'class="cells"' not in html(text, [proof])
