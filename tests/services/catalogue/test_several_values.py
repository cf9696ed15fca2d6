from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.support.full_wardrobe import add, backed_up
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.domain.records.backup import Mode
from wardrobe_app.services.graph.formats import ExportFormat

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime

SEASON, OCCASION = TagKind.SEASON, TagKind.OCCASION


@pytest.fixture
def ids(runtime: Runtime) -> list[int]:
    return add(runtime, 0, 1, 2)


def seasons(wardrobe: Runtime, ids: list[int]) -> list[tuple[str, ...]]:
    return [garment.values(SEASON) for garment in wardrobe.catalogue.these(ids)]


def test_a_person_may_set_several_values_in_any_order(runtime: Runtime, ids: list[int]) -> None:
    done = runtime.catalogue.correct(ids[:1], SEASON, "autumn|spring|autumn")
    tag = runtime.catalogue.get(ids[0]).tags[SEASON]
    assert (tag.value, tag.values, tag.source) == ("spring|autumn", ("spring", "autumn"), TagSource.PERSON)
    runtime.catalogue.undo(done)
    assert runtime.catalogue.get(ids[0]).tags[SEASON].source is TagSource.MODEL


@pytest.mark.parametrize(("kind", "value"), [(SEASON, "spring|dry"), (SEASON, ""), (TagKind.COLOUR, "red|blue")])
def test_what_is_no_value_is_refused(runtime: Runtime, ids: list[int], kind: TagKind, value: str) -> None:
    with pytest.raises(InvalidEdit):
        runtime.catalogue.correct(ids, kind, value)


def test_people_may_say_that_a_garment_is_for_work(runtime: Runtime, ids: list[int]) -> None:
    runtime.catalogue.correct(ids[:1], OCCASION, "work")
    assert runtime.catalogue.get(ids[0]).values(OCCASION) == ("work",)


def test_values_are_added_to_what_each_garment_has_and_taken_back_exactly(runtime: Runtime, ids: list[int]) -> None:
    runtime.catalogue.correct(ids[:1], SEASON, "winter")
    before = seasons(runtime, ids)
    done = runtime.catalogue.add_values(ids, SEASON, "spring")
    assert seasons(runtime, ids) == [tuple(sorted({*had, "spring"}, key=_place)) for had in before]
    runtime.catalogue.undo(done)
    assert seasons(runtime, ids) == before


def _place(value: str) -> int:
    return ("spring", "summer", "autumn", "winter").index(value)


def test_a_garment_is_found_and_counted_under_each_of_its_values(runtime: Runtime, ids: list[int]) -> None:
    for item, value in zip(ids, ("spring|autumn", "autumn", "summer|winter"), strict=True):
        runtime.catalogue.correct([item], SEASON, value)
    facets = runtime.catalogue.facets()
    expected = Counter(value for item in runtime.catalogue.garments() for value in item.values(SEASON))
    assert facets["season"] == expected == {"autumn": 2, "spring": 1, "summer": 1, "winter": 1}
    assert next(iter(facets["season"])) == "autumn"
    for wanted, found in (({"autumn"}, ids[:2]), ({"spring", "winter"}, [ids[0], ids[2]]), ({"%"}, [])):
        page = runtime.catalogue.browse(Filter({"season": frozenset(wanted)}))
        assert sorted(garment.id for garment in page.garments) == found
    assert [one.id for one in runtime.catalogue.search("spring", 9).garments] == ids[:1]


def exported(wardrobe: Runtime) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(wardrobe.spreadsheet.export_bytes().decode("utf-8-sig"))))


def written(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def test_the_table_as_it_was_exported_changes_nothing(runtime: Runtime, ids: list[int]) -> None:
    runtime.catalogue.correct(ids[:2], SEASON, "spring|autumn")
    report = runtime.spreadsheet.preview(written(exported(runtime)))
    assert not [change for row in report.rows for change in (*row.changes, *row.problems)]


@pytest.mark.parametrize("cell", ["spring|autumn", "Autumn, spring", "autumn / Spring", "spring; autumn;"])
def test_a_cell_may_hold_several_values(runtime: Runtime, ids: list[int], cell: str) -> None:
    first, *_ = exported(runtime)
    report = runtime.spreadsheet.apply(written([{**first, "season": cell}]))
    assert not [one for row in report.rows for one in row.problems]
    assert runtime.catalogue.get(ids[0]).tags[SEASON].value == "spring|autumn"
    assert report.undo is not None
    report.undo()
    assert runtime.catalogue.get(ids[0]).tags[SEASON].source is TagSource.MODEL


def test_a_cell_with_one_unknown_value_is_refused_and_changes_nothing(runtime: Runtime, ids: list[int]) -> None:
    first, *_ = exported(runtime)
    before = runtime.catalogue.get(ids[0])
    report = runtime.spreadsheet.apply(written([{**first, "season": "spring, sprang"}]))
    assert [one.column for row in report.rows for one in row.problems] == ["season"]
    assert runtime.catalogue.get(ids[0]) == before


@pytest.mark.parametrize("format", [ExportFormat.GRAPHML, ExportFormat.CSV])
def test_the_graph_gives_several_values_back(runtime: Runtime, ids: list[int], format: ExportFormat) -> None:
    runtime.catalogue.correct(ids[:1], SEASON, "spring|autumn")
    runtime.catalogue.correct(ids[:1], OCCASION, "casual|work")
    data = runtime.graph.exporter.export_bytes(format)
    for kind in (SEASON, OCCASION):
        runtime.catalogue.forget_correction(ids[:1], kind)
    runtime.graph.importer.apply(data)
    found = runtime.catalogue.get(ids[0])
    assert (found.values(SEASON), found.values(OCCASION)) == (("spring", "autumn"), ("casual", "work"))


def test_a_backup_brings_several_values_back(runtime: Runtime, ids: list[int], tmp_path: Path) -> None:
    runtime.catalogue.correct(ids[:1], SEASON, "spring|autumn")
    path = backed_up(runtime, tmp_path / "backup.zip")
    runtime.catalogue.correct(ids[:1], SEASON, "winter")
    list(runtime.backup.restore.restore(path, path.name, Mode.REPLACE))
    assert runtime.catalogue.get(ids[0]).values(SEASON) == ("spring", "autumn")
