from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from classifier.errors import CheckpointCorrupt, CheckpointError, CheckpointIncompatible, CheckpointMissing
from classifier.serving.checkpoint import load, read_config, save
from tests.classifier.support.checkpoints import a_checkpoint, a_config


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "models" / "tiny.safetensors"


def test_what_is_saved_is_loaded_again(path: Path) -> None:
    config = a_config(embedding_dim=2)
    state = {"weight": torch.randn(3, 4), "steps": torch.tensor(7), "embedding.mean": torch.randn(4)}
    save(path, config, state, half=False)
    assert load(path)[0] == config == read_config(path)
    loaded = load(path)[1]
    assert loaded.keys() == state.keys()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())


def test_a_model_is_called_by_name_and_version() -> None:
    assert a_config(name="wardrobe", version="1.2").model == "wardrobe 1.2"


def test_weights_are_stored_in_half_and_come_back_as_floats(path: Path) -> None:
    weight = torch.randn(64, 64)
    save(path, a_config(), {"weight": weight})
    assert load_file(path)["weight"].dtype == torch.float16
    loaded = load(path)[1]["weight"]
    assert loaded.dtype == torch.float32
    torch.testing.assert_close(loaded, weight, rtol=1e-3, atol=1e-6)


def test_values_that_half_precision_cannot_hold_are_kept_whole(path: Path) -> None:
    state = {"running_var": torch.tensor([1e-9, 1e9]), "weight": torch.tensor([[1e6, 1.0]])}
    save(path, a_config(), state)
    loaded = load(path)[1]
    assert all(torch.equal(loaded[name], value) for name, value in state.items())


def test_tensors_that_share_memory_or_lie_crosswise_are_saved(path: Path) -> None:
    weight = torch.randn(3, 5)
    save(path, a_config(), {"a": weight, "b": weight, "c": weight.t()}, half=False)
    assert torch.equal(load(path)[1]["c"], weight.t())


def test_the_header_is_read_without_torch(path: Path) -> None:
    a_checkpoint(path)
    code = (
        "import sys; from pathlib import Path; from classifier.serving.checkpoint import read_config; "
        "print(read_config(Path(sys.argv[1])).model); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "tiny 3\n")


def test_a_failed_save_leaves_the_old_file_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_checkpoint(path)
    before = path.read_bytes()

    def full_disk(tensors: object, filename: str, metadata: object) -> None:
        Path(filename).write_bytes(b"half a fi")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.torch.save_file", full_disk)
    with pytest.raises(OSError, match="No space"):
        save(path, a_config(version="4"), {"weight": torch.zeros(1)})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def cut_to(length: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes()[:length])


def with_metadata(**metadata: str) -> Callable[[Path], object]:
    return lambda path: save_file({"weight": torch.zeros(2)}, path, metadata=metadata or None)


GOOD = {"wardrobe_format": "1", "wardrobe_config": a_config().to_json()}
DAMAGE: dict[str, tuple[Callable[[Path], object], type[CheckpointError]]] = {
    "gone": (lambda path: path.unlink(), CheckpointMissing),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), CheckpointMissing),
    "empty": (cut_to(0), CheckpointCorrupt),
    "cut in the length": (cut_to(5), CheckpointCorrupt),
    "cut in the header": (cut_to(100), CheckpointCorrupt),
    "cut in the weights": (cut_to(100_000), CheckpointCorrupt),
    "one byte too long": (lambda path: path.write_bytes(path.read_bytes() + b"x"), CheckpointCorrupt),
    "text": (lambda path: path.write_text("no weights here, only words"), CheckpointCorrupt),
    "a pickle": (lambda path: torch.save({"weight": torch.zeros(2)}, path), CheckpointCorrupt),
    "a web page": (lambda path: path.write_text("<!DOCTYPE html><html>404</html>"), CheckpointCorrupt),
    "a list": (lambda path: path.write_bytes((2).to_bytes(8, "little") + b"[]"), CheckpointCorrupt),
    "no tensors": (lambda path: path.write_bytes((2).to_bytes(8, "little") + b"{}"), CheckpointIncompatible),
    "someone else's": (with_metadata(format="pt"), CheckpointIncompatible),
    "without metadata": (with_metadata(), CheckpointIncompatible),
    "of the future": (with_metadata(**{**GOOD, "wardrobe_format": "2"}), CheckpointIncompatible),
    "no config": (with_metadata(**{**GOOD, "wardrobe_config": "{}"}), CheckpointCorrupt),
    "broken config": (with_metadata(**{**GOOD, "wardrobe_config": '{"name": '}), CheckpointCorrupt),
    "a config of numbers": (with_metadata(**{**GOOD, "wardrobe_config": "[1, 2]"}), CheckpointCorrupt),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_cannot_be_used_is_told_by_name_and_reason(path: Path, damage: str) -> None:
    a_checkpoint(path)
    harm, kind = DAMAGE[damage]
    harm(path)
    for reader in (read_config, load):
        with pytest.raises(kind) as caught:
            reader(path)
        assert str(path) in str(caught.value)
