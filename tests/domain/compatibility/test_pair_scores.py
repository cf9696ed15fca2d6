from __future__ import annotations

import numpy as np
import pytest

from tests.support.garments import garment, random_wardrobe
from wardrobe_app.domain.compatibility.pair_scores import PairScores
from wardrobe_app.domain.compatibility.roles import Role
from wardrobe_app.domain.compatibility.scores import compatibility


def test_the_matrix_holds_what_two_garments_score_by_themselves() -> None:
    wardrobe = random_wardrobe(30)
    pairs = PairScores(wardrobe[::-1])
    assert [item.id for item in pairs.garments] == [item.id for item in wardrobe]
    for row, one in enumerate(wardrobe):
        for column, other in enumerate(wardrobe):
            expected = 0.0 if row == column else compatibility(one, other).score
            assert pairs.scores[row, column] == pytest.approx(expected, abs=1e-6)
    assert not pairs.fit.diagonal().any()


def test_a_garment_of_unknown_slot_fits_nothing() -> None:
    assert not PairScores([garment(1, None), garment(2, "Jeans")]).fit.any()


def test_some_of_the_pairs_are_those_of_the_smaller_wardrobe() -> None:
    wardrobe = random_wardrobe(30)
    some = PairScores(wardrobe).within(wardrobe[20:10:-1])
    assert np.array_equal(some.scores, PairScores(wardrobe[11:21]).scores)
    assert some.row == {item.id: row for row, item in enumerate(wardrobe[11:21])}


def test_rows_are_found_by_the_part_that_is_played() -> None:
    pairs = PairScores([garment(1, "Jeans"), garment(2, "Tee"), garment(3, "Skirt")])
    assert pairs.rows(Role.BOTTOM).tolist() == [0, 2]
    assert pairs.rows(Role.BAG).tolist() == []
