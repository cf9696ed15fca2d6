from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import NAVY, OpenPage, a_photo, button, texts
from wardrobe_app.components.catalogue import tag_editor
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.availability import Status, why_not_proposed
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.limits import HIGHEST_PRICE, MOST_OF_ONE

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest
    from streamlit.testing.v1.element_tree import ButtonGroup

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def labels(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def test_an_address_without_a_garment_leads_back_to_the_wardrobe(open_page: OpenPage) -> None:
    for item in ("", "999", "x", "-1"):
        assert "no garment at this address" in texts(open_page("garment", item=item))


def test_only_candidates_that_are_likely_enough_are_offered(
    open_page: OpenPage, garments: tuple[Garment, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered() -> list[str]:
        pills = open_page("garment", item=str(garments[0].id)).pills
        return [value for one in pills if one.label.startswith("Type") for value in one.options]

    assert any("Skirt" in one for one in offered())  # of one in a hundred
    monkeypatch.setattr(tag_editor, "MIN_SHOWN", 0.02)
    assert offered() == []  # a single one is no choice


def test_one_click_on_a_candidate_corrects_the_type(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0]
    app = open_page("garment", item=str(item.id))
    assert app.title[0].value == item.title
    app.pills[0].set_value("Skirt").run()
    assert not app.exception
    tag = wardrobe.catalogue.get(item.id).tags[TagKind.TYPE]
    assert (tag.value, tag.source) == ("Skirt", TagSource.PERSON)
    assert "set by you" in texts(app)
    button(app, "Undo").click().run()
    assert wardrobe.catalogue.get(item.id).tags[TagKind.TYPE].source is TagSource.MODEL


def test_the_whole_vocabulary_is_offered(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = open_page("garment", item=str(garments[0].id))
    kinds = next(one for one in app.selectbox if one.label == "Type")
    assert len(kinds.options) == len(wardrobe.vocabulary)
    kinds.select("Poncho").run()
    assert wardrobe.catalogue.get(garments[0].id).type == "Poncho"


def test_a_doubtful_tag_says_so_and_can_be_confirmed(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    assert "needs review" in texts(app)
    app.button(key=f"confirm_{garments[0].id}_pattern").click().run()
    assert wardrobe.catalogue.get(garments[0].id).tags[TagKind.PATTERN].source is TagSource.PERSON


def test_tagging_again_leaves_what_a_person_set(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.correct([garments[0].id], TagKind.COLOUR, "orange")
    app = open_page("garment", item=str(garments[0].id))
    button(app, "Tag again").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(garments[0].id).colour == "orange"


def test_details_are_saved(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    app.text_input(key=f"name_{item}").set_value("The one from Lyon")
    app.text_input(key=f"brand_{item}").set_value("Acme")
    app.text_input(key=f"price_{item}").set_value("19,90")
    app.date_input(key=f"purchased_on_{item}").set_value(date(2024, 5, 1))
    app.text_area(key=f"notes_{item}").set_value("a *spot*")
    button(app, "Save details").click().run()
    assert not app.exception
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.brand, kept.price, kept.notes) == (
        "The one from Lyon", "Acme", Decimal("19.90"), "a *spot*",
    )  # fmt: skip
    assert kept.purchased_on == date(2024, 5, 1)
    assert app.title[0].value == "The one from Lyon"


def test_a_garment_goes_to_the_trash_and_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    button(app, "Trash").click().run()
    assert wardrobe.catalogue.count().trashed == 1
    assert "Restore" in labels(app)
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.count().trashed == 0
    assert "Trash" in labels(app)


def test_favourite_and_archive_can_be_taken_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    button(app, "Favourite").click().run()
    button(app, "Archive").click().run()
    kept = wardrobe.catalogue.get(garments[0].id)
    assert kept.favourite
    assert kept.archived_at is not None
    button(app, "Back to the wardrobe").click().run()
    assert wardrobe.catalogue.get(garments[0].id).archived_at is None


def test_colours_and_looks_are_shown(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("garment", item=str(garments[0].id))
    assert "pink 100%" in texts(app)
    assert "Outfits with it" in texts(app)


def test_what_counts_as_the_garment_can_be_looked_at(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("garment", item=str(garments[0].id))
    next(one for one in app.toggle if one.label == "Show the cut-out").set_value(True).run()
    assert not app.exception
    assert any("the cut-out" in str(image.proto) for image in app.get("image"))


def test_the_mask_of_a_photo_is_switched_off_and_that_is_undone(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    button(app, "Use the whole photo").click().run()
    assert not wardrobe.catalogue.get(garments[0].id).photos[0].masked
    assert any(button.label == "Ignore the background" for button in app.button)
    button(app, "Undo").click().run()
    assert wardrobe.catalogue.get(garments[0].id).photos[0].masked


def test_the_colour_can_be_picked_on_the_photo(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0]
    app = open_page("garment", item=str(item.id))
    toggle = next(one for one in app.toggle if one.label == "Pick the colour")
    toggle.set_value(True).run()
    assert not app.exception
    assert "Click where" in texts(app)
    wardrobe.catalogue.set_colour(item.id, "navy", "#1a244e")
    assert "navy, picked" in texts(open_page("garment", item=str(item.id)))


def test_only_what_can_have_sleeves_is_asked_for_them(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0]
    for kind, asked in (("Jeans", False), ("Blouse", True)):
        wardrobe.catalogue.correct([item.id], TagKind.TYPE, kind)
        app = open_page("garment", item=str(item.id))
        assert ("Sleeves" in [one.label for one in app.selectbox]) is asked


def test_what_was_merged_is_split_with_all_that_was_written_and_that_can_be_undone(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    keep, other = garments[0].id, garments[1].id
    wardrobe.catalogue.edit([other], GarmentEdit(name="Blouse", notes="soft"))
    before = [wardrobe.catalogue.get(item) for item in (keep, other)]
    merge = wardrobe.redundancy.review.merge(keep, [other]).merge
    merged = wardrobe.catalogue.get(keep)
    app = open_page("garment", item=str(keep))
    app.button(key=f"split_{merge}").click().run()
    assert not app.exception
    assert [wardrobe.catalogue.get(item) for item in (keep, other)] == before
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(keep) == merged


def test_the_page_of_a_garment_that_is_part_of_another_one_leads_there(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    keep, other = garments[0].id, garments[1].id
    wardrobe.redundancy.review.merge(keep, [other])
    app = open_page("garment", item=str(other))
    assert not app.text_input
    assert not [one for one in app.button if one.key and one.key.startswith("restore")]


@pytest.mark.parametrize(("price", "quantity"), [(Decimal("2500000.50"), 4321), (HIGHEST_PRICE, MOST_OF_ONE)])
def test_saving_one_field_leaves_whatever_the_others_hold(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...], price: Decimal, quantity: int
) -> None:
    item = garments[0].id
    wardrobe.catalogue.edit([item], GarmentEdit(price=price, quantity=quantity, purchased_on=date(1900, 1, 1)))
    app = open_page("garment", item=str(item))
    assert app.text_input(key=f"price_{item}").value == str(price)
    assert app.text_input(key=f"quantity_{item}").value == str(quantity)
    app.text_input(key=f"name_{item}").set_value("Renamed")
    button(app, "Save details").click().run()
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.price, kept.quantity, kept.purchased_on) == ("Renamed", price, quantity, date(1900, 1, 1))


def test_a_day_that_its_field_cannot_show_is_said_and_stays(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item, day = garments[0].id, date.today() + timedelta(days=400)
    with wardrobe.types._uow(writing=True) as uow:  # as an older version let it come in
        uow.garments.change([item], {"purchased_on": day})
        uow.commit()
    app = open_page("garment", item=str(item))
    assert app.date_input(key=f"purchased_on_{item}").value is None
    assert day.isoformat() in texts(app)
    app.text_input(key=f"name_{item}").set_value("Renamed")
    button(app, "Save details").click().run()
    kept = wardrobe.catalogue.get(item)
    assert (kept.name, kept.purchased_on) == ("Renamed", day)


def test_a_draft_survives_its_session_and_goes_when_it_is_saved(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    open_page("garment", item=str(item)).text_area(key=f"notes_{item}").set_value("a spot").run()
    assert wardrobe.drafts.read(f"garment-{item}", garments[0].added_at.isoformat()).typed == {"notes": "a spot"}
    app = open_page("garment", item=str(item))
    assert app.text_area(key=f"notes_{item}").value == "a spot"
    button(app, "Save details").click().run()
    assert wardrobe.catalogue.get(item).notes == "a spot"
    assert not list(wardrobe.settings.drafts_dir.iterdir())


def test_a_draft_about_a_field_that_was_changed_meanwhile_is_not_saved_without_asking(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    open_page("garment", item=str(item)).text_area(key=f"notes_{item}").set_value("mine").run()
    wardrobe.catalogue.edit([item], GarmentEdit(notes="theirs"))
    app = open_page("garment", item=str(item))
    assert app.text_area(key=f"notes_{item}").value == "mine"
    assert "**Notes**: theirs" in texts(app)
    assert "Save mine anyway" in labels(app)


def test_one_click_says_where_a_garment_is_and_undo_takes_it_back(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))
    app.segmented_control[0].set_value(Status.LENT).run()
    assert wardrobe.catalogue.get(item).status is Status.LENT
    next(one for one in app.text_input if one.key.startswith(f"lent_to_{item}")).set_value("Ada").run()
    assert wardrobe.catalogue.get(item).lent_to == "Ada"
    button(app, "Undo").click().run()
    assert not app.exception
    assert (wardrobe.catalogue.get(item).status, wardrobe.catalogue.get(item).lent_to) == (Status.LENT, "")


def test_the_page_says_why_a_garment_that_is_away_is_not_proposed(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    wardrobe.catalogue.set_status([item], Status.FOR_SALE)
    said = plain(why_not_proposed(wardrobe.catalogue.get(item)))
    assert any(said in one.value for one in open_page("garment", item=str(item)).caption)


def test_a_garment_gets_several_seasons_by_clicks(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    app = open_page("garment", item=str(item))

    def seasons() -> ButtonGroup:
        return next(one for one in app.pills if one.label == "Season")

    assert [one.split()[0] for one in seasons().options] == ["Spring", "Summer", "Autumn", "Winter"]
    seasons().set_value(["summer", "spring"]).run()
    tag = wardrobe.catalogue.get(item).tags[TagKind.SEASON]
    assert (tag.values, tag.source) == (("spring", "summer"), TagSource.PERSON)
    assert seasons().value == ["spring", "summer"]
    seasons().set_value([]).run()
    assert wardrobe.catalogue.get(item).tags[TagKind.SEASON].source is TagSource.MODEL
    seasons().set_value([]).run()
    assert not app.exception
    assert seasons().value == list(wardrobe.catalogue.get(item).values(TagKind.SEASON)) != []
    next(one for one in app.pills if one.label == "Occasion").set_value(["work", "casual"]).run()
    assert wardrobe.catalogue.get(item).values(TagKind.OCCASION) == ("casual", "work")


def uploaded(app: AppTest, item: int, *numbers: int) -> AppTest:
    files = [(f"more {number}.jpg", a_photo("trousers", NAVY, number), "image/jpeg") for number in numbers]
    next(one for one in app.file_uploader if one.key.startswith(f"more_photos_{item}")).set_value(files).run()
    assert not app.exception
    return app


def test_another_photo_is_added_becomes_the_cover_and_is_removed_each_with_undo(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    before = wardrobe.catalogue.get(item)
    app = open_page("garment", item=str(item))
    assert not [one for one in app.button if one.label in ("Make cover", "Remove photo")]
    uploaded(app, item, 21)
    first, second = wardrobe.catalogue.get(item).photos
    app.button(key=f"cover_{second.id}").click().run()
    assert wardrobe.catalogue.get(item).photos == (second, first)
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.get(item).photos == (first, second)
    app.button(key=f"remove_photo_{first.id}").click().run()
    assert wardrobe.catalogue.get(item).photos == (second,)
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(item).photos == (first, second)
    assert wardrobe.catalogue.get(item).tags == before.tags


def test_adding_photos_on_the_page_can_be_undone(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item = garments[0].id
    app = uploaded(open_page("garment", item=str(item)), item, 22, 23)
    assert len(wardrobe.catalogue.get(item).photos) == 3
    app.button(key="notice_undo").click().run()
    assert wardrobe.catalogue.get(item).photos == garments[0].photos


def test_a_photo_that_another_garment_has_is_said_with_a_link_and_added_on_request(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    item, other = garments[0].id, garments[2]
    app = uploaded(open_page("garment", item=str(item)), item, 2)
    assert len(wardrobe.catalogue.get(item).photos) == 1
    assert plain(other.title) in [one.label for one in app.page_link]
    app.button(key=f"anyway_{item}_0").click().run()
    assert not app.exception
    assert len(wardrobe.catalogue.get(item).photos) == 2
    assert not [one for one in app.button if one.key == f"anyway_{item}_0"]


def test_a_garment_whose_cover_goes_when_it_is_split_is_tagged_by_its_own_photo(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    keep, other = garments[0].id, garments[2].id
    before = wardrobe.catalogue.get(keep)
    merge = wardrobe.redundancy.review.merge(keep, [other]).merge
    wardrobe.photos.make_cover(keep, wardrobe.catalogue.get(keep).photos[1].id)
    assert wardrobe.catalogue.get(keep).tags != before.tags
    app = open_page("garment", item=str(keep))
    app.button(key=f"split_{merge}").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(keep).tags == before.tags
