from __future__ import annotations

from pathlib import Path

from classifier.datasets.clothing import TRAINED_AS, fine_types, is_right, samples
from classifier.datasets.samples import PictureSource
from classifier.taxonomy import clothing_labels, garment_types
from tests.classifier.miniature import draw_data


def test_every_label_is_trained_as_types_that_the_vocabulary_calls_right() -> None:
    assert set(TRAINED_AS) == set(clothing_labels())
    for label, types in TRAINED_AS.items():
        assert all(is_right(name, label) for name in types), label


def test_types_seen_by_eye_are_in_the_vocabulary() -> None:
    assert set(fine_types().values()) <= {kind.name for kind in garment_types()}


def test_photos_that_nobody_could_name_carry_no_type(tmp_path: Path) -> None:
    found = samples(PictureSource(draw_data(tmp_path)))
    assert sum("type" not in sample.targets for sample in found) == 7
