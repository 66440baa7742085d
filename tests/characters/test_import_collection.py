"""A maker brings in a whole collection of cards: nothing is lost, and each file that fails is named."""

from __future__ import annotations

import asyncio
import io
import json
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from sqlalchemy import func, select
from tests.characters.conftest import MemoryBlobs

from madang.characters.access import Characters
from madang.characters.batch import bringing, reading
from madang.characters.batch.keeping import Slugs
from madang.characters.batch.reading import File, Read, Readers
from madang.characters.cards import png as png_card
from madang.characters.importing import Brought
from madang.characters.store import CardRow, CharacterRow
from madang.characters.types import Refused
from madang.characters.versions.store import VersionRow
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded, StorageFull
from madang.kernel.identity import Identity
from madang.storage.database import Database

SECRET = b"where the photo was taken"


def document(name: str, **fields: object) -> dict[str, object]:
    data = {"name": name, "description": "A {{char}}.", "first_mes": "Hello.", "tags": ["t"], **fields}
    return {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}


def card(name: str, **fields: object) -> bytes:
    return json.dumps(document(name, **fields)).encode()


def picture_card(name: str) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (64, 96), (10, 120, 60)).save(out, "PNG", exif=exif)
    return png_card.write(out.getvalue(), {"chara": document(name)}, [])


async def test_a_collection_comes_in_published_and_found(
    characters: Characters, creator: Identity, visitor: Identity
) -> None:
    files = [("one.json", card("One")), ("two.png", picture_card("Two"))]
    summary = await characters.import_cards(creator, files, publish=True)
    assert (summary.files, summary.made, summary.published, summary.refused) == (2, 2, 2, [])
    two = await characters.get(visitor, "two")
    assert (two.version, two.profile.persona, two.owner_id) == (1, "A {{char}}.", creator.id)
    assert [one.name for one in await characters.listed()] == ["One", "Two"]
    assert [one.number for one in await characters.versions(creator, "one")] == [1]
    exported = json.loads((await characters.export_card(creator, "one", "json"))[0])
    assert exported["data"]["description"] == "A {{char}}."


async def test_without_publish_they_are_drafts(
    characters: Characters, creator: Identity, visitor: Identity
) -> None:
    summary = await characters.import_cards(creator, [("one.json", card("One"))])
    assert (summary.made, summary.published) == (1, 0)
    assert (await characters.get(creator, "one")).published is None
    with pytest.raises(NotFound):
        await characters.get(visitor, "one")


async def test_every_file_that_fails_is_named_and_the_rest_goes_on(
    characters: Characters, creator: Identity
) -> None:
    files = [
        ("good.json", card("Good")),
        ("empty.json", b""),
        ("broken.png", picture_card("Broken")[:200]),
        ("picture.png", png_card.SIGNATURE),
        ("not a card.json", b'{"hello": 1}'),
        ("deep.json", b'{"spec":"chara_card_v2","data":{"name":' + b"[" * 100_000),
        ("zip.charx", b"PK\x03\x04" + b"\0" * 64),
        ("evil\x1b[31m\u202e.json", b"["),
        ("last.json", card("Last")),
        ("nothing to meet.json", card("Mute", description="", first_mes="")),
    ]
    summary = await characters.import_cards(creator, files, publish=True)
    assert summary.files == len(files) == summary.made + summary.skipped + len(summary.refused)
    assert [one.file for one in summary.refused[:-1]] == [name for name, _ in files[1:7]]
    assert "\x1b" not in summary.refused[-1].file and "\u202e" not in summary.refused[-1].file
    for one in summary.refused:
        assert str(one).endswith(".") and "{" not in str(one), one
    assert (summary.made, summary.published) == (3, 2)
    assert [one.file for one in summary.drafts] == ["nothing to meet.json"]
    assert {one.slug for one in await characters.gallery()} == {"good", "last"}


async def test_a_file_is_imported_once_by_each_maker(
    characters: Characters, creator: Identity, stranger: Identity
) -> None:
    alone, _ = await characters.import_card(creator, card("Alone"))
    files = [("a.json", card("A")), ("same as a.json", card("A")), ("alone.json", card("Alone"))]
    first = await characters.import_cards(creator, files)
    assert (first.made, first.skipped) == (1, 2)
    files.append(("b.json", card("B")))
    again = await characters.import_cards(creator, files)
    assert (again.files, again.made, again.skipped) == (4, 1, 3)
    other = await characters.import_cards(stranger, files)
    assert (other.made, other.skipped) == (3, 1)
    await characters.delete(creator, alone.slug)
    assert (await characters.import_cards(creator, files)).made == 1, "what was deleted may come again"


async def test_the_same_name_many_times(characters: Characters, creator: Identity) -> None:
    await characters.import_card(creator, card("Sumi"))
    await characters.import_card(creator, card("Sumi 3"))
    files = [(f"{number}.json", card("Sumi", creator=str(number))) for number in range(4)]
    assert (await characters.import_cards(creator, files)).made == 4
    slugs = {one.slug for one in await characters.mine(creator)}
    assert slugs == {"sumi", "sumi-2", "sumi-3", "sumi-4", "sumi-5", "sumi-6"}


def test_twenty_thousand_of_one_name_take_no_time() -> None:
    slugs = Slugs({"sumi"})
    assert len({slugs.take("Sumi") for _ in range(20_000)}) == 20_000


async def test_a_face_is_drawn_anew_before_anybody_is_given_it(
    characters: Characters, database: Database, blobs: MemoryBlobs, creator: Identity, visitor: Identity
) -> None:
    files = [
        (f"{name}.png", picture_card(name)) for name in ("Seen", "Taken", "Copied", "Replaced", "Waiting")
    ]
    await characters.import_cards(creator, files, publish=True)
    raw = (await characters.get(visitor, "seen")).avatar
    assert raw is not None and SECRET in blobs.kept[raw], "kept as it came"
    face = await characters.avatar(visitor, "seen")
    assert face.media_type == "image/webp" and SECRET not in face.data
    clean = (await characters.get(visitor, "seen")).avatar
    assert clean != raw
    assert [one.avatar for one in await characters.versions(creator, "seen")] == [clean]
    assert (await characters.avatar(visitor, "seen")).data == face.data

    exported, _ = await characters.export_card(visitor, "taken", "charx")
    assert exported and (await characters.get(creator, "taken")).avatar == clean

    remix = await characters.remix(Identity("creator", "usr_other"), "copied")
    copy = await characters.duplicate(creator, "copied")
    for who, made in ((Identity("creator", "usr_other"), remix), (creator, copy)):
        assert SECRET not in (await characters.avatar(who, made.slug)).data

    await characters.set_avatar(creator, "replaced", None)
    await characters.restore(creator, "replaced", 1)
    assert SECRET not in (await characters.avatar(creator, "replaced")).data
    await characters.publish(creator, "replaced")
    assert SECRET not in (await characters.avatar(visitor, "replaced")).data

    progress = [one async for one in characters.draw_faces(creator)]
    assert progress[-1][0] == progress[-1][1] > 0
    async with database.read() as session:
        rows = (await session.scalars(select(CharacterRow))).all()
        assert not any(row.avatar_raw for row in rows if row.owner_id == creator.id)
        for row in rows:
            carried = await session.get(CardRow, row.id)
            if carried is not None and row.slug != "replaced":
                assert carried.carrier_avatar == row.avatar, "the card knows its face"
    assert [one async for one in characters.draw_faces(creator)] == []


async def test_many_ask_for_a_face_at_once(
    characters: Characters, creator: Identity, visitor: Identity
) -> None:
    await characters.import_cards(creator, [("a.png", picture_card("A"))], publish=True)
    faces = await asyncio.gather(*(characters.avatar(visitor, "a") for _ in range(8)))
    assert len({face.data for face in faces}) == 1


async def test_a_picture_that_only_seems_to_be_one_is_the_mask(
    characters: Characters, creator: Identity, visitor: Identity
) -> None:
    header = (64).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunks = [png_card._chunk(b"IHDR", header), png_card._chunk(b"IDAT", b"no pixels"),
              png_card._chunk(b"IEND", b"")]  # fmt: skip
    broken = png_card.write(png_card.SIGNATURE + b"".join(chunks), {"chara": document("Broken")}, [])
    summary = await characters.import_cards(creator, [("broken.png", broken)], publish=True)
    assert summary.made == 1
    with pytest.raises(NotFound):
        await characters.avatar(visitor, "broken")
    assert (await characters.get(visitor, "broken")).avatar is None


async def test_who_may(characters: Characters, creator: Identity, visitor: Identity) -> None:
    async def unread() -> AsyncIterator[tuple[str, bytes]]:
        raise AssertionError("nothing is read for those who may not")
        yield

    with pytest.raises(SignInNeeded):
        await characters.import_cards(visitor, unread())
    with pytest.raises(Forbidden):
        await characters.import_cards(Identity("creator", creator.id, frozenset({"chat"})), unread())
    with pytest.raises(SignInNeeded):
        characters.draw_faces(visitor)


@pytest.mark.parametrize("processes", [pytest.param(True, marks=pytest.mark.slow), False])
async def test_hundreds_are_read_ahead_and_all_are_there(
    processes: bool,
    characters: Characters,
    database: Database,
    creator: Identity,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bringing, "FILES", 20)
    started: list[int] = []
    start = Readers.start

    async def counted(readers: Readers) -> None:
        if processes:
            await start(readers)
        started.append(readers.count if readers._pool is not None else 0)

    monkeypatch.setattr(Readers, "start", counted)

    async def files() -> AsyncIterator[tuple[str, bytes]]:
        for number in range(90):
            yield f"{number}.json", b"{" if number % 9 == 0 else card(f"N {number % 5}", creator=str(number))

    summary = await characters.import_cards(creator, files(), publish=True)
    assert len(started) == 1 and (started[0] > 0) == processes
    assert (summary.files, summary.made, len(summary.refused)) == (90, 80, 10)
    assert [one.file for one in summary.refused] == [f"{number}.json" for number in range(0, 90, 9)]
    async with database.read() as session:
        for table in (CharacterRow, CardRow, VersionRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 80
        creators = set(await session.scalars(select(CharacterRow.draft["creator"].as_string())))
    assert creators == {str(number) for number in range(90) if number % 9}
    moments = [one.changed_at for one in await characters.listed()]
    assert len(set(moments)) == 80 and moments == sorted(moments)


async def test_two_batches_and_an_editor_at_once(
    characters: Characters, database: Database, blobs: MemoryBlobs, creator: Identity, stranger: Identity
) -> None:
    other = Characters(database, blobs)
    files = [(f"{number}.json", card("Same", creator=str(number))) for number in range(30)]
    results = await asyncio.gather(
        characters.import_cards(creator, files[:20]),
        other.import_cards(stranger, files[10:]),
        other.import_cards(creator, files[:20]),
        characters.import_card(creator, card("Same")),
    )
    first, second, twin = results[:3]
    assert (first.made + twin.made, first.skipped + twin.skipped, second.made) == (20, 20, 20)
    slugs = [one.slug for who in (creator, stranger) for one in await characters.mine(who)]
    assert len(slugs) == len(set(slugs)) == 41


async def test_a_full_disk_ends_it_and_loses_nothing_of_before(
    characters: Characters, blobs: MemoryBlobs, creator: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Readers) -> None:
        return  # three files are read sooner than processes start

    monkeypatch.setattr(bringing, "FILES", 1)
    monkeypatch.setattr(Readers, "start", never)
    files = [("a.json", card("A")), ("b.png", picture_card("B")), ("c.json", card("C"))]
    put = blobs.put_many

    async def full(data: object, /) -> list[str]:
        raise StorageFull("There is no room left on the disk, so this was not saved.")

    monkeypatch.setattr(blobs, "put_many", full)
    with pytest.raises(StorageFull):
        await characters.import_cards(creator, files)
    assert [one.slug for one in await characters.mine(creator)] == ["a"]
    monkeypatch.setattr(blobs, "put_many", put)
    summary = await characters.import_cards(creator, files)
    assert (summary.made, summary.skipped) == (2, 1)


def dies(_file: File) -> Read:
    os._exit(9)


@pytest.mark.slow
async def test_a_process_that_is_brought_down_takes_no_card_along(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [File(f"{number}.json", str(number), card(f"N{number}")) for number in range(2)]
    async with Readers() as readers:
        await readers.start()
        assert readers._pool is not None
        assert all(isinstance(one, Brought) for one in await readers.read(files))
        for pid in list(readers._pool._processes):
            os.kill(pid, signal.SIGKILL)
        assert [type(one) for one in await readers.read(files)] == [Brought, Brought]
        monkeypatch.setattr(reading, "read", dies)
        answers = await readers._one_by_one(files)
    assert [one.sentence for one in answers if isinstance(one, Refused)] == [reading.BROUGHT_DOWN] * 2
    async with asyncio.timeout(30):
        while multiprocessing.active_children():  # this program waits for them when it ends
            await asyncio.sleep(0.05)


def test_what_nobody_foresaw_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Brought:
        raise RecursionError

    monkeypatch.setattr(reading.importing, "read", broken)
    answer = reading.read(File("a.json", "", b""))
    assert isinstance(answer, Refused) and "RecursionError" in str(answer)
