from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from tests.services.support.stored import stored
from tests.support.garments import garment
from wardrobe_app.domain.catalogue.filters import Filter, GarmentEdit, Sort
from wardrobe_app.domain.garments.garment import Garment, TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.wiring import Runtime

Put = Callable[[Sequence[Garment]], object]


@pytest.fixture
def put(runtime: Runtime) -> Put:
    return partial(stored, runtime.settings)


def found(catalogue: Catalogue, text: str, **more: Any) -> list[int]:
    wanted = catalogue.forgiven(Filter(text=text, **more))
    return [one.id for one in catalogue.browse(wanted, Sort.OLDEST, 0, 100).garments]


NAMED = {1: "Robe d’été", 2: "Robe d'e\u0301te\u0301 2", 3: "STRASSE", 4: "Straße", 5: "İstanbul", 6: "ＷＩＤＥ ﬁt"}


ALIKE = {
    "été": [1, 2],
    "ete": [1, 2],
    "E\u0301TE\u0301": [1, 2],
    "d'ete": [1, 2],
    "d’été": [1, 2],
    "strasse": [3, 4],
    "STRAßE": [3, 4],
    "istanbul": [5],
    "ISTANBUL": [5],
    "wide fit": [6],
}


def test_letters_that_look_alike_are_found_alike(runtime: Runtime, put: Put) -> None:
    put([garment(number, name=name) for number, name in NAMED.items()])
    assert {text: found(runtime.catalogue, text) for text in ALIKE} == ALIKE


def test_notes_brands_file_names_and_own_types_are_found_without_accents(runtime: Runtime, put: Put) -> None:
    put([garment(1, notes="für Zürich"), garment(2, brand="Sandro Ferroné"), garment(3, filename="Ju\u0308rgen.jpg")])
    put([garment(4)])
    runtime.types.add("Überwurf", Slot.UPPER)
    runtime.catalogue.correct([4], TagKind.TYPE, "Überwurf")
    words = ("zurich", "ferrone", "jürgen", "uberwurf")
    assert [found(runtime.catalogue, word) for word in words] == [[1], [2], [3], [4]]


def test_names_are_sorted_naturally_with_accents_beside_their_letters(runtime: Runtime, put: Put) -> None:
    names = ["Shirt 10", "Zebra", "Ärmel", "shirt 2", "Banane", "Shirt 1", "armband"]
    put([garment(number, name=name) for number, name in enumerate(names, 1)])
    put([garment(8, "Sweater", "pink"), garment(9, "Tee", "beige")])  # "Pink sweater", "Beige T-shirt"
    shown = runtime.catalogue.browse(Filter(), Sort.NAME, 0, 100).garments
    assert [one.id for one in shown] == [7, 3, 5, 9, 8, 6, 4, 1, 2]


def test_spellings_of_a_brand_are_one_in_the_filter_shown_as_it_is_mostly_spelled(runtime: Runtime, put: Put) -> None:
    spellings = ["ZARA", "Zara", "zara", "Zara", "Levi’s", "Levi's", "E\u0301cru", ""]
    put([garment(number, brand=brand) for number, brand in enumerate(spellings, 1)])
    catalogue = runtime.catalogue
    assert catalogue.facets()["brand"] == {"zara": 4, "levi's": 2, "ecru": 1}
    assert catalogue.brands() == {"zara": "Zara", "levi's": "Levi’s", "ecru": "E\u0301cru"}
    assert found(catalogue, "", values={"brand": frozenset({"zara"})}) == [1, 2, 3, 4]
    assert found(catalogue, "", values={"brand": frozenset({"LEVI'S", "ecru"})}) == [5, 6, 7]
    for unknown in ("gone", "\0", " "):
        assert found(catalogue, "", values={"brand": frozenset({unknown})}) == []
    assert catalogue.facets(Filter({"brand": frozenset({"zara"})}))["colour"] == {"pink": 4}


WORN = [
    garment(1, "Sweater", "black"),
    garment(2, "Sweater", "grey"),
    garment(3, "Sneakers", "white"),
    garment(4, "Tee", "grey", gender="women"),
    garment(5, "Jacket", "blue", gender="men", season="spring"),
    garment(6, "Jeans", "blue", pattern="striped", name="Layered one"),
    garment(7, "Dress", "red", notes="not a jumper, 1234", brand="Patagonia"),
    garment(8, "Hat", None, pattern=None, occasion="sports"),
    garment(9, "Jewellery", None, pattern=None),
]


KNOWN = {
    "jumper": [1, 2, 7],
    "pullovers": [1, 2],
    "black jumper": [1],
    "trainers": [3],
    "gray": [2, 4],
    "GRAY sweaters": [2],
    "t shirt": [4],
    "tshirt": [4],
    "t-shirts": [4],
    "dresses": [7],
    "men": [5],
    "red": [6, 7],
    "ring": [9],
    "caps": [8],
    "sporty cap": [8],
    "stripes": [6],
    "blue jean": [6],
    "gray boots": [],
}


def test_search_knows_the_words_that_the_program_knows(runtime: Runtime, put: Put) -> None:
    put(WORN)
    assert {text: found(runtime.catalogue, text) for text in KNOWN} == KNOWN


MEANT = {
    "sweatr": ("sweater", [1, 2]),
    "sweaterr": ("sweaters", [1, 2]),
    "swaeter": ("sweater", [1, 2]),
    "swettar": ("swettar", []),
    "blakc jumpre": ("black jumper", [1]),
    "snekaers": ("sneakers", [3]),
    "patagonja": ("patagonia", [7]),
    "gry": ("gry", []),
    "grye": ("grey", [2, 4]),
    "boots": ("boots", []),
    "blue jean 1235": ("blue jean 1235", []),
    "denim jacket": ("jacket", [5]),
    "leather jakcet": ("jacket", [5]),
    "sweater": ("sweater", [1, 2]),
    "": ("", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
}


def test_one_typo_in_a_word_is_forgiven_where_nothing_is_found_else(runtime: Runtime, put: Put) -> None:
    put(WORN)
    catalogue = runtime.catalogue
    meant = {text: (catalogue.forgiven(Filter(text=text)).text, found(catalogue, text)) for text in MEANT}
    assert meant == MEANT


def test_each_of_several_seasons_is_found_by_its_everyday_word(runtime: Runtime, put: Put) -> None:
    put([garment(1, season="spring|autumn"), garment(2, season="summer"), garment(3, season="autumn")])
    texts = ("fall", "spring", "fall spring", "summer")
    assert [found(runtime.catalogue, text) for text in texts] == [[1, 3], [1], [1], [2]]


def test_a_phrase_finds_what_it_says_before_all_of_the_type(runtime: Runtime, put: Put) -> None:
    put([garment(1, "Jacket"), garment(2, "Jacket", notes="Denim, from Lyon"), garment(3, "Jeans")])
    assert found(runtime.catalogue, "denim jacket") == [2]


def test_no_other_word_is_looked_for_where_another_filter_leaves_nothing(runtime: Runtime, put: Put) -> None:
    put([garment(1, "Sweater", "pink"), garment(2, "Tee", name="Sweatshop")])
    wanted = Filter({"type": frozenset({"Tee"})}, "sweater")
    assert runtime.catalogue.forgiven(wanted) == wanted


def test_typos_are_forgiven_among_archived_garments_by_what_is_there(runtime: Runtime, put: Put) -> None:
    put([garment(1, "Sweater", brand="Loewe"), garment(2, "Tee")])
    runtime.catalogue.archive([1])
    assert runtime.catalogue.forgiven(Filter(text="leowe")).text == "leowe"
    assert runtime.catalogue.forgiven(Filter(text="leowe", archived=True)).text == "loewe"


def test_the_search_of_a_list_to_choose_from_is_the_same(runtime: Runtime, put: Put) -> None:
    put(WORN)
    catalogue = runtime.catalogue
    jumpers, trainers = catalogue.search("jumper", 10), catalogue.search("trainres", 10)
    assert ([one.id for one in jumpers.garments], jumpers.text) == ([7, 2, 1], "jumper")
    assert ([one.id for one in trainers.garments], trainers.text) == ([3], "trainers")


def test_a_changed_text_is_found_at_once_and_the_old_one_no_more(runtime: Runtime, put: Put) -> None:
    put([garment(1, name="Été 2", brand="Zara")])
    done = runtime.catalogue.edit([1], GarmentEdit(name="Hiver 3", brand="Lévis"))
    assert (found(runtime.catalogue, "ete"), found(runtime.catalogue, "levis")) == ([], [1])
    runtime.catalogue.undo(done)
    assert (found(runtime.catalogue, "ete"), runtime.catalogue.facets()["brand"]) == ([1], {"zara": 1})
