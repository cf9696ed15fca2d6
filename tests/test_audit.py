from __future__ import annotations

import importlib.util
import subprocess
from types import ModuleType
from typing import Any

import pytest

from tests.paths import ROOT

AUDIT = ROOT / ".ci" / "audit.py"


@pytest.fixture
def audit() -> ModuleType:
    found = importlib.util.spec_from_file_location("audit", AUDIT)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def package(name: str, *holes: tuple[str, list[str]]) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": [{"id": id, "fix_versions": fixes} for id, fixes in holes]}


SKIPPED = {"name": "ours", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("dependencies", "status"),
    [
        ([package("a"), SKIPPED], 0),
        ([package("a", ("CVE-1", ["2"]))], 1),
        ([package("a", ("CVE-1", []))], 0),
        ([SKIPPED], 0),
        ([], 0),
    ],
)
def test_only_a_hole_that_has_a_fix_fails_the_check(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, dependencies: list[dict[str, Any]], status: int
) -> None:
    answer = audit.json.dumps({"dependencies": dependencies})
    monkeypatch.setattr(audit.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, status, answer, ""))
    assert audit.main() == status


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", "{}"])
def test_without_an_answer_the_check_warns_and_goes_on(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    monkeypatch.setattr(audit.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, answer, ""))
    assert audit.main() == 0
    assert "not checked" in capsys.readouterr().err
