"""Microdata and RDFa become what the same page would say in JSON-LD, within bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from madang.kernel.errors import Unreadable
from madang.knowledge.readers import read

SHOP = """<!doctype html><html><body itemscope itemtype="https://schema.org/WebPage">
<div itemscope itemtype="http://schema.org/Restaurant" itemid="#sea">
  <h1 itemprop="name">Sea   Noodles</h1>
  <meta itemprop="priceRange" content="₩₩"><link itemprop="url" href="https://sea.example/">
  <time itemprop="openingHours" datetime="Tu-Su 11:00-20:30">Tue to Sun, 11 to half past eight</time>
  <div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
    <span itemprop="streetAddress">1 Beach Road</span><span itemprop="addressLocality">Busan</span></div>
  <div itemprop="hasMenu" itemscope itemtype="https://schema.org/Menu">
    <p itemprop="hasMenuItem" itemscope itemtype="https://schema.org/MenuItem">
      <b itemprop="name">Cold noodles</b>
      <span itemprop="offers" itemscope itemtype="https://schema.org/Offer">
        <data itemprop="price" value="9000">9,000원</data></span></p>
    <p itemprop="hasMenuItem" itemscope itemtype="https://schema.org/MenuItem">
      <b itemprop="name">Dumplings</b></p></div>
  <a itemprop="telephone" content="+82 51 000" href="tel:x">call us</a>
</div></body></html>"""
SCOPE = 'itemscope itemtype="https://schema.org/'
RDFA = """<html><body vocab="https://schema.org/"><div typeof="LocalBusiness" resource="#it">
<span property="name">Bora Flowers</span>
<p property="openingHoursSpecification" typeof="OpeningHoursSpecification"><i property="dayOfWeek">Monday</i>
<meta property="opens" content="09:00"></p><meta property="og:title" content="no"></div></body></html>"""


def data(html: str) -> list[dict[str, object]]:
    return read(html.encode(), "page.html").data


def test_microdata_in_the_words_of_json_ld() -> None:
    (shop,) = [item for item in data(SHOP) if item["@type"] == "Restaurant"]
    assert shop == {
        "@type": "Restaurant",
        "@id": "#sea",
        "name": "Sea Noodles",
        "priceRange": "₩₩",
        "url": "https://sea.example/",
        "openingHours": "Tu-Su 11:00-20:30",
        "address": {"@type": "PostalAddress", "streetAddress": "1 Beach Road", "addressLocality": "Busan"},
        "hasMenu": {
            "@type": "Menu",
            "hasMenuItem": [
                {"@type": "MenuItem", "name": "Cold noodles", "offers": {"@type": "Offer", "price": "9000"}},
                {"@type": "MenuItem", "name": "Dumplings"},
            ],
        },
        "telephone": "+82 51 000",
    }


def test_rdfa_in_the_same_words() -> None:
    assert data(RDFA) == [
        {
            "@type": "LocalBusiness",
            "@id": "#it",
            "name": "Bora Flowers",
            "openingHoursSpecification": {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": "Monday",
                "opens": "09:00",
            },
        }
    ]
    prefixed = '<p>Shop.</p><div typeof="schema:Store"><b property="schema:name">Ada</b></div>'
    assert data(f"<html><body>{prefixed}</body></html>") == [{"@type": "Store", "name": "Ada"}]


def test_what_is_said_twice_is_kept_once() -> None:
    script = '<script type="application/ld+json">{"@type":"Restaurant","name":"From JSON"}</script>'
    names = [
        item["name"] for item in data(SHOP.replace("<body", f"<head>{script}</head><body")) if "name" in item
    ]
    assert names == ["From JSON"]


def test_a_reference_is_followed_once() -> None:
    html = (
        '<html><body><p>Shop.</p><div itemscope itemtype="https://schema.org/Store" itemref="more more">'
        "<b itemprop=name>A</b></div>"
        '<p id="more"><span itemprop="telephone">123</span></p></body></html>'
    )
    (store,) = data(html)
    assert store["name"] == "A" and "123" in str(store["telephone"])


@pytest.mark.parametrize(
    "html",
    [
        f'<div {SCOPE}Store" itemref="me" id="me"><b itemprop="name">A</b></div>',
        f'<div {SCOPE}A"><i itemprop="x" {SCOPE}B">' * 3_000,
        "<div typeof=A vocab=https://schema.org/ property=x>" * 3_000 + "deep",
        '<p itemscope itemtype="https://schema.org/Store"><b itemprop="name">' + "a" * 2_000_000,
        '<div itemscope itemtype="https://schema.org/Store">'
        + '<b itemprop="name">x</b>' * 60_000
        + "</div>",
        '<p itemscope itemtype="https://schema.org/S"><b itemprop="name">x</b></p>' * 20_000,
        '<p itemscope itemtype="https://evil.example/S"><b itemprop="name">x</b></p>',
        '<p itemscope itemtype="https://schema.org/S"><b itemprop="@type @id">x</b></p>',
        '<div itemscope itemtype="https://schema.org/S" itemref=\'x"] * [y="\'><b itemprop=name>x</b></div>',
    ],
)
def test_a_hostile_page_is_read_within_bounds(html: str) -> None:
    began = time.process_time()
    found = data(f"<html><body><p>Something is written here.</p>{html}</body></html>")
    assert time.process_time() - began < 20
    assert len(found) <= 300 and len(str(found)) < 2_000_000
    assert all("evil" not in str(item["@type"]) for item in found)


@given(some.text(max_size=60), some.text(max_size=60), some.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_words(kind: str, name: str, value: str) -> None:
    import html

    kind, name, value = (html.escape(one, quote=True) for one in (kind, name, value))
    body = f'<p>Text.</p><div {SCOPE}{kind}"><b itemprop="{name}" content="{value}">v</b></div>'
    try:
        found = data(f"<html><body>{body}</body></html>")
    except Unreadable:  # control characters: this is not text
        return
    for item in found:
        assert isinstance(item["@type"], str | list)
