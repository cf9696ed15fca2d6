from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.services.backup import backup_samples
from tests.services.backup.backup_samples import SAMPLES, file_of, revisions, rows_of
from tests.services.support.actions import split, verdicts_of
from tests.services.support.full_wardrobe import files, tables
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Condition, TagKind, TagSource, Verdict
from wardrobe_app.domain.records.backup import Mode, RestoreReport

if TYPE_CHECKING:
    from wardrobe_app.wiring import Runtime


def counts(found: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    # What followed is computed anew.
    return {table: sum(row.get("source") != "followed" for row in rows) for table, rows in found.items() if rows}


def test_there_is_a_sample_of_every_schema() -> None:
    missing = [one for one in revisions() if not (SAMPLES / f"backup-{one}.zip").exists()]
    assert not missing, "add to rows_of what the new schema has, then run python -m tests.services.backup_samples"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("revision", revisions())
def test_a_backup_of_every_past_schema_restores(runtime: Runtime, revision: str, mode: Mode) -> None:
    path = SAMPLES / f"backup-{revision}.zip"
    *_, report = runtime.backup.restore.restore(path, path.name, mode)
    assert isinstance(report, RestoreReport)
    assert (report.schema, report.garments.added, report.photos, report.models) == (revision, 3, 4, ("mine 1",))
    assert counts(tables(runtime)) == counts(rows_of(revision))
    assert len(files(runtime.settings)) == 9
    first, second = runtime.catalogue.get(1), runtime.catalogue.get(2)
    assert (first.name, str(first.price), first.type, first.favourite) == ("Lyon", "19.90", "Blouse", True)
    assert first.suggestions[TagKind.TYPE].value == "Tee"
    assert [photo.file for photo in first.photos] == [file_of(0), file_of(2)]
    assert second.tags[TagKind.COLOUR].source is TagSource.PERSON
    assert second.archived_at
    assert [one.verdict for one in verdicts_of(runtime.redundancy.review)] == [Verdict.DIFFERENT]
    assert [one.name for one in runtime.catalogue.trashed()] == ["old"]
    if revision >= "0003":
        assert (second.tags[TagKind.COLOUR].shade, second.photos[0].masked) == ("#3c8c46", False)
    if revision >= "0004":
        assert (first.quantity, second.condition) == (2, Condition.WORN)
        assert [wear.item_ids for wear in runtime.outfits.wear_log.wears()] == [(1, 2)]
    if revision >= "0007":
        assert (second.status, second.lent_to) == (Status.LENT, "Ada")
    if revision >= "0009":
        assert (first.photos[0].cut_from, second.photos[0].whole) == ("5" * 64, True)
    if revision >= "0010":
        (outfit,), (plan,), (trip,) = (
            runtime.outfits.saved.all(), runtime.outfits.planner.plans(), runtime.outfits.packing_lists.all(),
        )  # fmt: skip
        assert [(one.item_id, one.x, one.rotation, one.layer) for one in outfit.arrangement] == [
            (1, 0.5, -5.0, 1), (2, 0.5, -5.0, 2),
        ]  # fmt: skip
        assert (plan.item_ids, plan.every_days, plan.skipped) == ((1, 2), 7, {date(2100, 6, 15)})
        assert [(one.item_id, one.text, one.packed) for one in trip.lines] == [(1, "", True), (None, "charger", False)]
    assert not runtime.preferences.cut_outs
    (back,) = split(runtime, runtime.catalogue.merges(1)[0])
    assert (back.id, back.photos[0].file) == (3, file_of(2))


@pytest.mark.parametrize("mode", list(Mode))
def test_merged_types_of_an_older_backup_are_those_they_were_merged_into(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    rows = rows_of("0007")
    for tag, old in zip(rows["tag"], ("Anorak", "Kimono", "Chinos"), strict=False):
        tag |= {"value": old, "candidates": [{"value": old, "confidence": 0.5}]}
    monkeypatch.setattr(backup_samples, "rows_of", lambda _: rows)
    backup_samples.write("0007", path := tmp_path / "old.zip")
    list(runtime.backup.restore.restore(path, path.name, mode))
    first, second = runtime.catalogue.get(1), runtime.catalogue.get(2)
    assert (first.type, first.suggestions[TagKind.TYPE].value) == ("Robe", "Parka")
    assert [one.value for one in second.suggestions[TagKind.TYPE].candidates] == ["Trousers"]
    assert {row["value"] for row in tables(runtime)["tag"]}.isdisjoint(runtime.vocabulary.merged)


def test_a_sample_merged_into_a_wardrobe_gets_other_ids(
    runtime: Runtime, open_wardrobe: Callable[[Settings], Runtime]
) -> None:
    from tests.services.support.full_wardrobe import add

    mine = add(runtime, 8, 9)
    path = SAMPLES / "backup-0002.zip"
    list(runtime.backup.restore.restore(path, path.name, Mode.MERGE))
    assert sorted(row["id"] for row in tables(runtime)["item"]) == [*mine, 3, 4, 5, 6]
    assert {one.value for one in runtime.catalogue.get(3).tags.values()} >= {"Blouse"}
