from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What axe finds in Streamlit's own markup, which we cannot change: rule, part of the selector, reason.
STREAMLITS_OWN = (
    ("presentation-role-conflict", "stFileUploader", "the uploader's drop zone is focusable and a presentation"),
)


@dataclass(frozen=True)
class Violation:
    rule: str
    target: str
    html: str
    why: str


def script() -> str:
    # The package brings axe-core along; it is no part of this repository.
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, source: str) -> list[Violation]:
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], rules: {region: {enabled: false}}})"
    )
    every = [
        Violation(rule["id"], " ".join(map(str, node["target"])), node["html"][:300], node["failureSummary"][:400])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    return [one for one in every if not _is_streamlits(one)]


def _is_streamlits(one: Violation) -> bool:
    return any(one.rule == rule and part in one.target + one.html for rule, part, _ in STREAMLITS_OWN)
