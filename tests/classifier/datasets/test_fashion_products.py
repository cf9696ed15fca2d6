from __future__ import annotations

import pytest

from classifier.datasets.fashion_products import COLOURS, TYPES, pattern_of, types_of
from classifier.taxonomy import COLOURS as NAMES
from classifier.taxonomy import garment_types


def test_articles_and_base_colours_map_into_the_vocabulary() -> None:
    assert set(TYPES.values()) <= {kind.name for kind in garment_types()}
    assert {name for names in COLOURS.values() for name in names} <= set(NAMES)


@pytest.mark.parametrize(
    ("article", "name", "types"),
    [
        ("Tshirts", "House Men Blue Polo T-shirt", ("Polo",)),
        ("Tshirts", "U.S. Polo Assn. Men Navy", ("Tee", "Polo")),
        ("Tshirts", "House Men Blue", ("Tee",)),
        ("Sweatshirts", "House Hooded Grey", ("Hoodie",)),
        ("Trousers", "House Men Khaki Chinos", ("Chinos",)),
        ("Perfume and Body Mist", "House Scent", ()),
    ],
)
def test_a_name_narrows_the_type(article: str, name: str, types: tuple[str, ...]) -> None:
    assert types_of(article, name) == types


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("House Check Shirt", ("checked",)),
        ("House Striped Tie", ("striped",)),
        ("House Solid Navy Trousers", ("solid",)),
        ("House Checkmate Watch", ()),
    ],
)
def test_a_name_tells_the_pattern(name: str, patterns: tuple[str, ...]) -> None:
    assert pattern_of(name) == patterns
