"""A creator gives a character another face: decoded under limits, drawn anew, clean of everything else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings, strategies
from PIL import Image

from madang.characters import picture
from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.errors import MadangError, NotFound, TooLarge, Unreadable
from madang.kernel.identity import Identity


def encoded(format: str, size: tuple[int, int] = (40, 60), mode: str = "RGB", **options: object) -> bytes:  # noqa: A002
    out = io.BytesIO()
    Image.new(mode, size, 90 if mode in ("L", "P") else (200, 30, 30)).save(out, format, **options)
    return out.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_an_uploaded_picture_becomes_the_face(
    characters: Characters,
    creator: Identity,
    visitor: Identity,
    profile: Profile,
    format: str,  # noqa: A002
) -> None:
    made = await characters.create(creator, profile)
    with pytest.raises(NotFound):
        await characters.avatar(creator, made.slug)
    changed = await characters.set_avatar(creator, made.slug, encoded(format))
    assert changed.avatar is not None
    face = await characters.avatar(creator, made.slug)
    assert face.media_type == "image/webp"
    with Image.open(io.BytesIO(face.data)) as image:
        assert image.size == (40, 60)
    with pytest.raises(NotFound):
        await characters.avatar(visitor, made.slug)
    await characters.publish(creator, made.slug)
    assert (await characters.avatar(visitor, made.slug)).data == face.data
    assert (await characters.set_avatar(creator, made.slug, None)).avatar is None


def test_metadata_is_gone_and_the_picture_is_upright_and_small() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "where the photo was taken"
    data = encoded("JPEG", (3000, 1000), exif=exif, comment=b"a secret comment")
    clean = picture.normalise(data)
    assert b"secret" not in clean and b"taken" not in clean and b"EXIF" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert image.size == (341, 1024)
        assert not image.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "PNG")
    assert picture.media_type(picture.normalise(out.getvalue())) == "image/webp"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%!PS-Adobe",
        encoded("TIFF"),
        encoded("BMP"),
    ],
)
async def test_what_is_not_one_of_the_four_formats_is_refused(
    characters: Characters, creator: Identity, profile: Profile, data: bytes
) -> None:
    made = await characters.create(creator, profile, avatar=encoded("PNG"))
    with pytest.raises(Unreadable):
        await characters.set_avatar(creator, made.slug, data)
    assert (await characters.get(creator, made.slug)).avatar == made.avatar


def test_too_many_pixels_and_too_many_bytes_are_refused() -> None:
    with pytest.raises(TooLarge):
        picture.normalise(encoded("PNG", (6000, 5000), "L"))
    with pytest.raises(TooLarge):
        picture.normalise(b"\x89PNG\r\n\x1a\n" + b"\0" * picture.MAX_BYTES)


@settings(max_examples=80, deadline=None)
@given(
    at=strategies.integers(0, 400),
    junk=strategies.binary(min_size=1, max_size=12),
    format=strategies.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
)
def test_broken_pictures_raise_only_our_errors(at: int, junk: bytes, format: str) -> None:  # noqa: A002
    data = encoded(format)
    at %= len(data)
    try:
        picture.normalise(data[:at] + junk + data[at + len(junk) :])
        picture.normalise(data[:at])
    except MadangError as error:
        assert str(error)


def test_a_drawn_face_is_always_the_same_for_an_id_and_differs_between_ids() -> None:
    assert picture.drawn("chr_1") == picture.drawn("chr_1")
    assert len({picture.drawn(f"chr_{number}", 64) for number in range(20)}) > 15
