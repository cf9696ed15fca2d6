from __future__ import annotations

import tomllib

import pytest

from tests.paths import ROOT
from wardrobe_app.config import Settings

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "address", "localhost"),
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "enableStaticServing", False),
        ("server", "showEmailPrompt", False),
        ("browser", "gatherUsageStats", False),
        ("client", "toolbarMode", "minimal"),
        ("client", "showErrorDetails", "type"),
        ("client", "showErrorLinks", "false"),
    ],
)
def test_the_server_is_closed_and_silent(section: str, name: str, value: object) -> None:
    assert CONFIG[section][name] == value


def test_uploads_and_messages_are_no_larger_than_what_is_accepted() -> None:
    megabytes = Settings().max_file_bytes // 2**20
    assert CONFIG["server"]["maxUploadSize"] == megabytes
    assert CONFIG["server"]["maxMessageSize"] <= 200
