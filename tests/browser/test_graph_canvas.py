from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tests.browser.support import axe
from tests.support.drawn_scenes import Scene, clusters, drawn_scene, with_types
from wardrobe_app.services.graph import viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

    Open = Callable[..., Page]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "</title></script><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
# A page that has to be scrolled past the graph, with what the graph asks for and gets.
AROUND = """
const parent = document.querySelector("main");
parent.style.cssText = "height:auto;display:block";
parent.className = "wv-page-scrolls";
document.body.className = "";
const sent = window.sent = [];
window.graph = mountGraph(parent, { send: (name, value) => sent.push({ name, value }) });
window.scene = JSON.parse(document.getElementById("scene").textContent);
window.graph.show(window.scene);
parent.append(Object.assign(document.createElement("div"), { style: "height:3000px" }));
"""


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(scene: Scene, *, within_page: bool = False, **options: Any) -> Page:
        content = viewer.page(scene, "Wardrobe graph").decode()
        if within_page:
            start = content.index("// The page of an exported graph")
            content = content[:start] + AROUND + content[content.index("</script>", start) :]
        file = tmp_path / f"{len(contexts)}.html"
        file.write_text(content, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: None if _is_near(request.url) else problems.append(request.url))
        page.goto(file.as_uri())
        _rest(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems


def _is_near(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:", "about:"))


def _state(page: Page) -> Any:
    return page.evaluate("wardrobeGraph.state()")


def _rest(page: Page) -> None:
    _until(page, "window.wardrobeGraph && wardrobeGraph.state().resting")
    page.wait_for_timeout(300)
    _until(page, "wardrobeGraph.state().resting")


def _until(page: Page, holds: str) -> None:
    # The page's policy lets playwright wait for nothing inside it.
    for _ in range(150):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {holds}")


def _at(page: Page, node: str) -> tuple[float, float]:
    place = page.evaluate("id => wardrobeGraph.at(id)", node)
    return place["x"], place["y"]


def _neighbours(scene: Scene, node: str) -> set[str]:
    ids = [one["id"] for one in scene["nodes"]]
    found = {node}
    for edge in scene["edges"]:
        a, b = ids[edge["a"]], ids[edge["b"]]
        if node in (a, b):
            found |= {a, b}
    return found


@pytest.mark.parametrize("count", [40, 150, 500, 2000])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_no_name_lies_over_another_at_any_zoom(show: Open, count: int, phone: bool) -> None:
    page = show(drawn_scene(count), **(PHONE if phone else {}))
    for _ in range(3):
        labels = _state(page)["labels"]
        over = [
            (one["text"], other["text"])
            for one, other in combinations(labels, 2)
            if one["left"] < other["right"]
            and one["right"] > other["left"]
            and one["top"] < other["bottom"]
            and one["bottom"] > other["top"]
        ]
        assert not over
        assert labels
        assert min(label["size"] for label in labels) >= 12
        page.get_by_role("button", name="Zoom in").click()
        page.get_by_role("button", name="Zoom in").click()
        _rest(page)


def test_all_nodes_are_in_view_at_first_and_none_under_the_legend(show: Open) -> None:
    scene = drawn_scene(150)
    page = show(scene)
    legend = page.locator(".wv-legend").bounding_box()
    assert legend
    places = [_at(page, node["id"]) for node in scene["nodes"]]
    assert all(0 < x < 1440 and 0 < y < legend["y"] for x, y in places)
    assert _state(page)["drawn"]["pictures"] == 150


def test_a_wide_graph_stands_upright_on_a_phone(show: Open) -> None:
    scene = drawn_scene(150)
    page = show(scene, **PHONE)
    places = [_at(page, node["id"]) for node in scene["nodes"]]
    assert all(0 < x < 390 and 0 < y < 844 for x, y in places)
    assert max(y for _, y in places) - min(y for _, y in places) > max(x for x, _ in places) - min(x for x, _ in places)


def test_hovering_shows_the_neighbourhood_and_tells_why(show: Open) -> None:
    scene = drawn_scene(40)
    page = show(scene)
    page.mouse.move(*_at(page, "item:1"))
    state = _state(page)
    assert state["hovered"] == "item:1"
    assert set(state["focus"]) == _neighbours(scene, "item:1")
    tip = page.get_by_role("tooltip").inner_text()
    assert all(line in tip for line in scene["nodes"][0]["lines"])
    page.mouse.move(720, 895)
    assert _state(page)["hovered"] is None
    assert _state(page)["focus"] is None

    page.mouse.move(*_at(page, "item:1"))
    page.mouse.click(*_at(page, "item:1"))
    _rest(page)
    page.mouse.move(*_at(page, "item:2"))
    assert "nearly the same colour, same type" in page.get_by_role("tooltip").inner_text()


def test_hovering_a_line_tells_why(show: Open) -> None:
    scene = drawn_scene(9)
    scene["edges"] = [edge for edge in scene["edges"] if edge["relation"] == "similar-to"]
    page = show(scene)
    (ax, ay), (bx, by) = _at(page, "item:1"), _at(page, "item:2")
    page.mouse.move((ax + bx) / 2, (ay + by) / 2)
    if _state(page)["hovered"] is None:
        assert _state(page)["edge"] == ["item:1", "item:2"]
        assert "nearly the same colour, same type" in page.get_by_role("tooltip").inner_text()


def test_a_click_pins_a_panel_that_leads_on_and_closes(show: Open) -> None:
    scene = drawn_scene(40)
    page = show(scene)
    page.mouse.click(*_at(page, "item:1"))
    panel = page.get_by_role("complementary", name=scene["nodes"][0]["label"])
    panel.wait_for()
    assert _state(page)["pinned"] == "item:1"
    assert panel.get_by_role("listitem").filter(has_text="White").count() >= 1
    assert panel.get_by_role("heading", name="Alike").count() == 1
    assert panel.get_by_role("link", name="Open").count() == 0
    panel.get_by_role("heading", name="Alike").locator("xpath=..").get_by_role("button").first.click()
    assert _state(page)["pinned"] == "item:2"
    _rest(page)
    page.get_by_role("button", name="Close").click()
    assert _state(page)["pinned"] is None
    assert page.get_by_role("complementary").count() == 0


def test_a_double_click_shows_the_neighbourhood(show: Open) -> None:
    scene = drawn_scene(150)
    page = show(scene)
    before = _state(page)["camera"]["scale"]
    page.mouse.dblclick(*_at(page, "item:1"))
    _rest(page)
    places = [_at(page, node) for node in _neighbours(scene, "item:1")]
    assert all(0 < x < 1120 and 0 < y < 900 for x, y in places)
    assert _state(page)["camera"]["scale"] >= before


def test_dragging_moves_the_graph_and_pins_nothing(show: Open) -> None:
    page = show(drawn_scene(40))
    x, y = _at(page, "item:1")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.move(x + 120, y + 40, steps=4)
    page.mouse.up()
    moved = _at(page, "item:1")
    assert moved == pytest.approx((x + 120, y + 40), abs=8)
    assert _state(page)["pinned"] is None


def test_the_legend_switches_relations(show: Open) -> None:
    scene = with_types(drawn_scene(40))
    page = show(scene)
    edges = _state(page)["drawn"]["edges"]
    button = page.get_by_role("button", name="Goes with")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    _rest(page)
    assert button.get_attribute("aria-pressed") == "false"
    assert _state(page)["relations"]["compatible-with"] is False
    assert _state(page)["drawn"]["edges"] < edges
    nodes = sum(_state(page)["drawn"][kind] for kind in ("dots", "pictures"))
    page.get_by_role("button", name="Type", exact=False).first.click()
    _rest(page)
    assert sum(_state(page)["drawn"][kind] for kind in ("dots", "pictures")) < nodes  # types that nothing leads to


def test_arrows_walk_along_lines_and_enter_pins(show: Open) -> None:
    scene = drawn_scene(40)
    page = show(scene)
    canvas = page.get_by_role("application")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    first = _state(page)["cursor"]
    assert first
    page.keyboard.press("ArrowRight")
    second = _state(page)["cursor"]
    assert second != first
    assert second in _neighbours(scene, first)
    label = next(node["label"] for node in scene["nodes"] if node["id"] == second)
    assert label in page.locator("[aria-live]").inner_text()
    page.keyboard.press("Enter")
    assert _state(page)["pinned"] == second
    page.keyboard.press("Escape")
    assert _state(page)["pinned"] is None
    scale = _state(page)["camera"]["scale"]
    page.keyboard.press("+")
    assert _state(page)["camera"]["scale"] > scale
    page.keyboard.press("0")
    _rest(page)
    assert _state(page)["camera"]["scale"] == pytest.approx(scale)
    page.keyboard.press("/")
    assert page.get_by_role("combobox").evaluate("one => one === document.activeElement")


def test_the_search_flies_to_what_was_found_and_pins_it(show: Open) -> None:
    scene = drawn_scene(150)
    wanted = scene["nodes"][77]
    wanted["label"] = "Robe d’Été Straße"
    page = show(scene)
    page.get_by_role("combobox").fill("ete strasse")
    assert page.get_by_role("option").count() == 1
    page.keyboard.press("Enter")
    _rest(page)
    assert _state(page)["pinned"] == wanted["id"]
    x, y = _at(page, wanted["id"])
    assert 300 < x < 820
    assert 200 < y < 700
    page.get_by_role("combobox").fill("no such thing")
    assert page.get_by_role("option").count() == 0


def test_what_is_shown_can_be_saved_as_png_and_svg(show: Open, tmp_path: Path) -> None:
    scene = drawn_scene(40)
    scene["nodes"][0]["label"] = HOSTILE + "\x01&\ud800"
    page = show(scene)
    files = {}
    for kind in ("PNG", "SVG"):
        page.get_by_role("button", name="Share").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=f"Save as {kind}").click()
        files[kind] = tmp_path / f"saved.{kind.lower()}"
        download.value.save_as(files[kind])
        assert download.value.suggested_filename == f"wardrobe-graph-outfits.{kind.lower()}"
    with Image.open(files["PNG"]) as picture:
        assert picture.size == (2880, 1800)
        colours = picture.convert("RGB").getcolors(10_000_000)
        assert colours
        assert len(colours) > 1000
    root = ElementTree.parse(files["SVG"]).getroot()  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    pictures = root.findall(f"{space}image")
    assert len(pictures) == 40
    assert all(one.attrib["href"].startswith("data:image/png;base64,") for one in pictures)
    assert {one.text for one in root.iter(f"{space}text")} >= {"Two white blouses", "Red blouse"}
    assert not list(root.iter(f"{space}script"))


def test_a_picture_can_be_copied_or_it_is_told_why_not(show: Open) -> None:
    page = show(drawn_scene(9), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy picture").click()
    page.locator(".wv-hint").wait_for()
    types = page.evaluate("async () => (await navigator.clipboard.read()).flatMap(item => item.types)")
    assert "image/png" in types

    page = show(drawn_scene(9))
    page.evaluate("void (navigator.clipboard.write = () => Promise.reject(new DOMException('', 'NotAllowedError')))")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy picture").click()
    page.locator(".wv-hint").filter(has_text="PNG").wait_for()


def test_nasty_names_are_only_text(show: Open) -> None:
    scene = json.loads(json.dumps(drawn_scene(9)).replace("White blouse", json.dumps(HOSTILE)[1:-1]))
    scene["regions"][0]["label"] = scene["relations"][0]["label"] = scene["legend"][0]["label"] = HOSTILE
    scene["highlight"] = {"nodes": [0, 1], "label": HOSTILE}
    scene["edges"][0]["why"] = HOSTILE
    page = show(scene)
    assert page.locator(".wv-chip").inner_text() == HOSTILE
    page.mouse.move(*_at(page, "item:1"))
    page.mouse.click(*_at(page, "item:1"))
    assert HOSTILE in page.get_by_role("complementary").inner_text()
    page.get_by_role("combobox").fill("onerror")
    assert page.get_by_role("option").count() >= 1
    assert page.title() == "Wardrobe graph"
    assert page.locator("img[onerror]").count() == 0


def test_a_highlight_stands_out_until_it_is_cleared(show: Open) -> None:
    page = show({**drawn_scene(40), "highlight": {"nodes": [3, 4], "label": "Key pieces"}})
    assert _state(page)["focus"] == ["item:4", "item:5"]
    page.get_by_role("button", name="Key pieces").click()
    assert _state(page)["focus"] is None
    assert _state(page)["highlight"] is None


def test_a_scene_of_the_same_key_keeps_the_view_and_the_pin(show: Open) -> None:
    page = show(drawn_scene(40), within_page=True)
    page.mouse.click(*_at(page, "item:1"))
    page.get_by_role("button", name="Zoom in").click()
    _rest(page)
    before = _state(page)
    page.evaluate("scene.nodes[0].x += 1; graph.show(scene)")
    _rest(page)
    after = _state(page)
    assert after["camera"] == before["camera"]
    assert after["pinned"] == "item:1"
    page.evaluate("graph.show({...scene, key: 'another'})")
    _rest(page)
    assert _state(page)["pinned"] is None
    assert _state(page)["camera"] != before["camera"]


def test_the_wheel_zooms_only_with_the_focus_or_a_key(show: Open) -> None:
    page = show(drawn_scene(40), within_page=True)
    scale = _state(page)["camera"]["scale"]
    page.mouse.move(700, 300)
    page.mouse.wheel(0, 200)
    _until(page, "scrollY > 0")
    assert _state(page)["camera"]["scale"] == scale
    assert page.locator(".wv-hint").is_visible()
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    _until(page, f"wardrobeGraph.state().camera.scale > {scale}")
    page.keyboard.up("Control")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("application").focus()
    page.mouse.wheel(0, 200)
    _until(page, f"Math.abs(wardrobeGraph.state().camera.scale - {scale}) < 20")
    assert page.evaluate("scrollY") == 0


def test_what_is_lacking_is_asked_for_from_the_middle_outwards(show: Open) -> None:
    scene = drawn_scene(150)
    pictures, details = scene["pictures"], scene["details"]
    page = show({**scene, "pictures": {}, "details": {}}, within_page=True)
    _until(page, "sent.length > 0")
    first = page.evaluate("sent[0]")
    assert first["name"] == "want"
    assert len(first["value"]["pictures"]) == 60
    assert first["value"]["side"] == 64
    page.evaluate(
        "answer => graph.receive(answer)", {"pictures": {key: pictures[key] for key in first["value"]["pictures"]}}
    )
    _until(page, "sent.length > 1 && wardrobeGraph.state().drawn.pictures === 60")
    second = page.evaluate("sent[1].value.pictures")
    assert len(second) == 60
    assert not set(second) & set(first["value"]["pictures"])
    page.evaluate("answer => graph.receive(answer)", {"pictures": {key: pictures[key] for key in second}})

    page.mouse.click(*_at(page, "item:1"))
    page.get_by_role("status").wait_for()
    page.evaluate("answer => graph.receive(answer)", {"pictures": {}})
    _until(page, "sent.some(one => one.value.details?.includes('item:1'))")
    told = {**details["item:1"], "href": "/garment?item=1"}
    page.evaluate("answer => graph.receive(answer)", {"pictures": {}, "details": {"item:1": told}})
    page.get_by_role("link", name="Open").click()
    assert page.evaluate("sent.at(-1)") == {"name": "garment", "value": {"id": "item:1"}}


def test_a_cluster_is_opened_on_the_page_and_not_in_a_file(show: Open) -> None:
    page = show(clusters(20), within_page=True)
    page.mouse.click(*_at(page, "cluster:3"))
    page.get_by_role("complementary").get_by_role("button", name="Show these 15").click()
    assert page.evaluate("sent.at(-1)") == {"name": "open", "value": {"id": "cluster:3"}}
    page = show(clusters(20))
    page.mouse.click(*_at(page, "cluster:3"))
    assert page.get_by_role("complementary").get_by_role("button", name="Show these").count() == 0


def _touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    touches = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def test_two_fingers_zoom_on_a_phone_and_one_scrolls_past(show: Open) -> None:
    page = show(drawn_scene(40), within_page=True, **PHONE)
    fingers = page.context.new_cdp_session(page)
    before = _state(page)["camera"]
    _touch(fingers, "touchStart", (150, 300), (240, 300))
    for step in range(1, 9):
        _touch(fingers, "touchMove", (150 - 10 * step, 300), (240 + 10 * step, 300))
    _touch(fingers, "touchEnd")
    assert _state(page)["camera"]["scale"] > 1.5 * before["scale"]
    assert page.evaluate("scrollY") == 0

    camera = _state(page)["camera"]
    _touch(fingers, "touchStart", (200, 400))
    for step in range(1, 12):
        _touch(fingers, "touchMove", (200, 400 - 20 * step))
    _touch(fingers, "touchEnd")
    _until(page, "scrollY > 100")
    assert _state(page)["camera"]["y"] == pytest.approx(camera["y"])
    assert page.locator(".wv-hint").is_visible()


def test_once_tapped_one_finger_moves_the_graph_and_not_the_page(show: Open) -> None:
    page = show(drawn_scene(40), within_page=True, **PHONE)
    fingers = page.context.new_cdp_session(page)
    page.touchscreen.tap(195, 535)
    assert page.get_by_role("application").evaluate("one => one === document.activeElement")
    _rest(page)
    x, y = _at(page, "item:1")
    _touch(fingers, "touchStart", (200, 250))
    for step in range(1, 12):
        _touch(fingers, "touchMove", (200, 250 - 10 * step))
    _touch(fingers, "touchEnd")
    _rest(page)
    assert page.evaluate("scrollY") == 0
    assert _at(page, "item:1") == pytest.approx((x, y - 110), abs=25)


def test_on_a_phone_a_tap_opens_a_sheet_of_at_most_half_the_height(show: Open) -> None:
    page = show(drawn_scene(40), **PHONE)
    page.touchscreen.tap(*_at(page, "item:38"))
    sheet = page.get_by_role("complementary").bounding_box()
    assert _state(page)["pinned"] == "item:38"
    assert sheet
    assert sheet["height"] <= 844 / 2 + 1
    assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
    assert page.get_by_role("application").evaluate("one => one === document.activeElement")
    _rest(page)
    assert _at(page, "item:38")[1] < sheet["y"]
    small = page.locator(".wv button:visible, .wv input:visible, .wv summary:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
    )
    assert not small


def test_a_pill_can_be_hovered_all_over(show: Open) -> None:
    page = show(with_types(drawn_scene(40)))
    label = next(one for one in _state(page)["labels"] if one["id"] == "type:Trousers")
    page.mouse.move(label["left"] + 4, (label["top"] + label["bottom"]) / 2)
    assert _state(page)["hovered"] == "type:Trousers"


def test_colours_follow_the_variables_of_the_page(show: Open) -> None:
    page = show(drawn_scene(9), within_page=True)
    page.evaluate("document.documentElement.style.setProperty('--st-background-color', '#401020')")
    page.wait_for_timeout(400)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert shot.getpixel((600, 20)) == (0x40, 0x10, 0x20)


def test_colours_follow_the_page(show: Open) -> None:
    page = show(drawn_scene(9), color_scheme="dark")
    shot = Image.open(io.BytesIO(page.screenshot()))
    assert sum(shot.convert("RGB").getpixel((720, 20))) < 150  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(300)
    shot = Image.open(io.BytesIO(page.screenshot()))
    assert sum(shot.convert("RGB").getpixel((720, 20))) > 600  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_axe_finds_nothing(show: Open, scheme: str, phone: bool) -> None:
    source = axe.script()
    scene = {**with_types(drawn_scene(40)), "highlight": {"nodes": [3, 4], "label": "Key pieces"}}
    page = show(scene, color_scheme=scheme, **(PHONE if phone else {}))
    if phone:
        page.locator("summary").click()
    page.get_by_role("combobox").fill("pink")
    assert not axe.violations(page, source)
    page.keyboard.press("Enter")
    _rest(page)
    page.get_by_role("button", name="Share").click()
    assert not axe.violations(page, source)


def test_a_drag_of_many_nodes_ends_as_it_would_be_drawn_at_once(show: Open) -> None:
    page = show(drawn_scene(500))
    page.mouse.move(700, 100)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(700 - 6 * step, 100 + 2 * step)
    page.mouse.up()
    page.mouse.move(1420, 400)
    _rest(page)
    moved = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.get_by_role("application").focus()
    page.set_viewport_size({"width": 1438, "height": 900})
    page.set_viewport_size({"width": 1440, "height": 900})
    _rest(page)
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert np.abs(np.asarray(moved, np.float32) - np.asarray(drawn, np.float32)).mean() < 1.0


def test_a_scene_without_nodes_says_so(show: Open) -> None:
    empty = {**drawn_scene(9), "nodes": [], "edges": [], "hulls": [], "regions": [], "relations": [], "legend": []}
    page = show(empty)
    assert page.locator(".wv-empty").is_visible()
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "Enter", "0", "+"):
        page.keyboard.press(key)
    assert _state(page)["cursor"] is None


def test_who_wants_no_motion_gets_none(show: Open) -> None:
    page = show(drawn_scene(150), reduced_motion="reduce")
    page.get_by_role("combobox").fill("pink")
    page.keyboard.press("Enter")
    first = _state(page)["camera"]
    page.wait_for_timeout(400)
    assert _state(page)["camera"] == first


def test_a_node_that_the_scene_asks_for_is_pinned_once(show: Open) -> None:
    scene = drawn_scene(40)
    wanted = scene["nodes"][5]["id"]
    page = show(scene | {"pin": wanted})
    assert _state(page)["pinned"] == wanted
    page.get_by_role("application").press("Escape")
    _until(page, "wardrobeGraph.state().pinned === null")
    page.evaluate("scene => window.wardrobeGraph.show(scene)", scene | {"pin": wanted, "key": "another"})
    assert _state(page)["pinned"] is None


def test_what_is_switched_off_leaves_the_room_to_what_is_shown(show: Open) -> None:
    scene = drawn_scene(40)
    far = {**scene["nodes"][0], "id": "colour:far", "kind": "colour", "x": 500, "y": 500, "picture": None}
    edge = {**scene["edges"][0], "a": 0, "b": len(scene["nodes"]), "relation": "colour"}
    relation = {**scene["relations"][0], "name": "colour", "label": "Colour", "on": False, "count": 1}
    page = show(scene)
    near = _state(page)["camera"]["scale"]
    other = {
        **scene,
        "key": "with a colour",
        "nodes": [*scene["nodes"], far],
        "edges": [*scene["edges"], edge],
        "relations": [*scene["relations"], relation],
    }
    page.evaluate("scene => window.wardrobeGraph.show(scene)", other)
    assert _state(page)["camera"]["scale"] == pytest.approx(near, rel=0.1)


def test_switching_a_relation_off_fits_the_view_anew(show: Open) -> None:
    scene = with_types(drawn_scene(40))
    far = next(node for node in scene["nodes"] if node["id"] == "type:Shirt")
    far["x"] += 60
    page = show(scene)
    wide = _state(page)["camera"]["scale"]
    page.get_by_role("button", name="Type", exact=False).first.click()
    _rest(page)
    assert _state(page)["camera"]["scale"] > 1.5 * wide
