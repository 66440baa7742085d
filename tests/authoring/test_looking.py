"""What an estimate rests on, in plain words."""

from __future__ import annotations

import pytest

from madang.authoring.looking import reasons
from madang.knowledge.features import WORD_FEATURES
from madang.knowledge.types import Evidence, Explained


def explained(**values: float) -> Explained:
    features = dict.fromkeys(WORD_FEATURES, 0.0) | values
    return Explained(evidence=Evidence(question="", answerable=0.5, features=features))


@pytest.mark.parametrize(
    ("margin", "sentence", "speaks_for"),
    [
        (0.4, "It stands out clearly from the next passage.", True),
        (0.05, "Other passages say nearly as much.", False),
    ],
)
def test_how_far_the_best_passage_stands_out_is_told(margin: float, sentence: str, speaks_for: bool) -> None:
    assert (sentence, {}, speaks_for) in reasons(explained(words_margin=margin))


def test_a_part_that_is_missing_speaks_against_an_answer() -> None:
    against = [
        said for said, _, side in reasons(explained(numbers_missing=1.0, names_missing=0.5)) if not side
    ]
    assert "A number of the question stands nowhere in what was found." in against
    assert "A name of the question stands nowhere in what was found." in against
