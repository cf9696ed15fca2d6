from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import nasty_wardrobe, visit
from tests.browser.support.nasty_wardrobe import NASTY, ON_ONE_LINE
from tests.browser.support.server import Server, serving
from tests.support.drawing import draw_garment, photo_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# What must not have been made of anybody's words, wherever on the page, tooltips included.
FOUND = """() => {
    const found = [], made = new Set(), say = (what, node) => {
        const told = what + ": " + (node.outerHTML || node.textContent).slice(0, 160);
        if (!made.has(told)) { made.add(told); found.push(told); }
    };
    if (window.ran) found.push("a script ran");
    document.querySelectorAll("[data-nasty], [onerror], [onload], [onmouseover]").forEach(node => say("element", node));
    document.querySelectorAll("a[href^='javascript:' i], a[href*='far.invalid'], img[src*='far.invalid']")
        .forEach(node => say("address", node));
    const marks = ["strong", "em", "del", "code", "mark", "a", "h1 *", "li", "blockquote", "td", ".katex", "tspan"];
    for (const word of ["strong", "em", "del", "code", "mark", "link", "math", "list", "head", "plot", "entity"])
        for (const mark of marks)
            document.querySelectorAll(mark).forEach(node => {
                if (mark === "tspan" && !/bold|italic/.test(node.getAttribute("style") || "")) return;
                const own = node.textContent.trim();
                if (own.startsWith(word + "nasty")) say("Markdown", node);
            });
    document.querySelectorAll(".katex, img[alt='picnasty']").forEach(node => say("Markdown", node));
    document.querySelectorAll("span[class*='stMarkdownBadge'], [class*='MarkdownColored']").forEach(node => {
        if (/^(rednasty|badgenasty|smallnasty)$/.test(node.textContent)) say("shorthand", node);
    });
    document.querySelectorAll("[data-testid=stIconMaterial], [translate=no]").forEach(node => {
        if (node.textContent.trim() === "home" && !node.closest("[data-testid=stSidebarNav]")) say("icon", node);
    });
    return found;
}"""


@pytest.fixture
def filled(browser: Browser, tmp_path: Path) -> Iterator[tuple[Server, Runtime]]:
    wardrobe = nasty_wardrobe.fill(tmp_path / "machine" / "data")
    with serving(tmp_path / "machine") as server:
        yield server, wardrobe
        assert server.attempts() == ""


def shown(page: Page) -> str:
    boxes = page.evaluate("() => [...document.querySelectorAll('input, textarea')].map(box => box.value)")
    return " ".join(" ".join([page.locator("body").inner_text(), *boxes]).replace("\u2060", "").split())


def look_at(page: Page, where: str, texts: tuple[str, ...] = ()) -> None:
    visit.until_drawn(page)
    page.wait_for_timeout(600)
    assert page.evaluate(FOUND) == [], where
    missing = list(texts)
    for _ in range(60):  # a busy machine draws a long page a while after the script has ended
        seen = shown(page)
        if not (missing := [text for text in texts if text not in seen]):
            break
        page.wait_for_timeout(500)
    assert not missing, f"{where} does not show as it is: {missing}"
    assert page.evaluate(FOUND) == [], where


def hover_over_all(page: Page, what: str, most: int) -> None:
    for place in page.locator(what).all()[:most]:
        if place.is_visible():
            place.hover(force=True)
            page.wait_for_timeout(150)
            assert page.evaluate(FOUND) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<script>window.ran=1</script>",
        NASTY[0],
        "<p><strong>strongnasty</strong></p>",
        "<code>codenasty</code>",
        "<a href='javascript:window.ran=1'>linknasty</a>",
        "<a href='http://www.far.invalid'>www.far.invalid</a>",
        "<img alt='picnasty' src='data:,'>",
        "<span class='stMarkdownBadge'>badgenasty</span>",
        "<span data-testid='stIconMaterial'>home</span>",
        "<span class='katex'>x</span>",
        "<h1><span>headnasty</span></h1>",
        "<ul><li>listnasty</li></ul>",
        "<svg><text><tspan style='font-weight:bold'>plotnasty</tspan></text></svg>",
    ],
)
def test_the_look_out_sees_what_it_looks_for(browser: Browser, markup: str) -> None:
    page = browser.new_page()
    page.set_content(markup)
    assert page.evaluate(FOUND) != []
    page.set_content("<p>strongnasty linknasty</p>")
    page.close()


@pytest.mark.slow
def test_what_people_write_is_text_on_every_page(
    filled: tuple[Server, Runtime], browser: Browser, tmp_path: Path
) -> None:
    server, wardrobe = filled
    context = browser.new_context(viewport={"width": 1280, "height": 2400})
    far: list[str] = []
    context.on("request", lambda request: None if _is_near(request.url, server.url) else far.append(request.url))
    page = context.new_page()
    page.set_default_timeout(60_000)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    page.goto(server.url)
    visit.open_page(page, "Wardrobe")
    look_at(page, "the gallery", ON_ONE_LINE)
    hover_over_all(page, "[data-testid=stMain] img", 4)
    page.keyboard.press("Control+a")
    page.locator("[data-act=change]").click()
    page.get_by_role("dialog").wait_for()
    look_at(page, "the gallery with a selection")
    page.keyboard.press("Escape")
    page.locator(".wg-card").first.click()
    page.get_by_role("dialog").get_by_role("link", name="Open the full page").wait_for()
    look_at(page, "a garment in the panel")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator("[data-key='facet type']").click()
    look_at(page, "the values of a filter")

    for garment in wardrobe.catalogue.garments():
        page.goto(f"{server.url}/garment?item={garment.id}")
        page.get_by_text("Details", exact=True).wait_for()
        look_at(page, f"garment {garment.id}", (" ".join(garment.name.split()),))
        assert page.title().strip()
        hover_over_all(page, "[data-testid=stTooltipIcon], [data-testid=stTooltipHoverTarget]", 3)

    for part in ("With one garment", "Build", "By occasion", "Capsule", "Saved"):
        visit.open_page(page, "Outfits")
        page.get_by_role("radio", name=part).click()
        look_at(page, f"looks, {part}", ON_ONE_LINE if part == "Saved" else ())
        for box in page.locator("[data-testid=stMain] [data-baseweb=select]").all()[:2]:
            box.click()
            page.wait_for_timeout(300)
            assert page.evaluate(FOUND) == [], f"the choices of {part}"
            page.keyboard.press("Escape")

    told = {
        "Calendar": ON_ONE_LINE[:3],
        "Trash": ON_ONE_LINE[:2],
        "Settings": tuple(kind.type.name for kind in wardrobe.types.all()),
    }
    for title in ("Duplicates", "Insights", "Calendar", "Trash", "Settings"):
        visit.open_page(page, title)
        look_at(page, title, told.get(title, ()))
        hover_over_all(page, "[data-testid=stTooltipIcon], [data-testid=stTooltipHoverTarget]", 6)
    visit.open_page(page, "Graph")
    page.get_by_role("application").wait_for()
    look_at(page, "the graph")
    box = page.get_by_role("application").bounding_box()
    assert box
    for step in range(80):
        page.mouse.move(
            box["x"] + box["width"] * (step % 10 + 0.5) / 10, box["y"] + box["height"] * (step // 10 + 0.5) / 8
        )
        page.wait_for_timeout(40)
        assert page.evaluate(FOUND) == [], "pointing at the graph"

    page.locator("input[type=file]").last.set_input_files(
        [{"name": "graph.json", "mimeType": "application/json", "buffer": nasty_wardrobe.nasty_graph(wardrobe)}]
    )
    page.get_by_text("Where the file differs").click()
    page.get_by_role("button", name="Import").wait_for()
    page.get_by_text("not imported").click()
    page.get_by_text("Not here:").first.wait_for()
    look_at(page, "the preview of a graph file", ON_ONE_LINE[1::2])
    page.get_by_role("button", name="Import").click()
    page.get_by_text("imported.").first.wait_for()
    look_at(page, "what was imported")

    visit.open_page(page, "Before you buy")
    photo = photo_bytes(draw_garment("blouse", (220, 120, 170), size=(180, 240), seed=77))
    file = {"name": f"{NASTY[0]}.jpg".replace("/", "-"), "mimeType": "image/jpeg", "buffer": photo}
    page.locator("input[type=file]").first.set_input_files([file])
    page.get_by_text("Most similar").wait_for()
    look_at(page, "before you buy")

    visit.open_page(page, "Add photos")
    # A browser sends a quotation mark in a file's name as %22.
    names = [f"{text.replace('/', '-').replace(chr(34), chr(39))}.jpg" for text in ON_ONE_LINE]
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": b"no picture"} for name in names]
    )
    visit.add_chosen(page)
    visit.until_added(page)
    look_at(page, "the results of an import", tuple(names))

    assert not dialogs
    assert far == [], f"the pages reached beyond this machine: {far}"
    context.close()


def _is_near(url: str, server: str) -> bool:
    return url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:", "about:"))
