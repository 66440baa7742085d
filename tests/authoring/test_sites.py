"""A whole web site as knowledge: added, watched, read again, stopped and removed, by its maker alone."""

from __future__ import annotations

import pytest

from madang.authoring.access import Authoring
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded, Unreadable
from madang.kernel.identity import Identity
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, OWNER, VISITOR, Browse
from tests.authoring.fakes import FakeFetcher, FakeKnowledge

HTMX = {"hx-request": "true"}
HOME = "<title>Quiet Inn</title><h1>Rooms</h1>"


async def test_a_site_is_added_and_its_pages_are_shown(authoring: Authoring, browse: Browse) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    client, here = browse(MAKER), f"/edit/{made.slug}"
    form = {"url": "inn.example/", "what": "site", "pages": "50", "depth": "2", "every": "24"}
    part = await client.post(f"{here}/sources/url", data=form, headers=HTMX)
    assert part.status_code == 200 and "1 of 3 pages" in part.text and "hx-trigger" in part.text
    (site,) = await authoring.sites.all(MAKER, made.slug)
    assert (site.url, site.pages, site.depth, site.every_hours) == ("https://inn.example/", 50, 2, 24)
    assert part.text.count("https://inn.example/</a>") == 1, "its pages do not crowd the list"
    whole = await client.get(f"{here}/sites/{site.id}")
    assert "Could not be read: “&lt;b&gt;” holds no text." in whole.text
    assert "Left out: The page asks not to be kept." in whole.text
    assert "Unchanged" in whole.text
    korean = await client.get(f"{here}/sites/{site.id}", headers={"accept-language": "ko"})
    assert "읽지 못함" in korean.text and "바뀌지 않음" in korean.text
    stopped = await client.post(f"{here}/sites/{site.id}/stop", headers=HTMX)
    assert "2 pages not looked at" in stopped.text and "Go on reading" in stopped.text
    again = await client.post(f"{here}/sites/{site.id}/crawl")
    assert again.status_code == 303 and again.headers["location"].endswith(site.id)
    assert (await client.post(f"{here}/sites/{site.id}/remove")).status_code == 303
    gone = await client.get(f"{here}/sites/{site.id}", headers=HTMX)
    assert gone.headers["hx-redirect"] == f"{here}#knowledge"
    assert (await client.get(f"{here}/sites/{site.id}")).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"url": "", "what": "site"},
        {"url": "no address", "what": "site"},
        {"url": "no address", "what": "site", "pages": "9" * 400, "depth": "-1", "every": "x"},
    ],
)
async def test_nonsense_is_said_beside_the_form(
    authoring: Authoring, browse: Browse, form: dict[str, str]
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    part = await browse(MAKER).post(f"/edit/{made.slug}/sources/url", data=form, headers=HTMX)
    assert part.status_code == 400 and 'role="alert"' in part.text
    assert await authoring.sites.all(MAKER, made.slug) == []


async def test_a_site_over_rest(authoring: Authoring, browse: Browse) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    client, address = (
        browse(Identity("creator", MAKER.id, frozenset({"manage"}))),
        f"/api/characters/{made.slug}",
    )
    begun = await client.post(f"{address}/sites", json={"url": "https://inn.example/", "pages": 5})
    assert begun.status_code == 202 and begun.json()["pages"] == 5
    one = f"{address}/sites/{begun.json()['id']}"
    assert (await client.get(one)).json()["state"] == "crawling"
    assert [page["state"] for page in (await client.get(f"{one}/pages?limit=2")).json()] == [
        "failed",
        "skipped",
    ]
    assert (await client.post(f"{one}/stop")).json()["state"] == "stopped"
    assert (await client.post(f"{one}/crawl")).status_code == 202
    assert (await client.delete(one)).status_code == 204 and (await client.get(one)).status_code == 404
    for wrong in ({"url": ""}, {"url": "a", "pages": 0}, {"url": "a", "every_hours": 10**9}, {}):
        assert (await client.post(f"{address}/sites", json=wrong)).status_code == 422


@pytest.mark.parametrize(
    ("who", "error"),
    [(VISITOR, SignInNeeded), (CHAT_KEY, Forbidden), (OTHER, NotFound), (OWNER, Forbidden)],
)
async def test_a_site_is_reached_by_its_maker_alone(
    authoring: Authoring, who: Identity, error: type[Exception]
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    other = await authoring.from_text(MAKER, "A guide called Bee")
    site = await authoring.sites.add(MAKER, made.slug, "https://inn.example/")
    sites = authoring.sites
    for call in (
        sites.all(who, made.slug),
        sites.add(who, made.slug, "https://b.example/"),
        sites.get(who, made.slug, site.id),
        sites.pages(who, made.slug, site.id),
        sites.crawl(who, made.slug, site.id),
        sites.stop(who, made.slug, site.id),
        sites.remove(who, made.slug, site.id),
        authoring.pairs(who, made.slug),
        authoring.put_pairs(who, made.slug, [("a?", "b")]),
    ):
        with pytest.raises(error):
            await call
    with pytest.raises(NotFound):
        await sites.remove(MAKER, other.slug, site.id)
    assert await sites.all(MAKER, made.slug) == [site]


async def test_a_character_from_a_whole_site(
    authoring: Authoring, browse: Browse, fetcher: FakeFetcher, knowledge: FakeKnowledge
) -> None:
    fetcher.pages = {"https://inn.example/": HOME, "https://closed.example/": HOME}
    client = browse(MAKER)
    made = await client.post("/make/url", data={"url": "inn.example/", "what": "site", "pages": "20"})
    assert made.headers["location"] == "/edit/quiet-inn"
    (site,) = await authoring.sites.all(MAKER, "quiet-inn")
    assert site.pages == 20
    refused = await client.post("/make/url", data={"url": "closed.example/", "what": "site"})
    assert refused.status_code == 422 and "robots.txt asks" in refused.text
    assert 'value="closed.example/"' in refused.text and 'value="site" checked' in refused.text
    with pytest.raises(Unreadable):
        await authoring.from_site(MAKER, "https://closed.example/")
    assert len(await authoring.mine(MAKER)) == 1 and len(knowledge.crawled) == 1, "no draft is left behind"


async def test_typed_pairs_are_one_list(authoring: Authoring, browse: Browse) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    client, where = browse(MAKER), f"/edit/{made.slug}/sources/pairs"
    rows = {"question": ["Open  on Monday?", "", "주차돼요?"], "answer": ["No.", "", "네, 뒤에요."]}
    part = await client.post(where, data=rows, headers=HTMX)
    assert part.status_code == 200 and "주차돼요?" in part.text
    assert await authoring.pairs(MAKER, made.slug) == [
        ("Open on Monday?", "No."),
        ("주차돼요?", "네, 뒤에요."),
    ]
    half = {"question": ["Is it far?"], "answer": [""]}
    refused = await client.post(where, data=half, headers=HTMX)
    assert refused.status_code == 400 and "Is it far?" in refused.text and "has no answer yet" in refused.text
    long = {"question": ["a" * 201], "answer": ["b"]}
    assert (await client.post(where, data=long, headers=HTMX)).status_code == 413
    assert len(await authoring.pairs(MAKER, made.slug)) == 2
    await client.post(where, data={"question": [""], "answer": [""]})
    assert await authoring.pairs(MAKER, made.slug) == []


async def test_several_files_in_one_plain_form(authoring: Authoring, browse: Browse) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    files = [("file", ("a.txt", b"# A\nOne.")), ("file", ("../b.txt", b"# B\nTwo."))]
    answer = await browse(MAKER).post(f"/edit/{made.slug}/sources/file", files=files)
    assert answer.status_code == 303
    assert [one.origin for one in await authoring.sources(MAKER, made.slug)] == ["a.txt", "b.txt"]
    page = await browse(MAKER).get(f"/edit/{made.slug}")
    for ending in (".xlsx", ".pptx", ".eml", ".mbox", "multiple"):
        assert ending in page.text
