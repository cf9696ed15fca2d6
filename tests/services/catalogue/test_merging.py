from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.services.catalogue.test_catalogue import files_of, fill, ids
from tests.services.support.actions import empty_trash, split, verdicts_of
from wardrobe_app.domain.catalogue.drafts import draft_key
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit, MergeConflict, NotFound
from wardrobe_app.domain.garments.garment import Condition, Garment, TagKind, TagSource, Verdict
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.wiring import Runtime


def several(runtime: Runtime, *item_ids: int) -> list[Garment]:
    return [runtime.catalogue.get(item_id) for item_id in item_ids]


def last_merge(runtime: Runtime, item_id: int) -> int:
    return runtime.catalogue.merges(item_id)[0]


def test_merged_garments_share_their_photos_and_can_be_parted_again(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    catalogue, before = runtime.catalogue, several(runtime, red, green, blue)
    runtime.redundancy.review.merge(red, [green, blue])
    merged = catalogue.get(red)
    assert merged.photos == before[0].photos + before[1].photos + before[2].photos
    assert merged.tags == before[0].tags
    assert ids(catalogue.garments()) == [red]
    assert catalogue.trashed() == (), "what was merged is not lost, and so not in the trash"
    (merge,) = catalogue.merges(red)
    assert ids(split(runtime, merge)) == [green, blue]
    assert several(runtime, red, green, blue) == before
    with pytest.raises(NotFound, match="cannot be undone any more"):
        split(runtime, merge)


def test_merges_of_merges_can_be_undone_in_any_order(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    catalogue, before = runtime.catalogue, several(runtime, red, green, blue)
    first = runtime.redundancy.review.merge(green, [blue]).merge
    second = runtime.redundancy.review.merge(red, [green]).merge
    assert first
    assert second
    assert len(catalogue.get(red).photos) == 3
    split(runtime, first)
    assert [len(catalogue.get(item_id).photos) for item_id in (red, blue)] == [2, 1]
    split(runtime, second)
    assert several(runtime, red, green, blue) == before


def test_a_garment_is_not_merged_with_itself_nor_with_what_is_in_the_trash(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.trash([green])
    for others in ([red], [], [green]):
        with pytest.raises(InvalidEdit):
            runtime.redundancy.review.merge(red, others)
    with pytest.raises(NotFound, match="99"):
        runtime.redundancy.review.merge(red, [99])


def test_emptying_the_trash_keeps_what_was_merged_and_deleting_the_whole_takes_it_along(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    runtime.redundancy.review.merge(red, [green])
    files = files_of(runtime, catalogue.get(red))
    assert empty_trash(catalogue) == 0
    assert catalogue.purge_expired(datetime.now(UTC) + timedelta(days=99)) == 0
    assert all(path.exists() for path in files)
    assert len(files) == 8
    catalogue.trash([red])
    catalogue.delete_forever([red])
    assert not any(path.exists() for path in files)
    with pytest.raises(NotFound):
        catalogue.get(green)


def test_what_the_kept_one_does_not_say_is_filled_in(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    catalogue = runtime.catalogue
    catalogue.edit([red], GarmentEdit(name="Tee", notes="soft"))
    catalogue.edit(
        [green], GarmentEdit(brand="Lyon", size="M", price=Decimal("19.90"), purchased_on=datetime(2025, 5, 4).date())
    )
    catalogue.edit([blue], GarmentEdit(notes="a hole\nin the sleeve", condition=Condition.WORN, brand="LYON"))
    catalogue.set_favourite([blue], True)
    before = several(runtime, red, green, blue)
    done = runtime.redundancy.review.merge(red, [green, blue])
    one = catalogue.get(red)
    assert (one.name, one.brand, one.size, one.price) == ("Tee", "Lyon", "M", Decimal("19.90"))
    assert (one.purchased_on, one.condition) == (before[1].purchased_on, Condition.WORN)
    assert (one.notes, one.favourite) == ("soft\n\na hole\nin the sleeve", True)
    runtime.redundancy.review.undo(done)
    assert several(runtime, red, green, blue) == before


def test_equal_notes_are_not_doubled(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.edit([red, green], GarmentEdit(notes="soft\nand warm"))
    runtime.redundancy.review.merge(red, [green])
    assert runtime.catalogue.get(red).notes == "soft\nand warm"


def test_notes_that_do_not_fit_together_are_refused_and_nothing_changes(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    for item, letter in ((red, "a"), (green, "b")):
        runtime.catalogue.edit([item], GarmentEdit(notes=letter * 6_000))
    before = several(runtime, red, green)
    with pytest.raises(InvalidEdit, match="12002"):
        runtime.redundancy.review.merge(red, [green])
    assert several(runtime, red, green) == before
    assert verdicts_of(runtime.redundancy.review) == []


def test_a_tag_set_by_hand_wins_over_what_a_model_or_look_alikes_say(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    runtime.types.add("Dirndl", Slot.FULL)
    runtime.catalogue.correct([green], TagKind.TYPE, "Dirndl")
    runtime.catalogue.set_colour(green, "green", "#3c8c46")
    runtime.catalogue.correct([blue], TagKind.COLOUR, "green")
    before = several(runtime, red, green, blue)
    done = runtime.redundancy.review.merge(red, [blue, green])
    tags = runtime.catalogue.get(red).tags
    assert (tags[TagKind.TYPE].value, tags[TagKind.TYPE].source) == ("Dirndl", TagSource.PERSON)
    assert (tags[TagKind.COLOUR].value, tags[TagKind.COLOUR].shade) == ("green", "#3c8c46")
    assert tags[TagKind.PATTERN] == before[0].tags[TagKind.PATTERN]
    runtime.redundancy.review.undo(done)
    assert several(runtime, red, green, blue) == before


def test_true_differences_are_asked_with_every_value_and_nothing_is_done_until_then(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    catalogue.edit([red], GarmentEdit(name="Tee", brand="Zara", price=Decimal(20), size="M"))
    catalogue.edit([green], GarmentEdit(name="Shirt", brand="ZARA", price=Decimal(30)))
    catalogue.correct([red], TagKind.TYPE, "Tee")
    catalogue.correct([green], TagKind.TYPE, "Blouse")
    before = several(runtime, red, green)
    with pytest.raises(MergeConflict) as caught:
        runtime.redundancy.review.merge(red, [green])
    found = {conflict.key: list(conflict.values.items()) for conflict in caught.value.conflicts}
    assert set(found) == {"name", "price", "type"}
    assert found["name"] == [(red, "Tee"), (green, "Shirt")]
    assert found["price"] == [(red, Decimal(20)), (green, Decimal(30))]
    assert [tag.value for _, tag in found["type"]] == ["Tee", "Blouse"]
    assert several(runtime, red, green) == before
    assert verdicts_of(runtime.redundancy.review) == []
    done = runtime.redundancy.review.merge(red, [green], prefer={"name": green, "price": red, "type": green})
    one = catalogue.get(red)
    assert (one.name, one.brand, one.price, one.size, one.type) == ("Shirt", "Zara", Decimal(20), "M", "Blouse")
    runtime.redundancy.review.undo(done)
    assert several(runtime, red, green) == before


def test_what_a_preference_does_not_settle_is_asked_still(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    for item, size in ((red, ""), (green, "M"), (blue, "L")):
        runtime.catalogue.edit([item], GarmentEdit(size=size))
    with pytest.raises(MergeConflict) as caught:
        runtime.redundancy.review.merge(red, [green, blue], prefer={"size": red, "name": blue})
    assert [(one.key, dict(one.values)) for one in caught.value.conflicts] == [("size", {green: "M", blue: "L"})]


def test_twins_may_have_cost_differently_and_what_they_cost_together_stays_right(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    catalogue.edit([red], GarmentEdit(price=Decimal(20), notes="blue label"))
    catalogue.edit([green], GarmentEdit(price=Decimal("12.50"), quantity=2))
    before = several(runtime, red, green)
    done = runtime.redundancy.review.merge(red, [green], Verdict.TWINS)
    one = catalogue.get(red)
    assert (one.quantity, one.price) == (3, Decimal("15.00"))
    assert one.notes == "blue label\n\nPrices paid: 1 × 20.00, 2 × 12.50"
    runtime.redundancy.review.undo(done)
    assert several(runtime, red, green) == before


def test_a_garment_that_changed_since_the_question_was_put_is_not_merged(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    seen = {item: runtime.catalogue.get(item).version for item in (red, green)}
    runtime.catalogue.edit([green], GarmentEdit(name="Mine"))
    with pytest.raises(ChangedElsewhere):
        runtime.redundancy.review.merge(red, [green], seen=seen)
    assert runtime.catalogue.get(green).trashed_at is None


def test_what_the_owner_wrote_since_stays_when_they_are_separated(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    catalogue.edit([green], GarmentEdit(name="Shirt", size="M", notes="soft"))
    before = several(runtime, red, green)
    runtime.redundancy.review.merge(red, [green])
    catalogue.edit([red], GarmentEdit(name="My tee", notes="soft\n\nwashed"))
    split(runtime, last_merge(runtime, red))
    kept, back = several(runtime, red, green)
    assert (kept.name, kept.notes, kept.size) == ("My tee", "soft\n\nwashed", "")
    assert back == before[1]


def test_parting_the_first_of_two_merges_takes_only_its_own_back(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    catalogue = runtime.catalogue
    catalogue.edit([green], GarmentEdit(name="Shirt", notes="soft", quantity=3))
    catalogue.edit([blue], GarmentEdit(brand="Lyon", notes="warm", quantity=2))
    first = runtime.redundancy.review.merge(red, [green]).merge
    runtime.redundancy.review.merge(red, [blue])
    assert first
    split(runtime, first)
    one = catalogue.get(red)
    assert (one.name, one.brand, one.notes, one.quantity) == ("", "Lyon", "warm", 2)
    assert [photo.filename for photo in one.photos] == ["red 0.jpg", "blue 2.jpg"]


def test_a_photo_that_left_a_merged_garment_does_not_come_back_with_it(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    first = runtime.redundancy.review.merge(green, [blue]).merge
    second = runtime.redundancy.review.merge(red, [green]).merge
    assert first
    assert second
    split(runtime, first)
    runtime.redundancy.review.merge(red, [blue])
    split(runtime, second)
    assert [[photo.filename for photo in one.photos] for one in several(runtime, red, green)] == [
        ["red 0.jpg", "blue 2.jpg"], ["green 1.jpg"],
    ]  # fmt: skip


def test_photos_of_a_later_merge_come_last_also_where_others_left(runtime: Runtime) -> None:
    red, green, blue, pink = fill(runtime, "pink", "green", "red", "blue")
    first = runtime.redundancy.review.merge(blue, [green]).merge
    runtime.redundancy.review.merge(blue, [pink])
    assert first
    split(runtime, first)
    runtime.redundancy.review.merge(blue, [red])
    assert [photo.filename for photo in runtime.catalogue.get(blue).photos] == ["red 2.jpg", "blue 3.jpg", "pink 0.jpg"]


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.KEEP_BOTH])
def test_a_verdict_that_stood_before_stands_again_wherever_a_merge_is_undone(
    runtime: Runtime, verdict: Verdict
) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.redundancy.review.decide([red, green], verdict)
    before = verdicts_of(runtime.redundancy.review)
    for separate in (
        lambda: split(runtime, last_merge(runtime, red)),
        lambda: runtime.redundancy.review.take_back([(red, green)]),
        lambda: runtime.redundancy.review.undo(runtime.redundancy.review.decisions()[0]),
    ):
        runtime.redundancy.review.merge(red, [green])
        assert verdicts_of(runtime.redundancy.review) != before
        separate()
        assert verdicts_of(runtime.redundancy.review) == before


def test_a_type_that_was_renamed_or_removed_meanwhile_comes_back_as_it_is_called_now(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    for name in ("Dirndl", "Toga"):
        runtime.types.add(name, Slot.FULL)
    runtime.catalogue.correct([red], TagKind.TYPE, "Dirndl")
    runtime.catalogue.correct([green], TagKind.TYPE, "Toga")
    runtime.redundancy.review.merge(red, [green], prefer={"type": green})
    runtime.types.change("Dirndl", "Tracht", Slot.FULL)
    split(runtime, last_merge(runtime, red))
    assert [one.type for one in several(runtime, red, green)] == ["Tracht", "Toga"]
    runtime.redundancy.review.merge(red, [green], prefer={"type": green})
    runtime.types.remove("Tracht")
    split(runtime, last_merge(runtime, red))
    kept = runtime.catalogue.get(red).tags[TagKind.TYPE]
    assert kept.source is not TagSource.PERSON


def test_what_is_part_of_another_garment_is_not_restored_without_its_photos(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    runtime.redundancy.review.merge(green, [blue])
    runtime.redundancy.review.merge(red, [green])
    assert [runtime.catalogue.part_of(item) for item in (red, green, blue)] == [None, red, red]
    for change in (runtime.catalogue.restore, runtime.catalogue.trash):
        with pytest.raises(InvalidEdit, match=f"part of item {red}"):
            change([blue])
    assert ids(runtime.catalogue.garments()) == [red]


def test_what_was_typed_about_a_merged_garment_goes_for_good_with_the_whole(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.drafts.keep(draft_key(green), {"notes": "private"}, {"notes": ""})
    runtime.redundancy.review.merge(red, [green])
    runtime.catalogue.trash([red])
    runtime.catalogue.delete_forever([red])
    assert runtime.drafts.read(draft_key(green)) is None


def test_an_old_decision_does_not_take_back_a_later_merge_that_has_its_id(runtime: Runtime) -> None:
    red, green, blue, grey = fill(runtime, "red", "green", "blue", "grey")
    first = runtime.redundancy.review.merge(red, [green])
    assert first.merge is not None
    runtime.redundancy.review.separate(red, first.merge)
    later = runtime.redundancy.review.merge(blue, [grey])
    with pytest.raises(NotFound):
        runtime.redundancy.review.undo(first)
    with pytest.raises(NotFound):
        runtime.redundancy.review.separate(red, later.merge or first.merge)
    assert len(runtime.catalogue.get(blue).photos) == 2
    runtime.redundancy.review.undo(later)
    assert len(runtime.catalogue.get(blue).photos) == 1
