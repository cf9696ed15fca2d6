from __future__ import annotations

import pytest

from classifier import taxonomy
from tests.support.garments import VOCABULARY
from wardrobe_app.domain.catalogue.free_text import Reader
from wardrobe_app.domain.catalogue.lexicon import VALUES, Lexicon, lexicon_of
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.vocabulary import GarmentType, Slot
from wardrobe_app.domain.wording import plural

LEXICON = Lexicon(VOCABULARY)
OF_TAXONOMY = {
    TagKind.COLOUR: taxonomy.COLOURS,
    TagKind.PATTERN: taxonomy.PATTERNS,
    TagKind.SLEEVE: taxonomy.SLEEVES,
    TagKind.GENDER: taxonomy.GENDERS,
    TagKind.SEASON: taxonomy.SEASONS,
    TagKind.OCCASION: taxonomy.OCCASIONS,
}


def test_the_list_knows_the_very_values_that_tags_can_have() -> None:
    assert {kind: set(values) for kind, values in VALUES.items()} == {
        kind: set(values) for kind, values in OF_TAXONOMY.items()
    }
    for kind, values in OF_TAXONOMY.items():
        assert [LEXICON.value_named(kind, value) for value in values] == list(values)


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_type_is_named_by_its_name_and_label_in_singular_and_plural(name: str) -> None:
    label = VOCABULARY.label(name)
    for said in (name, label, label.upper(), *LEXICON.words_for(TagKind.TYPE, name)):
        assert LEXICON.value_named(TagKind.TYPE, said) == name


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("jumper", TagKind.TYPE, "Sweater"),
        ("Pullovers", TagKind.TYPE, "Sweater"),
        ("trainers", TagKind.TYPE, "Sneakers"),
        ("gray", TagKind.COLOUR, "grey"),
        ("t shirt", TagKind.TYPE, "Tee"),
        ("T‑Shirts", TagKind.TYPE, "Tee"),
        ("tshirt", TagKind.TYPE, "Tee"),
        ("dresses", TagKind.TYPE, "Dress"),
        ("jean", TagKind.TYPE, "Jeans"),
        ("scarves", TagKind.TYPE, "Scarf"),
        ("cap", TagKind.TYPE, "Hat"),
        ("plaid", TagKind.PATTERN, "checked"),
        ("fall", TagKind.SEASON, "autumn"),
    ],
)
def test_everyday_words_mean_what_garments_are(said: str, kind: TagKind, value: str) -> None:
    assert (kind, value) in LEXICON.meanings(said)


@pytest.mark.parametrize("row", [row for row in taxonomy._rows() if row["merged_into"]], ids=lambda row: row["type"])
def test_a_merged_type_is_still_found_by_its_name_and_its_label(row: dict[str, str]) -> None:
    for said in (row["type"], row["label"], row["label"].upper(), plural(row["type"])):
        assert LEXICON.meanings(said) == {(TagKind.TYPE, row["merged_into"])}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("anorak", "Parka"),
        ("pea coat", "Coat"),
        ("capri trousers", "Capris"),
        ("cropped trousers", "Capris"),
        ("sweatpants", "Sweatpants"),
        ("sun dresses", "Dress"),
        ("capes", "Poncho"),
        ("kimonos", "Robe"),
        ("slipper", "Slippers"),
        ("crocs", "Clogs"),
        ("overall", "Dungarees"),
        ("ski suit", "Snowsuit"),
    ],
)
def test_words_for_merged_and_for_new_types_are_known(said: str, name: str) -> None:
    assert LEXICON.meanings(said) == {(TagKind.TYPE, name)}


@pytest.mark.parametrize("said", ["", "gizmo", "other", "s", "es"])
def test_other_words_mean_nothing(said: str) -> None:
    assert LEXICON.meanings(said) == frozenset()


def test_a_type_of_the_owner_s_own_counts_before_an_everyday_word() -> None:
    own = VOCABULARY.with_own([GarmentType("Jumper", "Jumper", Slot.UPPER, own=True)])
    assert lexicon_of(own).meanings("jumpers") == {(TagKind.TYPE, "Jumper")}
    assert Reader(own).read({"type": "jumper"}, {}).type == "Jumper"
    assert lexicon_of(VOCABULARY).meanings("jumpers") == {(TagKind.TYPE, "Sweater")}
    own = VOCABULARY.with_own([GarmentType("Kimono", "Kimono", Slot.UPPER, own=True)])
    assert lexicon_of(own).meanings("kimono") == {(TagKind.TYPE, "Kimono")}
