from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from tests.services.support.actions import empty_trash, verdicts_of
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import NAMED, FakeTagger, NoTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import Filter, GarmentEdit, Sort
from wardrobe_app.domain.errors import InvalidEdit, NotFound, StorageFailed, TaggingUnavailable
from wardrobe_app.domain.garments.garment import Garment, TagKind, TagSource, Verdict
from wardrobe_app.domain.text import natural_key
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime


def fill(runtime: Runtime, *colours: str) -> list[int]:
    sources = [
        source_from_bytes(f"{colour} {n}.jpg", photo_bytes(draw_garment(colour=NAMED[colour], size=(90, 120), seed=n)))
        for n, colour in enumerate(colours)
    ]
    results = list(runtime.importing.importer.add(sources, allow_duplicates=True))
    garments = [result.garment for result in results if result.garment]
    assert [garment.colour for garment in garments] == list(colours)
    return [garment.id for garment in garments]


def ids(garments: Sequence[Garment]) -> list[int]:
    return [garment.id for garment in garments]


def shown(catalogue: Catalogue, wanted: Filter, sort: Sort = Sort.OLDEST) -> list[int]:
    return ids(catalogue.browse(wanted, sort, 0, 100).garments)


def files_of(runtime: Runtime, garment: Garment) -> list[Path]:
    stems = {runtime.catalogue.photo_path(photo).stem for photo in garment.photos}
    return [path for path in runtime.settings.data_dir.rglob("*") if path.stem in stems]


def test_pages_follow_each_other_without_gap_or_overlap(runtime: Runtime) -> None:
    added = fill(runtime, "red", "green", "blue", "pink", "navy")
    pages = [runtime.catalogue.browse(Filter(), Sort.NEWEST, page, 2) for page in range(4)]
    assert [item for page in pages for item in ids(page.garments)] == added[::-1]
    assert {page.total for page in pages} == {5}


def test_the_ids_that_match_are_those_of_all_pages(runtime: Runtime) -> None:
    red, green, blue, other_red = fill(runtime, "red", "green", "blue", "red")
    catalogue = runtime.catalogue
    assert catalogue.matching_ids() == (red, green, blue, other_red)
    assert catalogue.matching_ids(Filter({"colour": frozenset({"red"})})) == (red, other_red)
    catalogue.archive([red])
    catalogue.trash([blue])
    assert catalogue.matching_ids(Filter(archived=True)) == (red,)


def test_garments_asked_for_by_id_are_shown_archived_or_not_but_not_from_the_trash(runtime: Runtime) -> None:
    red, green, blue, other_red = fill(runtime, "red", "green", "blue", "red")
    catalogue = runtime.catalogue
    catalogue.archive([red])
    catalogue.trash([blue])
    wanted = Filter(ids=frozenset({red, green, blue, 999}))
    assert shown(catalogue, wanted) == [red, green]
    assert catalogue.facets(wanted)["colour"] == {"green": 1, "red": 1}
    assert shown(catalogue, Filter({"colour": frozenset({"red"})}, ids=frozenset({green, other_red}))) == [other_red]


def test_every_order_does_what_it_says(runtime: Runtime) -> None:
    red, green, black = fill(runtime, "red", "green", "black")
    catalogue = runtime.catalogue
    catalogue.edit([green], GarmentEdit(name="Zebra", price=Decimal("9.5")))
    catalogue.edit([black], GarmentEdit(price=Decimal(10)))
    everything = {sort: ids(catalogue.browse(Filter(), sort, 0, 9).garments) for sort in Sort}
    assert everything[Sort.OLDEST] == [red, green, black]
    assert everything[Sort.NEWEST] == [black, green, red]
    assert everything[Sort.PRICE] == [green, black, red], "what has no price comes last"
    assert everything[Sort.COLOUR] == [black, green, red]
    assert everything[Sort.NAME] == [black, red, green]


@pytest.mark.parametrize("sort", [Sort.NAME, Sort.TYPE])
def test_sorting_by_words_is_sorting_by_the_words_that_are_shown(runtime: Runtime, sort: Sort) -> None:
    added = fill(runtime, "black", "red", "yellow", "green", "blue", "navy", "pink", "brown")
    catalogue = runtime.catalogue
    catalogue.correct(added[:2], TagKind.PATTERN, "striped")
    catalogue.correct(added[2:4], TagKind.PATTERN, "other")
    catalogue.edit(added[4:5], GarmentEdit(name="élan"))
    garments = catalogue.browse(Filter(), sort, 0, 99).garments
    words = [natural_key(garment.title if sort is Sort.NAME else garment.type_label) for garment in garments]
    assert words == sorted(words)


def test_filters_use_the_tags_that_count(runtime: Runtime) -> None:
    red, green, _ = fill(runtime, "red", "green", "blue")
    catalogue = runtime.catalogue
    catalogue.correct([green], TagKind.COLOUR, "red")
    assert shown(catalogue, Filter({"colour": frozenset({"red"})})) == [red, green]
    assert shown(catalogue, Filter({"colour": frozenset({"green"})})) == []
    assert shown(catalogue, Filter({"colour": frozenset()})) == shown(catalogue, Filter())


def test_filters_by_slot_brand_favourite_and_archive(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    catalogue = runtime.catalogue
    catalogue.correct([red], TagKind.TYPE, "Jeans")
    catalogue.correct([green, blue], TagKind.TYPE, "Tee")
    catalogue.edit([blue], GarmentEdit(brand="Acme"))
    catalogue.set_favourite([green], True)
    assert shown(catalogue, Filter({"slot": frozenset({"lower"})})) == [red]
    assert shown(catalogue, Filter({"slot": frozenset({"upper"}), "brand": frozenset({"Acme"})})) == [blue]
    assert shown(catalogue, Filter(favourite=True)) == [green]
    assert shown(catalogue, Filter(favourite=False)) == [red, blue]
    catalogue.archive([red])
    assert shown(catalogue, Filter()) == [green, blue]
    assert shown(catalogue, Filter(archived=True)) == [red]
    catalogue.unarchive([red])
    assert shown(catalogue, Filter()) == [red, green, blue]


def test_the_unsure_ones_are_found_until_a_person_decides(runtime: Runtime) -> None:
    black, red = fill(runtime, "black", "red")
    catalogue = runtime.catalogue
    assert shown(catalogue, Filter(unsure=True)) == [black]
    assert shown(catalogue, Filter(unsure=False)) == [red]
    assert catalogue.count().unsure == 1
    catalogue.correct([black, red], TagKind.TYPE, "Tee")
    assert shown(catalogue, Filter(unsure=True)) == []
    assert catalogue.count().unsure == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme", True),
        ("ÉTÉ", True),
        ("wool 50%", True),
        ("50_", False),
        ("red", True),
        ("waistcoat", True),
        ("vest red", True),
        ("red 0.jpg", True),
        ("green", False),
        ("acme green", False),
        ("tee", False),
    ],
)
def test_every_word_searched_for_has_to_be_somewhere(runtime: Runtime, text: str, found: bool) -> None:
    (red,) = fill(runtime, "red")
    runtime.catalogue.edit([red], GarmentEdit(brand="Acme", notes="Wool 50%, pour l'été"))
    runtime.catalogue.correct([red], TagKind.TYPE, "Vest")
    assert bool(shown(runtime.catalogue, Filter(text=text))) is found


def test_each_facet_is_counted_with_the_other_filters_on(runtime: Runtime) -> None:
    red, red_too, green = fill(runtime, "red", "red", "green")
    catalogue = runtime.catalogue
    catalogue.correct([red, green], TagKind.TYPE, "Jeans")
    catalogue.correct([red_too], TagKind.TYPE, "Tee")
    catalogue.edit([red], GarmentEdit(brand="Acme"))
    facets = catalogue.facets(Filter({"colour": frozenset({"red"})}))
    assert facets["colour"] == {"red": 2, "green": 1}, "its own filter is off"
    assert facets["type"] == {"Jeans": 1, "Tee": 1}
    assert facets["slot"] == {"lower": 1, "upper": 1}
    assert facets["brand"] == {"acme": 1}
    assert catalogue.facets(Filter({"slot": frozenset({"lower"})}))["colour"] == {"green": 1, "red": 1}
    assert catalogue.facets(Filter({"slot": frozenset({"lower"})}))["slot"] == {"lower": 2, "upper": 1}


def test_a_correction_is_never_overwritten_and_can_be_taken_back(runtime: Runtime, tagger: FakeTagger) -> None:
    (red,) = fill(runtime, "red")
    catalogue = runtime.catalogue
    said = catalogue.get(red).type
    catalogue.correct([red], TagKind.TYPE, "Parka")
    tagger.model = "fake 2"
    (again,) = catalogue.retag([red])
    assert again == catalogue.get(red)
    assert again.type == "Parka"
    assert again.tags[TagKind.TYPE].source is TagSource.PERSON
    assert again.suggestions[TagKind.TYPE].value == said
    assert again.tags[TagKind.COLOUR].model == again.embedding_model == "fake 2"
    catalogue.forget_correction([red], TagKind.TYPE)
    assert catalogue.get(red).type == said


def test_tagging_all_again_leaves_out_the_trash(runtime: Runtime) -> None:
    red, green, blue = fill(runtime, "red", "green", "blue")
    runtime.catalogue.trash([red])
    runtime.catalogue.archive([green])
    assert ids(list(runtime.catalogue.retag())) == [green, blue]


def test_tagging_again_needs_a_model_and_the_photo(
    runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (red,) = fill(runtime, "red")
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    with pytest.raises(TaggingUnavailable):
        list(startup.build(settings).catalogue.retag([red]))
    runtime.catalogue.photo_path(runtime.catalogue.get(red).photos[0]).unlink()
    with pytest.raises(StorageFailed, match=r"red 0\.jpg"):
        list(runtime.catalogue.retag([red]))


def test_only_known_values_can_be_said(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    for kind in TagKind:
        with pytest.raises(InvalidEdit, match="nonsense"):
            runtime.catalogue.correct([red], kind, "nonsense")
        runtime.catalogue.correct([red], kind, runtime.catalogue.choices(kind)[0])


def test_several_garments_are_edited_together_and_the_rest_stays(runtime: Runtime) -> None:
    both = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    catalogue.edit(both, GarmentEdit(brand=" Acme ", price=Decimal("12.35"), purchased_on=date(2024, 2, 29)))
    catalogue.edit(both[:1], GarmentEdit(price=None, notes="warm"))
    red, green = (catalogue.get(item_id) for item_id in both)
    assert (red.brand, red.price, red.notes, red.purchased_on) == ("Acme", None, "warm", date(2024, 2, 29))
    assert (green.brand, green.price, green.notes) == ("Acme", Decimal("12.35"), "")


@pytest.mark.parametrize(
    "edit",
    [
        GarmentEdit(price=Decimal(-1)),
        GarmentEdit(price=Decimal("12.345")),
        GarmentEdit(price=Decimal("NaN")),
        GarmentEdit(price=Decimal("1e12")),
        GarmentEdit(name="x" * 201),
    ],
)
def test_senseless_values_are_refused(runtime: Runtime, edit: GarmentEdit) -> None:
    (red,) = fill(runtime, "red")
    before = runtime.catalogue.get(red)
    with pytest.raises(InvalidEdit):
        runtime.catalogue.edit([red], edit)
    assert runtime.catalogue.get(red) == before


def test_one_missing_garment_stops_the_whole_change(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    catalogue = runtime.catalogue
    for change in (
        lambda: catalogue.trash([red, 99]),
        lambda: catalogue.correct([red, 99], TagKind.COLOUR, "blue"),
    ):
        with pytest.raises(NotFound, match="99"):
            change()
    assert catalogue.get(red).trashed_at is None
    assert catalogue.get(red).colour == "red"


def test_the_trash_gives_back_what_it_took(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    before = catalogue.get(red)
    catalogue.trash([red])
    assert ids(catalogue.garments(include_archived=True)) == [green]
    assert ids(catalogue.trashed()) == [red]
    assert (catalogue.count().live, catalogue.count().trashed) == (1, 1)
    catalogue.restore([red])
    assert catalogue.get(red) == before


def test_deleting_for_good_removes_rows_and_files(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    catalogue = runtime.catalogue
    gone, kept = files_of(runtime, catalogue.get(red)), files_of(runtime, catalogue.get(green))
    runtime.redundancy.review.decide([red, green], Verdict.KEEP_BOTH)
    catalogue.trash([red])
    assert catalogue.delete_forever([red, 99]) == 1
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in kept)
    assert verdicts_of(runtime.redundancy.review) == []
    with pytest.raises(NotFound):
        catalogue.get(red)


def test_emptying_the_trash_deletes_what_is_in_it_and_nothing_else(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.trash([red])
    assert empty_trash(runtime.catalogue) == 1
    assert ids(runtime.catalogue.garments()) == [green]
    assert runtime.catalogue.trashed() == ()


def test_what_is_too_long_in_the_trash_goes_and_the_rest_stays(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.trash([red])
    now = datetime.now(UTC)
    assert runtime.catalogue.purge_expired(now + timedelta(days=29)) == 0
    assert runtime.catalogue.purge_expired(now + timedelta(days=31)) == 1
    assert ids(runtime.catalogue.garments()) == [green]


def test_a_file_that_cannot_be_deleted_now_goes_the_next_time(
    runtime: Runtime, settings: Settings, open_wardrobe: Callable[[Settings], Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    (red,) = fill(runtime, "red")
    files = files_of(runtime, runtime.catalogue.get(red))

    def in_use(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use", str(path))

    runtime.catalogue.trash([red])
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", in_use)
        assert runtime.catalogue.delete_forever([red]) == 1
    assert all(path.exists() for path in files)
    open_wardrobe(settings)
    assert not any(path.exists() for path in files)


def test_garments_are_shown_cut_out_until_that_is_switched_off(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    photo = runtime.catalogue.get(red).photos[0]
    assert (photo.mask_model, photo.has_cut_out) == ("fake masks 1", True)
    with Image.open(runtime.catalogue.thumbnail_path(photo)) as cut_out:
        assert (cut_out.format, cut_out.mode, cut_out.size) == ("WEBP", "RGB", (90, 120))
        ground, cloth = (cut_out.getpixel(place) for place in ((2, 2), (45, 60)))
        assert min(ground) > 200, "the bedspread is gone"
        assert cloth[0] > 2 * max(cloth[1:]), "the red garment is there"
    runtime.preferences.show_cut_outs(False)
    with Image.open(runtime.catalogue.thumbnail_path(photo)) as thumbnail:
        assert thumbnail.format == "JPEG"


def test_a_cut_out_that_has_gone_missing_leaves_the_photo(runtime: Runtime) -> None:
    photo = runtime.catalogue.get(fill(runtime, "red")[0]).photos[0]
    runtime.catalogue.thumbnail_path(photo).unlink()
    assert runtime.catalogue.thumbnail_path(photo).suffix == ".jpg"


def test_a_mask_can_be_switched_off_for_one_photo_and_on_again(runtime: Runtime) -> None:
    red, _ = fill(runtime, "red", "green")
    shot = runtime.catalogue.get(red).photos[0]
    off = runtime.catalogue.set_masked(red, shot.id, False).photos[0]
    assert (off.masked, off.has_cut_out) == (False, False)
    assert runtime.catalogue.thumbnail_path(off).suffix == ".jpg"
    assert not runtime.catalogue.get(red).photos[0].masked
    assert [kept.photos[0].masked for kept in runtime.catalogue.retag()] == [False, True], "tagging again keeps it off"
    on = runtime.catalogue.set_masked(red, shot.id, True).photos[0]
    assert on == shot
    assert runtime.catalogue.thumbnail_path(on).suffix == ".webp"


def test_a_mask_that_cannot_be_redone_stays_as_it_was(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, settings: Settings, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    (red,) = fill(runtime, "red")
    shot = runtime.catalogue.get(red).photos[0]
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    without = open_wardrobe(settings)
    with pytest.raises(TaggingUnavailable):
        without.catalogue.set_masked(red, shot.id, False)
    assert without.catalogue.get(red).photos == (shot,)


def test_a_search_for_what_no_text_can_hold_finds_nothing(runtime: Runtime) -> None:
    fill(runtime, "red")
    assert shown(runtime.catalogue, Filter(text="nothing\0like it")) == []
    assert len(shown(runtime.catalogue, Filter(text="\0 red"))) == 1


def test_a_count_beyond_what_anybody_owns_is_refused(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    with pytest.raises(InvalidEdit, match="up to 10,000"):
        runtime.catalogue.edit([red], GarmentEdit(quantity=10**10))


def test_a_photo_that_went_to_another_garment_is_left_as_it_is(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    photo = runtime.catalogue.get(green).photos[0]
    runtime.redundancy.review.merge(red, [green])
    before = runtime.catalogue.get(red)
    with pytest.raises(NotFound):
        runtime.catalogue.set_masked(green, photo.id, False)
    assert runtime.catalogue.get(red) == before


def test_a_photo_that_cannot_be_read_keeps_what_was_wanted_of_it(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    (photo,) = runtime.catalogue.get(red).photos
    runtime.catalogue.photo_path(photo).unlink()
    with pytest.raises(StorageFailed):
        runtime.catalogue.set_masked(red, photo.id, False)
    assert runtime.catalogue.get(red).photos == (photo,)
