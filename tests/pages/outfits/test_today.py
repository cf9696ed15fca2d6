from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.app_pages import OpenPage, texts
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


@pytest.fixture
def ids(garments: tuple[Garment, ...], wardrobe: Runtime) -> tuple[int, ...]:
    made = tuple(garment.id for garment in garments)
    for item, kind in zip(made, ("Blouse", "Skirt", "Jeans", "Sneakers", "Dress"), strict=True):
        wardrobe.catalogue.correct([item], TagKind.TYPE, kind)
        wardrobe.catalogue.correct([item], TagKind.OCCASION, "casual")
        wardrobe.catalogue.correct([item], TagKind.SEASON, wardrobe.outfits.today.context().season)
    return made


def test_an_outfit_is_worn_and_another_is_not_for_her_each_with_undo(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    today = wardrobe.outfits.today
    offered = [outfit.ids for outfit in today.offers(today.context()).outfits]
    app = open_page("today")
    app.button(key="wear_0").click().run()
    assert [wear.item_ids for wear in wardrobe.outfits.wear_log.wears()] == [offered[0]]
    assert app.button(key="wear_0").disabled
    app.button(key="notice_undo").click().run()
    assert wardrobe.outfits.wear_log.wears() == ()
    app.button(key="reject_0").click().run()
    assert not app.exception
    (rejected,) = wardrobe.outfits.saved.all(OutfitState.REJECTED)
    assert set(rejected.item_ids) == set(offered[0])
    app.button(key="notice_undo").click().run()
    assert wardrobe.outfits.saved.all() == ()
    assert not app.button(key="wear_0").disabled


def test_the_occasion_is_remembered_and_the_weather_understood(
    open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]
) -> None:
    app = open_page("today")
    app.selectbox(key="today_occasion").select("casual").run()
    assert wardrobe.preferences.occasion == "casual"
    assert open_page("today").selectbox(key="today_occasion").value == "casual"
    app.text_input(key="today_weather").set_value("3 snow").run()
    assert "cold and wet" in texts(app)
    app.text_input(key="today_weather").set_value("bananas").run()
    assert app.error


def test_a_wardrobe_with_nothing_clean_says_so(open_page: OpenPage, wardrobe: Runtime, ids: tuple[int, ...]) -> None:
    wardrobe.catalogue.set_status(ids, Status.IN_WASH)
    app = open_page("today")
    assert not app.exception
    assert not [one for one in app.button if one.key == "wear_0"]
    app.button(key="empty_step").click().run()
    assert app.title[0].value == "Wardrobe"
    assert app.query_params["status"] in ("in-wash", ["in-wash"])
