from __future__ import annotations

import pytest

from tests.services.catalogue.test_catalogue import fill, shown
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.errors import InvalidEdit, NotFound
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.wiring import Runtime


def test_an_own_type_is_a_type_like_any_other(runtime: Runtime) -> None:
    (black,) = fill(runtime, "black")
    assert runtime.types.add("  Dirndl ", Slot.FULL) == "Dirndl"
    assert "Dirndl" in runtime.catalogue.choices(TagKind.TYPE)
    assert runtime.vocabulary.slot("Dirndl") is Slot.FULL
    runtime.catalogue.correct([black], TagKind.TYPE, "Dirndl")
    garment = runtime.catalogue.get(black)
    assert (garment.title, garment.slot) == ("Dirndl", Slot.FULL) or garment.title == "Black dirndl"
    assert shown(runtime.catalogue, Filter({"slot": frozenset({"full"})})) == [black]
    assert shown(runtime.catalogue, Filter(text="dirndl")) == [black]
    assert runtime.catalogue.facets()["slot"] == {"full": 1}
    assert "type:Dirndl" in runtime.graph.exporter.graph()


@pytest.mark.parametrize("name", ["", " \n", "T-shirt", "tee", "DIRNDL", "DÍRNDL", "x" * 61])
def test_a_name_has_to_be_new_and_not_too_long(runtime: Runtime, name: str) -> None:
    runtime.types.add("Dirndl", Slot.FULL)
    with pytest.raises(InvalidEdit):
        runtime.types.add(name, Slot.UPPER)
    assert [one.type.name for one in runtime.types.all()] == ["Dirndl"]


def test_garments_go_along_with_another_name_and_slot(runtime: Runtime) -> None:
    everything = fill(runtime, "black", "black", "black", "black")
    runtime.types.add("Dirndl", Slot.FULL)
    runtime.catalogue.correct(everything[:3], TagKind.TYPE, "Dirndl")
    assert runtime.types.change("Dirndl", "Tracht", Slot.UPPER) == "Tracht"
    garments = [runtime.catalogue.get(item_id) for item_id in everything]
    assert {(garment.type, garment.slot) for garment in garments} == {("Tracht", Slot.UPPER)}
    assert [(one.type.name, one.garments) for one in runtime.types.all()] == [("Tracht", 3)]
    assert runtime.types.change("Tracht", "tracht", Slot.FULL) == "tracht", "its own name is not taken"


def test_removing_a_type_leads_back_to_the_model(runtime: Runtime) -> None:
    everything = fill(runtime, "black", "black", "black", "black")
    before = [runtime.catalogue.get(item_id) for item_id in everything]
    runtime.types.add("Dirndl", Slot.FULL)
    runtime.catalogue.correct(everything[:3], TagKind.TYPE, "Dirndl")
    runtime.types.remove("Dirndl")
    assert [runtime.catalogue.get(item_id) for item_id in everything] == before
    assert "Dirndl" not in runtime.vocabulary


def test_only_types_of_the_owners_own_can_be_changed(runtime: Runtime) -> None:
    for change in (lambda: runtime.types.remove("Tee"), lambda: runtime.types.change("Tee", "Shirty", Slot.UPPER)):
        with pytest.raises(NotFound, match="Tee"):
            change()
