from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classifier.errors import CheckpointMissing
from classifier.serving import engines
from classifier.serving.engines import open_runner
from classifier.serving.graph_engine import GraphEngine
from classifier.serving.inference import Engine, build_network
from classifier.serving.tagger import Tagger
from tests.classifier.support.checkpoints import a_checkpoint
from tests.support.drawing import draw_garment


@pytest.mark.parametrize(
    ("device", "gpu", "engine"), [("cpu", True, GraphEngine), (None, False, GraphEngine), (None, True, Engine)]
)
def test_the_graph_runs_on_the_cpu_and_pytorch_where_there_may_be_a_gpu(
    with_graph: Path, monkeypatch: pytest.MonkeyPatch, device: str | None, gpu: bool, engine: type
) -> None:
    monkeypatch.setattr(engines, "may_have_gpu", lambda: gpu)
    assert isinstance(open_runner(with_graph, device), engine)


def test_without_a_graph_or_with_a_network_of_one_s_own_pytorch_runs(with_graph: Path, tmp_path: Path) -> None:
    assert isinstance(open_runner(a_checkpoint(tmp_path / "alone.safetensors"), "cpu"), Engine)
    assert isinstance(open_runner(with_graph, "cpu", build_network), Engine)


@pytest.mark.parametrize("harm", ["damaged", "exported from another checkpoint"])
def test_an_unusable_graph_is_left_for_pytorch_with_a_warning(
    harm: str, with_graph: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = a_checkpoint(tmp_path / "tiny.safetensors")
    if harm == "damaged":
        path.with_suffix(".onnx").write_text("no graph")
    else:
        shutil.copyfile(with_graph.with_suffix(".onnx"), path.with_suffix(".onnx"))
    tagger = Tagger(path, "cpu")
    for _ in range(2):
        assert len(tagger.tag([draw_garment(size=(60, 80))])) == 1
    assert caplog.text.count(harm) == 1
    assert "tiny.onnx" in caplog.text


def test_without_onnx_runtime_pytorch_runs(
    with_graph: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert isinstance(open_runner(with_graph, "cpu"), Engine)
    assert "onnxruntime" in caplog.text


def test_a_missing_checkpoint_is_no_matter_of_its_graph(
    with_graph: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copyfile(with_graph.with_suffix(".onnx"), tmp_path / "gone.onnx")
    with pytest.raises(CheckpointMissing):
        open_runner(tmp_path / "gone.safetensors", "cpu")
    assert caplog.text == ""


def test_tagging_on_the_cpu_loads_no_torch(with_graph: Path, tmp_path: Path) -> None:
    draw_garment(size=(60, 80)).save(tmp_path / "photo.png")
    code = (
        "import sys; from pathlib import Path; from PIL import Image; "
        "from classifier.serving.tagger import full_tagger; "
        "(found,) = full_tagger(Path(sys.argv[1]), 'cpu').tag([Image.open(sys.argv[2])]); "
        "print(found.model, sorted({'torch', 'torchvision', 'timm'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, with_graph, tmp_path / "photo.png"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "tiny 3 []\n"), done.stderr


@pytest.mark.parametrize(
    ("system", "machine", "library", "expected"),
    [
        ("Darwin", "arm64", None, True),
        ("Darwin", "x86_64", None, False),
        ("Linux", "x86_64", "libcuda.so.1", True),
        ("Linux", "arm64", None, False),
        ("Windows", "AMD64", "nvcuda.dll", True),
    ],
)
def test_a_gpu_is_suspected_where_its_driver_or_an_apple_chip_is(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, library: str | None, expected: bool
) -> None:
    asked: list[str] = []

    def find(name: str) -> str | None:
        asked.append(name)
        return library

    monkeypatch.setattr(engines.platform, "system", lambda: system)
    monkeypatch.setattr(engines.platform, "machine", lambda: machine)
    monkeypatch.setattr(engines, "find_library", find)
    assert engines.may_have_gpu() is expected
    assert asked in ([], ["nvcuda" if system == "Windows" else "cuda"])
