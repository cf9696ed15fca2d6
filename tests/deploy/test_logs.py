from __future__ import annotations

import json
import subprocess
import sys

from tests.paths import ROOT

LOG = """
import logging, sys, warnings
import streamlit.logger
early = streamlit.logger.get_logger("streamlit.early")
uvicorn = logging.getLogger("uvicorn.access")
uvicorn.addHandler(logging.StreamHandler())
from wardrobe_app import logs
logs.set_up('text')
logs.set_up('json')
logs.set_up('json')
late = streamlit.logger.get_logger("streamlit.late")
ours = logging.getLogger("wardrobe_app.services.storage")
try:
    raise OSError("postgresql://me:s3cret@host/db does not answer")
except OSError:
    ours.exception("two\\nlines about s3://key:s3cret@host/bucket?token=s3cret")
ours.info("ours")
early.info("early")
late.warning("late")
logging.getLogger("botocore").info("not told")
uvicorn.error("GET /oauth2callback?code=s3cret")
warnings.warn("old")
"""


def test_every_line_is_an_object_without_secrets() -> None:
    command = [sys.executable, "-c", LOG]
    done = subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True)
    text = done.stderr
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [
        ("error", "wardrobe_app.services.storage"),
        ("info", "wardrobe_app.services.storage"),
        ("info", "streamlit.early"),
        ("warning", "streamlit.late"),
        ("warning", "py.warnings"),
    ]
    assert lines[0]["message"] == "two\nlines about s3://host/bucket"
    assert "OSError: postgresql://host/db does not answer" in lines[0]["exception"]
    assert all(line["time"].endswith("+00:00") for line in lines)
    assert "s3cret" not in text
