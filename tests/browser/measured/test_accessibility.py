from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest

from tests.browser.support import axe, stocked_wardrobe, visit
from tests.browser.support.server import ROOT, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
PAGES = sorted(path.stem for path in (ROOT / "wardrobe_app" / "pages").rglob("[!_]*.py"))


class Mode(NamedTuple):
    # Pages follow the browser's scheme and width while they are open, so each is opened once.
    name: str
    scheme: Literal["light", "dark"]
    width: int


MODES = (Mode("light", "light", 1280), Mode("dark", "dark", 1280), Mode("phone", "light", 390))


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    axe.script()  # skips where it is not installed
    folder = tmp_path_factory.mktemp("accessible") / "machine"
    if request.param == "filled":
        wardrobe = stocked_wardrobe.fill(folder / "data", 8)
        wardrobe.catalogue.trash([8])
    with serving(folder) as running:
        yield running


def show_as(page: Page, mode: Mode) -> None:
    page.set_viewport_size({"width": mode.width, "height": 900})
    page.emulate_media(color_scheme=mode.scheme)
    page.wait_for_timeout(400)
    assert scheme_of(page) == mode.scheme


def scheme_of(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme"))


def opened(page: Page, server: Server, name: str) -> None:
    address = {"home": "", "garment": "garment?item=1"}.get(name, name)
    page.goto(f"{server.url}/{address}")
    page.get_by_test_id("stMain").get_by_role("heading", level=1).first.wait_for()
    for _ in range(2):  # home is drawn again with what was found out in the background
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        page.wait_for_timeout(700)
        visit.until_drawn(page)


# Drawings and words of empty pages take their colours from where all others do: one mode will do.
@pytest.mark.parametrize(
    ("server", "modes"), [("filled", MODES), ("empty", MODES[:1])], ids=["filled", "empty"], indirect=["server"]
)
def test_axe_finds_nothing_of_ours_on_any_page(browser: Browser, server: Server, modes: tuple[Mode, ...]) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light").new_page()
    page.set_default_timeout(90_000)
    found = {}
    for name in PAGES:
        opened(page, server, name)
        for mode in modes:
            show_as(page, mode)
            if bad := axe.violations(page, axe.script()):
                found[f"{name}, {mode.name}"] = bad
        show_as(page, modes[0])
    page.context.close()
    assert not found, "\n".join(f"{name}: {one}" for name, bad in found.items() for one in bad)
