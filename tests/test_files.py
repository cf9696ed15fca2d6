from __future__ import annotations

import importlib.util
import re
import tomllib
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT


@pytest.fixture(scope="module")
def files() -> ModuleType:
    found = importlib.util.spec_from_file_location("files", ROOT / ".ci" / "files.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "line",
    [f"see /{folder}/{who}/x" for folder in ("home", "Users") for who in ("eve", "dev1")]
    + ["C:" + "\\Users\\eve\\x", "C:" + "\\\\Users\\\\eve", "file:///" + "home/eve", "cd /" + "tmp/x", "/" + "root/x"],
)
def test_a_path_of_a_machine_is_found(files: ModuleType, line: str) -> None:
    assert len(files.problems("a.py", f"first\n{line}\n".encode())) == 1


@pytest.mark.parametrize("line", ["/home/me/x.jpg", "https://example.org/home/eve", "./tmp/x", "/var/lib/x", "homes"])
def test_an_example_or_an_address_is_no_path_of_a_machine(files: ModuleType, line: str) -> None:
    assert files.problems("a.py", line.encode()) == []


def test_only_checkpoints_may_be_large(files: ModuleType) -> None:
    large = b"\0" * (files.MAX_BYTES + 1)
    assert files.problems("docs/x.png", large)
    assert files.problems("classifier/weights/x.safetensors", large) == []


def test_the_lock_file_has_what_pyproject_asks_for_and_names_no_registry() -> None:
    text = (ROOT / ".ci" / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    asked = [Requirement(line) for lines in lists for line in lines]
    here = {"platform_system": "Linux", "sys_platform": "linux", "platform_machine": "x86_64"}
    for one in asked:
        if one.marker is None or one.marker.evaluate(here):
            assert one.specifier.contains(locked[canonicalize_name(one.name)]), one
    assert "://" not in text
    assert not re.search("^-", text, re.MULTILINE)
