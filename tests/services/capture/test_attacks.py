from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.services.capture.conftest import MAX_BYTES, Phone
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.services.capture import app, keys, protocol, rate_limit
from wardrobe_app.services.capture.guard import HEADERS
from wardrobe_app.services.capture.keys import ALPHABET, CODE_LENGTH, MAX_WRONG_CODES, Keys
from wardrobe_app.services.capture.page_session import PageSession
from wardrobe_app.services.capture.phone_capture import PhoneCapture
from wardrobe_app.wiring import Runtime

# What somebody else on the home network may try.
ONE, TWO = "1" * 32, "2" * 32
PICTURE = photo_bytes(draw_garment("tshirt", size=(300, 400)))
PLACES = ("", "phone.js", "phone.css", "photos")


def connect(session: PageSession) -> socket.socket:
    host, port = session.host.split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def is_cut_off(connection: socket.socket) -> bool:
    try:
        return connection.recv(1000) == b""
    except ConnectionError:
        return True


def nothing_came(wardrobe: Runtime) -> bool:
    return wardrobe.importing.uploads.all() == () and not wardrobe.importing.phone.waiting


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "..", "%00", "photos"])
def test_without_the_token_there_is_nothing(phone: Phone, wardrobe: Runtime, token: str) -> None:
    answers = [phone.ask("GET", f"/{token}/{place}") for place in PLACES]
    answers.append(phone.ask("POST", f"/{token}/join"))
    answers.append(phone.ask("PUT", f"/{token}/photos/{ONE}", PICTURE))
    assert {(answer.status, answer.body) for answer in answers} == {(404, b"")}
    assert nothing_came(wardrobe)


def test_a_token_is_as_long_as_128_bits_and_never_the_same() -> None:
    tokens = {Keys().token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) * 6 >= 128 for token in tokens)
    assert len(ALPHABET) ** CODE_LENGTH / MAX_WRONG_CODES > 8e10


def test_after_closing_the_token_opens_nothing(phone: Phone, session: PageSession, wardrobe: Runtime) -> None:
    session.close()
    with suppress(OSError):  # the port may be closed already
        assert phone.send(ONE, PICTURE) == 404
    assert nothing_came(wardrobe)


def test_a_second_device_gets_the_page_and_nothing_more(phone: Phone, session: PageSession, wardrobe: Runtime) -> None:
    second = Phone(session)
    assert second.ask("POST", second.path("join")).status == 403
    for cookie in ("", "phone=", "phone=" + "a" * 32, phone.cookie[:-1]):
        second.cookie = cookie
        assert second.ask("POST", second.path("join")).status == 403
        assert second.send(ONE, PICTURE) == 403
        assert second.ask("GET", second.path("photos")).status == 403
    assert nothing_came(wardrobe)


def test_of_two_phones_at_the_same_moment_one_is_taken() -> None:
    found = Keys()
    taken: list[str | None] = []
    phones = [threading.Thread(target=lambda: taken.append(found.join(""))) for _ in range(20)]
    for one in phones:
        one.start()
    for one in phones:
        one.join()
    assert sum(device is not None for device in taken) == 1


def test_the_cookie_is_kept_from_scripts_and_other_sites(session: PageSession) -> None:
    phone = Phone(session)
    cookie = phone.ask("POST", phone.path("join")).headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", f"path={phone.path().lower()}"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "path",
    [
        "/", "/favicon.ico", "/robots.txt", "/_stcore/health", "/healthz", "/component/x", "/media/x", "/../x",
        "/{token}/../../etc/passwd", "/{token}/%2e%2e/%2e%2e/pyproject.toml", "/{token}/phone.py", "/{token}/app.py",
        "/{token}/photos/../phone.js", "/{token}/page/phone.html", "/{token}", "//{token}/", "/{token}//",
        "/{token}/phone.js/",
        "/{token}/phone.js%00", "/{token}/..%5c..%5capp.py", "http://example.org/", "/openapi.json", "/docs",
    ],
)  # fmt: skip
def test_there_is_no_other_address(phone: Phone, path: str) -> None:
    answer = phone.ask("GET", path.format(token=phone.session.keys.token))
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "X"])
def test_other_methods_get_nothing(phone: Phone, wardrobe: Runtime, method: str) -> None:
    answers = [phone.ask(method, phone.path(place)) for place in PLACES]
    assert {(answer.status, answer.body) for answer in answers} == {(404, b"")}
    assert not any(name.lower() in ("allow", "access-control-allow-origin") for one in answers for name in one.headers)
    assert nothing_came(wardrobe)


@pytest.mark.parametrize("host", ["example.org", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:80", "[::1]"])
def test_another_host_name_gets_nothing(phone: Phone, host: str) -> None:
    assert phone.ask("GET", phone.path(), host=host).status == 404


@pytest.mark.parametrize(
    "origin", ["http://example.org", "null", "http://localhost:8501", "https://127.0.0.1", "-", ""]
)
def test_pages_of_other_sites_can_send_nothing(phone: Phone, wardrobe: Runtime, origin: str) -> None:
    assert phone.send(ONE, PICTURE, Origin=origin) == 404
    if origin != "-":
        assert phone.ask("GET", phone.path("photos"), Origin=origin).status == 404
    assert nothing_came(wardrobe)


def test_every_answer_has_the_strict_headers_and_none_names_the_program(phone: Phone) -> None:
    for path in ("/", phone.path(), phone.path("phone.js"), phone.path("photos"), phone.path("x")):
        headers = phone.ask("GET", path).headers
        assert {name.lower(): value for name, value in headers.items()}.items() >= {
            name.lower(): value for name, value in HEADERS.items()
        }.items()
        assert not {"server", "x-powered-by", "date", "access-control-allow-origin"} & set(map(str.lower, headers))


def test_a_photo_that_is_too_large_is_not_read(phone: Phone, wardrobe: Runtime) -> None:
    with connect(phone.session) as line:
        line.sendall(_head(phone, ONE, f"Content-Length: {MAX_BYTES + 1}"))
        assert b" 413 " in line.recv(1000)
    with connect(phone.session) as line:
        line.sendall(_head(phone, ONE, "Transfer-Encoding: chunked"))
        answer = b""
        try:
            for _ in range(MAX_BYTES // 60_000 + 2):
                line.sendall(b"EA60\r\n" + b"x" * 60_000 + b"\r\n")
            answer = line.recv(1000)
        except ConnectionError:
            pass
        assert not answer or b" 413 " in answer
    assert nothing_came(wardrobe)
    assert phone.send(TWO, PICTURE) == 201


def test_more_photos_than_allowed_are_refused(phone: Phone) -> None:
    assert [phone.send(f"{number:032x}", b"x") for number in range(8)] == [201] * 6 + [409] * 2


@pytest.mark.parametrize("photo", ["..", "%2e%2e%2fx", "A" * 32, "1" * 31, "1" * 33, "x.json", "1" * 31 + "%00"])
def test_a_photo_has_no_say_in_where_it_is_stored(phone: Phone, wardrobe: Runtime, photo: str) -> None:
    assert phone.send(photo, PICTURE) == 404
    assert nothing_came(wardrobe)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/cron.d/x", "x"), ("C:\\Windows\\x.jpg", "x.jpg"), ("", "photo"), ("a\x00b\n.jpg", None),
        ("<script>alert(1)</script>.jpg", "script>.jpg"), ("x" * 5000 + ".jpg", None),
        ("\u202egpj.exe", None), ("\ud800.jpg", None),
    ],
)  # fmt: skip
def test_names_are_data_and_have_no_folders(phone: Phone, wardrobe: Runtime, name: str, kept: str | None) -> None:
    encoded = name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert phone.send(ONE, PICTURE, encoded) == 201
    (found,) = wardrobe.importing.uploads.all()
    assert kept is None or found.name == kept
    assert len(found.name) <= 255
    assert not set(found.name) & set("/\\\x00\n\u202e")
    assert {path.name for path in wardrobe.settings.uploads_dir.iterdir()} == {f"{ONE}.photo", f"{ONE}.json"}


def test_what_is_no_picture_is_refused_and_a_polyglot_keeps_only_its_pixels(
    phone: Phone, wardrobe: Runtime, import_all: Callable[[], list[str]]
) -> None:
    script = b"<html><script>alert(1)</script></html>"
    assert [phone.send(ONE, script, "x.html"), phone.send(TWO, PICTURE + script, "x.html.jpg")] == [201, 201]
    assert import_all() == ["refused", "added"]
    stored = [path.read_bytes() for path in wardrobe.settings.photos_dir.rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert b"script" not in stored[0]


def test_guessing_the_typed_code_ends_after_ten(session: PageSession) -> None:
    phone = Phone(session)
    code = session.typed_address.partition("/")[2]
    assert phone.ask("GET", f"/{code.upper()}").headers["location"] == phone.path()
    for number in range(MAX_WRONG_CODES):
        assert phone.ask("GET", "/" + ALPHABET[number] * CODE_LENGTH).status == 404
    assert not session.keys.code_works
    assert phone.ask("GET", f"/{code}").status == 404
    assert phone.ask("GET", phone.path()).status == 200, "the picture still works"


@pytest.mark.parametrize("path", ["favicon.ico", "robots.txt", "apple-touch-icon.png", "a", "0" * 8, "ääääääää"])
def test_what_browsers_ask_for_by_themselves_is_no_guess(path: str) -> None:
    found = Keys()
    for _ in range(50):
        assert not found.redeem(path)
    assert found.code_works


def test_too_many_requests_are_refused_for_a_while_for_that_client_only() -> None:
    now = [0.0]
    limit = rate_limit.RateLimit(lambda: now[0])
    allowed = sum(limit.allows("attacker") for _ in range(1000))
    assert allowed == rate_limit.BURST
    assert limit.allows("phone")
    now[0] += 1
    assert sum(limit.allows("attacker") for _ in range(1000)) == rate_limit.PER_SECOND
    for number in range(10_000):
        limit.allows(str(number))
    assert len(limit._buckets) <= rate_limit.MAX_CLIENTS


def test_a_flood_gets_429(session: PageSession) -> None:
    phone = Phone(session)
    statuses = [phone.ask("GET", "/x").status for _ in range(int(rate_limit.BURST) + 200)]
    assert statuses[:10] == [404] * 10
    assert 429 in statuses


def test_many_connections_are_cut_off(phone: Phone) -> None:
    lines = [connect(phone.session) for _ in range(protocol.MAX_CONNECTIONS_PER_CLIENT)]
    time.sleep(0.5)
    with connect(phone.session) as one_more:
        assert is_cut_off(one_more)
    for line in lines:
        line.close()
    time.sleep(0.5)
    assert phone.send(ONE, PICTURE) == 201


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"\x16\x03\x01"])
def test_a_request_that_never_arrives_whole_is_cut_off(
    capture: PhoneCapture, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.5)
    session = capture.open("127.0.0.1")
    session.watch("desktop", lambda: True)
    with connect(session) as line:
        line.sendall(begun)
        began = time.monotonic()
        assert is_cut_off(line)
        assert time.monotonic() - began < 10


def test_a_second_request_on_the_same_connection_is_no_way_around_that(
    session: PageSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.5)
    with connect(session) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: {session.host}\r\n\r\n".encode())
        assert b" 404 " in line.recv(5000)
        line.sendall(b"GET / HT")
        assert is_cut_off(line)


def test_a_photo_that_stops_coming_is_given_up_and_can_be_sent_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, wardrobe: Runtime
) -> None:
    monkeypatch.setattr(app, "BODY_IDLE_SECONDS", 0.5)
    with connect(phone.session) as line:
        line.sendall(_head(phone, ONE, f"Content-Length: {len(PICTURE)}") + PICTURE[:1000])
        assert b" 408 " in line.recv(1000)
    with connect(phone.session) as line:
        line.sendall(_head(phone, ONE, f"Content-Length: {len(PICTURE)}") + PICTURE[:1000])
    assert nothing_came(wardrobe)
    assert phone.send(ONE, PICTURE) == 201


@pytest.mark.parametrize(
    "request_line",
    [
        "GET / HTTP/9.9", "GET  /", "nonsense", "GET / HTTP/1.1\r\nContent-Length: -1",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y" * 40_000, "GET /" + "x" * 40_000 + " HTTP/1.1\r\nHost: a",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
    ],
)  # fmt: skip
def test_what_is_not_http_is_told_nothing(phone: Phone, request_line: str) -> None:
    with connect(phone.session) as line:
        try:
            line.sendall(f"{request_line}\r\n\r\n".encode())
            answer = line.recv(5000)
        except ConnectionError:
            answer = b""
    assert not answer or answer.startswith(b"HTTP/1.1 404 ")
    assert b"Invalid" not in answer
    assert phone.send(ONE, PICTURE) == 201


def test_a_websocket_gets_nothing(phone: Phone) -> None:
    answer = phone.ask(
        "GET", "/", Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Key="x", Sec_WebSocket_Version="13"
    )
    assert answer.status == 404


def test_an_error_inside_shows_nothing(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(keys.Keys, "join", fail)
    answer = phone.ask("POST", phone.path("join"))
    assert (answer.status, answer.body) == (404, b"")


def _head(phone: Phone, photo: str, *headers: str) -> bytes:
    lines = (
        f"PUT {phone.path(f'photos/{photo}')} HTTP/1.1", f"Host: {phone.session.host}",
        f"Origin: http://{phone.session.host}", f"Cookie: {phone.cookie}", *headers, "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()
