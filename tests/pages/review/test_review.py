from __future__ import annotations

from typing import Any

import pytest

from tests.support.app_pages import OpenPage, a_photo, finish_import
from wardrobe_app.components.review import queue
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.wiring import Runtime

BLACK = (20, 20, 20)  # the fake tagger is not sure of its type


@pytest.fixture
def payloads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(queue, "show", lambda data, on_sent: found.append(data))
    return found


def two_black(wardrobe: Runtime) -> list[int]:
    photos = [source_from_bytes(f"{seed}.jpg", a_photo(colour=BLACK, seed=seed)) for seed in (1, 2)]
    found = [result.garment for result in wardrobe.importing.importer.add(photos)]
    return [one.id for one in found if one]


def test_an_empty_wardrobe_leads_to_adding_photos(wardrobe: Runtime, open_page: OpenPage, payloads: list[Any]) -> None:
    app = open_page("review")
    assert app.button(key="empty_step")
    assert not payloads


def test_the_queue_is_sent_with_its_photos(wardrobe: Runtime, open_page: OpenPage, payloads: list[Any]) -> None:
    ids = two_black(wardrobe)
    open_page("review")
    sent = payloads[-1]
    assert (sent["part"], sent["total"], sent["complete"]) == ("types", 2, True)
    assert sorted(doubt["item"] for one in sent["questions"] for doubt in one["doubts"]) == ids
    assert sorted(map(int, sent["photos"])) == ids
    assert ["Jeans", "Jeans"] in sent["kinds"]["type"]["choices"]


def test_the_component_is_on_the_page(wardrobe: Runtime, open_page: OpenPage) -> None:
    two_black(wardrobe)
    app = open_page("review")
    assert len(app.get("bidi_component")) == 1


def test_the_other_tags_have_an_address(wardrobe: Runtime, open_page: OpenPage, payloads: list[Any]) -> None:
    two_black(wardrobe)
    open_page("review", what="others")
    assert payloads[-1]["part"] == "others"
    assert {one["kind"] for one in payloads[-1]["questions"]} == {"pattern", "season"}


def test_what_the_browser_sends_is_written_and_answered(
    wardrobe: Runtime, open_page: OpenPage, payloads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_black(wardrobe)
    decision = {"id": "a", "kind": "type", "values": {str(one): "Dress"}, "was": {}, "undone": False}
    monkeypatch.setattr(queue, "sent", lambda: {"decisions": [decision, "nonsense"], "has": [one, "x"]})
    shown = queue.show
    with monkeypatch.context() as patch:
        patch.setattr(queue, "show", lambda data, on_sent: on_sent())
        app = open_page("review")
    monkeypatch.setattr(queue, "show", shown)
    app.run()
    assert wardrobe.catalogue.get(one).type == "Dress"
    assert payloads[-1]["settled"] == [["a", False]]
    assert str(one) not in payloads[-1]["photos"]
    assert [doubt["item"] for each in payloads[-1]["questions"] for doubt in each["doubts"]] == [other]


def test_an_import_ends_with_what_is_to_review(
    wardrobe: Runtime, garments: tuple[Garment, ...], open_page: OpenPage, payloads: list[Any]
) -> None:
    app = open_page("add_photos")
    app.file_uploader[0].set_value([("black.jpg", a_photo(colour=BLACK), "image/jpeg")]).run()
    app.button(key="add_uploads").click().run()
    finish_import(app)
    app.button(key="review_import").click().run()
    assert not app.exception
    assert [one.value for one in app.title] == ["Review"]
    assert wardrobe.catalogue.count().unsure == payloads[-1]["total"] == 1


def test_only_cards_that_come_next_get_large_photos_and_none_that_the_browser_has(
    wardrobe: Runtime, open_page: OpenPage, payloads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = two_black(wardrobe)
    monkeypatch.setattr(type(wardrobe.review), "large_photo", lambda self, garment: f"large {garment.id}")
    monkeypatch.setattr("wardrobe_app.components.review.payload.LARGE_AHEAD", 1)
    monkeypatch.setattr("wardrobe_app.domain.review.queue.MIN_TOGETHER_CONFIDENCE", 1.1)  # each on a card of its own
    sent: dict[str, Any] = {"decisions": [], "has": ids}
    monkeypatch.setattr(queue, "sent", lambda: sent)
    app = open_page("review")
    (first,) = payloads[-1]["large"]
    (other,) = {str(one) for one in ids} - {first}
    for known, expected in (({"large": [int(first)]}, {}), ({"wants": [int(other), 9_999]}, {other: f"large {other}"})):
        sent.update(known)
        with monkeypatch.context() as patch:
            patch.setattr(queue, "show", lambda data, on_sent: on_sent())
            app.run()
        app.run()
        assert payloads[-1]["large"] == expected
