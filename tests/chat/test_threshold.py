"""How often it may be wrong decides whether the sources answer, on the live path."""

from __future__ import annotations

import pytest

from madang.chat.route import answered
from madang.chat.strategies import Scene
from madang.knowledge.answerable import threshold_for
from madang.knowledge.types import Evidence


@pytest.mark.parametrize("wrong", [0.02, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("by", ["words", "vectors"])
def test_the_estimate_meets_the_threshold_of_what_it_was_made_from(wrong: float, by: str) -> None:
    scene = Scene.__new__(Scene)
    object.__setattr__(scene, "wrong", wrong)
    least = threshold_for(wrong, by)  # type: ignore[arg-type]
    enough = Evidence(question="?", answerable=least, by=by)  # type: ignore[arg-type]
    assert answered(scene, enough)
    assert not answered(scene, enough.model_copy(update={"answerable": least - 0.01}))
    assert answered(scene, enough.model_copy(update={"answerable": 0.0, "curated": True}))
