from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.prediction import Score, Swatch, Tier
from classifier.serving import palette
from classifier.serving.checkpoint import CheckpointConfig, Thresholds, save
from classifier.serving.outputs import Outputs
from classifier.serving.tagger import Tagger, _type_answer, _types, tier_of
from tests.classifier.support.checkpoints import (
    HEADS,
    StrongestChannel,
    a_channel_checkpoint,
    a_checkpoint,
    a_config,
    a_network,
)

torch.set_num_threads(1)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
TYPE_OF = {RED: "Tee", GREEN: "Jeans", BLUE: "Dress"}


def picture(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (50, 40), colour)


@pytest.fixture(autouse=True)
def described(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, float] | None]:
    # Keeps these tests to the tagger: colours are as the head says, and the calls are written down.
    calls: list[Mapping[str, float] | None] = []

    def describe(
        image: Image.Image, probabilities: Mapping[str, float] | None, mask: object
    ) -> tuple[dict[str, float], tuple[Swatch, ...]]:
        assert image.mode == "RGB"
        calls.append(probabilities)
        shade = "#{:02x}{:02x}{:02x}".format(*image.getpixel((0, 0)))  # type: ignore[misc]
        return dict(probabilities or {"grey": 0.6, "black": 0.4}), (Swatch("seen", shade, 1.0),)

    monkeypatch.setattr(palette, "describe", describe)
    return calls


@pytest.fixture
def channels(tmp_path: Path) -> Path:
    return a_channel_checkpoint(tmp_path / "channels.safetensors")


def on_cpu(
    path: Path, batch_size: int = 16, build: Callable[[CheckpointConfig], nn.Module] = StrongestChannel
) -> Tagger:
    return Tagger(path, "cpu", batch_size, build=build)


def test_a_prediction_says_everything_that_the_checkpoint_knows(tmp_path: Path) -> None:
    tagger = Tagger(a_checkpoint(tmp_path / "tiny.safetensors"), "cpu")
    (found,) = tagger.tag([picture(RED)])
    assert found.model == tagger.model == "tiny 3"
    assert len(found.types) == 5
    assert [entry.score for entry in found.types] == sorted((entry.score for entry in found.types), reverse=True)
    assert found.type.value == found.types[0].name
    assert 0 < found.type.confidence <= 1
    assert found.pattern.value in HEADS["pattern"]
    assert found.attributes.keys() == {"season"}
    assert found.palette[0].hex == "#ff0000"
    assert found.embedding.dtype == np.float32
    assert np.linalg.norm(found.embedding) == pytest.approx(1, abs=1e-5)


def test_answers_are_the_softmax_of_the_networks_logits_by_each_heads_temperature(tmp_path: Path) -> None:
    config = a_config(temperatures={"type": 2.5})
    network = a_network(config).eval()
    save(tmp_path / "f.safetensors", config, network.state_dict(), half=False)
    (found,) = Tagger(tmp_path / "f.safetensors", "cpu").tag([picture(BLUE)])
    with torch.inference_mode():
        logits = network(torch.from_numpy(config.preprocessing.apply(picture(BLUE)))[None])
    expected = dict(zip(HEADS["type"], torch.softmax(logits["type"] / 2.5, 1)[0].tolist(), strict=True))
    assert {entry.name: entry.score for entry in found.types} == pytest.approx(
        {entry.name: expected[entry.name] for entry in found.types}, abs=1e-5
    )
    assert found.type.value == max(expected, key=expected.__getitem__)
    assert found.type.confidence == pytest.approx(max(expected.values()), abs=1e-5)
    assert found.pattern.confidence == pytest.approx(float(torch.softmax(logits["pattern"], 1).max()), abs=1e-5)


def test_slot_and_type_belong_together(channels: Path) -> None:
    found = on_cpu(channels).tag([picture(RED), picture(GREEN), picture(BLUE)])
    assert [(entry.type.value, entry.slot) for entry in found] == [
        ("Tee", "upper"),
        ("Jeans", "lower"),
        ("Dress", "full"),
    ]


@pytest.mark.parametrize("batch_size", [1, 3, 4, 16])
def test_answers_stay_with_their_pictures_whatever_the_batch(channels: Path, batch_size: int) -> None:
    colours = [RED, GREEN, BLUE, BLUE, RED, GREEN, GREEN]
    found = on_cpu(channels, batch_size).tag([picture(colour) for colour in colours])
    assert [entry.type.value for entry in found] == [TYPE_OF[colour] for colour in colours]
    assert [entry.palette[0].hex for entry in found] == ["#{:02x}{:02x}{:02x}".format(*colour) for colour in colours]


def test_no_pictures_give_no_predictions(channels: Path) -> None:
    assert on_cpu(channels).tag([]) == []


def test_grey_and_transparent_pictures_are_tagged_too(channels: Path) -> None:
    assert len(on_cpu(channels).tag([picture(RED).convert("L"), picture(RED).convert("RGBA")])) == 2


def test_the_colour_head_is_blended_with_what_the_pixels_say(
    channels: Path, described: list[Mapping[str, float] | None]
) -> None:
    (found,) = on_cpu(channels).tag([picture(GREEN)])
    assert described[0] is not None
    assert set(described[0]) == {"red", "green", "blue"}
    assert found.colour.value == "green"


def test_a_checkpoint_of_types_alone_is_honest_about_the_rest(
    tmp_path: Path, described: list[Mapping[str, float] | None]
) -> None:
    path = a_channel_checkpoint(tmp_path / "types.safetensors", heads={"type": ("Tee", "Jeans", "Dress")})
    (found,) = on_cpu(path).tag([picture(RED)])
    assert described == [None]
    assert (found.colour.value, found.colour.confidence) == ("grey", 0.6)
    assert found.pattern.tier is Tier.UNKNOWN
    assert found.attributes == {}
    assert len(found.types) == 3


def test_what_has_no_sleeves_is_not_asked_for_them(tmp_path: Path) -> None:
    heads = {"type": ("Tee", "Jeans", "Dress"), "sleeve": ("sleeveless", "short sleeve", "long sleeve")}
    found = on_cpu(a_channel_checkpoint(tmp_path / "s.safetensors", heads=heads)).tag([picture(RED), picture(GREEN)])
    assert [(entry.slot, "sleeve" in entry.attributes) for entry in found] == [("upper", True), ("lower", False)]


def test_tiers_follow_the_thresholds() -> None:
    limits = Thresholds(sure=0.8, check=0.3)
    assert [tier_of(value, limits) for value in (0.81, 0.8, 0.79, 0.3, 0.29)] == [
        Tier.SURE,
        Tier.SURE,
        Tier.CHECK,
        Tier.CHECK,
        Tier.UNKNOWN,
    ]


def test_each_head_has_thresholds_of_its_own(tmp_path: Path) -> None:
    tiers = {"type": Thresholds(sure=1.1, check=0.1), "pattern": Thresholds(sure=0.1, check=0.05)}
    (found,) = on_cpu(a_channel_checkpoint(tmp_path / "t.safetensors", tiers=tiers)).tag([picture(RED)])
    assert (found.type.tier, found.pattern.tier) == (Tier.CHECK, Tier.SURE)


def test_an_embedding_is_centred_and_projected_when_the_checkpoint_says_how(tmp_path: Path) -> None:
    config = a_config(embedding_dim=2)
    network = StrongestChannel(config)
    extra = {"embedding.mean": torch.tensor([0.5, -1.0, -1.0]), "embedding.projection": torch.eye(3)[:, :2] * 3}
    save(tmp_path / "e.safetensors", config, {**network.state_dict(), **extra})
    found = on_cpu(tmp_path / "e.safetensors").tag([picture(RED), picture(GREEN)])
    np.testing.assert_allclose(found[0].embedding, [1, 0], atol=1e-6)
    np.testing.assert_allclose(found[1].embedding, np.array([-1.5, 2]) / 2.5, atol=1e-6)


def test_making_a_tagger_and_asking_its_name_loads_no_torch(channels: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from classifier.serving.tagger import Tagger; "
        "print(Tagger(Path(sys.argv[1])).model); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, channels], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "tiny 3\n")


def test_many_threads_load_the_network_once_and_get_their_own_answers(channels: Path) -> None:
    built: list[int] = []

    def build(config: CheckpointConfig) -> nn.Module:
        built.append(1)
        return StrongestChannel(config)

    tagger = on_cpu(channels, batch_size=2, build=build)
    wrong: list[str] = []

    def work(colour: tuple[int, int, int]) -> None:
        found = tagger.tag([picture(colour)] * 5)
        wrong.extend(entry.type.value for entry in found if entry.type.value != TYPE_OF[colour])

    threads = [threading.Thread(target=work, args=(colour,)) for colour in [RED, GREEN, BLUE] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(built), wrong) == (1, [])


def test_a_missing_checkpoint_is_found_out_and_may_come_later(tmp_path: Path) -> None:
    tagger = on_cpu(tmp_path / "later.safetensors")
    with pytest.raises(CheckpointMissing):
        _ = tagger.model
    with pytest.raises(CheckpointMissing):
        tagger.tag([picture(RED)])
    a_channel_checkpoint(tmp_path / "later.safetensors")
    assert tagger.tag([picture(RED)])[0].type.value == "Tee"


def test_a_truncated_checkpoint_is_corrupt(channels: Path) -> None:
    channels.write_bytes(channels.read_bytes()[:-1])
    with pytest.raises(CheckpointCorrupt):
        on_cpu(channels).tag([picture(RED)])


UNFIT: dict[str, dict[str, object]] = {
    "does not predict garment types": {"heads": {"colour": ("red", "green", "blue")}},
    "a type 'Spacesuit'": {"heads": {"type": ("Tee", "Spacesuit")}},
}


@pytest.mark.parametrize("words", UNFIT)
def test_a_checkpoint_for_something_else_is_incompatible(tmp_path: Path, words: str) -> None:
    tagger = on_cpu(a_channel_checkpoint(tmp_path / "other.safetensors", **UNFIT[words]))
    with pytest.raises(CheckpointIncompatible, match=words):
        _ = tagger.model
    with pytest.raises(CheckpointIncompatible, match=words):
        tagger.tag([picture(RED)])


def test_weights_that_do_not_fit_the_network_are_incompatible(tmp_path: Path, channels: Path) -> None:
    save(tmp_path / "hub.safetensors", a_config(backbone="hf-hub:someone/net"), {"weight": torch.zeros(1)})
    shapes = {**a_network(a_config(heads={**HEADS, "type": ("Tee", "Jeans")})).state_dict()}
    save(tmp_path / "shapes.safetensors", a_config(), shapes)
    for path in (channels, tmp_path / "hub.safetensors", tmp_path / "shapes.safetensors"):
        with pytest.raises(CheckpointIncompatible, match="does not fit the network"):
            Tagger(path, "cpu").tag([picture(RED)])


def test_an_embedding_that_does_not_fit_is_incompatible(tmp_path: Path) -> None:
    config = a_config(embedding_dim=5)
    only_mean = {"embedding.mean": torch.zeros(3)}
    for extra in (only_mean, {**only_mean, "embedding.projection": torch.zeros(3, 4)}):
        save(tmp_path / "e.safetensors", config, {**StrongestChannel(config).state_dict(), **extra})
        with pytest.raises(CheckpointIncompatible, match="embedding"):
            on_cpu(tmp_path / "e.safetensors").tag([picture(RED)])


def test_a_batch_of_no_pictures_is_refused(channels: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Tagger(channels, batch_size=0)


def test_labels_that_were_merged_into_one_type_are_added_up() -> None:
    config = a_config(heads={"type": ("Jeans", "Jeggings", "Tee")})
    found = _types(config, {"Jeans": 0.3, "Jeggings": 0.3, "Tee": 0.4})
    assert found == (Score("Jeans", pytest.approx(0.6)), Score("Tee", pytest.approx(0.4)))


@pytest.mark.parametrize("labels", [("Jeans", "Tee"), ("Jeggings", "tee")])
def test_a_type_is_as_sure_as_people_are_likely_to_accept_it(labels: tuple[str, ...]) -> None:
    config = a_config(heads={"type": labels}, tiers={"type": Thresholds(sure=0.9, check=0.5)})
    row = np.array([[0.6, 0.4]], np.float32)
    outputs = Outputs({"type": row}, row, row, confidence=np.array([[0.95, 0.45]], np.float32))
    answer = _type_answer(config, outputs, 0, Score("Jeans", 0.6))
    assert (answer.value, answer.confidence, answer.tier) == ("Jeans", pytest.approx(0.95), Tier.SURE)


def test_a_checkpoint_of_deepfashions_categories_tells_types(
    tmp_path: Path, described: list[Mapping[str, float] | None]
) -> None:
    heads = {"category": ("tee", "Jeans", "Button Down"), "texture": ("lace", "denim", "floral")}
    tiers = {"category": Thresholds(sure=0.5, check=0.1)}
    path = a_channel_checkpoint(tmp_path / "d.safetensors", heads=heads, tiers=tiers, many=("texture",))
    found = on_cpu(path).tag([picture(RED), picture(BLUE)])
    assert [(entry.type.value, entry.slot) for entry in found] == [("Tee", "upper"), ("Button-Down", "upper")]
    assert {entry.name for entry in found[0].types} == {"Tee", "Jeans", "Button-Down"}
    assert found[0].type.tier is Tier.SURE
    assert described == [None, None]
    assert found[0].pattern.tier is Tier.UNKNOWN
    assert found[0].attributes.keys() == {"texture"}
