from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import CHROMIUM_ARGUMENTS, ROOT, Server, find_chromium, serving
from tests.support.no_network import OPEN_SERVER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.support.oidc import Provider

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
PAGES = sorted(path.stem for path in (ROOT / "wardrobe_app" / "pages").rglob("[!_]*.py"))


@pytest.fixture
def provider() -> Iterator[Provider]:
    pytest.importorskip("authlib", reason="Authlib is not installed")
    from tests.browser.support import oidc

    with oidc.provider() as running:
        yield running


@pytest.fixture
def household(browser: Browser, provider: Provider, tmp_path: Path) -> Iterator[Server]:
    secrets = tmp_path / "secrets.toml"
    lines = {
        "redirect_uri": "http://localhost:{port}/oauth2callback",
        "cookie_secret": "a secret of this test that nobody guesses",
        "client_id": "wardrobe",
        "client_secret": "the client's secret",
        "server_metadata_url": f"{provider.url}/.well-known/openid-configuration",
    }
    secrets.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines.items()), "utf-8")
    people = "anna@example.org, ben@example.org"
    with serving(tmp_path / "machine", "--secrets.files", str(secrets), WARDROBE_ALLOWED_USERS=people) as running:
        yield running
        assert running.attempts() == ""


def come(browser: Browser, server: Server) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(90_000)
    page.goto(server.url)
    page.get_by_role("button", name="Sign in").wait_for()
    return page


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=name, exact=True).click()


def pictures(page: Page) -> list[str]:
    return page.get_by_test_id("stMain").locator("img").evaluate_all("all => all.map(one => one.src)")


def test_two_people_of_a_household_see_their_own_garments_only(
    browser: Browser, household: Server, tmp_path: Path
) -> None:
    red, blue = save_photos(tmp_path / "photos", 2)
    anna, ben = come(browser, household), come(browser, household)
    own: dict[str, list[str]] = {}
    for page, name, photo in ((anna, "Anna", red), (ben, "Ben", blue)):
        sign_in(page, name)
        page.get_by_text("No garments yet").wait_for()
        page.locator(".st-key-signed_in").get_by_text(name).wait_for()
        assert visit.add_photos(page, [photo]) == "Done: 1 added."
    for page, name in ((anna, "Anna"), (ben, "Ben")):
        visit.open_page(page, "Wardrobe")
        page.get_by_text("1 garment", exact=True).wait_for()
        page.get_by_alt_text(re.compile("^Photo of ")).wait_for()
        own[name] = pictures(page)
        # Both garments are number 1: each sees the one that is hers under it.
        page.goto(f"{household.url}/garment?item=1")
        page.get_by_text({"Anna": red, "Ben": blue}[name].name, exact=True).wait_for()
    assert own["Anna"]
    assert not set(own["Anna"]) & set(own["Ben"])

    folders = sorted(path.name for path in (household.data / "people").iterdir())
    assert len(folders) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in folders)
    assert all(len(list((household.data / "people" / name / "photos").rglob("*.*"))) == 1 for name in folders)
    assert not list(household.data.rglob("*example*"))

    anna.get_by_role("button", name="Sign out").click()
    anna.get_by_role("button", name="Sign in").wait_for()
    anna.goto(household.url)
    anna.get_by_role("button", name="Sign in").wait_for()
    assert not pictures(anna)
    sign_in(anna, "Ben")  # at the same browser
    visit.open_page(anna, "Wardrobe")
    anna.get_by_text("1 garment", exact=True).wait_for()
    anna.get_by_alt_text(re.compile("^Photo of ")).wait_for()
    assert pictures(anna) == own["Ben"]
    for page in (anna, ben):
        page.context.close()


def test_nobody_sees_a_page_before_signing_in(browser: Browser, household: Server) -> None:
    page = come(browser, household)
    for name in PAGES:
        page.goto(f"{household.url}/{name}")
        page.get_by_role("button", name="Sign in").wait_for()
        visit.until_drawn(page)
        assert page.get_by_role("heading").all_inner_texts() == ["Wardrobe Graph"]
        assert page.get_by_test_id("stSidebarNav").count() == 0
        assert not pictures(page)
    page.context.close()
    assert not (household.data / "people").exists()
    assert not (household.data / "wardrobe.db").exists()


@pytest.mark.parametrize("name", ["Carla", "Mallory"])
def test_who_is_not_on_the_list_or_has_not_shown_her_address_is_refused(
    browser: Browser, household: Server, name: str
) -> None:
    page = come(browser, household)
    sign_in(page, name)
    page.get_by_text("not allowed to use this app").wait_for()
    assert page.get_by_test_id("stSidebarNav").count() == 0
    assert not (household.data / "people").exists()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    page.context.close()


def test_without_sign_in_a_foreign_name_for_this_machine_shows_nothing(browser: Browser, tmp_path: Path) -> None:
    # As a hostile site does that lets its own name point to this machine.
    rules = "--host-resolver-rules=MAP wardrobe.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    arguments = [one for one in CHROMIUM_ARGUMENTS if "host-resolver" not in one]
    with serving(tmp_path / "machine") as server:
        fooled = browser.browser_type.launch(executable_path=find_chromium(), args=[*arguments, rules])
        page = fooled.new_page()
        page.goto(server.url.replace("localhost", "wardrobe.example"))
        page.get_by_text("not this computer's own name").wait_for()
        assert page.get_by_test_id("stSidebarNav").count() == 0
        assert not pictures(page)
        fooled.close()


def test_without_sign_in_a_server_that_is_open_to_the_network_shows_nothing(browser: Browser, tmp_path: Path) -> None:
    address = ("--server.address", "0.0.0.0")  # noqa: S104 - that is refused
    with serving(tmp_path / "open", *address, **{OPEN_SERVER: "1"}) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_text("sign-in is not set up").wait_for()
        assert page.get_by_test_id("stSidebarNav").count() == 0
        assert not server.data.exists()
        page.close()
