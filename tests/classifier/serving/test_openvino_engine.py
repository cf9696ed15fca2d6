from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from classifier.serving import openvino_engine
from classifier.serving.checkpoint import SHIPPED
from classifier.serving.inference import Engine, open_engine
from classifier.serving.masks.garment_mask import SHIPPED_MASKS, Masker
from classifier.serving.masks.mask_network import MaskNetwork
from classifier.serving.openvino_engine import Accelerator, accelerated
from classifier.serving.tagger import full_tagger
from tests.classifier.support.checkpoints import a_checkpoint, a_config, a_network
from tests.support.drawing import draw_garment

torch.set_num_threads(1)
needs_openvino = pytest.mark.skipif(find_spec("openvino") is None, reason="OpenVINO is not installed here")
KINDS = ("shirt", "tshirt", "trousers")


@pytest.fixture
def pictures() -> list[Tensor]:
    return list(torch.randn(5, 3, 32, 32, generator=torch.Generator().manual_seed(0)))


@pytest.fixture
def plain(tmp_path: Path) -> Engine:
    return open_engine(a_checkpoint(tmp_path / "tiny.safetensors"), "cpu")


@pytest.fixture
def fast(plain: Engine, tmp_path: Path) -> Engine:
    engine = open_engine(tmp_path / "tiny.safetensors", "cpu")
    assert engine.accelerate()
    return engine


@needs_openvino
def test_both_engines_give_the_same_answers(plain: Engine, fast: Engine, pictures: list[Tensor]) -> None:
    expected, found = plain.run(pictures, 2), fast.run(pictures, 2)
    for head, values in expected.probabilities.items():
        np.testing.assert_allclose(found.probabilities[head], values, atol=1e-5)
    np.testing.assert_allclose(found.embeddings, expected.embeddings, atol=1e-5)


@needs_openvino
def test_embeddings_inside_masks_are_the_same(plain: Engine, fast: Engine, pictures: list[Tensor]) -> None:
    inside = [np.tri(32, dtype=np.float32) for _ in pictures]
    np.testing.assert_allclose(fast.embed(pictures, inside), plain.embed(pictures, inside), atol=1e-5)


@needs_openvino
def test_a_mirrored_network_stays_one(tmp_path: Path, pictures: list[Tensor]) -> None:
    path = a_checkpoint(tmp_path / "mirrored.safetensors", mirrored=True)
    plain, fast = open_engine(path, "cpu"), open_engine(path, "cpu")
    assert fast.accelerate()
    np.testing.assert_allclose(fast.run(pictures, 5).embeddings, plain.run(pictures, 5).embeddings, atol=1e-5)


@needs_openvino
def test_a_mask_network_gives_the_same_logits_and_maps() -> None:
    torch.manual_seed(0)
    network = MaskNetwork("tf_efficientnet_lite0", 8).eval()
    fast = accelerated(network, 64)
    assert isinstance(fast, MaskNetwork)
    x = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        for found, expected in zip(fast.logits_and_maps(x), network.logits_and_maps(x), strict=True):
            np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-3 * float(expected.abs().max()))


@needs_openvino
@pytest.mark.slow
def test_the_shipped_tagger_says_the_same_by_both_engines() -> None:
    photos = [draw_garment(kind=kind, size=(240, 320), seed=seed) for seed, kind in enumerate(KINDS)]
    expected = full_tagger(SHIPPED, "cpu").tag(photos)
    tagger = full_tagger(SHIPPED, "cpu")
    assert tagger._loaded().accelerate()
    assert tagger._masker is not None
    assert tagger._masker._loaded().accelerate()
    for ours, theirs in zip(tagger.tag(photos), expected, strict=True):
        assert (ours.type.value, ours.colour.value, ours.pattern.value) == (
            theirs.type.value,
            theirs.colour.value,
            theirs.pattern.value,
        )
        assert ours.type.confidence == pytest.approx(theirs.type.confidence, abs=1e-3)
        assert float(ours.embedding @ theirs.embedding) > 0.9999
        assert (ours.mask is None) == (theirs.mask is None)
        if ours.mask and theirs.mask:
            assert np.abs(ours.mask.cloth.astype(int) - theirs.mask.cloth).max() <= 2


@needs_openvino
def test_what_was_converted_is_kept_and_read_the_next_time(
    tmp_path: Path, pictures: list[Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, cache = a_checkpoint(tmp_path / "tiny.safetensors"), tmp_path / "networks"
    first = open_engine(path, "cpu", cache=cache)
    assert first.accelerate()
    monkeypatch.setattr(openvino_engine, "_compiled", None)  # a second conversion would fail
    again = open_engine(path, "cpu", cache=cache)
    np.testing.assert_array_equal(again.run(pictures, 5).embeddings, first.run(pictures, 5).embeddings)
    assert again._accelerator.active
    assert [kept.suffix for kept in cache.iterdir()] == [".network"]


@needs_openvino
@pytest.mark.parametrize("harm", ["cut off", "flipped", "emptied"])
def test_a_damaged_file_in_the_cache_is_made_anew(tmp_path: Path, harm: str) -> None:
    network, cache = a_network(a_config()).eval(), tmp_path / "networks"
    assert accelerated(network, 32, cache)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    flipped = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
    kept.write_bytes({"cut off": whole[:-1000], "flipped": flipped, "emptied": b""}[harm])
    assert accelerated(network, 32, cache, from_cache_only=True) is None
    assert accelerated(network, 32, cache)
    assert accelerated(network, 32, cache, from_cache_only=True)


@needs_openvino
def test_other_weights_are_another_network(tmp_path: Path) -> None:
    network, cache = a_network(a_config()).eval(), tmp_path / "networks"
    assert accelerated(network, 32, cache)
    with torch.no_grad():
        next(network.parameters()).add_(1)
    assert accelerated(network, 32, cache, from_cache_only=True) is None


@needs_openvino
def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert accelerated(a_network(a_config()).eval(), 32, tmp_path / "file" / "networks")


def test_without_openvino_pytorch_goes_on(
    plain: Engine, pictures: list[Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = plain.run(pictures, 5)
    monkeypatch.setattr(openvino_engine, "WARMUP_PICTURES", 0)
    monkeypatch.setattr(openvino_engine, "is_installed", lambda: False)
    assert not plain.accelerate()
    np.testing.assert_array_equal(plain.run(pictures, 5).embeddings, expected.embeddings)


def test_an_openvino_that_cannot_be_imported_costs_no_import(
    plain: Engine, pictures: list[Tensor], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(part: str = "") -> object:
        raise ImportError("libopenvino.so: cannot open shared object file")

    monkeypatch.setattr(openvino_engine, "is_installed", lambda: True)
    monkeypatch.setattr(openvino_engine, "_openvino", broken)
    assert not plain.accelerate()
    assert len(plain.run(pictures, 5).embeddings) == 5
    assert "cannot open shared object file" in caplog.text


def test_a_network_that_fails_in_the_middle_is_replaced_by_pytorch(
    plain: Engine, pictures: list[Tensor], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = plain.run(pictures, 5)

    class Broken(nn.Module):
        def forward(self, x: Tensor) -> dict[str, Tensor]:
            raise RuntimeError("an instruction that this processor does not have")

    calls: list[int] = []
    monkeypatch.setattr(openvino_engine, "accelerated", lambda *_, **__: calls.append(1) or Broken())
    assert plain.accelerate()
    for _ in range(2):
        np.testing.assert_array_equal(plain.run(pictures, 5).embeddings, expected.embeddings)
    assert caplog.text.count("this processor does not have") == 1
    assert (len(calls), plain.accelerate()) == (1, False)


def test_a_few_photos_are_not_worth_the_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []

    def make(*_: object, from_cache_only: bool = False) -> nn.Module:
        made.append(from_cache_only)
        return nn.Identity()

    monkeypatch.setattr(openvino_engine, "accelerated", make)
    accelerator = Accelerator(nn.Identity(), 32)
    served = [accelerator.network_for(16) is not None for _ in range(4)]
    assert (served, made) == ([False, False, True, True], [False])


def test_what_lies_ready_is_used_from_the_first_photo_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[bool] = []

    def make(*_: object, from_cache_only: bool = False) -> nn.Module:
        made.append(from_cache_only)
        return nn.Identity()

    monkeypatch.setattr(openvino_engine, "accelerated", make)
    accelerator = Accelerator(nn.Identity(), 32, tmp_path)
    assert accelerator.network_for(1) is not None
    assert made == [True]


def test_a_network_without_a_heavy_part_is_left_alone() -> None:
    assert accelerated(nn.Identity(), 32) is None


@needs_openvino
def test_a_mask_is_found_by_the_fast_engine_too() -> None:
    masker = Masker(SHIPPED_MASKS, "cpu")
    assert masker._loaded().accelerate()
    (mask,) = masker.find([draw_garment(kind="shirt", background="wood", size=(240, 320))])
    assert not mask.whole
    assert 0.1 < (mask.cloth > 127).mean() < 0.9


@needs_openvino
@pytest.mark.slow
def test_openvino_tells_nobody_that_it_is_used(tmp_path: Path) -> None:
    code = """
import socket, sys
def refused(*_, **__):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refused
from classifier.serving.openvino_engine import accelerated
from tests.classifier.support.checkpoints import a_config, a_network
assert accelerated(a_network(a_config()).eval(), 32)
sys.exit(any(name.startswith("openvino_telemetry") and module for name, module in sys.modules.items()))
"""
    environment = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == [], "its sender leaves files in the home folder"


@needs_openvino
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals here")
def test_a_signal_finds_its_stack_after_networks_came_and_went(tmp_path: Path) -> None:
    code = """
import gc, signal, sys
from pathlib import Path
from classifier.serving.openvino_engine import accelerated
from tests.classifier.support.checkpoints import a_config, a_network
signal.signal(signal.SIGUSR1, lambda *_: None)
network = a_network(a_config()).eval()
for _ in range(2):
    kept = [accelerated(network, 32, Path(sys.argv[1])), accelerated(network, 32, Path(sys.argv[1]))]
    assert all(kept)
del kept
gc.collect()
signal.raise_signal(signal.SIGUSR1)
"""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
