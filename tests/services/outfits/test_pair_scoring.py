from __future__ import annotations

import json

import pytest

from tests.support.garments import VOCABULARY
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.services.outfits.pair_scoring import PairScoring

MATCHING = PairScoring(VOCABULARY, lambda shades: ["navy" for _ in shades])


def test_pairs_are_scored_in_their_order() -> None:
    pairs = [[{"type": "Jeans"}, {"type": "Skirt"}], [{"type": "Jeans"}, {"type": "Blouse"}], [{}, {}]]
    same_slot, whole, nothing = MATCHING.scores(json.dumps(pairs))
    assert same_slot[0] == 0 < nothing[0] == 0.5 < whole[0]
    assert [part.name for part in whole[1]] == ["slot", "colour", "occasion", "pattern", "season", "gender"]


def test_hexadecimal_colours_are_named() -> None:
    ((_, parts),) = MATCHING.scores('[[{"colour": "#101d44"}, {"colour": "white"}]]')
    assert parts[1].text == "navy with white: neutral pair (convention: neutrals)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("{}", "not a list"),
        ("[[{}, {}], [{}]]", "Pair 2"),
        ("[[{}, 3]]", "Pair 1"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(InvalidEdit, match=told):
        MATCHING.scores(text)
