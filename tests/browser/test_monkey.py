from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.support.monkey import Monkey
from tests.browser.support.server import Server
from tests.services.support.full_wardrobe import add
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
GARMENTS = 8


def play(page: Page, server: Server, monkeypatch: pytest.MonkeyPatch, *, seed: int, actions: int) -> Monkey:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())
    wardrobe = startup.build(Settings(data_dir=server.data))
    for number, item in enumerate(add(wardrobe, *range(GARMENTS)), 1):
        wardrobe.catalogue.edit([item], GarmentEdit(name=f"Garment {number}"))
    other = page.context.new_page()
    other.set_default_timeout(90_000)
    monkey = Monkey([page, other], server.url, server.data / "wardrobe.db", seed)
    monkey.play(actions)
    return monkey


@pytest.mark.slow
@pytest.mark.timeout(3 * 60 * 60)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_actions_change_only_the_garments_that_pages_showed(
    page: Page, server: Server, monkeypatch: pytest.MonkeyPatch, seed: int, full: bool
) -> None:
    assert play(page, server, monkeypatch, seed=seed, actions=100 if full else 10).mismatches == []
