from __future__ import annotations

import pytest

from tests.support.garments import VOCABULARY
from wardrobe_app.domain.catalogue.free_text import Reader, hex_in
from wardrobe_app.domain.compatibility.scores import match

READER = Reader(VOCABULARY)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Tee", "Tee"),
        ("t-shirt", "Tee"),
        ("JEANS", "Jeans"),
        ("skinny jeans", "Jeans"),
        ("floral midi dress", "Dress"),
        ("ankle boots", "Boots"),
        ("pumps", "Heels"),
        ("Shoulder Bags", "Bag"),
        ("watches", "Watch"),
        ("earrings", "Earrings"),
        ("trousers", "Trousers"),
        ("beige chinos", "Trousers"),
        ("Flannel", "Button-Down"),
    ],
)
def test_types_are_read_by_name_label_and_everyday_word(word: str, name: str) -> None:
    assert READER.read({"type": word}, {}).type == name


@pytest.mark.parametrize(
    "told", [{}, {"type": None, "colour": None}, {"type": "gizmo", "colour": "mauvish", "season": 3}]
)
def test_what_is_missing_or_not_understood_is_not_known(told: dict[str, object]) -> None:
    found = READER.read(told, {})
    assert (found.type, found.slot, found.colours, found.season, set(found.reliable)) == (None, None, None, None, {0.0})


def test_colours_are_read_by_name_and_as_hexadecimal() -> None:
    assert hex_in({"colour": "#1F2B4D"}) == "#1f2b4d"
    assert hex_in({"colour": "navy"}) is hex_in({}) is None
    found = READER.read({"colour": "#1F2B4D"}, {"#1f2b4d": "navy"}).colours
    assert found
    assert (found.shade.name, found.shade.hex) == ("navy", "#1f2b4d")


@pytest.mark.parametrize(
    ("word", "name"),
    [("light blue", "blue"), ("Navy Blue", "navy"), ("dark olive green", "green"), ("off-white", "white")],
)
def test_shades_are_read_as_the_colour_they_are_of(word: str, name: str) -> None:
    found = READER.read({"colour": word}, {}).colours
    assert found
    assert found.shade.name == name


def test_different_pieces_of_jewellery_are_worn_at_once_and_two_of_a_kind_are_not() -> None:
    necklace, earrings, ring = (READER.read({"type": word}, {}) for word in ("necklace", "earrings", "Jewellery"))
    assert match(necklace, earrings)[0] > 0 < match(necklace, ring)[0]
    assert match(necklace, necklace)[0] == 0
