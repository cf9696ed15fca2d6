from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Thread

import pytest

from tests.services.catalogue.test_catalogue import fill
from tests.services.support.actions import verdicts_of
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.errors import ChangedElsewhere
from wardrobe_app.domain.garments.garment import TagKind, Verdict
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.catalogue.change_set import AppliedChanges
from wardrobe_app.services.graph.exporter import ExportFormat
from wardrobe_app.wiring import Runtime


def test_an_undone_decision_leaves_alone_what_was_decided_anew_since(runtime: Runtime) -> None:
    one, two, three = fill(runtime, "red", "green", "blue")
    first = runtime.redundancy.review.decide([one, two, three], Verdict.KEEP_BOTH)
    again = runtime.redundancy.review.decide([one, two], Verdict.DIFFERENT)
    runtime.redundancy.review.undo(first)
    assert {(record.a, record.b): record.verdict for record in verdicts_of(runtime.redundancy.review)} == {
        (one, two): Verdict.DIFFERENT
    }
    with pytest.raises(ChangedElsewhere, match="another tab"):
        runtime.redundancy.review.undo(first)
    runtime.redundancy.review.undo(again)
    assert [record.verdict for record in verdicts_of(runtime.redundancy.review)] == [Verdict.KEEP_BOTH]


def test_an_undone_correction_leaves_alone_a_later_one_and_is_not_stopped_by_a_mark(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    done = runtime.catalogue.correct([red], TagKind.COLOUR, "orange")
    runtime.catalogue.set_favourite([red], True)
    runtime.catalogue.undo(done)
    assert runtime.catalogue.get(red).colour == "red"
    done = runtime.catalogue.correct([red], TagKind.COLOUR, "orange")
    runtime.catalogue.correct([red], TagKind.COLOUR, "pink")
    with pytest.raises(ChangedElsewhere):
        runtime.catalogue.undo(done)
    assert runtime.catalogue.get(red).colour == "pink"


@pytest.mark.parametrize("mark", ["archive", "unarchive", "trash", "restore", "favourite", "not favourite"])
def test_an_undone_mark_leaves_those_alone_that_had_it_before_or_lost_it_since(runtime: Runtime, mark: str) -> None:
    had, got, lost = fill(runtime, "red", "green", "blue")
    catalogue = runtime.catalogue
    ways: dict[str, tuple[Callable[[list[int]], AppliedChanges], Callable[[list[int]], AppliedChanges]]] = {
        "archive": (catalogue.archive, catalogue.unarchive),
        "trash": (catalogue.trash, catalogue.restore),
        "favourite": (partial(_favourite, catalogue, True), partial(_favourite, catalogue, False)),
    }
    forwards = {"unarchive": "archive", "restore": "trash", "not favourite": "favourite"}.get(mark, mark)
    set_it, drop_it = ways[forwards] if forwards == mark else ways[forwards][::-1]
    if forwards != mark:
        drop_it([had, got, lost])
    set_it([had])
    before = {item: catalogue.get(item) for item in (had, got)}
    done = set_it([had, got, lost])
    assert set(done.ids) == {got, lost}
    drop_it([lost])
    changed_since = catalogue.get(lost)
    catalogue.undo(done)
    for item, garment in before.items():
        assert replace(catalogue.get(item), version=garment.version) == garment
    assert catalogue.get(lost) == changed_since


def _favourite(catalogue: Catalogue, value: bool, ids: list[int]) -> AppliedChanges:
    return catalogue.set_favourite(ids, value)


def test_what_a_graph_brought_back_is_not_taken_back_over_a_later_edit(runtime: Runtime) -> None:
    (red,) = fill(runtime, "red")
    runtime.catalogue.edit([red], GarmentEdit(name="From the file", brand="Acme"))
    file = runtime.graph.exporter.export_bytes(ExportFormat.JSON)
    runtime.catalogue.edit([red], GarmentEdit(name="", brand=""))
    report = runtime.graph.importer.apply(file)
    assert report.undo is not None
    runtime.catalogue.edit([red], GarmentEdit(name="Later"))
    with pytest.raises(ChangedElsewhere):
        report.undo()
    kept = runtime.catalogue.get(red)
    assert (kept.name, kept.brand) == ("Later", "Acme")


def test_a_look_that_was_named_anew_keeps_its_name(runtime: Runtime) -> None:
    ids = fill(runtime, "red", "green")
    kept = runtime.outfits.saved.save(ids, "First")
    before = runtime.outfits.saved.rename(kept.outfit.id, "Second")
    runtime.outfits.saved.rename(kept.outfit.id, "Third")
    for undo in (
        lambda: runtime.outfits.saved.rename(kept.outfit.id, before, seen="Second"),
        lambda: runtime.outfits.saved.take_back(kept),
    ):
        with pytest.raises(ChangedElsewhere):
            undo()
    assert [outfit.name for outfit in runtime.outfits.saved.all()] == ["Third"]


def test_a_merge_in_another_tab_is_a_change_that_an_edit_has_to_see(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    seen = {red: runtime.catalogue.get(red).version}
    runtime.redundancy.review.merge(red, [green], Verdict.TWINS)
    with pytest.raises(ChangedElsewhere, match="Nothing was overwritten"):
        runtime.catalogue.edit([red], GarmentEdit(quantity=1), seen=seen)
    assert runtime.catalogue.get(red).quantity == 2


def test_choices_that_are_made_at_once_are_all_kept(runtime: Runtime) -> None:
    deeds = [
        lambda: runtime.preferences.show_cut_outs(False),
        lambda: runtime.preferences.let_learn(False),
        lambda: runtime.preferences.set_rule_weights({next(iter(Rule)): 0.0}),
    ]
    for _ in range(10):
        runtime.preferences.show_cut_outs(True)
        runtime.preferences.let_learn(True)
        runtime.preferences.set_rule_weights({})
        threads = [Thread(target=deed) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not runtime.preferences.cut_outs
        assert not runtime.preferences.learns
        assert len(runtime.preferences.rule_weights) == 1


def test_an_undone_mark_leaves_those_marked_that_had_it_before(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.set_favourite([red], True)
    done = runtime.catalogue.set_favourite([red, green], True)
    runtime.catalogue.undo(done)
    assert [runtime.catalogue.get(item).favourite for item in (red, green)] == [True, False]


def test_an_undone_way_into_the_trash_or_the_archive_leaves_there_what_was_there(runtime: Runtime) -> None:
    red, green = fill(runtime, "red", "green")
    runtime.catalogue.archive([red])
    runtime.catalogue.trash([red])
    before = runtime.catalogue.get(red)
    for act in (runtime.catalogue.trash, runtime.catalogue.archive, runtime.catalogue.restore):
        runtime.catalogue.undo(act([red, green]))
        assert runtime.catalogue.get(red) == before
        now = runtime.catalogue.get(green)
        assert (now.archived_at, now.trashed_at) == (None, None)
