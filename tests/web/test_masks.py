"""Every character has a face: the same id the same one, other ids others, and nothing the policy refuses."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import httpx
import pytest

from madang.web import mask


def test_the_same_id_is_the_same_mask() -> None:
    assert mask.svg("chr_1") == mask.svg("chr_1")


def test_masks_differ() -> None:
    drawn = {str(mask.svg(f"chr_{number}")) for number in range(500)}
    assert len(drawn) > 490


def test_expressions_differ_and_an_unknown_one_is_calm() -> None:
    drawn = {str(mask.svg("chr_7", expression)) for expression in mask.EXPRESSIONS}
    assert len(drawn) == len(mask.EXPRESSIONS)
    assert mask.svg("chr_7", "<script>") == mask.svg("chr_7", "calm")


@pytest.mark.parametrize("expression", mask.EXPRESSIONS)
def test_it_is_well_formed_and_has_no_style(expression: str) -> None:
    for number in range(60):
        drawn = str(mask.svg(f"chr_{number}", expression, title='A "name" <b>&'))
        ElementTree.fromstring(drawn)
        assert not re.search(r"style|script|on\w+=|href", drawn)


async def test_it_has_an_address_of_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/mask/chr_1.svg?expression=smiling")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text == str(mask.svg("chr_1", "smiling"))
    assert "default-src 'none'" in answer.headers["content-security-policy"]
