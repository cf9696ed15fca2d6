from __future__ import annotations

import socket
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.browser.support.server import serving
from tests.paths import ROOT
from wardrobe_app import access, startup
from wardrobe_app.components.shared import jobs as background
from wardrobe_app.components.shared import navigation
from wardrobe_app.config import Settings
from wardrobe_app.domain.errors import AccessDenied, NotInvited, SignInNeeded
from wardrobe_app.domain.people import Person

PAGES = sorted(path.stem for path in (ROOT / "wardrobe_app" / "pages").rglob("[!_]*.py"))
AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "wardrobe",
    "client_secret": "secret",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}
ANNA, BEN = (
    {"is_logged_in": True, "iss": "https://id", "sub": name, "email": f"{name}@example.org", "email_verified": True}
    for name in ("anna", "ben")
)
Opened = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    st.cache_resource.clear()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    def app(user: Mapping[str, Any] | None = None, page: str | None = None, people: str = "*") -> AppTest:
        monkeypatch.setenv("WARDROBE_ALLOWED_USERS", people)
        found = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        found.secrets["auth"] = AUTH
        found.user = dict(user or {"is_logged_in": False})
        found.run()
        if page is not None:
            found.switch_page(navigation.path(page)).run()
        assert not found.exception
        return found

    return app


def shown(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in [*app.title, *app.markdown, *app.caption, *app.error, *app.metric])


def set_options(monkeypatch: pytest.MonkeyPatch, **options: object) -> None:
    before = st.get_option
    given = {name.replace("__", "."): value for name, value in options.items()}
    monkeypatch.setattr(access.st, "get_option", lambda name: given[name] if name in given else before(name))


def set_headers(monkeypatch: pytest.MonkeyPatch, **headers: str) -> None:
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}

    class Headers(dict[str, str]):
        def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
            return super().get(name.lower(), default)

    class Context:
        headers = Headers(given)

    monkeypatch.setattr(access.st, "context", Context())


def test_the_program_is_bound_to_this_machine() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "localhost"
    assert st.get_option("server.address") == "localhost"


def test_a_wardrobe_of_this_machine_needs_no_sign_in() -> None:
    assert startup.visitor() is None
    assert startup.current().settings == Settings()
    assert not startup.current().shared


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.4", "wardrobe.local"])  # noqa: S104
def test_without_sign_in_nothing_is_served_beyond_this_machine(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    set_options(monkeypatch, server__address=address)
    with pytest.raises(AccessDenied, match="sign-in is not set up"):
        startup.current()
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert not app.exception
    assert [one.value for one in app.title] == ["Wardrobe Graph"]
    assert not app.metric
    assert "docs/sign" in app.error[0].value.replace("\\", "")


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501"])
def test_this_machines_own_names_are_served(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    set_headers(monkeypatch, Host=host)
    assert startup.visitor() is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "wardrobe.example.org"},
        {"Host": "192.168.1.4:8501"},
        {"Host": "localhost:8501", "X_Forwarded_For": "10.0.0.7"},
        {"Host": "localhost:8501", "Forwarded": "for=10.0.0.7"},
    ],
)
def test_without_sign_in_a_request_of_another_name_or_through_a_proxy_is_refused(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    set_headers(monkeypatch, **headers)
    with pytest.raises(AccessDenied, match="sign-in"):
        startup.visitor()


def test_a_list_of_people_without_sign_in_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_ALLOWED_USERS", "anna@example.org")
    with pytest.raises(AccessDenied, match="WARDROBE_ALLOWED_USERS"):
        startup.visitor()


def test_secrets_that_cannot_be_read_let_nobody_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text("[auth\n", encoding="utf-8")
    set_options(monkeypatch, secrets__files=[str(tmp_path / "secrets.toml")])
    with pytest.raises(AccessDenied, match="cannot be read"):
        startup.visitor()


@pytest.mark.parametrize("page", PAGES)
def test_before_signing_in_no_page_shows_anything(opened: Opened, page: str) -> None:
    app = opened()
    assert [one.value for one in app.title] == ["Wardrobe Graph"]
    assert "Sign in to see your wardrobe" in shown(app)
    assert [one.label for one in app.button] == ["Sign in"]
    alone = AppTest.from_file(str(ROOT / navigation.path(page)), default_timeout=60)
    alone.secrets["auth"] = AUTH
    alone.user = {"is_logged_in": False}
    alone.run()
    assert not alone.title
    assert "Sign in to see your wardrobe" in alone.error[0].value


def test_who_is_not_on_the_list_is_refused_and_told_what_to_ask_for(opened: Opened) -> None:
    app = opened(BEN, people="anna@example.org")
    assert "ben@example" in shown(app).replace("\\", "").replace("\u2060", "")
    assert [one.label for one in app.button] == ["Sign out"]
    assert not app.metric


def test_everybody_has_a_wardrobe_of_her_own(opened: Opened) -> None:
    for user, name in ((ANNA, "anna"), (BEN, "ben")):
        app = opened(user, "maintenance")
        key = Person("https://id", name).key
        assert (Settings().data_dir / "people" / key / "wardrobe.db").exists()
        assert f"people/{key}" in shown(app)
        assert f"{name}@example" in shown(app).replace("\\", "").replace("\u2060", "")
    assert not (Settings().data_dir / "wardrobe.db").exists()
    assert not [path for path in Settings().data_dir.rglob("*") if "example" in path.name]


def test_nobody_sees_another_persons_running_work(opened: Opened) -> None:
    background._boards()[Person("https://id", "anna").key] = {"import": background.Job(lambda cancelled: (), 3)}
    assert not [one for one in opened(ANNA, "add_photos").button if one.label == "Add photos"]
    assert [one for one in opened(BEN, "add_photos").button if one.label == "Add photos"]


def test_those_who_sign_in_cannot_reach_into_the_folders_of_the_computer(opened: Opened) -> None:
    app = opened(BEN, "add_photos")
    assert len(app.button_group[0].options) == 3
    assert not [one for one in app.text_input if "folder" in one.label.lower()]
    app = opened(BEN)
    app.query_params["from"] = "path"
    app.switch_page("wardrobe_app/pages/add_photos.py").run()
    assert not app.text_input


def test_those_who_sign_in_cannot_open_the_server_to_its_network(opened: Opened) -> None:
    app = opened(BEN)
    app.query_params["from"] = "phone"
    app.switch_page("wardrobe_app/pages/add_photos.py").run()
    assert not app.exception
    assert not [one for one in app.button if one.key and one.key.startswith("phone")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"cookie_secret": "short"}, "cookie_secret"), ({"cookie_secret": None}, "cookie_secret")],
)
def test_a_secret_that_can_be_guessed_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], words: str
) -> None:
    monkeypatch.setattr(access, "_sign_in", lambda: {**AUTH, **changes})
    with pytest.raises(AccessDenied, match=words):
        access.visitor("*")


def test_headers_that_say_who_it_is_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_sign_in", lambda: AUTH)
    set_options(monkeypatch, server__trustedUserHeaders={"X-User": "email"})
    with pytest.raises(AccessDenied, match="trustedUserHeaders"):
        access.visitor("*")


def test_each_provider_has_a_button(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = {name: AUTH[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    common = {name: AUTH[name] for name in ("redirect_uri", "cookie_secret")}
    monkeypatch.setattr(access, "_sign_in", lambda: {**common, "google": provider, "ours": provider})
    with pytest.raises(SignInNeeded) as caught:
        access.visitor("*")
    assert caught.value.providers == ("google", "ours")
    assert not isinstance(caught.value, NotInvited)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a whole network of loopback addresses")
def test_the_running_program_answers_on_no_other_address_of_this_machine(tmp_path: Path) -> None:
    with serving(tmp_path / "machine") as server:
        port = int(server.url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)
    with socket.create_server(("127.0.0.2", 0)) as open_there:  # what it would be like
        socket.create_connection(("127.0.0.2", open_there.getsockname()[1]), timeout=5).close()
