from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.support.server import README_COMMAND, serving

pytestmark = [pytest.mark.slow]
UVICORN = (sys.executable, "-m", "uvicorn", "streamlit_app:app", "--port")


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - always http, loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("command", [README_COMMAND, UVICORN], ids=["streamlit", "uvicorn"])
def test_however_it_is_started_the_app_says_how_it_is(tmp_path: Path, command: tuple[str, ...]) -> None:
    settings = {"WARDROBE_METRICS": "true", "WARDROBE_LOG_FORMAT": "json"}
    options = () if command == UVICORN else ("--logger.hideWelcomeMessage", "true")
    with serving(tmp_path / "machine", *options, command=command, **settings) as server:
        assert _get(f"{server.url}/healthz") == (200, '{"alive":true}')
        until = time.monotonic() + 60
        while _get(f"{server.url}/readyz")[0] != 200 and time.monotonic() < until:
            time.sleep(0.5)
        status, text = _get(f"{server.url}/readyz")
        assert (status, set(json.loads(text).values())) == (200, {True})
        status, text = _get(f"{server.url}/metrics")
        assert status == 200
        assert "wardrobe_photos_tagged_total 0.0" in text
        assert server.attempts() == ""
    lines = server.output.read_text(encoding="utf-8").splitlines()
    started = next(place for place, line in enumerate(lines) if line.startswith("{"))
    told = [json.loads(line) for line in lines[started:]]
    assert [(line["level"], line["message"]) for line in told] == [("info", "started"), ("info", "stopped")]
