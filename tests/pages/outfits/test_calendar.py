from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.support.app_pages import OpenPage, button, texts
from wardrobe_app.components.outfits.day_panel import OTHER
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
    app.segmented_control(key="calendar_choice").set_value(OTHER).run()
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


def test_a_saved_outfit_is_put_on_an_earlier_day_by_its_picture(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    outfit = wardrobe.outfits.saved.save([garments[0].id, garments[2].id], "Monday").outfit
    before = wardrobe.outfits.wear_log.today() - timedelta(days=40)
    app = open_page("calendar", day=before.isoformat())
    app.button(key=f"put_worn_{'_'.join(map(str, outfit.item_ids))}").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert (wear.worn_on, wear.outfit_id) == (before, outfit.id)
    assert "**Monday**" in texts(app)


def test_a_day_to_come_is_planned_repeated_skipped_moved_and_worn(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    planner, today = wardrobe.outfits.planner, wardrobe.outfits.wear_log.today()
    outfit = wardrobe.outfits.saved.save([garments[0].id, garments[2].id], "Monday").outfit
    week = today + timedelta(days=7)
    app = open_page("calendar", day=today.isoformat())
    app.button(key=f"put_plan_{'_'.join(map(str, outfit.item_ids))}").click().run()
    (plan,) = planner.plans()
    assert (plan.item_ids, plan.starts_on, plan.every_days) == (outfit.item_ids, today, None)
    app.radio(key=f"repeat_plan_{plan.id}_None_None").set_value("Every week").run()
    app.button(key=f"repeat_plan_{plan.id}_None_None_save").click().run()
    app.button(key=f"worn_plan_{plan.id}").click().run()
    assert not app.exception
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert (wear.worn_on, wear.outfit_id) == (today, outfit.id)
    assert f"skip_plan_{plan.id}" not in {one.key for one in app.button}, "it is worn, and not planned any more"
    app = open_page("calendar", day=week.isoformat())
    app.date_input(key=f"move_plan_{plan.id}_{week}").set_value(week + timedelta(days=1)).run()
    app.button(key=f"move_plan_{plan.id}_{week}_save").click().run()
    assert app.query_params["day"] == (week + timedelta(days=1)).isoformat()
    weekly, moved = planner.plans()
    assert (weekly.skipped, moved.starts_on) == ({week}, week + timedelta(days=1))
    app.button(key="notice_undo").click().run()
    assert [one.skipped for one in planner.plans()] == [frozenset()]
    app = open_page("calendar", day=week.isoformat(), view="week")
    app.button(key=f"skip_plan_{plan.id}").click().run()
    assert not app.exception
    assert [one.skipped for one in planner.plans()] == [{week}]


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
    assert any(one.key == f"remove_wear_{wear.id}" for one in app.button)


def test_a_zone_that_the_computer_does_not_know_counts_by_its_difference(
    open_page: OpenPage, wardrobe: Runtime, garments: tuple[Garment, ...]
) -> None:
    app = open_page("garment", item=str(garments[0].id))
    app.context = {"timezone": "Mars/Olympus", "timezone_offset": -14 * 60}
    app.run()
    button(app, "Wear today").click().run()
    (wear,) = wardrobe.outfits.wear_log.wears()
    assert abs(wear.worn_on - datetime.now(ZoneInfo("Pacific/Kiritimati")).date()) < timedelta(1)
