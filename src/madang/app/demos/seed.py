"""Seeds the demo characters, once, into a studio that has never had them.

A file `demos.json` in the data folder records which were made: a demo that its owner deleted stays deleted.
"""

from __future__ import annotations

import json
from pathlib import Path

from madang.app.studio import Studio
from madang.characters.types import Profile
from madang.kernel.identity import Identity
from madang.kernel.paths import atomic_write

HERE = Path(__file__).parent
DEMOS = ("dongbaek", "dori", "guide")
KNOWN_ENDINGS = {".md", ".csv", ".txt", ".html", ".pdf", ".docx"}


def guide_pages() -> list[Path]:
    """The user documentation: beside the package in a wheel, in `docs/guide` of a checkout."""
    packaged = HERE / "guide"
    checkout = HERE.parents[3] / "docs" / "guide"
    folder = checkout if checkout.is_dir() else packaged
    return sorted(path for path in folder.iterdir() if path.suffix == ".md")


def files_of(demo: str) -> list[Path]:
    if demo == "guide":
        return guide_pages()
    return sorted(path for path in (HERE / demo).iterdir() if path.suffix in KNOWN_ENDINGS)


async def seed(studio: Studio, owner: Identity) -> list[str]:
    """Make and publish the demos that were never made here. Returns their slugs.

    Their sources are read by durable jobs: pages open at once, knowledge answers within seconds.
    """
    async with studio.processes.turn("demos"):  # processes that start together make them once
        return await _seed(studio, owner)


async def _seed(studio: Studio, owner: Identity) -> list[str]:
    record = studio.settings.data / "demos.json"
    made: dict[str, str] = json.loads(record.read_text("utf-8")) if record.exists() else {}
    new = []
    for demo in DEMOS:
        if demo in made:
            continue
        profile = Profile.model_validate_json((HERE / demo / "character.json").read_text("utf-8"))
        character = await studio.characters.create(owner, profile)
        try:
            for path in files_of(demo):
                await studio.knowledge.add_file(character.id, path.name, path.read_bytes())
            await studio.characters.publish(owner, character.slug)
        except BaseException:
            # half a demo must not stand beside the whole one that the next start makes
            await studio.characters.delete(owner, character.slug)
            raise
        made[demo] = character.slug
        new.append(character.slug)
        atomic_write(record, json.dumps(made, indent=1).encode())
    return new
