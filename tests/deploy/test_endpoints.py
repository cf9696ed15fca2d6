from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app import access, endpoints, startup
from wardrobe_app.config import Settings
from wardrobe_app.services import observation
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.metrics import Metrics
from wardrobe_app.wiring import Runtime

READY = {"ready": True, "access": True, "database": True, "photos": True, "model": True}
PROVIDER = {"client_id": "wardrobe", "client_secret": "hush", "server_metadata_url": "https://id.example.org"}
AUTH = {"cookie_secret": "x" * 40, "ours": PROVIDER}


@pytest.fixture
def client() -> Iterator[TestClient]:
    startup._readiness.cache_clear()
    with TestClient(Starlette(routes=endpoints.routes()), base_url="http://localhost:8501") as found:
        yield found
    startup._readiness.cache_clear()


@pytest.fixture
def counts() -> Iterator[Metrics]:
    before, handlers = observation.observer(), list(logging.getLogger().handlers)
    metrics = Metrics()
    observation.observe_with(metrics)
    yield metrics
    observation.observe_with(before)
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def household(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_ALLOWED_USERS", "anna@example.org")
    monkeypatch.setattr(access, "_sign_in", lambda: AUTH)


def test_the_process_says_that_it_answers(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.post("/healthz").status_code == 405


def test_the_app_is_ready_once_its_wardrobe_is_opened(client: TestClient, settings: Settings) -> None:
    before = client.get("/readyz")
    assert (before.status_code, before.json()) == (503, {**READY, "ready": False, "database": False, "photos": False})
    assert not settings.data_dir.exists()
    startup.build()
    startup._readiness.cache_clear()  # as after five seconds
    after = client.get("/readyz")
    assert (after.status_code, after.json()) == (200, READY)


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("WARDROBE_DATABASE_URL", "postgresql+psycopg://me:s3cret@127.0.0.1:9/wardrobe", "database"),
        ("WARDROBE_DATABASE_URL", "mysql://me:s3cret@127.0.0.1/wardrobe", "database"),
        ("WARDROBE_PHOTOS_URL", "nowhere://me:s3cret@127.0.0.1/photos", "photos"),
        ("WARDROBE_CHECKPOINT", "s3cret.safetensors", "model"),
    ],
)
def test_what_is_not_there_is_named_and_nothing_else_is_told(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str,
    missing: str,
) -> None:
    startup.build()
    monkeypatch.setenv(name, value)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {**READY, "ready": False, missing: False})
    assert "s3cret@" not in caplog.text


def test_a_server_that_lets_nobody_in_is_not_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    startup.build()
    address = st.get_option("server.address")
    monkeypatch.setattr(access.st, "get_option", {"server.address": "0.0.0.0", "secrets.files": []}.get)  # noqa: S104
    assert client.get("/readyz").json() == {**READY, "ready": False, "access": False}
    assert address == "localhost"


@pytest.mark.usefixtures("household")
def test_where_people_sign_in_no_wardrobe_has_to_be_open(client: TestClient, settings: Settings) -> None:
    assert client.get("/readyz").json() == READY
    assert not settings.data_dir.exists()


@pytest.mark.usefixtures("household")
@pytest.mark.parametrize("auth", [{**AUTH, "cookie_secret": "short"}, {**AUTH, "ours": {**PROVIDER, "client_id": ""}}])
def test_where_nobody_can_sign_in_the_app_is_not_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, auth: dict[str, object]
) -> None:
    monkeypatch.setattr(access, "_sign_in", lambda: auth)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["access"]) == (503, False)
    assert len(caplog.messages) == 1 and "secrets.toml" in caplog.messages[0]


def test_there_are_no_metrics_unless_they_are_switched_on(client: TestClient) -> None:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content) == (404, b"")


def test_metrics_count_what_imports_and_the_model_did(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, counts: Metrics, runtime: Runtime
) -> None:
    monkeypatch.setenv("WARDROBE_METRICS", "true")
    photo, other = (source_from_bytes("a photo.jpg", photo_bytes(draw_garment(seed=number))) for number in (1, 2))
    results = runtime.importing.importer.add([photo, photo, source_from_bytes("b.jpg", b"no"), other])
    next(results)
    assert "wardrobe_import_waiting 3.0" in counts.text()
    next(results), next(results)
    results.close()  # type: ignore[attr-defined]
    logging.getLogger("wardrobe_app.services.tagging.predictions").error("failed on %s", "a photo.jpg")
    logging.getLogger("db.engine").error("no answer")
    logging.getLogger("somebody.else").error("no")
    endpoints.page_failed(ValueError())
    lines = client.get("/metrics").text.splitlines()
    assert {
        "wardrobe_photos_tagged_total 3.0",
        "wardrobe_tagging_seconds_count 2.0",
        "wardrobe_import_waiting 0.0",
        'wardrobe_import_photos_total{outcome="added"} 1.0',
        'wardrobe_import_photos_total{outcome="already"} 1.0',
        'wardrobe_import_photos_total{outcome="refused"} 1.0',
        'wardrobe_errors_total{kind="tagging"} 1.0',
        'wardrobe_errors_total{kind="db"} 1.0',
        'wardrobe_errors_total{kind="page"} 1.0',
        'wardrobe_errors_total{kind="other"} 1.0',
    } <= set(lines)
    assert "a photo" not in "".join(lines)


@pytest.mark.usefixtures("counts")
def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARDROBE_METRICS", "true")
    assert client.get("/metrics").status_code == 200
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-For": "10.0.0.7"}, {"Host": "192.168.1.4:8501"}):
        assert client.get("/metrics", headers=headers).status_code == 403
    monkeypatch.setenv("WARDROBE_METRICS_TOKEN", "a token that nobody guesses")
    assert client.get("/metrics").status_code == 403
    for given, status in (("a token that nobody guesses", 200), ("another", 403), ("", 403), ("é", 403)):
        headers = {"Host": b"app:8501", "Authorization": f"Bearer {given}".encode()}
        assert client.get("/metrics", headers=headers).status_code == status


def test_without_the_package_the_app_starts_and_says_what_is_missing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WARDROBE_METRICS", "true")
    monkeypatch.setitem(sys.modules, "wardrobe_app.services.metrics", None)
    endpoints.set_up(Settings())
    assert "extra server" in caplog.text
    assert client.get("/metrics").status_code == 503
