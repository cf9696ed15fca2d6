from __future__ import annotations

import subprocess
import sys

import pytest

from classifier.taxonomy import (
    COLOURS,
    clothing_labels,
    garment_type,
    garment_types,
    merged_types,
    types_for_clothing_label,
)
from wardrobe_app.domain.garments.vocabulary import Slot


def test_every_type_has_a_name_of_its_own_and_a_slot_that_the_wardrobe_knows() -> None:
    names = [kind.name for kind in garment_types()]
    assert len(set(names)) == len(names)
    assert {kind.slot for kind in garment_types()} == {slot.value for slot in Slot}


def test_no_merged_type_is_offered_and_each_stands_for_one_that_is() -> None:
    offered = {kind.name for kind in garment_types()}
    assert merged_types() and not offered & set(merged_types())
    assert set(merged_types().values()) <= offered, "no merge leads to another one"
    assert all(garment_type(old) is garment_type(name) for old, name in merged_types().items())


def test_no_two_types_have_one_label() -> None:
    labels = [kind.label.casefold() for kind in garment_types()]
    assert len(set(labels)) == len(labels)


def test_all_fifty_categories_of_deepfashion_stand_for_a_type() -> None:
    deepfashion = {kind.name for kind in garment_types() if kind.deepfashion} | set(merged_types())
    assert len(deepfashion) == 50
    assert all(garment_type(name) in garment_types() for name in deepfashion)


def test_the_promised_colours_have_names() -> None:
    neutral = {"black", "white", "grey", "beige", "brown"}
    bright = {"red", "orange", "yellow", "green", "blue", "navy", "purple", "pink", "multicolour"}
    assert neutral | bright <= set(COLOURS)


def test_a_type_is_found_by_its_name_and_a_stranger_is_not() -> None:
    assert garment_type("Jeans").slot == "lower"
    with pytest.raises(KeyError):
        garment_type("Spacesuit")


def test_a_coarse_label_covers_just_the_types_that_answer_to_it() -> None:
    covered = types_for_clothing_label("Pants")
    assert {"Jeans", "Trousers", "Sweatpants"} <= set(covered)
    assert not {"Dress", "Chinos"} & set(covered)
    assert all("Pants" in garment_type(name).clothing_labels for name in covered)


def test_every_coarse_label_covers_something_and_an_unknown_one_nothing() -> None:
    assert len(clothing_labels()) >= 17
    assert all(types_for_clothing_label(label) for label in clothing_labels())
    assert types_for_clothing_label("Not sure") == ()


def test_naming_garments_loads_no_network_library() -> None:
    code = "import sys, classifier.taxonomy as t; t.garment_types(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
