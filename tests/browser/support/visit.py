from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What a visitor does in the browser, in her words: pages by their title, buttons by their label.
SECONDS = 1000
IMPORT_TIME = 240 * SECONDS
RESULT_ROWS = "[class*='st-key-result_']:not([class*='_anyway'])"


def open_page(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    until_drawn(page)


def until_drawn(page: Page) -> None:
    # The page says itself whether its script is still running.
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=120 * SECONDS)
    assert not page.get_by_test_id("stException").count(), page.get_by_test_id("stException").first.inner_text()


def choose_files(page: Page, paths: Sequence[Path]) -> None:
    page.locator("input[type=file]").first.set_input_files(paths)
    count = f"{len(paths)} photo{'s' if len(paths) > 1 else ''}"
    page.get_by_role("button", name=re.compile(rf"Add {count}$")).wait_for()


def add_chosen(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"Add \d+ photos?$")).click()


def until_added(page: Page) -> str:
    done = page.get_by_text(re.compile(r"^Done: "))
    done.wait_for(timeout=IMPORT_TIME)
    until_drawn(page)
    return done.inner_text()


def add_photos(page: Page, paths: Sequence[Path]) -> str:
    open_page(page, "Add photos")
    if (clear := page.get_by_role("button", name="Clear this list")).count():
        clear.click()
        clear.wait_for(state="detached")
    choose_files(page, paths)
    add_chosen(page)
    return until_added(page)


def result_rows(page: Page) -> list[str]:
    return page.locator(RESULT_ROWS).all_inner_texts()
