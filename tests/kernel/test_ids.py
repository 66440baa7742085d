"""Ids sort by time and never meet; slugs are safe and readable in any script."""

from __future__ import annotations

import re
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.ids import new_id, new_secret, slugify
from madang.kernel.paths import inside


def test_ids_sort_by_time_and_differ() -> None:
    ids = [new_id("chr") for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"chr_[0-9a-hjkmnp-tv-z]{26}", one) for one in ids)
    time.sleep(0.002)
    assert new_id("chr") > max(ids)


def test_secrets_are_long_and_differ() -> None:
    assert len(new_secret()) >= 43
    assert new_secret() != new_secret()


@given(st.text(max_size=200))
def test_a_slug_is_one_safe_part_of_an_address(name: str) -> None:
    slug = slugify(name)
    assert 0 < len(slug) <= 48
    assert re.fullmatch(r"[^\W_]+(?:-[^\W_]+)*|[\w-]+", slug)
    assert not set(slug) & set("/\\.%?#&:@ \x00<>\"'")
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    inside(Path("/tmp"), slug)


def test_slugs_read_well() -> None:
    assert slugify("Café  du Port!") == "café-du-port"
    assert slugify("해운대 돼지국밥") == "해운대-돼지국밥"
    assert slugify("  ") == "character"
