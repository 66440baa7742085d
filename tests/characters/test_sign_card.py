"""A card exported here is signed; wherever it goes, everybody sees who signed it and whether that holds."""

from __future__ import annotations

import base64
import copy
import json
import stat
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.characters.conftest import MemoryBlobs

from madang.characters.access import Characters
from madang.characters.cards import png as cards
from madang.characters.cards import reader, spec
from madang.characters.cards.parts import Kind
from madang.characters.checks.access import Checks
from madang.characters.signing import names, seal
from madang.characters.signing.access import Signing
from madang.characters.signing.canonical import canonical
from madang.characters.signing.studios import Studios
from madang.characters.store import CharacterRow
from madang.characters.types import Ancestor, Check, Profile
from madang.kernel.errors import BadInput, Forbidden, Offline, Unreadable
from madang.kernel.fetch import Fetcher
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.database import Database

KINDS: tuple[Kind, ...] = ("png", "json", "charx")
CARD = {"spec": "chara_card_v3", "spec_version": "3.0", "data": {"name": "Sumi", "extensions": {"x": [1.0]}}}


@pytest.fixture
def here(tmp_path: Path) -> Signing:
    return Signing(Settings(data=tmp_path / "here", allowed_hosts=["*.sumi.example", "sumi.example"]))


@pytest.fixture
def there(tmp_path: Path) -> Signing:
    return Signing(Settings(data=tmp_path / "there", allowed_hosts=["other.example"]))


@pytest.fixture
def ours(database: Database, blobs: MemoryBlobs, here: Signing) -> Characters:
    return Characters(database, blobs, signing=here)


@pytest.fixture
def theirs(database: Database, blobs: MemoryBlobs, there: Signing) -> Characters:
    """A second studio. It shares the first one's tables, which is no matter: cards go by file."""
    return Characters(database, blobs, signing=there)


# RFC 8785, appendix B: the bits of a double, and how it is written
NUMBERS = {
    0x0000000000000000: "0",
    0x8000000000000000: "0",
    0x0000000000000001: "5e-324",
    0x7FEFFFFFFFFFFFFF: "1.7976931348623157e+308",
    0x4340000000000000: "9007199254740992",
    0x44B52D02C7E14AF5: "9.999999999999997e+22",
    0x44B52D02C7E14AF6: "1e+23",
    0x444B1AE4D6E2EF4E: "999999999999999700000",
    0x444B1AE4D6E2EF50: "1e+21",
    0x3EB0C6F7A0B5ED8C: "9.999999999999997e-7",
    0x3EB0C6F7A0B5ED8D: "0.000001",
    0x41B3DE4355555553: "333333333.3333332",
    0xBECBF647612F3696: "-0.0000033333333333333333",
    0x43143FF3C1CB0959: "1424953923781206.2",
}


@pytest.mark.parametrize("bits", NUMBERS)
def test_numbers_are_written_as_the_rfc_says(bits: int) -> None:
    assert canonical(struct.unpack(">d", bits.to_bytes(8, "big"))[0]).decode() == NUMBERS[bits]


def test_keys_are_in_the_order_of_utf_16() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical(dict.fromkeys(keys, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_what_is_canonical_reads_back_and_stays_canonical(value: Any) -> None:
    written = canonical(value)
    assert canonical(json.loads(written)) == written


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert Signing(settings).key == Signing(settings).key
    file = tmp_path / "secrets" / "signing"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names.multibase(file.read_bytes()) != Signing(settings).key, "the private key is in no card"


def test_the_document_names_the_key(here: Signing) -> None:
    document = here.document("sumi.example:8600")
    assert document["id"] == "did:web:sumi.example%3A8600"
    method = document["verificationMethod"][0]
    assert method["publicKeyMultibase"] == here.key and method["id"] in document["assertionMethod"]
    assert here.key.startswith("z6Mk")
    assert names.address_of(document["id"]) == "https://sumi.example:8600/.well-known/did.json"
    assert names.address_of("did:web:sumi.example:of:haru") == "https://sumi.example/of/haru/did.json"


@pytest.mark.parametrize(
    "studio",
    [
        "did:key:z6Mk",
        "did:web:",
        "did:web:a b",
        "did:web:a/../b",
        "did:web:u%40h",
        "did:web:h%2Fx",
        "did:web:h:..%2F",
        "did:web:h?x",
        "did:web:[::1]",
    ],
)
def test_what_is_no_studio_has_no_address(studio: str) -> None:
    assert names.address_of(studio) is None


def test_a_signature_holds_until_anything_is_changed(here: Signing, there: Signing) -> None:
    beside = seal.Beside({"a.png": "1" * 64}, "2" * 64)
    signed = here.sign(CARD, beside)
    assert here.verify(signed, beside).state == "own"
    found = there.verify(signed, beside)
    assert (found.state, found.studio, found.key) == ("unknown", "did:web:sumi.example", here.key)
    assert found.signed_at is not None and found.signed_at.tzinfo is not None
    assert here.verify(CARD).state == "none"
    # the same value, written by another program: other spaces, other order, 1 instead of 1.0
    again = json.loads(json.dumps(signed, sort_keys=True, indent=3).replace("1.0", "1"))
    again["spec_version"] = "3.0"
    assert here.verify(again, beside).state == "own"
    for change in (
        lambda card: card["data"].update(name="Other"),
        lambda card: card.update(more=1),
        lambda card: card["data"]["extensions"]["madang"].update(licence="MIT"),
        lambda card: seal.block(card).update(studio="did:web:other.example"),
        lambda card: seal.block(card).update(signed_at="2020-01-01T00:00:00Z"),
        lambda card: seal.block(card).update(key=there.key),
        lambda card: seal.block(card).update(files={}),
        lambda card: seal.block(card).update(value="A" * 86),
        lambda card: seal.block(card).pop("value"),
        lambda card: seal.block(card).update(more="words"),
    ):
        changed = copy.deepcopy(signed)
        change(changed)
        assert here.verify(changed, beside).state == "broken"
    for other in (seal.NOTHING, seal.Beside({"a.png": "1" * 64, "b": "3" * 64}, "2" * 64)):
        assert here.verify(signed, other).state == "broken"


@pytest.mark.parametrize(
    "said", [[], "x", {}, {"key": 1, "studio": [], "value": {}}, {"key": "z" + "1" * 45, "value": "é"}]
)
def test_a_signature_that_is_none_is_no_error(here: Signing, said: Any) -> None:
    card = copy.deepcopy(CARD)
    card["data"]["extensions"]["madang"] = {"signature": said}  # type: ignore[index]
    assert here.verify(card).state == ("broken" if isinstance(said, dict) else "none")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_keeps_the_first_studios_signature(
    ours: Characters, theirs: Characters, here: Signing, creator: Identity, png: bytes, kind: Kind
) -> None:
    made = await ours.create(creator, Profile(name="Sumi", greeting="Hello."), avatar=png)
    data, report = await ours.export_card(creator, made.slug, kind)
    assert report.signature is not None and report.signature.state == "own"
    again, found = await theirs.import_card(creator, data)
    assert found.signature is not None
    assert (found.signature.state, found.signature.key) == ("unknown", here.key)
    once_more, report = await theirs.export_card(creator, again.slug, kind)
    assert report.signature is not None and report.signature.key == here.key
    opened = reader.read(once_more)
    assert opened.document == reader.read(data).document
    _, home = await ours.import_card(creator, once_more)
    assert home.signature is not None and home.signature.state == "own"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_changed_card_is_signed_by_who_changed_it(
    ours: Characters, theirs: Characters, there: Signing, creator: Identity, png: bytes, kind: Kind
) -> None:
    made = await ours.create(creator, Profile(name="Sumi", greeting="Hello."), avatar=png)
    data, _ = await ours.export_card(creator, made.slug, kind)
    again, _ = await theirs.import_card(creator, data)
    await theirs.edit(creator, again.slug, again.draft.model_copy(update={"greeting": "Bye."}))
    changed, report = await theirs.export_card(creator, again.slug, kind)
    assert report.signature is not None
    assert (report.signature.state, report.signature.key) == ("own", there.key)
    _, found = await ours.import_card(creator, changed)
    assert found.signature is not None
    assert (found.signature.state, found.signature.key) == ("unknown", there.key)


async def test_another_picture_around_the_same_card_is_told(
    ours: Characters, creator: Identity, png: bytes
) -> None:
    made = await ours.create(creator, Profile(name="Sumi", greeting="Hello."), avatar=png)
    data, _ = await ours.export_card(creator, made.slug, "png")
    other = await ours.create(creator, Profile(name="Other", greeting="Hello."))
    theirs, _ = await ours.export_card(creator, other.slug, "png")
    card, carrier = reader.read(data).document, reader.read(theirs).carrier
    assert carrier is not None
    _, report = await ours.import_card(creator, cards.write(carrier, {"ccv3": card}, []))
    assert report.signature is not None and report.signature.state == "broken"


async def test_the_older_card_in_a_picture_is_signed_too(
    ours: Characters, theirs: Characters, here: Signing, creator: Identity, png: bytes
) -> None:
    made = await ours.create(creator, Profile(name="Sumi", greeting="Hello.", nickname="Su"), avatar=png)
    data, _ = await ours.export_card(creator, made.slug, "png")
    opened = reader.read(data)
    assert opened.carrier is not None
    old = cards.write(opened.carrier, {"chara": spec.backfill(opened.document)}, [])
    _, report = await theirs.import_card(creator, old)
    assert report.spec == "chara_card_v2"
    assert report.signature is not None
    assert (report.signature.state, report.signature.key) == ("unknown", here.key)


@pytest.mark.parametrize("kind", KINDS)
async def test_ancestors_rating_licence_and_checks_travel(
    database: Database,
    ours: Characters,
    theirs: Characters,
    here: Signing,
    creator: Identity,
    visitor: Identity,
    kind: Kind,
) -> None:
    profile = Profile(
        name="Sumi", greeting="Hello.", rating="teen", licence="CC-BY-4.0", remixable=False, tags=["nsfw"]
    )
    made = await ours.create(creator, profile)
    check = Check(question="When?", holds=["nine"], origin="inbox")
    await Checks(database, ours).put(creator, made.slug, check)
    first = Ancestor(id="chr_1", slug="first", name="First", creator="Ann", version=3, licence="CC0-1.0")
    async with database.write() as session:
        row = await session.get(CharacterRow, made.id)
        assert row is not None
        row.ancestors = [first.model_dump(mode="json")]
    data, _ = await ours.export_card(creator, made.slug, kind)
    again, _ = await theirs.import_card(creator, data)
    assert again.draft == profile
    assert again.ancestors == [first.model_copy(update={"studio": here.studio})]
    (brought,) = await Checks(database, theirs).of(creator, again.slug)
    assert (brought.question, brought.holds, brought.origin) == ("When?", ["nine"], "inbox")
    assert brought.created_at is not None
    # what is added or taken away is another card
    await Checks(database, theirs).remove(creator, again.slug, brought.id)
    changed, report = await theirs.export_card(creator, again.slug, kind)
    assert report.signature is not None and report.signature.state == "own"
    assert b"When?" not in json.dumps(reader.read(changed).document).encode()


@pytest.mark.parametrize(
    "said",
    [
        {"ancestors": 1, "checks": "x", "rating": "none", "licence": 3, "remixable": "yes"},
        {"ancestors": [1, {"name": 2}, {"id": "x"}], "checks": [None, {"question": ""}, {"question": "Q"}]},
        {"ancestors": [{"name": "n" * 999, "version": -1}], "checks": [{"question": "q", "holds": [1]}]},
    ],
)
async def test_nonsense_under_our_name_is_left_out(
    database: Database, ours: Characters, creator: Identity, said: dict[str, Any]
) -> None:
    card = {
        "spec": "chara_card_v3",
        "spec_version": "3.0",
        "data": {"name": "S", "extensions": {"madang": said}},
    }
    made, _ = await ours.import_card(creator, json.dumps(card).encode())
    assert made.draft.rating == "everyone" and made.draft.remixable and not made.draft.licence
    assert all(len(one.name) <= 300 and one.version == 0 for one in made.ancestors)
    assert await Checks(database, ours).of(creator, made.slug) == []


async def test_a_card_tagged_for_adults_is_rated(ours: Characters, creator: Identity) -> None:
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "S", "tags": ["cute", "NSFW"]}}
    made, _ = await ours.import_card(creator, json.dumps(card).encode())
    assert made.draft.rating == "adult"


# ---- asking the other studio ----


class Answers(httpx.AsyncBaseTransport):
    def __init__(self, body: Any) -> None:
        self.body = body
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.url.scheme}://{request.headers['host']}{request.url.path}")
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(self.body).encode()))


async def _public(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


async def brought_in(ours: Characters, theirs: Characters, creator: Identity) -> str:
    made = await ours.create(creator, Profile(name="Sumi", greeting="Hello."))
    data, _ = await ours.export_card(creator, made.slug, "json")
    again, _ = await theirs.import_card(creator, data)
    await theirs.publish(creator, again.slug)
    return again.slug


async def test_asking_makes_an_unknown_studio_known(
    database: Database,
    ours: Characters,
    theirs: Characters,
    here: Signing,
    there: Signing,
    creator: Identity,
    visitor: Identity,
    stranger: Identity,
) -> None:
    slug = await brought_in(ours, theirs, creator)
    answers = Answers(here.document("sumi.example"))
    studios = Studios(database, theirs, there, Fetcher(_public, transport=answers))
    assert (await studios.of(visitor, slug)).state == "unknown"
    assert answers.asked == [], "nothing is fetched by itself"
    for other in (visitor, stranger):
        with pytest.raises(Forbidden):
            await studios.ask(other, slug)
    assert (await studios.ask(creator, slug)).state == "known"
    assert answers.asked == ["https://sumi.example/.well-known/did.json"]
    assert (await studios.of(visitor, slug)).state == "known"
    data, _ = await theirs.export_card(creator, slug, "json")
    _, report = await theirs.import_card(creator, data)
    assert report.signature is not None and report.signature.state == "known"


async def test_another_key_in_its_document_breaks_it(
    database: Database, ours: Characters, theirs: Characters, there: Signing, creator: Identity
) -> None:
    slug = await brought_in(ours, theirs, creator)
    liar = {**there.document("sumi.example")}
    studios = Studios(database, theirs, there, Fetcher(_public, transport=Answers(liar)))
    assert (await studios.ask(creator, slug)).state == "broken"


@pytest.mark.parametrize("body", [[], {}, {"id": "did:web:other.example"}, "text"])
async def test_a_document_that_is_none_changes_nothing(
    database: Database, ours: Characters, theirs: Characters, there: Signing, creator: Identity, body: Any
) -> None:
    slug = await brought_in(ours, theirs, creator)
    studios = Studios(database, theirs, there, Fetcher(_public, transport=Answers(body)))
    with pytest.raises(Unreadable):
        await studios.ask(creator, slug)
    assert (await studios.of(creator, slug)).state == "unknown"


async def test_a_card_cannot_send_the_studio_to_its_own_network(
    database: Database, theirs: Characters, there: Signing, creator: Identity, tmp_path: Path
) -> None:
    async def home(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    answers = Answers({})
    for studio, refused in (("did:web:localhost%3A8600", Forbidden), ("did:web:rebound.example", Forbidden)):
        liar = Signing(Settings(data=tmp_path / "liar"))
        liar.studio = studio
        made, _ = await theirs.import_card(creator, json.dumps(liar.sign(CARD)).encode())
        with pytest.raises(refused):
            await Studios(database, theirs, there, Fetcher(home, transport=answers)).ask(creator, made.slug)
    assert answers.asked == []


async def test_a_studio_without_an_address_is_said_to_have_none(
    database: Database, theirs: Characters, there: Signing, creator: Identity, tmp_path: Path
) -> None:
    odd = Signing(Settings(data=tmp_path / "odd"), now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    odd.studio = "did:web:no/where"
    made, report = await theirs.import_card(creator, json.dumps(odd.sign(CARD)).encode())
    assert report.signature is not None and report.signature.signed_at == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput):
        await Studios(database, theirs, there, Fetcher(_public, transport=Answers({}))).ask(
            creator, made.slug
        )


async def test_offline_says_so(
    database: Database, ours: Characters, theirs: Characters, there: Signing, creator: Identity
) -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError("no network")

    slug = await brought_in(ours, theirs, creator)
    with pytest.raises(Offline):
        await Studios(database, theirs, there, Fetcher(nowhere)).ask(creator, slug)


def test_what_is_signed_is_what_the_readme_says(here: Signing) -> None:
    """Another program can verify it with the standard library and any Ed25519."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signed = here.sign(CARD)
    bare = copy.deepcopy(signed)
    value = bare["data"]["extensions"]["madang"]["signature"].pop("value")
    public = names.public_key(bare["data"]["extensions"]["madang"]["signature"]["key"])
    assert public is not None
    import hashlib

    digest = hashlib.sha256(canonical(bare)).digest()
    Ed25519PublicKey.from_public_bytes(public).verify(
        base64.urlsafe_b64decode(value + "=="), b"madang card signature 1\n" + digest
    )
