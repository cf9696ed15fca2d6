from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from classifier.serving.keypoints import MAX_KEYPOINTS, Keypoints, find_keypoints, match, pack, unpack


def printed(seed: int, side: int = 320) -> Image.Image:
    rng = np.random.default_rng(seed)
    cloth = np.full((side, side, 3), 230, np.uint8)
    for _ in range(70):
        x, y = rng.integers(0, side - 30, 2)
        high, wide = rng.integers(6, 30, 2)
        cloth[y : y + high, x : x + wide] = rng.integers(0, 255, 3)
    return Image.fromarray(cloth)


def agreement(one: Image.Image, other: Image.Image) -> float:
    return match(find_keypoints(one), find_keypoints(other)).share


def test_the_same_print_is_found_again_turned_smaller_and_in_other_light() -> None:
    cloth = printed(1)
    turned = cloth.rotate(25, Image.Resampling.BICUBIC, expand=True, fillcolor=(230, 230, 230)).resize((260, 260))
    again = match(find_keypoints(cloth), find_keypoints(ImageEnhance.Brightness(turned).enhance(0.7)))
    assert again.agreeing >= 20
    assert again.share > 0.5
    assert not again.mirrored


def test_another_print_of_the_same_kind_is_not_taken_for_it() -> None:
    assert agreement(printed(1), printed(2)) < 0.3


def test_a_mirror_image_is_found_as_such() -> None:
    again = match(find_keypoints(printed(1)), find_keypoints(printed(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert again.mirrored
    assert again.share > 0.5


def test_what_lies_outside_the_mask_is_not_looked_at() -> None:
    ground = printed(3)
    mask = np.zeros((80, 80), np.uint8)
    mask[20:60, 20:60] = 255
    plain = ground.copy()
    plain.paste(Image.new("RGB", (180, 180), (90, 60, 60)), (70, 70))
    assert len(find_keypoints(plain, mask).points) == 0
    assert len(find_keypoints(plain).points) > 50


@pytest.mark.parametrize("colour", ["white", "black"])
def test_plain_cloth_agrees_with_nothing(colour: str) -> None:
    plain = Image.new("RGB", (200, 300), colour)
    found = match(find_keypoints(plain), find_keypoints(plain))
    assert (found.tentative, found.agreeing, found.share) == (0, 0, 0)


def test_comparing_is_the_same_each_time() -> None:
    one, other = find_keypoints(printed(1)), find_keypoints(printed(2))
    assert match(one, other) == match(one, other)


def test_features_are_packed_small_and_come_back() -> None:
    found = find_keypoints(printed(1))
    data = pack(found)
    again = unpack(data)
    assert len(data) < 150 * MAX_KEYPOINTS
    assert np.array_equal(again.descriptors, found.descriptors)
    assert np.allclose(again.points[:, :3], found.points[:, :3], atol=1e-3)
    assert match(found, again).agreeing == match(found, found).agreeing


def test_what_is_not_packed_features_is_refused() -> None:
    for data in (b"", b"nonsense", pack(find_keypoints(printed(1)))[:100]):
        with pytest.raises(ValueError):
            unpack(data)


def test_packed_objects_are_refused() -> None:
    held = io.BytesIO()
    np.savez_compressed(held, points=np.array([{}], dtype=object), descriptors=np.zeros((1, 128), np.uint8), width=1.0)
    with pytest.raises(ValueError):
        unpack(held.getvalue())


def test_no_places_at_all_are_packed_too() -> None:
    again = unpack(pack(Keypoints(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8), 0.5)))
    assert (again.points.shape, again.descriptors.shape, again.width) == ((0, 4), (0, 128), 0.5)
