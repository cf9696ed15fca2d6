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
    ("presentation-role-conflict", "stFileUploader", "the uploader's drop zone can be focused and is a presentation"),
    ("list", "stSidebarNavItems", "groups of pages are divs in the list of pages"),
    ("listitem", "stSidebarNav", "groups of pages are divs in the list of pages"),
    # The theme's comment says why; the colour is the dark theme's primary one.
    ("color-contrast", "foreground color: #218476", "the chosen part of a switch is in the primary colour"),
)


@dataclass(frozen=True)
class Violation:
    rule: str
    target: str
    html: str
    why: str
    around: str

    @property
    def where(self) -> str:
        return " ".join((self.target, self.html, self.why, self.around))


_AROUND = """selector => {
    const ids = [];
    for (let one = document.querySelector(selector); one; one = one.parentElement) ids.push(one.dataset?.testid || "");
    return ids.filter(Boolean).join(" ");
}"""


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
        Violation(
            rule["id"],
            " ".join(map(str, node["target"])),
            node["html"][:300],
            node["failureSummary"][:400],
            page.evaluate(_AROUND, node["target"][-1]) if len(node["target"]) == 1 else "",
        )
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    return [one for one in every if not _is_streamlits(one)]


def _is_streamlits(one: Violation) -> bool:
    return any(one.rule == rule and part in one.where for rule, part, _ in STREAMLITS_OWN)
