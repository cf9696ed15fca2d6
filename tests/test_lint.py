from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests.paths import ROOT


def _check(tool: str, *arguments: str) -> None:
    if importlib.util.find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed: python -m pip install -r requirements-dev.txt")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_has_nothing_to_say() -> None:
    _check("ruff", "check", ".")


def test_everything_is_formatted() -> None:
    _check("ruff", "format", "--check", ".")


@pytest.mark.timeout(900)
def test_the_types_hold() -> None:
    _check("mypy")
