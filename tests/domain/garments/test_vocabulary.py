from __future__ import annotations

import pytest

from classifier.taxonomy import merged_types
from tests.support.garments import VOCABULARY
from wardrobe_app.domain.compatibility import roles
from wardrobe_app.domain.garments.type_similarity import NEIGHBOURS
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot, Vocabulary
from wardrobe_app.domain.insights.candidates import COMMON

KINDS = [GarmentType("Trousers", "Trousers", Slot.LOWER), GarmentType("Robe", "Robe or kimono", Slot.FULL)]
SMALL = Vocabulary(KINDS, {"Chinos": "Trousers", "Kimono": "Robe"})


def test_a_merged_name_means_the_type_it_was_merged_into_and_is_not_listed() -> None:
    assert SMALL["Chinos"] is SMALL["Trousers"]
    assert "Chinos" in SMALL
    assert (SMALL.label("Kimono"), SMALL.slot("Kimono")) == ("Robe or kimono", Slot.FULL)
    assert (list(SMALL), len(SMALL)) == (["Trousers", "Robe"], 2)


def test_a_name_that_nothing_has_is_unknown() -> None:
    assert "Spacesuit" not in SMALL
    assert (SMALL.label("Spacesuit"), SMALL.slot("Spacesuit")) == ("Spacesuit", None)
    with pytest.raises(KeyError):
        SMALL["Spacesuit"]


def test_a_type_of_the_owner_s_own_may_have_a_merged_name_and_then_means_itself() -> None:
    own = SMALL.with_own([GarmentType("Kimono", "Kimono", Slot.UPPER, own=True)])
    assert (own["Kimono"].slot, own["Chinos"].name) == (Slot.UPPER, "Trousers")
    assert list(own) == ["Kimono", "Trousers", "Robe"]
    assert "Kimono" not in own.merged


def test_every_type_that_is_named_by_a_rule_is_offered() -> None:
    by_rule = [*NEIGHBOURS, COMMON, roles.LAYERS, roles.OUTERWEAR, roles.AT_HOME, roles.OVER_A_TOP, roles.BARE_FEET]
    assert {name for names in by_rule for name in names} <= set(VOCABULARY)
    assert merged_types() == VOCABULARY.merged
