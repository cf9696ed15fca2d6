from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from classifier.prediction import Answer, Prediction, Score, Tier
from tests.browser.support import visit
from tests.browser.support.nasty_wardrobe import NASTY
from tests.browser.support.server import Server, serving
from tests.browser.test_drafts import SOCKETS
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import NAMED, FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.review.review import LARGE_SIDE_PX

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.className;
}"""
SHEET, SINGLES = (1, 2, 3, 4), (5, 6)
COLOURS = ("black", "black", "black", "black", "red", "yellow")


class UnsureTagger(FakeTagger):
    # Takes black garments for jeans, and says of two others that they are hardly anything: skirts, or dresses.
    def _one(self, image: Image.Image, masked: bool = True) -> Prediction:
        made = super()._one(image, masked)
        if made.colour.value == "black":
            types = (Score("Jeans", 0.6), Score("Trousers", 0.3), Score("Leggings", 0.1))
        else:
            types = (Score("Skirt", 0.2), Score("Dress", 0.1), Score("Tunic", 0.1))
        return replace(made, types=types, type=Answer(types[0].name, types[0].score, Tier.CHECK))


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Runtime, Server]]:
    original, wiring.make_tagger = wiring.make_tagger, lambda settings: UnsureTagger()
    try:
        wardrobe = startup.build(Settings(data_dir=tmp_path / "machine" / "data"))
        sizes = [(180, 240) if number in SHEET else (900, 1200) for number in range(1, len(COLOURS) + 1)]
        pictures = [draw_garment("blouse", NAMED[name], size=sizes[n], seed=n) for n, name in enumerate(COLOURS)]
        files = [source_from_bytes(f"{n}.jpg", photo_bytes(picture)) for n, picture in enumerate(pictures)]
        list(wardrobe.importing.importer.add(files, allow_duplicates=True))
    finally:
        wiring.make_tagger = original
    for number, text in enumerate(NASTY[: len(COLOURS)], start=1):
        wardrobe.catalogue.edit([number], GarmentEdit(name=text))
    wardrobe.types.add("<b data-nasty>Dirndl</b>", Slot.FULL)
    with serving(tmp_path / "machine") as server:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(SOCKETS)
        page = context.new_page()
        page.set_default_timeout(120_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{server.url}/review")
        page.locator(".review section").wait_for()
        visit.until_drawn(page)
        yield page, wardrobe, server
        context.close()
        assert not problems
        assert server.attempts() == ""


def go_away(page: Page) -> None:
    page.context.set_offline(True)
    page.evaluate("window.away = true; window.sockets.forEach(socket => socket.close())")


def come_back(page: Page) -> None:
    page.context.set_offline(False)
    page.evaluate("window.away = false")


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(240):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it did not happen")


def types(wardrobe: Runtime) -> list[str | None]:
    return [one.type for one in wardrobe.catalogue.garments() if one.tags[TagKind.TYPE].source is TagSource.PERSON]


def asked(page: Page) -> set[int]:
    places = page.locator(".review [data-item]").all()
    return {int(place.get_attribute("data-item") or 0) for place in places}


def test_a_card_shows_its_photo_as_large_as_it_is_drawn_at_once(opened: tuple[Page, Runtime, Server]) -> None:
    page, _, _ = opened
    go_away(page)
    photo = page.locator(".review figure img")
    wait_until(page, lambda: photo.evaluate("image => image.naturalHeight") == LARGE_SIDE_PX)
    page.keyboard.press("ArrowRight")
    assert photo.evaluate("image => image.decode().then(() => image.naturalHeight)") == LARGE_SIDE_PX


def test_the_queue_is_answered_by_keys_without_a_connection_and_saved_later(
    opened: tuple[Page, Runtime, Server],
) -> None:
    page, wardrobe, _ = opened
    go_away(page)
    press = page.keyboard.press
    first = asked(page)
    assert first < set(SINGLES), "the least certain comes first"
    press("2")
    second = asked(page)
    assert second == set(SINGLES) - first
    press("u")
    assert asked(page) == first
    press("2")
    press("/")
    page.keyboard.type("blaz")
    press("Enter")
    assert asked(page) == set(SHEET)
    press("1")
    press("Shift+Digit2")
    assert page.locator(".review .tile.out").count() == page.locator(".review .tile.turned").count() == 1
    turned, out = (
        int(page.locator(f".review .tile.{name}").get_attribute("data-item") or 0) for name in ("turned", "out")
    )
    press("Enter")
    assert asked(page) == {out}, "what was left out is asked about alone"
    assert page.locator(".review .option").first.inner_text().split() == ["1", "Trousers"]
    press("Enter")
    page.locator(".review .end").wait_for(timeout=2000)
    assert types(wardrobe) == []
    come_back(page)
    wait_until(page, lambda: len(types(wardrobe)) == len(COLOURS))
    trousers = {one.id for one in wardrobe.catalogue.garments() if one.type == "Trousers"}
    assert trousers == {turned, out}
    assert {wardrobe.catalogue.get(item).type for item in SHEET} == {"Jeans", "Trousers"}
    assert [wardrobe.catalogue.get(item).type for item in (*first, *second)] == ["Dress", "Blazer"]


def test_decisions_outlive_a_reload_and_can_be_undone_after_it(opened: tuple[Page, Runtime, Server]) -> None:
    page, wardrobe, _ = opened
    before = wardrobe.catalogue.garments()
    go_away(page)
    (first,) = asked(page)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    page.reload()
    page.locator(".review section").wait_for()
    wait_until(page, lambda: wardrobe.catalogue.get(first).trashed_at is not None)
    wait_until(page, lambda: types(wardrobe) == ["Skirt"])
    assert asked(page) == set(SHEET)
    page.keyboard.press("u")
    page.keyboard.press("u")
    wait_until(page, lambda: wardrobe.catalogue.garments() == before)
    wait_until(page, lambda: re.search("^6 ", page.locator(".review .left").inner_text()) is not None)


def test_what_spreads_is_shown_with_photos_and_undone(opened: tuple[Page, Runtime, Server]) -> None:
    page, wardrobe, _ = opened
    before = wardrobe.catalogue.garments()
    (first,) = asked(page)
    (other,) = set(SINGLES) - {first}
    page.keyboard.press("3")
    strip = page.locator(".review .strip")
    strip.wait_for()
    assert wardrobe.catalogue.get(first).type == wardrobe.catalogue.get(other).type == "Tunic"
    assert strip.locator("img").count() >= 1
    assert page.locator(".review h2").inner_text() == "Tunic?", "the card that is there already says it, too"
    strip.get_by_role("button", name="Undo").click()
    wait_until(page, lambda: wardrobe.catalogue.garments() == before)


def test_names_are_text(opened: tuple[Page, Runtime, Server]) -> None:
    page, _, _ = opened
    for key in ("ArrowRight", "ArrowRight", "/"):
        page.keyboard.press(key)
        assert page.locator(".review [data-nasty]").count() == 0
    page.keyboard.type("dirn")
    assert page.locator(".review [role=option]").all_inner_texts() == ["<b data-nasty>Dirndl</b>"]
    assert page.evaluate("window.ran") is None
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "review", "keys go on working"
