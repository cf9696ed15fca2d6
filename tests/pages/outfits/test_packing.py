from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.support.app_pages import OpenPage, button
from wardrobe_app.domain.garments.garment import TagKind

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def test_a_trip_is_packed_ticked_off_planned_and_copied(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    lists, today = wardrobe.outfits.packing_lists, wardrobe.outfits.wear_log.today()
    for garment, kind in zip(garments, ("Blouse", "Skirt", "Jeans", "Sneakers", "Dress"), strict=True):
        wardrobe.catalogue.correct([garment.id], TagKind.TYPE, kind)
        wardrobe.catalogue.correct([garment.id], TagKind.OCCASION, "casual")
    app = open_page("packing")
    app.text_input(key="trip_name").set_value("Rome *1*")
    app.date_input(key="trip_first").set_value(today)
    app.number_input(key="trip_days").set_value(2)
    app.button(key="trip_make").click().run()
    assert not app.exception
    (rome,) = lists.all()
    assert (rome.name, rome.days, rome.starts_on) == ("Rome *1*", 2, today)
    assert set(rome.item_ids) <= {garment.id for garment in garments}
    assert app.query_params["list"] == str(rome.id)
    line = rome.lines[0]
    app.checkbox(key=f"packed_{line.id}").check().run()
    app.text_input(key="packing_text").set_value("charger").run()
    assert not app.exception
    app = open_page("packing", list=str(rome.id))
    assert app.checkbox(key=f"packed_{line.id}").value
    (again,) = lists.all()
    assert [(one.text, one.packed) for one in again.lines] == [
        ("", one.id == line.id) for one in rome.lines
    ] + [("charger", False)]  # fmt: skip
    app.button(key="packing_plan").click().run()
    planned = wardrobe.outfits.planner.plans()
    assert [plan.starts_on for plan in planned] == [today, today + timedelta(days=1)]
    app.button(key=f"take_off_{again.lines[-1].id}").click().run()
    app.button(key="notice_undo").click().run()
    assert lists.all()[0].lines[-1].text == "charger"
    app.button(key="packing_copy").click().run()
    assert not app.exception
    copied, _ = lists.all()
    assert (copied.name, copied.packed, len(copied.lines)) == ("Rome *1* again", 0, len(again.lines))
    app.button(key="packing_remove").click().run()
    assert [one.id for one in lists.all()] == [rome.id]


def test_weather_that_is_not_understood_makes_no_list(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("packing")
    app.text_input(key="trip_weather").set_value("blue")
    app.button(key="trip_make").click().run()
    assert not app.exception
    assert wardrobe.outfits.packing_lists.all() == ()
    assert button(app, "Close")
