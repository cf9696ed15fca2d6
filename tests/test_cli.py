from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import typer
from typer.testing import CliRunner, Result

from tests.classifier.support.checkpoints import a_checkpoint
from tests.paths import ROOT
from tests.services.importing.test_splitting import scene
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger, GroundTagger, NoTagger
from wardrobe_app import startup, wiring
from wardrobe_app.cli import app
from wardrobe_app.commands import old_names
from wardrobe_app.config import Settings
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import Likeness, TagKind
from wardrobe_app.domain.records.backup import Every, Schedule
from wardrobe_app.services.graph.formats import FILE_KINDS
from wardrobe_app.services.importing.sources import sources_of

RED, GREEN, NAVY = (200, 30, 40), (60, 140, 70), (30, 40, 90)


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger())


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name, colour in (("red.jpg", RED), ("green.jpg", GREEN), ("more/navy.jpg", NAVY)):
        image = draw_garment(kind="tshirt", colour=colour, size=(120, 160), seed=sum(colour))
        (folder / name).write_bytes(photo_bytes(image))
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answer(*arguments: str | Path) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def _today(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in old_names.JSON_KEYS.values()}


def test_add_walks_folders_and_says_what_became_of_every_file(photos: Path) -> None:
    results = answer("import", photos)
    assert [Path(result["path"]) for result in results] == [
        photos / "green.jpg",
        photos / "red.jpg",
        photos / "more" / "navy.jpg",
    ]
    assert {result["outcome"] for result in results} == {"added"}
    assert results[1]["item"]["colour"] == "red"


def test_a_photo_of_several_garments_is_told_split_and_put_together_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: GroundTagger())
    (tmp_path / "two.jpg").write_bytes(scene(RED, GREEN))
    told = run("import", tmp_path / "two.jpg")
    assert "wardrobe-graph split 1" in told.stdout
    assert [piece["id"] for piece in answer("split", "1")] == [2, 3]
    assert [piece["id"] for piece in answer("split", "1", "--undo")] == [1]
    assert [item["id"] for item in answer("list")] == [1]
    assert run("split", "2").exit_code == 1


def test_adding_again_is_no_failure_and_stores_nothing(photos: Path) -> None:
    answer("import", photos)
    again = answer("import", photos)
    assert [(result["outcome"], result["same"]) for result in again] == [("already there", "file")] * 3
    assert len(answer("list")) == 3


def test_duplicates_are_added_where_they_are_allowed(photos: Path) -> None:
    answer("import", photos / "red.jpg")
    answer("import", photos / "red.jpg", "--allow-duplicates")
    assert len(answer("list")) == 2


def test_what_is_refused_is_one_line_each_on_stderr_and_the_rest_is_added(photos: Path, tmp_path: Path) -> None:
    (photos / "notes\n.txt").write_text("no picture")
    result = run("import", photos, tmp_path / "missing.jpg", tmp_path / "nowhere" / "x.png")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert "not a picture" in lines[0]
    assert "missing.jpg" in lines[1]
    *_, summary = result.stdout.splitlines()
    assert summary == "6 files: 3 added, 3 refused"
    assert len(answer("list")) == 3


def test_add_follows_links_and_says_what_it_left_out(photos: Path, tmp_path: Path) -> None:
    try:
        (photos / "linked").symlink_to(photos / "more", target_is_directory=True)
        (tmp_path / "album").symlink_to(photos, target_is_directory=True)
    except OSError:
        pytest.skip("no links can be made here")
    (photos / ".hidden.jpg").write_bytes(b"x")
    result = run("import", tmp_path / "album")
    assert result.exit_code == 1
    assert "linked" in result.stderr
    assert "1 hidden" in result.stdout
    assert len(answer("list")) == 3


def test_an_empty_folder_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("import", tmp_path / "empty", "--json")
    assert result.exit_code == 1
    assert "holds no files" in result.stderr
    assert json.loads(result.stdout) == []


def test_photos_that_could_not_be_tagged_are_a_failure_but_are_kept(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: NoTagger())
    result = run("import", photos / "red.jpg")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "not tagged" in result.stderr
    assert len(answer("list")) == 1


def test_list_tells_where_every_tag_is_from(photos: Path) -> None:
    (added,) = answer("import", photos / "red.jpg")
    startup.build().catalogue.correct([added["item"]["id"]], TagKind.TYPE, "Parka")
    (item,) = answer("list")
    assert item["files"] == ["red.jpg"]
    assert item["title"] == "Red parka or anorak"
    assert (item["type"], item["colour"], item["pattern"], item["slot"]) == ("Parka", "red", "solid", "upper")
    own, model = item["tags"]["type"], item["tags"]["colour"]
    nobodys = {"confidence": None, "tier": None, "model": None}
    assert own == {"value": "Parka", "values": ["Parka"], "source": "person", **nobodys}
    sure = {"confidence": 0.9, "tier": "sure", "model": "fake 1"}
    assert model == {"value": "red", "values": ["red"], "source": "model", **sure}
    assert f"{item['id']}\tRed parka or anorak\tred.jpg" in run("list").stdout


def test_redundancy_names_items_files_score_and_reasons(photos: Path) -> None:
    answer("import", photos / "red.jpg")
    answer("import", photos / "red.jpg", "--allow-duplicates")
    (group,) = answer("duplicates")
    assert answer("scan-duplicates") == [{key: group[key] for key in group if key != "keep"}]
    assert [item["files"] for item in group["items"]] == [["red.jpg"]] * 2
    assert all(isinstance(item["id"], int) for item in group["items"])
    assert 0 < group["score"] <= 1
    assert group["reasons"]
    said = run("duplicates").stdout
    assert group["reasons"][0] in said
    assert any(word.lower() in said for word in Likeness)
    assert f"{group['score']:.2f}" not in said


def test_redundancy_tells_the_relation_and_which_to_keep(photos: Path) -> None:
    both = _twice(photos)
    startup.build().catalogue.set_favourite(both[1:], True)
    (group,) = answer("duplicates")
    assert group["relation"] in ("look-alike", "same-picture", "same-garment")
    assert [place["id"] for place in group["keep"]] == both[::-1]
    assert "favourite" in group["keep"][0]["reasons"]
    assert "favourite" in run("duplicates").stdout


def test_a_decision_is_stored_listed_and_undone(photos: Path) -> None:
    both = _twice(photos)
    assert answer("resolve", "different", *map(str, both))["ids"] == both
    assert answer("duplicates") == []
    (decision,) = answer("decisions")
    assert (decision["verdict"], decision["ids"]) == ("different", both)
    assert f"different\t{both[0]} {both[1]}" in run("decisions").stdout
    assert answer("decisions", "--undo", *map(str, both[::-1])) == []
    assert len(answer("duplicates")) == 1


@pytest.mark.parametrize("verdict", ["same-garment", "twins"])
def test_deciding_that_garments_are_one_keeps_the_first_that_is_named(photos: Path, verdict: str) -> None:
    both = _twice(photos)
    answer("resolve", verdict, *map(str, both[::-1]))
    (item,) = answer("list")
    assert item["id"] == both[1]
    assert len(item["files"]) == 2
    answer("decisions", "--undo", *map(str, both))
    assert len(answer("list")) == 2


def test_differences_of_garments_that_become_one_are_listed_until_a_preference_settles_them(photos: Path) -> None:
    one, other = _twice(photos)
    catalogue = startup.build().catalogue
    catalogue.edit([one], GarmentEdit(name="Tee", brand="Lyon", size="M"))
    catalogue.edit([other], GarmentEdit(name="Shirt", brand="Nice"))
    result = run("resolve", "same-garment", str(one), str(other), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["conflicts"] == [
        {"field": "name", "values": {str(one): "Tee", str(other): "Shirt"}},
        {"field": "brand", "values": {str(one): "Lyon", str(other): "Nice"}},
    ]
    assert len(answer("list")) == 2
    for wrong in ("99", "smell=1", "name=99", "Tee"):
        assert run("resolve", "same-garment", str(one), str(other), "--prefer", wrong).exit_code == 1
    assert run("resolve", "same-garment", str(one), str(other), "--prefer", f"name={other}").exit_code == 1
    answer("resolve", "same-garment", str(one), str(other), "--prefer", f"name={other}", "--prefer", str(one))
    (item,) = answer("list")
    assert item["id"] == one
    kept = startup.build().catalogue.get(one)
    assert (kept.name, kept.brand, kept.size) == ("Shirt", "Lyon", "M")


def test_what_cannot_be_decided_is_a_failure(photos: Path) -> None:
    (one, _) = _twice(photos)
    for arguments in (
        ("resolve", "twins", str(one)),
        ("resolve", "different", str(one), "99"),
        ("decisions", "--undo", "1", "99"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
    assert answer("decisions") == []


def _twice(photos: Path) -> list[int]:
    first, again = answer("import", photos / "red.jpg"), answer("import", photos / "red.jpg", "--allow-duplicates")
    return [first[0]["item"]["id"], again[0]["item"]["id"]]


def test_outfits_of_an_item_are_partners_and_looks(photos: Path) -> None:
    items = {result["item"]["colour"]: result["item"]["id"] for result in answer("import", photos)}
    catalogue = startup.build().catalogue
    catalogue.correct([items["red"]], TagKind.TYPE, "Tee")
    catalogue.correct([items["navy"]], TagKind.TYPE, "Jeans")
    found = answer("outfits", str(items["red"]))
    assert found["item"]["id"] == items["red"]
    assert items["navy"] in [partner["id"] for partner in found["partners"]]
    assert all(partner["reasons"] for partner in found["partners"])
    assert all(items["red"] in [item["id"] for item in outfit["items"]] for outfit in found["outfits"])
    assert run("outfits", str(items["red"])).exit_code == 0


def test_outfits_of_nothing_is_a_failure() -> None:
    result = run("outfits", "7")
    assert result.exit_code == 1
    assert "7" in result.stderr


def test_export_draws_the_graph(photos: Path, tmp_path: Path) -> None:
    run("import", photos)
    for kind in ("svg", "png", "html"):
        assert run("export-graph", "--format", kind, "--output", tmp_path / f"w.{kind}").exit_code == 0
        assert (tmp_path / f"w.{kind}").stat().st_size > 1000


def test_a_graph_is_brought_back_after_a_look_at_what_would_change(photos: Path, tmp_path: Path) -> None:
    run("import", photos)
    wardrobe = startup.build()
    wardrobe.catalogue.edit([1], GarmentEdit(name="Party blouse"))
    run("export-graph", "--format", "graphml", "--output", tmp_path / "w.graphml")
    wardrobe.catalogue.edit([1], GarmentEdit(name=""))
    told = json.loads(run("import-graph", tmp_path / "w.graphml", "--dry-run", "--json").stdout)
    assert (told["dry_run"], told["garments"], told["found"], told["conflicts"]) == (True, 3, 3, [])
    assert [(one["what"], one["in_file"]) for one in told["changes"]] == [("name", "Party blouse")]
    assert wardrobe.catalogue.get(1).name == ""
    assert "3 of 3" in run("import-graph", tmp_path / "w.graphml").stdout
    assert wardrobe.catalogue.get(1).name == "Party blouse"


def test_a_file_that_is_no_graph_is_told_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<!DOCTYPE x><graphml/>")
    for name in ("x.xml", "missing.json"):
        result = run("import-graph", tmp_path / name)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1


def test_export_writes_a_graph_that_can_be_read_back(photos: Path, tmp_path: Path) -> None:
    answer("import", photos)
    kinds = {form: f"w.{kind.ending}" for form, kind in FILE_KINDS.items()}
    for kind, name in kinds.items():
        result = run("export-graph", "--format", kind, "--output", tmp_path / name)
        assert result.exit_code == 0, result.stderr
        assert (tmp_path / name).stat().st_size > 0
    assert sum(node.startswith("item:") for node in nx.read_graphml(tmp_path / "w.graphml")) == 3


def test_a_failed_export_is_one_line_and_leaves_no_file(photos: Path, tmp_path: Path) -> None:
    answer("import", photos)
    target = tmp_path / "file" / "w.graphml"
    (tmp_path / "file").write_text("not a folder")
    result = run("export-graph", "--format", "graphml", "--output", target)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_retag_leaves_what_a_person_said(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (added,) = answer("import", photos / "red.jpg")
    startup.build().catalogue.correct([added["item"]["id"]], TagKind.TYPE, "Parka")
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger("fake 2"))
    (item,) = answer("retag")
    assert item["tags"]["type"]["value"] == "Parka"
    assert item["tags"]["colour"]["model"] == "fake 2"
    assert run("retag", "99").exit_code == 1


def test_a_data_folder_that_cannot_be_used_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "taken"))
    result = run("list")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_the_real_program_writes_only_to_its_data_folder_and_needs_no_torch_to_list(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    variables = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), "WARDROBE_DATA_DIR": str(tmp_path / "data")}
    script = "import sys; from wardrobe_app.cli import main\ntry: main()\nfinally: assert 'torch' not in sys.modules"
    command = [sys.executable, "-c", script, "list", "--json"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "[]", "")
    assert list(home.iterdir()) == []
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"wardrobe.db", "photos", "thumbnails"}


def test_models_lists_what_can_tag_and_how_much_each_has_tagged(photos: Path) -> None:
    answer("import", photos)
    (shipped,) = answer("models")
    assert (shipped["in_use"], shipped["problem"], shipped["origin"]) == (True, None, "ships with the program")
    assert shipped["types"] > 50
    folder = startup.build().settings.models_dir
    a_checkpoint(folder / "mine.safetensors", name="mine", heads={"category": ("Tee", "Dress")}, tiers={})
    (folder / "cut.safetensors").write_bytes(b"x")
    listed = answer("models")
    assert [entry["in_use"] for entry in listed] == [False, False, True]
    assert (listed[2]["model"], listed[2]["types"]) == ("mine 3", 2)
    assert "cut.safetensors is damaged" in listed[1]["problem"]
    assert "* mine 3\t2 types, 0 garments tagged" in run("models").stdout


def test_a_checkpoint_can_be_named_for_adding_and_tagging_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "make_tagger", lambda settings: FakeTagger(settings.checkpoint.stem))
    named = a_checkpoint(tmp_path / "named.safetensors")
    (added,) = answer("import", photos / "red.jpg", "--checkpoint", named)
    assert added["item"]["tags"]["colour"]["model"] == "named"
    other = a_checkpoint(tmp_path / "other.safetensors")
    (again,) = answer("retag", "--checkpoint", other)
    assert again["tags"]["colour"]["model"] == "other"


def test_a_named_checkpoint_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROBE_CHECKPOINT", str(tmp_path / "none.safetensors"))
    result = run("models")
    assert result.exit_code == 1
    assert "none.safetensors" in result.stderr


@pytest.fixture
def dressed(photos: Path) -> list[int]:
    answer("import", photos)
    items = [item["id"] for item in answer("list")]
    catalogue = startup.build().catalogue
    for item, kind in zip(items, ("Tee", "Jeans", "Sneakers"), strict=True):
        catalogue.correct([item], TagKind.TYPE, kind)
        catalogue.correct([item], TagKind.COLOUR, "navy")
        catalogue.correct([item], TagKind.OCCASION, "casual")
        catalogue.correct([item], TagKind.SEASON, "winter")
    return items


def test_looks_are_printed_for_an_occasion(dressed: list[int]) -> None:
    (outfit,) = answer("suggest-outfits", "--occasion", "casual", "--season", "winter")
    assert [item["id"] for item in outfit["items"]] == dressed
    assert 0.6 < outfit["score"] <= 1
    none = run("suggest-outfits", "--occasion", "formal")
    assert (none.exit_code, none.stderr.startswith("There is no top for formal")) == (1, True)
    assert run("suggest-outfits", "--season", "monsoon").exit_code == 1


def test_a_capsule_is_printed_as_a_list_to_tick_off(dressed: list[int]) -> None:
    found = answer("capsule", "3")
    assert ([item["id"] for item in found["items"]], found["outfits"], found["with_shoes"]) == (dressed, 1, 1)
    assert run("capsule", "3").stdout.count("[ ]") == 3
    assert "3 to 40" in run("capsule", "99").stderr


def test_what_was_worn_is_noted_in_the_calendar(dressed: list[int]) -> None:
    assert "2026-01-02" in run("log-wear", dressed[0], dressed[1], "--on", "2026-01-02").stdout
    (wear,) = startup.build().outfits.wear_log.wears()
    assert (wear.worn_on.isoformat(), list(wear.item_ids)) == ("2026-01-02", dressed[:2])
    assert run("log-wear", dressed[0], "--on", "2999-01-01").exit_code == 1
    assert run("log-wear", "999").exit_code == 1


def test_pairs_are_scored_without_photos_and_without_a_wardrobe(settings: Settings) -> None:
    pairs = [[{"type": "T-shirt", "colour": "navy"}, {"type": "Jeans", "colour": "#20407a"}], [{}, {"type": None}]]
    result = CliRunner().invoke(app, ["compatibility", "--json"], input=json.dumps(pairs))
    assert result.exit_code == 0, result.stderr
    together, unknown = json.loads(result.stdout)
    assert together["score"] > 0.6 > unknown["score"] == 0.5
    assert together["parts"][1] == {
        "name": "colour",
        "text": "navy with blue: tonal (convention: tonal outfits)",
        "score": pytest.approx(0.75, abs=0.05),
        "weight": 4.5,
    }
    assert not settings.data_dir.exists()


def test_what_is_no_list_of_pairs_is_refused_in_one_line() -> None:
    result = CliRunner().invoke(app, ["compatibility", "--json"], input='[{"type": "Jeans"}]')
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert "Pair 1" in result.stderr


def test_insights_tell_the_number_what_could_go_and_what_is_lacking(photos: Path) -> None:
    answer("import", photos)
    found = answer("insights")
    assert found["garments"] == 3
    assert 0 < found["effective_number"] <= 3
    assert {"by_type", "by_colour", "history", "removable", "gaps", "isolated_garments", "key_pieces"} <= set(found)
    assert all(isinstance(entry["id"], int) for entry in found["removable"])
    assert found["sentence"] in run("insights").stdout


def test_insights_of_an_empty_wardrobe_are_empty() -> None:
    assert answer("insights")["removable"] == []


def test_a_purchase_is_evaluated_from_a_photo_that_is_not_stored(photos: Path, tmp_path: Path) -> None:
    answer("import", photos)
    shop = tmp_path / "shop.jpg"
    shop.write_bytes(photo_bytes(draw_garment(kind="tshirt", colour=RED, size=(120, 160), seed=77)))
    found = answer("evaluate-purchase", shop)
    assert found["garment"]["colour"] == "red"
    assert found["nearest"][0]["id"] == found["duplicates"][0]["id"]
    assert found["nearest"][0]["reasons"]
    assert set(found["effective_number"]) == {"before", "after"}
    assert {"new_outfits", "outfits_with_it", "outfits", "verdict", "advice", "reasons"} <= set(found)
    assert found["advice"] in run("evaluate-purchase", shop).stdout
    assert len(answer("list")) == 3


def test_evaluating_what_is_no_photo_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk, bread")
    for name in ("notes.txt", "gone.jpg"):
        result = run("evaluate-purchase", tmp_path / name, "--json")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1


def test_two_photos_are_compared_and_neither_is_kept(photos: Path) -> None:
    one, other = photos / "red.jpg", photos / "green.jpg"
    found = answer("compare", one, other)
    assert set(found) == {"relation", "score", "parts", "alike", "note"}
    assert 0 <= found["score"] <= 1
    assert {"type", "colour", "pattern", "picture", "local_features"} <= {part["name"] for part in found["parts"]}
    assert answer("compare", one, one)["relation"] == "same-picture"
    assert "The same picture" in run("compare", one, one).stdout
    assert answer("list") == []
    assert run("compare", one, photos / "none.jpg").exit_code == 1


def test_the_same_command_goes_on_with_an_import_that_was_cut_off(photos: Path) -> None:
    wardrobe = startup.build()
    results = wardrobe.importing.importer.add(sources_of([photos]), asked=[photos])
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert [left.stored for left in wardrobe.importing.unfinished.left()] == [1]
    assert [result["outcome"] for result in answer("import", photos)] == ["already there", "added", "added"]
    assert wardrobe.importing.unfinished.left() == []


def test_the_check_repairs_and_tells_by_its_exit_status(photos: Path) -> None:
    answer("import", photos)
    assert answer("check")["ok"] is True
    wardrobe = startup.build()
    cover = wardrobe.catalogue.garments()[0].cover
    thumbnail = wardrobe.settings.thumbnails_dir / cover.thumbnail
    thumbnail.unlink()
    found = run("check", "--json")
    assert found.exit_code == 1
    (finding,) = json.loads(found.stdout)["findings"]
    assert (finding["kind"], finding["count"], finding["repaired"]) == ("thumbnail missing", 1, 0)
    assert finding["names"] == [f"thumbnails/{cover.thumbnail}"]
    repaired = answer("check", "--repair")
    assert (repaired["ok"], repaired["findings"][0]["repaired"]) == (True, 1)
    assert thumbnail.exists()
    assert run("check").exit_code == 0


def test_the_check_names_the_garment_whose_photo_is_gone(photos: Path) -> None:
    answer("import", photos)
    wardrobe = startup.build()
    garment = wardrobe.catalogue.garments()[0]
    (wardrobe.settings.photos_dir / garment.cover.file).unlink()
    result = run("check", "--repair")
    assert result.exit_code == 1
    assert f"{garment.title} (item {garment.id})" in result.stdout
    assert len(result.stderr.splitlines()) == 1


def test_the_check_says_when_the_wardrobe_cannot_be_opened(settings: Settings) -> None:
    startup.build()
    (settings.data_dir / "wardrobe.db").write_bytes(b"no database" * 1000)
    result = run("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
    assert len(result.stderr.splitlines()) == 1


def test_the_table_of_garments_goes_out_and_comes_back_row_by_row(photos: Path, tmp_path: Path) -> None:
    answer("import", photos)
    target = tmp_path / "garments.csv"
    written = run("export-table", "--output", target, "--semicolons")
    assert "3 garments" in written.stdout
    target.write_text("photo;price;brand\nred.jpg;19,90;Muji\nblue.jpg;5;\ngreen.jpg;cheap;\n", encoding="utf-8")

    tried = run("import-table", target, "--dry-run")
    assert tried.exit_code == 1
    assert "1 changed, 0 unchanged, 2 refused" in tried.stdout
    assert "price: - -> 19.90" in tried.stdout
    assert [line.split(":")[0] for line in tried.stderr.splitlines()] == ["row 3", "row 4"]
    assert "add the photo first" in tried.stderr
    assert "19.90 or 19,90" in tried.stderr
    assert {garment["brand"] for garment in answer("list")} == {""}

    done = json.loads(run("import-table", target, "--json").stdout)
    assert [row["outcome"] for row in done["rows"]] == ["changed", "refused", "refused"]
    assert done["rows"][2]["problems"][0]["column"] == "price"
    assert [garment["brand"] for garment in answer("list")].count("Muji") == 1


def test_amounts_on_the_command_line_are_asked_about_or_read_in_the_chosen_currency(
    photos: Path, tmp_path: Path
) -> None:
    answer("import", photos)
    target = tmp_path / "garments.csv"
    target.write_text("photo;price\nred.jpg;1.500\n", encoding="utf-8")
    asked = run("import-table", target)
    assert asked.exit_code == 1
    assert "1.50 or 1500.00" in asked.stderr
    startup.build().preferences.choose_currency("IDR")
    assert run("import-table", target).exit_code == 0
    priced = {garment["files"][0]: (garment["price"], garment["currency"]) for garment in answer("list")}
    assert priced["red.jpg"] == ("1500.00", "IDR")


def test_a_table_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    for path, words in ((tmp_path / "a.xlsx", "workbook"), (tmp_path / "gone.csv", "cannot be read")):
        refused = run("import-table", path)
        assert refused.exit_code == 1
        assert words in refused.stderr
        assert len(refused.stderr.splitlines()) == 1


def test_a_backup_is_made_and_brought_back(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer("import", photos)
    made = answer("backup", "--output", tmp_path / "b.zip")
    assert (made["made"], made["file"], made["photos"], made["left_out"]) == (True, str(tmp_path / "b.zip"), 3, [])
    monkeypatch.setenv("WARDROBE_DATA_DIR", str(tmp_path / "other"))
    told = answer("restore", tmp_path / "b.zip", "--dry-run")
    assert _today(told["garments"]) == {"added": 3, "existing": 0, "removed": 0}
    assert (told["mode"], told["dry_run"]) == ("merge", True)
    assert answer("list") == []
    assert answer("restore", tmp_path / "b.zip")["photos"] == 3
    assert len(answer("list")) == 3
    text = run("restore", tmp_path / "b.zip", "--replace").stdout
    assert re.search(r"^garments: 0 \D+ 3 \D+ 0 \D+$", text, re.MULTILINE)
    (kept,) = (tmp_path / "other" / "backups").glob("*.zip")
    assert str(kept) in text


def test_a_backup_that_is_not_due_is_not_made(photos: Path) -> None:
    answer("import", photos)
    assert answer("backup", "--if-due") == {"made": False}
    startup.build().backup.backups.plan(Schedule(Every.DAY, 2))
    assert answer("backup", "--if-due")["made"]
    assert run("backup", "--if-due").stdout == "No backup is due.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("restore", "none.zip"), "none.zip"),
        (("restore", "none.zip", "--merge", "--replace"), "--merge"),
        (("backup", "--if-due", "--output", "x.zip"), "--output or --if-due"),
    ],
)
def test_what_cannot_be_backed_up_or_restored_is_told_on_stderr(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stdout == ""


def test_a_photo_that_is_left_out_is_told_on_stderr(photos: Path) -> None:
    answer("import", photos)
    wardrobe = startup.build()
    wardrobe.catalogue.photo_path(wardrobe.catalogue.get(1).photos[0]).unlink()
    result = run("backup")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "left out" in result.stderr


def test_a_photo_is_added_to_a_garment_made_its_cover_and_removed(photos: Path) -> None:
    (added,) = answer("import", photos / "red.jpg")
    item = added["item"]["id"]
    (result,) = answer("add-photo", item, photos / "green.jpg")
    assert (result["outcome"], result["item"]["id"]) == ("added", item)
    red, green = result["item"]["photos"]
    assert (red["file"], green["file"]) == ("red.jpg", "green.jpg")
    assert run("set-cover", item, "green.jpg").exit_code == 0
    (listed,) = answer("list")
    assert listed["photos"] == [green, red]
    assert listed["colour"] == "green"
    assert run("remove-photo", item, red["id"]).exit_code == 0
    (listed,) = answer("list")
    assert listed["photos"] == [green]


@pytest.mark.parametrize("wrong", ["set-cover", "remove-photo"])
def test_a_photo_that_a_garment_does_not_have_is_refused(photos: Path, wrong: str) -> None:
    (added,) = answer("import", photos / "red.jpg")
    result = run(wrong, added["item"]["id"], "99")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_adding_a_photo_tells_what_is_there_already_and_what_is_none(photos: Path, tmp_path: Path) -> None:
    (added,) = answer("import", photos / "red.jpg")
    (tmp_path / "no.jpg").write_bytes(b"no")
    result = run("add-photo", added["item"]["id"], photos / "red.jpg", tmp_path / "no.jpg", "--json")
    assert [one["outcome"] for one in json.loads(result.stdout)] == ["already there", "refused"]
    assert result.exit_code == 1
    assert run("add-photo", 99, photos / "red.jpg").exit_code == 1


def test_old_names_of_commands_and_options_are_accepted(photos: Path, dressed: list[int], tmp_path: Path) -> None:
    again = answer("import", photos / "red.jpg", "--anyway")[0]["item"]["id"]
    red = next(item["id"] for item in answer("list") if item["files"] == ["red.jpg"])
    assert answer("decide", "different", red, again)["ids"] == sorted([red, again])
    assert answer("decisions", "--take-back", red, again) == []
    photo = answer("list")[0]["photos"][0]["id"]
    for command in (
        ("redundancy",), ("looks",), ("worn", red), ("consider", photos / "red.jpg"), ("doctor",),
        ("cover", dressed[0], photo), ("export", "--format", "json", "--output", tmp_path / "w.json"),
    ):  # fmt: skip
        assert run(*command).exit_code == 0, command


def test_old_names_of_commands_and_options_are_not_in_the_help() -> None:
    commands = typer.main.get_command(app).commands
    assert not set(commands) & set(old_names.COMMANDS)
    for command in commands:
        assert not set(re.findall(r"--[a-z-]+", run(command, "--help").stdout)) & set(old_names.OPTIONS)


def test_every_old_name_stands_for_one_of_today() -> None:
    commands = typer.main.get_command(app).commands
    assert set(old_names.COMMANDS.values()) <= set(commands)
    options = {option for command in commands.values() for one in command.params for option in one.opts}
    assert set(old_names.OPTIONS.values()) <= options


def test_old_keys_are_printed_beside_those_of_today(dressed: list[int], tmp_path: Path) -> None:
    answer("backup", "--output", tmp_path / "b.zip")
    printed = [
        answer("insights"), answer("check"), answer("restore", tmp_path / "b.zip", "--dry-run"),
        answer("evaluate-purchase", tmp_path / "photos" / "red.jpg"), answer("capsule", "3"),
        json.loads(run("check", "--json").stdout),
    ]  # fmt: skip
    objects = [*_objects(printed)]
    for new, old in old_names.JSON_KEYS.items():
        assert all(one[old] == one[new] for one in objects if new in one)
    missing = set(old_names.JSON_KEYS) - {key for one in objects for key in one}
    assert missing == {"is_error", "message", "repaired"}  # in the findings of a check, which found none


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(one)
