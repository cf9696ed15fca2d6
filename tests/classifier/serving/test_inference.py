from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from classifier.errors import CheckpointIncompatible
from classifier.serving.checkpoint import CheckpointConfig, save
from classifier.serving.inference import best_device
from classifier.serving.tagger import Tagger
from tests.classifier.support.checkpoints import StrongestChannel, a_channel_checkpoint, a_checkpoint, a_config

torch.set_num_threads(1)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
TYPE_OF = {RED: "Tee", GREEN: "Jeans", BLUE: "Dress"}


def picture(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (50, 40), colour)


@pytest.fixture
def channels(tmp_path: Path) -> Path:
    return a_channel_checkpoint(tmp_path / "channels.safetensors")


def test_acceptable_alternatives_make_a_type_surer(tmp_path: Path) -> None:
    config = a_config(heads={"type": ("Tee", "Jeans", "Dress")})
    acceptable = torch.tensor([[1, 0, 0.75], [0, 1, 0], [0.25, 0, 1]])  # a T-shirt for a dress, three times in four
    state = {**StrongestChannel(config).state_dict(), "acceptable": acceptable}
    save(tmp_path / "a.safetensors", config, state)
    (found,) = Tagger(tmp_path / "a.safetensors", "cpu", build=StrongestChannel).tag([picture((200, 0, 190))])
    scores = {entry.name: entry.score for entry in found.types}
    assert found.type.value == "Tee"
    assert found.type.confidence == pytest.approx(scores["Tee"] + 0.75 * scores["Dress"], abs=1e-3)
    save(tmp_path / "b.safetensors", config, {**state, "acceptable": acceptable[:2]})
    with pytest.raises(CheckpointIncompatible, match="acceptable"):
        Tagger(tmp_path / "b.safetensors", "cpu", build=StrongestChannel).tag([picture(RED)])


# Fails as told. The device "meta", which holds no values, plays a GPU: nothing can be read back from there.
class Fragile(StrongestChannel):
    def __init__(
        self, config: CheckpointConfig, fails: Callable[[str, int], Exception | None], seen: list[tuple[str, int]]
    ) -> None:
        super().__init__(config)
        self.fails, self.seen = fails, seen

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        device, count = x.device.type, len(x)
        self.seen.append((device, count))
        failure = self.fails(device, len(self.seen))
        if failure:
            raise failure
        answers = super().forward(x)
        return {name: torch.zeros(value.shape) for name, value in answers.items()} if device == "meta" else answers


def fragile(
    path: Path, fails: Callable[[str, int], Exception | None], device: str = "meta", batch_size: int = 4
) -> tuple[Tagger, list[tuple[str, int]]]:
    seen: list[tuple[str, int]] = []
    return Tagger(path, device, batch_size, build=lambda config: Fragile(config, fails, seen)), seen


COLOURS = [RED, GREEN, BLUE, RED, GREEN, BLUE]
RIGHT = [TYPE_OF[colour] for colour in COLOURS]


def test_out_of_memory_halves_the_batch_then_falls_back_to_the_cpu(channels: Path) -> None:
    tagger, seen = fragile(channels, lambda device, _: torch.OutOfMemoryError("full") if device == "meta" else None)
    found = tagger.tag([picture(colour) for colour in COLOURS])
    assert seen == [("meta", 4), ("meta", 2), ("meta", 1), ("cpu", 4), ("cpu", 2)]
    assert [entry.type.value for entry in found] == RIGHT
    assert tagger.device == "cpu"


def test_a_batch_that_fits_when_halved_stays_on_the_device(channels: Path) -> None:
    tagger, seen = fragile(channels, lambda _, call: torch.OutOfMemoryError("full") if call == 1 else None)
    assert len(tagger.tag([picture(colour) for colour in COLOURS])) == 6
    assert seen == [("meta", 4), ("meta", 2), ("meta", 2), ("meta", 2)]
    assert tagger.device == "meta"


def test_memory_that_runs_out_in_words_counts_too(channels: Path) -> None:
    words = RuntimeError("MPS backend out of memory (MPS allocated: 9.06 GB)")
    tagger, seen = fragile(channels, lambda _, call: words if call == 1 else None, device="cpu")
    assert [entry.type.value for entry in tagger.tag([picture(colour) for colour in COLOURS])] == RIGHT
    assert seen == [("cpu", 4), ("cpu", 2), ("cpu", 2), ("cpu", 2)]


def test_a_device_lost_in_the_middle_keeps_what_it_answered_and_goes_on_on_the_cpu(channels: Path) -> None:
    lost = RuntimeError("CUDA error: unspecified launch failure")
    tagger, seen = fragile(
        channels, lambda device, call: lost if device == "meta" and call == 2 else None, batch_size=2
    )
    found = tagger.tag([picture(colour) for colour in COLOURS])
    assert seen == [("meta", 2), ("meta", 2), ("cpu", 2), ("cpu", 2)]
    assert [entry.type.value for entry in found][2:] == RIGHT[2:]
    tagger.tag([picture(RED)])
    assert seen[-1] == ("cpu", 1)


def test_a_device_that_the_machine_does_not_have_is_replaced_by_the_cpu(
    channels: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    tagger = Tagger(channels, "cuda", build=StrongestChannel)
    assert tagger.tag([picture(GREEN)])[0].type.value == "Jeans"
    assert tagger.device == "cpu"
    assert "continuing on the CPU" in caplog.text


def test_an_error_of_the_network_itself_is_not_hidden(channels: Path) -> None:
    tagger, seen = fragile(channels, lambda *_: RuntimeError("shape mismatch"), device="cpu")
    with pytest.raises(RuntimeError, match="shape mismatch"):
        tagger.tag([picture(RED)])
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_best_device_is_taken(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, expected: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert best_device() == torch.device(expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_half_precision_on_the_gpu_says_the_same_as_the_cpu(tmp_path: Path) -> None:
    path = a_checkpoint(tmp_path / "tiny.safetensors", preprocessing=a_config().preprocessing)
    pictures = [picture(colour) for colour in COLOURS]
    for slow, fast in zip(Tagger(path, "cpu").tag(pictures), Tagger(path, "cuda").tag(pictures), strict=True):
        assert fast.type.confidence == pytest.approx(slow.type.confidence, abs=0.01)
        assert float(fast.embedding @ slow.embedding) > 0.99
