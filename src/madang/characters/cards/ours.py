"""`extensions.madang`: what a character has and the specification has no place for.

Read carefully, because anybody can write it; written only where a reader could not work it out from the rest
of the card, so that a card which was not touched goes back as it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

from madang.characters.cards import document, examples
from madang.characters.cards.parts import Document
from madang.characters.types import Ancestor, CardReport, Check, Language, Line, Profile, Rating

OURS: Final = "madang"
KINDS: Final = ("character", "business", "guide")
RATED: Final = frozenset({"nsfw", "r18", "r-18", "18+", "adult only", "성인"})
"""Tags by which makers elsewhere say that a character is for adults."""
MOST_ANCESTORS: Final = 64
MOST_CHECKS: Final = 500
_TEXTS: Final = ("id", "slug", "name", "creator", "licence", "studio")
_CHECK: Final = {"id", "created_at"}


def held(data: Document) -> dict[str, Any]:
    """The object under `extensions.madang`, or an empty one."""
    extensions = data.get("extensions")
    found = extensions.get(OURS) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def rating_of(tags: Sequence[str]) -> Rating:
    """The rating that a card without one speaks for by its tags."""
    return "adult" if any(tag.strip().casefold() in RATED for tag in tags) else "everyone"


def read(data: Document, values: dict[str, Any], report: CardReport) -> None:
    """Puts into the values of a profile what the card says of them here."""
    ours = held(data)
    if not ours:
        return
    for key in ("tagline", "licence", "adapter"):
        if isinstance(ours.get(key), str):
            values[key] = document.clean(ours[key])[: _limit(key)]
    for key, known in (("kind", KINDS), ("language", get_args(Language)), ("rating", get_args(Rating))):
        if ours.get(key) in known:
            values[key] = ours[key]
    if isinstance(ours.get("remixable"), bool):
        values["remixable"] = ours["remixable"]
    if isinstance(ours.get("starters"), list):
        starters = [document.clean(one) for one in ours["starters"] if isinstance(one, str)]
        values["starters"] = starters[: _limit("starters")]
    exchanges = _exchanges(ours.get("examples"))
    # another program may have edited `mes_example` since: then it is right and this is old
    if exchanges is not None and examples.write(exchanges) == data.get("mes_example"):
        values["examples"] = exchanges
    report.mapped.append(f"extensions.{OURS}")


def write(profile: Profile, old: Profile | None, data: Document, guess: dict[str, Any]) -> None:
    """Puts into the card what differs from `guess`: what `mapping` would work out without it."""
    if old is not None and profile == old:
        return
    ours = dict(held(data))
    parsed, whole = examples.parse(data["mes_example"], profile.name) if profile.examples else ([], True)
    same = old is not None and profile.examples == old.examples
    wanted: dict[str, tuple[Any, bool]] = {
        "tagline": (profile.tagline, profile.tagline != guess["tagline"]),
        "kind": (profile.kind, profile.kind != "character"),
        "language": (profile.language, profile.language != guess["language"]),
        "rating": (profile.rating, profile.rating != guess["rating"]),
        "licence": (profile.licence, bool(profile.licence)),
        "adapter": (profile.adapter, bool(profile.adapter)),
        "remixable": (profile.remixable, not profile.remixable),
        "starters": (list(profile.starters), bool(profile.starters)),
        "examples": (
            [[line.model_dump() for line in exchange] for exchange in profile.examples],
            not same and not (whole and parsed == profile.examples),
        ),
    }
    for key, (value, needed) in wanted.items():
        if needed or (key in ours and key != "examples"):
            ours[key] = value
        elif key == "examples" and not same:
            ours.pop(key, None)
    _put(data, ours)


def ancestors(data: Document) -> list[Ancestor]:
    """What the character was remixed from, nearest first; what cannot be read is left out."""
    found = held(data).get("ancestors")
    kept = []
    for one in found[:MOST_ANCESTORS] if isinstance(found, list) else []:
        if not isinstance(one, dict):
            continue
        texts = {key: document.clean(one[key])[:300] for key in _TEXTS if isinstance(one.get(key), str)}
        version = one.get("version")
        number = version if isinstance(version, int) and 0 <= version < 2**31 else 0
        if texts.get("name"):
            kept.append(Ancestor.model_validate({"id": "", "slug": "", **texts, "version": number}))
    return kept


def checks(data: Document) -> list[Check]:
    """The character's checks, without ids; what cannot be read is left out."""
    found = held(data).get("checks")
    kept = []
    for one in found[:MOST_CHECKS] if isinstance(found, list) else []:
        try:
            check = Check.model_validate(document.cleaned(one))
        except ValueError:
            continue
        if check.question.strip() and (check.holds or check.holds_not or check.cites or check.declines):
            kept.append(check.model_copy(update={"id": "", "created_at": None}))
    return kept


def carry(data: Document, line: Sequence[Ancestor], asked: Sequence[Check]) -> bool:
    """Puts ancestors and checks into the card; whether that changed it."""
    ours = dict(held(data))
    if list(line) != ancestors(data):
        _set(ours, "ancestors", [one.model_dump(mode="json", exclude_defaults=True) for one in line])
    if [_bare(one) for one in asked] != [_bare(one) for one in checks(data)] or not asked:
        _set(ours, "checks", [_bare(one) for one in asked])
    if ours == held(data):
        return False
    _put(data, ours)
    return True


def _bare(check: Check) -> dict[str, Any]:
    return check.model_dump(mode="json", exclude=_CHECK, exclude_defaults=True)


def _set(ours: dict[str, Any], key: str, values: list[Any]) -> None:
    if values:
        ours[key] = values
    else:
        ours.pop(key, None)


def _put(data: Document, ours: dict[str, Any]) -> None:
    extensions = data.get("extensions")
    others = dict(extensions) if isinstance(extensions, dict) else {}
    if ours:
        data["extensions"] = {**others, OURS: ours}
    elif OURS in others:
        del others[OURS]
        data["extensions"] = others


def _limit(field: str) -> int:
    rules = Profile.model_fields[field].metadata
    return int(next(rule.max_length for rule in rules if hasattr(rule, "max_length")))


def _exchanges(value: Any) -> list[list[Line]] | None:
    try:
        return Profile.model_validate({"name": "x", "examples": value}).examples
    except ValueError:
        return None
