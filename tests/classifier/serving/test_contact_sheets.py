from __future__ import annotations

import numpy as np
from PIL import Image

from classifier.serving import contact_sheets


def test_a_cold_place_is_grey_and_a_hot_one_is_coloured() -> None:
    heat = np.zeros((20, 20), np.float32)
    heat[:, 10:] = 1
    painted = np.asarray(contact_sheets.overlay_heat(Image.new("RGB", (40, 40), (20, 200, 60)), heat)).astype(int)
    spread = painted.max(axis=2) - painted.min(axis=2)
    assert spread[:, :10].max() == 0
    assert spread[:, 30:].min() > 20


def test_more_heat_is_lighter_so_that_it_reads_without_colour() -> None:
    ramp = contact_sheets.heat_colours(np.linspace(0, 1, 50, dtype=np.float32)[None])[0]
    lightness = ramp @ [0.299, 0.587, 0.114]
    assert (np.diff(lightness) > 0).all()


def test_a_caption_never_covers_the_picture_and_a_long_one_fits() -> None:
    image = Image.new("RGB", (400, 300), "red")
    short = contact_sheets.captioned(image, "type: Tee, 90.0%", "grad-cam")
    long = contact_sheets.captioned(image, "type: " + "Long" * 40, "note " * 60)
    for sheet in (short, long):
        assert sheet.width == 400
        assert sheet.crop((0, 0, 400, 300)).tobytes() == image.tobytes()
    below = np.asarray(long.crop((392, 300, 400, long.height)))
    assert below.min() > 200


def test_a_small_picture_is_enlarged_under_its_caption() -> None:
    assert contact_sheets.captioned(Image.new("RGB", (28, 28)), "class: Bag, 50.0%").width == 360


def test_a_stages_row_has_its_mean_and_the_most_active_channels() -> None:
    maps = np.zeros((12, 4, 4), np.float32)
    maps[5, 0, 0] = 9
    ((name, pictures),) = contact_sheets.stage_rows([maps], strongest=3)
    assert "12 channels, 4 x 4" in name
    assert len(pictures) == 4
    assert np.asarray(pictures[1])[0, 0].tolist() == [252, 245, 170]


def test_every_filter_is_on_the_sheet_once_each_with_its_answer() -> None:
    kernels = np.random.default_rng(0).normal(size=(10, 3, 3, 3)).astype(np.float32)
    answers = np.ones((10, 6, 6), np.float32)
    assert sum(len(pictures) for _, pictures in contact_sheets.filter_rows(kernels)) == 10
    rows = contact_sheets.filter_rows(kernels, answers)
    assert [name for name, _ in rows] == ["Filters 1 to 4", "Filters 5 to 8", "Filters 9 to 10"]
    assert sum(len(pictures) for _, pictures in rows) == 20
    grey = contact_sheets.kernel_picture(np.zeros((1, 3, 3), np.float32), 30)
    assert (grey.size, grey.getpixel((0, 0))) == ((30, 30), (128, 128, 128))
