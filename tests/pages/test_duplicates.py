from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.services.support.actions import verdicts_of
from tests.support.app_pages import GREEN, NAVY, OpenPage, a_photo, button, texts
from tests.support.garments import garment
from wardrobe_app.components.redundancy.similarity_bars import weakest
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import PairScore, Part, TagKind, Verdict
from wardrobe_app.domain.similarity.relations import PLAIN_NOTE
from wardrobe_app.domain.similarity.scores import similarity
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


def progress(app: AppTest) -> str:
    return next(str(bar.proto.text) for bar in app.get("progress") if " of " in bar.proto.text)


def shown(app: AppTest) -> str:
    return str(app.header[0].value)


def viewed(app: AppTest, view: str) -> AppTest:
    app.session_state["duplicates_view"] = view
    app.run()
    assert not app.exception
    return app


def test_one_group_is_shown_at_a_time_with_how_far_one_has_come(open_page: OpenPage, groups: Groups) -> None:
    assert [len(ids) for ids in groups] == [3, 2]
    app = open_page("duplicates")
    assert len(app.header) == 1
    assert progress(app) == "1 of 2"
    assert "What they have in common" in texts(app)
    assert "Why they are grouped" in texts(app)


def test_the_relation_is_told_and_that_plain_cloth_tells_no_more(open_page: OpenPage, groups: Groups) -> None:
    told = texts(open_page("duplicates"))
    assert "You would wear them for the same things" in told
    assert PLAIN_NOTE in told


def test_every_decision_has_a_key(open_page: OpenPage, groups: Groups) -> None:
    keys = {one.proto.shortcut for one in open_page("duplicates").button}
    assert {"s", "t", "k", "d", "l", "n", "left", "right", "1", "2", "3"} <= {key.lower() for key in keys}


def test_after_a_decision_the_next_group_comes_by_itself_and_at_the_end_a_summary(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = open_page("duplicates")
    first = shown(app)
    pressed(app, "Keep all")
    assert shown(app) != first
    assert progress(app) == "2 of 2"
    pressed(app, "Different")
    assert not wardrobe.redundancy.review.groups()
    told = texts(app)
    assert "All decided" in told
    assert "1 group of 3 garments kept" in told
    assert "1 group of 2 garments marked as different" in told


def test_groups_can_be_looked_through_and_put_off(open_page: OpenPage, groups: Groups) -> None:
    app = open_page("duplicates")
    first = shown(app)
    second = shown(pressed(app, "Next"))
    assert second != first
    assert button(app, "Next").disabled
    assert shown(pressed(app, "Previous")) == first
    assert shown(pressed(app, "Not now")) == second
    assert progress(app) == "1 of 2, 1 postponed"
    assert shown(pressed(app, "Next")) == first


@pytest.mark.parametrize(
    ("label", "verdict", "live"),
    [
        ("Same garment", Verdict.SAME_GARMENT, 3),
        ("Several of the same", Verdict.TWINS, 3),
        ("Keep all", Verdict.KEEP_BOTH, 5),
        ("Different", Verdict.DIFFERENT, 5),
    ],
)
def test_a_decision_sticks_and_its_undo_restores_everything_and_shows_the_group_again(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups, label: str, verdict: Verdict, live: int
) -> None:
    before = everything(wardrobe)
    app = open_page("duplicates")
    group = shown(app)
    pressed(app, label)
    assert {record.verdict for record in verdicts_of(wardrobe.redundancy.review)} == {verdict}
    assert len(wardrobe.catalogue.garments()) == live
    assert groups[0] not in waiting(wardrobe)
    app.button(key="notice_undo").click().run()
    assert not app.exception
    assert everything(wardrobe) == before
    assert (shown(app), progress(app)) == (group, "1 of 2")


def test_twins_are_one_garment_with_a_count(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    pressed(open_page("duplicates"), "Several of the same")
    assert wardrobe.catalogue.get(groups[0][0]).quantity == 3


def test_letting_go_spares_the_one_to_keep_and_is_undone(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    before = everything(wardrobe)
    app = pressed(open_page("duplicates"), "Let go of 2 and 3")
    assert {garment.id for garment in wardrobe.catalogue.trashed()} == set(groups[0][1:])
    app.button(key="notice_undo").click().run()
    assert everything(wardrobe) == before


def test_another_one_can_be_kept(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    key = "_".join(map(str, groups[0]))
    app = open_page("duplicates")
    app.button(key=f"desk_keep_{key}_{groups[0][2]}").click().run()
    pressed(app, "Same garment")
    assert len(wardrobe.catalogue.get(groups[0][2]).photos) == 3


def test_the_favourite_is_the_one_to_keep(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    wardrobe.catalogue.set_favourite([groups[0][1]], True)
    app = open_page("duplicates")
    assert "favourite" in texts(app)
    pressed(app, "Same garment")
    assert len(wardrobe.catalogue.get(groups[0][1]).photos) == 3


def test_a_decision_about_some_leaves_the_rest_of_the_group_on_the_table(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = open_page("duplicates")
    app.button_group(key=f"desk_meant_{'_'.join(map(str, groups[0]))}").set_value([*groups[0][:2]]).run()
    pressed(app, "Same garment")
    rest = (groups[0][0], groups[0][2])
    assert rest in waiting(wardrobe)
    assert app.button(key=f"desk_S_{rest[0]}_{rest[1]}")


def test_all_at_once_has_the_same_decisions(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    app = viewed(open_page("duplicates"), "All at once")
    assert len(app.header) == 2
    key = "_".join(map(str, groups[1]))
    app.radio(key=f"kept_{key}").set_value(groups[1][1]).run()
    app.button(key=f"merge_{key}").click().run()
    assert not app.exception
    assert len(wardrobe.catalogue.get(groups[1][1]).photos) == 2
    pressed(app, "Move to trash")
    assert {garment.id for garment in wardrobe.catalogue.trashed()} == set(groups[0][1:])


def test_decisions_can_be_seen_by_kind_and_taken_back(open_page: OpenPage, wardrobe: Runtime, groups: Groups) -> None:
    before = everything(wardrobe)
    wardrobe.redundancy.review.merge(groups[0][1], [groups[0][0], groups[0][2]], Verdict.TWINS)
    wardrobe.redundancy.review.decide(groups[1], Verdict.KEEP_BOTH)
    app = viewed(open_page("duplicates"), "Decided")
    assert [one.label for one in app.button].count("Undo") == 2
    assert "several of the same" in texts(app)
    app.button_group(key="decisions_kind").set_value(Verdict.TWINS).run()
    assert [one.label for one in app.button].count("Undo") == 1
    assert r"0\.jpg" in texts(app), "what was merged goes by its photo"
    pressed(app, "Undo")
    assert wardrobe.catalogue.get(groups[0][1]).quantity == 1
    pressed(viewed(app, "Decided"), "Undo")
    assert everything(wardrobe) == before


def test_without_decisions_that_view_says_so(open_page: OpenPage, groups: Groups) -> None:
    assert "Nothing decided yet" in texts(viewed(open_page("duplicates"), "Decided"))


def test_a_click_does_not_compare_the_wardrobe_again(
    open_page: OpenPage, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = []
    scan = RedundancyService.groups
    monkeypatch.setattr(RedundancyService, "groups", lambda service: scans.append(1) or scan(service))
    app = open_page("duplicates")
    pressed(pressed(pressed(app, "Next"), "Previous"), "Not now")
    assert len(scans) == 1
    pressed(app, "Keep both")
    assert len(scans) == 2


def test_what_somebody_else_decided_meanwhile_is_told_not_raised(
    open_page: OpenPage, wardrobe: Runtime, groups: Groups
) -> None:
    app = open_page("duplicates")
    wardrobe.catalogue.trash([groups[0][1]])
    pressed(app, "Same garment")
    assert "not in the trash" in texts(app)


def test_each_part_is_shown_for_the_two_that_agree_least() -> None:
    def pair(score: float, weight: float = 1.0) -> PairScore:
        return PairScore(1, 2, score, (Part("colour", f"{score}", score, weight), Part("brand", "", 0.5, 0.0)))

    assert [part.score for part in weakest([pair(0.9), pair(0.4), pair(0.1, 0.0)])] == [0.4]


def test_the_bars_are_those_of_the_comparison() -> None:
    named = [part.name for part in weakest([similarity(garment(1, "Blouse"), garment(2, "Blouse"))])]
    assert set(named) == {"type", "colour", "pattern"}


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


def two_of_them(open_page: OpenPage) -> AppTest:
    app = viewed(open_page("duplicates"), "One at a time")
    while not [one for one in app.button if one.label == "Keep both"]:
        pressed(app, "Next")
    return app


def holds(app: AppTest, key: str, ids: tuple[int, ...]) -> Any:
    return app.radio(key=f"holds_{key}_{'_'.join(map(str, ids))}")


def test_differences_are_asked_side_by_side_with_the_kept_one_s_values_chosen(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    before = everything(wardrobe)
    app = pressed(two_of_them(open_page), "Same garment")
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
    app = pressed(two_of_them(open_page), "Same garment")
    app.button(key="merge_cancel").click().run()
    assert not app.exception
    assert not app.radio
    assert everything(wardrobe) == before


def test_a_question_about_what_is_in_the_trash_by_now_is_not_put(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = pressed(two_of_them(open_page), "Same garment")
    wardrobe.catalogue.trash([differing[1]])
    app.run()
    assert not app.exception
    assert not app.radio


def test_twins_are_not_asked_which_price_holds(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = pressed(two_of_them(open_page), "Several of the same")
    assert len(app.radio) == 2
    app.button(key="merge_answer").click().run()
    one = wardrobe.catalogue.get(differing[0])
    assert (one.quantity, one.price) == (2, Decimal("25.00"))


def test_an_answer_about_what_changed_meanwhile_is_told_and_can_be_given_all_the_same(
    open_page: OpenPage, wardrobe: Runtime, differing: tuple[int, ...]
) -> None:
    app = pressed(two_of_them(open_page), "Same garment")
    wardrobe.catalogue.edit([differing[1]], GarmentEdit(size="L"))
    app.button(key="merge_answer").click().run()
    assert wardrobe.catalogue.get(differing[1]).trashed_at is None
    app.button(key="notice_mine").click().run()
    assert not app.exception
    assert wardrobe.catalogue.get(differing[0]).size == "L"
