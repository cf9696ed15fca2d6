from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

from tests.browser.support import gallery, visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# A visitor who clicks at random and remembers what she saw: after each action the garment whose name the page showed
# is held against the rows that changed.

PATIENCE_S = 15
SIDEBAR = ("Wardrobe", "Outfits", "Trash", "Duplicates", "Calendar")
ON_A_GARMENT = (
    re.compile("^(Favourite|Remove from favourites)$"),
    re.compile("^(Archive|Back to the wardrobe)$"),
    re.compile("^(Trash|Restore)$"),
    re.compile("^Wear today$"),
)
ON_A_SELECTION = re.compile("^(Favourite|Archive|Trash)\\b")
CHANGED_ELSEWHERE = re.compile("[Cc]hanged meanwhile|already in the calendar|Already saved for today")

Rows = dict[int, Any]


@dataclass
class Monkey:
    tabs: list[Page]
    url: str
    database: Path
    seed: int
    actions: int = 0
    log: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - no secret, and the same every time
        self.tab = self.tabs[0]
        self.drawn = [0 for _ in self.tabs]  # after how many actions each tab was drawn last

    def play(self, actions: int) -> None:
        self._open("/")
        while self.actions < actions:
            self._wander()
            for _ in range(self.random.choice((0, 1, 2, 2))):
                self._act()

    # What she sees, and what is written down

    def rows(self) -> Rows:
        found: Rows = {row["id"]: [tuple(row)] for row in self._ask("SELECT * FROM item ORDER BY id")}
        own = "SELECT item_id, kind, value FROM tag WHERE source = 'person' ORDER BY kind"
        worn = "SELECT item_id, worn_on FROM wear_item JOIN wear ON wear.id = wear_id ORDER BY worn_on"
        for query in (own, worn):
            for row in self._ask(query):
                found[row["item_id"]].append(tuple(row))
        return found

    def names(self) -> dict[str, int]:
        return {name: item for item, name in self._ask("SELECT id, name FROM item")}

    def favourites(self) -> set[int]:
        return {item for (item,) in self._ask("SELECT id FROM item WHERE favourite")}

    def _ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query).fetchall()

    def shown(self) -> int | None:
        # The garment whose page this is, told as a person tells it: by the name on top.
        heading = self.tab.get_by_test_id("stMain").get_by_role("heading", level=1)
        return self.names().get(heading.first.inner_text().strip()) if heading.count() else None

    def addressed(self) -> int | None:
        at = urlparse(self.tab.url)
        items = parse_qs(at.query).get("item", [])
        return int(items[0]) if at.path.endswith("/garment") and items else None

    # Moving about

    def _wander(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            move = self.random.choice(
                [
                    *[self._follow_a_link] * 3,
                    self._sidebar,
                    self._back,
                    self._forward,
                    self._reload,
                    self._type_an_address,
                    self._change_tabs,
                ]
            )
            self._note(move.__name__.strip("_"))
            move()
            if move != self._change_tabs:
                self._settle()
                self._compare_with_the_address()

    def _open(self, path: str) -> None:
        self.tab.goto(self.url + path)
        self._settle()

    def _settle(self) -> None:
        self.tab.wait_for_timeout(250)  # until the browser has told the program where it is now
        self.tab.get_by_test_id("stMain").get_by_role("heading", level=1).first.wait_for()
        visit.until_drawn(self.tab)
        self.drawn[self.tabs.index(self.tab)] = self.actions

    def _compare_with_the_address(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while (wanted := self.addressed()) is not None and self.shown() != wanted:
            if time.monotonic() > end:
                self._mismatch(f"the address names {wanted}, the page shows {self.shown()}")
                return
            self.tab.wait_for_timeout(200)

    def _put_the_panel_away(self) -> None:
        panel = self.tab.get_by_role("dialog")
        if panel.count():  # the way back led to it; it lies over the grid
            self.tab.keyboard.press("Escape")
            panel.wait_for(state="detached")

    def _follow_a_link(self) -> None:
        self._put_the_panel_away()
        links = self.tab.get_by_test_id("stMain").locator("a[data-testid=stPageLink-NavLink]")
        cards = self._cards("")
        if cards:  # through the panel
            self._click(gallery.card(self.tab, self.random.choice(cards)))
            links = self.tab.get_by_role("dialog").get_by_role("link", name="Open the full page")
            links.wait_for()
        if links.count():
            self._click(links.nth(self.random.randrange(links.count())))

    def _sidebar(self) -> None:
        self._put_the_panel_away()
        page = self.random.choice(SIDEBAR)
        self._click(self.tab.get_by_test_id("stSidebarNav").get_by_role("link", name=page))

    def _back(self) -> None:
        self.tab.go_back()
        if not self.tab.url.startswith(self.url):
            self._open("/")

    def _forward(self) -> None:
        self.tab.go_forward()

    def _reload(self) -> None:
        self.tab.reload()

    def _type_an_address(self) -> None:
        self.tab.goto(f"{self.url}/garment?item={self.random.choice(sorted(self.rows()))}")

    def _change_tabs(self) -> None:
        self.tab = self.random.choice(self.tabs)
        self.tab.bring_to_front()
        if not self.tab.url.startswith(self.url):
            self._open("/")

    def _stale(self) -> bool:
        # The other tab has acted since this one was drawn: what is asked for here may be done already.
        return self.drawn[self.tabs.index(self.tab)] < self.actions

    # Acting

    def _act(self) -> None:
        shown = self.shown()
        if shown is not None:
            self._act_on(shown)
        elif self.tab.get_by_test_id("stMain").get_by_role("heading", name="Wardrobe", level=1, exact=True).count():
            self._act_on_a_selection()

    def _act_on(self, shown: int) -> None:
        main = self.tab.get_by_test_id("stMain")
        buttons = [main.get_by_role("button", name=name) for name in ON_A_GARMENT]
        there = [button.first for button in buttons if button.count()]
        if main.get_by_label("Notes", exact=True).count() and self.random.random() < 0.3:
            self._do(f"notes of {shown}", {shown}, self._write_notes)
        elif there:
            button = self.random.choice(there)
            self._do(f"{button.inner_text().split()[-1]} {shown}", {shown}, lambda: self._click(button))

    def _write_notes(self) -> None:
        self.tab.get_by_label("Notes", exact=True).fill(f"note {self.actions} of {self.seed}")
        self._click(self.tab.get_by_role("button", name=re.compile("^(Save|Save details|Save mine anyway)$")).first)

    def _act_on_a_selection(self) -> None:
        self._put_the_panel_away()
        there = self._cards("[aria-selected=false]")
        for item in self.random.sample(there, min(len(there), self.random.randint(1, 2))):
            card = gallery.card(self.tab, item)
            if card.count():  # else it went in the other tab
                card.hover()
                card.locator(".wg-tick").click()
        ticked = set(self._cards("[aria-selected=true]"))
        buttons = self.tab.locator(".wg-bar").get_by_role("button", name=ON_A_SELECTION)
        if ticked and buttons.count():
            button = buttons.nth(self.random.randrange(buttons.count()))
            label = button.inner_text().split()[0]
            wanted = ticked - self.favourites() if label == "Favourite" else ticked  # a mark that is there stays
            self._do(f"{label} {sorted(ticked)}", wanted, lambda: self._click(button))

    def _cards(self, state: str) -> list[int]:
        # Read in one go: the grid may be drawn anew between two looks at it.
        return self.tab.evaluate(
            "state => [...document.querySelectorAll('.wg-card' + state)].map(one => Number(one.dataset.id))", state
        )

    def _do(self, what: str, wanted: set[int], act: Callable[[], None]) -> None:
        before, stale = self.rows(), self._stale()
        self._note(what)
        act()
        self.actions += 1
        end = time.monotonic() + PATIENCE_S
        while self.rows() == before and time.monotonic() < end and wanted and not (stale or self._told()):
            self.tab.wait_for_timeout(100)
        self._settle()
        after = self.rows()
        changed = {item for item in before.keys() | after.keys() if before.get(item) != after.get(item)}
        right = changed <= wanted if stale or self._told() else changed == wanted
        if not right:
            self._mismatch(f"{what}: changed {sorted(changed)} instead of {sorted(wanted)}")

    def _told(self) -> bool:
        # The page says itself that it did not do it.
        return bool(CHANGED_ELSEWHERE.search(self.tab.get_by_test_id("stMain").inner_text()))

    def _click(self, what: Locator) -> None:
        what.scroll_into_view_if_needed()
        what.click(timeout=30_000)

    def _note(self, what: str) -> None:
        self.log.append(f"{self.tabs.index(self.tab)}: {what}")

    def _mismatch(self, what: str) -> None:
        self.mismatches.append(f"action {self.actions}: {what}; before that: {' / '.join(self.log[-6:])}")
