from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib import resources

import pytest

from tests.support.drawn_scenes import drawn_scene
from wardrobe_app.services.graph import viewer

NASTY = "</script><script>alert(1)</script><!-- <b>&amp; \u2028 \ud800 /*@ script @*/ ' \""


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._within = "scene" if ("id", "scene") in attrs else tag

    def handle_data(self, data: str) -> None:
        if self.tags:
            self.texts[self._within] = self.texts.get(self._within, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def _parsed(content: bytes) -> _Tags:
    parser = _Tags()
    parser.feed(content.decode())
    return parser


def test_a_page_holds_the_scene_as_it_is() -> None:
    scene = drawn_scene(6, pictures=False)
    assert json.loads(_parsed(viewer.page(scene, "Mine")).texts["scene"]) == scene


def test_nasty_names_add_no_element_to_a_page() -> None:
    plain = drawn_scene(9, pictures=False)
    nasty = json.loads(json.dumps(plain))
    nasty["nodes"][0]["label"] = nasty["hulls"][0]["label"] = NASTY
    page = _parsed(viewer.page(nasty, NASTY))
    assert page.tags == _parsed(viewer.page(plain, "Mine")).tags
    assert page.texts["title"] == NASTY.replace("\ud800", "?")
    assert json.loads(page.texts["scene"])["nodes"][0]["label"] == NASTY


def test_a_page_may_load_and_call_nothing() -> None:
    text = viewer.page(drawn_scene(9, pictures=False), "Mine").decode()
    policy = re.search(r'content="(default-src[^"]*)"', text)
    assert policy and policy[1].startswith("default-src 'none'")
    assert "connect-src" not in policy[1] and "http" not in policy[1]
    assert not re.findall(r'(?:src|href)="https?:', text)


@pytest.mark.parametrize("ending", [".js", ".css", ".html"])
def test_every_file_of_the_viewer_is_used(ending: str) -> None:
    folder = resources.files("wardrobe_app.services.graph") / "web"
    files = [one for one in folder.iterdir() if one.name.endswith(ending)]
    text = viewer.page(drawn_scene(9, pictures=False), "Mine").decode()
    assert files
    for file in files:
        assert file.read_text(encoding="utf-8").splitlines()[0] in text, file.name


def test_the_script_names_nothing_twice() -> None:
    names = re.findall(r"^(?:const|let|class|function|async function) (\w+)", viewer.script(), re.MULTILINE)
    assert len(names) == len(set(names))
