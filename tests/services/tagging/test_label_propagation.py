from __future__ import annotations

import pytest

from tests.services.catalogue.test_catalogue import fill, ids, shown
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import NAMED, FakeTagger
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.wiring import Runtime


def types(runtime: Runtime, wanted: list[int]) -> list[str | None]:
    return [runtime.catalogue.get(item_id).type for item_id in wanted]


def test_look_alikes_follow_a_correction_and_say_from_what(runtime: Runtime) -> None:
    one, other, red = fill(runtime, "black", "black", "red")
    done = runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    assert ids(done.propagated) == [other]
    tag = runtime.catalogue.get(other).tags[TagKind.TYPE]
    assert (tag.value, tag.source, tag.tier, tag.examples) == ("Parka", TagSource.PROPAGATED, "check", (one,))
    assert runtime.catalogue.get(other).suggestions[TagKind.TYPE].value == "Tee", "the model's own answer stays"
    assert runtime.catalogue.get(red).tags[TagKind.TYPE].source is TagSource.MODEL, "the model is sure of this one"


def test_taking_a_correction_back_takes_back_what_followed(runtime: Runtime) -> None:
    everything = fill(runtime, "black", "black", "red")
    before = [runtime.catalogue.get(item_id) for item_id in everything]
    runtime.catalogue.correct(everything[:1], TagKind.TYPE, "Parka")
    done = runtime.catalogue.forget_correction(everything[:1], TagKind.TYPE)
    assert ids(done.propagated) == everything[1:2]
    assert [runtime.catalogue.get(item_id) for item_id in everything] == before


def test_undoing_a_second_correction_leads_back_to_the_first(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    runtime.catalogue.undo(runtime.catalogue.correct([one], TagKind.TYPE, "Poncho"))
    assert types(runtime, [one, other]) == ["Parka", "Parka"]
    assert runtime.catalogue.get(one).tags[TagKind.TYPE].source is TagSource.PERSON


def test_what_a_person_set_follows_nobody(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.correct([other], TagKind.TYPE, "Dress")
    assert runtime.catalogue.correct([one], TagKind.TYPE, "Parka").propagated == ()
    assert types(runtime, [one, other]) == ["Parka", "Dress"]


def test_confirming_what_followed_makes_it_the_owners_word(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    runtime.catalogue.correct([other], TagKind.TYPE, "Parka")
    runtime.catalogue.forget_correction([one], TagKind.TYPE)
    assert types(runtime, [one, other]) == ["Parka", "Parka"]


def test_a_new_photo_follows_as_it_comes_in(runtime: Runtime) -> None:
    (one,) = fill(runtime, "black")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    photo = photo_bytes(draw_garment(colour=NAMED["black"], size=(90, 120), seed=7))
    (result,) = runtime.importing.importer.add([source_from_bytes("new.jpg", photo)])
    assert result.garment is not None
    assert result.garment == runtime.catalogue.get(result.garment.id)
    assert result.garment.type == "Parka"
    assert "copied from your corrections" in result.message


def test_what_another_model_saw_is_not_compared(runtime: Runtime, tagger: FakeTagger) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    tagger.model = "fake 2"
    (again,) = runtime.catalogue.retag([other])
    assert again.type == "Tee"
    list(runtime.catalogue.retag([one]))
    assert types(runtime, [one, other]) == ["Parka", "Parka"]


def test_what_is_in_the_trash_is_no_example_and_what_followed_something_else_stays(runtime: Runtime) -> None:
    one, other, red = fill(runtime, "black", "black", "red")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    runtime.catalogue.trash([red])
    assert types(runtime, [other]) == ["Parka"]
    runtime.catalogue.trash([one])
    assert types(runtime, [other]) == ["Tee"]
    runtime.catalogue.restore([one])
    assert types(runtime, [other]) == ["Parka"]
    runtime.catalogue.trash([one])
    runtime.catalogue.delete_forever([one])
    assert types(runtime, [other]) == ["Tee"]


def test_an_archived_garment_is_still_an_example(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    runtime.catalogue.archive([one])
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    assert types(runtime, [other]) == ["Parka"]
    assert ids(runtime.catalogue.these([one, other, 99])) == [one, other]


def test_filters_facets_and_doubts_count_what_followed(runtime: Runtime) -> None:
    one, other, red = fill(runtime, "black", "black", "red")
    runtime.catalogue.correct([one], TagKind.TYPE, "Parka")
    assert shown(runtime.catalogue, Filter({"type": frozenset({"Parka"})})) == [one, other]
    assert shown(runtime.catalogue, Filter({"type": frozenset({"Tee"})})) == []
    assert runtime.catalogue.facets()["type"] == {"Parka": 2, str(runtime.catalogue.get(red).type): 1}
    assert shown(runtime.catalogue, Filter(unsure=True)) == [other], "until a click confirms it"


def test_colours_do_not_follow(runtime: Runtime) -> None:
    one, other = fill(runtime, "black", "black")
    assert runtime.catalogue.correct([one], TagKind.COLOUR, "navy").propagated == ()
    assert runtime.catalogue.get(other).colour == "black"


@pytest.mark.parametrize(("given", "expected"), [(2, "Tee"), (3, "Dirndl")])
def test_a_type_of_the_owners_own_is_followed_from_three_garments_on(
    runtime: Runtime, given: int, expected: str
) -> None:
    everything = fill(runtime, "black", "black", "black", "black")
    name = runtime.types.add("Dirndl", Slot.FULL)
    runtime.catalogue.correct(everything[:given], TagKind.TYPE, name)
    assert runtime.catalogue.get(everything[3]).type == expected


def test_a_correction_moves_the_same_garments_as_going_through_all(runtime: Runtime) -> None:
    everything = fill(runtime, "black", "black", "red", "black", "navy", "red", "green", "black")
    for item_id, name in ((0, "Parka"), (2, "Dress"), (4, "Poncho"), (0, "Coat")):
        runtime.catalogue.correct([everything[item_id]], TagKind.TYPE, name)
        found = types(runtime, everything)
        with runtime.catalogue._uow(writing=True) as uow:
            assert label_propagation.refresh(uow) == []
        assert types(runtime, everything) == found
