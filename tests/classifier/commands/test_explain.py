from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner, Result

from classifier.cli import app
from tests.classifier.support.checkpoints import HEADS, a_checkpoint

torch.set_num_threads(1)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return a_checkpoint(tmp_path / "tiny.safetensors")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name, colour in (("a.png", "green"), ("a.jpg", "red"), ("more/a.webp", "blue")):
        Image.new("RGB", (60, 80), colour).save(folder / name)
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "out"


def explain(checkpoint: Path, output: Path, *arguments: Path | str) -> Result:
    given = ["explain", *map(str, arguments), "--checkpoint", str(checkpoint), "--output", str(output)]
    return CliRunner().invoke(app, given, env={"COLUMNS": "200"})


@pytest.mark.parametrize("method", ["grad-cam", "activations", "filters"])
def test_each_photo_has_a_picture_of_its_own_also_where_names_are_the_same(
    checkpoint: Path, photos: Path, output: Path, method: str
) -> None:
    for run in (1, 2):
        result = explain(checkpoint, output, photos, "--method", method, "--json")
        entries = json.loads(result.stdout)
        assert (result.exit_code, result.stderr, len(entries)) == (0, "", 3)
        assert len(list(output.iterdir())) == 3 * run
    for entry in entries:
        assert entry["label"] in HEADS["type"]
        assert 0 < entry["probability"] <= 1
        assert Image.open(entry["output"]).width >= 360


def test_a_broken_file_harms_nothing_else(checkpoint: Path, photos: Path, output: Path) -> None:
    (photos / "b.jpg").write_text("no picture")
    result = explain(checkpoint, output, photos, photos / "gone.jpg", "--json")
    assert result.exit_code == 1
    entries = json.loads(result.stdout)
    assert [Path(entry["path"]).name for entry in entries if "error" in entry] == ["b.jpg", "gone.jpg"]
    assert len(list(output.iterdir())) == 3
    assert result.stderr.splitlines()[1] == f"{photos / 'gone.jpg'}: The file does not exist."


def test_any_head_and_label_can_be_asked_for(checkpoint: Path, photos: Path, output: Path) -> None:
    result = explain(checkpoint, output, photos / "a.jpg", "--head", "colour", "--label", "green")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{photos / 'a.jpg'}: green ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--head", "shape"], "no head 'shape'; it has type, colour"),
        (["--label", "Tea"], "no label 'Tea'; it has Tee"),
    ],
)
def test_what_the_network_does_not_know_is_refused_with_what_it_knows(
    checkpoint: Path, photos: Path, output: Path, arguments: list[str], words: str
) -> None:
    result = explain(checkpoint, output, photos, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not output.exists()


def test_a_checkpoint_without_types_is_explained_by_its_first_head(photos: Path, output: Path, tmp_path: Path) -> None:
    path = a_checkpoint(tmp_path / "products.safetensors", heads={"article": ("Watch", "Sari"), "gender": ("men", "x")})
    result = explain(path, output, photos / "a.jpg", "--json")
    assert json.loads(result.stdout)[0]["head"] == "article"


def test_filters_need_no_photo_and_the_other_methods_do(checkpoint: Path, output: Path) -> None:
    result = explain(checkpoint, output, "--method", "filters")
    assert (result.exit_code, [path.name for path in output.iterdir()]) == (0, ["tiny-filters.png"])
    assert explain(checkpoint, output).exit_code == 2


def test_a_checkpoint_that_is_not_there_is_one_sentence(photos: Path, output: Path, tmp_path: Path) -> None:
    result = explain(tmp_path / "none.safetensors", output, photos)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "none.safetensors" in result.stderr


def test_a_folder_that_cannot_be_written_to_is_one_sentence(checkpoint: Path, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    result = explain(checkpoint, tmp_path / "taken", photos)
    assert result.exit_code == 1
    assert "taken cannot be written" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_a_very_long_or_odd_name_is_shortened(checkpoint: Path, output: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{'ä' * 100}: my shirt.png"
    Image.new("RGB", (40, 40)).save(path)
    assert explain(checkpoint, output, path).exit_code == 0
    (written,) = output.iterdir()
    assert len(written.name) < 80
