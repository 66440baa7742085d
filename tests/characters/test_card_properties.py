"""For every card that can be: import, export and import again gives the same character and loses no key."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings, strategies
from PIL import Image
from tests.characters.test_import_card import as_charx, as_png, within

from madang.characters import exporting, importing
from madang.characters.cards import examples, mapping, spec
from madang.characters.cards.parts import Kind
from madang.characters.types import Line, Profile

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
words = strategies.text(max_size=30)
anything = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers(-(2**60), 2**60) | words
    | strategies.floats(allow_nan=False, allow_infinity=False),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
unknown = strategies.dictionaries(words.map(lambda text: f"x_{text}"), anything, max_size=3)


def _mostly(value: strategies.SearchStrategy[Any]) -> strategies.SearchStrategy[Any]:
    """The right kind of value five times out of six, and anything else now and then."""
    return strategies.integers(0, 5).flatmap(lambda roll: value if roll else anything)


texts = strategies.lists(words, max_size=3)
entry = strategies.builds(
    lambda known, more: {**more, **known},
    strategies.fixed_dictionaries(
        {"keys": _mostly(texts), "content": _mostly(words), "enabled": _mostly(strategies.booleans())},
        optional={
            "extensions": _mostly(unknown), "insertion_order": _mostly(strategies.integers(-9, 9)),
            "id": strategies.integers(0, 3), "selective": strategies.booleans(),
            "secondary_keys": _mostly(texts),
            "priority": _mostly(strategies.integers(0, 9)), "comment": words, "position": _mostly(words),
        },
    ),
    unknown,
)  # fmt: skip
lorebook = strategies.builds(
    lambda known, more: {**more, **known},
    strategies.fixed_dictionaries(
        {"entries": _mostly(strategies.lists(_mostly(entry), max_size=3))},
        optional={
            "extensions": _mostly(unknown),
            "name": _mostly(words),
            "scan_depth": _mostly(strategies.integers(0, 9)),
        },
    ),
    unknown,
)
v1 = strategies.fixed_dictionaries(dict.fromkeys(spec.V1_FIELDS, words))
dialogue = strategies.lists(
    strategies.sampled_from(["<START>", "{{user}}: hi", "{{char}}: yes", "<BOT>: b", "more", "", "  x "]),
    max_size=8,
).map("\n".join)
data = strategies.builds(
    lambda known, more: {**more, **known},
    strategies.fixed_dictionaries(
        {
            "name": strategies.text(min_size=1, max_size=20), "description": words, "first_mes": words,
            "mes_example": _mostly(dialogue), "personality": _mostly(words),
        },
        optional={
            "character_book": _mostly(lorebook), "extensions": _mostly(unknown), "tags": _mostly(texts),
            "alternate_greetings": _mostly(texts), "nickname": _mostly(words),
            "assets": _mostly(strategies.just([])),
            "group_only_greetings": _mostly(texts), "creator_notes": _mostly(words), "source": texts,
        },
    ),
    unknown,
)  # fmt: skip
cards = strategies.one_of(
    strategies.builds(lambda fields, more: {**more, **fields}, v1, unknown),
    *(
        strategies.builds(
            lambda fields, more, root, version=version: {
                **more, **root, "spec": f"chara_card_v{version}", "spec_version": f"{version}.0",
                "data": fields,
            },
            data, unknown, strategies.just({}) | v1,
        )
        for version in (2, 3)
    ),
)  # fmt: skip
kinds = strategies.sampled_from(["png", "json", "charx"])
LIMITS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()


PICTURE = _picture()


def _file(card: dict[str, Any], kind: str) -> bytes:
    if kind == "png":
        return as_png(card, PICTURE)
    return as_charx(card) if kind == "charx" else json.dumps(card).encode()


def _kept(brought: importing.Brought) -> exporting.Character:
    return exporting.Character(
        id="chr_x", profile=brought.profile, made=MOMENT, edited=MOMENT, avatar=brought.avatar,
        original=brought.opened.document, baseline=brought.baseline, carrier=brought.opened.carrier,
        same_face=True, files={file.path: file.data for file in brought.opened.files},
    )  # fmt: skip


@LIMITS
@given(card=cards, first=kinds, second=kinds)
def test_import_export_import_is_the_same_and_loses_no_key(
    card: dict[str, Any], first: str, second: Kind
) -> None:
    brought = importing.read(_file(card, first))
    exported, _ = exporting.write(_kept(brought), second)
    again = importing.read(exported)
    assert again.profile == brought.profile
    new = again.opened.document
    assert again.report.spec == "chara_card_v3"
    old = spec.upgrade(card)
    for side in (old, new):  # the face may be added as an asset; what was there is compared elsewhere
        side["data"].pop("assets", None)
        for key in ("spec", "spec_version"):
            side.pop(key, None)
    within(old, new)


@LIMITS
@given(card=cards, kind=kinds, persona=words, tags=texts, drop=strategies.integers(0, 3), content=words)
def test_edits_are_merged_over_the_original(
    card: dict[str, Any], kind: Kind, persona: str, tags: list[str], drop: int, content: str
) -> None:
    brought = importing.read(_file(card, "json"))
    changed = brought.profile.model_copy(deep=True, update={"persona": persona, "tags": tags})
    if changed.lorebook is not None and drop < len(changed.lorebook.entries):
        changed.lorebook.entries[drop].content = content
    changed = Profile.model_validate(changed.model_dump())  # as an edit comes in: NUL is replaced
    source = _kept(brought)
    source.profile = changed
    exported, _ = exporting.write(source, kind)
    again = importing.read(exported)
    assert again.profile.model_dump(exclude={"tagline"}) == changed.model_dump(exclude={"tagline"})
    assert again.profile.tagline == changed.tagline
    old, new = spec.upgrade(card)["data"], again.opened.document["data"]
    for key, value in old.items():
        if key.startswith("x_"):
            within(value, new[key])
    if isinstance(old["extensions"], dict):
        within(old["extensions"], new["extensions"])


lines = strategies.builds(
    Line,
    speaker=strategies.sampled_from(["visitor", "character"]),
    text=words | strategies.sampled_from(["<START>", "a\n{{user}}: b", "  pad ", ""]),
)


@LIMITS
@given(exchanges=strategies.lists(strategies.lists(lines, max_size=3), max_size=3), name=words, kind=kinds)
@example(exchanges=[[Line(speaker="visitor", text="{{char}}: x")]], name="A", kind="png")
def test_any_profile_goes_round(exchanges: list[list[Line]], name: str, kind: Kind) -> None:
    profile = Profile(name=name.strip() or "A", examples=exchanges, tagline="t", kind="guide", language="ko")
    profile.name = mapping.document.clean(profile.name)
    source = exporting.Character("chr_x", profile, MOMENT, MOMENT)
    exported, _ = exporting.write(source, kind)
    assert importing.read(exported).profile == profile


@LIMITS
@given(text=dialogue)
def test_what_the_example_writer_writes_the_parser_reads(text: str) -> None:
    parsed, whole = examples.parse(text)
    assert whole
    assert examples.parse(examples.write(parsed))[0] == parsed
