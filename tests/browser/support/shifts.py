from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.browser.support import visit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

# The browser leaves out what moves within half a second of a click. A person does not, so all of it counts here.
_WATCH = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => ({
        value: one.value,
        what: one.sources.map(({node, previousRect: a, currentRect: b}) => [
            node?.closest?.("[class*=st-key-]")?.className.match(/st-key-\\S+/)?.[0] ?? node?.nodeName,
            `${a.x},${a.y},${a.width},${a.height} to ${b.x},${b.y},${b.width},${b.height}`].join(" ")).join(" | "),
    })))).observe({type: "layout-shift"});
}"""
REST_MS = 800


@dataclass
class Change:
    shift: float = 0.0
    moved: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def watch(page: Page) -> None:
    page.evaluate(_WATCH)
    _until_quiet(page)


def _until_quiet(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    before = -1
    while (now := int(page.evaluate("() => window.shifts.length"))) != before:
        before = now
        page.wait_for_timeout(2 * REST_MS)


@contextmanager
def counted(page: Page) -> Iterator[Change]:
    # What moves and what is asked for by what is done inside, until the page is at rest again.
    found = Change()

    def note(request: Request) -> None:
        found.requests.append(request.url)

    page.evaluate("() => { window.shifts.length = 0; }")
    page.on("request", note)
    yield found
    page.wait_for_timeout(REST_MS)
    visit.until_drawn(page)
    page.wait_for_timeout(REST_MS)
    page.remove_listener("request", note)
    entries = page.evaluate("() => window.shifts")
    found.shift = sum(entry["value"] for entry in entries)
    found.moved = [f"{entry['value']:.3f} {entry['what']}" for entry in entries]
