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
from torch import Tensor, nn

from classifier.errors import CheckpointCorrupt, CheckpointIncompatible, CheckpointMissing
from classifier.prediction import CUT_OUT_GROUND, Score, Swatch, Tier
from classifier.serving import palette
from classifier.serving.checkpoint import CheckpointConfig, Thresholds, save
from classifier.serving.inference import best_device
from classifier.serving.outputs import Outputs
from classifier.serving.preprocessing import Preprocessing
from classifier.serving.tagger import Tagger, _type_answer, _types, tier_of
from tests.classifier.support.checkpoints import (
    HEADS,
    LightIsCloth,
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


def test_acceptable_alternatives_make_a_type_surer(tmp_path: Path) -> None:
    config = a_config(heads={"type": ("Tee", "Jeans", "Dress")})
    acceptable = torch.tensor([[1, 0, 0.75], [0, 1, 0], [0.25, 0, 1]])  # a T-shirt for a dress, three times in four
    state = {**StrongestChannel(config).state_dict(), "acceptable": acceptable}
    save(tmp_path / "a.safetensors", config, state)
    (found,) = on_cpu(tmp_path / "a.safetensors").tag([picture((200, 0, 190))])
    scores = {entry.name: entry.score for entry in found.types}
    assert found.type.value == "Tee"
    assert found.type.confidence == pytest.approx(scores["Tee"] + 0.75 * scores["Dress"], abs=1e-3)
    save(tmp_path / "b.safetensors", config, {**state, "acceptable": acceptable[:2]})
    with pytest.raises(CheckpointIncompatible, match="acceptable"):
        on_cpu(tmp_path / "b.safetensors").tag([picture(RED)])


def lit(brightness: int = 255) -> Image.Image:
    # A red garment in the middle of the dark.
    image = Image.new("RGB", (64, 64))
    image.paste((brightness, 0, 0), (16, 16, 48, 48))
    return image


def masking(path: Path, build: type[StrongestChannel] = LightIsCloth) -> Tagger:
    return on_cpu(path, build=build)


def test_a_photo_comes_with_its_mask_and_an_embedding_of_the_garment(channels: Path) -> None:
    found, whole = masking(channels).tag([lit(), lit()], [True, False])
    assert found.mask
    assert found.mask.model == "tiny 3"
    shown = np.asarray(found.mask.cut_out(lit()))
    assert tuple(shown[32, 32]) == RED
    assert tuple(shown[4, 4]) == CUT_OUT_GROUND
    assert whole.mask is None
    np.testing.assert_allclose(np.roll(whole.embedding, 1), found.embedding, atol=1e-6)


def test_a_letterboxed_picture_has_a_mask_of_its_own_proportions(tmp_path: Path) -> None:
    preprocessing = Preprocessing(size=32, resize="letterbox")
    path = a_channel_checkpoint(tmp_path / "box.safetensors", preprocessing=preprocessing)
    wide = Image.new("RGB", (128, 64))
    wide.paste(RED, (64, 0, 128, 64))
    (found,) = masking(path).tag([wide])
    assert found.mask
    assert found.mask.cloth.shape == (64, 128)
    assert found.mask.cloth[:, 72:].min() > 200
    assert found.mask.cloth[:, :56].max() < 50


def test_where_no_garment_is_found_the_whole_picture_counts(channels: Path) -> None:
    (found,) = masking(channels).tag([Image.new("RGB", (64, 64))])
    (whole,) = masking(channels).tag([Image.new("RGB", (64, 64))], [False])
    assert found.mask is None
    np.testing.assert_array_equal(found.embedding, whole.embedding)


def test_a_doubtful_mask_is_not_shown_but_still_tells_what_the_garment_is(channels: Path) -> None:
    (found,) = masking(channels).tag([lit(178)])  # likely to be cloth, and no more
    (whole,) = masking(channels).tag([lit(178)], [False])
    assert found.mask is None
    assert not np.allclose(found.embedding, whole.embedding)


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
