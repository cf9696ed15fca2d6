from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import stocked_wardrobe
from tests.browser.support.server import Server, serving
from tests.browser.support.visit import until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def stocked(browser: Browser, tmp_path: Path) -> Iterator[tuple[Server, Runtime]]:
    wardrobe = stocked_wardrobe.fill(tmp_path / "machine" / "data", 4)
    with serving(tmp_path / "machine") as running:
        yield running, wardrobe


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1400}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(90_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems


def drag(page: Page, piece: Locator, dx: float, dy: float) -> None:
    box = piece.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def test_an_outfit_is_arranged_by_hand_saved_and_varied(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, wardrobe = stocked
    tab.goto(f"{server.url}/arrange")
    for item in (1, 2):
        tab.locator(f".wa-add[data-id='{item}']").click()
    stage = tab.locator(".wa-stage").bounding_box()
    assert stage is not None
    first, second = (tab.locator(f".wa-piece[data-id='{item}']") for item in (1, 2))
    before = first.evaluate("one => [one.style.left, one.style.top]")
    drag(tab, first, stage["width"] * 0.2, stage["height"] * 0.1)
    after = first.evaluate("one => [one.style.left, one.style.top]")
    assert [round(float(b[:-1]) - float(a[:-1])) for a, b in zip(before, after, strict=True)] == [20, 10]
    tab.keyboard.press("Control+z")
    assert first.evaluate("one => [one.style.left, one.style.top]") == before
    drag(tab, first, stage["width"] * 0.2, stage["height"] * 0.1)
    second.focus()
    for key in ("ArrowLeft", "+", "]", "PageDown"):
        tab.keyboard.press(key)
    tab.get_by_role("textbox", name="Name of the outfit").fill("<b>Sunday</b> 'walk'")
    tab.reload()  # what is not saved yet stays
    tab.get_by_role("button", name="Save outfit").click()
    tab.wait_for_url("**/arrange?outfit=1")
    (outfit,) = wardrobe.outfits.saved.all()
    lower, upper = outfit.arrangement
    assert (outfit.name, lower.item_id, lower.rotation, upper.item_id) == ("<b>Sunday</b> 'walk'", 2, 5.0, 1)
    assert upper.x == pytest.approx(float(after[0][:-1]) / 100, abs=0.01)
    tab.get_by_role("button", name="Copy to vary").click()
    tab.wait_for_url("**/arrange?copy=1")
    tab.get_by_role("button", name="Save as a new outfit").click()
    tab.get_by_text("has exactly these garments").first.wait_for()
    tab.locator(".wa-add[data-id='3']").click()
    tab.get_by_role("button", name="Save as a new outfit").click()
    tab.wait_for_url("**/arrange?outfit=2")
    assert [set(one.item_ids) for one in wardrobe.outfits.saved.all()] == [{1, 2, 3}, {1, 2}]
    tab.locator(".st-key-notice_undo button").click()
    tab.get_by_text("Undone.").first.wait_for()
    assert wardrobe.outfits.saved.all() == (outfit,)


def test_a_planned_outfit_is_moved_by_dragging_and_listed_on_a_phone(
    tab: Page, stocked: tuple[Server, Runtime]
) -> None:
    server, wardrobe = stocked
    today = wardrobe.outfits.wear_log.today()
    monday = today + timedelta(days=7 - today.weekday())
    wardrobe.outfits.saved.save([1, 2], "<i>Office</i>")
    (plan,) = wardrobe.outfits.planner.plan([1, 2], monday).after
    tab.goto(f"{server.url}/calendar?view=week&day={monday}")
    to = monday + timedelta(days=2)
    tab.locator(f".wc-day[data-day='{monday}'] .wc-picture").drag_to(tab.locator(f".wc-day[data-day='{to}']"))
    tab.wait_for_url(f"**day={to}**")
    until_drawn(tab)
    assert [one.starts_on for one in wardrobe.outfits.planner.plans()] == [to]
    tab.locator(f".wc-day[data-day='{to}']").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**day={to + timedelta(days=1)}**")
    tab.set_viewport_size({"width": 390, "height": 844})
    row = tab.locator(f".wc-agenda [data-day='{to}'] .wc-row")
    assert "<i>Office</i>" in row.inner_text()
    row.click()
    tab.wait_for_url(f"**day={to}**")
    tab.locator(f".st-key-skip_plan_{plan.id} button").wait_for()
