from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.outfits.wear_stats import COST, DAYS, NAME
from wardrobe_app.components.shared.formatting import plain
from wardrobe_app.domain.catalogue.filters import GarmentEdit

if TYPE_CHECKING:
    from wardrobe_app.domain.garments.garment import Garment
    from wardrobe_app.wiring import Runtime


def test_garments_are_noted_for_a_day_and_removed_with_undo(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    today = wardrobe.outfits.wear_log.today()
    app = open_page("calendar")
    assert "Nothing saved for this day." in texts(app)
    app.multiselect(key=f"worn_items_{today}").set_value([garments[0].id, garments[2].id]).run()
    app.button(key=f"worn_items_{today}_note").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert (wear.worn_on, set(wear.item_ids)) == (today, {garments[0].id, garments[2].id})
    app.button(key=f"remove_wear_{wear.id}").click().run()
    assert wardrobe.outfits.wear_log.wears() == ()
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert len(wardrobe.outfits.wear_log.wears()) == 1


def test_a_saved_look_is_noted_for_an_earlier_day(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    outfit = wardrobe.outfits.saved.save([garments[0].id, garments[2].id], "Monday").outfit
    app = open_page("calendar")
    app.button(key="calendar_before").click().run()
    before = wardrobe.outfits.wear_log.today().replace(day=1) - timedelta(days=1)
    app.button(key=f"day_{before}").click().run()
    app.selectbox(key=f"worn_look_{before}").select(outfit.id).run()
    app.button(key=f"worn_look_{before}_note").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert (wear.worn_on, wear.outfit_id) == (before, outfit.id)
    assert "**Monday**" in texts(app)


def test_days_to_come_cannot_be_chosen(open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]) -> None:
    app = open_page("calendar")
    today = wardrobe.outfits.wear_log.today()
    days = {one.key: one.disabled for one in app.button if (one.key or "").startswith("day_")}
    assert days == {key: key > f"day_{today}" for key in days}
    assert app.button(key="calendar_after").disabled


def test_the_table_tells_what_each_wear_cost(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id, garments[1].id], GarmentEdit(price=Decimal("50")))
    today = wardrobe.outfits.wear_log.today()
    for day in (today, today - timedelta(days=1)):
        wardrobe.outfits.wear_log.wear([garments[0].id], day)
    table = open_page("calendar").dataframe[0].value
    costs = dict(zip(table[NAME].str.extract(r"number (\d+)")[0].astype(int), table[COST], strict=True))
    assert costs[garments[0].id] == 25
    assert costs[garments[1].id] == float("inf")
    assert costs[garments[2].id] != costs[garments[2].id]
    assert table[DAYS].sum() == 2


def test_what_is_new_is_not_said_to_be_unworn_for_a_year(open_page: OpenPage, garments: tuple[Garment, ...]) -> None:
    assert "have had at least that long are counted" in texts(open_page("calendar"))


def test_worn_today_on_the_garment_page_can_be_undone(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(price=Decimal("50")))
    app = open_page("garment", item=str(garments[0].id))
    assert "Not worn yet" in texts(app)
    button(app, "Wear today").click().run()
    assert not app.exception
    assert "Worn once, last on" in texts(app)
    assert plain("50.00 per wear.") in texts(app)
    app.button(key="notice_undo").click().run()
    assert wardrobe.outfits.wear_log.wears() == ()


def test_what_a_wear_cost_is_shown_in_the_chosen_currency(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    wardrobe.catalogue.edit([garments[0].id], GarmentEdit(price=Decimal("1250")))
    wardrobe.outfits.wear_log.wear([garments[0].id])
    app = open_page("settings")
    app.selectbox(key="currency").select("CAD").run()
    assert not app.exception
    assert wardrobe.preferences.currency == "CAD"
    app = open_page("garment", item=str(garments[0].id))
    assert plain("CA$1,250.00") in texts(app)
    app = open_page("calendar")
    assert b"CA$1,250.00" in app.dataframe[0].proto.arrow_data.styler.display_values


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])  # which never have the same day
def test_today_is_the_day_where_the_browser_is(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...], zone: str
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    app.context = {"timezone": zone}
    app.run()
    before = datetime.now(ZoneInfo(zone)).date()
    button(app, "Wear today").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert before <= wear.worn_on <= datetime.now(ZoneInfo(zone)).date()
    app.switch_page("wardrobe_app/pages/outfits/calendar.py").run()
    assert any((one.key or "").startswith(f"worn_items_{wear.worn_on}") for one in app.multiselect)


def test_a_zone_that_the_computer_does_not_know_counts_by_its_difference(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    app.context = {"timezone": "Mars/Olympus", "timezone_offset": -14 * 60}
    app.run()
    button(app, "Wear today").click().run()
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert abs(wear.worn_on - datetime.now(ZoneInfo("Pacific/Kiritimati")).date()) < timedelta(1)
