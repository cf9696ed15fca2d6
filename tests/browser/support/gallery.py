from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# The gallery's grid as its visitor finds it in the browser.
GRID = ".wg-grid"


def card(page: Page, item: int) -> Locator:
    return page.locator(f".wg-card[data-id='{item}']")


def listed_cards(page: Page) -> list[int]:
    # Those that are in the document: what is near the screen.
    return page.evaluate("() => [...document.querySelectorAll('.wg-card')].map(one => Number(one.dataset.id))")


def until_listed(page: Page, ids: list[int]) -> None:
    # A list longer than the screen is compared as far as it is drawn.
    page.wait_for_function(
        """ids => {
            const there = [...document.querySelectorAll('.wg-card')].map(one => Number(one.dataset.id));
            const count = document.querySelector('.wg-total')?.textContent ?? '';
            return count.startsWith(ids.length.toLocaleString('en') + ' ')
                && there.length && there.every((one, at) => one === ids[at]);
        }""",
        arg=ids,
    )


def until_pictured(page: Page) -> None:
    # Every card on the screen shows its photo, or says that it has none.
    page.wait_for_function(
        """() => [...document.querySelectorAll('.wg-card')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.bottom > 0 && box.top < innerHeight && !one.querySelector('img, .wg-lost');
        }).length === 0"""
    )


def ticked(page: Page) -> list[int]:
    return page.evaluate(
        "() => [...document.querySelectorAll('.wg-card[aria-selected=true]')].map(one => Number(one.dataset.id))"
    )


def focused(page: Page) -> int:
    return int(page.evaluate("() => document.activeElement?.closest('.wg-card')?.dataset.id ?? 0"))


def until_focused(page: Page, item: int) -> None:
    page.wait_for_function("item => document.activeElement?.dataset?.id === String(item)", arg=item)
