from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support.app_pages import OpenPage
from tests.support.drawing import photo_bytes
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

Garments = tuple["Garment", ...]
ON_A_PAGE = 24


@pytest.fixture
def many(wardrobe: Runtime) -> list[int]:
    photos = [photo_bytes(Image.effect_noise((40, 40), 90).convert("RGB")) for _ in range(ON_A_PAGE + 2)]
    made = wardrobe.importing.importer.add([source_from_bytes(f"{at}.jpg", photo) for at, photo in enumerate(photos)])
    return [result.garment.id for result in made if result.garment]


def press(app: AppTest, start: str) -> AppTest:
    # Buttons say in brackets what is not on the screen, so the beginning names them.
    next(one for one in app.button if one.label.startswith(start)).click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {one.label for one in app.button}


def tick(app: AppTest, *ids: int) -> AppTest:
    for item in ids:
        next(one for one in app.checkbox if one.key.startswith(f"tick_wardrobe_{item}_")).check().run()
    return app


def choose_colour(app: AppTest, *colours: str) -> AppTest:
    next(one for one in app.multiselect if one.label == "Colour").set_value(list(colours)).run()
    assert not app.exception
    return app


def ticked(app: AppTest) -> set[int]:
    boxes = [one for one in app.checkbox if one.key and one.key.startswith("tick_")]
    return {int(one.key.split("_")[-2]) for one in boxes if one.value}


def trashed(wardrobe: Runtime) -> set[int]:
    return {garment.id for garment in wardrobe.catalogue.trashed()}


def test_what_a_filter_hides_is_neither_trashed_nor_unticked(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    pink, navy = garments[0].id, garments[2].id
    app = choose_colour(tick(open_page("wardrobe"), pink, navy), "pink")
    press(app, "Trash")
    assert trashed(wardrobe) == {pink}
    choose_colour(app)
    assert ticked(app) == {navy}
    app.button(key="notice_undo").click().run()
    assert trashed(wardrobe) == set()


@pytest.mark.parametrize("action", ["Favourite", "Archive", "Trash"])
def test_no_action_touches_what_a_search_hides(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments, action: str
) -> None:
    named, other = garments[0].id, garments[1].id
    wardrobe.catalogue.edit([named], GarmentEdit(name="Grandmother's"))
    app = tick(open_page("wardrobe"), named, other)
    app.text_input(key="search").set_value("grandmother").run()
    before = wardrobe.catalogue.get(other)
    press(app, action)
    assert wardrobe.catalogue.get(other) == before
    assert wardrobe.catalogue.get(named) != wardrobe.catalogue.get(other)


def test_with_all_of_the_selection_hidden_there_is_nothing_to_press(open_page: OpenPage, garments: Garments) -> None:
    app = choose_colour(tick(open_page("wardrobe"), garments[2].id), "pink")
    assert not labels(app) & {"Trash", "Archive", "Favourite"}
    assert {"Show selected", "Clear selection"} <= labels(app)


def test_the_hidden_part_of_a_selection_is_shown_on_request(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    pink, navy, archived = garments[0].id, garments[2].id, garments[3].id
    app = tick(open_page("wardrobe"), pink, navy, archived)
    wardrobe.catalogue.archive([archived])
    press(choose_colour(app, "pink"), "Show selected")
    assert ticked(app) == {pink, navy, archived}
    assert len(app.image) == 3
    press(app, "Archive")
    assert wardrobe.catalogue.get(pink).archived_at
    app.button(key="notice_undo").click().run()
    assert not wardrobe.catalogue.get(pink).archived_at
    assert wardrobe.catalogue.get(archived).archived_at, "that was archived before"
    press(app, "Clear all filters")
    assert len(app.image) == 4


def test_a_button_names_what_is_on_other_pages(open_page: OpenPage, wardrobe: Runtime, many: list[int]) -> None:
    app = press(open_page("wardrobe"), "Select all on this page")
    app.pagination[0].select(2).run()
    assert ticked(app) == set()
    tick(app, many[0])
    assert {"Trash 25 (24 on other pages)", "Archive 25 (24 on other pages)"} <= labels(app)
    press(app, "Trash")
    assert trashed(wardrobe) == set(many) - {many[1]}
    app.button(key="notice_undo").click().run()
    assert trashed(wardrobe) == set()


def test_all_that_match_are_selected_over_all_pages(open_page: OpenPage, wardrobe: Runtime, many: list[int]) -> None:
    wardrobe.catalogue.correct(many[1:], TagKind.COLOUR, "green")
    app = choose_colour(open_page("wardrobe"), "green")
    press(app, f"Select all {ON_A_PAGE + 1} matches")
    assert len(ticked(app)) == ON_A_PAGE
    app.pagination[0].select(2).run()
    assert len(ticked(app)) == 1
    press(app, "Archive")
    assert wardrobe.catalogue.matching_ids() == (many[0],)


def test_ticks_are_right_after_paging_and_filtering(open_page: OpenPage, wardrobe: Runtime, many: list[int]) -> None:
    newest, oldest = many[-1], many[0]
    app = tick(open_page("wardrobe"), newest)
    app.pagination[0].select(2).run()
    tick(app, oldest)
    app.pagination[0].select(1).run()
    assert ticked(app) == {newest}
    wardrobe.catalogue.correct([oldest, newest], TagKind.COLOUR, "green")
    choose_colour(app, "green")
    assert ticked(app) == {oldest, newest}
    next(one for one in app.checkbox if one.key.startswith(f"tick_wardrobe_{oldest}_")).uncheck().run()
    assert ticked(choose_colour(app)) == {newest}


def test_a_selected_garment_that_went_elsewhere_is_forgotten(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second = garments[0].id, garments[1].id
    app = tick(open_page("wardrobe"), first, second)
    wardrobe.catalogue.trash([first])
    app.run()
    assert ticked(app) == {second}
    wardrobe.catalogue.restore([first])
    assert ticked(app.run()) == {second}


def test_the_trash_loses_only_what_its_button_counted(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second, third = (garment.id for garment in garments[:3])
    wardrobe.catalogue.trash([first, second])
    app = press(open_page("trash"), "Delete permanently")
    wardrobe.catalogue.trash([third])
    press(app, "Empty the trash (2)")
    assert trashed(wardrobe) == {third}


def test_what_is_restored_from_the_trash_goes_back_there_as_it_was(
    open_page: OpenPage, wardrobe: Runtime, garments: Garments
) -> None:
    first, second = garments[0].id, garments[1].id
    wardrobe.catalogue.trash([first, second])
    before = wardrobe.catalogue.get(first)
    app = open_page("trash")
    next(one for one in app.checkbox if one.key.startswith(f"tick_trash_{first}_")).check().run()
    press(app, "Restore 1")
    assert trashed(wardrobe) == {second}
    app.button(key="notice_undo").click().run()
    assert replace(wardrobe.catalogue.get(first), version=before.version) == before
