from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner, Result

from classifier.cli import app
from tests.classifier.support.checkpoints import HEADS, a_checkpoint

torch.set_num_threads(1)
FIELDS = {"path", "type", "confidence", "tier", "types", "slot", "colour", "palette", "pattern", "attributes", "model"}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return a_checkpoint(tmp_path / "tiny.safetensors")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name, colour in (("b.jpg", "red"), ("a.png", "green"), ("more/c.webp", "blue")):
        Image.new("RGB", (60, 80), colour).save(folder / name)
    return folder


def predict(checkpoint: Path, *arguments: Path | str) -> Result:
    return CliRunner().invoke(app, ["predict", *map(str, arguments), "--checkpoint", str(checkpoint)])


def test_every_file_of_a_folder_has_its_object(checkpoint: Path, photos: Path) -> None:
    result = predict(checkpoint, photos, "--json")
    entries = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [Path(entry["path"]).relative_to(photos).as_posix() for entry in entries] == [
        "a.png",
        "b.jpg",
        "more/c.webp",
    ]
    assert all(entry.keys() == FIELDS for entry in entries)
    assert [len(entry["types"]) for entry in entries] == [5, 5, 5]
    assert all(entry["types"][0]["name"] == entry["type"] for entry in entries)
    assert result.stderr == ""


def test_hidden_files_are_left_out_of_folders(checkpoint: Path, photos: Path) -> None:
    (photos / ".cache").mkdir()
    for name in (".DS_Store", ".cache/thumb.jpg"):
        (photos / name).write_bytes(b"x")
    result = predict(checkpoint, photos, "--json")
    assert (result.exit_code, len(json.loads(result.stdout))) == (0, 3)


def test_a_broken_file_harms_nothing_else(checkpoint: Path, photos: Path) -> None:
    (photos / "b.jpg").write_bytes((photos / "b.jpg").read_bytes()[:200])
    (photos / "notes.txt").write_text("to be ironed")
    result = predict(checkpoint, photos, photos / "gone.jpg", "--json", "--batch-size", "2")
    by_name = {Path(entry["path"]).name: entry for entry in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert [name for name, entry in by_name.items() if "error" in entry] == ["b.jpg", "notes.txt", "gone.jpg"]
    assert all(by_name[name].keys() == {"path", "error"} for name in ("b.jpg", "notes.txt", "gone.jpg"))
    assert by_name["c.webp"].keys() == FIELDS
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        str(photos / name) for name in ("b.jpg", "notes.txt", "gone.jpg")
    ]


def test_an_empty_folder_is_an_error(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = predict(checkpoint, tmp_path / "empty", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [{"path": str(tmp_path / "empty"), "error": "The folder holds no files."}]


def test_without_json_a_table_is_read_by_people(checkpoint: Path, photos: Path) -> None:
    result = predict(checkpoint, photos)
    head, *rows = result.stdout.splitlines()
    assert head.split() == ["file", "type", "confidence", "colour", "pattern"]
    assert len(rows) == 3
    assert rows[0].startswith(str(photos / "a.png"))
    assert [row[head.index("type") :].split()[0] in HEADS["type"] for row in rows] == [True] * 3
    assert [row[head.index("colour") :].split()[0] in HEADS["colour"] for row in rows] == [True] * 3


def test_a_missing_checkpoint_is_one_line_and_no_traceback(tmp_path: Path, photos: Path) -> None:
    result = predict(tmp_path / "none.safetensors", photos, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{tmp_path / 'none.safetensors'} ")


def test_a_foreign_checkpoint_is_named(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "foreign.safetensors").write_text("hello, I am no network")
    result = predict(tmp_path / "foreign.safetensors", photos)
    assert result.exit_code == 1
    assert "foreign.safetensors" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_a_name_that_is_no_text_is_still_predicted(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    Image.new("RGB", (40, 40)).save(tmp_path / "plain.png")
    os.rename(tmp_path / "plain.png", os.fsencode(folder) + b"/\xff.png")  # noqa: PTH104
    for extra in ([], ["--json"]):
        result = predict(checkpoint, folder, *extra)
        assert result.exit_code == 0
        assert "\N{REPLACEMENT CHARACTER}" in result.stdout or "\\ufffd" in result.stdout


@pytest.mark.parametrize("size", [(3, 2000), (31, 31)])
def test_a_picture_too_small_to_show_a_garment_is_refused_with_the_reason(
    checkpoint: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size).save(tmp_path / "thin.png")
    result = predict(checkpoint, tmp_path / "thin.png")
    assert result.exit_code != 0
    assert f"{size[0]} x {size[1]} pixels" in result.output


def test_it_runs_as_a_module_and_writes_only_json_to_its_output(checkpoint: Path, photos: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "classifier", "predict", photos / "a.png", "--json", "--checkpoint", checkpoint],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [Path(entry["path"]).name for entry in json.loads(done.stdout)] == ["a.png"]


def test_the_help_names_every_command_without_loading_torch() -> None:
    code = "import sys; from classifier.cli import app; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert "predict" in CliRunner().invoke(app, ["--help"]).stdout


def test_a_contact_sheet_shows_every_photo_that_could_be_read(checkpoint: Path, photos: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    result = predict(checkpoint, photos, photos / "gone.jpg", "--sheet", sheet)
    assert result.exit_code == 1, "one of them is not there"
    drawn = Image.open(sheet)
    assert drawn.format == "PNG"
    assert drawn.width > 4 * 300
