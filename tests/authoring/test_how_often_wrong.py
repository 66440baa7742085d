"""How often a character may be wrong: chosen on its page and over REST, with what it costs."""

from __future__ import annotations

from typing import get_args

import pytest

from madang.authoring.access import Authoring
from madang.kernel.errors import BadInput, MadangError
from madang.kernel.identity import Identity
from madang.knowledge.answerable import MANY, USUAL, Model, declined_for, model_for, threshold_for
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, OWNER, VISITOR, Browse


@pytest.fixture
async def slug(authoring: Authoring) -> str:
    return (await authoring.from_text(MAKER, "A guide called Ada")).slug


def test_the_fewer_may_be_wrong_the_surer_it_must_be_and_the_more_is_declined() -> None:
    shares = (0.02, 0.05, 0.07, 0.1, 0.2)
    thresholds = [threshold_for(share) for share in shares]
    assert thresholds == sorted(thresholds, reverse=True) and len(set(thresholds)) == len(shares)
    costs = [declined_for(share) for share in shares]
    assert costs == sorted(costs, reverse=True) and all(0 < cost < 1 for cost in costs)
    assert threshold_for(1e-9) == max(threshold_for(share / 1000) for share in range(1, 999))
    for model in ("many_ko", "many_en", "explained_en"):
        large = [threshold_for(share, model) for share in shares]
        assert large == sorted(large, reverse=True) and large[0] > large[-1]


def test_where_nobody_chose_it_is_as_usual() -> None:
    for model in get_args(Model):
        assert threshold_for(None, model) == threshold_for(USUAL[model], model)
        assert declined_for(None, model) == declined_for(USUAL[model], model)


def test_a_hundred_passages_have_an_estimate_of_their_own() -> None:
    known = {"cosine": 0.8, "reading": 0.2}

    def model(size: int, language: str, *, explains: bool = False, foreign: float = 0.0) -> Model:
        return model_for({**known, "foreign": foreign}, size, language, explains=explains)

    assert (model(MANY - 1, "en"), model(MANY, "ko"), model(MANY, "en")) == ("read", "many_ko", "many_en")
    assert (model(MANY, "en", explains=True), model(MANY, "ko", explains=True)) == ("explained_en", "many_ko")
    assert model(MANY, "en", foreign=1.0) == "many_ko"


def test_what_was_not_read_is_estimated_without() -> None:
    assert model_for({"cosine": 0.8}, 3, "en", explains=True) == "vectors"
    assert model_for({}, 0, "ko", explains=False) == "words"


async def test_it_is_chosen_on_the_page_of_checks(browse: Browse, authoring: Authoring, slug: str) -> None:
    client = browse(MAKER)
    page = (await client.get(f"/edit/{slug}/checks")).text
    assert "At most 1 in 50 answers may be wrong" in page
    assert 'class="choice"' in page and "authoring/choices" in page, "as other choices look"
    assert f"About {round(100 * declined_for(0.02))} of 100 questions" in page and "100 passages on" in page
    assert (await client.post(f"/edit/{slug}/wrong", data={"one_in": "20"})).status_code == 303
    assert (await authoring.own(MAKER, slug)).wrong == 0.05
    page = (await client.get(f"/edit/{slug}/checks")).text
    assert 'name="one_in" value="20" checked' in page
    for wrong in ("0", "-1", "7", "x", "20 OR 1"):
        assert (await client.post(f"/edit/{slug}/wrong", data={"one_in": wrong})).status_code == 400
    assert (await authoring.own(MAKER, slug)).wrong == 0.05
    await client.post(f"/edit/{slug}/wrong", data={"one_in": ""})
    assert (await authoring.own(MAKER, slug)).wrong is None
    korean = await client.get(f"/edit/{slug}/checks", headers={"accept-language": "ko"})
    assert "답변 50개 중 많아야 1개까지 틀려도 됩니다" in korean.text


async def test_over_rest_and_in_a_copy_but_not_in_the_card(
    browse: Browse, authoring: Authoring, slug: str
) -> None:
    client = browse(Identity("creator", MAKER.id, frozenset({"manage"})))
    address = f"/api/characters/{slug}/wrong"
    assert (await client.get(address)).json() == {"wrong": None, "declined": declined_for(authoring.wrong)}
    assert (await client.put(address, json={"wrong": 0.1})).json()["declined"] == declined_for(0.1)
    for wrong in (0, 1, -0.1, "x"):
        assert (await client.put(address, json={"wrong": wrong})).status_code in (400, 422)
    copied = await authoring.duplicate(MAKER, slug)
    assert copied.wrong == 0.1
    card, _ = await authoring.export_card(MAKER, slug, "json")
    assert b'"wrong"' not in card
    assert '"wrong"' not in (await authoring.own(MAKER, slug)).model_dump_json()


@pytest.mark.parametrize("who", [VISITOR, OTHER, CHAT_KEY, OWNER])
async def test_nobody_else_chooses(authoring: Authoring, who: Identity, slug: str) -> None:
    with pytest.raises(MadangError):
        await authoring.set_wrong(who, slug, 0.2)
    assert (await authoring.own(MAKER, slug)).wrong is None


@pytest.mark.parametrize("wrong", [0.0, 1.0, -1.0, float("nan")])
async def test_what_is_no_share_is_refused(authoring: Authoring, slug: str, wrong: float) -> None:
    with pytest.raises(BadInput):
        await authoring.set_wrong(MAKER, slug, wrong)
