from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from db.unit_of_work import Units
from tests.services.support.stored import stored
from tests.support.garments import random_wardrobe
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import Filter, Sort
from wardrobe_app.domain.garments.garment import Garment, Tag, TagKind, TagSource

FILTERS = {
    "everything": Filter(),
    "two types": Filter({"type": frozenset({"Tee", "Jeans"})}),
    "a colour and two slots": Filter({"colour": frozenset({"red"}), "slot": frozenset({"upper", "lower"})}),
    "a type and a season": Filter({"type": frozenset({"Dress"}), "season": frozenset({"summer"})}),
    "a text": Filter(text="striped"),
    "unsure": Filter(unsure=True),
}


@pytest.fixture
def wardrobe(tmp_path: Path) -> Units:
    factory = stored(Settings(data_dir=tmp_path), random_wardrobe(80, seed=2))
    with factory(writing=True) as uow:
        uow.garments.set_own_tag([3, 4, 5], TagKind.TYPE, "Skirt")
        uow.garments.set_own_tag([4, 60], TagKind.COLOUR, "red")
        uow.label_propagation.replace(5, Tag(TagKind.TYPE, "Tee", TagSource.PROPAGATED, 0.6, "check", "m"))
        uow.label_propagation.replace(6, Tag(TagKind.TYPE, "Tee", TagSource.PROPAGATED, 0.6, "check", "m"))
        uow.commit()
    return factory


def shown(uow: Units, wanted: Filter) -> tuple[Garment, ...]:
    with uow() as unit:
        return unit.garments.browse(wanted, Sort.OLDEST, 0, 1000).garments


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_filters_tell_how_many_garments_each_value_would_show(wardrobe: Units, wanted: Filter) -> None:
    with wardrobe() as uow:
        facets = uow.garments.facets(wanted)
    for kind in TagKind:
        expected = Counter(value for item in shown(wardrobe, wanted.without(kind.value)) if (value := item.value(kind)))
        assert facets[kind.value] == expected
        assert list(facets[kind.value].values()) == sorted(facets[kind.value].values(), reverse=True)
    slots = Counter(item.slot.value for item in shown(wardrobe, wanted.without("slot")) if item.slot)
    assert facets["slot"] == slots


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_what_is_shown_fits_the_filter(wardrobe: Units, wanted: Filter) -> None:
    with wardrobe() as uow:
        everything = uow.garments.all()
    found = shown(wardrobe, wanted)
    assert 0 < len(found) <= len(everything)
    for kind in ("type", "colour", "season"):
        if accepted := wanted.values.get(kind):
            assert {item.value(TagKind(kind)) for item in found} <= accepted
