from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

import classifier.cli
import wardrobe_app
import wardrobe_app.cli
from tests.paths import ROOT
from tests.support import architecture_page
from wardrobe_app.commands import old_names
from wardrobe_app.components.shared import navigation
from wardrobe_app.config import Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
RUN = "python -m pip install -r requirements.txt && python -m streamlit run streamlit_app.py"
TEST = "python -m pip install -r requirements-dev.txt && python -m pytest"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("command", [RUN, TEST])
def test_the_readme_gives_the_command_as_a_line_to_copy(command: str) -> None:
    assert command in [line.strip() for line in README.splitlines()]


def test_the_test_run_does_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python -m pip install -q -r requirements-dev.txt\npython -m pytest\n" in script


def _pages() -> list[tuple[str, str]]:
    # (path, title) of each page that the navigation names.
    return [
        (navigation.path(name), title) for group in navigation.GROUPS.values() for name, (title, _) in group.items()
    ]


def test_every_page_is_in_the_navigation() -> None:
    files = {file.relative_to(ROOT).as_posix() for file in (ROOT / "wardrobe_app" / "pages").rglob("[!_]*.py")}
    assert {path for path, _ in _pages()} == files


@pytest.mark.parametrize("title", [title for _, title in _pages()])
def test_every_page_is_documented(title: str) -> None:
    assert f"**{title}**" in README


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`WARDROBE_{name.upper()}`" in SETTINGS


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"WARDROBE_([A-Z_]+)", SETTINGS))
    assert named <= {name.upper() for name in Settings.model_fields}


def _commands() -> list[str]:
    programs = {"wardrobe-graph": wardrobe_app.cli.app, "wardrobe-classifier": classifier.cli.app}
    return [
        f"{program} {name}"
        for program, app in programs.items()
        for group in [typer.main.get_command(app)]
        for name in group.commands
    ]


def test_every_command_is_documented() -> None:
    missing = [command for command in _commands() if not re.search(rf"^{command}\b", COMMANDS, re.MULTILINE)]
    assert not missing


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"^(wardrobe-(?:graph|classifier) [a-z-]+)", COMMANDS, re.MULTILINE))
    assert named == set(_commands())


def test_old_names_are_told_in_one_table_only() -> None:
    _, _, table = COMMANDS.partition("## Old names")
    pairs = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", table, re.MULTILINE)
    assert dict(pairs) == {**old_names.COMMANDS, **old_names.OPTIONS, "WARDROBE_PEOPLE": "WARDROBE_ALLOWED_USERS"}
    others = "\n".join(page.read_text(encoding="utf-8") for page in DOCUMENTS if page.name != "CHANGELOG.md")
    assert others.count("--anyway") == others.count("--take-back") == others.count("WARDROBE_PEOPLE") == 1


def _links() -> list[tuple[Path, str]]:
    return [
        (document, target)
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    ]


def test_every_file_that_the_documents_point_to_is_there() -> None:
    missing = [f"{document.name}: {target}" for document, target in _links() if not (document.parent / target).exists()]
    assert not missing


def test_the_readme_shows_the_program() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/screenshots/[^)]+\.png)\)", README)
    assert shown
    assert all((ROOT / picture).read_bytes().startswith(b"\x89PNG") for picture in shown)


def test_the_changelog_knows_the_version() -> None:
    assert f"## [{wardrobe_app.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_architecture_shows_the_rules_that_the_tests_check() -> None:
    again = "run python -m tests.support.architecture_page"
    assert architecture_page.PAGE.read_text(encoding="utf-8") == architecture_page.page(), again
    assert architecture_page.PICTURE.read_text(encoding="utf-8") == architecture_page.picture(), again


def test_every_module_that_the_documents_name_is_there() -> None:
    roots = (ROOT, ROOT / "wardrobe_app")
    missing = [
        f"{document.name}: {module}"
        for document in DOCUMENTS
        if document.name != "CHANGELOG.md"
        for module in re.findall(r"`([a-z_]+(?:/[a-z_]+)+\.py)`", document.read_text(encoding="utf-8"))
        if not any((root / module).exists() for root in roots)
    ]
    assert not missing


def test_decisions_are_numbered_and_have_their_parts() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    for page in decisions:
        text = page.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), page.name
