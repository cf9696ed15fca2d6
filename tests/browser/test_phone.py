from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import ROOT, Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The phone reaches the computer at another address of this machine, which stands for the one on the home network.
HOME = "127.0.0.2"
PIXEL = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Mobile",
}
IPHONE = {**PIXEL, "viewport": {"width": 390, "height": 664}, "device_scale_factor": 3, "color_scheme": "dark"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux answers at every 127.x.x.x"),
]


@pytest.fixture
def server(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "machine", WARDROBE_PHONE_ADDRESS=HOME, WARDROBE_PHONE_PORT="0") as running:
        yield running
        assert running.attempts() == ""
    assert f'File "{ROOT}' not in running.output.read_text(encoding="utf-8", errors="replace")


def _show_code(page: Page) -> str:
    visit.open_page(page, "Add photos")
    page.get_by_role("radio", name="Use my phone").click()
    page.get_by_role("button", name="Show a code").click()
    return _scanned(page)


def _scanned(page: Page) -> str:
    picture = page.get_by_alt_text(re.compile("^QR code"))
    picture.wait_for()
    visit.until_drawn(page)
    page.wait_for_timeout(500)
    shot = cv2.imdecode(np.frombuffer(picture.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert shot is not None
    return cv2.QRCodeDetector().detectAndDecode(shot)[0]


def _typed(page: Page) -> str:
    return page.locator(".st-key-phone_code").get_by_test_id("stCode").inner_text().strip()


def _answers(address: str) -> bool:
    host, port = re.match(r"http://([\d.]+):(\d+)/", address).groups()  # type: ignore[union-attr]
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, int(port))) == 0


@contextmanager
def _phone(browser: Browser, kind: dict[str, object], address: str) -> Iterator[Page]:
    context = browser.new_context(**kind)  # type: ignore[arg-type]
    phone = context.new_page()
    phone.set_default_timeout(90_000)
    problems: list[str] = []
    phone.on("pageerror", lambda error: problems.append(str(error)))
    phone.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    phone.goto(address)
    yield phone
    context.close()
    assert not problems


def _send(phone: Page, photos: list[Path]) -> None:
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Choose photos").tap()
    assert chooser.value.is_multiple()
    chooser.value.set_files(photos)


def _until(phone: Page, summary: str) -> None:
    phone.get_by_role("status").filter(has_text=re.compile(f"^{summary}$")).wait_for(timeout=visit.IMPORT_TIME)


def test_a_phone_sends_photos_and_the_desktop_shows_them(
    page: Page, browser: Browser, server: Server, tmp_path: Path
) -> None:
    photos = save_photos(tmp_path / "photos", 5, size=(300, 400))
    address = _show_code(page)
    assert _answers(address)
    assert not _answers(f"{server.url}/".replace("localhost", HOME)), "the wardrobe itself stays on localhost"
    with _phone(browser, PIXEL, address) as phone:
        phone.get_by_role("button", name="Take a photo").wait_for()
        page.get_by_text("Phone connected").wait_for()
        small = phone.eval_on_selector_all(
            "button:not([hidden])", "(all) => all.filter((one) => one.offsetParent && one.offsetHeight < 44).length"
        )
        assert small == 0
        _send(phone, photos)
        _until(phone, "5 added")
        page.get_by_text("5 photos received: 5 added.").wait_for()
        page.locator(visit.RESULT_ROWS).nth(4).wait_for()
        assert len(visit.result_rows(page)) == 5
        _send(phone, photos[:2])
        _until(phone, "5 added, 2 already there")

        with _phone(browser, IPHONE, address) as second:
            second.get_by_role("alert").filter(has_text="Another phone").wait_for()
            assert not second.get_by_role("button", name="Choose photos").is_visible()

        visit.open_page(page, "Wardrobe")
        page.get_by_text("5 garments", exact=True).wait_for()
        page.wait_for_timeout(1_000)
        assert not _answers(address), "the page is left, and its port is closed"
        _send(phone, photos[2:3])
        phone.get_by_role("alert").filter(has_text="does not answer").wait_for()


def test_the_typed_code_opens_the_page_and_a_new_code_ends_the_old_one(
    page: Page, browser: Browser, server: Server, tmp_path: Path
) -> None:
    address = _show_code(page)
    with _phone(browser, IPHONE, f"http://{_typed(page).upper()}") as phone:
        phone.get_by_role("button", name="Take a photo").wait_for()
        assert phone.url == address
        page.get_by_text("Phone connected").wait_for()
        page.get_by_role("button", name="New code").click()
        page.get_by_text("Waiting for the phone").wait_for()
        assert _scanned(page) != address
        _send(phone, save_photos(tmp_path / "photos", 1, size=(300, 400)))
        phone.get_by_role("alert").filter(has_text=re.compile("closed on the computer|does not answer")).wait_for()


def test_a_lost_connection_and_a_reload_lose_no_photo(
    page: Page, browser: Browser, server: Server, tmp_path: Path
) -> None:
    photos = save_photos(tmp_path / "photos", 3, size=(300, 400))
    with _phone(browser, PIXEL, _show_code(page)) as phone:
        phone.get_by_role("button", name="Take a photo").wait_for()
        phone.context.set_offline(True)
        _send(phone, photos)
        phone.get_by_text("Waiting for the computer").first.wait_for()
        phone.context.set_offline(False)
        _until(phone, "3 added")
        phone.reload()
        _until(phone, "3 added")
    page.get_by_text("3 photos received: 3 added.").wait_for()
