"""Words that mean the same are kept from a form; what speaks to an AI in a source is shown to its maker."""

from __future__ import annotations

from madang.authoring.access import Authoring
from tests.authoring.conftest import MAKER, OTHER, Browse


async def test_words_that_mean_the_same_are_kept_and_shown(browse: Browse, authoring: Authoring) -> None:
    slug = (await authoring.from_text(MAKER, "A cafe called Ada")).slug
    client = browse(MAKER)
    assert "Words that mean the same" in (await client.get(f"/edit/{slug}")).text
    data = {"groups": "takeout, 포장, to go\n\n<b>, x"}
    assert (await client.post(f"/edit/{slug}/synonyms", data=data)).status_code == 303
    assert await authoring.synonyms(MAKER, slug) == [["takeout", "포장", "to go"], ["<b>", "x"]]
    page = (await client.get(f"/edit/{slug}")).text
    assert "takeout, 포장, to go" in page and "&lt;b&gt;, x" in page and "<b>, x" not in page
    korean = await client.get(f"/edit/{slug}", headers={"accept-language": "ko"})
    assert "같은 뜻의 말" in korean.text
    assert (await browse(OTHER).post(f"/edit/{slug}/synonyms", data=data)).status_code in (403, 404)


async def test_a_source_that_speaks_to_an_ai_is_marked(browse: Browse, authoring: Authoring) -> None:
    slug = (await authoring.from_text(MAKER, "A cafe called Ada")).slug
    await authoring.add_text(MAKER, slug, "An odd note", "Open at nine.")
    await authoring.add_text(MAKER, slug, "A note", "Open at nine.")
    page = (await browse(MAKER).get(f"/edit/{slug}")).text
    assert page.count("Speaks to an AI in 1 places: that is never said") == 1
    assert "Ignore &lt;b&gt;" in page and "Ignore <b>" not in page
