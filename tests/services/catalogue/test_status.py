from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.services.support.full_wardrobe import add
from tests.services.support.stored import Factory, redundancy_service, stored
from tests.support.garments import garment
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import Filter, GarmentEdit
from wardrobe_app.domain.errors import ChangedElsewhere, InvalidEdit
from wardrobe_app.domain.garments.availability import AVAILABLE, LEAVING, Status
from wardrobe_app.services.insights.insights import InsightsService
from wardrobe_app.services.outfits.suggestions import OutfitService

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

WARDROBE = [
    garment(1, "Blouse", "white", embedding=[1, 0]),
    garment(2, "Jeans", "navy", embedding=[0, 1]),
    garment(3, "Sneakers", "white", embedding=[1, 1]),
    garment(4, "Jeans", "navy", embedding=[0, 1]),
]


@pytest.fixture
def factory(settings: Settings) -> Factory:
    return stored(settings, WARDROBE)


def mark(factory: Factory, status: Status, *ids: int) -> None:
    with factory(writing=True) as uow:
        uow.garments.change(ids, {"status": status})
        uow.commit()


def in_looks(outfits: object) -> set[int]:
    return {item for outfit in outfits for item in outfit.ids}  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", list(Status))
def test_a_garment_that_is_away_is_proposed_only_on_request(factory: Factory, status: Status) -> None:
    mark(factory, status, 2)
    service = OutfitService(factory)
    assert 2 not in in_looks(service.with_garment(1)) | in_looks(service.outfits_for()) | {
        p.b for p in service.partners(1)
    }
    assert 2 not in {one.item.id for one in service.additions([1])} | {one.id for one in service.capsule(4).items}
    assert 2 in in_looks(service.outfits_for(include_away=True)) | in_looks(service.with_garment(1, include_away=True))
    assert 2 in {pair.b for pair in service.partners(1, include_away=True)}
    assert 2 in {one.item.id for one in service.additions([1], include_away=True)}
    assert {2, 4} & {one.id for one in service.capsule(4, include_away=True).items}


def test_what_is_asked_about_may_be_away_itself(factory: Factory) -> None:
    mark(factory, Status.IN_WASH, 1)
    service = OutfitService(factory)
    assert 1 in in_looks(service.with_garment(1))
    assert {one.item.id for one in service.additions([1])} >= {2, 4}
    assert service.judge([1, 2]).ids == (1, 2)


def test_where_only_absent_garments_would_make_a_look_that_is_said(factory: Factory) -> None:
    service = OutfitService(factory)
    assert service.why_no_outfits(1) == ""
    mark(factory, Status.IN_WASH, 2, 4)
    assert "2 garments that are away" in service.why_no_outfits(1)
    assert "2 garments that are away" in service.why_none_for()
    assert "away" not in service.why_none_for(include_away=True)


@pytest.mark.parametrize("status", list(Status))
def test_what_leaves_counts_neither_as_a_duplicate_nor_in_insights(
    factory: Factory, settings: Settings, status: Status
) -> None:
    assert [group.ids for group in redundancy_service(settings, factory).groups()] == [(2, 4)]
    before = InsightsService(factory).overview()
    mark(factory, status, 4)
    groups = [group.ids for group in redundancy_service(settings, factory).groups()]
    now = InsightsService(factory).overview()
    assert groups == ([] if status in LEAVING else [(2, 4)])
    assert now.garments == before.garments - (status in LEAVING)
    assert now.history[-1].garments == now.garments
    assert {item.id for item in InsightsService(factory).standing().garments} == (
        {1, 2, 3} if status in LEAVING else {1, 2, 3, 4}
    )


def test_a_status_is_set_for_several_and_taken_back_exactly(runtime: Runtime) -> None:
    a, b = add(runtime, 0, 1)
    runtime.catalogue.set_status([a], Status.LENT, "Ada")
    done = runtime.catalogue.set_status([a, b], Status.IN_WASH)
    assert [(one.status, one.lent_to) for one in runtime.catalogue.these([a, b])] == [(Status.IN_WASH, "")] * 2
    runtime.catalogue.undo(done)
    assert [(one.status, one.lent_to) for one in runtime.catalogue.these([a, b])] == [(Status.LENT, "Ada"), (None, "")]


def test_a_status_that_was_changed_since_is_not_taken_back(runtime: Runtime) -> None:
    (a,) = add(runtime, 0)
    done = runtime.catalogue.set_status([a], Status.IN_WASH)
    runtime.catalogue.set_status([a], None)
    with pytest.raises(ChangedElsewhere):
        runtime.catalogue.undo(done)


def test_a_name_that_is_too_long_is_refused(runtime: Runtime) -> None:
    (a,) = add(runtime, 0)
    with pytest.raises(InvalidEdit):
        runtime.catalogue.set_status([a], Status.LENT, "x" * 201)
    assert runtime.catalogue.get(a).status is None


def test_the_filter_finds_each_status_with_its_count(runtime: Runtime) -> None:
    a, b, c = add(runtime, 0, 1, 2)
    assert runtime.catalogue.facets()["status"] == {}
    runtime.catalogue.set_status([a], Status.LENT, "Ada")
    runtime.catalogue.set_status([b], Status.IN_WASH)
    assert runtime.catalogue.facets()["status"] == {AVAILABLE: 1, "in-wash": 1, "lent": 1}
    for value, expected in (("lent", a), ("in-wash", b), (AVAILABLE, c)):
        wanted = Filter({"status": frozenset({value})})
        assert [one.id for one in runtime.catalogue.browse(wanted).garments] == [expected]


def test_the_table_takes_a_status_out_and_in(runtime: Runtime) -> None:
    a, b = add(runtime, 0, 1)
    runtime.catalogue.set_status([a], Status.GIVING_AWAY)
    first, second = csv.DictReader(io.StringIO(runtime.spreadsheet.export_bytes().decode("utf-8-sig")))
    assert (first["status"], second["status"]) == ("to give away", "")
    rows = [{**first, "status": ""}, {**second, "status": "LENT", "lent to": "Ada"}]
    written = io.StringIO()
    writer = csv.DictWriter(written, list(first))
    writer.writeheader()
    writer.writerows(rows)
    report = runtime.spreadsheet.apply(written.getvalue().encode())
    assert not [one for row in report.rows for one in row.problems]
    assert [(one.status, one.lent_to) for one in runtime.catalogue.these([a, b])] == [(None, ""), (Status.LENT, "Ada")]
    assert report.undo is not None
    report.undo()
    assert runtime.catalogue.get(a).status is Status.GIVING_AWAY


def test_the_graph_takes_a_status_out_and_in(runtime: Runtime) -> None:
    from wardrobe_app.services.graph.formats import ExportFormat

    (a,) = add(runtime, 0)
    runtime.catalogue.set_status([a], Status.LENT, "Ada")
    data = runtime.graph.exporter.export_bytes(ExportFormat.GRAPHML)
    runtime.catalogue.set_status([a], None)
    runtime.graph.importer.apply(data)
    found = runtime.catalogue.get(a)
    assert (found.status, found.lent_to) == (Status.LENT, "Ada")


def test_wearing_what_is_in_the_wash_asks_nothing(runtime: Runtime) -> None:
    (a,) = add(runtime, 0)
    runtime.catalogue.set_status([a], Status.IN_WASH)
    made, new = runtime.outfits.wear_log.wear([a])
    assert (new, made.item_ids) == (True, (a,))


def test_details_are_edited_without_touching_the_status(runtime: Runtime) -> None:
    (a,) = add(runtime, 0)
    runtime.catalogue.set_status([a], Status.LENT, "Ada")
    before = runtime.catalogue.get(a)
    runtime.catalogue.undo(runtime.catalogue.edit([a], GarmentEdit(name="x")))
    assert replace(runtime.catalogue.get(a)) == replace(before)


def test_a_search_finds_what_is_lent_to_somebody(runtime: Runtime) -> None:
    a, _ = add(runtime, 0, 1)
    runtime.catalogue.set_status([a], Status.LENT, "Zoë")
    assert [one.id for one in runtime.catalogue.search("zoe", 9).garments] == [a]


def test_a_merge_keeps_where_the_other_one_is_and_separating_restores_both(runtime: Runtime) -> None:
    a, b = add(runtime, 0, 1)
    runtime.catalogue.set_status([b], Status.LENT, "Ada")
    before = [(one.status, one.lent_to) for one in runtime.catalogue.these([a, b])]
    merge = runtime.redundancy.review.merge(a, [b]).merge
    assert merge is not None
    kept = runtime.catalogue.get(a)
    assert (kept.status, kept.lent_to) == (Status.LENT, "Ada")
    runtime.redundancy.review.separate(a, merge)
    assert [(one.status, one.lent_to) for one in runtime.catalogue.these([a, b])] == before
