from __future__ import annotations

import numpy as np
from PIL import Image

from classifier.prediction import CUT_OUT_GROUND, GarmentMask


def test_a_cut_out_shows_the_garment_and_nothing_else() -> None:
    picture = Image.new("RGB", (40, 80), (200, 0, 0))
    likely = np.zeros((20, 10), np.uint8)
    likely[5:15] = 255
    shown = np.asarray(GarmentMask(likely, "masks 1").cut_out(picture))
    assert (shown[30:50] == (200, 0, 0)).all()
    assert (shown[:12] == CUT_OUT_GROUND).all()
    assert np.asarray(picture)[0, 0].tolist() == [200, 0, 0], "the photo itself stays as it is"
