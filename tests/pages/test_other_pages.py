from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, button, texts

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime

PAGES = (
    "home", "wardrobe", "add_photos", "garment", "duplicates", "insights", "before_you_buy", "today", "outfits",
    "arrange", "calendar", "packing", "graph", "trash", "maintenance", "settings",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_an_empty_wardrobe(open_page: OpenPage, page: str) -> None:
    assert open_page(page).title


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_a_wardrobe_with_garments(
    open_page: OpenPage, page: str, garments: tuple[Garment, ...]
) -> None:
    assert open_page(page, item=str(garments[0].id)).title


def test_looks_are_for_the_garment_of_the_address(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    app = open_page("outfits", item=str(garments[2].id))
    assert app.selectbox(key="look_item").value == garments[2].id
    app.selectbox(key="look_item").select(garments[3].id).run()
    assert not app.exception
    assert app.query_params["item"] == str(garments[3].id)


def test_what_is_in_the_trash_can_be_restored_or_deleted(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.trash([garments[0].id, garments[1].id])
    app = open_page("trash")
    next(one for one in app.checkbox if one.key.startswith(f"tick_trash_{garments[0].id}_")).check().run()
    button(app, "Restore 1").click().run()
    assert [garment.id for garment in wardrobe.catalogue.trashed()] == [garments[1].id]
    button(app, "Delete permanently").click().run()
    button(app, "Empty the trash (1)").click().run()
    assert not app.exception
    assert wardrobe.catalogue.count().trashed == 0
    assert wardrobe.catalogue.count().live == 4


def test_where_the_data_is_and_what_tagged_is_told(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    assert open_page("maintenance").code[-1].value == str(wardrobe.settings.data_dir)
    app = open_page("settings")
    assert "5 garments tagged by **fake 1**" in texts(app)


def test_cut_outs_are_switched_off_for_good(open_page: OpenPage, wardrobe: Runtime) -> None:
    app = open_page("settings")
    switch = next(one for one in app.toggle if one.label.startswith("Show garments without"))
    assert switch.value
    switch.set_value(False).run()
    assert not wardrobe.preferences.cut_outs
    again = open_page("settings")
    assert not next(one for one in again.toggle if one.label.startswith("Show garments without")).value
