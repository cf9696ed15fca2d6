from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.services.support.actions import verdicts_of
from tests.support import gallery
from tests.support.app_pages import GREEN, NAVY, OpenPage, a_photo, button, texts
from wardrobe_app.components.redundancy.review_card import KEY
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import TagKind, Verdict
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.redundancy.review import RedundancyService

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

Groups = list[tuple[int, ...]]


@pytest.fixture
def groups(wardrobe: Runtime) -> Groups:
    # Three green shirts and two navy ones.
    photos = [a_photo("shirt", colour, seed) for seed, colour in enumerate((GREEN, GREEN, GREEN, NAVY, NAVY))]
    list(
        wardrobe.importing.importer.add([source_from_bytes(f"{seed}.jpg", photo) for seed, photo in enumerate(photos)])
    )
    return waiting(wardrobe)


def waiting(wardrobe: Runtime) -> Groups:
    return [group.ids for group in wardrobe.redundancy.review.groups()]


def everything(wardrobe: Runtime) -> tuple[object, ...]:
    return wardrobe.catalogue.garments(), wardrobe.catalogue.trashed(), verdicts_of(wardrobe.redundancy.review)


def pressed(app: AppTest, label: str) -> AppTest:
    button(app, label).click().run()
    assert not app.exception
    return app


def card(app: AppTest) -> dict[str, Any]:
    return gallery.data(app, KEY)


def mounted(app: AppTest) -> list[str]:
    return [one.key for one in app.get("bidi_component")]


def started(open_page: OpenPage, wardrobe: Runtime) -> AppTest:
    wardrobe.redundancy.review.start()
    return open_page("duplicates")


def decide(app: AppTest, name: str, keep: int = 0, ids: Sequence[int] = ()) -> AppTest:
    # What the browser sends: by default about all, with the first one kept.
    shown = card(app)
    every = list(ids) or [item["id"] for item in shown["items"]]
    value = {"name": name, "group": shown["group"], "keep": keep or every[0], "ids": every}
    return gallery.send(app, "decide", value, KEY)


def move(app: AppTest, to: str) -> AppTest:
    return gallery.send(app, "move", {"to": card(app)[to]}, KEY)


def viewed(app: AppTest, view: str) -> AppTest:
    app.session_state["duplicates_view"] = view
    app.run()
    assert not app.exception
    return app


def test_a_review_is_started_by_a_click_and_shows_one_group_with_what_they_share_and_how_they_differ(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = open_page("duplicates")
    assert KEY not in mounted(app)
    app.button(key="start_review").click().run()
    shown = card(app)
    assert (shown["progress"], shown["decided"], shown["previous"]) == ("1 of 2", 0, None)
    assert sorted(item["id"] for item in shown["items"]) == sorted(groups[0])
    assert shown["strength"] == "Nearly identical"
    assert "No visible difference" not in shown["differ"], "that is only said of the same garment"
    assert all(item["cloth"].startswith("data:") and item["shade"].startswith("#") for item in shown["items"])
    app.button(key="notice_undo").click().run()
    assert not wardrobe.redundancy.review.queue().groups


def test_the_counter_ends_where_it_began_and_the_end_says_what_came_of_it(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    assert [len(ids) for ids in groups] == [3, 2]
    app = decide(started(open_page, wardrobe), "keep")
    assert (card(app)["progress"], card(app)["decided"]) == ("2 of 2", 1)
    decide(app, "let_go")
    assert KEY not in mounted(app)
    assert not wardrobe.redundancy.review.groups()
    assert "let go of 1, kept 4" in texts(app).replace("*", "")
    assert [one.label for one in app.button].count("Undo") == 3, "each decision, and the last one in the notice"


def test_groups_can_be_looked_through_without_a_decision(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = started(open_page, wardrobe)
    first = card(app)["group"]
    assert card(move(app, "next"))["progress"] == "2 of 2"
    assert card(app)["next"] is None
    assert card(move(app, "previous"))["group"] == first
    move(app, "next")
    assert card(decide(app, "different"))["group"] == first, "what was put off comes again"


@pytest.mark.parametrize(
    ("name", "verdict", "live"),
    [
        ("same", Verdict.SAME_GARMENT, 3),
        ("twins", Verdict.TWINS, 3),
        ("keep", Verdict.KEEP_BOTH, 5),
        ("different", Verdict.DIFFERENT, 5),
    ],
)
def test_a_decision_sticks_and_its_undo_restores_everything_and_shows_the_group_again(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups, name: str, verdict: Verdict, live: int
) -> None:
    before = everything(wardrobe)
    app = started(open_page, wardrobe)
    group = card(app)["group"]
    decide(app, name)
    assert {record.verdict for record in verdicts_of(wardrobe.redundancy.review)} == {verdict}
    assert len(wardrobe.catalogue.garments()) == live
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert everything(wardrobe) == before
    assert (card(app)["group"], card(app)["progress"]) == (group, "1 of 2")


def test_the_chosen_one_is_kept_and_what_was_left_out_is_not_touched(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    first, second, third = groups[0]
    app = decide(started(open_page, wardrobe), "let_go", keep=second, ids=[first, second])
    assert [garment.id for garment in wardrobe.catalogue.trashed()] == [first]
    assert card(app)["progress"] == "2 of 2", "one alone is no group"
    assert third in {garment.id for garment in wardrobe.catalogue.garments()}


def test_the_favourite_is_the_one_to_keep(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    wardrobe.catalogue.set_favourite([groups[0][1]], True)
    best = card(started(open_page, wardrobe))["items"][0]
    assert best["id"] == groups[0][1]
    assert "favourite" in best["facts"]


def test_what_a_browser_makes_up_is_ignored(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    app = started(open_page, wardrobe)
    before = everything(wardrobe)
    decide(app, "burn")
    decide(app, "let_go", keep=99)
    decide(app, "let_go", ids=[groups[0][0], groups[1][0]])
    assert everything(wardrobe) == before


def test_all_groups_are_listed_with_what_was_decided_and_lead_to_the_review(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = decide(started(open_page, wardrobe), "different")
    viewed(app, "All groups")
    assert "Different" in texts(app)
    shown = [one for one in app.button if one.label == "Decide"]
    assert len(shown) == 1
    shown[0].click().run()
    assert card(app)["progress"] == "2 of 2"


def test_decisions_can_be_seen_by_kind_and_taken_back(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    before = everything(wardrobe)
    wardrobe.redundancy.review.merge(groups[0][1], [groups[0][0], groups[0][2]], Verdict.TWINS)
    wardrobe.redundancy.review.decide(groups[1], Verdict.KEEP_BOTH)
    app = viewed(open_page("duplicates"), "Decided")
    assert [one.label for one in app.button].count("Undo") == 2
    assert "several of the same" in texts(app)
    app.button_group(key="decisions_kind").set_value(Verdict.TWINS.value).run()
    assert [one.label for one in app.button].count("Undo") == 1
    assert r"0\.jpg" in texts(app), "what was merged goes by its photo"
    pressed(app, "Undo")
    assert wardrobe.catalogue.get(groups[0][1]).quantity == 1
    pressed(viewed(app, "Decided"), "Undo")
    assert everything(wardrobe) == before


def test_without_decisions_that_view_says_so(open_page: OpenPage, groups: Groups) -> None:
    assert "Nothing decided yet" in texts(viewed(open_page("duplicates"), "Decided"))


def test_a_click_does_not_compare_the_wardrobe_again(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = []
    scan = RedundancyService.queue
    wardrobe.redundancy.review.start()
    monkeypatch.setattr(RedundancyService, "queue", lambda service: scans.append(1) or scan(service))
    app = open_page("duplicates")
    move(move(app, "next"), "previous")
    assert len(scans) == 1
    decide(app, "keep")
    assert len(scans) == 2


def test_what_somebody_else_decided_meanwhile_is_told_not_raised(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = started(open_page, wardrobe)
    wardrobe.catalogue.trash([groups[0][1]])
    decide(app, "same")
    assert "not in the trash" in texts(app)


@pytest.fixture
def differing(wardrobe: Runtime, groups: Groups) -> tuple[int, ...]:
    # The two navy shirts, with other names and prices and a tag set by hand; the first one is kept.
    keep, other = groups[1]
    wardrobe.catalogue.edit([keep], GarmentEdit(name="Navy shirt", price=Decimal(20), notes="soft"))
    wardrobe.catalogue.edit([other], GarmentEdit(name="Work shirt", price=Decimal(30), size="M"))
    for item, season in ((keep, "summer"), (other, "winter")):
        wardrobe.catalogue.correct([item], TagKind.SEASON, season)
    wardrobe.catalogue.set_favourite([keep], True)
    return keep, other


def two_of_them(open_page: OpenPage, wardrobe: Runtime) -> AppTest:
    app = started(open_page, wardrobe)
    return app if len(card(app)["items"]) == 2 else move(app, "next")


def holds(app: AppTest, key: str, ids: tuple[int, ...]) -> Any:
    return app.radio(key=f"holds_{key}_{'_'.join(map(str, ids))}")


def test_differences_are_asked_side_by_side_with_the_kept_one_s_values_chosen(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    before = everything(wardrobe)
    app = decide(two_of_them(open_page, wardrobe), "same")
    assert everything(wardrobe) == before
    assert len(app.radio) == 3
    assert [holds(app, key, differing).value for key in ("name", "price", "season")] == [differing[0]] * 3
    holds(app, "name", differing).set_value(differing[1])
    app.button(key="merge_answer").click().run()
    assert not app.exception
    one = wardrobe.catalogue.get(differing[0])
    assert (one.name, one.price, one.size, one.notes) == ("Work shirt", Decimal(20), "M", "soft")
    assert one.tags[TagKind.SEASON].value == "summer"
    assert not app.radio
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert everything(wardrobe) == before


def test_a_question_can_be_given_up_and_nothing_is_merged(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    before = everything(wardrobe)
    app = decide(two_of_them(open_page, wardrobe), "same")
    app.button(key="merge_cancel").click().run()
    assert not app.exception
    assert not app.radio
    assert everything(wardrobe) == before


def test_a_question_about_what_is_in_the_trash_by_now_is_not_put(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = decide(two_of_them(open_page, wardrobe), "same")
    wardrobe.catalogue.trash([differing[1]])
    app.run()
    assert not app.exception
    assert not app.radio


def test_twins_are_not_asked_which_price_holds(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = decide(two_of_them(open_page, wardrobe), "twins")
    assert len(app.radio) == 2
    app.button(key="merge_answer").click().run()
    one = wardrobe.catalogue.get(differing[0])
    assert (one.quantity, one.price) == (2, Decimal("25.00"))


def test_an_answer_about_what_changed_meanwhile_is_told_and_can_be_given_all_the_same(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = decide(two_of_them(open_page, wardrobe), "same")
    wardrobe.catalogue.edit([differing[1]], GarmentEdit(size="L"))
    app.button(key="merge_answer").click().run()
    assert wardrobe.catalogue.get(differing[1]).trashed_at is None
    app.button(key="notice_mine").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(differing[0]).size == "L"
