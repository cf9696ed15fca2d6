from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.errors import CheckpointCorrupt, CheckpointError, CheckpointIncompatible, CheckpointMissing
from classifier.serving.graph_engine import FACTS, GraphEngine, graph_of
from classifier.serving.inference import open_engine
from tests.classifier.support.checkpoints import HEADS, a_checkpoint

ARRAYS = ("embeddings", "whole_embeddings", "confidence", "cloth", "texture")


@pytest.fixture
def copied(with_graph: Path, tmp_path: Path) -> Path:
    # A checkpoint with its graph, to be spoilt.
    for suffix in (".safetensors", ".onnx"):
        shutil.copyfile(with_graph.with_suffix(suffix), tmp_path / f"tiny{suffix}")
    return tmp_path / "tiny.safetensors"


def inputs(count: int) -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(7)
    return [rng.normal(0, 1.5, (3, 32, 32)).astype(np.float32) for _ in range(count)]


def opened(checkpoint: Path) -> GraphEngine:
    return GraphEngine(checkpoint, checkpoint.with_suffix(".onnx"))


@pytest.mark.parametrize(("count", "batch_size"), [(1, 16), (5, 2)])
def test_the_graph_gives_the_very_answers_of_pytorch(with_graph: Path, count: int, batch_size: int) -> None:
    found, expected = (
        opened(with_graph).run(inputs(count), batch_size),
        open_engine(with_graph, "cpu").run(inputs(count), batch_size),
    )
    assert found.probabilities.keys() == HEADS.keys()
    for head, values in expected.probabilities.items():
        np.testing.assert_allclose(found.probabilities[head], values, atol=1e-4)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-4)
        assert getattr(found, name).dtype == np.float32
    assert found.cloth is not None and np.ptp(found.cloth) > 0.5, "the answers are not all alike"


def test_a_graph_is_looked_for_beside_its_checkpoint(with_graph: Path, tmp_path: Path) -> None:
    assert graph_of(with_graph) == with_graph.with_suffix(".onnx")
    assert graph_of(tmp_path / "alone.safetensors") is None


def test_a_graph_of_another_checkpoint_is_refused(copied: Path) -> None:
    a_checkpoint(copied)
    with pytest.raises(CheckpointCorrupt, match="another checkpoint"):
        opened(copied)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def with_facts(text: str) -> Callable[[Path], None]:
    def harm(path: Path) -> None:
        onnx = pytest.importorskip("onnx")
        model = onnx.load(path)
        onnx.helper.set_model_props(model, {FACTS: text} if text else {})
        onnx.save(model, path)

    return harm


def with_an_output_less(path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(path)
    kept = [output for output in model.graph.output if output.name != "colour"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    onnx.save(model, path)


@pytest.mark.parametrize(
    "harm", [emptied, cut, with_facts(""), with_facts("{"), with_facts("[1]"), with_an_output_less]
)
def test_a_damaged_graph_is_refused(copied: Path, harm: Callable[[Path], None]) -> None:
    harm(copied.with_suffix(".onnx"))
    with pytest.raises(CheckpointCorrupt, match=r"tiny\.onnx"):
        opened(copied)


def test_without_its_checkpoint_a_graph_is_of_no_use(copied: Path) -> None:
    copied.write_bytes(copied.read_bytes()[:100])
    with pytest.raises(CheckpointError):
        opened(copied)
    copied.unlink()
    with pytest.raises(CheckpointMissing):
        opened(copied)


def test_answers_that_are_not_finite_are_refused(with_graph: Path) -> None:
    with pytest.raises(CheckpointIncompatible, match="not finite"):
        opened(with_graph).run([np.full((3, 32, 32), np.inf, np.float32)], 1)
