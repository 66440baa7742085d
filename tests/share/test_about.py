"""The public page of a character, links to it, its picture, code and card, and the studio's document."""

from __future__ import annotations

import io
import json

import segno
from PIL import Image

from madang.characters.types import Profile
from tests.share.conftest import Share

HTML = {"accept": "text/html"}
HOSTILE = '"><script>alert(1)</script>{{7*7}}'


async def test_everybody_reads_who_it_is(share: Share) -> None:
    http = share.stage.caller("nobody").http
    page = await http.get("/c/sumi/about", headers=HTML)
    assert page.status_code == 200
    for said in (
        '<meta property="og:title" content="Sumi">',
        '<meta property="og:description" content="Repairs clocks">',
        '<meta property="og:image" content="http://127.0.0.1:8600/c/sumi/preview.png">',
        "Signed by this studio",
        'href="/c/sumi/remix"',
        'href="/c/sumi/report"',
        'href="/c/sumi/card.png"',
    ):
        assert said in page.text, said
    assert "set-cookie" not in page.headers or "madang_visitor" not in page.headers["set-cookie"]
    korean = await http.get("/c/sumi/about", headers={**HTML, "accept-language": "ko"})
    assert "이 스튜디오가 서명함" in korean.text


async def test_the_preview_is_a_picture_of_its_face(share: Share) -> None:
    http = share.stage.caller("a messenger").http
    drawn = await http.get("/c/sumi/preview.png")
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert image.size == (1200, 630)
        mask = image.convert("RGB").getpixel((420, 315))
    again = await http.get("/c/sumi/preview.png", headers={"if-none-match": drawn.headers["etag"]})
    assert again.status_code == 304
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 200, 30)).save(out, "PNG")
    await share.stage.studio.characters.set_avatar(share.owner, "sumi", out.getvalue())
    other = await http.get("/c/sumi/preview.png", headers={"if-none-match": drawn.headers["etag"]})
    assert other.status_code == 200 and other.headers["etag"] != drawn.headers["etag"]
    with Image.open(io.BytesIO(other.content)) as image:
        red, green, blue = image.convert("RGB").getpixel((600, 315))  # type: ignore[misc]
    assert green > 150 and red < 60 and blue < 80 and (red, green, blue) != mask


async def test_a_draft_has_no_page_and_a_card_may_be_kept_back(share: Share) -> None:
    studio = share.stage.studio
    draft = await studio.characters.create(share.owner, Profile(name="Hidden", greeting="x"))
    http = share.stage.caller("nobody").http
    for path in ("about", "preview.png", "qr.svg", "card.json"):
        assert (await http.get(f"/c/{draft.slug}/{path}")).status_code == 404, path
    given = await http.get("/c/sumi/card.json")
    assert given.json()["data"]["name"] == "Sumi"
    assert given.headers["content-disposition"].startswith("attachment")
    kept = share.sumi.draft.model_copy(update={"remixable": False})
    await studio.characters.edit(share.owner, "sumi", kept)
    await studio.characters.publish(share.owner, "sumi")
    assert (await http.get("/c/sumi/card.json")).status_code == 403
    assert "card.json" not in (await http.get("/c/sumi/about", headers=HTML)).text
    assert (await share.maker.http.get("/c/sumi/card.charx")).status_code == 200


async def test_hostile_words_are_only_words(share: Share) -> None:
    studio = share.stage.studio
    made = await studio.characters.create(
        share.owner,
        Profile(
            name=HOSTILE,
            tagline=HOSTILE,
            greeting="x",
            tags=[HOSTILE],
            creator=HOSTILE,
            licence=HOSTILE,
            creator_notes=f"{HOSTILE} ![x](https://evil.example/a.png)",
        ),
    )
    await studio.characters.publish(share.owner, made.slug)
    link = await studio.links.make(share.owner, made.slug, HOSTILE)
    for path in (f"/c/{made.slug}/about", f"/s/{link.token}", f"/edit/{made.slug}/share"):
        page = await share.maker.http.get(path, headers=HTML)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert 'src="https://evil' not in page.text, path
    card = await share.maker.http.get(f"/c/{made.slug}/card.json")
    assert "\n" not in card.headers["content-disposition"] and card.json()["data"]["name"] == HOSTILE


async def test_a_link_lets_in_at_the_press_of_its_button_until_it_is_revoked(share: Share) -> None:
    studio = share.stage.studio
    await studio.characters.set_visibility(share.owner, "sumi", "unlisted")
    made = await share.maker.ask("POST", "/edit/sumi/share/links", data={"label": "Friends", "expires": "7"})
    assert made.status_code == 303
    (link,) = await studio.links.of(share.owner, "sumi")
    assert (link.label, link.expires_at is not None) == ("Friends", True)
    visitor = await share.stage.visitor()
    assert (await visitor.ask("GET", "/c/sumi")).status_code == 404
    page = await visitor.http.get(f"/s/{link.token}", headers=HTML)
    assert page.status_code == 200 and "noindex" in page.headers["x-robots-tag"]
    assert (await visitor.http.get(f"/s/{link.token}/preview.png")).headers["content-type"] == "image/png"
    assert (await visitor.ask("GET", "/c/sumi")).status_code == 404, "reading the page let nobody in"
    assert (await visitor.ask("POST", f"/s/{link.token}")).status_code == 303
    assert (await visitor.ask("GET", "/c/sumi")).status_code == 200
    assert (await share.stage.caller("nobody").http.get("/c/sumi")).status_code == 404
    gone = await share.maker.ask("POST", f"/edit/sumi/share/links/{link.id}/revoke")
    assert gone.status_code == 303
    assert (await visitor.ask("GET", "/c/sumi")).status_code == 404
    for path in ("", "/preview.png", "/face", "/qr.svg"):
        assert (await visitor.http.get(f"/s/{link.token}{path}")).status_code == 404, path


async def test_the_face_behind_a_link_is_the_published_one(share: Share) -> None:
    """A restored version is in the draft; until it is published, whoever holds the link meets the other."""
    characters, http = share.stage.studio.characters, share.stage.caller("a friend").http
    link = await share.stage.studio.links.make(share.owner, "sumi")
    await characters.set_visibility(share.owner, "sumi", "unlisted")
    await characters.set_avatar(share.owner, "sumi", _picture("red"))
    await characters.publish(share.owner, "sumi", note="red")
    await characters.set_avatar(share.owner, "sumi", _picture("blue"))
    await characters.publish(share.owner, "sumi", note="blue")
    blue = (await http.get(f"/s/{link.token}/face")).content
    await characters.restore(share.owner, "sumi", 2)
    restored = await characters.avatar(share.owner, "sumi")
    assert restored.data != blue, "its maker sees the restored one"
    assert (await http.get(f"/s/{link.token}/face")).content == blue
    preview = (await http.get(f"/s/{link.token}/preview.png")).content
    await characters.publish(share.owner, "sumi", note="red again")
    assert (await http.get(f"/s/{link.token}/face")).content == restored.data
    assert (await http.get(f"/s/{link.token}/preview.png")).content != preview


def _picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    return out.getvalue()


async def test_the_code_is_the_address(share: Share) -> None:
    link = await share.stage.studio.links.make(share.owner, "sumi")
    http = share.stage.caller("a camera").http
    for path, address in (
        ("/c/sumi/qr.svg", "http://127.0.0.1:8600/c/sumi/about"),
        (f"/s/{link.token}/qr.svg", f"http://127.0.0.1:8600/s/{link.token}"),
    ):
        drawn = await http.get(path)
        assert drawn.headers["content-type"] == "image/svg+xml"
        out = io.BytesIO()
        code = segno.make(address, error="m", micro=False)
        code.save(out, kind="svg", scale=8, border=3, dark="#2b2521", light="#fffbf3")
        assert drawn.content == out.getvalue()


async def test_the_studio_says_who_it_is(share: Share) -> None:
    answer = await share.stage.caller("another studio").http.get("/.well-known/did.json")
    document = answer.json()
    assert document["id"] == "did:web:127.0.0.1%3A8600"
    assert document["verificationMethod"][0]["publicKeyMultibase"] == share.stage.studio.signing.key
    assert answer.headers["access-control-allow-origin"] == "*"
    private = (share.stage.studio.settings.data / "secrets" / "signing").read_bytes()
    assert private.hex() not in json.dumps(document)


async def test_the_share_page_saves_and_says_what_is_wrong(share: Share) -> None:
    ask = share.maker.ask
    form = {
        "origins": "Shop.example\nhttp://localhost:5500",
        "per_visitor": "9",
        "per_day": "90",
        "label": " Ask  us ",
        "accent": "#AA3311",
        "side": "left",
        "theme": "dark",
    }
    assert (await ask("POST", "/edit/sumi/share/embed", data=form)).status_code == 303
    embed = await share.embeds.settings(share.owner, "sumi")
    assert (embed.on, embed.origins) == (False, ["https://shop.example", "http://localhost:5500"])
    assert (embed.per_visitor, embed.label, embed.accent, embed.side) == (9, "Ask us", "#aa3311", "left")
    assert (await ask("POST", "/edit/sumi/share/embed/switch", data={"on": "1"})).status_code == 303
    assert (await share.embeds.settings(share.owner, "sumi")).on
    assert (await ask("POST", "/edit/sumi/share/embed", data={**form, "side": "right"})).status_code == 303
    assert (await share.embeds.settings(share.owner, "sumi")).on, "saving is not switching"
    for wrong, said in (
        ({"origins": "not an address"}, "is not the address of a website"),
        ({"per_day": "0"}, "per_day"),
        ({"accent": "red"}, "accent"),
        ({"origins": ""}, "Name the website first"),
    ):
        page = await ask("POST", "/edit/sumi/share/embed", data={**form, **wrong}, headers=HTML)
        assert page.status_code == 400 and said in page.text, wrong
    assert (
        await ask("POST", "/edit/sumi/share/visibility", data={"visibility": "private"})
    ).status_code == 303
    assert (await share.stage.studio.characters.get(share.owner, "sumi")).visibility == "private"
    bad = await ask("POST", "/edit/sumi/share/visibility", data={"visibility": "nobody"}, headers=HTML)
    assert bad.status_code == 400
    website = await ask("GET", "/edit/sumi/share/website", headers=HTML)
    assert 'src="/embed.js" data-character="sumi"' in website.text
    assert "frame-ancestors 'self'" in website.headers["content-security-policy"]
