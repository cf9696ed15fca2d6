from __future__ import annotations

from pathlib import Path

import pytest

from tests.classifier.support.checkpoints import a_full_checkpoint


@pytest.fixture(scope="session")
def with_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A tiny checkpoint that answers all there is, with its exported graph beside it. Not to be changed.
    exporting = pytest.importorskip("classifier.training.export", reason="exporting needs requirements-dev.txt")
    path = a_full_checkpoint(tmp_path_factory.mktemp("with_graph") / "tiny.safetensors")
    exporting.export(path, "onnx", path.with_suffix(".onnx"))
    return path
