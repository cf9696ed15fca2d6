from __future__ import annotations

import io
import json
import re
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest

from tests.services.capture.conftest import MAX_BYTES, Phone
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.no_network import NOBODYS
from wardrobe_app import startup
from wardrobe_app.domain.errors import CaptureUnavailable
from wardrobe_app.services.capture import page_session
from wardrobe_app.services.capture.addresses import HomeAddress, is_home, sorted_by_chance
from wardrobe_app.services.capture.page_session import PageSession
from wardrobe_app.services.capture.phone_capture import PhoneCapture, qr_code
from wardrobe_app.services.importing.uploads import PendingUploads
from wardrobe_app.wiring import Runtime

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
ImportAll = Callable[[], list[str]]


def a_photo(kind: str = "tshirt") -> bytes:
    return photo_bytes(draw_garment(kind, size=(300, 400)))


def outcomes(phone: Phone) -> dict[str, str]:
    found = json.loads(phone.ask("GET", phone.path("photos")).body)["photos"]
    return {photo: state["outcome"] for photo, state in found.items()}


def is_listening(session: PageSession) -> bool:
    host, port = session.host.split(":")
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, int(port))) == 0


def wait_until_closed(capture: PhoneCapture) -> None:
    assert capture._server is None or capture._server.wait(10)


def test_the_page_and_its_files_are_served_with_the_token(phone: Phone) -> None:
    found = {name: phone.ask("GET", phone.path(name)) for name in ("", "phone.css", "phone.js")}
    assert {answer.status for answer in found.values()} == {200}
    assert [answer.headers["content-type"].partition(";")[0] for answer in found.values()] == [
        "text/html", "text/css", "text/javascript",
    ]  # fmt: skip


def test_photos_become_garments_and_the_phone_learns_what_became_of_them(
    phone: Phone, capture: PhoneCapture, wardrobe: Runtime
) -> None:
    assert [phone.send(ONE, a_photo()), phone.send(TWO, a_photo()), phone.send(THREE, b"nonsense")] == [201] * 3
    assert set(outcomes(phone).values()) == {"received"}
    done = threading.Event()
    rows = []

    def run() -> None:
        for row in capture.imported(done.is_set):
            rows.append(row)
            if len(rows) == 3:
                done.set()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(60)
    assert outcomes(phone) == {ONE: "added", TWO: "already there", THREE: "refused"}
    assert wardrobe.catalogue.count().live == 1
    assert wardrobe.importing.uploads.all() == ()
    assert rows[1][1] is not None, "it can still be added anyway"


def test_a_heic_photo_comes_through(phone: Phone, wardrobe: Runtime, import_all: ImportAll) -> None:
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    draw_garment("tshirt", size=(300, 400)).save(file, format="HEIF")
    assert phone.send(ONE, file.getvalue(), "IMG_0001.HEIC") == 201
    assert import_all() == ["added"]


def test_a_photo_that_is_sent_again_after_a_lost_answer_is_stored_once(phone: Phone, import_all: ImportAll) -> None:
    assert [phone.send(ONE, a_photo()), phone.send(ONE, a_photo())] == [201, 200]
    assert import_all() == ["added"]


def test_nothing_is_lost_if_the_program_stops(phone: Phone, wardrobe: Runtime) -> None:
    phone.send(ONE, a_photo(), "hat.jpg")
    again = startup.build(wardrobe.settings)
    assert [one.name for one in again.importing.uploads.all()] == ["hat.jpg"]


def test_what_was_discarded_on_the_desktop_is_not_imported(
    phone: Phone, wardrobe: Runtime, import_all: ImportAll
) -> None:
    phone.send(ONE, a_photo())
    phone.send(TWO, a_photo("trousers"))
    wardrobe.importing.uploads.discard([ONE])
    assert import_all() == ["added"]


def test_a_full_disk_is_told_and_the_photo_can_be_sent_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, import_all: ImportAll
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(PendingUploads, "keep", lambda self, uploads: len(list(uploads)))
        assert phone.send(ONE, a_photo()) == 507
    assert phone.send(ONE, a_photo()) == 201
    assert import_all() == ["added"]


def test_the_same_phone_may_load_the_page_again(phone: Phone) -> None:
    assert phone.ask("POST", phone.path("join")).status == 200


def test_limits_are_told_to_the_page(session: PageSession) -> None:
    phone = Phone(session)
    assert json.loads(phone.ask("POST", phone.path("join")).body) == {"max_bytes": MAX_BYTES, "max_photos": 6}


def test_the_page_is_closed_when_the_last_desktop_page_shows_something_else(
    capture: PhoneCapture, session: PageSession
) -> None:
    session.watch("another tab", lambda: True)
    session.leave("another tab")
    assert session.is_open
    session.leave("desktop")
    assert not session.is_open
    wait_until_closed(capture)
    assert not is_listening(session)


def test_the_page_is_closed_when_the_desktop_browser_is_gone() -> None:
    now = [0.0]
    session = PageSession("here", None, 1, 1, now=lambda: now[0])  # type: ignore[arg-type]
    connected = [True]
    session.watch("desktop", lambda: connected[0])
    now[0] = 60
    assert session.is_open, "a tab in the background is asked once a minute"
    connected[0] = False
    now[0] += page_session.AWAY_SECONDS - 1
    assert session.is_open, "a reload takes a moment"
    now[0] += 2
    assert not session.is_open
    connected[0] = True
    assert not session.is_open, "closed is closed"


def test_the_page_is_closed_when_nobody_looks_and_after_half_an_hour() -> None:
    now = [0.0]
    unwatched = PageSession("here", None, 1, 1, now=lambda: now[0])  # type: ignore[arg-type]
    unwatched.watch("desktop", lambda: True)
    watched = PageSession("here", None, 1, 1, now=lambda: now[0])  # type: ignore[arg-type]
    for now[0] in range(0, page_session.OPEN_SECONDS + 1, 5):
        watched.watch("desktop", lambda: True)
        assert watched.is_open
        assert unwatched.is_open == (now[0] <= page_session.UNWATCHED_SECONDS + page_session.AWAY_SECONDS)
    assert watched.seconds_left == 0
    now[0] += 1
    watched.watch("desktop", lambda: True)
    assert not watched.is_open


def test_a_new_code_closes_the_old_page(capture: PhoneCapture, session: PageSession) -> None:
    new = capture.open("127.0.0.1")
    assert not session.is_open
    assert new.is_open
    assert {new.address, new.typed_address}.isdisjoint({session.address, session.typed_address})
    assert not is_listening(session) or session.host == new.host


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux answers at every 127.x.x.x")
def test_it_listens_on_the_chosen_address_only(capture: PhoneCapture) -> None:
    session = capture.open("127.0.0.2")
    session.watch("desktop", lambda: True)
    assert is_listening(session)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(session.host.partition(":")[2]))) != 0


def test_an_address_that_this_computer_has_not_is_refused_with_a_reason(capture: PhoneCapture) -> None:
    with pytest.raises(CaptureUnavailable, match=re.escape(NOBODYS)):
        capture.open(NOBODYS)


def test_a_taken_port_is_replaced_by_a_free_one(wardrobe: Runtime, capture: PhoneCapture, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        capture._port = taken.getsockname()[1]
        session = capture.open("127.0.0.1")
        assert session.host != f"127.0.0.1:{capture._port}"


def test_the_qr_code_says_the_address(session: PageSession) -> None:
    import segno

    assert qr_code(session.address).startswith("<svg")
    file = io.BytesIO()
    segno.make(session.address, error="m", micro=False).save(file, kind="png", scale=8, border=4)
    picture = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == session.address


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("192.168.1.20", True), ("10.0.0.7", True), ("172.20.10.2", True), ("172.32.0.1", False),
        ("127.0.0.1", False), ("169.254.3.3", False), ("8.8.8.8", False), ("100.64.0.1", False),
    ],
)  # fmt: skip
def test_only_private_networks_are_homes(address: str, home: bool) -> None:
    assert is_home(address) is home


def test_real_networks_come_before_those_inside_the_computer() -> None:
    docker, office, wifi = (
        HomeAddress("172.17.0.1", "docker0"), HomeAddress("10.1.2.3", "eth0"), HomeAddress("192.168.1.20", "Wi-Fi"),
    )  # fmt: skip
    assert sorted_by_chance([docker, office, wifi]) == [wifi, office, docker]
