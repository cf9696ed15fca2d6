from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.services.capture.page_session import PageSession
from wardrobe_app.services.capture.phone_capture import PhoneCapture
from wardrobe_app.wiring import Runtime

MAX_BYTES = 3_000_000


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Phone:
    # What a browser on the network does: it keeps its cookie, and says which page it is on.
    session: PageSession
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, host: str | None = None, **headers: str
    ) -> Answer:
        given = {"Host": host or self.session.host, **self.headers}
        given |= {"Origin": f"http://{self.session.host}"} if method != "GET" else {}
        given |= {"Cookie": self.cookie} if self.cookie else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.session.host, timeout=20)
        try:
            connection.request(method, path, body, {name: value for name, value in given.items() if value != "-"})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def path(self, name: str = "") -> str:
        return f"/{self.session.keys.token}/{name}"

    def join(self) -> Phone:
        answer = self.ask("POST", self.path("join"))
        assert answer.status == 200
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    def send(self, photo: str, data: bytes, name: str = "photo.jpg", **headers: str) -> int:
        return self.ask("PUT", self.path(f"photos/{photo}"), data, X_Name=quote(name), **headers).status


@pytest.fixture
def wardrobe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    settings = Settings(
        data_dir=tmp_path / "data", phone_port=0, max_file_bytes=MAX_BYTES, max_batch_files=6, phone_address="127.0.0.1"
    )
    return startup.build(settings)


@pytest.fixture
def capture(wardrobe: Runtime) -> Iterator[PhoneCapture]:
    yield wardrobe.importing.phone
    wardrobe.importing.phone.close()


@pytest.fixture
def session(capture: PhoneCapture) -> PageSession:
    opened = capture.open("127.0.0.1")
    opened.watch("desktop", lambda: True)
    return opened


@pytest.fixture
def phone(session: PageSession) -> Phone:
    return Phone(session).join()


@pytest.fixture
def import_all(capture: PhoneCapture) -> Callable[[], list[str]]:
    def run() -> list[str]:
        capture.close()
        return [result.outcome.value for result, _ in capture.imported(lambda: False)]

    return run
