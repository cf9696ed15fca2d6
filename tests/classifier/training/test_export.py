from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from classifier.cli import app
from classifier.errors import CheckpointMissing, ExportFailed
from classifier.serving.checkpoint import identity, read_config
from classifier.serving.inference import Engine, open_engine
from classifier.serving.outputs import Outputs
from classifier.training import export as exporting
from tests.classifier.support.checkpoints import HEADS, MASKING, a_checkpoint, a_full_checkpoint

torch.set_num_threads(1)
READ = {"torch": exporting.read_torch, "onnx": exporting.read_onnx}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_full_checkpoint(tmp_path_factory.mktemp("checkpoint") / "tiny.safetensors")


@pytest.fixture(scope="module", params=["torch", pytest.param("onnx", marks=pytest.mark.slow)])
def exported(request: pytest.FixtureRequest, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / f"tiny.{request.param}"
    arguments = ["export", "--checkpoint", str(checkpoint), "--format", request.param, "--output", str(path)]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{path}: ")
    return path


@pytest.mark.parametrize("count", [1, 3])
def test_the_exported_network_gives_the_very_answers_of_the_checkpoint(
    exported: Path, checkpoint: Path, count: int
) -> None:
    pictures = torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(7)) * 3
    ours = open_engine(checkpoint, "cpu").run(list(pictures.numpy()), 16)
    theirs = READ[exported.suffix[1:]](exported)[1](pictures)
    assert theirs.keys() == {*HEADS, "embedding", "whole_embedding", "confidence", "cloth", "map_statistics"}
    found = Outputs.of(theirs, read_config(checkpoint))
    for head, expected in ours.probabilities.items():
        np.testing.assert_allclose(found.probabilities[head], expected, atol=1e-4)
    for name in ("embeddings", "whole_embeddings", "confidence", "cloth", "texture"):
        np.testing.assert_allclose(getattr(found, name), getattr(ours, name), atol=1e-4)
    assert not np.allclose(theirs["season"].sum(axis=1), 1)


def test_labels_preprocessing_and_version_travel_with_it(exported: Path, checkpoint: Path) -> None:
    facts, _ = READ[exported.suffix[1:]](exported)
    assert {head: tuple(labels) for head, labels in facts["labels"].items()} == HEADS
    assert facts["checkpoint"] == identity(checkpoint)
    assert facts["preprocessing"] == asdict(MASKING["preprocessing"]) | {
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
    }
    assert (facts["name"], facts["version"], facts["many"]) == ("tiny", "3", ["season"])


def test_nothing_else_is_left_in_the_folder(exported: Path) -> None:
    assert list(exported.parent.iterdir()) == [exported]


@pytest.mark.slow
@pytest.mark.parametrize("exported", ["torch"], indirect=True)
def test_a_program_runs_with_pytorch_alone(exported: Path) -> None:
    code = (
        "import sys, torch; program = torch.export.load(sys.argv[1], extra_files={}).module(); "
        "assert program(torch.zeros(2, 3, 32, 32))['type'].shape == (2, 6); "
        "print(sorted({'timm', 'lightning', 'torchmetrics', 'classifier', 'safetensors'} & set(sys.modules)))"
    )
    path = exported.with_suffix(".pt2")
    path.write_bytes(exported.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False, cwd=exported.parent
    )
    path.unlink()
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("exported", ["torch"], indirect=True)
def test_our_own_reader_loads_no_training_library(exported: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from classifier.training import export as exporting; "
        "exporting.read_torch(Path(sys.argv[1])); "
        "print(sorted({'lightning', 'torchmetrics', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, exported], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


@pytest.mark.parametrize("missing", ["onnxscript", "onnxruntime"])
def test_a_missing_package_is_one_sentence_and_leaves_no_file(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ExportFailed, match=f"needs {missing}: install requirements-dev"):
        exporting.export(checkpoint, "onnx", tmp_path / "x.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_network_that_came_out_different_is_not_handed_out(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.pt2").write_text("older")
    whole = Engine.outputs

    def other(engine: Engine, answers: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        found = whole(engine, answers)
        return found | {"cloth": found["cloth"] / 2} if torch.compiler.is_compiling() else found

    monkeypatch.setattr(Engine, "outputs", other)
    with pytest.raises(ExportFailed, match="answers differently"):
        exporting.export(checkpoint, "torch", tmp_path / "x.pt2")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.pt2", "older")]


def test_a_head_with_the_name_of_another_output_is_not_exported(tmp_path: Path) -> None:
    path = a_checkpoint(tmp_path / "tiny.safetensors", heads={"type": ("Tee",), "confidence": ("a", "b")})
    with pytest.raises(ExportFailed, match="'confidence'"):
        exporting.export(path, "torch", tmp_path / "x.pt2")


def test_what_cannot_be_read_or_written_is_said(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointMissing):
        exporting.export(tmp_path / "none.safetensors", "torch", tmp_path / "x.pt2")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ExportFailed, match="cannot be written"):
        exporting.export(checkpoint, "torch", tmp_path / "taken" / "x.pt2")


def test_the_command_says_why_it_wrote_nothing(tmp_path: Path) -> None:
    arguments = ["export", "--checkpoint", str(tmp_path / "no.safetensors"), "--output", str(tmp_path / "x.pt2")]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no.safetensors" in result.stderr
